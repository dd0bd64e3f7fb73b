//! Activities from a file: each row becomes what was done on a record, by whom and when.
//!
//! Columns `record`, `at` and `kind` are needed; `rep`, `id` and `verified` are not. Whether
//! anybody knows the record is for whoever has the workspace.

use crate::bad::{Bad, Reject, Trouble};
use crate::binding::{Binder, Slot};
use crate::forms::{Forms, unfit};
use crate::mapping::Mapping;
use crate::row::Row;
use crate::source::Rows;
use evenkeel_core::command::log_activities::Activity;
use evenkeel_core::market::code::{CODE_FORM, is_code};
use evenkeel_core::market::schema::FieldType;
use evenkeel_core::market::value::Value;
use std::collections::BTreeSet;

/// The columns, needed ones first.
const COLUMNS: [&str; 6] = ["record", "at", "kind", "rep", "id", "verified"];

/// One activity, ready to be logged.
#[derive(Debug)]
pub struct ActivityIn {
    /// What its source calls it.
    pub id: Option<String>,
    /// The activity.
    pub activity: Activity,
    file: String,
    row: Row,
}

impl ActivityIn {
    /// The line as one that is not taken after all, because it should have been `expected`.
    pub fn reject(self, expected: impl Into<String>) -> Reject {
        let bad = Bad::line(&self.file, self.row.line, expected);
        let bad = bad.seen(&self.activity.record);
        Reject {
            bad,
            original: self.row.original,
        }
    }
}

/// Reads activities, in the order of the file.
pub struct Activities {
    file: String,
    rows: Rows,
    forms: Forms,
    /// By the position of [`COLUMNS`].
    slots: [Option<Slot>; COLUMNS.len()],
    /// Whether lines that do not say are verified.
    verified: bool,
    unused: Vec<String>,
}

impl Activities {
    /// Binds `rows` of `file`. `verified` holds for lines that do not say.
    ///
    /// *Refuses*: a mapping that does not fit the file, and a file without the needed columns.
    pub fn open(
        file: &str,
        rows: Rows,
        mapping: &Mapping,
        verified: bool,
    ) -> Result<Self, Box<Bad>> {
        let known = BTreeSet::from(COLUMNS);
        let mut binder = Binder::new(file, mapping, rows.header(), &known)?;
        let mut needed = |name, kind| binder.needed(name, kind).map(Some);
        let [record, at, kind] = [
            needed("record", FieldType::Text)?,
            needed("at", FieldType::Time)?,
            needed("kind", FieldType::Text)?,
        ];
        let [rep, id] = ["rep", "id"].map(|name| binder.slot(name, FieldType::Text));
        let said = binder.slot("verified", FieldType::Flag)?;
        let slots = [record, at, kind, rep?, id?, said];
        let unused = binder.unused();
        Ok(Self {
            file: file.to_owned(),
            rows,
            forms: mapping.forms.clone(),
            slots,
            verified,
            unused,
        })
    }

    /// Columns of the file that nothing uses.
    pub fn unused(&self) -> &[String] {
        &self.unused
    }

    fn read(&self, row: &Row) -> Result<(Option<String>, Activity), Box<Bad>> {
        let [record, at, kind, rep, id, verified] = &self.slots;
        let needed = |slot: &Option<Slot>, what: &str| {
            let slot = slot.as_ref().expect("bound when opened");
            let text = slot.text(&self.file, row, &self.forms)?;
            text.ok_or_else(|| {
                slot.bad(&self.file, row, "", unfit(format!("{what} on every line")))
            })
        };
        let text = |slot: &Option<Slot>| match slot {
            Some(slot) => slot.text(&self.file, row, &self.forms),
            None => Ok(None),
        };
        let record = needed(record, "a record")?;
        let kind_slot = kind.as_ref().expect("bound when opened");
        let kind = needed(kind, "a kind")?.to_lowercase();
        if !is_code(&kind) {
            let expected = unfit(format!("a kind of {CODE_FORM}"));
            return Err(kind_slot.bad(&self.file, row, &kind, expected));
        }
        let at_slot = at.as_ref().expect("bound when opened");
        let at = match at_slot.value(&self.file, row, &self.forms, FieldType::Time)? {
            Some(Value::Time(at)) => at,
            _ => return Err(at_slot.bad(&self.file, row, "", unfit("a moment on every line"))),
        };
        let said = match verified {
            Some(slot) => slot.value(&self.file, row, &self.forms, FieldType::Flag)?,
            None => None,
        };
        let verified = match said {
            Some(Value::Flag(flag)) => flag,
            _ => self.verified,
        };
        let activity = Activity {
            record,
            rep: text(rep)?,
            at,
            kind,
            verified,
        };
        Ok((text(id)?, activity))
    }
}

impl Iterator for Activities {
    type Item = Result<ActivityIn, Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.rows.next()? {
            Err(trouble) => Err(trouble),
            Ok(row) => match self.read(&row) {
                Err(bad) => Err(row.reject(*bad)),
                Ok((id, activity)) => Ok(ActivityIn {
                    id,
                    activity,
                    file: self.file.clone(),
                    row,
                }),
            },
        })
    }
}
