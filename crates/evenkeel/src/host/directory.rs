//! What numbers are called and what fields there are, known without the state's lock.
//!
//! Every answer to an intake needs a few names, and reading a body needs the schema. Taking the
//! state's lock for them would make the writer wait for thousands of callers a second. A directory
//! is a value: it is made anew when a rep, pool, queue or policy version comes in, which is rare.
//!
//! It deliberately knows no records and no people: keys of records are in the events that name
//! them, and what people are called is in [`crate::host::names`].

use evenkeel_core::ids::{PoolNo, QueueNo, RecordNo, RepNo};
use evenkeel_core::market::schema::Schema;
use evenkeel_core::state::State;
use evenkeel_core::verdict::Verdict;
use std::sync::{Arc, PoisonError, RwLock};

/// Whoever can say what numbers are called.
pub trait Naming {
    /// The key of a record, where it is known here.
    fn record(&self, record: RecordNo) -> Option<&str>;
    /// The key of a rep.
    fn rep(&self, rep: RepNo) -> &str;
    /// The name of a pool.
    fn pool(&self, pool: PoolNo) -> &str;
    /// The name of a queue.
    fn queue(&self, queue: QueueNo) -> &str;
    /// The name of the rule that matched, in the version that decided.
    fn rule(&self, verdict: &Verdict) -> Option<&str>;
}

impl Naming for State {
    fn record(&self, record: RecordNo) -> Option<&str> {
        Some(self.records().key(record))
    }

    fn rep(&self, rep: RepNo) -> &str {
        &self.roster().rep(rep).key
    }

    fn pool(&self, pool: PoolNo) -> &str {
        &State::pool(self, pool).name
    }

    fn queue(&self, queue: QueueNo) -> &str {
        &State::queue(self, queue).name
    }

    fn rule(&self, verdict: &Verdict) -> Option<&str> {
        let version = verdict.policy.checked_sub(1)?;
        let version = self.versions().get(version as usize)?;
        version
            .rules
            .get(verdict.rule? as usize)
            .map(|name| &**name)
    }
}

/// Names by number, as they stood at one moment. Numbers are never given twice and names never
/// change, so an older directory is never wrong, only shorter.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Fields of records.
    pub schema: Arc<Schema>,
    reps: Vec<Arc<str>>,
    pools: Vec<Arc<str>>,
    queues: Vec<Arc<str>>,
    versions: Vec<Arc<[Box<str>]>>,
}

impl Directory {
    /// The directory of `state`.
    pub fn of(state: &State) -> Self {
        Self::default().grown(state)
    }

    /// How many policy versions there are.
    pub fn versions(&self) -> usize {
        self.versions.len()
    }

    /// Whether `state` knows more than this directory.
    fn is_short_of(&self, state: &State) -> bool {
        (self.reps.len(), self.pools.len()) != (state.roster().len(), state.pools().len())
            || self.queues.len() != state.queues().len()
            || self.versions.len() != state.versions().len()
    }

    /// This directory with what came in since.
    fn grown(mut self, state: &State) -> Self {
        self.schema = Arc::new(state.record_schema().clone());
        let reps = state.roster().iter().skip(self.reps.len());
        self.reps
            .extend(reps.map(|(_, rep)| rep.key.as_str().into()));
        let pools = state.pools().iter().skip(self.pools.len());
        self.pools
            .extend(pools.map(|pool| pool.name.as_str().into()));
        let queues = state.queues().iter().skip(self.queues.len());
        self.queues
            .extend(queues.map(|queue| queue.name.as_str().into()));
        let versions = state.versions().iter().skip(self.versions.len());
        self.versions
            .extend(versions.map(|version| version.rules.as_slice().into()));
        self
    }
}

impl Naming for Directory {
    fn record(&self, _: RecordNo) -> Option<&str> {
        None
    }

    fn rep(&self, rep: RepNo) -> &str {
        &self.reps[rep.index()]
    }

    fn pool(&self, pool: PoolNo) -> &str {
        &self.pools[pool.index()]
    }

    fn queue(&self, queue: QueueNo) -> &str {
        &self.queues[queue.index()]
    }

    fn rule(&self, verdict: &Verdict) -> Option<&str> {
        let version = verdict.policy.checked_sub(1)?;
        let rules = self.versions.get(version as usize)?;
        rules.get(verdict.rule? as usize).map(|name| &**name)
    }
}

/// The directory of now.
#[derive(Debug, Default)]
pub struct Shelf(RwLock<Arc<Directory>>);

impl Shelf {
    /// A shelf with the directory of `state`.
    pub fn of(state: &State) -> Self {
        Self(RwLock::new(Arc::new(Directory::of(state))))
    }

    /// The directory of now.
    pub fn now(&self) -> Arc<Directory> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts up the next directory when `state` knows more. Only the writer calls this, before it
    /// answers anybody.
    pub fn keep_up(&self, state: &State) {
        let now = self.now();
        if now.is_short_of(state) {
            let next = Arc::new(Directory::clone(&now).grown(state));
            *self.0.write().unwrap_or_else(PoisonError::into_inner) = next;
        }
    }
}
