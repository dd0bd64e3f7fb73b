//! Who has which account now: the file of `--from`, which may be an earlier plan.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::feed::{FormatName, format_of, open, shown};
use evenkeel_connect::mapping::{Mapping, Named};
use evenkeel_connect::records::Records;
use evenkeel_connect::source::Rows;
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::schema::{Field, FieldType, Schema};
use evenkeel_core::market::value::{Facts, Value};
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::path::Path;

/// What the columns may be called, best first.
const IDS: [&str; 4] = ["id", "record_id", "account_id", "account"];
const REPS: [&str; 3] = ["rep_id", "rep", "owner"];
/// The column of accounts that must stay where they are.
const LOCKED: &str = "locked";

/// Who has an account, and whether it must stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owned {
    /// Key of the rep.
    pub rep: Option<String>,
    /// Whether it must stay.
    pub locked: bool,
}

/// Reads the owners by account.
///
/// *Refuses*, in order: a file that cannot be read, one without the two columns, and the first bad
/// line.
pub fn read(path: &Path, told: FormatName) -> Result<BTreeMap<String, Owned>, Failure> {
    let file = shown(path);
    let mut mapping = Mapping::none();
    let source = open(path, &ProgressBar::hidden())?;
    let rows = Rows::open(
        &file,
        source,
        format_of(path, Some(told)),
        mapping.delimiter,
    )?;
    let header: Vec<String> = rows.header().map(<[String]>::to_vec).unwrap_or_default();
    let named = |names: &[&'static str]| {
        let mut names = names.iter().copied();
        names.find(|name| header.is_empty() || header.iter().any(|column| column == name))
    };
    for (field, names) in [("id", &IDS[..]), ("rep", &REPS[..])] {
        let Some(name) = named(names) else {
            let message = format!("{file}: there is no column for the {field}");
            let hint = format!("Call it one of {}", names.join(", "));
            return Err(Failure::new(Exit::Failure, message).hint(hint));
        };
        let column = Named {
            value: vec![name.to_owned()],
            line: 1,
            column: 1,
        };
        mapping.columns.insert(field.to_owned(), column);
    }
    let mut schema = Schema::of_records();
    let locked = Field {
        name: LOCKED.into(),
        kind: FieldType::Flag,
        private: false,
    };
    for field in [Field::text("rep"), locked] {
        schema.declare(field).expect("a fresh schema knows neither");
    }
    let number = |name: &str| schema.find(name).expect("just declared");
    let (rep, locked): (FieldNo, FieldNo) = (number("rep"), number(LOCKED));
    let mut owners = BTreeMap::new();
    for record in Records::open(&file, rows, &mapping, &schema)? {
        let record = record.map_err(|trouble| Failure::from(Box::new(trouble.bad().clone())))?;
        let owned = Owned {
            rep: match record.attributes.fact(rep) {
                Some(Value::Text(key)) => Some(key.as_str().into()),
                _ => None,
            },
            locked: record.attributes.fact(locked) == Some(&Value::Flag(true)),
        };
        owners.insert(record.key, owned);
    }
    Ok(owners)
}
