//! How far apart the reps of a team are, period by period, beyond what chance does.
//!
//! Rates of equals scatter too. What is left after the scatter of so many leads is the spread of
//! the rates themselves, in points of the rate. Deliberately names nobody.
//! *Source*: seed 002 (2.21); Paule and Mandel 1982; Viechtbauer 2007 (the interval).

use super::figure::{Figure, Interval, count, number, percent};
use super::line::{slope, steepness};
use super::permutation::Arrangements;
use super::proportion::Tally;
use super::special::{gamma_quantile, root};
use super::unknown::Unknown;
use crate::draw::DrawKey;

/// Largest spread of rates there can be.
const SPREAD_MAX: f64 = 0.5;
const HALVINGS: u32 = 40;
/// Periods it takes to say whether the spread grows.
const PERIODS_MIN: usize = 5;

/// The spread of one period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Standard deviation between the reps' rates; n is leads.
    pub between: Figure,
    /// The rate of all.
    pub rate: f64,
    /// Reps with leads.
    pub reps: usize,
}

impl Spread {
    /// The spread of reps in one period.
    ///
    /// *Bounds*: reps without leads are left out.
    /// *Refuses*: [`Unknown::TooFew`] reps, [`Unknown::NoWins`].
    pub fn of(tallies: &[Tally]) -> Result<Self, Unknown> {
        let reps: Vec<Tally> = tallies
            .iter()
            .filter(|one| one.trials > 0.0)
            .copied()
            .collect();
        if reps.len() < 2 {
            return Err(Unknown::TooFew {
                n: reps.len() as f64,
                needed: 2.0,
                what: "rep",
            });
        }
        let all: Tally = reps.iter().copied().sum();
        if all.wins <= 0.0 || all.losses() <= 0.0 {
            return Err(Unknown::NoWins { n: all.trials });
        }
        let unit = all.rate() * (1.0 - all.rate());
        let freedom = (reps.len() - 1) as f64;
        // Falls as the spread rises; where it meets a value, that spread explains the scatter.
        let explains = |wanted: f64| {
            root(0.0, SPREAD_MAX, HALVINGS, |spread| {
                wanted - scatter(&reps, unit, spread)
            })
        };
        let chi2 = |p: f64| 2.0 * gamma_quantile(freedom / 2.0, p);
        let value = explains(freedom);
        Ok(Self {
            between: Figure {
                value,
                interval: Interval {
                    low: explains(chi2(0.975)).min(value),
                    high: explains(chi2(0.025)).max(value),
                },
                n: all.trials,
            },
            rate: all.rate(),
            reps: reps.len(),
        })
    }

    /// In words.
    pub fn sentence(&self) -> String {
        let points = |value: f64| number(value * 100.0);
        format!(
            "Between reps the rate spreads by {} points around {} (between {} and {}; {}, {}).",
            points(self.between.value),
            percent(self.rate),
            points(self.between.interval.low),
            points(self.between.interval.high),
            count(self.reps as f64, "rep"),
            count(self.between.n, "lead")
        )
    }
}

/// The scatter of rates around their mean, in units of what leads and such a spread explain.
fn scatter(reps: &[Tally], unit: f64, spread: f64) -> f64 {
    let weight = |one: &Tally| 1.0 / (unit / one.trials + spread * spread);
    let all: f64 = reps.iter().map(weight).sum();
    let mean = reps.iter().map(|one| weight(one) * one.rate()).sum::<f64>() / all;
    let apart = |one: &Tally| weight(one) * (one.rate() - mean) * (one.rate() - mean);
    reps.iter().map(apart).sum()
}

/// Whether reps grow apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// By how much the spread grows a period; n is periods.
    pub growth: Figure,
    /// The chance of such a trend in either direction, if the order of periods did not matter.
    pub p: f64,
}

impl Trend {
    /// Looks at the spread from period to period.
    ///
    /// *Refuses*: [`Unknown::TooFew`] with fewer than five periods; what [`Spread::of`] refuses.
    pub fn of(periods: &[Vec<Tally>], key: &DrawKey) -> Result<Self, Unknown> {
        if periods.len() < PERIODS_MIN {
            return Err(Unknown::TooFew {
                n: periods.len() as f64,
                needed: PERIODS_MIN as f64,
                what: "period",
            });
        }
        let spread = |one: &Vec<Tally>| Spread::of(one).map(|spread| spread.between.value);
        let spreads: Result<Vec<f64>, Unknown> = periods.iter().map(spread).collect();
        let spreads = spreads?;
        let points = |order: &Vec<usize>| {
            let points = order
                .iter()
                .enumerate()
                .map(|(at, from)| (at as f64, spreads[*from]));
            points.collect::<Vec<(f64, f64)>>()
        };
        let order: Vec<usize> = (0..spreads.len()).collect();
        let arrangements = Arrangements::of(&order, key);
        let growths = arrangements.all.iter();
        Ok(Self {
            growth: slope(&points(&order)),
            p: Arrangements::p(growths.map(|order| steepness(&points(order)))),
        })
    }

    /// In words.
    pub fn sentence(&self) -> String {
        let known = match (self.p <= 0.05, self.growth.value > 0.0) {
            (true, true) => "Reps grow apart",
            (true, false) => "Reps come closer",
            (false, _) => "Whether reps grow apart is not known",
        };
        let points = |value: f64| number(value * 100.0);
        format!(
            "{known}: {} points a period (between {} and {}) over {}; in another order such a trend \
             comes up in {} of 100.",
            points(self.growth.value),
            points(self.growth.interval.low),
            points(self.growth.interval.high),
            count(self.growth.n, "period"),
            number(self.p * 100.0)
        )
    }
}
