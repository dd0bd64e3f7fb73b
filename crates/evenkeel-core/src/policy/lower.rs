//! The meaning of a condition: its syntax tree typed against the fields and lowered to clauses.
//!
//! What one field and literals can say becomes a clause; a cheap and total rest becomes a formula
//! ([`crate::policy::formulate`]). Nothing else gets through: no clock, no chance, no loops, no
//! unknown names, no types that do not fit.

use crate::ids::FieldNo;
use crate::market::clause::{Clause, Compare, DEPTH_MAX, NODES_MAX, Node, Test};
use crate::market::schema::{Field, FieldType};
use crate::market::value::Value;
use crate::policy::cel::{Places, Vocabulary};
use crate::policy::literal::{example, noun};
use crate::policy::problem::{Fault, did_you_mean};
use cel::IdedExpr;
use cel::common::ast::{CallExpr, Expr, LiteralValue, SelectExpr, operators};

/// Lowers one condition, collecting everything wrong with it.
pub(super) struct Lowering<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) places: &'a Places<'a>,
    pub(super) nodes: usize,
    faults: Vec<Fault>,
}

/// One side of a comparison.
enum Side<'a> {
    Field(FieldNo, &'a Field),
    Literal(Value),
    List(&'a [IdedExpr]),
    Other,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(vocabulary: &'a Vocabulary, places: &'a Places<'a>) -> Self {
        Self {
            vocabulary,
            places,
            nodes: 0,
            faults: Vec::new(),
        }
    }

    /// The tree of a whole condition, or everything wrong with it.
    pub(super) fn condition(mut self, expr: &'a IdedExpr) -> Result<Node<Clause>, Vec<Fault>> {
        let tree = self.node(expr, 1);
        if self.faults.is_empty() && self.nodes > NODES_MAX {
            let message = format!(
                "the condition has {} parts, at most {NODES_MAX} fit",
                self.nodes
            );
            self.fault::<()>(expr, message, "Split it into several rules");
        }
        match tree {
            Some(tree) if self.faults.is_empty() => Ok(tree),
            _ => {
                self.faults.sort_by_key(|fault| fault.span.start);
                Err(self.faults)
            }
        }
    }

    /// Notes what is wrong with `expr`; always `None`, to return it.
    pub(super) fn fault<T>(
        &mut self,
        expr: &IdedExpr,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Option<T> {
        self.faults
            .push(Fault::new(self.places.span(expr), message, hint));
        None
    }

    /// Counts one more node, and notes when it stands too deep.
    pub(super) fn count(&mut self, expr: &IdedExpr, depth: usize) -> Option<()> {
        self.nodes += 1;
        if depth > DEPTH_MAX {
            let message = format!("the condition nests deeper than {DEPTH_MAX}");
            return self.fault::<()>(expr, message, "Split it into several rules");
        }
        Some(())
    }

    fn node(&mut self, expr: &'a IdedExpr, depth: usize) -> Option<Node<Clause>> {
        self.count(expr, depth)?;
        match &expr.expr {
            Expr::Literal(LiteralValue::Boolean(holds)) => Some(match holds.inner() {
                true => Node::All(Vec::new()),
                false => Node::Any(Vec::new()),
            }),
            Expr::Select(select) => self.bare_field(expr, select),
            Expr::Call(call) => self.call(expr, call, depth),
            Expr::Literal(_) | Expr::List(_) => {
                let hint = "Compare it with a field";
                self.fault(expr, "this is a value, not a question with yes or no", hint)
            }
            Expr::Ident(_) => self.formula(expr, depth),
            _ => self.stranger(expr),
        }
    }

    fn call(
        &mut self,
        expr: &'a IdedExpr,
        call: &'a CallExpr,
        depth: usize,
    ) -> Option<Node<Clause>> {
        let args = call.args.as_slice();
        match (call.func_name.as_str(), call.target.as_deref(), args) {
            (operators::LOGICAL_AND, None, [_, _]) => self
                .connective(expr, operators::LOGICAL_AND, depth)
                .map(Node::All),
            (operators::LOGICAL_OR, None, [_, _]) => self
                .connective(expr, operators::LOGICAL_OR, depth)
                .map(Node::Any),
            (operators::LOGICAL_NOT, None, [inner]) => self
                .node(inner, depth + 1)
                .map(|node| Node::Not(Box::new(node))),
            (operators::EQUALS, None, [left, right]) => {
                self.comparison(expr, Compare::Equal, left, right, depth)
            }
            (operators::NOT_EQUALS, None, [left, right]) => {
                Some(
                    match self.comparison(expr, Compare::Equal, left, right, depth)? {
                        // A formula is the whole of what was written, its != included.
                        formula @ Node::Clause(Clause::Formula(_)) => formula,
                        equal => Node::Not(Box::new(equal)),
                    },
                )
            }
            (operators::LESS, None, [left, right]) => {
                self.comparison(expr, Compare::Less, left, right, depth)
            }
            (operators::LESS_EQUALS, None, [left, right]) => {
                self.comparison(expr, Compare::AtMost, left, right, depth)
            }
            (operators::GREATER_EQUALS, None, [left, right]) => {
                self.comparison(expr, Compare::AtLeast, left, right, depth)
            }
            (operators::GREATER, None, [left, right]) => {
                self.comparison(expr, Compare::More, left, right, depth)
            }
            (operators::IN, None, [item, list]) => self.membership(expr, item, list, depth),
            (name @ ("startsWith" | "endsWith" | "contains"), Some(target), [part]) => {
                self.text_test(expr, name, target, part, depth)
            }
            _ => self.formula(expr, depth),
        }
    }

    /// All sides of a chain of the same connective, however the parser grouped them.
    fn connective(
        &mut self,
        expr: &'a IdedExpr,
        name: &str,
        depth: usize,
    ) -> Option<Vec<Node<Clause>>> {
        let mut sides = Vec::new();
        let mut todo = vec![expr];
        while let Some(expr) = todo.pop() {
            match &expr.expr {
                Expr::Call(CallExpr {
                    func_name, args, ..
                }) if func_name == name => {
                    todo.extend(args.iter().rev());
                }
                _ => sides.push(self.node(expr, depth + 1)),
            }
        }
        sides.into_iter().collect()
    }

    fn bare_field(&mut self, expr: &'a IdedExpr, select: &'a SelectExpr) -> Option<Node<Clause>> {
        let (number, field) = self.field(expr, select)?;
        match field.kind {
            _ if select.test => Some(clause(number, Test::Known)),
            FieldType::Flag => Some(clause(number, Test::Flag)),
            kind => {
                let message = format!(
                    "{} is a {}, not a yes or no",
                    self.places.text(expr),
                    kind.word()
                );
                self.fault(
                    expr,
                    message,
                    format!("Compare it: {}", example(kind, self.places.text(expr))),
                )
            }
        }
    }

    /// The field that `record.name` names.
    pub(super) fn field(
        &mut self,
        expr: &IdedExpr,
        select: &SelectExpr,
    ) -> Option<(FieldNo, &'a Field)> {
        let (vocabulary, scope) = (self.vocabulary, self.vocabulary.scope);
        let Expr::Ident(owner) = &select.operand.expr else {
            let message = format!(
                "fields have no parts, so .{} means nothing here",
                select.field
            );
            return self.fault(expr, message, format!("Fields are written {scope}.name"));
        };
        if owner != scope {
            let hint = match owner.as_str() {
                "record" => "This condition is about reps, so it can only look at rep.name",
                "rep" => "This condition is about records, so it can only look at record.name",
                _ => "Texts stand in quotes; a field is written with its scope and a dot before it",
            };
            return self.fault(expr, format!("{owner:?} is not known here"), hint);
        }
        if vocabulary.broken.contains(&select.field) {
            // What is wrong with it was said where it is declared.
            return None;
        }
        let Some((number, field)) = vocabulary.find(&select.field) else {
            let hint = did_you_mean(&select.field, vocabulary.names())
                .unwrap_or_else(|| format!("Declare it under [{scope}]"));
            return self.fault(expr, format!("there is no field {:?}", select.field), hint);
        };
        if field.private {
            let message = format!("{:?} is private, and conditions never see it", field.name);
            return self.fault(expr, message, "Use a field that is not personal data");
        }
        Some((number, field))
    }

    fn side(&mut self, expr: &'a IdedExpr) -> Option<Side<'a>> {
        Some(match &expr.expr {
            Expr::Select(select) if !select.test => {
                let (number, field) = self.field(expr, select)?;
                Side::Field(number, field)
            }
            Expr::Literal(_) => Side::Literal(self.literal(expr)?),
            Expr::List(list) => Side::List(&list.elements),
            Expr::Call(call) if call.func_name == "timestamp" && call.target.is_none() => {
                Side::Literal(self.literal(expr)?)
            }
            _ => Side::Other,
        })
    }

    fn comparison(
        &mut self,
        expr: &'a IdedExpr,
        compare: Compare,
        left: &'a IdedExpr,
        right: &'a IdedExpr,
        depth: usize,
    ) -> Option<Node<Clause>> {
        let sides = (self.side(left), self.side(right));
        match (sides.0?, sides.1?) {
            (Side::Field(number, field), Side::Literal(value)) => {
                self.field_test(expr, compare, number, field, value, depth)
            }
            (Side::Literal(value), Side::Field(number, field)) => {
                self.field_test(expr, turned(compare), number, field, value, depth)
            }
            (Side::Literal(_), Side::Literal(_)) => {
                let hint = "Compare a field with a value";
                self.fault(expr, "this compares two fixed values", hint)
            }
            (Side::List(_), _) | (_, Side::List(_)) => {
                let hint = "To ask for one of several values, write in";
                self.fault(expr, "a list cannot be compared as a whole", hint)
            }
            _ => self.formula(expr, depth),
        }
    }

    fn field_test(
        &mut self,
        expr: &'a IdedExpr,
        compare: Compare,
        number: FieldNo,
        field: &Field,
        value: Value,
        depth: usize,
    ) -> Option<Node<Clause>> {
        let equal = compare == Compare::Equal;
        let test = match (field.kind, value) {
            (FieldType::Text, Value::Text(text)) if equal => Test::OneOf(vec![text.into()]),
            (FieldType::Text, Value::Text(_)) => return self.formula(expr, depth),
            (FieldType::Number, Value::Number(literal)) => Test::Number(compare, literal),
            (FieldType::Time, Value::Time(literal)) => Test::Time(compare, literal),
            (FieldType::Flag, Value::Flag(true)) if equal => Test::Flag,
            (FieldType::Flag, Value::Flag(false)) if equal => {
                return Some(Node::Not(Box::new(clause(number, Test::Flag))));
            }
            (_, value) => return self.clash(expr, field, &value),
        };
        Some(clause(number, test))
    }

    fn membership(
        &mut self,
        expr: &'a IdedExpr,
        item: &'a IdedExpr,
        list: &'a IdedExpr,
        depth: usize,
    ) -> Option<Node<Clause>> {
        let sides = (self.side(item), self.side(list));
        match (sides.0?, sides.1?) {
            (_, Side::List([])) => self.fault(
                list,
                "the list is empty, so nothing is in it",
                "Put values into it",
            ),
            (Side::Literal(_), Side::List(_)) => {
                let hint = "Put a field before in";
                self.fault(expr, "this looks for a fixed value in a fixed list", hint)
            }
            (Side::Field(number, field), Side::List(items)) => {
                let literal = |item: &&IdedExpr| match &item.expr {
                    Expr::Literal(_) => true,
                    Expr::Call(call) => call.func_name == "timestamp",
                    _ => false,
                };
                if items.iter().any(|item| !literal(&item)) {
                    return self.formula(expr, depth);
                }
                self.one_of(expr, number, field, items)
            }
            (Side::Field(..), Side::Literal(_)) => self.fault(
                list,
                "in looks into a list",
                "Write the list in [ ] after in",
            ),
            (Side::Literal(Value::Text(tag)), Side::Field(number, field))
                if field.kind == FieldType::Tags =>
            {
                Some(clause(number, Test::Tag(tag.into())))
            }
            (_, Side::Field(_, field)) if field.kind != FieldType::Tags => {
                let message = format!(
                    "{} is a {}, not a list",
                    self.places.text(list),
                    field.kind.word()
                );
                let hint = match field.kind {
                    FieldType::Text => "To look inside a text, write .contains(\"…\") after it",
                    _ => "Write a list in [ ] after in",
                };
                self.fault(list, message, hint)
            }
            (Side::Literal(value), Side::Field(_, field)) => self.clash(expr, field, &value),
            _ => self.formula(expr, depth),
        }
    }

    fn one_of(
        &mut self,
        expr: &'a IdedExpr,
        number: FieldNo,
        field: &Field,
        items: &'a [IdedExpr],
    ) -> Option<Node<Clause>> {
        if matches!(field.kind, FieldType::Flag | FieldType::Tags) {
            let name = format!("{}.{}", self.vocabulary.scope, field.name);
            let message = format!("{} cannot be looked for in a list", noun(field.kind));
            return self.fault(
                expr,
                message,
                format!("Write {}", example(field.kind, &name)),
            );
        }
        let (mut texts, mut numbers, mut moments) = (Vec::new(), Vec::new(), Vec::new());
        let mut sound = true;
        for item in items {
            match (field.kind, self.literal(item)) {
                (FieldType::Text, Some(Value::Text(text))) => texts.push(text.into()),
                (FieldType::Number, Some(Value::Number(number))) => numbers.push(number),
                (FieldType::Time, Some(Value::Time(moment))) => moments.push(moment),
                (_, None) => sound = false,
                (_, Some(value)) => {
                    sound = false;
                    self.clash::<()>(item, field, &value);
                }
            }
        }
        texts.sort();
        texts.dedup();
        numbers.sort();
        numbers.dedup();
        sound.then(|| match field.kind {
            FieldType::Text => clause(number, Test::OneOf(texts)),
            FieldType::Number => clause(number, Test::NumberIn(numbers)),
            _ => Node::Any(
                moments
                    .into_iter()
                    .map(|moment| clause(number, Test::Time(Compare::Equal, moment)))
                    .collect(),
            ),
        })
    }

    fn text_test(
        &mut self,
        expr: &'a IdedExpr,
        name: &str,
        target: &'a IdedExpr,
        part: &'a IdedExpr,
        depth: usize,
    ) -> Option<Node<Clause>> {
        let sides = (self.side(target), self.side(part));
        match (sides.0?, sides.1?) {
            (Side::Field(number, field), Side::Literal(Value::Text(part)))
                if field.kind == FieldType::Text =>
            {
                Some(clause(
                    number,
                    match name {
                        "startsWith" => Test::StartsWith(part.into()),
                        "endsWith" => Test::EndsWith(part.into()),
                        _ => Test::Contains(part.into()),
                    },
                ))
            }
            (Side::Field(_, field), Side::Literal(Value::Text(part)))
                if field.kind == FieldType::Tags =>
            {
                let hint = format!("Write {part:?} in {}", self.places.text(target));
                self.fault(expr, format!("tags have no {name}"), hint)
            }
            (Side::Field(_, field), Side::Literal(value)) if field.kind == FieldType::Text => {
                self.clash(expr, field, &value)
            }
            _ => self.formula(expr, depth),
        }
    }

    fn formula(&mut self, expr: &'a IdedExpr, depth: usize) -> Option<Node<Clause>> {
        self.formulate(expr, depth)
            .map(|formula| Node::Clause(Clause::Formula(formula)))
    }

    /// Names a part of CEL that no condition may use.
    pub(super) fn stranger<T>(&mut self, expr: &IdedExpr) -> Option<T> {
        match &expr.expr {
            Expr::Comprehension(_) => {
                let hint = "To look for a tag, write \"tag\" in record.tags";
                self.fault(expr, "there are no loops in a condition", hint)
            }
            Expr::Map(_) | Expr::Struct(_) => {
                self.fault(expr, "there are no maps or messages in a condition", "")
            }
            Expr::List(_) => self.fault(expr, "a list can only stand after in", ""),
            _ => self.fault(expr, "this is not understood", ""),
        }
    }
}

fn clause(field: FieldNo, test: Test) -> Node<Clause> {
    Node::Clause(Clause::Field { field, test })
}

/// The comparison with its sides exchanged.
fn turned(compare: Compare) -> Compare {
    match compare {
        Compare::Less => Compare::More,
        Compare::AtMost => Compare::AtLeast,
        Compare::Equal => Compare::Equal,
        Compare::AtLeast => Compare::AtMost,
        Compare::More => Compare::Less,
    }
}
