//! One typed value of a field, and the trait through which conditions look at a row of them.
//!
//! Values here are owned and plain; the compact interned form is [`crate::market::columns`].

use crate::ids::FieldNo;
use crate::market::schema::FieldType;
use crate::time::Moment;
use crate::units::Micro;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::fmt;

/// Longest text value in bytes; longer input is refused at the door.
pub const TEXT_MAX: usize = 1_024;
/// Most tags in one value.
pub const TAGS_MAX: usize = 64;

/// A present value. A missing one is `Option::None` around it: its clauses answer *unknown*.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Value {
    /// Text. Short ones, and most are, stand in the value itself.
    Text(SmolStr),
    /// Decimal.
    Number(Micro),
    /// Yes or no.
    Flag(bool),
    /// Moment.
    Time(Moment),
    /// Set of texts, sorted, without repetition (see [`Value::tags`]).
    Tags(Vec<String>),
}

impl Value {
    /// A set of tags in its one canonical order.
    pub fn tags(mut tags: Vec<String>) -> Self {
        tags.sort();
        tags.dedup();
        Self::Tags(tags)
    }

    /// The type of this value.
    pub fn kind(&self) -> FieldType {
        match self {
            Self::Text(_) => FieldType::Text,
            Self::Number(_) => FieldType::Number,
            Self::Flag(_) => FieldType::Flag,
            Self::Time(_) => FieldType::Time,
            Self::Tags(_) => FieldType::Tags,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Time(moment) => moment.fmt(f),
            Self::Tags(tags) => f.write_str(&tags.join(", ")),
        }
    }
}

/// A row of values that a condition can be asked about.
pub trait Facts {
    /// The value of `field`, or `None` when it is missing.
    fn fact(&self, field: FieldNo) -> Option<&Value>;
}

/// A plain list of values by field number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    /// Value per field; ascending field number, no field twice.
    pub values: Vec<(FieldNo, Value)>,
}

/// Attributes held by several, written as if by one.
pub mod shared {
    use super::Attributes;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::sync::Arc;

    /// Writes the attributes themselves.
    pub fn serialize<S: Serializer>(held: &Arc<Attributes>, to: S) -> Result<S::Ok, S::Error> {
        held.as_ref().serialize(to)
    }

    /// Reads them as the first holder.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Attributes>, D::Error> {
        Attributes::deserialize(from).map(Arc::new)
    }
}

impl Attributes {
    /// Sets one value, keeping the order by field.
    pub fn set(&mut self, field: FieldNo, value: Value) {
        // Mostly they come in order, and then there is nothing to look for.
        if self.values.last().is_none_or(|(last, _)| *last < field) {
            return self.values.push((field, value));
        }
        match self
            .values
            .binary_search_by_key(&field, |(number, _)| *number)
        {
            Ok(at) => self.values[at].1 = value,
            Err(at) => self.values.insert(at, (field, value)),
        }
    }
}

impl Facts for Attributes {
    fn fact(&self, field: FieldNo) -> Option<&Value> {
        let at = self
            .values
            .binary_search_by_key(&field, |(number, _)| *number)
            .ok()?;
        Some(&self.values[at].1)
    }
}
