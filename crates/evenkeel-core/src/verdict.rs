//! The explanation of one decision, as a value that travels in the event (law 3).
//!
//! Explanations are read, never recomputed: everything a page, a rep or a statistician needs is
//! here, in whole micro-units. The words for people are made from it in [`crate::sentence`].
//! *Bounds*: at most [`TURNS_MAX`] pools tried, candidates as many as the pool has members.

use crate::ids::{FieldNo, PoolNo, QueueNo, RepNo};
use crate::market::clause::Answers;
use crate::time::Moment;
use crate::units::{Micro, ONE};
use serde::{Deserialize, Serialize};

/// Most pools one decision may try, one after the other.
pub const TURNS_MAX: usize = 16;

/// Why a record went where it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Version of the policy that decided.
    pub policy: u32,
    /// Position of the rule that matched; `None` is the fallback.
    pub rule: Option<u32>,
    /// What every clause of the policy answered about this record.
    pub answers: Answers,
    /// How many turns the record uses up.
    pub size: Micro,
    /// The rep the rule names outside rotation, if it names one.
    pub named: Option<Named>,
    /// The pools tried, in order. Only the last can have picked.
    pub turns: Vec<Turn>,
}

/// A rep whom a rule names outside rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The key in the policy.
    pub key: String,
    /// The rep; `None` when the workspace has nobody of that key.
    pub rep: Option<RepNo>,
    /// Why the rep could not take it, if so.
    pub stop: Option<Stop>,
}

impl Verdict {
    /// The verdict on a record that a person sent on without asking the rules.
    pub fn by_hand(policy: u32) -> Self {
        Self {
            policy,
            rule: None,
            answers: Answers::default(),
            size: ONE,
            named: None,
            turns: Vec::new(),
        }
    }

    /// The turn that picked a rep, if one did.
    pub fn picked(&self) -> Option<(&Turn, Pick)> {
        let turn = self.turns.last()?;
        Some((turn, turn.pick?))
    }
}

/// One pool's ballot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The pool.
    pub pool: PoolNo,
    /// Width of the band below the most-owed rep within which the chooser was free.
    pub delta: Micro,
    /// Every member, ascending by rep number, with what became of it.
    pub candidates: Vec<Candidate>,
    /// Who was picked; `None` when nobody could take it.
    pub pick: Option<Pick>,
    /// What the chooser went by beside the credits.
    pub ground: Ground,
    /// Whether the turn was the base's or the specialists', in a pool that keeps the two apart.
    pub stream: Stream,
}

/// What a chooser went by beside the credits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ground {
    /// Nothing else.
    #[default]
    Credits,
    /// The mix of what everybody received.
    Mix(Traits),
    /// Who is a specialist for this record; ascending by rep.
    Fit(Vec<RepNo>),
    /// How full the books were, for everybody who could take it; ascending by rep.
    Headroom(Vec<(RepNo, Load)>),
}

/// What a record adds to the mix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// Its level in each factor, in the policy's order.
    pub levels: Vec<Level>,
    /// Its value; `None` when missing or when the pool does not even out value.
    pub value: Option<Worth>,
}

/// One factor of the mix with the record's level in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Level {
    /// The record field.
    pub field: FieldNo,
    /// The value in it, or its number band; empty when missing.
    pub level: String,
}

/// A record's value beside what was usual when it was dealt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worth {
    /// The record field.
    pub field: FieldNo,
    /// The value.
    pub amount: Micro,
    /// Mean of the values dealt before it, per turn; its own for the first.
    pub mean: Micro,
    /// Mean distance from that mean, of those dealt before it.
    pub spread: Micro,
    /// How the value is shared out over those who could take it, ascending by rep; adds up to it.
    pub parts: Vec<Micro>,
}

/// How full a book is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Open records in it.
    pub open: u32,
    /// The most it should hold.
    pub capacity: u32,
}

/// Which of a pool's two streams a turn belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stream {
    /// The pool has only one.
    #[default]
    Whole,
    /// The equal base; the specialists' stream is now owed this much more.
    Base {
        /// Part of the record's size.
        accrued: Micro,
    },
    /// The specialists'; credits and shares of this turn are those of that stream.
    Special {
        /// Part of the record's size.
        accrued: Micro,
    },
}

/// One member on the ballot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The rep.
    pub rep: RepNo,
    /// Weight in force for this turn; where shares scale it, in millionths of the heaviest.
    pub weight: u32,
    /// Leads owed before this turn; negative when ahead.
    pub credit: Micro,
    /// Whether the rep could take it.
    pub standing: Standing,
}

/// Whether a member could take the record, and what this turn added to what it is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Could take it.
    Able {
        /// Entitlement from this turn; all shares add up to the size.
        share: Micro,
        /// Entitlement by weight alone, before make-up. `share - plain` came from the make-up
        /// buffer.
        plain: Micro,
    },
    /// Could not; nothing accrues.
    Stopped(Stop),
}

/// The gate that stopped a member.
///
/// *Order*: as listed; the first gate that says no is the one reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stop {
    /// Gone for good.
    Left,
    /// Taken out of rotation, with the review date.
    Paused {
        /// When the manager is asked what happens next.
        review: Option<Moment>,
    },
    /// On leave.
    OnLeave {
        /// First moment back.
        until: Moment,
    },
    /// Outside working hours in a pool that keeps them.
    OutOfHours {
        /// When the next working hours begin, if within two weeks.
        opens: Option<Moment>,
    },
    /// Not to get this record again (reassigned away from this rep).
    Excluded,
    /// Has had the most allowed in a sliding window.
    CapReached {
        /// Which window.
        window: Window,
        /// Whether the cap is the pool's or the one over all pools.
        everywhere: bool,
        /// Assignments in the window.
        count: u32,
        /// The cap.
        cap: u32,
        /// When enough of them have left the window for another.
        frees: Moment,
    },
    /// Has as many open records as the book should hold.
    BookFull(Load),
    /// Is no specialist for this record, in a turn of the specialists' stream.
    NoSpecialist,
}

impl Stop {
    /// The code machines know it by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Paused { .. } => "paused",
            Self::OnLeave { .. } => "on_leave",
            Self::OutOfHours { .. } => "out_of_hours",
            Self::Excluded => "excluded",
            Self::CapReached { .. } => "cap_reached",
            Self::BookFull(_) => "book_full",
            Self::NoSpecialist => "no_specialist",
        }
    }
}

/// A sliding window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Window {
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

/// Who was picked, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// The rep.
    pub rep: RepNo,
    /// What made the choice.
    pub chooser: Chooser,
    /// How many reps were in the band.
    pub band: u32,
    /// Probability of this pick given the ballot, in millionths.
    pub probability_ppm: u32,
    /// The drawn bits, for a random pick: so a replay never draws again.
    pub draw: Option<u64>,
    /// How many candidates were exactly level on what the chooser compares, the picked one
    /// included; above 1, the lowest rep number won.
    pub level: u32,
}

/// What made the choice within the band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Chooser {
    /// The only one who could take it.
    OnlyOne,
    /// Earliest deadline among those past the threshold (Tijdeman's rule).
    Deadline,
    /// Most owed, as nobody was past the threshold.
    MostOwed,
    /// Keyed draw within the band.
    Draw,
    /// Whose mix the record evens out best.
    Mix,
    /// Keyed draw within the band, in the part of a mix left to chance.
    MixDraw,
    /// A specialist, the most owed of those in the band.
    Fit,
    /// The emptiest book for its size.
    Headroom,
}

impl Chooser {
    /// The code machines know it by.
    pub fn code(self) -> &'static str {
        match self {
            Self::OnlyOne => "only_one",
            Self::Deadline => "deadline",
            Self::MostOwed => "most_owed",
            Self::Draw => "draw",
            Self::Mix => "mix",
            Self::MixDraw => "mix_draw",
            Self::Fit => "fit",
            Self::Headroom => "headroom",
        }
    }
}

/// Where a record goes when the turns are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Destination {
    /// Into this rep's book.
    Rep(RepNo),
    /// Into this queue.
    Queue(QueueNo),
    /// Held for somebody of the pool to become able.
    Hold {
        /// The pool whose members are waited for.
        pool: PoolNo,
        /// Deadline.
        until: Moment,
        /// Where it goes at the deadline.
        then: QueueNo,
        /// Who must not get it when the wait is over.
        excluded: Option<RepNo>,
    },
}
