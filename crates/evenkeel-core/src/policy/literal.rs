//! Literals in conditions, and what is said when they do not fit.

use crate::market::schema::{Field, FieldType};
use crate::market::value::Value;
use crate::policy::lower::Lowering;
use crate::time::Moment;
use crate::units::Micro;
use cel::IdedExpr;
use cel::common::ast::{Expr, LiteralValue};

impl Lowering<'_> {
    /// The value of a literal, or of `timestamp("…")`.
    pub(super) fn literal(&mut self, expr: &IdedExpr) -> Option<Value> {
        let literal = match &expr.expr {
            Expr::Literal(literal) => literal,
            Expr::Call(call) => {
                let [
                    IdedExpr {
                        expr: Expr::Literal(LiteralValue::String(text)),
                        ..
                    },
                ] = call.args.as_slice()
                else {
                    let hint = "Write timestamp(\"2026-03-01T00:00:00Z\")";
                    return self.fault(expr, "timestamp takes one fixed text", hint);
                };
                return self.moment(expr, text.inner()).map(Value::Time);
            }
            _ => return self.fault(expr, "a fixed value is needed here", ""),
        };
        match literal {
            LiteralValue::String(text) => Some(Value::Text(text.inner().into())),
            LiteralValue::Boolean(flag) => Some(Value::Flag(*flag.inner())),
            LiteralValue::Int(whole) => self.whole(expr, i128::from(*whole.inner())),
            LiteralValue::UInt(whole) => self.whole(expr, i128::from(*whole.inner())),
            LiteralValue::Double(double) => {
                let sign = if double.inner().is_sign_negative() {
                    "-"
                } else {
                    ""
                };
                match Micro::parse(&format!("{sign}{}", self.places.token(expr))) {
                    Some(number) => Some(Value::Number(number)),
                    None => {
                        let hint = "Write it with at most six places and without e";
                        self.fault(expr, "this is no plain decimal", hint)
                    }
                }
            }
            LiteralValue::Null => {
                let hint = "Whether a field has a value is asked with has(…)";
                self.fault(expr, "there is no null here", hint)
            }
            LiteralValue::Bytes(_) => self.fault(
                expr,
                "there are no bytes here",
                "Write the text without the b before it",
            ),
        }
    }

    fn whole(&mut self, expr: &IdedExpr, whole: i128) -> Option<Value> {
        match i64::try_from(whole * 1_000_000) {
            Ok(number) if number != i64::MIN => Some(Value::Number(Micro(number))),
            _ => {
                let hint = "Numbers reach to 9,200,000,000,000";
                self.fault(expr, "this number is out of bounds", hint)
            }
        }
    }

    fn moment(&mut self, expr: &IdedExpr, text: &str) -> Option<Moment> {
        match text.parse::<jiff::Timestamp>() {
            Ok(stamp) if !text.contains('[') => Some(Moment(stamp.as_millisecond())),
            _ => {
                let message = format!("{text:?} is not a moment");
                let hint = "Write it with a zone: timestamp(\"2026-03-01T09:30:00Z\")";
                self.fault(expr, message, hint)
            }
        }
    }

    /// Notes that a field and a value have different types; always `None`.
    pub(super) fn clash<T>(&mut self, expr: &IdedExpr, field: &Field, value: &Value) -> Option<T> {
        let name = format!("{}.{}", self.vocabulary.scope, field.name);
        let message = match (field.kind, value) {
            (FieldType::Flag, Value::Flag(_)) => "yes is neither more nor less than no".to_owned(),
            (kind, value) => {
                let shown: String = value.to_string().chars().take(40).collect();
                let shown = match value {
                    Value::Text(_) => format!("{shown:?}"),
                    Value::Flag(flag) => flag.to_string(),
                    _ => shown,
                };
                format!(
                    "{name} is {}, but {shown} is {}",
                    noun(kind),
                    noun(value.kind())
                )
            }
        };
        let hint = match (field.kind, value) {
            (FieldType::Number, Value::Text(text)) if Micro::parse(text).is_some() => {
                format!("Write {text} without quotes")
            }
            (FieldType::Text, Value::Number(number)) => format!("Write \"{number}\" in quotes"),
            (kind, _) => format!("Write {}", example(kind, &name)),
        };
        self.fault(expr, message, hint)
    }
}

/// What a value of this type is, in words.
pub(super) fn noun(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "a text",
        FieldType::Number => "a number",
        FieldType::Flag => "a yes or no",
        FieldType::Time => "a moment",
        FieldType::Tags => "a set of tags",
    }
}

/// How a field of this type is asked.
pub(super) fn example(kind: FieldType, name: &str) -> String {
    match kind {
        FieldType::Text => format!("{name} == \"…\""),
        FieldType::Number => format!("{name} >= 200"),
        FieldType::Flag => name.to_owned(),
        FieldType::Time => format!("{name} >= timestamp(\"2026-03-01T00:00:00Z\")"),
        FieldType::Tags => format!("\"…\" in {name}"),
    }
}
