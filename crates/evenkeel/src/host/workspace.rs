//! The only door to a workspace: look ([`Workspace::ask`]), change ([`Workspace::submit`]).
//!
//! Decisions are the core's and durability is the journal's; here is only the order in which they
//! happen, and that nobody hears of anything before it is durable (law 7). The one who changes
//! anything is [`crate::host::writer`].

use crate::host::clock::Clock;
use crate::host::committer::Committer;
use crate::host::directory::{Directory, Shelf};
use crate::host::editions::Editions;
use crate::host::fault::Fault;
use crate::host::fold::{self, Folded};
use crate::host::live::{Health, Live, Progress, Recent};
use crate::host::lives;
use crate::host::matching::Markers;
use crate::host::names::Names;
use crate::host::order::{Denied, Done, Order};
use crate::host::past::{self, Instant, Past};
use crate::host::private::{Private, Subjects};
use crate::host::readers::Readers;
use crate::host::told::{self, Vouched};
use crate::host::touches;
use crate::host::turnover;
use crate::host::work::{self, Counted};
use crate::host::writer::{Answer, Job, Waiting, Writer};
use evenkeel_core::event::Recorded;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::measure::life::Lives;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_core::turnover::Turnover;
use evenkeel_journal::activity::{ActivityRow, ActivityTally};
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::{Journal, Reader};
use evenkeel_journal::setting::{Setting, SettingEdit};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::{mpsc, oneshot, watch};

/// Commands that may wait for the writer; one more is told that it is busy.
pub const QUEUE_MAX: usize = 8_192;
/// Most orders in one commit.
pub const ORDERS_MAX: usize = 1_024;
/// Most commands and events remembered, for repeated requests and recent history.
pub const RECENT_MAX: usize = 1_024;

/// The door. A clone is another handle on the same workspace.
#[derive(Clone)]
pub struct Workspace(Arc<Door>);

/// What is behind every handle on the same workspace.
struct Door {
    shared: Arc<Shared>,
    jobs: mpsc::Sender<Job>,
    head: watch::Receiver<u64>,
    past: Past,
    lives: Arc<lives::Kept>,
    told: Arc<told::Kept>,
    turnovers: Arc<turnover::Kept>,
}

/// What the writer and the door share.
pub(super) struct Shared {
    pub(super) live: RwLock<Live>,
    pub(super) progress: watch::Sender<Progress>,
    pub(super) recent: Mutex<Recent>,
    pub(super) health: watch::Sender<Health>,
    pub(super) names: Arc<Names>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) shelf: Shelf,
    readers: Readers,
    subjects: Subjects,
    editions: Editions,
    markers: Markers,
}

impl std::fmt::Debug for Workspace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Workspace")
    }
}

/// An order that is in the queue.
#[derive(Debug)]
pub struct Pending(oneshot::Receiver<Answer>);

impl Pending {
    /// Waits until it is durable or refused.
    pub async fn done(self) -> Result<Done, Denied> {
        match self.0.await {
            Ok(Answer { told, .. }) => told,
            Err(_) => Err(Denied::Fault(Fault::Stopping)),
        }
    }
}

impl Workspace {
    /// Folds the journal of the store's first workspace and starts its writer: as a task where this
    /// is called on a runtime with workers to spare, which must then live as long; else as a
    /// thread.
    ///
    /// *Refuses* a store without a workspace, and a journal that cannot be read to its end.
    pub fn open(journal: Box<dyn Journal>, clock: Arc<dyn Clock>) -> Result<Self, Fault> {
        Self::bounded(journal, clock, ORDERS_MAX)
    }

    /// The same with at most so many orders a commit, to see what sharing commits is worth.
    pub fn bounded(
        journal: Box<dyn Journal>,
        clock: Arc<dyn Clock>,
        orders_max: usize,
    ) -> Result<Self, Fault> {
        let workspace = first_workspace(&*journal)?;
        let Folded { state, head, from } = fold::fold(&*journal, workspace)?;
        tracing::info!(seq = state.seq(), snapshot = from, "the journal is folded");
        let names = Arc::new(Names::default());
        learn_names(&*journal, workspace, &state, &names)?;
        let (jobs, queue) = mpsc::channel(QUEUE_MAX);
        let seq = state.seq();
        let (head_sender, head_receiver) = watch::channel(seq);
        let shared = Arc::new(Shared {
            readers: Readers::of(&*journal, workspace)?,
            subjects: Subjects::above(largest_subject(&state)),
            shelf: Shelf::of(&state),
            live: RwLock::new(Live { state, life: 0 }),
            progress: watch::Sender::new(Progress { seq, life: 0 }),
            recent: Mutex::new(Recent::new(RECENT_MAX)),
            health: watch::Sender::new(Health::Well),
            names,
            clock,
            editions: Editions::default(),
            markers: Markers::default(),
        });
        let committer = Committer {
            workspace,
            shared: Arc::clone(&shared),
            head_seq: head_sender,
        };
        Writer::start(journal, (head, orders_max), committer, queue)?;
        Ok(Self(Arc::new(Door {
            shared,
            jobs,
            head: head_receiver,
            past: Past::default(),
            lives: Arc::default(),
            told: Arc::default(),
            turnovers: Arc::default(),
        })))
    }

    /// Looks at the state, and answers once everything seen is durable.
    ///
    /// `read` holds up the writer while it runs, so it must be short; it may run twice.
    pub async fn ask<T: Send>(&self, read: impl Fn(&State) -> T + Send) -> T {
        let mut progress = self.0.shared.progress.subscribe();
        loop {
            let (answer, seq, life) = {
                let live = self.live();
                (read(&live.state), live.state.seq(), live.life)
            };
            let reached = |now: &Progress| now.seq >= seq || now.life != life;
            match progress.wait_for(reached).await {
                // What was seen was rolled back: look again.
                Ok(now) if now.life != life => {}
                // An error means that the writer is gone, and with it everything not durable.
                Ok(_) | Err(_) => return answer,
            }
        }
    }

    /// Looks at the state as it is in memory, durable or not: to turn names into numbers, which
    /// deciding checks again. Never for an answer.
    pub fn glance<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.live().state)
    }

    /// What numbers are called, without waiting for the writer.
    pub fn directory(&self) -> Arc<Directory> {
        self.0.shared.shelf.now()
    }

    /// Hands in an order and waits until it is durable or refused.
    pub async fn submit(&self, order: Order) -> Result<Done, Denied> {
        self.enqueue(order)?.done().await
    }

    /// Hands in an order. Orders are decided in the order in which they were handed in.
    pub fn enqueue(&self, order: Order) -> Result<Pending, Denied> {
        let (answer, pending) = oneshot::channel();
        let order = Box::new(order);
        let job = Job::Order(Waiting { order, answer });
        match self.0.jobs.try_send(job) {
            Ok(()) => Ok(Pending(pending)),
            Err(mpsc::error::TrySendError::Full(_)) => Err(Denied::Busy),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(Denied::Fault(Fault::Stopping)),
        }
    }

    /// The events with these numbers, in the order asked for.
    pub async fn events(&self, seqs: Vec<u64>) -> Result<Vec<(u64, Recorded)>, Fault> {
        self.0.shared.readers.events(seqs).await
    }

    /// The workspace as it stood at an instant. *Bounds*: the last few asked for are kept; any
    /// other is folded again, at most one for each reader at a time.
    pub async fn at(&self, instant: Instant) -> Result<Arc<State>, Fault> {
        if let Some(state) = self.0.past.get(instant) {
            return Ok(state);
        }
        // Nothing can be added any more to what lies before the present end.
        let over = self.glance(|state| match instant {
            Instant::Seq(seq) => seq <= state.seq(),
            Instant::Time(at) => at < state.last_at(),
        });
        let fold = move |reader: &dyn Reader, workspace| past::state_at(reader, workspace, instant);
        let state = Arc::new(self.0.shared.readers.read(fold).await?);
        if over {
            self.0.past.keep(instant, &state);
        }
        Ok(state)
    }

    /// Reads the journal where waiting for it holds up nobody.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&dyn Reader, WorkspaceId) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.0.shared.readers.read(read).await
    }

    /// The lives of all records, up to an instant or now. *Bounds*: as [`Workspace::at`].
    pub async fn lives(&self, instant: Option<Instant>) -> Result<Arc<Lives>, Fault> {
        let kept = Arc::clone(&self.0.lives);
        let read = move |reader: &dyn Reader, workspace| match instant {
            None => kept.now(reader, workspace),
            Some(instant) => kept.at(reader, workspace, instant),
        };
        self.0.shared.readers.read(read).await
    }

    /// The lives that imported files tell, up to an instant or now. *Bounds*: the last few asked
    /// for are kept; any other is read again.
    pub async fn told(&self, instant: Option<Instant>) -> Result<Arc<Lives>, Fault> {
        let (vouched, kept) = (self.ask(Vouched::of).await, Arc::clone(&self.0.told));
        let read =
            move |reader: &dyn Reader, workspace| kept.told(reader, workspace, &vouched, instant);
        self.0.shared.readers.read(read).await
    }

    /// The lives of all records with every activity that was told, also what the journal needs for
    /// no decision: of these kinds, or else of those that the policy in force counts.
    /// *Bounds*: read anew each time.
    pub async fn lives_with_work(
        &self,
        instant: Option<Instant>,
        kinds: Option<Vec<String>>,
    ) -> Result<Arc<Lives>, Fault> {
        let own = self.lives(instant).await?;
        let counts = self
            .ask(move |state| Counted::of(state, kinds.clone()))
            .await;
        let read = move |reader: &dyn Reader, workspace| {
            work::put(reader, workspace, (&own, instant), &counts).map(Arc::new)
        };
        self.0.shared.readers.read(read).await
    }

    /// How many facts an import left that was cut short: they are in no report.
    pub async fn cut(&self) -> Result<u64, Fault> {
        let last = self.ask(|state| state.imports().last_row()).await;
        let read = move |reader: &dyn Reader, workspace| {
            Ok(reader.history_extent(workspace)?.rows.saturating_sub(last))
        };
        self.0.shared.readers.read(read).await
    }

    /// Both histories as one, up to an instant or now; with every activity of these kinds, if that
    /// is asked for.
    pub async fn both(
        &self,
        instant: Option<Instant>,
        work: Option<Option<Vec<String>>>,
    ) -> Result<Arc<Lives>, Fault> {
        let own = match work {
            None => self.lives(instant).await?,
            Some(kinds) => self.lives_with_work(instant, kinds).await?,
        };
        let told = self.told(instant).await?;
        let kept = Arc::clone(&self.0.told);
        let work = move || kept.both(&own, &told);
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| Fault::Stopping)
    }

    /// What came into and went out of books since a moment; `None` when nothing had happened before
    /// it. *Bounds*: as [`Workspace::at`].
    pub async fn turnover(&self, since: Moment) -> Result<Option<Arc<Turnover>>, Fault> {
        let then = self.at(Instant::Time(since)).await?;
        if then.seq() == 0 {
            return Ok(None);
        }
        let kept = Arc::clone(&self.0.turnovers);
        let read = move |reader: &dyn Reader, workspace| {
            kept.since(reader, workspace, (since, then)).map(Some)
        };
        self.0.shared.readers.read(read).await
    }

    /// Up to `count` events after number `after`, oldest first.
    pub async fn events_after(
        &self,
        after: u64,
        count: usize,
    ) -> Result<Vec<(u64, Recorded)>, Fault> {
        self.0.shared.readers.after(after, count).await
    }

    /// The last `count` events, newest last.
    pub async fn recent(&self, count: usize) -> Result<Vec<(u64, Recorded)>, Fault> {
        let head = *self.0.head.borrow();
        let after = head.saturating_sub(count as u64);
        let known = self.recent_now().last(count, head);
        let Some(batches) = known else {
            return self.events_after(after, count).await;
        };
        let numbered = (batches.iter()).flat_map(|(first, events)| (*first..).zip(events.iter()));
        numbered
            .filter(|(seq, _)| *seq > after && *seq <= head)
            .map(|(seq, bytes)| Ok((seq, fold::decode(seq, bytes)?)))
            .collect()
    }

    /// Number of the last durable event; changes wake whoever waits.
    pub fn head(&self) -> watch::Receiver<u64> {
        self.0.head.clone()
    }

    /// What reps are called.
    pub fn names(&self) -> Arc<Names> {
        Arc::clone(&self.0.shared.names)
    }

    /// The personal data of a subject; nothing when there is none or it was erased.
    pub async fn private(&self, subject: u64) -> Result<Option<Private>, Fault> {
        self.0
            .shared
            .readers
            .read(move |reader, workspace| {
                let kept = reader.private(workspace, subject)?;
                Ok(kept.map(|kept| Private::of(&kept.row.body)))
            })
            .await
    }

    /// Erases the personal data of subjects for ever, and says how many had any.
    ///
    /// The journal keeps their digests, which without salt and body say nothing.
    pub async fn erase(&self, subjects: Vec<u64>) -> Result<u64, Fault> {
        self.work(|answer| Job::Erase(subjects, answer)).await
    }

    /// The activities on a record, the latest first, after the first `skip`.
    pub async fn activities(
        &self,
        record: RecordNo,
        skip: usize,
        rows_max: usize,
    ) -> Result<Vec<ActivityRow>, Fault> {
        self.0
            .shared
            .readers
            .read(move |reader, workspace| {
                Ok(reader.activities(workspace, record.0, skip, rows_max)?)
            })
            .await
    }

    /// Every moment at which a record was worked on, by record and then by moment.
    pub async fn touches(&self) -> Result<Vec<(RecordNo, Moment)>, Fault> {
        self.0.shared.readers.read(touches::all).await
    }

    /// How often a rep did what, from a moment (included) until another (excluded).
    pub async fn activity_tally(
        &self,
        rep: RepNo,
        between: Range<Moment>,
    ) -> Result<Vec<ActivityTally>, Fault> {
        let between = between.start.0..between.end.0;
        self.0
            .shared
            .readers
            .read(move |reader, workspace| Ok(reader.activity_tally(workspace, rep.0, between)?))
            .await
    }

    /// A number for a new subject of personal data.
    pub fn new_subject(&self) -> u64 {
        self.0.shared.subjects.next(self.now())
    }

    /// The server's own settings under `prefix`.
    pub async fn settings(&self, prefix: &'static [u8]) -> Result<Vec<Setting>, Fault> {
        self.0.shared.readers.settings(prefix).await
    }

    /// Changes the server's own settings, all of them or none.
    pub async fn edit(&self, edits: Vec<SettingEdit>) -> Result<(), Fault> {
        if edits.is_empty() {
            return Ok(());
        }
        self.work(|answer| Job::Edit(edits, answer)).await
    }

    pub(super) fn markers(&self) -> &Markers {
        &self.0.shared.markers
    }

    pub(super) fn editions(&self) -> &Editions {
        &self.0.shared.editions
    }

    /// The moment it is.
    pub fn now(&self) -> Moment {
        self.0.shared.clock.now()
    }

    /// How the workspace is doing; changes wake whoever waits.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.0.shared.health.subscribe()
    }

    /// How many orders wait for the writer.
    pub fn waiting(&self) -> usize {
        self.0.jobs.max_capacity() - self.0.jobs.capacity()
    }

    /// Finishes what was handed in, keeps a snapshot and ends the writer. Orders after it are
    /// answered with [`Fault::Stopping`].
    pub async fn close(&self) -> Result<(), Fault> {
        self.0.shared.readers.close().await;
        self.work(Job::Stop).await
    }

    async fn work<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, Fault>>) -> Job,
    ) -> Result<T, Fault> {
        let (answer, done) = oneshot::channel();
        self.0
            .jobs
            .send(job(answer))
            .await
            .map_err(|_| Fault::Stopping)?;
        done.await.map_err(|_| Fault::Stopping)?
    }

    fn live(&self) -> std::sync::RwLockReadGuard<'_, Live> {
        self.0
            .shared
            .live
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn recent_now(&self) -> std::sync::MutexGuard<'_, Recent> {
        self.0
            .shared
            .recent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one workspace a server runs. Stores are shaped for more; servers are not yet.
pub fn first_workspace(reader: &dyn Reader) -> Result<WorkspaceId, Fault> {
    let first = reader.workspaces()?.into_iter().next();
    first.map(|workspace| workspace.id).ok_or_else(|| {
        Fault::Defect("the store holds no workspace; make a new store with init".into())
    })
}

fn largest_subject(state: &State) -> u64 {
    let reps = state
        .roster()
        .iter()
        .filter_map(|(_, rep)| rep.profile.private);
    let records = (0..state.records().len())
        .filter_map(|record| state.records().private(RecordNo::at(record)));
    reps.chain(records)
        .map(|private| private.subject)
        .max()
        .unwrap_or(0)
}

fn learn_names(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    state: &State,
    names: &Names,
) -> Result<(), Fault> {
    for (_, rep) in state.roster().iter() {
        if let Some(private) = rep.profile.private
            && let Some(kept) = reader.private(workspace, private.subject)?
        {
            names.learn(private.subject, Some(&Private::of(&kept.row.body)));
        }
    }
    Ok(())
}
