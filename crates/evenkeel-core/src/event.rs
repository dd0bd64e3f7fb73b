//! Everything that can have happened: the journal's alphabet.
//!
//! Events are facts in the past tense. They are append-only: a released kind is never renamed,
//! reordered or changed in shape; a change is a new kind at the end. No personal data and no free
//! text (law 9). Nothing here decides or applies.

use crate::ids::{CommandId, PoolNo, QueueNo, RecordNo, RepNo};
use crate::market::value::Attributes;
use crate::people::rep::{PrivateRef, Profile};
use crate::rotation::ledger::Portion;
use crate::time::Moment;
use crate::units::Micro;
use crate::verdict::{Destination, Turn, Verdict};
use serde::{Deserialize, Serialize};

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
        key: String,
        /// Public attributes.
        attributes: Attributes,
        /// Personal data.
        private: Option<PrivateRef>,
        /// Event time: when it came into being at its source.
        occurred: Moment,
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
}
