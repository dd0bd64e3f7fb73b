//! The workspace's own vocabulary: which fields its records and reps have, and their types.
//!
//! Fields are data, never an enum in the code (law 12). A schema only ever grows: a later policy
//! may declare new fields, and a field it no longer names keeps its number and its values.

use crate::ids::FieldNo;
use serde::{Deserialize, Serialize};

/// Most fields one schema may hold; a policy that declares more is refused.
pub const FIELDS_MAX: usize = 200;
/// Longest field name in characters.
pub const FIELD_NAME_MAX: usize = 64;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldType {
    /// Any text; compared byte by byte, case matters.
    Text,
    /// A decimal with up to six places ([`crate::units::Micro`]).
    Number,
    /// Yes or no.
    Flag,
    /// A moment.
    Time,
    /// A set of texts, order and repetition without meaning.
    Tags,
}

impl FieldType {
    /// The word people write in a policy.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Time => "time",
            Self::Tags => "tags",
        }
    }

    /// The type people mean by `word`.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Text, Self::Number, Self::Flag, Self::Time, Self::Tags]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// One declared field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Name as written in conditions, without `record.` or `rep.`.
    pub name: String,
    /// What it holds.
    pub kind: FieldType,
    /// Personal data: kept in the side table that can be erased, never in an event, and so not
    /// usable in conditions (law 9).
    pub private: bool,
}

/// The fields of records, or of reps, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    fields: Vec<Field>,
}

impl Schema {
    /// All fields, by number.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field with `number`.
    pub fn field(&self, number: FieldNo) -> Option<&Field> {
        self.fields.get(number.index())
    }

    /// The number of the field called `name`.
    pub fn find(&self, name: &str) -> Option<FieldNo> {
        self.find_from(0, name)
    }

    /// The same, looked for from the field at `begin` on, and then before it. Who names many fields
    /// mostly names them in the order of the policy, or always in one of their own.
    pub fn find_from(&self, begin: usize, name: &str) -> Option<FieldNo> {
        let (before, after) = self.fields.split_at(begin.min(self.fields.len()));
        let among = |fields: &[Field]| fields.iter().position(|field| field.name == name);
        let found = among(after).map(|steps| before.len() + steps);
        found.or_else(|| among(before)).map(FieldNo::at)
    }

    /// Adds `field`, or returns the number it already has.
    ///
    /// *Refuses* (as `Err` with the type in force): a known name with another type or privacy.
    pub fn declare(&mut self, field: Field) -> Result<FieldNo, Field> {
        match self.find(&field.name) {
            Some(number) if self.fields[number.index()] == field => Ok(number),
            Some(number) => Err(self.fields[number.index()].clone()),
            None => {
                self.fields.push(field);
                Ok(FieldNo::at(self.fields.len() - 1))
            }
        }
    }

    /// The built-in record fields every workspace starts with: `kind`.
    pub fn of_records() -> Self {
        Self {
            fields: vec![Field::text("kind")],
        }
    }

    /// The built-in rep fields every workspace starts with: `id`, `role`, `team`, in this order.
    pub fn of_reps() -> Self {
        Self {
            fields: ["id", "role", "team"].map(Field::text).into(),
        }
    }
}

impl Field {
    /// A public text field called `name`.
    pub fn text(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: FieldType::Text,
            private: false,
        }
    }
}

/// `record.kind`: lead, account, opportunity, demo, renewal, or any word of the workspace.
pub const RECORD_KIND: FieldNo = FieldNo(0);
/// `rep.id`: the key people use for the rep.
pub const REP_ID: FieldNo = FieldNo(0);
/// `rep.role`: SDR, AE, AM, or any word of the workspace.
pub const REP_ROLE: FieldNo = FieldNo(1);
/// `rep.team`.
pub const REP_TEAM: FieldNo = FieldNo(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_from_wherever_one_begins() {
        let mut schema = Schema::default();
        let names = ["a", "bb", "cc"];
        assert_eq!(schema.find_from(0, "a"), None, "there is none");
        for name in names {
            let (name, kind, private) = (name.into(), FieldType::Text, false);
            let declared = schema.declare(Field {
                name,
                kind,
                private,
            });
            declared.expect("new");
        }
        for begin in 0..6 {
            for (number, name) in names.into_iter().enumerate() {
                assert_eq!(schema.find_from(begin, name), Some(FieldNo::at(number)));
            }
            assert_eq!(schema.find_from(begin, "c"), None);
        }
    }
}
