//! The same records come out of CSV and of NDJSON.

use crate::reading::read;
use evenkeel_connect::source::Format;
use proptest::prelude::*;

/// One record as texts: key, country, employees, hot, moment, tags, e-mail.
type Texts = (String, String, String, String, String, Vec<String>, String);

fn texts() -> impl Strategy<Value = Texts> {
    (
        "[A-Za-z0-9 \"',;ä-]{0,6}",
        "[A-Z\" \n,=]{0,4}",
        prop_oneof![
            "-?[0-9]{1,9}(\\.[0-9]{1,6})?",
            "[0-9]{1,3}k",
            Just("1e309".to_owned())
        ],
        prop_oneof!["true", "false", "", "perhaps"],
        prop_oneof![
            "20[0-9]{2}-0[1-9]-2[0-8]",
            "2026-03-01T09:30:00\\+02:00",
            "[0-9]{4}"
        ],
        proptest::collection::vec("[a-c ]{0,2}", 0..4),
        "[a-z]{0,3}(@example\\.com)?",
    )
}

fn csv_of(records: &[Texts]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = [
        "id",
        "country",
        "employees",
        "hot",
        "created_at",
        "interests",
        "email",
    ];
    writer.write_record(header).expect("memory does not fail");
    for (id, country, employees, hot, at, tags, email) in records {
        let tags = tags.join(";");
        writer
            .write_record([id, country, employees, hot, at, &tags, email])
            .expect("memory does not fail");
    }
    writer.into_inner().expect("memory does not fail")
}

fn ndjson_of(records: &[Texts]) -> Vec<u8> {
    let mut text = String::new();
    for (id, country, employees, hot, at, tags, email) in records {
        let number = match serde_json::from_str::<serde_json::Number>(employees) {
            Ok(_) if !employees.starts_with("0") => employees.clone(),
            _ => format!("\"{employees}\""),
        };
        let hot = match hot.as_str() {
            "true" | "false" => hot.clone(),
            "" => "null".into(),
            other => format!("\"{other}\""),
        };
        let json = |text: &str| serde_json::to_string(text).expect("a text is JSON");
        let tags = serde_json::to_string(tags).expect("texts are JSON");
        text.push_str(&format!(
            "{{\"id\":{},\"country\":{},\"employees\":{number},\"hot\":{hot},\"created_at\":{},\
             \"interests\":{tags},\"email\":{}}}\n",
            json(id),
            json(country),
            json(at),
            json(email),
        ));
    }
    text.into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn csv_and_ndjson_say_the_same(records in proptest::collection::vec(texts(), 0..8)) {
        let (from_csv, bad_csv) = read(Format::Csv, &csv_of(&records));
        let (from_ndjson, bad_ndjson) = read(Format::Ndjson, &ndjson_of(&records));
        prop_assert_eq!(from_csv.len() + bad_csv.len(), records.len());
        prop_assert_eq!(from_csv.len(), from_ndjson.len());
        for (a, b) in from_csv.iter().zip(&from_ndjson) {
            prop_assert_eq!(&a.key, &b.key);
            prop_assert_eq!(&a.attributes, &b.attributes);
            prop_assert_eq!(&a.private, &b.private);
            prop_assert_eq!(a.occurred, b.occurred);
        }
        for (a, b) in bad_csv.iter().zip(&bad_ndjson) {
            let (a, b) = (a.bad(), b.bad());
            prop_assert_eq!(&a.column, &b.column);
            prop_assert_eq!(&a.value, &b.value);
            // Only the line on which the first of two equal keys stands may differ.
            if !a.expected.starts_with("every id once") {
                prop_assert_eq!(&a.expected, &b.expected);
            }
        }
    }
}
