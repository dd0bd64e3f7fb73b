//! The one who changes anything: it takes whatever queued up while the last commit ran, decides it
//! in order, has it appended in one transaction and answered ([`crate::host::committer`]).
//!
//! An order that comes alone is committed alone, and under load a batch is as large as the queue
//! (group commit). Where a runtime with workers to spare serves the callers, the writer is a task
//! of it, so that an order and its answer change threads no more often than they must; elsewhere it
//! is a thread of its own. *Bounds*: [`ORDERS_MAX`](crate::host::workspace::ORDERS_MAX) orders a
//! batch, [`TRIES_MAX`] tries.

use crate::host::committer::{Appended, Committer, Refused};
use crate::host::draft::{Draft, Outcome, Poisoned};
use crate::host::draws::Draws;
use crate::host::fault::Fault;
use crate::host::fold;
use crate::host::live::Live;
use crate::host::order::{Denied, Done, Order};
use crate::host::workspace::Shared;
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::Actor;
use evenkeel_core::time::Moment;
use evenkeel_journal::identity::{Head, WorkspaceId};
use evenkeel_journal::journal::Journal;
use evenkeel_journal::setting::{SettingEdit, SettingFault};
use std::ops::ControlFlow;
use std::sync::{Arc, PoisonError, RwLockReadGuard};
use std::time::{Duration, Instant};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{mpsc, oneshot};

mod again;
mod known;

/// How often a batch is decided again before its orders are told that the server is busy.
const TRIES_MAX: usize = 5;
/// How long orders are turned away after the store had no room, before it is tried again.
const STALL: Duration = Duration::from_secs(1);
/// Callers on their way back are given the last commit's time divided by this.
const COMMIT_PARTS: u32 = 4;
/// How often the queue is looked at meanwhile.
const GLANCE_EVERY: Duration = Duration::from_micros(50);
/// A snapshot is kept after so many events …
const SNAPSHOT_EVENTS: u64 = 50_000;
/// … and no sooner than this after the one before.
const SNAPSHOT_EVERY: Duration = Duration::from_secs(600);

/// An order and who waits for its answer.
///
/// The order goes back with the answer: whoever made it takes it apart. Memory that another thread
/// frees costs both of them more than deciding does.
#[derive(Debug)]
pub struct Waiting {
    /// The order.
    pub order: Box<Order>,
    /// Who waits.
    pub answer: oneshot::Sender<Answer>,
}

/// What became of an order, and the order.
#[derive(Debug)]
pub struct Answer {
    /// What is told.
    pub told: Result<Done, Denied>,
    /// What was asked.
    pub order: Box<Order>,
}

impl Waiting {
    /// Tells what became of the order. It is nothing to us when nobody waits any more.
    pub fn tell(self, told: Result<Done, Denied>) {
        let order = self.order;
        drop(self.answer.send(Answer { told, order }));
    }
}

/// What the writer can be asked to do.
#[derive(Debug)]
pub enum Job {
    /// Decide and append.
    Order(Waiting),
    /// Change settings.
    Edit(Vec<SettingEdit>, oneshot::Sender<Result<(), Fault>>),
    /// Erase personal data.
    Erase(Vec<u64>, oneshot::Sender<Result<u64, Fault>>),
    /// Keep a snapshot and end.
    Stop(oneshot::Sender<Result<(), Fault>>),
}

/// The writer.
pub struct Writer {
    journal: Box<dyn Journal>,
    workspace: WorkspaceId,
    /// Most orders in one batch.
    orders_max: usize,
    /// Where the journal ends.
    head: Head,
    shared: Arc<Shared>,
    committer: Committer,
    /// The batch in the making.
    draft: Draft,
    /// Who waits for it, in the order of its outcomes.
    orders: Vec<Waiting>,
    /// Memory for the batch after this.
    empty: Option<Draft>,
    draws: Draws,
    stalled: Option<(Instant, Fault)>,
    kept: (u64, Instant),
    /// How many were answered by the last commit, how long it took, and when it ended.
    last: (usize, Duration, Instant),
}

impl Writer {
    /// Starts a writer that goes on from `head`. It works until told to stop, until nobody is left
    /// to ask, or until the runtime it is a task of has ended.
    pub(super) fn start(
        journal: Box<dyn Journal>,
        (head, orders_max): (Head, usize),
        committer: Committer,
        queue: mpsc::Receiver<Job>,
    ) -> Result<(), Fault> {
        let shared = Arc::clone(&committer.shared);
        let writer = Self {
            journal,
            workspace: committer.workspace,
            orders_max,
            head,
            shared,
            committer,
            draft: Draft::after(head.seq),
            orders: Vec::new(),
            empty: None,
            draws: Draws::default(),
            stalled: None,
            kept: (head.seq, Instant::now()),
            last: (0, Duration::ZERO, Instant::now()),
        };
        match seat() {
            Some(runtime) => {
                drop(runtime.spawn(writer.attend(queue)));
                Ok(())
            }
            None => {
                let thread = std::thread::Builder::new().name("writer".into());
                let started = thread.spawn(move || writer.run(queue)).map(drop);
                started.map_err(|error| Fault::Defect(format!("the writer did not start: {error}")))
            }
        }
    }

    /// Works as a task. It rests when nothing waits, and now and then for others by the runtime's
    /// own measure; resting before each batch gives away what being a task is worth.
    async fn attend(mut self, mut queue: mpsc::Receiver<Job>) {
        while let Some(job) = queue.recv().await {
            if let ControlFlow::Break(answer) = self.turn(job, &mut queue) {
                return self.stop(answer);
            }
        }
    }

    /// Works on a thread of its own.
    fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        while let Some(job) = queue.blocking_recv() {
            while matches!(job, Job::Order(_)) && self.crowd_returns(queue.len() + 1) {
                std::thread::sleep(GLANCE_EVERY);
            }
            if let ControlFlow::Break(answer) = self.turn(job, &mut queue) {
                return self.stop(answer);
            }
        }
    }

    /// Does this job and the orders that have queued behind it, as one batch.
    fn turn(
        &mut self,
        job: Job,
        queue: &mut mpsc::Receiver<Job>,
    ) -> ControlFlow<oneshot::Sender<Result<(), Fault>>> {
        let other = self.admit(job, queue);
        if !self.orders.is_empty() {
            self.hand_over();
        }
        match other {
            None | Some(Job::Order(_)) => {}
            Some(Job::Edit(edits, answer)) => drop(answer.send(self.edit(&edits))),
            Some(Job::Erase(subjects, answer)) => drop(answer.send(self.erase(&subjects))),
            Some(Job::Stop(answer)) => return ControlFlow::Break(answer),
        }
        make_way();
        // What may wait, waits until everybody is answered.
        self.journal.tidy();
        self.snapshot_when_due();
        ControlFlow::Continue(())
    }

    fn stop(mut self, answer: oneshot::Sender<Result<(), Fault>>) {
        let kept = self.keep_snapshot();
        // The store is closed before anybody hears of it.
        drop(self);
        drop(answer.send(kept));
    }

    /// Whether far fewer wait than were answered last: their callers are just coming back, and a
    /// commit for the first few of them would make all others wait for it. So they are given a part
    /// of the time the last commit took. A lone caller never waits.
    fn crowd_returns(&self, here: usize) -> bool {
        let (crowd, took, ended) = self.last;
        here * 2 < crowd && ended.elapsed() * COMMIT_PARTS < took
    }

    /// Decides orders until none is left, the batch is full or a job of another kind comes.
    fn admit(&mut self, first: Job, queue: &mut mpsc::Receiver<Job>) -> Option<Job> {
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                // Asked each time: it may have come with the order before, and be over by now.
                Job::Order(waiting) => match self.turned_away() {
                    None => self.decide(waiting),
                    Some(denied) => waiting.tell(Err(denied)),
                },
                other => return Some(other),
            }
            if self.orders.len() >= self.orders_max || self.draft.is_full() {
                return None;
            }
            next = queue.try_recv().ok();
        }
        None
    }

    /// Decides one order into the batch in the making.
    fn decide(&mut self, waiting: Waiting) {
        match self.decide_here(&waiting.order) {
            Ok(()) => self.orders.push(waiting),
            Err(poisoned) => {
                again::hold_out(waiting, poisoned);
                // The state in memory is half changed: take everything back.
                let orders = std::mem::take(&mut self.orders);
                self.again(orders);
            }
        }
    }

    /// Decides one order at its moment, unless it was decided before.
    fn decide_here(&mut self, order: &Order) -> Result<(), Poisoned> {
        let known = match self.draft.repeated(order) {
            Some(outcome) => Ok(Some(outcome)),
            None => self.known(order),
        };
        let at = self.moment(order);
        let draw = match known {
            Ok(Some(outcome)) => {
                self.draft.outcomes.push(outcome);
                return Ok(());
            }
            Ok(None) => self.prepare(at)?,
            Err(fault) => Err(fault),
        };
        let logged = order.logged.as_ref();
        let known = logged.map(|logged| self.journal.activities_known(self.workspace, &logged.ids));
        let draw = match known.transpose() {
            Ok(known) => {
                self.draft.known = known.unwrap_or_default();
                draw
            }
            Err(fault) => Err(fault.into()),
        };
        match draw {
            Ok(draw) => {
                let envelope = envelope(order, at, draw);
                self.draft.decide(&self.shared.live, order, &envelope)
            }
            Err(fault) => {
                self.draft.outcomes.push(Outcome::Denied(fault.into()));
                Ok(())
            }
        }
    }

    /// The moment of an order, as the core lifts it, so that the key of its draws is that of the
    /// day the event is recorded on.
    fn moment(&self, order: &Order) -> Moment {
        let at = order.at.unwrap_or_else(|| self.shared.clock.now());
        at.max(self.live().state.last_at())
    }

    /// Does what the promises of draws ask for by `at`, and finds the key of the day.
    fn prepare(&mut self, at: Moment) -> Result<Result<DrawKey, Fault>, Poisoned> {
        let journal = &mut *self.journal;
        let first = {
            let live = self.shared.live.read();
            let live = live.unwrap_or_else(PoisonError::into_inner);
            self.draws.first(journal, &live.state, at)
        };
        let (first, draw) = match (first, self.draws.key(journal, at)) {
            (Ok(first), Ok(draw)) => (first, draw),
            (Err(fault), _) | (_, Err(fault)) => return Ok(Err(fault)),
        };
        for command in first {
            let order = Order::once(Actor::System, command);
            let envelope = envelope(&order, at, draw);
            self.draft
                .beforehand(&self.shared.live, &order, &envelope)?;
        }
        Ok(Ok(draw))
    }

    /// Has the batch in the making appended and answered.
    fn hand_over(&mut self) {
        // Appending keeps this worker until the disk has answered.
        make_way();
        let (draft, orders) = self.batch();
        match self.committer.commit(&mut *self.journal, draft, orders) {
            Ok(appended) => self.appended(appended),
            Err(Refused { fault, orders }) => self.refused(fault, orders),
        }
    }

    /// Takes the batch in the making and who waits for it; the next one follows it.
    fn batch(&mut self) -> (Draft, Vec<Waiting>) {
        let empty = self.empty.take().unwrap_or_else(|| Draft::after(0));
        let next = self.draft.next(empty);
        let orders = Vec::with_capacity(self.orders.len());
        let draft = std::mem::replace(&mut self.draft, next);
        (draft, std::mem::replace(&mut self.orders, orders))
    }

    fn appended(&mut self, appended: Appended) {
        self.empty = Some(appended.used.emptied());
        if let Some(head) = appended.head {
            self.head = head;
            self.last = (appended.commands, appended.took, Instant::now());
            self.stalled = None;
        }
    }

    fn live(&self) -> RwLockReadGuard<'_, Live> {
        let live = self.shared.live.read();
        live.unwrap_or_else(PoisonError::into_inner)
    }

    fn edit(&mut self, edits: &[SettingEdit]) -> Result<(), Fault> {
        self.journal
            .edit_settings(edits)
            .map_err(|fault| match fault {
                SettingFault::Changed { .. } => Fault::Changed,
                SettingFault::Storage(fault) => fault.into(),
            })?;
        self.stalled = None;
        self.committer.recovered();
        Ok(())
    }

    fn erase(&mut self, subjects: &[u64]) -> Result<u64, Fault> {
        let erased = self.journal.erase(self.workspace, subjects)?;
        subjects
            .iter()
            .for_each(|subject| self.shared.names.learn(*subject, None));
        Ok(erased)
    }

    fn snapshot_when_due(&mut self) {
        let (seq, at) = self.kept;
        let due = self.head.seq >= seq + SNAPSHOT_EVENTS && at.elapsed() >= SNAPSHOT_EVERY;
        if due && let Err(fault) = self.keep_snapshot() {
            tracing::warn!(%fault, "a snapshot was not kept; the journal has everything");
        }
    }

    fn keep_snapshot(&mut self) -> Result<(), Fault> {
        if self.head.seq == self.kept.0 || self.turned_away().is_some() {
            return Ok(());
        }
        self.kept = (self.head.seq, Instant::now());
        // Takes its time: whatever else waits for this worker goes to another.
        tokio::task::block_in_place(|| {
            let snapshot = fold::snapshot(&self.live().state, self.head);
            Ok(self.journal.put_snapshot(self.workspace, &snapshot)?)
        })
    }
}

/// The runtime the writer may be a task of: the one it is started on, if another of its workers can
/// serve callers while this one decides or waits for the disk.
fn seat() -> Option<Handle> {
    let runtime = Handle::try_current().ok()?;
    let shared = runtime.runtime_flavor() == RuntimeFlavor::MultiThread;
    (shared && runtime.metrics().num_workers() > 1).then_some(runtime)
}

/// Lets others work while this worker of a runtime does not rest. Whoever was woken last stands
/// where no other worker takes from; and maybe all others sleep, and nobody looks what comes in. So
/// two more are woken, who have nothing to do: the first moves the last one on, and for the second
/// another worker is woken.
fn make_way() {
    if let Ok(runtime) = Handle::try_current() {
        for _ in 0..2 {
            drop(runtime.spawn(async {}));
        }
    }
}

fn envelope(order: &Order, at: Moment, draw: DrawKey) -> Envelope {
    Envelope {
        at,
        actor: order.actor,
        command: order.id,
        draw,
    }
}
