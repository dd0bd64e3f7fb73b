//! What the rungs of the ladder of precedence said about one record, as the verdict keeps it.
//!
//! Which rungs there are is the policy's ([`crate::precedence::rung`]); nothing is decided here.

use crate::ids::{PoolNo, RecordNo, RepNo};
use crate::precedence::rung::Way;
use crate::units::Micro;
use crate::verdict::Stop;
use serde::{Deserialize, Serialize};

/// One rung that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// Its position in the ladder of the policy that decided.
    pub rung: u32,
    /// What it looked for.
    pub way: Way,
    /// The record it found.
    pub found: Option<RecordNo>,
    /// The rep behind it.
    pub rep: Option<RepNo>,
    /// What came of it.
    pub said: Said,
}

/// What came of asking a rung.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// The record has nothing to match by.
    Blank,
    /// Nothing matches.
    Nothing,
    /// Something matches, but nobody owns it.
    Ownerless,
    /// The owner could not take it, so what came next was asked.
    Passed(Stop),
    /// The owner could not take it, and it waits as the rung says.
    Waits(Stop),
    /// Something matches; the record is only marked.
    Flagged,
    /// The record is attached to the one found. No turn is used.
    Merged,
    /// It went to the rep.
    Took(Charge),
}

/// What a record that a rung gave to a rep counts, outside rotation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// The pool in which it counts: the one the rules would have asked; `None` is in none.
    pub pool: Option<PoolNo>,
    /// Part of a turn, in micro-leads.
    pub amount: Micro,
    /// Change of each member's make-up buffer there; sums to zero.
    pub makeup: Vec<(RepNo, Micro)>,
}

impl Said {
    /// The code machines know it by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Nothing => "nothing",
            Self::Ownerless => "ownerless",
            Self::Passed(_) => "passed",
            Self::Waits(_) => "waits",
            Self::Flagged => "flagged",
            Self::Merged => "merged",
            Self::Took(_) => "took",
        }
    }

    /// Whether it settled where the record goes.
    pub fn settles(&self) -> bool {
        matches!(self, Self::Waits(_) | Self::Merged | Self::Took(_))
    }
}
