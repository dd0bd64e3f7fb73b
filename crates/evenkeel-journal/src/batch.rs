//! What is appended in one transaction: commands, their events, and the rows kept beside them.
//!
//! A batch is the unit of durability: all of it is there after a crash, or none. What an event
//! means is deliberately unknown here; the narrow rows say as much as other readers of the store
//! need. Shape is checked in [`crate::check`], agreement with the store by the backends.

use crate::activity::ActivityRow;
use crate::events::Events;
use crate::identity::Digest;
use evenkeel_core::ids::CommandId;
use sha2::{Digest as _, Sha256};

/// Most commands in one batch.
pub const COMMANDS_MAX: usize = 4_096;
/// Most events in one batch: one sweep or one applied plan is one command.
pub const EVENTS_MAX: usize = 262_144;
/// Longest event in bytes: a policy document is the largest.
pub const EVENT_BYTES_MAX: usize = 4 << 20;
/// Longest answer of a command in bytes.
pub const ANSWER_BYTES_MAX: usize = 16 << 10;
/// Longest private body in bytes.
pub const PRIVATE_BYTES_MAX: usize = 64 << 10;
/// Longest canonical body of a batch in bytes.
pub const BODY_BYTES_MAX: usize = 64 << 20;
/// Largest number the store can hold: its integers are signed.
pub const NUMBER_MAX: u64 = i64::MAX as u64;

/// One transaction's worth of a workspace's history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The head this batch was decided on. The only lock there is.
    pub expected_seq: u64,
    /// Record time in milliseconds since 1970.
    pub at_ms: i64,
    /// Level of the program that decided.
    pub engine: u32,
    /// The commands, in order. Together they cover the events without gap or overlap.
    pub commands: Vec<CommandRow>,
    /// The events, encoded; the first has number `expected_seq + 1`.
    pub events: Events,
    /// How records moved, in order.
    pub places: Vec<PlaceRow>,
    /// Personal data, kept outside the chain. A row replaces the subject's earlier one.
    pub private: Vec<PrivateRow>,
    /// Owners the CRM must be told of. A row replaces the record's earlier one.
    pub outbox: Vec<OutboxRow>,
    /// Raw activities, outside the chain. One whose id is there already is left out.
    pub activities: Vec<ActivityRow>,
}

/// One command and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRow {
    /// Unique in the workspace, for ever. Ids that grow with time (UUID version 7) keep the index
    /// compact.
    pub id: CommandId,
    /// Digest of the request, to tell a retry from another request under the same id;
    /// [`Digest::NOBODY`] for a command that nobody can send again. Such a one has no row of its
    /// own: it is in the chain like all others, and not found by its id.
    pub body: Digest,
    /// Its first event.
    pub first_seq: u64,
    /// Its last event; `first_seq - 1` when it had none (nothing to do, or a stored refusal).
    pub last_seq: u64,
    /// The answer, given again to a retry. It is part of the chain: no personal data.
    pub answer: Vec<u8>,
}

/// The kind of a record's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKind {
    /// In the book of a rep.
    Book,
    /// In a queue.
    Queue,
    /// Held until a moment.
    Held,
    /// Done with.
    Closed,
}

/// A record's place as the store knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Kind.
    pub kind: PlaceKind,
    /// Number of the rep (book) or queue; 0 for the other kinds.
    pub owner: u32,
}

/// A stored place with what belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Where.
    pub place: Place,
    /// When the clock must look at it again, in milliseconds since 1970. Always there for `Held`.
    pub due_ms: Option<i64>,
    /// The event that put it there.
    pub seq: u64,
}

/// One move of one record.
///
/// It says where the record was: the store refuses the batch when that is not so
/// ([`crate::fault::AppendFault::DoubleOwner`]). A defect in the decisions thus becomes a refused
/// transaction and never a second owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceRow {
    /// The record.
    pub record: u32,
    /// Where it was; `None` when it is new.
    pub was: Option<Place>,
    /// Where it is now.
    pub now: Placed,
}

/// Personal data of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateRow {
    /// The subject, a number chosen by the caller.
    pub subject: u64,
    /// Random, so that the digest cannot be guessed back once body and salt are erased.
    pub salt: [u8; 16],
    /// The data.
    pub body: Vec<u8>,
}

/// The owner a CRM record should have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// The record.
    pub record: u32,
    /// The event that made it so: the version of the wish.
    pub seq: u64,
    /// The wanted owner.
    pub owner: u32,
}

impl PlaceKind {
    /// The number kept in the store; the SQL views translate it.
    pub fn code(self) -> u8 {
        match self {
            Self::Book => 1,
            Self::Queue => 2,
            Self::Held => 3,
            Self::Closed => 4,
        }
    }

    /// The kind with this number.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Book, Self::Queue, Self::Held, Self::Closed]
            .into_iter()
            .find(|k| k.code() == code)
    }
}

impl PrivateRow {
    /// SHA-256 over salt and body: what the chain holds in place of the data.
    pub fn digest(&self) -> Digest {
        let mut hasher = Sha256::new();
        hasher.update(self.salt);
        hasher.update(&self.body);
        Digest(hasher.finalize().into())
    }
}

impl Batch {
    /// The commands that somebody may send again: those that are found by their ids.
    pub fn repeatable(&self) -> impl Iterator<Item = &CommandRow> {
        let commands = self.commands.iter();
        commands.filter(|command| command.body != Digest::NOBODY)
    }

    /// Number of the last event, or `expected_seq` when there is none.
    pub fn last_seq(&self) -> u64 {
        self.expected_seq + self.events.len() as u64
    }
}
