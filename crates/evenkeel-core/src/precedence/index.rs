//! Which records have a given value: found by a look-up, never by going through all of them.
//!
//! Derived from the records and the policy in force: not part of a snapshot, built again when a
//! state is revived or a policy compares something else. *Bounds*: one entry per record and set of
//! fields compared, 20 bytes each; a look-up reads at most [`LOOK_MAX`] records, the newest first,
//! so that a value that thousands share stays cheap.

use crate::holding::records::Records;
use crate::ids::RecordNo;
use crate::market::columns::Columns;
use crate::market::schema::RECORD_KIND;
use crate::market::value::{Attributes, Facts, Value};
use crate::precedence::mark::{self, Mark, Seal};
use crate::precedence::rung::{Ladder, Part, With};
use std::collections::BTreeSet;

/// Most records with the same value that one look-up reads.
pub const LOOK_MAX: usize = 64;

/// Records by what is compared of them.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// Each set of fields once.
    sides: Vec<Side>,
    free_mail: Vec<String>,
}

#[derive(Clone, Debug)]
struct Side {
    parts: Vec<Part>,
    entries: BTreeSet<(Seal, RecordNo)>,
}

impl Index {
    /// Makes the index fit `ladder`: keeps what it has if the same is compared, else builds anew.
    pub fn fit(&mut self, ladder: &Ladder, records: &Records) {
        let mut wanted: Vec<&[Part]> = Vec::new();
        for rung in &ladder.rungs {
            if let With::Fields(parts) = &rung.with
                && !wanted.contains(&parts.as_slice())
            {
                wanted.push(parts);
            }
        }
        let same = self.free_mail == ladder.free_mail
            && self
                .sides
                .iter()
                .map(|side| side.parts.as_slice())
                .eq(wanted.iter().copied());
        if same {
            return;
        }
        self.free_mail.clone_from(&ladder.free_mail);
        let side = |parts: &[Part]| Side {
            parts: parts.to_vec(),
            entries: BTreeSet::new(),
        };
        self.sides = wanted.into_iter().map(side).collect();
        for record in (0..records.len()).map(RecordNo::at) {
            self.learn(record, records);
        }
    }

    /// Takes in a record that was just added.
    pub fn learn(&mut self, record: RecordNo, records: &Records) {
        for side in &mut self.sides {
            if let Some(seal) = stored(&side.parts, record, records, &self.free_mail) {
                side.entries.insert((seal, record));
            }
        }
    }

    /// Forgets what was found by the marks of a record, before they are taken from `records`.
    pub fn forget(&mut self, record: RecordNo, records: &Records) {
        for side in &mut self.sides {
            if side.parts.iter().any(|part| part.marked)
                && let Some(seal) = stored(&side.parts, record, records, &self.free_mail)
            {
                side.entries.remove(&(seal, record));
            }
        }
    }

    /// Records of which `parts` are `seal`, the newest first, at most [`LOOK_MAX`].
    pub fn find(&self, parts: &[Part], seal: Seal) -> impl Iterator<Item = RecordNo> {
        let side = self.sides.iter().find(move |side| side.parts == parts);
        let (first, last) = ((seal, RecordNo(0)), (seal, RecordNo(u32::MAX)));
        let found = side.map(|side| side.entries.range(first..=last).rev().take(LOOK_MAX));
        found.into_iter().flatten().map(|(_, record)| *record)
    }
}

/// What is compared of a record that is not stored; `None` when a part is missing.
pub fn given(
    parts: &[Part],
    attributes: &Attributes,
    marks: &[Mark],
    free: &[String],
) -> Option<Seal> {
    seal(parts, marks, free, |part| {
        attributes.fact(part.field).map(text)
    })
}

/// What is compared of a stored record.
pub fn stored(
    parts: &[Part],
    record: RecordNo,
    records: &Records,
    free: &[String],
) -> Option<Seal> {
    seal(parts, records.marks(record), free, |part| {
        let value = records.columns.value(part.field, record.index());
        value.as_ref().map(text)
    })
}

/// The kind of a stored record.
pub fn kind(columns: &Columns, record: RecordNo) -> Option<String> {
    match columns.value(RECORD_KIND, record.index()) {
        Some(Value::Text(kind)) => Some(kind.into()),
        _ => None,
    }
}

/// A value as text: how it is compared.
pub fn text(value: &Value) -> String {
    value.to_string()
}

fn seal(
    parts: &[Part],
    marks: &[Mark],
    free: &[String],
    text: impl Fn(&Part) -> Option<String>,
) -> Option<Seal> {
    let part = |part: &Part| match part.marked {
        true => mark::find(marks, part),
        false => Some(mark::plain(part.form, &part.form.of(&text(part)?, free)?)),
    };
    let seals = parts.iter().map(part).collect::<Option<Vec<Seal>>>()?;
    (!seals.is_empty()).then(|| mark::together(&seals))
}
