//! Records read outright and at length: the same, or left to the long way.

use super::*;
use crate::api::fields::tests::schema;
use proptest::prelude::*;

#[test]
fn the_express_way_is_a_route_of_the_table() {
    let table = routes().table;
    let found = table
        .iter()
        .find(|route| route.path == EXPRESS && route.method == "POST");
    assert_eq!(found.map(|route| route.need), Some(Need::May(Verb::TakeIn)));
}

/// A record read both ways: outright, and at length.
fn both(text: &str) -> (Option<Outright>, Option<Outright>) {
    let schema = schema();
    let record: Option<RecordIn<'_>> = serde_json::from_str(text).ok();
    let long = record.and_then(|record| at_length(&record, &schema).ok());
    (outright::read(text, &schema), long)
}

#[test]
fn sound_records_are_read_outright_as_they_are_at_length() {
    for text in [
        r#"{"key":"L-1"}"#,
        r#"{"key":"L-1","fields":{}}"#,
        r#"{"fields":{"hot":true},"key":"L-1","occurred_at":"2026-03-01T09:30:00Z"}"#,
        r#"{"key":"L-1","fields":{"email":"a@b.example","tags":["b","a","b"],"country":"PT",
            "seen":"2026-03-01T10:30:00+01:00","employees":-0.1,"salary":7}}"#,
        r#" {"key" : "L-1", "fields" : {"hot" : null, "employees" : null, "tags" : null,
            "country" : null, "seen" : null, "kind" : "\u0070\"t"}} "#,
    ] {
        let (outright, long) = both(text);
        assert!(outright.is_some(), "{text}");
        assert_eq!(outright, long, "{text}");
    }
}

#[test]
fn what_is_out_of_the_ordinary_is_left_to_the_long_way() {
    for text in [
        "",
        "7",
        "[]",
        "null",
        r#"{"fields":{}}"#,
        r#"{"key":7}"#,
        r#"{"key":"L-1"} x"#,
        r#"{"key":"L-1","key":"L-2"}"#,
        r#"{"key":"L-1","more":1}"#,
        r#"{"key":"L-1","fields":{"contry":"PT"}}"#,
        r#"{"key":"L-1","fields":{"hot":null,"hot":true}}"#,
        r#"{"key":"L-1","fields":{"country":"a\u0000b"}}"#,
        r#"{"key":"L-1","fields":{"country":7}}"#,
        r#"{"key":"L-1","fields":{"employees":"7"}}"#,
        r#"{"key":"L-1","fields":{"employees":1e2}}"#,
        r#"{"key":"L-1","fields":{"tags":"a"}}"#,
        r#"{"key":"L-1","fields":{"tags":[["a"]]}}"#,
        r#"{"key":"L-1","fields":{"seen":"yesterday"}}"#,
        r#"{"key":"L-1","fields":{"hot":[]}}"#,
        r#"{"key":"L-1","occurred_at":"yesterday"}"#,
    ] {
        let (outright, long) = both(text);
        assert_eq!((outright, long), (None, None), "{text}");
    }
    let many: Vec<String> = (0..65).map(|tag| format!("\"t{tag}\"")).collect();
    let long = "x".repeat(1_025);
    for value in [format!("[{}]", many.join(",")), format!("[\"{long}\"]")] {
        let text = format!(r#"{{"key":"L-1","fields":{{"tags":{value}}}}}"#);
        assert_eq!(both(&text), (None, None));
    }
    let text = format!(r#"{{"key":"L-1","fields":{{"country":"{long}"}}}}"#);
    assert_eq!(both(&text), (None, None));
    // Personal text may be longer.
    let text = format!(r#"{{"key":"L-1","fields":{{"email":"{long}"}}}}"#);
    let (outright, long) = both(&text);
    assert!(outright.is_some());
    assert_eq!(outright, long);
}

/// Values of any kind, mostly sound ones.
fn value() -> impl Strategy<Value = String> {
    const TEXTS: &[&str] = &[
        "null",
        "true",
        "false",
        "7",
        "-0.5",
        "1e3",
        "1.1234567",
        "\"PT\"",
        "\"\"",
        "[]",
        "[\"b\",\"a\"]",
        "[\"a\",null]",
        "{}",
        "\"2026-03-01T09:30:00Z\"",
        "\"a\\u0000\"",
        "\"a\\n\"",
        "\"\\ud800\"",
        "[\"a\\t\"]",
        "99999999999999",
        "\"é\"",
        "nul",
    ];
    prop_oneof![
        prop::sample::select(TEXTS).prop_map(str::to_owned),
        "[0-9]{1,14}(\\.[0-9]{0,7})?",
        "\"[ -~é]{0,9}\"",
    ]
}

fn name() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "country",
        "employees",
        "hot",
        "seen",
        "tags",
        "email",
        "salary",
        "kind",
        "contry",
        "c\\u006funtry",
        "",
    ];
    prop::sample::select(NAMES).prop_map(str::to_owned)
}

proptest! {
    /// Whatever is read outright is what is read at length; and what cannot be read at length
    /// is not read outright.
    #[test]
    fn both_ways_read_the_same(
        key in value(),
        fields in prop::collection::vec((name(), value()), 0..6),
        occurred in prop::option::of(value()),
        cut in 0usize..400,
    ) {
        let fields: Vec<String> =
            fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        let mut text = format!("{{\"key\":{key},\"fields\":{{{}}}", fields.join(","));
        if let Some(occurred) = occurred {
            text += &format!(",\"occurred_at\":{occurred}");
        }
        text.push('}');
        let end = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        for text in [&text[..], &text[..end.unwrap_or(0)]] {
            let (outright, long) = both(text);
            if outright.is_some() {
                prop_assert_eq!(outright, long, "{}", text);
            }
        }
    }
}
