//! How a batch becomes durable: it is appended, then shown to whoever looks, then its orders are
//! answered, in this order.
//!
//! What becomes of a batch that was not appended is deliberately the writer's to say.

use crate::host::draft::{Draft, Outcome};
use crate::host::live::{Health, Known, Progress};
use crate::host::order::{Denied, Done, Order};
use crate::host::private::Private;
use crate::host::workspace::Shared;
use crate::host::writer::Waiting;
use evenkeel_core::event::Event;
use evenkeel_journal::fault::AppendFault;
use evenkeel_journal::identity::{Head, WorkspaceId};
use evenkeel_journal::journal::Journal;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// A batch that is durable and answered.
#[derive(Debug)]
pub(super) struct Appended {
    /// Where the journal ends now; `None` when there was nothing to append.
    pub(super) head: Option<Head>,
    /// How many commands it held.
    pub(super) commands: usize,
    /// How long the append took.
    pub(super) took: Duration,
    /// The draft of the batch, used up. Its events are some that nobody needs any more.
    pub(super) used: Draft,
}

/// A batch that was not appended, and the orders nobody has answered.
pub(super) struct Refused {
    /// Why.
    pub(super) fault: AppendFault,
    /// Its orders.
    pub(super) orders: Vec<Waiting>,
}

/// Appends batches of one workspace, shows them and answers their orders.
pub(super) struct Committer {
    /// The workspace.
    pub(super) workspace: WorkspaceId,
    /// What is shown to everybody.
    pub(super) shared: Arc<Shared>,
    /// Number of the last durable event, for whoever follows.
    pub(super) head_seq: watch::Sender<u64>,
}

impl Committer {
    /// Makes one batch durable, shows it and answers its orders, which wait in the order of its
    /// outcomes.
    pub(super) fn commit(
        &self,
        journal: &mut dyn Journal,
        mut draft: Draft,
        orders: Vec<Waiting>,
    ) -> Result<Appended, Refused> {
        let commands = draft.batch.commands.len();
        let began = Instant::now();
        let mut head = None;
        if commands > 0 {
            head = match journal.append(self.workspace, &draft.batch) {
                Ok(head) => Some(head),
                Err(fault) => return Err(Refused { fault, orders }),
            };
        }
        let took = began.elapsed();
        // Also when nothing was appended: another writer may have brought what is new.
        let life = {
            let live = self.shared.live.read();
            let live = live.unwrap_or_else(PoisonError::into_inner);
            self.shared.shelf.keep_up(&live.state);
            live.life
        };
        if let Some(head) = head {
            metrics::histogram!("evenkeel_commit_seconds").record(took.as_secs_f64());
            metrics::histogram!("evenkeel_commit_commands").record(commands as f64);
            metrics::counter!("evenkeel_commands_total").increment(commands as u64);
            self.recovered();
            self.remember(&mut draft, &orders);
            // In this order: nobody may have seen what the head does not hold yet.
            self.head_seq.send_replace(head.seq);
            let seq = head.seq;
            self.shared.progress.send_replace(Progress { seq, life });
        }
        answer(orders, &mut draft.outcomes);
        Ok(Appended {
            head,
            commands,
            took,
            used: draft,
        })
    }

    /// The store took something: a stall is over.
    pub(super) fn recovered(&self) {
        self.shared.health.send_if_modified(|health| {
            let stalled = matches!(health, Health::Stalled(_));
            if stalled {
                *health = Health::Well;
            }
            stalled
        });
    }

    /// Remembers what was done. The draft gets memory for other events.
    fn remember(&self, draft: &mut Draft, orders: &[Waiting]) {
        let mut recent = self
            .shared
            .recent
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for (Waiting { order, .. }, outcome) in orders.iter().zip(&draft.outcomes) {
            let Outcome::Done(done) = outcome else {
                continue;
            };
            if !order.is_fresh() {
                let (body, done) = (order.body, done.clone());
                recent.know(order.id, Known { body, done });
            }
            if !order.private.is_empty() {
                self.learn_names(order, done);
            }
        }
        let events = std::mem::take(&mut draft.batch.events);
        draft.batch.events = recent.push(draft.batch.expected_seq + 1, events);
    }

    fn learn_names(&self, order: &Order, done: &Done) {
        for recorded in &*done.events {
            let Event::RepSet { profile, .. } = &recorded.event else {
                continue;
            };
            let subject = profile.private.map(|private| private.subject);
            let mut rows = order.private.iter();
            if let Some(row) = rows.find(|row| Some(row.subject) == subject) {
                let private = Private::of(&row.body);
                self.shared.names.learn(row.subject, Some(&private));
            }
        }
    }
}

/// Tells everybody who waits what became of the order. The events of an order go with its answer.
fn answer(orders: Vec<Waiting>, outcomes: &mut Vec<Outcome>) {
    let same: Vec<(usize, Result<Done, Denied>)> = outcomes
        .iter()
        .enumerate()
        .filter_map(|(at, outcome)| match outcome {
            Outcome::SameAs(first) => Some((at, again(&outcomes[*first]))),
            _ => None,
        })
        .collect();
    let mut same = same.into_iter().peekable();
    for (at, (waiting, outcome)) in orders.into_iter().zip(outcomes.drain(..)).enumerate() {
        let told = match outcome {
            Outcome::Done(done) | Outcome::Before(done) => Ok(done),
            Outcome::Denied(denied) => Err(denied),
            Outcome::SameAs(_) => {
                let told = same.next_if(|(same, _)| *same == at);
                told.map_or(Err(Denied::Busy), |(_, told)| told)
            }
        };
        waiting.tell(told);
    }
}

/// What the repetition of an order in its own batch is told.
fn again(first: &Outcome) -> Result<Done, Denied> {
    match first {
        Outcome::Done(done) => Ok(Done {
            repeated: true,
            ..done.clone()
        }),
        _ => Err(Denied::Busy),
    }
}
