//! A made-up vocabulary, and random conditions and records over it.
//!
//! Values are few and often missing, so that random conditions are answered all three ways.

use evenkeel_core::market::schema::{Field, FieldType, Schema};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::policy::document::Document;
use evenkeel_core::policy::read::read;
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use proptest::prelude::*;

/// The record fields declared in every policy here, after the built-in `kind`.
pub(crate) const FIELDS: [(&str, FieldType); 8] = [
    ("country", FieldType::Text),
    ("city", FieldType::Text),
    ("employees", FieldType::Number),
    ("score", FieldType::Number),
    ("created_at", FieldType::Time),
    ("hot", FieldType::Flag),
    ("vip", FieldType::Flag),
    ("interests", FieldType::Tags),
];

const COUNTRIES: [&str; 6] = ["US", "CA", "MX", "DE", "", "U"];
const CITIES: [&str; 5] = ["Boston", "Bonn", "New Bonn", "Berlin", "Ottawa"];
const TAGS: [&str; 4] = ["chairs", "desks", "lamps", ""];
const NUMBERS: [&str; 7] = ["0", "1", "0.5", "-2", "200", "199.999999", "1000000"];
const MOMENTS: [&str; 3] = [
    "2026-03-01T00:00:00Z",
    "2026-03-01T01:00:00+01:00",
    "2025-12-31T23:59:59.5Z",
];

/// The schema in force with these fields.
pub(crate) fn schema() -> Schema {
    let mut schema = Schema::of_records();
    for (name, kind) in FIELDS {
        let field = Field {
            name: name.to_owned(),
            kind,
            private: false,
        };
        schema.declare(field).expect("no field stands twice");
    }
    schema
}

/// A policy text whose rules have these conditions; each goes to a queue.
pub(crate) fn policy_text(conditions: &[String]) -> String {
    let mut text = String::from("evenkeel = 1\nname = \"made up\"\n[record]\n");
    for (name, kind) in FIELDS {
        text += &format!("{name} = \"{}\"\n", kind.word());
    }
    text += "[[queue]]\nname = \"all\"\n[fallback]\nto = \"queue:all\"\n";
    for (at, condition) in conditions.iter().enumerate() {
        text +=
            &format!("[[rule]]\nname = \"{at}\"\nwhen = '''{condition}'''\nto = \"queue:all\"\n");
    }
    text
}

/// The document with these conditions.
pub(crate) fn document(conditions: &[String]) -> Document {
    let reading = read(
        &policy_text(conditions),
        &Schema::of_records(),
        &Schema::of_reps(),
    );
    reading
        .document
        .unwrap_or_else(|| panic!("{:#?}", reading.problems))
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(words)
}

fn compare() -> impl Strategy<Value = &'static str> {
    one_of(&["==", "!=", "<", "<=", ">", ">="])
}

fn list(words: &'static [&'static str], quote: &'static str) -> impl Strategy<Value = String> {
    let item = one_of(words).prop_map(move |word| format!("{quote}{word}{quote}"));
    prop::collection::vec(item, 1..4).prop_map(|items| items.join(", "))
}

/// A question that becomes one clause.
fn clause() -> impl Strategy<Value = String> {
    let texts = || {
        prop_oneof![
            one_of(&COUNTRIES).prop_map(|word| ("record.country", word)),
            one_of(&CITIES).prop_map(|word| ("record.city", word)),
        ]
    };
    let numbers = || one_of(&["record.employees", "record.score"]);
    let name = FIELDS.map(|(name, _)| name);
    prop_oneof![
        4 => (texts(), one_of(&["==", "!="])).prop_map(|((f, w), op)| format!("{f} {op} \"{w}\"")),
        1 => texts().prop_map(|(field, word)| format!("'{word}' == {field}")),
        2 => list(&COUNTRIES, "\"").prop_map(|list| format!("record.country in [{list}]")),
        3 => (texts(), one_of(&["startsWith", "endsWith", "contains"]), 0usize..3)
            .prop_map(|((field, word), test, skip)| {
                let part = word.get(skip..).unwrap_or(word);
                format!("{field}.{test}(\"{part}\")")
            }),
        4 => (numbers(), compare(), one_of(&NUMBERS))
            .prop_map(|(field, op, number)| format!("{field} {op} {number}")),
        2 => (numbers(), compare(), one_of(&NUMBERS))
            .prop_map(|(field, op, number)| format!("{number} {op} {field}")),
        2 => (numbers(), list(&NUMBERS, "")).prop_map(|(f, list)| format!("{f} in [{list}]")),
        3 => (compare(), one_of(&MOMENTS))
            .prop_map(|(op, moment)| format!("record.created_at {op} timestamp(\"{moment}\")")),
        2 => one_of(&["record.hot", "record.vip", "record.hot == false", "record.vip == true"])
            .prop_map(str::to_owned),
        3 => one_of(&TAGS).prop_map(|tag| format!("\"{tag}\" in record.interests")),
        2 => prop::sample::select(name.to_vec()).prop_map(|name| format!("has(record.{name})")),
        1 => one_of(&["true", "false"]).prop_map(str::to_owned),
    ]
}

/// A question that only the interpreter can answer. Numbers are written as decimals, because the
/// interpreter alone, to which ours is compared, refuses to mix.
fn formula() -> impl Strategy<Value = String> {
    let number = || {
        let leaf = prop_oneof![
            one_of(&["record.employees", "record.score"]).prop_map(str::to_owned),
            one_of(&["1.0", "0.5", "-2.0", "200.0"]).prop_map(str::to_owned),
        ];
        leaf.prop_recursive(2, 4, 2, |inner| {
            (inner.clone(), one_of(&["+", "-", "*"]), inner)
                .prop_map(|(left, op, right)| format!("({left} {op} {right})"))
        })
    };
    prop_oneof![
        (number(), compare(), number())
            .prop_map(|(left, op, right)| format!("record.score + {left} {op} {right}")),
        (one_of(&["2.0", "4.0"]), compare(), number())
            .prop_map(|(under, op, right)| format!("record.employees / {under} {op} {right}")),
        compare().prop_map(|op| format!("record.country {op} record.city")),
        one_of(&CITIES).prop_map(|city| format!("record.city + record.country == \"{city}US\"")),
        Just("size(record.city) > 4".to_owned()),
        Just("record.interests.size() >= 2".to_owned()),
        Just("record.country in record.interests".to_owned()),
        Just("record.hot ? record.vip : has(record.city)".to_owned()),
        Just("record.city.startsWith(record.country)".to_owned()),
        (compare(), one_of(&COUNTRIES)).prop_map(|(op, word)| {
            let op = if op == "==" { "<" } else { op };
            format!("record.country {op} \"{word}\" == record.hot")
        }),
    ]
}

/// A random condition.
pub(crate) fn condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![6 => clause(), 1 => formula()];
    leaf.prop_recursive(3, 14, 3, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 2..4).prop_map(|all| {
                format!("({})", all.join(" && "))
            }),
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(|any| {
                format!("({})", any.join(" || "))
            }),
            2 => inner.prop_map(|inner| format!("!({inner})")),
        ]
    })
    .prop_filter("brackets nest as deep as allowed", |text| depth(text) <= 6)
}

fn depth(text: &str) -> usize {
    let mut open = 0usize;
    let mut deepest = 0;
    for c in text.chars() {
        match c {
            '(' | '[' => open += 1,
            ')' | ']' => open -= 1,
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

fn value(kind: FieldType, name: &str) -> BoxedStrategy<Value> {
    match (kind, name) {
        (FieldType::Text, "city") => prop_oneof![
            5 => one_of(&CITIES).prop_map(|word| Value::Text(word.into())),
            1 => "[A-Z]{1,2}onn?".prop_map(|word| Value::Text(word.into())),
        ]
        .boxed(),
        (FieldType::Text, _) => prop_oneof![
            5 => one_of(&COUNTRIES).prop_map(|word| Value::Text(word.into())),
            1 => "[UCM][SAX]?".prop_map(|word| Value::Text(word.into())),
        ]
        .boxed(),
        (FieldType::Number, _) => prop_oneof![
            3 => one_of(&NUMBERS).prop_map(|number| {
                Value::Number(Micro::parse(number).expect("a plain decimal"))
            }),
            1 => (-3_000_000i64..250_000_000).prop_map(|number| Value::Number(Micro(number))),
        ]
        .boxed(),
        (FieldType::Time, _) => {
            let near = 1_772_323_200_000i64;
            prop_oneof![
                Just(0),
                Just(-1),
                Just(1),
                Just(-5_184_000_500),
                -9_000_000i64..9_000_000
            ]
            .prop_map(move |off| Value::Time(Moment(near + off)))
            .boxed()
        }
        (FieldType::Flag, _) => any::<bool>().prop_map(Value::Flag).boxed(),
        (FieldType::Tags, _) => {
            let tag = prop_oneof![one_of(&TAGS), one_of(&COUNTRIES)].prop_map(str::to_owned);
            prop::collection::vec(tag, 0..4)
                .prop_map(Value::tags)
                .boxed()
        }
    }
}

/// A random record; each field is missing a third of the time.
pub(crate) fn record() -> impl Strategy<Value = Attributes> {
    let schema = schema();
    let values: Vec<_> = FIELDS
        .map(|(name, kind)| {
            let number = schema.find(name).expect("declared above");
            prop::option::weighted(0.67, value(kind, name))
                .prop_map(move |v| v.map(|v| (number, v)))
        })
        .into_iter()
        .map(Strategy::boxed)
        .collect();
    values.prop_map(|values| Attributes {
        values: values.into_iter().flatten().collect(),
    })
}
