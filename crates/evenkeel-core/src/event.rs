//! Everything that can have happened: the journal's alphabet.
//!
//! Events are facts in the past tense. They are append-only: a released kind is never renamed,
//! reordered or changed in shape; a change is a new kind at the end. No personal data and no free
//! text (law 9). Nothing here decides or applies.

use crate::clocks::{Clock, Held};
use crate::draw::DrawKey;
use crate::drawing::Period;
use crate::event::sweeping::Sweeping;
use crate::holding::imports::Import;
use crate::holding::place::AfterRest;
use crate::ids::{CommandId, PoolNo, QueueNo, RecordNo, RepNo};
use crate::market::value::Attributes;
use crate::people::feedback::Said;
use crate::people::grants::Grant;
use crate::people::rep::{PrivateRef, Profile};
use crate::precedence::mark::Mark;
use crate::rotation::ledger::Portion;
use crate::territory::table::Table;
use crate::time::{Moment, Span};
use crate::units::Micro;
use crate::verdict::claim::Claimed;
use crate::verdict::{Destination, Owing, Turn, Verdict};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::sync::Arc;

pub mod planned;
pub mod sweeping;

/// One event with when and by whom it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Record time: never earlier than that of the event before it.
    pub at: Moment,
    /// Who caused it.
    pub actor: Actor,
    /// The command that caused it.
    pub command: CommandId,
    /// What happened.
    pub event: Event,
}

/// Who caused an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Actor {
    /// The clock, or the program itself.
    System,
    /// A signed-in user, by number.
    User(u32),
    /// An API key, by number.
    Key(u32),
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A policy came into force.
    PolicyPublished {
        /// 1, 2, 3, …
        version: u32,
        /// The whole document.
        text: String,
    },
    /// A rep is now as described.
    RepSet {
        /// The rep; the next free number for a new key.
        rep: RepNo,
        /// The key people use.
        key: String,
        /// Everything a decision may know.
        profile: Profile,
    },
    /// Reps came into or went out of a pool.
    PoolChanged {
        /// The pool.
        pool: PoolNo,
        /// Who joined, with credit 0.
        joined: Vec<RepNo>,
        /// Who left.
        left: Vec<RepNo>,
        /// What the leavers were owed (or ahead) goes to those who stay, by weight.
        spread: Vec<Portion>,
    },
    /// A long-absent rep's credit was brought back to one lead, the rest spread over the others.
    CreditClamped {
        /// The pool.
        pool: PoolNo,
        /// The rep who was away.
        rep: RepNo,
        /// Credit afterwards.
        credit: Micro,
        /// The rest, by weight over the other members.
        spread: Vec<(RepNo, Micro)>,
    },
    /// A record entered the workspace.
    RecordTaken {
        /// The record; always the next free number.
        record: RecordNo,
        /// The key the source uses.
        key: SmolStr,
        /// Public attributes, shared with the command that brought them.
        #[serde(with = "crate::market::value::shared")]
        attributes: Arc<Attributes>,
        /// Personal data.
        private: Option<PrivateRef>,
        /// Event time: when it came into being at its source.
        occurred: Moment,
        /// What stands for personal data when records are compared.
        marks: Vec<Mark>,
    },
    /// The policy decided where a record goes.
    RecordDealt {
        /// The record.
        record: RecordNo,
        /// Where to.
        to: Destination,
        /// What set it off.
        cause: Cause,
        /// Why.
        verdict: Verdict,
    },
    /// A person gave a record to a rep.
    RecordGiven {
        /// The record.
        record: RecordNo,
        /// Who gets it.
        rep: RepNo,
        /// What it counts against the rep's turns, per pool.
        counted: Vec<Counted>,
        /// The giver's words.
        note: Option<PrivateRef>,
    },
    /// A held record reached its deadline and went on to its queue.
    HoldExpired {
        /// The record.
        record: RecordNo,
        /// Where it is now.
        queue: QueueNo,
    },
    /// A record is done with.
    RecordClosed {
        /// The record.
        record: RecordNo,
        /// A reason code of the workspace.
        reason: String,
    },
    /// A turn was given back: its record was no lead. Where the record goes is said by the event
    /// after it, if it goes anywhere.
    TurnVoided {
        /// The record.
        record: RecordNo,
        /// Position in the journal of the deal.
        dealt: u64,
        /// The turn, as that deal recorded it.
        turn: Turn,
        /// How many turns it had used up.
        size: Micro,
        /// A reason code of the policy.
        reason: String,
        /// Change of each member's make-up buffer; sums to zero.
        makeup: Vec<(RepNo, Micro)>,
    },
    /// A rep is out of rotation; the book stays.
    RepPaused {
        /// The rep.
        rep: RepNo,
        /// Since when.
        since: Moment,
        /// When somebody is asked what comes next.
        review: Moment,
        /// Why.
        reason: Option<PrivateRef>,
    },
    /// A rep takes part in rotation again.
    RepResumed {
        /// The rep.
        rep: RepNo,
    },
    /// The secret of a draw period was promised.
    DrawCommitted {
        /// The period.
        period: Period,
        /// Digest of its secret.
        commitment: [u8; 32],
    },
    /// A draw period is over, and its secret is shown.
    DrawRevealed {
        /// The period.
        period: Period,
        /// Its secret; its digest is the promised one.
        secret: DrawKey,
    },
    /// A territory table came into force.
    TerritoriesSet {
        /// 1, 2, 3, …
        version: u32,
        /// The whole table.
        table: Table,
    },
    /// A handoff outside rotation was given back: its record was no lead. Where the record goes is
    /// said by the event after it, if it goes anywhere.
    HandoffVoided {
        /// The record.
        record: RecordNo,
        /// Position in the journal of the handoff.
        dealt: u64,
        /// Who had taken it.
        rep: RepNo,
        /// A reason code of the policy.
        reason: String,
        /// What undoes it in the pool of the step.
        owing: Owing,
    },
    /// Two records turned out to be the same; the first is closed.
    RecordMerged {
        /// The absorbed record.
        record: RecordNo,
        /// The survivor, which stays where it is.
        into: RecordNo,
        /// The turn of the absorbed one, where it came back.
        back: Option<TurnBack>,
    },
    /// The marks of a record are no longer matched, as its personal data is erased.
    MarksForgotten {
        /// The record.
        record: RecordNo,
    },
    /// What the members of a pool have earned was granted.
    SharesGranted {
        /// The pool.
        pool: PoolNo,
        /// The shares, and how long they hold.
        grant: Grant,
    },
    /// Somebody worked on records: only what a decision may depend on, not every activity.
    RecordsTouched {
        /// What was done, in the order in which it became known.
        touches: Vec<Touch>,
    },
    /// A record left its owner, or the closed ones, without going to another rep.
    RecordReleased {
        /// The record.
        record: RecordNo,
        /// Why.
        why: Release,
        /// Where it is now.
        to: Freed,
    },
    /// A rep took a record from a queue.
    RecordClaimed {
        /// The record.
        record: RecordNo,
        /// Who took it.
        rep: RepNo,
        /// From which queue.
        queue: QueueNo,
        /// Why the rep could.
        claim: Box<Claimed>,
    },
    /// The owner of a record must work on it by a moment.
    ClockSet {
        /// The record.
        record: RecordNo,
        /// Its owner.
        rep: RepNo,
        /// What was promised, as moments.
        clock: Clock,
    },
    /// An owner was warned that a record must be worked on soon.
    SlaWarned {
        /// The record.
        record: RecordNo,
        /// Its owner.
        rep: RepNo,
        /// The line of the policy, by name.
        sla: String,
    },
    /// An owner did not work on a record in time.
    SlaBreached {
        /// The record.
        record: RecordNo,
        /// Its owner.
        rep: RepNo,
        /// The line of the policy, by name.
        sla: String,
        /// Since the owner got it.
        waited: Span,
        /// The same, counting only the owner's working time.
        business: Span,
    },
    /// The manager is told of a record that still waits for its owner.
    SlaEscalated {
        /// The record.
        record: RecordNo,
        /// Its owner.
        rep: RepNo,
        /// The line of the policy, by name.
        sla: String,
    },
    /// An owner worked on a record for the first time.
    FirstWorked {
        /// The record.
        record: RecordNo,
        /// Its owner.
        rep: RepNo,
        /// When the owner got it.
        started: Moment,
        /// Since then.
        waited: Span,
        /// The same, counting only the owner's working time.
        business: Span,
    },
    /// The clock jumped, and more records would have been taken out of books than may be without
    /// being asked.
    TimersHeld(Held),
    /// Somebody looked: the timers go on.
    TimersConfirmed,
    /// A rep gave a record back. Where it goes is said by the event after it.
    RecordReturned {
        /// The record.
        record: RecordNo,
        /// Who gave it back.
        rep: RepNo,
        /// A reason code of the policy.
        reason: String,
        /// The rep's words.
        note: Option<PrivateRef>,
    },
    /// An owner keeps a record that was to be taken, and says what comes next.
    RecordKept {
        /// The record.
        record: RecordNo,
        /// The owner.
        rep: RepNo,
        /// What the owner will do.
        next_step: PrivateRef,
        /// Until when it is left alone.
        until: Moment,
    },
    /// A record that a sweep took is back with its former owner, as if it had never been taken.
    RecordRestored {
        /// The record.
        record: RecordNo,
        /// The former owner.
        rep: RepNo,
        /// Number of the sweep.
        sweep: u32,
        /// Until when it is left alone.
        until: Moment,
    },
    /// Something happened in recycling besides a record changing its place.
    Sweeping(Sweeping),
    /// A file of what others did and decided was taken into the side tables; it decides nothing.
    HistoryImported(Box<Import>),
    /// Something happened to a plan of the books.
    Planned(planned::Planned),
    /// Somebody said how much a rep's book is.
    FeedbackFiled {
        /// Whose book.
        rep: RepNo,
        /// What was said.
        said: Said,
    },
}

/// One fact about work on a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// The record.
    pub record: RecordNo,
    /// Who worked on it; `None` when that is no rep of the workspace.
    pub rep: Option<RepNo>,
    /// Event time.
    pub at: Moment,
    /// Whether somebody else than the rep says so, such as the CRM.
    pub verified: bool,
}

/// Why a record left its owner without going to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Release {
    /// Its owner gave it back, with this reason code of the policy.
    Returned(String),
    /// A removal rule of the policy, by name, took it; in which sweep, if in one.
    Removed {
        /// Name of the rule.
        rule: String,
        /// Number of the sweep.
        sweep: Option<u32>,
    },
    /// A manager pulled it out.
    Retrieved,
    /// It was claimed from a queue, and not worked in time.
    ClaimExpired,
    /// It was not touched in time and nobody else could take it.
    Overdue,
    /// It was closed with a reason for which it comes back.
    Closed(String),
}

/// Where a released record goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Freed {
    /// It rests.
    Rest {
        /// Until when at the latest.
        until: Moment,
        /// What becomes of it then.
        then: AfterRest,
    },
    /// Into this queue.
    Queue(QueueNo),
}

impl Event {
    /// The record whose place the event changes, if it changes one.
    pub fn moved(&self) -> Option<RecordNo> {
        match self {
            Self::RecordDealt { record, .. }
            | Self::RecordGiven { record, .. }
            | Self::HoldExpired { record, .. }
            | Self::RecordClosed { record, .. }
            | Self::RecordMerged { record, .. }
            | Self::RecordReleased { record, .. }
            | Self::RecordRestored { record, .. } => Some(*record),
            _ => None,
        }
    }

    /// The record and the verdict, of an event by which the policy dealt a record.
    pub fn deal(&self) -> Option<(RecordNo, &Verdict)> {
        match self {
            Self::RecordDealt {
                record, verdict, ..
            } => Some((*record, verdict)),
            _ => None,
        }
    }
}

/// A turn that came back with a merge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnBack {
    /// Position in the journal of the deal.
    pub dealt: u64,
    /// How it had been used up, and what giving it back moves.
    pub taken: Taken,
}

/// How a turn was used up that comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Taken {
    /// By a pool's pick.
    Turn {
        /// The turn, as its deal recorded it.
        turn: Turn,
        /// How many turns it had used up.
        size: Micro,
        /// Change of each member's make-up buffer; sums to zero.
        makeup: Vec<(RepNo, Micro)>,
    },
    /// By a fixed handoff; what reverses it.
    Handoff(Owing),
}

/// What a manual assignment counts in one pool: through the make-up buffer, so that nobody is
/// starved at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The pool.
    pub pool: PoolNo,
    /// Change of each member's make-up buffer; sums to zero.
    pub makeup: Vec<(RepNo, Micro)>,
}

/// What set a deal off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Cause {
    /// It came in.
    Intake,
    /// Somebody asked for another owner.
    Reassign,
    /// Its owner left.
    OwnerLeft,
    /// It was held and somebody became able.
    Waited,
    /// Its turn was given back.
    Voided,
    /// It was handed on to another step.
    HandedOn,
    /// The rep for whom somebody stood in can take it again.
    Returned,
    /// Its rest is over.
    Rested,
    /// Its owner did not touch it in time.
    Overdue,
    /// Its owner gave it back.
    GivenBack,
    /// A book below its target was filled up.
    ToppedUp,
    /// A manager pulled it out of a book.
    Retrieved,
}
