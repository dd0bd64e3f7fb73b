//! What a caller hands in at the door, and what comes back.

use crate::host::fault::Fault;
use crate::host::fold::words as words_of;
use crate::host::logged::Logged;
use crate::host::secret;
use axum::body::Bytes;
use evenkeel_core::command::Command;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::event::{Actor, Recorded};
use evenkeel_core::ids::CommandId;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_journal::batch::PrivateRow;
use evenkeel_journal::identity::Digest;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Words for the events of a command, of which the first has this number, on the state after them.
///
/// They must be the same whenever the same events are told (law 6). Whoever needs only them spares
/// the events the way to another thread.
pub type Teller = fn(&State, u64, &[Recorded]) -> Vec<u8>;

/// A command with who asks, which one it is, and the personal data that goes beside it.
#[derive(Clone, Debug)]
pub struct Order {
    /// Who asks.
    pub actor: Actor,
    /// Which command; the same id gives the same answer for ever (law 6).
    pub id: CommandId,
    /// Digest of what was asked, to tell a retry from something else under the same id;
    /// [`Digest::NOBODY`] when the id was made for this order, so that nobody can send it again.
    pub body: [u8; 32],
    /// What is asked.
    pub command: Command,
    /// Personal data the command refers to; kept in the same transaction.
    pub private: Vec<PrivateRow>,
    /// What a log of activities has beside its command; such a command comes with it.
    pub logged: Option<Logged>,
    /// When it happened, for generated history; the workspace's clock says when absent.
    pub at: Option<Moment>,
    /// Puts what is answered into words; without it, the events are the answer.
    pub tell: Option<Teller>,
}

impl Order {
    /// An order that is made once: its id is new.
    pub fn once(actor: Actor, command: Command) -> Self {
        let body = Digest::NOBODY.0;
        Self {
            actor,
            id: new_id(),
            body,
            command,
            private: Vec::new(),
            logged: None,
            at: None,
            tell: None,
        }
    }

    /// An order that may be sent again under the same `key` of the same actor.
    pub fn keyed(actor: Actor, key: &str, body: [u8; 32], command: Command) -> Self {
        let id = id_of(actor, key);
        Self {
            actor,
            id,
            body,
            command,
            private: Vec::new(),
            logged: None,
            at: None,
            tell: None,
        }
    }

    /// The same order with personal data beside it.
    pub fn with(mut self, rows: impl IntoIterator<Item = PrivateRow>) -> Self {
        self.private.extend(rows);
        self
    }

    /// The same order with what a log of activities has beside its command.
    pub fn logging(mut self, logged: Logged) -> Self {
        self.logged = Some(logged);
        self
    }

    /// The same order, answered in words and without its events. Not for orders that bring personal
    /// data of reps: their names are learnt from the events of the answer.
    pub fn telling(mut self, tell: Teller) -> Self {
        self.tell = Some(tell);
        self
    }

    /// The same order at a moment of its own. A moment before the last event is lifted to it.
    pub fn at(mut self, at: Moment) -> Self {
        self.at = Some(at);
        self
    }

    /// The events and the words or other bytes that this order is answered with, when these are its
    /// events and `answer` what the journal keeps beside them. A panic in its words is a fault of
    /// this answer and not of the program.
    pub fn answered(
        &self,
        state: &State,
        first_seq: u64,
        events: Vec<Recorded>,
        answer: Vec<u8>,
    ) -> Result<(Arc<[Recorded]>, Bytes), Fault> {
        let Some(tell) = self.tell else {
            return Ok((events.into(), answer.into()));
        };
        let words = catch_unwind(AssertUnwindSafe(|| tell(state, first_seq, &events)));
        words
            .map(|told| (Arc::default(), told.into()))
            .map_err(|panic| Fault::Defect(words_of(&*panic)))
    }

    /// Whether nobody can have used the id before.
    pub fn is_fresh(&self) -> bool {
        self.body == Digest::NOBODY.0
    }
}

/// The command id behind a caller's idempotency key: two actors never share one.
pub fn id_of(actor: Actor, key: &str) -> CommandId {
    let (kind, number) = match actor {
        Actor::System => (0u8, 0),
        Actor::User(number) => (1, number),
        Actor::Key(number) => (2, number),
    };
    let digest = secret::digest(&[b"command", &[kind], &number.to_le_bytes(), key.as_bytes()]);
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    CommandId(id)
}

/// A new id: random for this run of the program, then a count. Neighbours in time stay neighbours
/// in the index.
fn new_id() -> CommandId {
    static RUN: LazyLock<[u8; 12]> = LazyLock::new(secret::random);
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    if count == u32::MAX {
        // Four thousand million orders in one run: go on with ids that are random throughout.
        return CommandId(secret::random());
    }
    let mut id = [0; 16];
    id[..12].copy_from_slice(&*RUN);
    id[12..].copy_from_slice(&count.to_be_bytes());
    CommandId(id)
}

/// A command that is durable.
#[derive(Clone, Debug)]
pub struct Done {
    /// Its first event.
    pub first_seq: u64,
    /// Its last event.
    pub last_seq: u64,
    /// Whether it had been done before, and this is the first answer again.
    pub repeated: bool,
    /// Its events, in order; none when it is answered in words ([`Order::telling`]).
    pub events: Arc<[Recorded]>,
    /// Those words; else what it was answered besides, which only a log of activities has.
    pub answer: Bytes,
}

/// Why there is no [`Done`].
#[derive(Clone, Debug)]
pub enum Denied {
    /// The policy or the state of the workspace says no.
    Refused(Refusal),
    /// The id was used before, for something else.
    IdReused,
    /// Too much is waiting; try again in a moment. Nothing was done.
    Busy,
    /// The machine could not. Nothing was done.
    Fault(Fault),
    /// The workspace takes no changes until somebody has looked at it.
    ReadOnly(Arc<str>),
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Denied {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => f.write_str(&refusal.message()),
            Self::IdReused => f.write_str("this key was used before for another request"),
            Self::Busy => f.write_str("too much is waiting; try again in a moment"),
            Self::Fault(fault) => fault.fmt(f),
            Self::ReadOnly(why) => write!(f, "the workspace takes no changes: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_key_belongs_to_its_actor() {
        let ids = [Actor::System, Actor::User(1), Actor::Key(1), Actor::User(2)]
            .map(|actor| id_of(actor, "k"));
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 4);
        assert_eq!(id_of(Actor::User(1), "k"), ids[1]);
        assert_ne!(id_of(Actor::User(1), "l"), ids[1]);
    }

    #[test]
    fn only_an_order_made_once_is_known_to_nobody() {
        let command = || Command::Tick;
        assert!(Order::once(Actor::System, command()).is_fresh());
        let digests = [[0; 32], secret::digest(&[b"asked"])];
        let keyed = digests.map(|body| Order::keyed(Actor::System, "k", body, command()));
        assert!(keyed.iter().all(|order| !order.is_fresh()));
    }

    #[test]
    fn new_ids_differ() {
        let ids: BTreeSet<CommandId> = (0..1_000).map(|_| new_id()).collect();
        assert_eq!(ids.len(), 1_000);
    }
}
