//! The explanation of one decision, as a value that travels in the event (law 3).
//!
//! Explanations are read, never recomputed: everything a page, a rep or a statistician needs is
//! here, in whole micro-units. The words for people are made from it in [`crate::sentence`].
//! *Bounds*: at most [`TURNS_MAX`] pools tried, candidates as many as the pool has members.

use crate::ids::{FieldNo, PoolNo, QueueNo, RecordNo, RepNo, StepNo};
use crate::market::clause::Answers;
use crate::time::Moment;
use crate::units::{Micro, ONE};
use rung::Rung;
use serde::{Deserialize, Serialize};
use std::fmt;

pub mod claim;
pub mod rung;

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
    /// What the territories said, if the rule asks them.
    pub territory: Option<InTerritory>,
    /// The pools tried, in order. Only the last can have picked.
    pub turns: Vec<Turn>,
    /// What was asked before the rules, in order; only the last can have settled it.
    pub rungs: Vec<Rung>,
    /// The step of the lifecycle it is for; `None` in a policy without steps.
    pub step: Option<AtStep>,
}

/// What the territories said about a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InTerritory {
    /// The territory; `None` when no row takes the record, or the policy does not have it.
    pub name: Option<String>,
    /// The row that took it; `None` when none did, or the rule names the territory itself.
    pub row: Option<TerritoryRow>,
    /// Whether territories were off, so that it was dealt from the joint pool.
    pub joint: bool,
}

/// The row of a territory table that took a record, in words that outlive the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerritoryRow {
    /// Its number among the rows, from 1.
    pub number: u32,
    /// Its key: `US/CA/94*`.
    pub key: String,
    /// The territory it names.
    pub territory: String,
    /// Version of the imported table; `None` for rows in the policy.
    pub table: Option<u32>,
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
            territory: None,
            turns: Vec::new(),
            rungs: Vec::new(),
            step: None,
        }
    }

    /// What a handoff outside rotation meant for a pool, if it was one.
    pub fn owing(&self) -> Option<&Owing> {
        self.step.as_ref()?.owing.as_ref()
    }

    /// Whether there is a turn that can be given back: a pool's pick, or a fixed handoff.
    pub fn took_turn(&self) -> bool {
        self.picked().is_some() || self.owing().is_some()
    }

    /// The rung that settled where the record goes, if one did.
    pub fn settled(&self) -> Option<&Rung> {
        self.rungs.last().filter(|rung| rung.said.settles())
    }

    /// The turn that picked a rep, if one did.
    pub fn picked(&self) -> Option<(&Turn, Pick)> {
        let turn = self.turns.last()?;
        Some((turn, turn.pick?))
    }
}

/// The step of the lifecycle that a deal is for, and who was asked there before any pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtStep {
    /// The step.
    pub step: StepNo,
    /// Whether the record was handed to the step; otherwise it began there by the rules.
    pub handed: bool,
    /// Position of the step's own rule that matched; `None` is the step's `to`.
    pub rule: Option<u32>,
    /// Who handed it on; `None` when nobody had it.
    pub from: Option<RepNo>,
    /// Name of the pod it was handed on in.
    pub pod: Option<String>,
    /// Who was asked outside rotation, in order. Only the last can have taken it.
    pub tried: Vec<Tried>,
    /// What taking it outside rotation meant for the pool of the step.
    pub owing: Option<Owing>,
    /// Whether it goes back to the fixed rep once that rep can take it.
    pub goes_back: bool,
}

/// One rep asked at a step outside rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Why this one.
    pub link: Link,
    /// The rep, and what stopped them.
    pub named: Named,
}

/// Why a rep is asked at a step before any pool.
///
/// *Order*: as listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Link {
    /// Held the record at this step before.
    Before,
    /// Is the fixed partner, in a pod, of whoever hands it on.
    Fixed,
    /// Stands in for the fixed partner.
    StandIn,
    /// Is the fixed partner, and can take it again from whoever stood in.
    Returned,
}

/// What a handoff outside rotation meant for a pool: each part is positive for those who were
/// entitled to some of the record, and negative for who got it. Parts add up to zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owing {
    /// The pool that would have dealt it.
    pub pool: PoolNo,
    /// What the pool would have given less what was given, ascending by rep.
    pub parts: Vec<(RepNo, Micro)>,
    /// The part of it that the policy counts: change of each make-up buffer, ascending by rep.
    pub makeup: Vec<(RepNo, Micro)>,
}

impl AtStep {
    /// The rep who took the record outside rotation, and why that one.
    pub fn taker(&self) -> Option<(Link, RepNo)> {
        let last = self.tried.last()?;
        let able = last.named.stop.is_none();
        Some((last.link, last.named.rep.filter(|_| able)?))
    }

    /// The fixed partner whom a stand-in stands in for.
    pub fn stood_in_for(&self) -> Option<&Named> {
        let fixed = self.tried.iter().find(|tried| tried.link == Link::Fixed);
        fixed.map(|tried| &tried.named)
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
    /// For whoever was close enough to the most owed: what was owed of each level, in the order of
    /// the levels and this turn's share included; ascending by rep.
    pub leans: Vec<(RepNo, Vec<Micro>)>,
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

/// How full a book is, in standard accounts: open records where the policy has no `[effort]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// What is open in it.
    pub open: Micro,
    /// What this record would add.
    pub adds: Micro,
    /// The most it should hold.
    pub capacity: Micro,
}

impl Load {
    /// Whether the record has no room in it.
    pub fn is_full(self) -> bool {
        self.open + self.adds > self.capacity
    }
}

impl fmt::Display for Load {
    /// Writes `12 of 60`, with at most one decimal, cut.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = |amount: Micro| Micro(amount.0 / 100_000 * 100_000);
        write!(f, "{} of {}", tenths(self.open), tenths(self.capacity))
    }
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
    /// Has no room for it in the book.
    BookFull(Load),
    /// Is no specialist for this record, in a turn of the specialists' stream.
    NoSpecialist,
    /// Has not earned records of this kind yet.
    NotEarned,
    /// Had this record before it was released, less than the policy's cooldown ago.
    Cooling {
        /// When the rep may get it again.
        until: Moment,
    },
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
            Self::NotEarned => "not_earned",
            Self::Cooling { .. } => "cooling",
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
        /// The one rep waited for, if it is held for one.
        awaits: Option<RepNo>,
    },
    /// Attached to this older record, as the same once more.
    Merged(RecordNo),
}
