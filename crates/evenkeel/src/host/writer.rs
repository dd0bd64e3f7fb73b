//! The one thread that decides: it takes whatever queued up while the last commit ran, decides it
//! in order, and hands it over to be appended in one transaction and answered
//! ([`crate::host::committer`]). Meanwhile it decides the next batch.
//!
//! An order that comes alone is committed alone, and under load a batch is as large as what came in
//! during the commit before (group commit). At most one batch is away and one in the making; when
//! the first is refused, both are taken back and decided again. *Bounds*: [`ORDERS_MAX`] orders a
//! batch, [`TRIES_MAX`] tries.

use crate::host::committer::{Appended, Committer, Decided, Landed, Refused};
use crate::host::directory::Directory;
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
use evenkeel_core::ids::CommandId;
use evenkeel_core::time::Moment;
use evenkeel_journal::fault::AppendFault;
use evenkeel_journal::identity::{Head, WorkspaceId};
use evenkeel_journal::journal::{Journal, Reader};
use evenkeel_journal::setting::{SettingEdit, SettingFault};
use std::collections::HashSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, PoisonError, RwLockReadGuard};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

mod again;
mod known;

/// Most orders in one batch.
const ORDERS_MAX: usize = 1_024;
/// So few orders are appended on the writer's own thread: another one would only be waited for.
const ORDERS_FEW: usize = 4;
/// How often a batch is decided again before its orders are told that the server is busy.
const TRIES_MAX: usize = 5;
/// How long orders are turned away after the store had no room, before it is tried again.
const STALL: Duration = Duration::from_secs(1);
/// Callers on their way back are given the last commit's time divided by this.
const COMMIT_PARTS: u32 = 4;
/// How often the queue is looked at meanwhile …
const GLANCE_EVERY: Duration = Duration::from_micros(50);
/// … and while a batch is away: what came in is decided then.
const DECIDE_EVERY: Duration = Duration::from_micros(250);
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
    /// Look after a batch that could not be appended.
    Landed,
    /// Keep a snapshot and end.
    Stop(oneshot::Sender<Result<(), Fault>>),
}

/// The writer.
pub struct Writer {
    /// The journal, while no batch is away with it.
    journal: Option<Box<dyn Journal>>,
    /// Finds the commands of callers who repeat them, also while the journal is away.
    lookup: Box<dyn Reader>,
    workspace: WorkspaceId,
    /// Where the journal ends, as far as is known here.
    head: Head,
    shared: Arc<Shared>,
    committer: Arc<Committer>,
    away: Sender<(Box<dyn Journal>, Decided)>,
    landing: Receiver<Landed>,
    /// Ids in the batch that is away and that somebody may send again.
    flying: HashSet<CommandId>,
    /// The batch in the making, and who waits for it.
    draft: Draft,
    orders: Vec<Waiting>,
    /// Names and fields as decided so far.
    directory: Arc<Directory>,
    draws: Draws,
    stalled: Option<(Instant, Fault)>,
    kept: (u64, Instant),
    /// How many were answered by the last commit, and how long it took.
    last: (usize, Duration),
}

impl Writer {
    /// Starts a writer that goes on from `head`, and the thread beside it. It works until told to
    /// stop or until nobody is left to ask.
    pub(super) fn start(
        journal: Box<dyn Journal>,
        head: Head,
        committer: Committer,
        queue: mpsc::Receiver<Job>,
        asking: mpsc::WeakSender<Job>,
    ) -> Result<(), Fault> {
        let (away, decided) = channel();
        let (landed, landing) = channel();
        let committer = Arc::new(committer);
        let shared = Arc::clone(&committer.shared);
        let writer = Self {
            lookup: journal.reader()?,
            journal: Some(journal),
            workspace: committer.workspace,
            head,
            directory: shared.shelf.now(),
            shared,
            committer: Arc::clone(&committer),
            away,
            landing,
            flying: HashSet::new(),
            draft: Draft::after(head.seq),
            orders: Vec::new(),
            draws: Draws::default(),
            stalled: None,
            kept: (head.seq, Instant::now()),
            last: (0, Duration::ZERO),
        };
        thread("writer", move || writer.run(queue))?;
        thread("committer", move || {
            committer.run(&decided, &landed, &asking)
        })
    }

    fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        while let Some(job) = queue.blocking_recv() {
            let other = self.work_off(job, &mut queue);
            match other {
                None | Some(Job::Order(_)) => self.snapshot_when_due(),
                Some(Job::Landed) => self.settle(),
                Some(Job::Edit(edits, answer)) => drop(answer.send(self.edit(&edits))),
                Some(Job::Erase(subjects, answer)) => drop(answer.send(self.erase(&subjects))),
                Some(Job::Stop(answer)) => {
                    let kept = self.keep_snapshot();
                    // The store is closed before anybody hears of it.
                    drop(self);
                    drop(answer.send(kept));
                    return;
                }
            }
        }
        self.settle();
    }

    /// Decides what has queued, up to a job of another kind, and hands it over.
    ///
    /// When far fewer wait than were answered last, their callers are just coming back, and a
    /// commit for the first few of them would make all others wait for it. So they are given a part
    /// of the time the last commit took. A lone caller never waits.
    fn work_off(&mut self, first: Job, queue: &mut mpsc::Receiver<Job>) -> Option<Job> {
        let mut other = self.admit(first, queue);
        let mut here_since = None;
        while !self.orders.is_empty() {
            let waits = other.is_none() && !self.is_full();
            if self.journal.is_none() {
                self.land_within(DECIDE_EVERY);
            } else if waits && self.crowd_returns(*here_since.get_or_insert_with(Instant::now)) {
                std::thread::sleep(GLANCE_EVERY);
            } else {
                self.hand_over();
                here_since = None;
                continue;
            }
            if waits && let Ok(job) = queue.try_recv() {
                other = self.admit(job, queue);
            }
        }
        other
    }

    fn crowd_returns(&self, since: Instant) -> bool {
        let (crowd, commit_took) = self.last;
        self.orders.len() * 2 < crowd && since.elapsed() * COMMIT_PARTS < commit_took
    }

    fn is_full(&self) -> bool {
        self.orders.len() >= ORDERS_MAX || self.draft.is_full()
    }

    /// Decides orders until none is left, the batch is full or a job of another kind comes.
    fn admit(&mut self, first: Job, queue: &mut mpsc::Receiver<Job>) -> Option<Job> {
        let denied = self.turned_away();
        let mut next = Some(first);
        while let Some(job) = next {
            match (job, &denied) {
                (Job::Order(waiting), None) => self.decide(waiting),
                (Job::Order(waiting), Some(denied)) => {
                    drop(waiting.answer.send(Err(denied.clone())));
                }
                (other, _) => return Some(other),
            }
            if self.is_full() {
                return None;
            }
            next = queue.try_recv().ok();
        }
        None
    }

    /// Decides one order into the batch in the making.
    fn decide(&mut self, waiting: Waiting) {
        let order = &waiting.order;
        let mut when = self.moment(order);
        let repeats = !order.is_fresh() && self.flying.contains(&order.id);
        let looks_up = repeats || when.1.is_none() || order.logged.is_some();
        if self.journal.is_none() && looks_up {
            self.settle();
            when = self.moment(order);
        }
        let mut draft = std::mem::replace(&mut self.draft, Draft::after(0));
        let decided = self.decide_into(&mut draft, order, when);
        self.draft = draft;
        match decided {
            Ok(()) => self.orders.push(waiting),
            Err(poisoned) => {
                again::hold_out(waiting, poisoned);
                // The state in memory is half changed: take it back once the batch before is safe.
                self.settle();
                let orders = std::mem::take(&mut self.orders);
                self.again(orders);
            }
        }
    }

    /// The moment of an order, and the key of its draws when that needs nothing else first.
    fn moment(&self, order: &Order) -> (Moment, Option<DrawKey>) {
        let live = self.live();
        let at = order.at.unwrap_or_else(|| self.shared.clock.now());
        // As the core lifts it, so that the key is that of the day the event is recorded on.
        let at = at.max(live.state.last_at());
        (at, self.draws.ready(&live.state, at))
    }

    /// Decides one order at its moment, unless it was decided before.
    fn decide_into(
        &mut self,
        draft: &mut Draft,
        order: &Order,
        (at, draw): (Moment, Option<DrawKey>),
    ) -> Result<(), Poisoned> {
        let known = match draft.repeated(order) {
            Some(outcome) => Ok(Some(outcome)),
            None => self.known(order),
        };
        let draw = match (known, draw) {
            (Ok(Some(outcome)), _) => {
                draft.outcomes.push(outcome);
                return Ok(());
            }
            (Ok(None), Some(draw)) => Ok(draw),
            (Ok(None), None) => self.prepare(draft, at)?,
            (Err(fault), _) => Err(fault),
        };
        if let Some(logged) = &order.logged {
            match self.lookup.activities_known(self.workspace, &logged.ids) {
                Ok(known) => draft.known = known,
                Err(fault) => {
                    draft
                        .outcomes
                        .push(Outcome::Denied(Fault::from(fault).into()));
                    return Ok(());
                }
            }
        }
        match draw {
            Ok(draw) => draft.decide(&self.shared.live, order, &envelope(order, at, draw)),
            Err(fault) => {
                draft.outcomes.push(Outcome::Denied(fault.into()));
                Ok(())
            }
        }
    }

    /// Does what the promises of draws ask for by `at`, and finds the key of the day.
    fn prepare(
        &mut self,
        draft: &mut Draft,
        at: Moment,
    ) -> Result<Result<DrawKey, Fault>, Poisoned> {
        let journal = self.journal.as_deref_mut();
        let journal = journal.expect("it is waited for when something must be looked up");
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
            draft.beforehand(&self.shared.live, &order, &envelope(&order, at, draw))?;
        }
        Ok(Ok(draw))
    }

    /// Hands over the batch in the making.
    fn hand_over(&mut self) {
        let next = Draft::after(self.draft.seq());
        let draft = std::mem::replace(&mut self.draft, next);
        let orders = std::mem::take(&mut self.orders);
        let few = orders.len() <= ORDERS_FEW;
        let decided = self.decided(draft, orders);
        let journal = self.journal.take();
        let mut journal = journal.expect("a batch is handed over once the one before has landed");
        if few {
            let outcome = self.committer.commit(&mut *journal, decided);
            self.landed(Landed { journal, outcome });
        } else {
            self.flying = decided.draft.ids();
            let sent = self.away.send((journal, decided));
            sent.expect("the thread beside this one ends after it");
        }
    }

    fn decided(&mut self, draft: Draft, orders: Vec<Waiting>) -> Decided {
        let live = self.live();
        let (next, life) = (self.directory.next(&live.state), live.life);
        drop(live);
        let directory = next.map(Arc::new);
        if let Some(directory) = &directory {
            self.directory = Arc::clone(directory);
        }
        Decided {
            draft,
            orders,
            directory,
            life,
        }
    }

    /// Waits until the batch that is away, if one is, has come back.
    fn settle(&mut self) {
        while self.journal.is_none() {
            let landed = self.landing.recv();
            self.landed(landed.expect("the thread beside this one ends after it"));
        }
    }

    /// Waits so long for the batch that is away.
    fn land_within(&mut self, span: Duration) {
        match self.landing.recv_timeout(span) {
            Ok(landed) => self.landed(landed),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                unreachable!("the thread beside this one ends after it")
            }
        }
    }

    fn landed(&mut self, Landed { journal, outcome }: Landed) {
        self.journal = Some(journal);
        self.flying.clear();
        match outcome {
            Ok(appended) => self.appended(appended),
            Err(Refused { fault, mut orders }) => {
                let later = std::mem::take(&mut self.orders);
                if matches!(fault, AppendFault::Storage(_)) {
                    self.deny(orders, fault);
                    orders = later;
                } else {
                    orders.extend(later);
                }
                self.again(orders);
            }
        }
    }

    fn appended(
        &mut self,
        Appended {
            head,
            commands,
            took,
        }: Appended,
    ) {
        if let Some(head) = head {
            self.head = head;
            self.last = (commands, took);
            self.stalled = None;
        }
    }

    fn live(&self) -> RwLockReadGuard<'_, Live> {
        let live = self.shared.live.read();
        live.unwrap_or_else(PoisonError::into_inner)
    }

    /// The journal, once nothing is away with it.
    fn pen(&mut self) -> &mut dyn Journal {
        self.settle();
        let journal = self.journal.as_deref_mut();
        journal.expect("everything has landed")
    }

    fn edit(&mut self, edits: &[SettingEdit]) -> Result<(), Fault> {
        self.pen()
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
        let workspace = self.workspace;
        let erased = self.pen().erase(workspace, subjects)?;
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
        self.settle();
        if self.head.seq == self.kept.0 || self.turned_away().is_some() {
            return Ok(());
        }
        let snapshot = fold::snapshot(&self.live().state, self.head);
        self.kept = (self.head.seq, Instant::now());
        let workspace = self.workspace;
        Ok(self.pen().put_snapshot(workspace, &snapshot)?)
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

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Fault> {
    let thread = std::thread::Builder::new().name(name.into());
    let started = thread.spawn(work).map(drop);
    started.map_err(|error| Fault::Defect(format!("the thread {name} did not start: {error}")))
}
