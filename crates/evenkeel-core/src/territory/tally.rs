//! How evenly loads are spread, and how often somebody had more than enough at once.
//!
//! Whole counts only: nothing here is estimated, so nothing needs an interval.

use crate::time::{Moment, Span};

/// How loads are spread over reps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// How many reps.
    pub reps: u64,
    /// Records they got together.
    pub records: u64,
    /// The smallest load.
    pub fewest: u64,
    /// The largest.
    pub most: u64,
    /// How many records would have to change hands until loads differ by at most one.
    pub to_move: u64,
}

impl Spread {
    /// The spread of these loads.
    pub fn of(loads: &[u64]) -> Self {
        let mut sorted = loads.to_vec();
        sorted.sort_unstable_by(|one, two| two.cmp(one));
        let reps = sorted.len() as u64;
        let records: u64 = sorted.iter().sum();
        let (each, rest) = match reps {
            0 => (0, 0),
            _ => (records / reps, records % reps),
        };
        let even = |at: usize| each + u64::from((at as u64) < rest);
        let above = sorted.iter().enumerate();
        Self {
            reps,
            records,
            fewest: sorted.last().copied().unwrap_or(0),
            most: sorted.first().copied().unwrap_or(0),
            to_move: above.map(|(at, load)| load.saturating_sub(even(at))).sum(),
        }
    }

    /// The part of all records that would have to change hands, in millionths.
    pub fn uneven_ppm(&self) -> u64 {
        match self.records {
            0 => 0,
            records => self.to_move.saturating_mul(1_000_000) / records,
        }
    }
}

/// How many of these records came to somebody who already had `most` within the `window` before.
///
/// `times` ascend. A record exactly one window ago does not count any more.
pub fn over(times: &[Moment], most: u64, window: Span) -> u64 {
    let mut first = 0;
    let mut over = 0;
    for (at, now) in times.iter().enumerate() {
        while *now - times[first] >= window {
            first += 1;
        }
        over += u64::from((at - first) as u64 >= most);
    }
    over
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_counts_what_would_have_to_move() {
        for (loads, to_move) in [
            (&[5, 5, 5][..], 0),
            (&[5, 5, 4], 0),
            (&[9, 3, 3], 4),
            (&[45, 45, 5, 5], 40),
            (&[0, 0, 7], 4),
            (&[], 0),
            (&[7], 0),
        ] {
            let spread = Spread::of(loads);
            assert_eq!(spread.to_move, to_move, "{loads:?}");
            assert_eq!(spread.records, loads.iter().sum::<u64>());
        }
        assert_eq!(Spread::of(&[45, 45, 5, 5]).uneven_ppm(), 400_000);
    }

    #[test]
    fn over_counts_within_a_sliding_window() {
        let day = |day: i64| Moment(day * 86_400_000);
        let week = Span::days(7);
        assert_eq!(over(&[day(0), day(1), day(2)], 2, week), 1);
        assert_eq!(over(&[day(0), day(1), day(7)], 2, week), 0);
        assert_eq!(over(&[day(0), day(0), day(0), day(0)], 1, week), 3);
        assert_eq!(over(&[], 1, week), 0);
    }
}
