//! Books below their target are filled up from a queue, by the pool's own rotation.
//!
//! Who gets the next one is the pool's to say; a book at its target is passed over as one that is
//! full. Which record comes first is one small function, [`best_first`].

use crate::choose::Draft;
use crate::event::{Cause, Event};
use crate::ids::{PoolNo, RecordNo, RepNo};
use crate::market::value::Value;
use crate::policy::document::recycling::TopUp;
use crate::state::State;
use crate::time::Moment;
use crate::units::Micro;
use crate::verdict::Destination;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Most records of a queue that one tick looks at for one pool.
const LOOK_MAX: usize = 1_000;
/// After this many records in a row that nobody can take, though they do not cool for everybody, a
/// tick looks no further.
const IN_VAIN_MAX: usize = 50;

/// How many records a pool's books are below their targets, rep by rep; only those that are.
pub fn room(state: &State, pool: PoolNo, top_up: &TopUp) -> Vec<(RepNo, u32)> {
    let members = state.pool(pool).ledger.members().iter();
    let room = members.filter_map(|entry| {
        let rep = state.roster().rep(entry.rep);
        let target = top_up.target_of(&rep.profile.attributes)?;
        let held = u32::try_from(rep.book.len()).unwrap_or(u32::MAX);
        Some((entry.rep, target.saturating_sub(held))).filter(|(_, room)| *room > 0)
    });
    room.collect()
}

/// Whether some book is below its target and something waits for it.
pub fn wanted(state: &State) -> bool {
    let Some(policy) = state.policy() else {
        return false;
    };
    let pools = policy.document().pools.iter().enumerate();
    let mut filling = pools.filter_map(|(at, spec)| Some((at, spec.top_up.as_ref()?)));
    filling.any(|(at, top_up)| {
        let waits = !state.queue(state.queue_at(top_up.queue)).records.is_empty();
        waits && !room(state, state.pool_at(at), top_up).is_empty()
    })
}

/// What waits in the pool's queue, the most promising first. *Ties*: the longest wait, then the
/// lowest number. Where the pool does not say what is promising, the queue's own order of claims.
/// *Bounds*: of the 1,000 that wait longest, or come first in the queue's order.
pub fn best_first(state: &State, top_up: &TopUp) -> Vec<RecordNo> {
    let queue = state.queue(state.queue_at(top_up.queue));
    if top_up.best.is_none() {
        let in_order = queue.in_order().take(LOOK_MAX);
        return in_order.map(|(record, _)| record).collect();
    }
    let mut waiting: Vec<(Moment, RecordNo)> = queue.order.iter().take(LOOK_MAX).copied().collect();
    waiting
        .sort_by_key(|(since, record)| (Reverse(worth(state, top_up, *record)), *since, *record));
    waiting.into_iter().map(|(_, record)| record).collect()
}

/// How promising a record is; nothing where that is not known.
pub fn worth(state: &State, top_up: &TopUp, record: RecordNo) -> Option<Micro> {
    match state.records().columns.value(top_up.best?, record.index()) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    }
}

/// Fills up books until none is below its target, nothing waits or the tick has moved enough.
pub(super) fn fill(
    draft: &mut Draft<'_>,
    state: &State,
    now: Moment,
    (most, moved): (usize, &BTreeSet<RecordNo>),
    events: &mut Vec<Event>,
) {
    let Some(policy) = state.policy() else { return };
    let mut gone: BTreeSet<RecordNo> = events.iter().filter_map(Event::moved).collect();
    gone.extend(moved);
    for (position, spec) in policy.document().pools.iter().enumerate() {
        let Some(top_up) = &spec.top_up else { continue };
        let mut below = room(state, state.pool_at(position), top_up);
        below.retain(|(rep, _)| draft.is_here(*rep));
        if below.is_empty() {
            continue;
        }
        let mut in_vain = 0;
        for record in best_first(state, top_up) {
            if events.len() >= most || in_vain >= IN_VAIN_MAX {
                break;
            }
            let cools = |(rep, _): &(RepNo, u32)| state.cooling(record, *rep, now).is_some();
            if below.iter().all(cools) || !gone.insert(record) {
                continue;
            }
            match draft.fill_up(record, position) {
                Some((rep, verdict)) => {
                    in_vain = 0;
                    events.push(Event::RecordDealt {
                        record,
                        to: Destination::Rep(rep),
                        cause: Cause::ToppedUp,
                        verdict,
                    });
                }
                None => in_vain += 1,
            }
        }
    }
}
