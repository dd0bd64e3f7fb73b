//! A rep: a person who can own records.
//!
//! Names, e-mail and photos are deliberately not here: they are personal data and live in the side
//! table behind [`PrivateRef`] (law 9). Here is only what a decision may look at.

use crate::market::schema::{REP_ROLE, REP_TEAM};
use crate::market::value::{Attributes, Facts, Value};
use crate::people::hours::Hours;
use crate::time::{Moment, Span};
use serde::{Deserialize, Serialize};

/// Longest rep key in characters.
pub const REP_KEY_MAX: usize = 100;
/// Most leave intervals kept for one rep.
pub const LEAVES_MAX: usize = 200;
/// Longest time until the review of a pause.
pub const REVIEW_MAX: Span = Span::days(366);
/// Most reps in one workspace.
pub const REPS_MAX: usize = 20_000;

/// Points at personal data kept outside the journal: a row number and the salted digest that the
/// chain covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateRef {
    /// Row in the side table.
    pub subject: u64,
    /// SHA-256 over salt and body. Proves nothing once salt and body are erased, by intent.
    pub digest: [u8; 32],
}

/// Everything a decision may know of a rep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Fields by number; `id`, `role` and `team` are the built-in ones.
    pub attributes: Attributes,
    /// Start as a *closing* account executive; earlier time as SDR or BDR does not count
    /// (seed 003). Drives the experience tier.
    pub closing_since: Option<Moment>,
    /// IANA time zone, e.g. `America/New_York`; checked at the door.
    pub zone: String,
    /// Working hours in that zone.
    pub hours: Hours,
    /// Absences, ascending by start, half-open, already resolved to moments.
    pub leaves: Vec<Leave>,
    /// Whether the rep takes part in rotation.
    pub status: Status,
    /// Display name and contact data.
    pub private: Option<PrivateRef>,
}

/// One absence: from (included) until (excluded).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Leave {
    /// First moment away.
    pub from: Moment,
    /// First moment back.
    pub until: Moment,
}

/// Whether a rep takes part in rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Takes part.
    Active,
    /// Taken out of rotation by a manager; the book stays (seed 001).
    Paused {
        /// Since when.
        since: Moment,
        /// When the manager is asked what happens next.
        review: Option<Moment>,
        /// Why, in the manager's words: about a person, so personal data.
        reason: Option<PrivateRef>,
    },
    /// Gone for good; owns nothing.
    Left,
}

impl Profile {
    /// The rep's role, or `""`.
    pub fn role(&self) -> &str {
        self.text(REP_ROLE)
    }

    /// The rep's team, or `""`.
    pub fn team(&self) -> &str {
        self.text(REP_TEAM)
    }

    fn text(&self, field: crate::ids::FieldNo) -> &str {
        match self.attributes.fact(field) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The absence that covers `now`, if any. Overlapping absences: the one that ends last.
    pub fn leave_at(&self, now: Moment) -> Option<Leave> {
        self.leaves
            .iter()
            .filter(|leave| leave.from <= now && now < leave.until)
            .max_by_key(|leave| leave.until)
            .copied()
    }
}
