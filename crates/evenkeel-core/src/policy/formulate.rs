//! The rest of a condition: typed, rewritten and bounded for the interpreter.
//!
//! Only what is cheap and total gets through. Fields become variables, whole numbers become
//! decimals (CEL refuses to mix them), moments become milliseconds, and a division refuses zero.
//! *Bounds*: nodes as the whole condition; [`JOINS_MAX`] joined texts, so that no text grows over
//! ten kilobytes.

use crate::ids::FieldNo;
use crate::market::formula::{DIVIDE, Formula, decimal, known_name, value_name};
use crate::market::schema::FieldType;
use crate::market::value::Value;
use crate::policy::literal::noun;
use crate::policy::lower::Lowering;
use crate::policy::problem::did_you_mean;
use cel::IdedExpr;
use cel::common::ast::{CallExpr, Expr, ListExpr, LiteralValue, operators};

/// Most `+` between texts in one formula.
pub const JOINS_MAX: usize = 8;

/// Functions that conditions know.
const FUNCTIONS: [&str; 9] = [
    "has",
    "timestamp",
    "size",
    "startsWith",
    "endsWith",
    "contains",
    "lowerAscii",
    "upperAscii",
    "trim",
];

/// Words of those who want a clock.
const CLOCKS: [&str; 6] = ["now", "today", "date", "time", "clock", "duration"];

/// What a formula has gathered so far.
#[derive(Default)]
struct Draft {
    fields: Vec<FieldNo>,
    joins: usize,
    nodes: usize,
}

type Typed = (IdedExpr, FieldType);

impl Lowering<'_> {
    /// The formula that `expr` is, when it answers yes or no.
    pub(super) fn formulate(&mut self, expr: &IdedExpr, depth: usize) -> Option<Formula> {
        let mut draft = Draft::default();
        let (program, kind) = self.part(expr, depth, &mut draft)?;
        if kind != FieldType::Flag {
            let message = format!("this is {}, not a yes or no", noun(kind));
            return self.fault(expr, message, "Compare it with something");
        }
        if draft.joins > JOINS_MAX {
            let message = format!("more than {JOINS_MAX} texts are joined");
            return self.fault(expr, message, "Compare the texts one by one");
        }
        Some(Formula::new(
            self.places.text(expr),
            program,
            draft.fields,
            draft.nodes,
        ))
    }

    fn part(&mut self, expr: &IdedExpr, depth: usize, draft: &mut Draft) -> Option<Typed> {
        self.count(expr, depth)?;
        draft.nodes += 1;
        match &expr.expr {
            Expr::Literal(_) => {
                let value = self.literal(expr)?;
                Some((literal(expr.id, &value), value.kind()))
            }
            Expr::Select(select) => {
                let (number, field) = self.field(expr, select)?;
                draft.fields.push(number);
                let (name, kind) = match select.test {
                    true => (known_name(number), FieldType::Flag),
                    false => (value_name(number), field.kind),
                };
                Some((
                    IdedExpr {
                        id: expr.id,
                        expr: Expr::Ident(name),
                    },
                    kind,
                ))
            }
            Expr::Ident(name) => {
                if CLOCKS.contains(&name.as_str()) {
                    return self.unknown_function(expr, name);
                }
                let scope = self.vocabulary.scope;
                let hint = match self.vocabulary.find(name) {
                    Some(_) => format!("Write {scope}.{name}"),
                    None if name == scope => format!("Write {scope}.name"),
                    None => format!("Texts stand in quotes, fields are written {scope}.name"),
                };
                self.fault(expr, format!("{name:?} alone means nothing"), hint)
            }
            Expr::Call(call) => self.call_part(expr, call, depth, draft),
            _ => self.stranger(expr),
        }
    }

    fn call_part(
        &mut self,
        expr: &IdedExpr,
        call: &CallExpr,
        depth: usize,
        draft: &mut Draft,
    ) -> Option<Typed> {
        let name = call.func_name.as_str();
        if name == "timestamp" && call.target.is_none() {
            let value = self.literal(expr)?;
            return Some((literal(expr.id, &value), Time));
        }
        if name == operators::IN {
            return self.in_part(expr, call, depth, draft);
        }
        let known = FUNCTIONS.contains(&name) || !name.starts_with(|c: char| c.is_alphabetic());
        if !known || name == operators::INDEX || name == operators::MODULO {
            return self.unknown_function(expr, name);
        }
        let parts = call.target.as_deref().into_iter().chain(&call.args);
        let parts: Vec<Option<Typed>> = parts
            .map(|part| self.part(part, depth + 1, draft))
            .collect();
        let (parts, kinds): (Vec<IdedExpr>, Vec<FieldType>) = parts
            .into_iter()
            .collect::<Option<Vec<Typed>>>()?
            .into_iter()
            .unzip();
        use FieldType::{Flag, Number, Tags, Text, Time};
        let member = call.target.is_some();
        let kind = match (name, member, kinds.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, false, [Flag, Flag]) => Flag,
            (operators::LOGICAL_NOT, false, [Flag]) => Flag,
            (operators::CONDITIONAL, false, [Flag, left, right]) if left == right => *left,
            (operators::EQUALS | operators::NOT_EQUALS, false, [left, right])
                if left == right && *left != Tags =>
            {
                Flag
            }
            (
                operators::LESS
                | operators::LESS_EQUALS
                | operators::GREATER_EQUALS
                | operators::GREATER,
                false,
                [Number, Number] | [Text, Text] | [Time, Time],
            ) => Flag,
            (operators::ADD, false, [Text, Text]) => {
                draft.joins += 1;
                Text
            }
            (
                operators::ADD | operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE,
                false,
                [Number, Number],
            ) => Number,
            (operators::NEGATE, false, [Number]) => Number,
            ("startsWith" | "endsWith" | "contains", true, [Text, Text]) => Flag,
            ("lowerAscii" | "upperAscii" | "trim", true, [Text]) => Text,
            ("size", _, [Text] | [Tags]) => Number,
            _ => return self.misfit(expr, name, &kinds),
        };
        Some((rebuilt(expr.id, call, parts), kind))
    }

    fn in_part(
        &mut self,
        expr: &IdedExpr,
        call: &CallExpr,
        depth: usize,
        draft: &mut Draft,
    ) -> Option<Typed> {
        let [item, list] = call.args.as_slice() else {
            return self.stranger(expr);
        };
        let (item, kind) = self.part(item, depth + 1, draft)?;
        let items = match &list.expr {
            Expr::List(list) => &list.elements,
            _ => {
                let (tags, list_kind) = self.part(list, depth + 1, draft)?;
                if (kind, list_kind) != (FieldType::Text, FieldType::Tags) {
                    return self.misfit(expr, "in", &[kind, list_kind]);
                }
                return Some((rebuilt(expr.id, call, vec![item, tags]), FieldType::Flag));
            }
        };
        let mut elements = Vec::new();
        for element in items {
            let (part, element_kind) = self.part(element, depth + 1, draft)?;
            if kind != element_kind || kind == FieldType::Tags {
                return self.misfit(element, "in", &[kind, element_kind]);
            }
            elements.push(part);
        }
        let list = IdedExpr {
            id: list.id,
            expr: Expr::List(ListExpr::new(elements)),
        };
        Some((rebuilt(expr.id, call, vec![item, list]), FieldType::Flag))
    }

    fn unknown_function(&mut self, expr: &IdedExpr, name: &str) -> Option<Typed> {
        let (message, hint) = match name {
            operators::MODULO => (
                "there is no % here".to_owned(),
                "Numbers are decimals".to_owned(),
            ),
            operators::INDEX => {
                let hint = "To look for a tag, write \"tag\" in record.tags".to_owned();
                ("there is no [ ] after a value here".to_owned(), hint)
            }
            _ if CLOCKS.contains(&name) => (
                format!("{name} would need a clock, and a condition has none"),
                "Compare with a fixed moment: timestamp(\"2026-03-01T00:00:00Z\")".to_owned(),
            ),
            "rand" | "random" | "uuid" | "sample" => (
                format!("{name} would need chance, and a condition has none"),
                "For chance, give the pool method = \"random\"".to_owned(),
            ),
            "matches" => (
                "there are no regular expressions here".to_owned(),
                "Use startsWith, endsWith or contains".to_owned(),
            ),
            _ => (
                format!("there is no function {name:?}"),
                did_you_mean(name, FUNCTIONS.into_iter())
                    .unwrap_or_else(|| format!("There are {}", FUNCTIONS.join(", "))),
            ),
        };
        self.fault(expr, message, hint)
    }

    fn misfit<T>(&mut self, expr: &IdedExpr, name: &str, kinds: &[FieldType]) -> Option<T> {
        let words: Vec<&str> = kinds.iter().map(|kind| noun(*kind)).collect();
        let sign = name
            .trim_matches(|c| c == '_' || c == '@')
            .replace("_:_", ":");
        let message = format!("{sign} does not work with {}", words.join(" and "));
        let hint = match kinds {
            [FieldType::Time, FieldType::Time] => "Moments can only be compared",
            [FieldType::Tags, _] | [_, FieldType::Tags] => {
                "To look for a tag, write \"tag\" in record.tags"
            }
            _ => "",
        };
        self.fault(expr, message, hint)
    }
}

/// A literal as the interpreter wants it: numbers as decimals, moments as milliseconds.
fn literal(id: u64, value: &Value) -> IdedExpr {
    let literal = match value {
        Value::Text(text) => LiteralValue::String(text.to_string().into()),
        Value::Number(number) => LiteralValue::Double(decimal(*number)),
        Value::Flag(flag) => LiteralValue::Boolean((*flag).into()),
        Value::Time(moment) => LiteralValue::Int(moment.0.into()),
        Value::Tags(_) => unreachable!("no literal is a set of tags"),
    };
    IdedExpr {
        id,
        expr: Expr::Literal(literal),
    }
}

/// The call over rewritten parts.
fn rebuilt(id: u64, call: &CallExpr, mut parts: Vec<IdedExpr>) -> IdedExpr {
    let target = call.target.is_some().then(|| Box::new(parts.remove(0)));
    let func_name = match call.func_name.as_str() {
        operators::DIVIDE => DIVIDE.to_owned(),
        name => name.to_owned(),
    };
    let sizes = func_name == "size";
    let call = IdedExpr {
        id,
        expr: Expr::Call(CallExpr {
            func_name,
            target,
            args: parts,
        }),
    };
    match sizes {
        // A size is a whole number, and everything else here is a decimal.
        true => IdedExpr {
            id,
            expr: Expr::Call(CallExpr {
                func_name: "double".to_owned(),
                target: None,
                args: vec![call],
            }),
        },
        false => call,
    }
}
