//! Who waits, where and for how long: held for a pool, or in a queue.
//!
//! Says in which order what waits is dealt, and when somebody must be told that it waits too long.
//! Nothing is dealt from here.

use crate::ids::{PoolNo, QueueNo, RecordNo};
use crate::state::State;
use crate::time::{Moment, Span};
use std::collections::BTreeMap;

/// Most records of one queue that one tick looks at, the oldest; the rest come when those are gone.
pub const LOOK_MAX: usize = 10_000;
/// Most overdue records that are counted; beyond it there are "at least" so many.
pub const COUNT_MAX: usize = 10_000;

/// Where records wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// Held for somebody of this pool.
    Pool(PoolNo),
    /// In this queue.
    Queue(QueueNo),
}

/// What waits in one spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where.
    pub spot: Spot,
    /// How many.
    pub records: usize,
    /// Since when the oldest.
    pub oldest: Moment,
}

/// What has waited longer than the policy's alarm allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    /// The longest that the policy allows.
    pub limit: Span,
    /// How many wait longer, up to [`COUNT_MAX`].
    pub records: usize,
    /// Where the oldest waits.
    pub spot: Spot,
    /// Since when.
    pub oldest: Moment,
}

/// Every spot where something waits: pools by number, then queues by number.
pub fn lines(state: &State) -> Vec<Line> {
    let mut pools: BTreeMap<PoolNo, Line> = BTreeMap::new();
    for (_, hold) in state.held() {
        let line = pools.entry(hold.pool).or_insert(Line {
            spot: Spot::Pool(hold.pool),
            records: 0,
            oldest: hold.since,
        });
        line.records += 1;
    }
    let queues = state.queues().iter().enumerate();
    let queues = queues.filter_map(|(at, queue)| {
        let (oldest, _) = queue.order.first()?;
        Some(Line {
            spot: Spot::Queue(QueueNo::at(at)),
            records: queue.records.len(),
            oldest: *oldest,
        })
    });
    pools.into_values().chain(queues).collect()
}

/// What has waited too long at `now`; `None` when nothing has, or the policy sets no alarm.
pub fn overdue(state: &State, now: Moment) -> Option<Overdue> {
    let limit = state.policy()?.document().alarms.waiting?;
    let late = |since: Moment| now - since > limit;
    let held = state.held().take_while(|(_, hold)| late(hold.since));
    let held: Vec<Line> = held
        .take(COUNT_MAX)
        .map(|(_, hold)| Line {
            spot: Spot::Pool(hold.pool),
            records: 1,
            oldest: hold.since,
        })
        .collect();
    let queues = state.queues().iter().enumerate();
    let queued = queues.filter_map(|(at, queue)| {
        let (oldest, _) = queue.order.first()?;
        let order = queue.order.iter();
        let records = order.take_while(|(since, _)| late(*since));
        let spot = Spot::Queue(QueueNo::at(at));
        Some(Line {
            spot,
            records: records.take(COUNT_MAX).count(),
            oldest: *oldest,
        })
    });
    let lines = held.into_iter().chain(queued);
    let lines: Vec<Line> = lines.filter(|line| line.records > 0).collect();
    let first = lines.iter().min_by_key(|line| (line.oldest, line.spot))?;
    let records: usize = lines.iter().map(|line| line.records).sum();
    Some(Overdue {
        limit,
        records: records.min(COUNT_MAX),
        spot: first.spot,
        oldest: first.oldest,
    })
}

/// Whether anything waits that time could move.
pub fn any(state: &State) -> bool {
    state.held().len() > 0 || redealt(state).any(|queue| !state.queue(queue).records.is_empty())
}

/// What is to be dealt the moment somebody can: the longest wait first, whether held or in a queue
/// that is dealt again. *Ties*: the lowest record number.
pub fn oldest_first(state: &State) -> Vec<RecordNo> {
    let held = state.held().map(|(record, hold)| (hold.since, record));
    let mut order: Vec<(Moment, RecordNo)> = held.collect();
    let held = order.len();
    for queue in redealt(state) {
        order.extend(state.queue(queue).order.iter().take(LOOK_MAX));
    }
    if order.len() > held {
        order.sort_unstable();
    }
    order.into_iter().map(|(_, record)| record).collect()
}

/// The queues that the policy in force deals again, and those that it does not have any more.
fn redealt(state: &State) -> impl Iterator<Item = QueueNo> {
    let queues = state
        .policy()
        .map_or(&[][..], |policy| &policy.document().queues);
    let again = queues.iter().enumerate().filter(|(_, spec)| spec.redeal);
    let again = again.map(|(at, _)| state.queue_at(at));
    let gone = (0..state.queues().len()).map(QueueNo::at);
    again.chain(gone.filter(|queue| is_gone(state, *queue)))
}

/// Whether the policy in force does not have this queue: nobody can take what waits in it.
pub fn is_gone(state: &State, queue: QueueNo) -> bool {
    state.policy().is_some() && state.pull(queue).is_none()
}
