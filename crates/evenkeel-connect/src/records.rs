//! Records from a file: each row becomes a key, typed attributes, personal data and its moment.
//!
//! Beside the fields the policy declares there are two built-in ones: `id`, the key, and
//! `created_at`, when the record came into being. Nothing is dealt here.

use crate::bad::{Bad, Trouble};
use crate::binding::{Binder, Slot};
use crate::forms::{Forms, unfit};
use crate::mapping::Mapping;
use crate::row::Row;
use crate::source::Rows;
use evenkeel_core::command::intake::{RECORD_KEY_MAX, key_fits};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::schema::{FieldType, RECORD_KIND, Schema};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::time::Moment;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The column of the key, unless a mapping names another.
pub const ID: &str = "id";
/// The column of the moment, unless a mapping names another.
pub const CREATED_AT: &str = "created_at";
/// Longest personal value in bytes.
pub const PRIVATE_MAX: usize = 8_192;

/// One record, ready for intake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordIn {
    /// Line on which it begins.
    pub line: u64,
    /// The key the source uses.
    pub key: String,
    /// Public attributes.
    pub attributes: Attributes,
    /// Personal data by field name.
    pub private: BTreeMap<String, String>,
    /// When it came into being at its source.
    pub occurred: Option<Moment>,
}

/// Reads records, each key once.
pub struct Records {
    file: String,
    rows: Rows,
    map: Map,
    unused: Vec<String>,
    absent: Vec<String>,
    seen: HashMap<String, u64>,
}

struct Map {
    forms: Forms,
    id: Slot,
    created_at: Option<Slot>,
    fields: Vec<(FieldNo, FieldType, Slot)>,
    private: Vec<(String, Slot)>,
}

impl Records {
    /// Binds `rows` of `file` to the schema.
    ///
    /// *Refuses*: a mapping that does not fit the schema or the file, and a file without keys.
    pub fn open(
        file: &str,
        rows: Rows,
        mapping: &Mapping,
        schema: &Schema,
    ) -> Result<Self, Box<Bad>> {
        let known: BTreeSet<&str> = schema
            .fields()
            .iter()
            .map(|field| field.name.as_str())
            .chain([ID, CREATED_AT])
            .collect();
        let mut binder = Binder::new(file, mapping, rows.header(), &known)?;
        let id = binder.needed(ID, FieldType::Text)?;
        let created_at = binder.slot(CREATED_AT, FieldType::Time)?;
        let (mut fields, mut private, mut absent) = (Vec::new(), Vec::new(), Vec::new());
        for (at, field) in schema.fields().iter().enumerate() {
            match binder.slot(&field.name, field.kind)? {
                Some(slot) if field.private => private.push((field.name.clone(), slot)),
                Some(slot) => fields.push((FieldNo::at(at), field.kind, slot)),
                None if FieldNo::at(at) == RECORD_KIND => {}
                None => absent.push(field.name.clone()),
            }
        }
        let unused = binder.unused();
        let map = Map {
            forms: mapping.forms.clone(),
            id,
            created_at,
            fields,
            private,
        };
        Ok(Self {
            file: file.to_owned(),
            rows,
            map,
            unused,
            absent,
            seen: HashMap::new(),
        })
    }

    /// Columns of the file that no field uses.
    pub fn unused(&self) -> &[String] {
        &self.unused
    }

    /// Declared fields for which the file has no column; the built-in `kind` is not declared.
    pub fn absent(&self) -> &[String] {
        &self.absent
    }

    fn take(&mut self, row: Row) -> Result<RecordIn, Trouble> {
        let record = match self.map.record(&self.file, &row) {
            Ok(record) => record,
            Err(bad) => return Err(row.reject(*bad)),
        };
        if let Some(first) = self.seen.get(&record.key) {
            let expected = unfit(format!("every id once, but line {first} has it"));
            let bad = self.map.id.bad(&self.file, &row, &record.key, expected);
            return Err(row.reject(*bad));
        }
        self.seen.insert(record.key.clone(), record.line);
        Ok(record)
    }
}

impl Iterator for Records {
    type Item = Result<RecordIn, Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.rows.next()? {
            Ok(row) => self.take(row),
            Err(trouble) => Err(trouble),
        })
    }
}

impl Map {
    fn record(&self, file: &str, row: &Row) -> Result<RecordIn, Box<Bad>> {
        let forms = &self.forms;
        let key = key_of(&self.id, file, row, forms, RECORD_KEY_MAX)?;
        let occurred = match &self.created_at {
            None => None,
            Some(slot) => match slot.value(file, row, forms, FieldType::Time)? {
                Some(Value::Time(moment)) => Some(moment),
                _ => None,
            },
        };
        let mut attributes = Attributes::default();
        for (number, kind, slot) in &self.fields {
            if let Some(value) = slot.value(file, row, forms, *kind)? {
                attributes.set(*number, value);
            }
        }
        let private = private_of(&self.private, file, row, forms)?;
        Ok(RecordIn {
            line: row.line,
            key,
            attributes,
            private,
            occurred,
        })
    }
}

/// The key in `row`: there, and one that the core takes ([`key_fits`]).
pub(crate) fn key_of(
    id: &Slot,
    file: &str,
    row: &Row,
    forms: &Forms,
    max: usize,
) -> Result<String, Box<Bad>> {
    let Some(key) = id.text(file, row, forms)? else {
        return Err(id.bad(file, row, "", unfit("an id on every line")));
    };
    match key_fits("id", &key, max) {
        Ok(()) => Ok(key),
        Err(Refusal::ValueRefused { seen, expected, .. }) => {
            let expected = unfit(format!("an id in {expected}"));
            Err(id.bad(file, row, &seen, expected))
        }
        Err(_) => {
            let expected = format!("an id of at most {max} bytes, found {}", key.len());
            Err(id.bad(file, row, &key, unfit(expected)))
        }
    }
}

/// The personal values in `row` by field name.
pub(crate) fn private_of(
    slots: &[(String, Slot)],
    file: &str,
    row: &Row,
    forms: &Forms,
) -> Result<BTreeMap<String, String>, Box<Bad>> {
    let mut private = BTreeMap::new();
    for (name, slot) in slots {
        let Some(text) = slot.text(file, row, forms)? else {
            continue;
        };
        if text.len() > PRIVATE_MAX {
            let expected = format!("at most {PRIVATE_MAX} bytes, found {}", text.len());
            return Err(slot.bad(file, row, &text, unfit(expected)));
        }
        private.insert(name.clone(), text);
    }
    Ok(private)
}
