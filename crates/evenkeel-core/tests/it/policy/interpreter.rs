//! The `cel` interpreter alone, as the judge: the text as written, a record as a map, no rewriting.
//!
//! An error, such as a missing key, is *unknown*.

use cel::{Context, Program, Value as Cel};
use evenkeel_core::market::clause::Answer;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::market::value::{Attributes, Value};
use std::sync::Arc;

/// What a condition answers about a record.
pub(crate) fn answer(program: &Program, context: &Context<'_, '_>) -> Answer {
    match program.execute(context) {
        Ok(Cel::Bool(holds)) => Answer::of(holds),
        Ok(other) => panic!("a condition answers yes or no, not {other:?}"),
        Err(_) => Answer::Unknown,
    }
}

/// The program of a text.
pub(crate) fn program(text: &str) -> Program {
    Program::compile(text).unwrap_or_else(|errors| panic!("{text}: {errors}"))
}

/// A record as the interpreter sees it.
pub(crate) fn context(schema: &Schema, record: &Attributes) -> Context<'static, 'static> {
    let values = record.values.iter().map(|(field, value)| {
        let name = schema.field(*field).expect("a declared field").name.clone();
        let value = match value {
            Value::Text(text) => Cel::from(text.as_str()),
            Value::Number(number) => Cel::Float(number.0 as f64 / 1e6),
            Value::Flag(flag) => Cel::Bool(*flag),
            Value::Time(moment) => Cel::Int(moment.0),
            Value::Tags(tags) => Cel::from(tags.clone()),
        };
        (name, value)
    });
    #[expect(
        clippy::disallowed_types,
        reason = "the interpreter wants its own kind of map"
    )]
    let values: std::collections::HashMap<String, Cel> = values.collect();
    let mut context = Context::default();
    context.add_variable_from_value("record", values);
    context
        .add_function("timestamp", |text: Arc<String>| -> i64 {
            text.parse::<jiff::Timestamp>()
                .expect("moments here are sound")
                .as_millisecond()
        })
        .expect("the name is free without the chrono feature");
    context
}
