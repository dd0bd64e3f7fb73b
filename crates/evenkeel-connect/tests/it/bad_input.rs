//! Tables of bad input: each names file, line, column, value, and what was expected.

use crate::reading::{open, read};
use evenkeel_connect::lines::{LINE_MAX, LINES_MAX};
use evenkeel_connect::source::Format::{self, Csv, Ndjson};

/// Every complaint about the text, in order, and how many records came through.
fn complaints(format: Format, bytes: &[u8]) -> (Vec<String>, usize) {
    let (good, bad) = read(format, bytes);
    (
        bad.iter()
            .map(|trouble| trouble.bad().to_string())
            .collect(),
        good.len(),
    )
}

#[test]
fn a_bad_line_of_a_table_is_named_and_the_others_are_read() {
    for (line, words) in [
        (
            "2,DE,12k",
            "in.csv:3: column 3 \"employees\": found \"12k\", expected a number such as 1250.5. \
             Signs of currency and marks between thousands are named in the mapping's [numbers]",
        ),
        (
            "2,DE,NaN",
            "in.csv:3: column 3 \"employees\": found \"NaN\", expected a number such as 1250.5. \
             Leave the cell empty when the number is not known",
        ),
        (
            "2,DE,1e309",
            "in.csv:3: column 3 \"employees\": found \"1e309\", expected a number such as 1250.5. \
             Write it out, without an exponent",
        ),
        (
            "2,DE,99999999999999999999",
            "in.csv:3: column 3 \"employees\": found \"99999999999999999999\", expected a number \
             within bounds. Numbers reach from -9,200,000,000,000 to 9,200,000,000,000",
        ),
        (
            "2,DE",
            "in.csv:3: expected 3 cells as in the header, found 2",
        ),
        (
            "2,DE,5,6",
            "in.csv:3: expected 3 cells as in the header, found 4. Maybe a value with a comma has \
             no quotes around it",
        ),
        (
            " ,DE,5",
            "in.csv:3: column 1 \"id\": found \"\", expected an id on every line",
        ),
        (
            "1,DE,5",
            "in.csv:3: column 1 \"id\": found \"1\", expected every id once, but line 2 has it",
        ),
        (
            "2,\"DE\"x,5",
            "in.csv:3: column 2 \"country\": expected a delimiter or the end of the line after a \
             closing quote. A quote inside a quoted value is written twice: \"\"",
        ),
        (
            "2,\"DE,5",
            "in.csv:3: column 2 \"country\": expected a closing quote within 1000 lines and \
             1048576 bytes, and before the end of the file. Close the quote, or remove it",
        ),
        (
            "2,D\0E,5",
            "in.csv:3: column 2 \"country\": found \"D\\u{0}E\", expected printable text. Remove \
             the character \\u{0}",
        ),
        (
            "2\u{200B},DE,5",
            "in.csv:3: column 1 \"id\": found \"2\\u{200b}\", expected an id in visible \
             characters only: no zero-width characters, soft hyphens or direction marks",
        ),
        (
            "\"2\n2\",DE,5",
            "in.csv:3: column 1 \"id\": found \"2\\n2\", expected an id in printable text on one \
             line that is not empty",
        ),
    ] {
        let text = format!("id,country,employees\n1,DE,5\n{line}\n3,FR,7\n");
        let (bad, good) = complaints(Csv, text.as_bytes());
        assert_eq!(bad, [words], "{line:?}");
        assert_eq!(good, 2, "{line:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_named_with_their_column() {
    let text = b"id,country\n1,M\xFCnchen\n2,Bonn\n";
    let (bad, good) = complaints(Csv, text);
    assert_eq!(
        bad,
        [
            "in.csv:2: column 2 \"country\": found \"M\u{FFFD}nchen\", expected text in UTF-8. \
             Maybe the \
          file is in a Windows or Latin encoding; save it again as \"CSV UTF-8\""
        ]
    );
    assert_eq!(good, 1);
    for text in [&b"id,country\n1,\xFF\xFEx\n"[..], b"id,\xFF\xFEx\n1,DE\n"] {
        let first = match open(Csv, text, "") {
            Ok(_) => complaints(Csv, text).0.remove(0),
            Err(words) => words,
        };
        assert!(first.contains("Maybe the file is in a Windows"), "{first}");
    }
    let (bad, good) = complaints(Ndjson, b"{\"id\": \"\xFF\"}\n{\"id\": \"2\"}\n");
    assert_eq!(
        bad,
        ["in.ndjson:1:9: found \"{\"id\": \"\u{FFFD}\"}\", expected text in UTF-8"]
    );
    assert_eq!(good, 1);
}

#[test]
fn a_header_that_is_none_is_refused_at_once() {
    for (text, words) in [
        (&b""[..], "in.csv: expected a header line with column names"),
        (b"\n\n", "in.csv: expected a header line with column names"),
        (
            b"id,country,id\n",
            "in.csv:1: column 3 \"id\": expected every column name once, but column 1 has \
             it. Rename one of the two in the header",
        ),
        (
            b"key,country\n",
            "in.csv:1: found \"key, country\", expected a column \"id\", or a mapping that names \
             it. A mapping says where it is: [columns] id = \"its column\"",
        ),
        (
            b"Id,country\n",
            "in.csv:1: found \"Id, country\", expected a column \"id\", or a mapping that names \
             it. Maybe you meant \"Id\"",
        ),
        (
            b"\xFF\xFEi\0d\0\n",
            "in.csv:1: column 1 \"\": found \"\u{FFFD}\u{FFFD}i\\u{0}d\\u{0}\", expected \
             text in UTF-8. This \
             looks like UTF-16; save the file again as \"CSV UTF-8\"",
        ),
        (
            b"id,country\r1,DE\r",
            "in.csv:1: column 2 \"country\\r1\": expected one line per row. \
             Maybe the file has old Macintosh line ends; save it again as \"CSV UTF-8\"",
        ),
    ] {
        assert_eq!(open(Csv, text, "").err().as_deref(), Some(words));
    }
    let wide: String = (0..=1_000).map(|n| format!("c{n},")).collect();
    let words = open(Csv, format!("{wide}\n").as_bytes(), "").err();
    assert_eq!(
        words.as_deref(),
        Some("in.csv:1: expected at most 1000 columns, found 1002")
    );
    // Half a million columns of one name: counted, not compared with each other.
    let words = open(Csv, format!("{}\n", "a,".repeat(500_000)).as_bytes(), "").err();
    assert_eq!(
        words.as_deref(),
        Some("in.csv:1: expected at most 1000 columns, found 500001")
    );
    let words = open(Csv, "id,country\r1,DE\r".repeat(1_000).as_bytes(), "").err();
    assert!(words.is_some_and(|words| words.contains("old Macintosh line ends")));
}

#[test]
fn a_mapping_that_fits_neither_policy_nor_file_points_into_the_mapping() {
    for (mapping, words) in [
        (
            "mapping = 1\n[columns]\ncontry = \"Land\"",
            "map.toml:3:1: found \"contry\", expected one of country, created_at, email, \
             employees, \
             hot, id, interests, kind. Maybe you meant \"country\"",
        ),
        (
            "mapping = 1\n[constants]\nrevenue = 3",
            "map.toml:3:1: found \"revenue\", expected one of country, created_at, email, \
             employees, hot, id, interests, kind. Declare the field in the policy first",
        ),
        (
            "mapping = 1\n[columns]\ncountry = \"Lan\"",
            "map.toml:3:1: found \"Lan\", expected a column of in.csv: id, Land. Maybe you meant \
             \"Land\"",
        ),
        (
            "mapping = 1\n[columns]\ncountry = []",
            "map.toml:3:1: found \"country\", expected at least one column",
        ),
        (
            "mapping = 1\n[columns]\ncountry = \"Land\"\n[constants]\ncountry = \"DE\"",
            "map.toml:5:1: found \"country\", expected a column or a constant, not both",
        ),
        (
            "mapping = 1\n[constants]\nhot = \"perhaps\"",
            "map.toml:3:1: found \"perhaps\", expected one of yes, true, 1, y, t or no, false, 0, \
             n, f",
        ),
    ] {
        assert_eq!(
            open(Csv, b"id,Land\n1,DE\n", mapping).err().as_deref(),
            Some(words)
        );
    }
}

#[test]
fn a_bad_line_of_ndjson_is_named_and_the_others_are_read() {
    for (line, words) in [
        (
            r#"{"id": "2", "employees": NaN}"#,
            "in.ndjson:2:26: expected one JSON object, such as {\"id\": \"L-1\"}. Expected value",
        ),
        (
            r#"{"id": "2", "employees": 1e309}"#,
            "in.ndjson:2: column 2 \"employees\": found \"1e309\", expected a number such as \
             1250.5. Write it out, without an exponent",
        ),
        (
            r#"{"id": "2", "id": "3"}"#,
            "in.ndjson:2:22: expected one JSON object, such as {\"id\": \"L-1\"}. The key \"id\" \
             comes twice",
        ),
        (
            r#"{"id": "2", "country": "\ud800"}"#,
            "in.ndjson:2: column 2 \"country\": found \"\"\\ud800\"\", expected valid text. \
             Unexpected end of hex escape",
        ),
        (
            r#"{"id": "2", "country": "a\u0000"}"#,
            "in.ndjson:2: column 2 \"country\": found \"\"a\\u0000\"\", expected printable text. \
             Remove the control character",
        ),
        (
            r#"{"id": "2", "country": {"code": "DE"}}"#,
            "in.ndjson:2: column 2 \"country\": found \"{\"code\": \"DE\"}\", expected a text, a \
             number, true, false, null or a list of texts. Nested objects have no column; flatten \
             them first",
        ),
        (
            r#"{"id": "2", "country": ["DE"]}"#,
            "in.ndjson:2: column 2 \"country\": found \"DE\", expected a single value, not a list",
        ),
        (
            r#"["id"]"#,
            "in.ndjson:2:1: expected one JSON object, such as {\"id\": \"L-1\"}. Invalid type: \
             sequence, expected a JSON object",
        ),
        (
            r#"{"id": "2""#,
            "in.ndjson:2:10: expected one JSON object, such as {\"id\": \"L-1\"}. EOF while \
             parsing an object",
        ),
        (
            r#"{"country": "DE"}"#,
            "in.ndjson:2: column 0 \"id\": found \"\", expected an id on every line",
        ),
    ] {
        let text = format!("{{\"id\": \"1\"}}\n{line}\n\n{{\"id\": \"3\"}}");
        let (bad, good) = complaints(Ndjson, text.as_bytes());
        assert_eq!(bad, [words], "{line:.80}");
        assert_eq!(good, 2, "{line:.80}");
    }
}

#[test]
fn more_keys_than_the_bound_are_refused() {
    let wide: String = (0..1_001).map(|n| format!(r#""k{n}": 1,"#)).collect();
    let wide = format!(r#"{{{wide} "id": "2"}}"#);
    let (bad, good) = complaints(Ndjson, wide.as_bytes());
    let words = "in.ndjson:1:9901: expected one JSON object, such as {\"id\": \"L-1\"}. More \
                 than 1000 keys";
    assert_eq!((bad, good), (vec![words.to_owned()], 0));
}

#[test]
fn lists_within_lists_need_no_stack() {
    let deep = format!(
        r#"{{"id": "2", "country": {}{}}}"#,
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let (bad, good) = complaints(Ndjson, deep.as_bytes());
    assert_eq!((bad.len(), good), (1, 0));
    assert!(bad[0].contains("expected a list of texts"), "{bad:?}");
}

#[test]
fn a_line_over_the_bound_costs_only_itself() {
    let long = "x".repeat(LINE_MAX);
    for (format, text, words) in [
        (
            Csv,
            format!("id,country\n1,DE\n2,{long}\n3,FR\n"),
            "in.csv:3: expected a line of at most 1048576 bytes",
        ),
        (
            Ndjson,
            format!("{{\"id\":1}}\n{{\"id\":\"{long}\"}}\n{{\"id\":3}}\n"),
            "in.ndjson:2: expected a line of at most 1048576 bytes",
        ),
    ] {
        let (bad, good) = complaints(format, text.as_bytes());
        assert_eq!((bad, good), (vec![words.to_owned()], 2));
    }
}

#[test]
fn a_quote_that_is_never_closed_costs_one_line_and_not_the_file() {
    let mut text = String::from("id,country\n1,DE\n2,\"FR\n");
    for number in 3..200_000 {
        text.push_str(&format!("{number},\n"));
    }
    let (bad, good) = complaints(Csv, text.as_bytes());
    assert_eq!(bad.len(), 1);
    assert!(bad[0].starts_with("in.csv:3: column 2 \"country\": expected a closing quote"));
    assert_eq!(good, 199_998);
}

#[test]
fn a_value_spans_so_many_lines_and_no_more() {
    let value = |lines: usize| format!("id,owner\n1,\"{}\"\n2,FR\n", "x\n".repeat(lines - 1));
    assert_eq!(complaints(Csv, value(LINES_MAX).as_bytes()), (vec![], 2));
    let (bad, good) = complaints(Csv, value(LINES_MAX + 1).as_bytes());
    assert!(
        bad[0].starts_with("in.csv:2: column 2 \"owner\": expected a closing quote within 1000"),
        "{}",
        bad[0]
    );
    // What it swallowed is read again: each `x` is a line with too few cells, and the quote that
    // was to close the value opens another.
    assert!(
        bad[1].starts_with("in.csv:3: expected 2 cells"),
        "{}",
        bad[1]
    );
    assert_eq!((bad.len(), good), (LINES_MAX + 1, 1));
}

#[test]
fn a_quote_that_is_never_closed_takes_no_cell_of_the_next_line() {
    // Read to the next quote, the two lines would be one row of three cells.
    let text = "id,country,employees\n1,\"DE,5\n2,\"FR\",5\n3,FR,7\n";
    let (bad, good) = complaints(Csv, text.as_bytes());
    assert_eq!((bad.len(), good), (1, 2), "{bad:?}");
    assert!(bad[0].starts_with("in.csv:2: column 2 \"country\": expected a delimiter"));
}

#[test]
fn quotes_line_ends_and_blank_lines_are_read_as_tables_write_them() {
    let text = "\u{FEFF}id,country\r\n\r\n1,\"a \"\"b\"\",\r\nc\"\r\n2,5\" pipe\r\n\r\n\"3\",\"\"";
    let (records, bad) = read(Csv, text.as_bytes());
    assert!(bad.is_empty(), "{bad:?}");
    let seen: Vec<(u64, &str, String)> = records
        .iter()
        .map(|record| {
            let country = record.attributes.values.first();
            let country = country
                .map(|(_, value)| value.to_string())
                .unwrap_or_default();
            (record.line, record.key.as_str(), country)
        })
        .collect();
    let wanted = [(3, "1", "a \"b\",\nc"), (5, "2", "5\" pipe"), (7, "3", "")];
    assert_eq!(
        seen,
        wanted.map(|(line, key, text)| (line, key, text.to_owned()))
    );
}

#[test]
fn columns_nobody_asked_for_and_fields_nobody_has_are_told() {
    let records = open(Csv, b"id,owner,country,\n", "").expect("opens");
    assert_eq!(records.unused(), ["owner"]);
    assert_eq!(
        records.absent(),
        ["employees", "hot", "created_at", "interests", "email"]
    );
}
