//! How fast records are touched for the first time, those still waiting counted as waiting.
//!
//! The clock is the caller's: by the wall or by business hours are two inputs, and two answers.
//! What ends the wait otherwise (disqualified, self-sourced) leaves it open here. The mean is not
//! told, since one record forgotten for a year moves it; medians and parts done in time are.

use super::part::Part;
use super::survival::{Curve, Observed, Quantile, Unit};
use super::words;

/// Most marks that are looked at.
pub const MARKS_MAX: usize = 32;

/// Which hours were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// All hours.
    Wall,
    /// Business hours only.
    Business,
}

/// How fast, as a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Speed {
    /// Which hours were counted.
    pub clock: Clock,
    /// Half are touched within this.
    pub median: Quantile,
    /// Nine in ten are touched within this.
    pub ninety: Quantile,
    /// The part touched by each mark.
    pub marks: Vec<Mark>,
    /// Records looked at.
    pub n: usize,
    /// How many of them were touched.
    pub touched: usize,
}

/// The part touched within a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Milliseconds.
    pub within: u64,
    /// The part touched by then.
    pub touched: Part,
    /// Records that can tell: touched by then, or followed so long.
    pub told_by: usize,
}

impl Speed {
    /// Looks at waits in milliseconds: until the first touch, or until now.
    ///
    /// *Order and ties*: marks come in the order given; a touch at the mark itself is in time.
    /// *Bounds*: the first [`MARKS_MAX`] marks.
    pub fn of(waits: &[Observed], clock: Clock, marks: &[u64]) -> Self {
        let curve = Curve::of(waits, Unit::Milliseconds);
        let mark = |within: &u64| {
            let tells = |wait: &&Observed| wait.length >= *within || wait.ended;
            Mark {
                within: *within,
                touched: curve.over_by(*within),
                told_by: waits.iter().filter(tells).count(),
            }
        };
        Self {
            clock,
            median: curve.median(),
            ninety: curve.quantile(0.9),
            marks: marks.iter().take(MARKS_MAX).map(mark).collect(),
            n: curve.n(),
            touched: curve.ended(),
        }
    }

    /// In plain words.
    pub fn sentence(&self) -> String {
        let hours = match self.clock {
            Clock::Wall => "all hours counted",
            Clock::Business => "business hours counted",
        };
        let counted = format!(
            "{}, {} touched, {hours}",
            words::count(self.n, "record"),
            words::number(self.touched)
        );
        let Some(median) = self.median.length else {
            return format!("Fewer than half have been touched so far ({counted}).");
        };
        let low = self.median.low.map_or("0 seconds".to_owned(), words::time);
        let high = self.median.high.map(words::time);
        format!(
            "Half are touched within {} ({low} to {}; {counted}).",
            words::time(median),
            high.unwrap_or_else(|| "no upper end yet".to_owned())
        )
    }
}

impl Mark {
    /// In plain words.
    pub fn sentence(&self) -> String {
        format!(
            "Touched within {}: {}.",
            words::time(self.within),
            self.touched
        )
    }
}
