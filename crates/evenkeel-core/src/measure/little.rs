//! How many claimed records a rep should hold at once: rate times time to work them.
//!
//! Little's law: what is in hand is what comes in a day times the days each stays. With a limit of
//! that many, a rep who works at the usual pace is never short of work, and has no room to hoard.
//! A suggestion; the limit is a setting. Records still in hand count as open, and no time counts
//! beyond the hold after which a claim lapses.
//! *Source*: Little 1961; guide "science" sections 5 and 7.

use super::part::REACH;
use super::survival::{Curve, Observed, RestrictedMean, Unit};
use super::words;

/// Fewest records worked before anything is suggested.
pub const WORKED_MIN: usize = 20;
/// A day in milliseconds.
const DAY: f64 = 86_400_000.0;

/// What is known of one rep, or of reps alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow<'a> {
    /// Milliseconds from the claim until it was worked, or until now.
    pub waits: &'a [Observed],
    /// Reps they come from.
    pub reps: usize,
    /// Days over which they were claimed.
    pub days: u32,
    /// Milliseconds after which an unworked claim lapses.
    pub hold: u64,
}

/// A limit and what it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Records in hand at most, for one rep.
    pub records: u32,
    /// Lower end of an interval of about 95 %.
    pub low: u32,
    /// Upper end.
    pub high: u32,
    /// Records that a rep claims in a day.
    pub a_day: f64,
    /// Time in hand.
    pub time: RestrictedMean,
    /// Claims looked at.
    pub n: usize,
    /// How many of them were worked.
    pub worked: usize,
}

/// Too few records worked for a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FewWorked {
    /// Worked so far.
    pub have: usize,
    /// What it takes.
    pub need: usize,
}

/// The limit that Little's law suggests, rounded up, so that nobody waits for a fraction.
///
/// *Bounds*: at least 1; days and reps count as at least 1.
/// *Refuses*: fewer than [`WORKED_MIN`] records worked.
/// *Example*: 3 claims a day, worked after 2 days on average: 6.
pub fn limit(flow: Flow<'_>) -> Result<Limit, FewWorked> {
    let curve = Curve::of(flow.waits, Unit::Milliseconds);
    let worked = curve.ended();
    if worked < WORKED_MIN {
        return Err(FewWorked {
            have: worked,
            need: WORKED_MIN,
        });
    }
    let time = curve.restricted_mean(flow.hold);
    let rep_days = f64::from(flow.days.max(1)) * flow.reps.max(1) as f64;
    let a_day = curve.n() as f64 / rep_days;
    let records = a_day * time.value / DAY;
    // Relative errors of the count (as of Poisson) and of the mean add up in squares.
    let of_mean = if time.value > 0.0 {
        time.error / time.value
    } else {
        0.0
    };
    let error = records * (1.0 / curve.n() as f64 + of_mean * of_mean).sqrt();
    Ok(Limit {
        records: up(records),
        low: up(records - REACH * error),
        high: up(records + REACH * error),
        a_day,
        time,
        n: curve.n(),
        worked,
    })
}

/// Rounded up, at least 1; a hair above a whole number, as sums of floats leave, is that number.
fn up(records: f64) -> u32 {
    ((records - 1e-9).ceil() as u32).max(1)
}

impl Limit {
    /// In plain words.
    pub fn sentence(&self) -> String {
        format!(
            "A limit of {} in hand keeps a rep busy ({} to {}): {:.1} claims a day, each in hand \
             for {} on average ({}, {} of them worked).",
            words::count(self.records as usize, "record"),
            self.low,
            self.high,
            self.a_day,
            words::time(self.time.value as u64),
            words::count(self.n, "claim"),
            words::number(self.worked)
        )
    }
}

impl FewWorked {
    /// In plain words.
    pub fn sentence(&self) -> String {
        format!(
            "Not enough data for a limit: {} worked, and it takes {}.",
            words::count(self.have, "record"),
            self.need
        )
    }
}
