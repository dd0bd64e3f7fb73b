//! The one thread that changes anything: it takes whatever queued up while the last commit ran,
//! decides it in order, appends it in one transaction, and only then answers.
//!
//! An order that comes alone is committed alone, and under load a batch is as large as the queue
//! (group commit). *Bounds*: [`ORDERS_MAX`] orders a batch, [`TRIES_MAX`] tries.

use crate::host::draft::{Draft, Outcome, Poisoned};
use crate::host::draws::Draws;
use crate::host::fault::Fault;
use crate::host::fold;
use crate::host::live::{Health, Known, Progress};
use crate::host::order::{Denied, Done, Order};
use crate::host::private::Private;
use crate::host::workspace::Shared;
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::event::{Actor, Event};
use evenkeel_journal::fault::{AppendFault, StorageFault};
use evenkeel_journal::identity::{Head, WorkspaceId};
use evenkeel_journal::journal::Journal;
use evenkeel_journal::setting::{SettingEdit, SettingFault};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};

/// Most orders in one batch.
const ORDERS_MAX: usize = 1_024;
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
#[derive(Debug)]
pub struct Waiting {
    /// The order.
    pub order: Order,
    /// Who waits.
    pub answer: oneshot::Sender<Result<Done, Denied>>,
}

/// What the writer can be asked to do.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly every job is an order")]
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
    head: Head,
    shared: Arc<Shared>,
    head_seq: watch::Sender<u64>,
    draws: Draws,
    stalled: Option<(Instant, Fault)>,
    kept: (u64, Instant),
    /// How many were answered by the last commit, and how long it took.
    last: (usize, Duration),
}

impl Writer {
    /// A writer that goes on from `head`.
    pub(super) fn new(
        journal: Box<dyn Journal>,
        workspace: WorkspaceId,
        head: Head,
        shared: Arc<Shared>,
        head_seq: watch::Sender<u64>,
    ) -> Self {
        let kept = (head.seq, Instant::now());
        let draws = Draws::default();
        Self {
            journal,
            workspace,
            head,
            shared,
            head_seq,
            draws,
            stalled: None,
            kept,
            last: (0, Duration::ZERO),
        }
    }

    /// Works until told to stop or until nobody is left to ask.
    pub fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        while let Some(job) = queue.blocking_recv() {
            let (mut orders, other) = self.gather(job, &mut queue);
            while !orders.is_empty() {
                orders = self.commit(orders);
            }
            match other {
                Some(Job::Edit(edits, answer)) => drop(answer.send(self.edit(&edits))),
                Some(Job::Erase(subjects, answer)) => drop(answer.send(self.erase(&subjects))),
                Some(Job::Stop(answer)) => {
                    let kept = self.keep_snapshot();
                    // The store is closed before anybody hears of it.
                    drop(self);
                    drop(answer.send(kept));
                    return;
                }
                Some(Job::Order(_)) | None => self.snapshot_when_due(),
            }
        }
    }

    /// Takes what has queued: orders, up to a job of another kind.
    ///
    /// When far fewer wait than were answered last, their callers are just coming back, and a
    /// commit for the first few of them would make all others wait for it. So they are given a part
    /// of the time the last commit took. A lone caller never waits.
    fn gather(&self, first: Job, queue: &mut mpsc::Receiver<Job>) -> (Vec<Waiting>, Option<Job>) {
        let (crowd, commit_took) = self.last;
        let mut orders = Vec::with_capacity(crowd.max(16));
        let mut next = Some(first);
        let began = Instant::now();
        loop {
            while let Some(job) = next.take() {
                match job {
                    Job::Order(waiting) => orders.push(waiting),
                    other => return (orders, Some(other)),
                }
                if orders.len() >= ORDERS_MAX {
                    return (orders, None);
                }
                next = queue.try_recv().ok();
            }
            if orders.len() * 2 >= crowd || began.elapsed() * COMMIT_PARTS >= commit_took {
                return (orders, None);
            }
            std::thread::sleep(GLANCE_EVERY);
            next = queue.try_recv().ok();
        }
    }

    /// Commits as many of `orders` as fit into one batch, and gives back the rest.
    fn commit(&mut self, mut orders: Vec<Waiting>) -> Vec<Waiting> {
        if let Some(denied) = self.turned_away() {
            for waiting in orders {
                drop(waiting.answer.send(Err(denied.clone())));
            }
            return Vec::new();
        }
        let mut most = ORDERS_MAX;
        for _ in 0..TRIES_MAX {
            let mut draft = Draft::after(self.head.seq);
            if let Err((at, Poisoned(fault))) = self.decide(&mut draft, &orders, most) {
                // The state in memory is half changed: take it back, hold this order out.
                tracing::error!(%fault, "an event could not be applied; its command is held out");
                let waiting = orders.remove(at);
                drop(waiting.answer.send(Err(Denied::Fault(fault))));
                if self.rebuild().is_err() || orders.is_empty() {
                    break;
                }
                continue;
            }
            let rest = orders.split_off(draft.outcomes.len());
            match self.append(&draft) {
                Ok(()) => {
                    self.answer(orders, draft);
                    return rest;
                }
                Err(fault) => {
                    orders.extend(rest);
                    if self.rebuild().is_err() {
                        break;
                    }
                    match fault {
                        AppendFault::Moved { .. } => {}
                        // Decide one by one, so that only the order at fault is turned away.
                        AppendFault::Malformed { .. } | AppendFault::DoubleOwner { .. }
                            if most > 1 =>
                        {
                            most = 1;
                        }
                        AppendFault::CommandKnown { .. } if most > 1 => most = 1,
                        fault => {
                            let failed = draft.outcomes.len();
                            let rest = orders.split_off(failed);
                            self.deny(orders, fault);
                            return rest;
                        }
                    }
                }
            }
        }
        for waiting in orders {
            drop(
                waiting
                    .answer
                    .send(Err(self.turned_away().unwrap_or(Denied::Busy))),
            );
        }
        Vec::new()
    }

    /// Decides up to `most` orders, fewer when the batch is full. The error names the order.
    fn decide(
        &mut self,
        draft: &mut Draft,
        orders: &[Waiting],
        most: usize,
    ) -> Result<(), (usize, Poisoned)> {
        for (at, Waiting { order, .. }) in orders.iter().enumerate().take(most) {
            if draft.is_full() {
                break;
            }
            let known = match draft.repeated(order, |first| orders[first].order.body) {
                Some(outcome) => Some(Ok(outcome)),
                None => self.known(order).transpose(),
            };
            match known {
                Some(Ok(outcome)) => draft.outcomes.push(outcome),
                Some(Err(fault)) => draft.outcomes.push(Outcome::Denied(fault.into())),
                None => {
                    let decided = self.decide_one(draft, order);
                    match decided.map_err(|poisoned| (at, poisoned))? {
                        Ok(()) => {}
                        Err(fault) => draft.outcomes.push(Outcome::Denied(fault.into())),
                    }
                }
            }
        }
        Ok(())
    }

    /// Decides one order at its moment, after what the promises of draws ask for by then.
    fn decide_one(
        &mut self,
        draft: &mut Draft,
        order: &Order,
    ) -> Result<Result<(), Fault>, Poisoned> {
        let (at, first, draw) = {
            let live = self
                .shared
                .live
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            let at = order.at.unwrap_or_else(|| self.shared.clock.now());
            // As the core lifts it, so that the key is that of the day the event is recorded on.
            let at = at.max(live.state.last_at());
            let first = self.draws.first(&mut *self.journal, &live.state, at);
            (at, first, self.draws.key(&mut *self.journal, at))
        };
        let (first, draw) = match (first, draw) {
            (Ok(first), Ok(draw)) => (first, draw),
            (Err(fault), _) | (_, Err(fault)) => return Ok(Err(fault)),
        };
        let envelope = |order: &Order| Envelope {
            at,
            actor: order.actor,
            command: order.id,
            draw,
        };
        for command in first {
            let order = Order::once(Actor::System, command);
            draft.beforehand(&self.shared.live, &order, &envelope(&order))?;
        }
        if let Some(logged) = &order.logged {
            match self.journal.activities_known(self.workspace, &logged.ids) {
                Ok(known) => draft.known = known,
                Err(fault) => return Ok(Err(fault.into())),
            }
        }
        draft.decide(&self.shared.live, order, &envelope(order))?;
        Ok(Ok(()))
    }

    /// What an order done before this batch is answered.
    fn known(&self, order: &Order) -> Result<Option<Outcome>, Fault> {
        if order.is_fresh() {
            return Ok(None);
        }
        let recent = self
            .shared
            .recent
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let recent = recent.get(order.id).cloned();
        let known = match recent {
            Some(known) => Some(known),
            None => self.journalled(order)?,
        };
        Ok(known.map(|known| {
            if known.body == order.body {
                Outcome::Before(Done {
                    repeated: true,
                    ..known.done
                })
            } else {
                Outcome::Denied(Denied::IdReused)
            }
        }))
    }

    fn journalled(&self, order: &Order) -> Result<Option<Known>, Fault> {
        if self
            .journal
            .command_mark(self.workspace, order.id)?
            .is_none()
        {
            return Ok(None);
        }
        let Some(row) = self.journal.command(self.workspace, order.id)? else {
            return Ok(None);
        };
        let mut events = Vec::new();
        let mut after = row.first_seq - 1;
        while after < row.last_seq {
            let batches = self.journal.read(self.workspace, after, 1)?;
            let Some(batch) = batches.first() else { break };
            let skip = (after - batch.expected_seq) as usize;
            let here = fold::events_of(batch, skip)?;
            events.extend(
                here.into_iter()
                    .filter(|(seq, _)| *seq <= row.last_seq)
                    .map(|(_, one)| one),
            );
            after = batch.last_seq;
        }
        let (first_seq, last_seq) = (row.first_seq, row.last_seq);
        let done = Done {
            first_seq,
            last_seq,
            repeated: true,
            events: events.into(),
            answer: row.answer.into(),
        };
        Ok(Some(Known {
            body: row.body.0,
            done,
        }))
    }

    fn append(&mut self, draft: &Draft) -> Result<(), AppendFault> {
        if draft.batch.commands.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        self.head = self.journal.append(self.workspace, &draft.batch)?;
        let (commands, took) = (draft.batch.commands.len(), began.elapsed());
        self.last = (commands, took);
        metrics::histogram!("evenkeel_commit_seconds").record(took.as_secs_f64());
        metrics::histogram!("evenkeel_commit_commands").record(commands as f64);
        metrics::counter!("evenkeel_commands_total").increment(commands as u64);
        Ok(())
    }

    /// Everything in `draft` is durable: remember it, wake who waits, answer.
    fn answer(&mut self, orders: Vec<Waiting>, draft: Draft) {
        let committed = !draft.batch.commands.is_empty();
        if committed {
            self.recovered();
            self.remember(&orders, &draft);
            let life = {
                let live = self
                    .shared
                    .live
                    .read()
                    .unwrap_or_else(PoisonError::into_inner);
                self.shared.shelf.keep_up(&live.state);
                live.life
            };
            // The head first: whoever is woken by progress may look at it at once.
            self.head_seq.send_replace(self.head.seq);
            self.shared.progress.send_replace(Progress {
                seq: self.head.seq,
                life,
            });
        }
        let outcomes = draft.outcomes;
        for (at, Waiting { answer, .. }) in orders.into_iter().enumerate() {
            let told = match &outcomes[at] {
                Outcome::Done(done) | Outcome::Before(done) => Ok(done.clone()),
                Outcome::Denied(denied) => Err(denied.clone()),
                Outcome::SameAs(first) => match &outcomes[*first] {
                    Outcome::Done(done) => Ok(Done {
                        repeated: true,
                        ..done.clone()
                    }),
                    _ => Err(Denied::Busy),
                },
            };
            drop(answer.send(told));
        }
    }

    fn remember(&self, orders: &[Waiting], draft: &Draft) {
        let mut recent = self
            .shared
            .recent
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for (Waiting { order, .. }, outcome) in orders.iter().zip(&draft.outcomes) {
            let Outcome::Done(done) = outcome else {
                continue;
            };
            let id = (!order.is_fresh()).then_some(order.id);
            recent.push(
                id,
                Known {
                    body: order.body,
                    done: done.clone(),
                },
            );
            for recorded in done.events.iter().filter(|_| !order.private.is_empty()) {
                let Event::RepSet { profile, .. } = &recorded.event else {
                    continue;
                };
                let subject = profile.private.map(|private| private.subject);
                let row = order
                    .private
                    .iter()
                    .find(|row| Some(row.subject) == subject);
                if let Some(row) = row {
                    self.shared
                        .names
                        .learn(row.subject, Some(&Private::of(&row.body)));
                }
            }
        }
    }

    /// Turns away the orders of a batch that could not be appended.
    fn deny(&mut self, orders: Vec<Waiting>, fault: AppendFault) {
        let fault = match fault {
            AppendFault::Storage(fault) => {
                self.failed(&fault);
                Fault::from(fault)
            }
            AppendFault::Moved { .. } | AppendFault::CommandKnown { .. } => Fault::Changed,
            AppendFault::Malformed { .. } | AppendFault::DoubleOwner { .. } => {
                Fault::Defect(fault.to_string())
            }
        };
        let told = |known: &(Instant, Fault)| known.1.to_string() == fault.to_string();
        // Once a stall, not once a batch: a full disk would fill the log as well.
        match self.stalled.as_ref().is_some_and(told) {
            true => tracing::debug!(%fault, "another batch was not appended"),
            false => tracing::error!(%fault, "a batch was not appended"),
        }
        if fault.transient() {
            self.stalled = Some((Instant::now() + STALL, fault.clone()));
        }
        for waiting in orders {
            drop(waiting.answer.send(Err(Denied::Fault(fault.clone()))));
        }
    }

    fn failed(&self, fault: &StorageFault) {
        let why: Arc<str> = fault.to_string().into();
        self.shared.health.send_replace(match fault {
            StorageFault::Poisoned { .. } | StorageFault::Damaged { .. } => Health::Dead(why),
            _ => Health::Stalled(why),
        });
    }

    /// Why no order is taken at the moment, if so.
    fn turned_away(&self) -> Option<Denied> {
        match &*self.shared.health.borrow() {
            Health::ReadOnly(why) | Health::Dead(why) => {
                return Some(Denied::ReadOnly(Arc::clone(why)));
            }
            Health::Well | Health::Stalled(_) => {}
        }
        let (until, fault) = self.stalled.as_ref()?;
        (Instant::now() < *until).then(|| Denied::Fault(fault.clone()))
    }

    /// Throws the state in memory away and folds the journal again.
    fn rebuild(&mut self) -> Result<(), Fault> {
        self.draws.look_again();
        let mut live = self
            .shared
            .live
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        match fold::fold(&*self.journal, self.workspace) {
            Ok(folded) => {
                live.state = folded.state;
                live.life += 1;
                self.head = folded.head;
                let progress = Progress {
                    seq: self.head.seq,
                    life: live.life,
                };
                self.shared.progress.send_replace(progress);
                Ok(())
            }
            Err(fault) => {
                tracing::error!(%fault, "the journal could not be folded again");
                let why: Arc<str> = fault.to_string().into();
                self.shared.health.send_replace(Health::Dead(why));
                Err(fault)
            }
        }
    }

    fn edit(&mut self, edits: &[SettingEdit]) -> Result<(), Fault> {
        self.journal
            .edit_settings(edits)
            .map_err(|fault| match fault {
                SettingFault::Changed { .. } => Fault::Changed,
                SettingFault::Storage(fault) => fault.into(),
            })?;
        self.recovered();
        Ok(())
    }

    /// The store took something: a stall is over.
    fn recovered(&mut self) {
        self.stalled = None;
        self.shared.health.send_if_modified(|health| {
            let stalled = matches!(health, Health::Stalled(_));
            if stalled {
                *health = Health::Well;
            }
            stalled
        });
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
        let snapshot = {
            let live = self
                .shared
                .live
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            fold::snapshot(&live.state, self.head)
        };
        self.kept = (self.head.seq, Instant::now());
        Ok(self.journal.put_snapshot(self.workspace, &snapshot)?)
    }
}
