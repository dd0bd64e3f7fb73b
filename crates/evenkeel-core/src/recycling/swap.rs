//! Best out, worst in: what idles in a pool's books beside what waits for it and is worth more.
//!
//! A list to look at. Nothing is moved: what a manager pulls out comes back by rest and rotation,
//! and the books are filled up with the best that waits.

use crate::ids::{PoolNo, RecordNo, RepNo};
use crate::policy::document::recycling::TopUp;
use crate::recycling::filling;
use crate::state::State;
use crate::time::{Moment, Span};
use crate::units::Micro;
use std::cmp::Reverse;

/// Most pairs listed.
pub const PAIRS_MAX: usize = 200;

/// A record in a book, and one that waits and is worth more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What idles.
    pub out: RecordNo,
    /// In whose book.
    pub rep: RepNo,
    /// Since when nobody worked on it.
    pub idle_since: Moment,
    /// What it is worth by the pool's field; `None` where that is not known.
    pub out_worth: Option<Micro>,
    /// What waits.
    pub into: RecordNo,
    /// What that is worth.
    pub into_worth: Micro,
}

/// The pairs of a pool at `now`: of what nobody worked on for `idle`, the worst first, each beside
/// the best that waits, as long as that is worth more.
///
/// *Ties*: among the worst the longest idle, then the lowest number. Empty for a pool that does
/// not say what is promising.
pub fn pairs(state: &State, pool: PoolNo, top_up: &TopUp, idle: Span, now: Moment) -> Vec<Pair> {
    if top_up.best.is_none() {
        return Vec::new();
    }
    let activity = &state.records().activity;
    let mut idling = Vec::new();
    for entry in state.pool(pool).ledger.members() {
        for record in &state.roster().rep(entry.rep).book {
            let active = activity.active_at(*record);
            if let Some(since) = active.filter(|since| now - *since >= idle) {
                let worth = filling::worth(state, top_up, *record);
                idling.push((worth, since, *record, entry.rep));
            }
        }
    }
    idling.sort_unstable();
    let best = filling::best_first(state, top_up);
    let waiting = best
        .into_iter()
        .map(|into| (into, filling::worth(state, top_up, into)));
    let waiting = waiting.filter_map(|(into, worth)| Some((into, worth?)));
    let mut waiting: Vec<(RecordNo, Micro)> = waiting.take(PAIRS_MAX).collect();
    waiting.sort_by_key(|(record, worth)| (Reverse(*worth), *record));
    let pairs = idling.into_iter().zip(waiting);
    let pairs = pairs.map(
        |((out_worth, idle_since, out, rep), (into, into_worth))| Pair {
            out,
            rep,
            idle_since,
            out_worth,
            into,
            into_worth,
        },
    );
    pairs
        .take_while(|pair| pair.out_worth < Some(pair.into_worth))
        .collect()
}
