//! How some of a pool's records are earned, as a policy says it.
//!
//! Who has earned how much is worked out in [`crate::earn`].

use crate::ids::FieldNo;
use crate::market::clause::Condition;
use crate::time::Span;
use crate::units::Micro;

/// How some of a pool's records are earned. All others are dealt rateably, and so is everything
/// while no grant is in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Earn {
    /// Which records: usually those above a value or of a quality. Close rates are taken from the
    /// same ones.
    pub records: Condition,
    /// How many records a month a rep works well.
    pub capacity: EarnCapacity,
    /// What it takes to get any; `None` is nothing.
    pub gate: Option<EarnGate>,
    /// Part of a rateable share that everybody through the gate keeps, 0 to 1.
    pub floor: Micro,
    /// Largest part for one rep, 0 to 1; never below the rateable one.
    pub most: Micro,
    /// How long after it was dealt a record's outcome counts.
    pub matures: Span,
    /// Reason codes of closing that are a win.
    pub won: Vec<String>,
    /// Leads at the team's rate that every rep begins with.
    pub prior: u32,
}

/// How many records a month a rep works well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarnCapacity {
    /// All the same.
    Each(Micro),
    /// The number in a rep field; the average of the others where it is missing.
    Field(FieldNo),
}

/// Own wins that it takes to get any earned record.
#[derive(Clone, Debug, PartialEq)]
pub struct EarnGate {
    /// How many.
    pub wins: u32,
    /// Which won records count: those a rep found alone.
    pub self_sourced: Condition,
    /// How far back they count.
    pub window: Span,
}
