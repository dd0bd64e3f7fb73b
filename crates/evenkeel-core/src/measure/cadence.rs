//! Whether taking back and dealing again happens as often as planned, and keeps up with what is
//! due.
//!
//! A missed or late sweep is how recycling fails slowly. A sweep that has not run yet is late by at
//! least the time since it was planned. Whether the cadence itself is the right one is not asked
//! here: that is [`super::recycle_time`] and [`super::consistency`].
//! *Source*: Theil 1950, Sen 1968 (the slope: the median of all pairs, with its interval), which
//! one odd sweep does not move.

use super::part::{Part, REACH};
use super::survival::{Curve, Observed, Quantile, Unit};
use super::words;
use crate::time::{Moment, Span};

/// Fewest sweeps before a word is said.
pub const SWEEPS_MIN: usize = 4;
/// Most sweeps looked at: the latest.
pub const SWEEPS_MAX: usize = 400;

/// One planned sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// When it was to run.
    pub planned: Moment,
    /// When it ran; `None` if it has not.
    pub executed: Option<Moment>,
    /// Records due then.
    pub due: u32,
    /// Records moved.
    pub moved: u32,
    /// Records that wait for somebody's approval.
    pub held: u32,
}

/// The word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Fewer than [`SWEEPS_MIN`] sweeps were due.
    TooEarly,
    /// On time, and the backlog does not grow.
    Healthy,
    /// Some late, or the backlog grows.
    Slipping,
    /// Half or more late.
    Failing,
}

/// By how much the backlog changes from one sweep to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// Records a sweep; above 0 it grows.
    pub slope: f64,
    /// Lower end of an interval of about 95 %.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Sweeps that ran.
    pub n: usize,
}

/// How a cadence does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cadence {
    /// Sweeps that ran within the grace, of those that were due.
    pub on_time: Part,
    /// How late half of them are at most; those that have not run count as open.
    pub lateness: Quantile,
    /// What is left undone after each sweep, over the sweeps; `None` of fewer than two.
    pub backlog: Option<Trend>,
    /// Of the records due, those that wait for an approval. `n` is records.
    pub held: Part,
    /// Sweeps that were due.
    pub n: usize,
    /// The word for it.
    pub health: Health,
}

/// Looks at the sweeps that were due by `now`.
///
/// *Order and ties*: by planned moment; of those at the same moment as given.
/// *Bounds*: the latest [`SWEEPS_MAX`]; a sweep ahead of its time is on time.
pub fn health(sweeps: &[Sweep], now: Moment, grace: Span) -> Cadence {
    let due = |sweep: &&Sweep| sweep.planned + grace <= now || sweep.executed.is_some();
    let mut due: Vec<&Sweep> = sweeps.iter().filter(due).collect();
    due.sort_by_key(|sweep| sweep.planned);
    due.drain(..due.len().saturating_sub(SWEEPS_MAX));
    let late: Vec<Observed> = due.iter().map(|sweep| lateness(sweep, now)).collect();
    let grace = grace.0.max(0) as u64;
    let in_time = |one: &&Observed| one.ended && one.length <= grace;
    let on_time = Part::counted(late.iter().filter(in_time).count(), due.len());
    let ran = due.iter().filter(|sweep| sweep.executed.is_some());
    let left: Vec<f64> = ran
        .map(|sweep| f64::from(sweep.due.saturating_sub(sweep.moved)))
        .collect();
    let backlog = trend(&left);
    let sum = |of: fn(&Sweep) -> u32| due.iter().map(|sweep| of(sweep) as usize).sum();
    Cadence {
        health: word(due.len(), on_time, backlog),
        on_time,
        lateness: Curve::of(&late, Unit::Milliseconds).median(),
        backlog,
        held: Part::counted(sum(|sweep| sweep.held), sum(|sweep| sweep.due)),
        n: due.len(),
    }
}

fn lateness(sweep: &Sweep, now: Moment) -> Observed {
    let by = sweep.executed.unwrap_or(now) - sweep.planned;
    Observed {
        length: by.0.max(0) as u64,
        ended: sweep.executed.is_some(),
    }
}

fn word(n: usize, on_time: Part, backlog: Option<Trend>) -> Health {
    let grows = backlog.is_some_and(|trend| trend.low > 0.0);
    match on_time.value {
        _ if n < SWEEPS_MIN => Health::TooEarly,
        part if part <= 0.5 => Health::Failing,
        part if part < 0.9 || grows => Health::Slipping,
        _ => Health::Healthy,
    }
}

/// The median slope of all pairs, and by Sen which pairs bound it.
fn trend(left: &[f64]) -> Option<Trend> {
    let n = left.len();
    let mut slopes = Vec::new();
    for later in 1..n {
        for earlier in 0..later {
            slopes.push((left[later] - left[earlier]) / (later - earlier) as f64);
        }
    }
    slopes.sort_by(f64::total_cmp);
    let last = slopes.len().checked_sub(1)?;
    let count = n as f64;
    let spread = REACH * (count * (count - 1.0) * (2.0 * count + 5.0) / 18.0).sqrt();
    let from = ((slopes.len() as f64 - spread) / 2.0 - 1.0)
        .floor()
        .max(0.0) as usize;
    let until = (((slopes.len() as f64 + spread) / 2.0).ceil() as usize).min(last);
    Some(Trend {
        slope: (slopes[last / 2] + slopes[last.div_ceil(2)]) / 2.0,
        low: slopes[from],
        high: slopes[until],
        n,
    })
}

impl Trend {
    /// In plain words.
    pub fn sentence(&self) -> String {
        let figures = format!(
            "{:+.1} records a sweep, {:+.1} to {:+.1}; {}",
            self.slope,
            self.low,
            self.high,
            words::count(self.n, "sweep")
        );
        match (self.low > 0.0, self.high < 0.0) {
            (true, _) => format!("The backlog grows ({figures})."),
            (_, true) => format!("The backlog shrinks ({figures})."),
            _ => format!("No trend of the backlog can be told ({figures})."),
        }
    }
}

impl Cadence {
    /// In plain words.
    pub fn sentence(&self) -> String {
        let word = match self.health {
            Health::TooEarly => {
                return format!(
                    "Too early to tell: {} due so far, and it takes {SWEEPS_MIN}.",
                    words::count(self.n, "sweep")
                );
            }
            Health::Healthy => "healthy",
            Health::Slipping => "slipping",
            Health::Failing => "failing",
        };
        let late = self.lateness.length.map(words::time);
        let backlog = self.backlog.map(|trend| format!(" {}", trend.sentence()));
        format!(
            "The cadence is {word}: on time {}; half are at most {} late.{} Waiting for approval: \
             {} of the records due.",
            self.on_time,
            late.unwrap_or_else(|| "an unknown time".to_owned()),
            backlog.unwrap_or_default(),
            self.held
        )
    }
}
