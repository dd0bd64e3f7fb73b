//! Why a rep could take a record from a queue, as the event keeps it.
//!
//! Shares, credits and limits are those of the moment: applying reads them and works nothing out
//! again. What a rep may take is worked out in [`crate::claiming`].

use crate::ids::RepNo;
use crate::time::{Moment, Span};
use crate::units::Micro;
use crate::verdict::Window;
use serde::{Deserialize, Serialize};

/// One record taken from a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// Version of the policy that decided.
    pub policy: u32,
    /// When it came into the queue; it keeps this if it goes back unworked.
    pub arrival: Moment,
    /// What it was ordered by: its arrival, earlier by its score's part of the overtaking window.
    pub key: Moment,
    /// Its score, 0 to 1.
    pub score: Micro,
    /// Whether the rep asked for the next one, rather than for this one.
    pub next: bool,
    /// How many of those the rep could choose from came before it.
    pub rank: u32,
    /// How many the rep could choose from, up to what the queue shows.
    pub shown: u32,
    /// Where it stands among those shown besides the first, if it was picked out of order.
    pub choice: Option<Choice>,
    /// What came before it in the queue and was not for this rep.
    pub passed: Passed,
    /// Its grade, and what that grade's ledger says; `None` for a record of no grade.
    pub graded: Option<Graded>,
    /// What the rep had in hand before, and may have.
    pub hand: InHand,
    /// How many claims were left in each window with a limit, before this one.
    pub budget: Vec<Budget>,
    /// When it goes back if it is not worked; `None` is never.
    pub until: Option<Moment>,
}

/// Where a pick out of order stands among the others that were shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// How many of them are worth less; of equal ones, those further back in the queue.
    pub below: u32,
    /// How many they are, the picked one included, the first of all shown not.
    pub shown: u32,
}

/// Records that come before another in a queue and were not for the rep who took that one.
/// *Bounds*: counted up to [`PASSED_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// Those of a grade of which others are owed more.
    pub spoken_for: u32,
    /// Those the rep had before, and not long enough ago.
    pub cooling: u32,
}

/// Most records counted as passed over.
pub const PASSED_MAX: usize = 1_000;

/// What the ledger of a grade says about one claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graded {
    /// Name of the grade.
    pub grade: String,
    /// The band it was decided with; `None` in a queue that shares nothing out.
    pub band: Option<Micro>,
    /// Who joined the ledger since the last claim, with credit 0.
    pub joined: Vec<RepNo>,
    /// Who is no longer on it.
    pub left: Vec<RepNo>,
    /// What the leavers were owed, over those who stay.
    pub spread: Vec<(RepNo, Micro)>,
    /// Who shares in this record, ascending: everybody active in the queue.
    pub sharers: Vec<Sharer>,
}

/// One of those who share in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharer {
    /// The rep.
    pub rep: RepNo,
    /// Owed before this record, in records of the grade.
    pub credit: Micro,
    /// Part of this record.
    pub share: Micro,
}

/// What a rep had in hand, and the most allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InHand {
    /// Claimed from this queue and not worked yet.
    pub unworked: u32,
    /// The most of them; `None` is no limit.
    pub unworked_max: Option<u32>,
    /// Claimed from this queue and still in the book.
    pub open: u32,
    /// The most of them; `None` is no limit.
    pub open_max: Option<u32>,
}

/// What is left of a rep's claims in one sliding window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Which window.
    pub window: Window,
    /// Claims in it.
    pub count: u32,
    /// The most the policy allows.
    pub cap: u32,
    /// The most for this rep now: the cap, or less for whoever works too few of them in time.
    pub allowed: u32,
    /// When there is room again, once they are as many as allowed.
    pub frees: Option<Moment>,
}

impl Window {
    /// How long it is.
    pub fn span(self) -> Span {
        match self {
            Self::Day => Span::days(1),
            Self::Week => Span::days(7),
            Self::Month => Span::days(30),
        }
    }
}

impl Budget {
    /// Whether there is no room for another.
    pub fn is_spent(&self) -> bool {
        self.count >= self.allowed
    }
}
