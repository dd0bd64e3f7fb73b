//! A batch in the making: orders are decided one after the other, each on the state after the one
//! before, and everything they cause goes into one append.
//!
//! Nothing here is durable. What will be answered is put together here, and told to nobody.

use crate::host::fault::Fault;
use crate::host::fold::{self, ENGINE, words};
use crate::host::live::Live;
use crate::host::logged;
use crate::host::order::{Denied, Done, Order};
use crate::host::rows;
use evenkeel_core::command::envelope::{Decision, Envelope};
use evenkeel_core::command::{self, Command};
use evenkeel_core::event::Recorded;
use evenkeel_core::ids::CommandId;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_journal::activity::ActivityId;
use evenkeel_journal::batch::{Batch, CommandRow};
use evenkeel_journal::codec;
use evenkeel_journal::identity::Digest;
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// Events after which a batch takes no further order.
const EVENTS_ENOUGH: usize = 20_000;
/// Encoded bytes after which a batch takes no further order.
const BYTES_ENOUGH: usize = 8 << 20;
/// Rows of a kind that a used draft keeps room for.
const ROWS_KEPT: usize = 4_096;

/// What an order will be answered once the batch is durable.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Decided in this batch.
    Done(Done),
    /// The same as the order at this position: it has the same id and body.
    SameAs(usize),
    /// This, whatever happens to the batch.
    Denied(Denied),
    /// Done before this batch.
    Before(Done),
}

/// A batch in the making.
#[derive(Debug)]
pub struct Draft {
    /// What will be appended.
    pub batch: Batch,
    /// What each order so far will be answered, in their order.
    pub outcomes: Vec<Outcome>,
    /// Which activities of the order that is decided next the store has already.
    pub known: Vec<bool>,
    seq: u64,
    /// Where those stand that somebody may send again, and the digests of their bodies.
    here: HashMap<CommandId, (usize, [u8; 32])>,
    /// Activities of this batch.
    logged: HashSet<ActivityId>,
}

/// Applying an event panicked: the state in memory is no longer to be trusted.
#[derive(Debug)]
pub struct Poisoned(pub Fault);

impl Draft {
    /// A draft that follows event `seq`.
    pub fn after(seq: u64) -> Self {
        let batch = Batch {
            expected_seq: seq,
            engine: ENGINE,
            ..Batch::default()
        };
        Self {
            batch,
            outcomes: Vec::new(),
            known: Vec::new(),
            seq,
            here: HashMap::new(),
            logged: HashSet::new(),
        }
    }

    /// A draft that follows this one, in the memory of an empty one.
    pub fn next(&self, empty: Self) -> Self {
        let batch = Batch {
            expected_seq: self.seq,
            engine: ENGINE,
            ..empty.batch
        };
        Self {
            batch,
            seq: self.seq,
            ..empty
        }
    }

    /// The memory of a draft that is done with, for another: fresh memory costs the system a page
    /// fault for each page. *Bounds*: what is larger than most
    /// batches is given back.
    pub fn emptied(self) -> Self {
        let Batch {
            commands,
            events,
            places,
            private,
            outbox,
            activities,
            ..
        } = self.batch;
        let mut empty = Self::after(0);
        empty.batch = Batch {
            commands: emptied(commands),
            events: events.emptied(),
            places: emptied(places),
            private: emptied(private),
            outbox: emptied(outbox),
            activities: emptied(activities),
            ..empty.batch
        };
        empty.outcomes = emptied(self.outcomes);
        empty
    }

    /// Whether another order must wait for the next batch.
    pub fn is_full(&self) -> bool {
        self.batch.events.len() + self.batch.activities.len() >= EVENTS_ENOUGH
            || self.batch.events.framed_len() >= BYTES_ENOUGH
    }

    /// The order of this batch with this id, if there is one: what its repetition is answered.
    pub fn repeated(&self, order: &Order) -> Option<Outcome> {
        let (first, body) = *self.here.get(&order.id)?;
        Some(if body == order.body {
            Outcome::SameAs(first)
        } else {
            Outcome::Denied(Denied::IdReused)
        })
    }

    /// Decides an order and applies its events.
    pub fn decide(
        &mut self,
        live: &RwLock<Live>,
        order: &Order,
        envelope: &Envelope,
    ) -> Result<(), Poisoned> {
        let judged = judge(&read(live).state, order, envelope);
        match judged {
            Ok(decision) => self.apply(live, order, envelope, decision),
            Err(denied) => {
                self.outcomes.push(Outcome::Denied(denied));
                Ok(())
            }
        }
    }

    /// Decides an order that nobody waits for, before the next one that somebody does.
    pub fn beforehand(
        &mut self,
        live: &RwLock<Live>,
        order: &Order,
        envelope: &Envelope,
    ) -> Result<(), Poisoned> {
        let waited_for = self.outcomes.len();
        self.decide(live, order, envelope)?;
        if let Some(Outcome::Denied(denied)) = self.outcomes.last() {
            tracing::warn!(%denied, "what should come first was not taken");
        }
        self.outcomes.truncate(waited_for);
        Ok(())
    }

    fn apply(
        &mut self,
        live: &RwLock<Live>,
        order: &Order,
        envelope: &Envelope,
        decision: Decision,
    ) -> Result<(), Poisoned> {
        self.batch.at_ms = self.batch.at_ms.max(decision.at.0);
        let answer = self.log(&read(live).state, order, decision.at);
        let events: Vec<Recorded> = decision.recorded(envelope).collect();
        let first_seq = self.seq + 1;
        let mut entered = None;
        {
            // Whoever reads the state is kept out only while it changes.
            let mut live = live.write().unwrap_or_else(PoisonError::into_inner);
            let state = &mut live.state;
            for recorded in &events {
                self.seq += 1;
                rows::note(&mut self.batch, state, recorded, self.seq, &mut entered);
                fold::apply(state, self.seq, recorded).map_err(Poisoned)?;
            }
        }
        for recorded in &events {
            let events = &mut self.batch.events;
            events.write(|bytes| codec::encode_onto(bytes, recorded));
        }
        self.batch.private.extend(order.private.iter().cloned());
        self.batch.commands.push(CommandRow {
            id: order.id,
            body: Digest(order.body),
            first_seq,
            last_seq: self.seq,
            answer: answer.clone(),
        });
        if !order.is_fresh() {
            let here = (self.outcomes.len(), order.body);
            self.here.insert(order.id, here);
        }
        let answered = order.answered(&read(live).state, first_seq, events, answer);
        self.outcomes.push(match answered {
            Ok((events, answer)) => Outcome::Done(Done {
                first_seq,
                last_seq: self.seq,
                repeated: false,
                events,
                answer,
            }),
            Err(fault) => Outcome::Denied(fault.into()),
        });
        Ok(())
    }

    /// Keeps the activities an order logs, and says what became of each.
    fn log(&mut self, state: &State, order: &Order, now: Moment) -> Vec<u8> {
        let (Command::LogActivities(log), Some(logged)) = (&order.command, &order.logged) else {
            return Vec::new();
        };
        let known = std::mem::take(&mut self.known);
        let told = (log, logged);
        let (rows, answer) = logged::rows(state, told, &known, &mut self.logged, now);
        self.batch.activities.extend(rows);
        answer
    }
}

/// Its memory.
fn emptied<T>(mut used: Vec<T>) -> Vec<T> {
    used.clear();
    used.shrink_to(ROWS_KEPT);
    used
}

fn read(live: &RwLock<Live>) -> RwLockReadGuard<'_, Live> {
    live.read().unwrap_or_else(PoisonError::into_inner)
}

/// What an order comes to on this state. A panic is a fault of this order and not of the program.
fn judge(state: &State, order: &Order, envelope: &Envelope) -> Result<Decision, Denied> {
    let decide = || command::decide(state, &order.command, envelope);
    match catch_unwind(AssertUnwindSafe(decide)) {
        Ok(decided) => decided.map_err(Denied::Refused),
        Err(panic) => Err(Denied::Fault(Fault::Defect(words(&*panic)))),
    }
}
