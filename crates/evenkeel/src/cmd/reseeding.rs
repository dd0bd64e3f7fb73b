//! Many replays with fresh draws, on every core of the machine.
//!
//! Each replay is a function of its number alone, so the answer is the same however many threads
//! there are and whichever is done first.

use crate::cmd::failure::{Exit, Failure};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::replay::again::History;
use evenkeel_core::replay::reseed::{self, DEALS_MAX, Deals, REPLAYS_MAX, Row};
use evenkeel_core::state::State;
use indicatif::{ProgressBar, ProgressStyle};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Plays `history` `count` times with fresh draws, by the recorded policies or by another.
///
/// *Refuses*, in order: more replays than [`REPLAYS_MAX`], or than fit with these records; what
/// publishing the policy refuses.
pub fn deals(
    history: &History,
    policy: Option<&str>,
    count: usize,
    records: usize,
    bar: &ProgressBar,
) -> Result<Deals, Failure> {
    let most = (DEALS_MAX / records.max(1)).min(REPLAYS_MAX);
    if count > most {
        let message = format!("{count} replays of {records} records are too many");
        return Err(Failure::new(Exit::Usage, message).hint(format!("At most {most}.")));
    }
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut rows: Vec<(usize, Result<Row, Refusal>)> = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return rows;
            }
            rows.push((number, reseed::row(history, policy, number as u64)));
            bar.inc(1);
        }
    };
    let mut rows: Vec<(usize, Result<Row, Refusal>)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads.min(count)).map(|_| scope.spawn(work)).collect();
        let done = threads
            .into_iter()
            .map(|thread| thread.join().expect("replaying never fails"));
        done.flatten().collect()
    });
    rows.sort_by_key(|(number, _)| *number);
    let rows: Result<Vec<Row>, Refusal> = rows.into_iter().map(|(_, row)| row).collect();
    Ok(Deals::of(rows?))
}

/// What fresh draws give one rep, in records first dealt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usual {
    /// In the replay that gives least.
    pub least: u64,
    /// In the middle one.
    pub median: u64,
    /// In the one that gives most.
    pub most: u64,
}

impl Usual {
    /// For every rep, by number; nothing without replays.
    pub fn of(deals: &Deals, state: &State) -> Vec<Self> {
        let reps = state.roster().len();
        let loads: Vec<Vec<u64>> = (0..deals.replays())
            .map(|at| deals.loads(at, reps))
            .collect();
        let one = |rep: usize| {
            let mut counts: Vec<u64> = loads.iter().map(|loads| loads[rep]).collect();
            counts.sort_unstable();
            Some(Self {
                least: *counts.first()?,
                median: counts[(counts.len() - 1) / 2],
                most: *counts.last()?,
            })
        };
        (0..reps).filter_map(one).collect()
    }

    /// `12 (9 to 15)`.
    pub fn words(self) -> String {
        format!("{} ({} to {})", self.median, self.least, self.most)
    }
}

/// A bar over replays, on standard error when that is a terminal.
pub fn bar(count: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} replays {elapsed} left {eta}");
    ProgressBar::new(count).with_style(style.expect("the template is sound"))
}
