//! How long what waits has waited, as figures: per pool and queue, with bounded labels.
//!
//! *Bounds*: the [`LINES_MAX`] spots with the longest wait have a line of their own; the rest are
//! summed up under the name `(others)`. A spot where nothing waits any more is told as 0.

use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_core::waiting::{self, Line, Spot};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Most spots with a line of their own.
pub const LINES_MAX: usize = 100;
/// What the others are called.
const OTHERS: (&str, &str) = ("any", "(others)");

/// What was told last, so that what is over is told as 0.
static TOLD: Mutex<BTreeSet<(&'static str, String)>> = Mutex::new(BTreeSet::new());

/// Sets `evenkeel_waiting_records` and `evenkeel_waiting_oldest_seconds`.
pub fn gauge(state: &State, now: Moment) {
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let lines = lines(state, now);
    for (place, name) in told.iter() {
        if !lines
            .iter()
            .any(|(label, ..)| label.0 == *place && label.1 == *name)
        {
            set((*place, name), 0, 0);
        }
    }
    told.clear();
    for (label, records, seconds) in lines {
        set((label.0, &label.1), records, seconds);
        told.insert(label);
    }
}

/// Every line as it is told: label, records, seconds of the oldest.
fn lines(state: &State, now: Moment) -> Vec<((&'static str, String), usize, i64)> {
    let mut lines = waiting::lines(state);
    lines.sort_by_key(|line| (line.oldest, line.spot));
    let seconds = |line: &Line| (now - line.oldest).0.max(0) / 1_000;
    let (own, others) = lines.split_at(lines.len().min(LINES_MAX));
    let own = own.iter().map(|line| {
        let label = match line.spot {
            Spot::Pool(pool) => ("pool", state.pool(pool).name.clone()),
            Spot::Queue(queue) => ("queue", state.queue(queue).name.clone()),
        };
        (label, line.records, seconds(line))
    });
    let others = others.first().map(|oldest| {
        let records = others.iter().map(|line| line.records).sum();
        let (place, name) = OTHERS;
        ((place, name.to_owned()), records, seconds(oldest))
    });
    own.chain(others).collect()
}

fn set((place, name): (&'static str, &str), records: usize, seconds: i64) {
    let labels = || [("place", place.to_owned()), ("name", name.to_owned())];
    metrics::gauge!("evenkeel_waiting_records", &labels()).set(records as f64);
    metrics::gauge!("evenkeel_waiting_oldest_seconds", &labels()).set(seconds as f64);
}
