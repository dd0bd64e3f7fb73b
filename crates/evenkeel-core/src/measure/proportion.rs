//! Intervals for a share of so many, for the difference of two, and leads per win.
//!
//! Trials may be fractional: a young lead counts as a part of one ([`crate::measure::maturity`]).
//! Deliberately one rep or group at a time; who is drawn towards whom is in
//! [`crate::measure::team`].
//! *Source*: Clopper and Pearson 1934; Wilson 1927; Newcombe 1998, method 10; Brown, Cai and
//! DasGupta 2001 (Jeffreys).

use super::figure::{Figure, Interval, count, number};
use super::special::{Z_95, beta_quantile};

const TAIL: f64 = 0.025;

/// Wins of so many trials.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// What counts as won.
    pub wins: f64,
    /// Of how many.
    pub trials: f64,
}

impl Tally {
    /// A tally; never more wins than trials.
    pub fn of(wins: f64, trials: f64) -> Self {
        Self {
            wins,
            trials: trials.max(wins),
        }
    }

    /// Wins per trial; 0 without trials.
    pub fn rate(&self) -> f64 {
        match self.trials > 0.0 {
            true => self.wins / self.trials,
            false => 0.0,
        }
    }

    /// Those not won.
    pub fn losses(&self) -> f64 {
        self.trials - self.wins
    }

    /// The exact interval: every share that would not be rejected at 2.5 % on either side.
    ///
    /// *Example*: 20 of 100: 0.1267 to 0.2918.
    pub fn exact(&self) -> Interval {
        Interval {
            low: match self.wins > 0.0 {
                true => beta_quantile(self.wins, self.losses() + 1.0, TAIL),
                false => 0.0,
            },
            high: match self.losses() > 0.0 {
                true => beta_quantile(self.wins + 1.0, self.losses(), 1.0 - TAIL),
                false => 1.0,
            },
        }
    }

    /// Wilson's interval.
    ///
    /// *Bounds*: everything without trials.
    pub fn wilson(&self) -> Interval {
        if self.trials <= 0.0 {
            return Interval {
                low: 0.0,
                high: 1.0,
            };
        }
        let (n, p, square) = (self.trials, self.rate(), Z_95 * Z_95);
        let middle = (p + square / (2.0 * n)) / (1.0 + square / n);
        let spread = (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt() * Z_95;
        let reach = spread / (1.0 + square / n);
        Interval {
            low: (middle - reach).max(0.0),
            high: (middle + reach).min(1.0),
        }
    }

    /// The rate with the interval of Beta(wins + ½, losses + ½), which fits fractional trials.
    ///
    /// *Bounds*: reaches down to 0 without wins and up to 1 without losses.
    pub fn figure(&self) -> Figure {
        let (a, b) = (self.wins + 0.5, self.losses() + 0.5);
        let low = match self.wins > 0.0 {
            true => beta_quantile(a, b, TAIL).min(self.rate()),
            false => 0.0,
        };
        let high = match self.losses() > 0.0 {
            true => beta_quantile(a, b, 1.0 - TAIL).max(self.rate()),
            false => 1.0,
        };
        Figure {
            value: self.rate(),
            interval: Interval { low, high },
            n: self.trials,
        }
    }

    /// How much higher this rate is than `other`'s; n is the smaller of the two.
    pub fn above(&self, other: &Self) -> Figure {
        let (mine, theirs) = (self.wilson(), other.wilson());
        let value = self.rate() - other.rate();
        let reach = |one: f64, two: f64| (one * one + two * two).sqrt();
        let down = reach(self.rate() - mine.low, theirs.high - other.rate());
        let up = reach(mine.high - self.rate(), other.rate() - theirs.low);
        Figure {
            value,
            interval: Interval {
                low: value - down,
                high: value + up,
            },
            n: self.trials.min(other.trials),
        }
    }
}

impl std::ops::Add for Tally {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            wins: self.wins + other.wins,
            trials: self.trials + other.trials,
        }
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::default(), |all, one| all + one)
    }
}

/// How many leads it took to win one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeadsPerWin {
    /// Leads per win; infinite without a win.
    pub leads: f64,
    /// The exact interval of the share won, turned over.
    pub interval: Interval,
    /// What it stands on.
    pub tally: Tally,
}

impl LeadsPerWin {
    /// *Example*: 20 of 100: 5, between 3.4 and 7.9; 8 of 100: 12.5, between 6.6 and 28.4.
    pub fn of(tally: Tally) -> Self {
        let share = tally.exact();
        let over = |share: f64| {
            if share > 0.0 {
                1.0 / share
            } else {
                f64::INFINITY
            }
        };
        Self {
            leads: over(tally.rate()),
            interval: Interval {
                low: over(share.high),
                high: over(share.low),
            },
            tally,
        }
    }

    /// In words.
    pub fn sentence(&self) -> String {
        let leads = count(self.tally.trials, "lead");
        let Interval { low, high } = self.interval;
        if self.leads.is_infinite() {
            return format!(
                "no win in {leads} yet: more than {} leads a win",
                number(low)
            );
        }
        format!(
            "{} leads a win (between {} and {}, from {leads})",
            number(self.leads),
            number(low),
            number(high)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(interval: Interval, low: f64, high: f64) {
        let close = |one: f64, two: f64| (one - two).abs() < 1e-6;
        assert!(
            close(interval.low, low) && close(interval.high, high),
            "{interval:?}"
        );
    }

    /// Checked against an independent implementation (SciPy 1.17, `binomtest`).
    #[test]
    fn intervals_are_the_textbooks() {
        near(Tally::of(20.0, 100.0).exact(), 0.126_655_55, 0.291_842_69);
        near(Tally::of(8.0, 100.0).exact(), 0.035_171_56, 0.151_557_57);
        near(Tally::of(0.0, 10.0).exact(), 0.0, 0.308_497_10);
        near(Tally::of(10.0, 10.0).exact(), 0.691_502_89, 1.0);
        near(Tally::of(8.0, 100.0).wilson(), 0.041_093, 0.149_981);
        near(Tally::default().wilson(), 0.0, 1.0);
    }

    /// Newcombe 1998, table II, method 10: 56 of 70 and 48 of 80.
    #[test]
    fn the_difference_of_two_shares_is_newcombes() {
        let difference = Tally::of(56.0, 70.0).above(&Tally::of(48.0, 80.0));
        assert!(
            (difference.interval.low - 0.0524).abs() < 5e-5,
            "{difference:?}"
        );
        assert!(
            (difference.interval.high - 0.3339).abs() < 5e-5,
            "{difference:?}"
        );
    }

    #[test]
    fn leads_per_win_have_the_exact_interval() {
        let at = |wins| LeadsPerWin::of(Tally::of(wins, 100.0)).sentence();
        assert_eq!(
            at(20.0),
            "5 leads a win (between 3.4 and 7.9, from 100 leads)"
        );
        assert_eq!(
            at(8.0),
            "12.5 leads a win (between 6.6 and 28.4, from 100 leads)"
        );
        assert_eq!(
            at(0.0),
            "no win in 100 leads yet: more than 27.6 leads a win"
        );
    }
}
