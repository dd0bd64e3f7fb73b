//! What the other files share: a schema, and a text read as records.

use evenkeel_connect::bad::Trouble;
use evenkeel_connect::mapping::Mapping;
use evenkeel_connect::mapping_toml;
use evenkeel_connect::records::{RecordIn, Records};
use evenkeel_connect::source::{Format, Rows};
use evenkeel_core::market::schema::{Field, FieldType, Schema};
use std::io::Cursor;

/// `kind` and one field of each type, one of them private.
pub(crate) fn schema() -> Schema {
    let mut schema = Schema::of_records();
    for (name, kind, private) in [
        ("country", FieldType::Text, false),
        ("employees", FieldType::Number, false),
        ("hot", FieldType::Flag, false),
        ("created_at", FieldType::Time, false),
        ("interests", FieldType::Tags, false),
        ("email", FieldType::Text, true),
    ] {
        schema
            .declare(Field {
                name: name.into(),
                kind,
                private,
            })
            .expect("is new");
    }
    schema
}

/// Opens a text as records of the [`schema`], or tells why not.
pub(crate) fn open(format: Format, bytes: &[u8], mapping: &str) -> Result<Records, String> {
    let mapping = match mapping {
        "" => Mapping::none(),
        text => mapping_toml::read("map.toml", text).map_err(|bad| bad.to_string())?,
    };
    let file = if format == Format::Csv {
        "in.csv"
    } else {
        "in.ndjson"
    };
    let source = Box::new(Cursor::new(bytes.to_vec()));
    Rows::open(file, source, format, mapping.delimiter)
        .and_then(|rows| Records::open(file, rows, &mapping, &schema()))
        .map_err(|bad| bad.to_string())
}

/// Everything that can be read, and everything that cannot.
pub(crate) fn read(format: Format, bytes: &[u8]) -> (Vec<RecordIn>, Vec<Trouble>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for outcome in open(format, bytes, "").expect("opens") {
        match outcome {
            Ok(record) => good.push(record),
            Err(trouble) => bad.push(trouble),
        }
    }
    (good, bad)
}
