//! Before and after: what changed since a day, which is suggestive and never evidence.
//!
//! Compared are whole periods whose leads are all ripe; what had to be left out is told, and so is
//! in what the two sides are unlike. Rates of periods scatter more than their leads explain, and
//! the interval is as much wider. Still, season and market are in it: a rollout in stages
//! ([`crate::measure::rollout`]) is the way to know.
//!
//! Deliberately corrects for nothing it warns about.
//! *Source*: guide "science" section 9; McCullagh and Nelder (dispersion); Newey and West 1987.

use super::figure::{Figure, Interval, count, number, percent};
use super::proportion::Tally;
use super::rollout::Ground;
use super::special::Z_95;
use super::unknown::Unknown;

/// Working days a period may differ by, and leads, before a warning.
const DAYS_APART: f64 = 0.1;
const LEADS_APART: f64 = 0.3;
/// Periods it takes on each side.
const PERIODS_MIN: usize = 2;
/// Periods a series takes on each side.
const SERIES_MIN: usize = 6;

/// One period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Period {
    /// Wins of so many leads that were dealt in it.
    pub tally: Tally,
    /// Whether all of it is over and on one side of the change.
    pub whole: bool,
    /// Whether every lead of it is past the horizon.
    pub ripe: bool,
    /// Working days in it.
    pub working_days: u32,
    /// The month in which it began, 1 to 12.
    pub month: u8,
}

/// In what the two sides are unlike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unlike {
    /// Working days a period, before and after.
    WorkingDays(f64, f64),
    /// Leads a period, before and after.
    Leads(f64, f64),
    /// The sides lie in other months of the year.
    Months,
}

impl Unlike {
    /// In words.
    pub fn sentence(&self) -> String {
        match self {
            Self::WorkingDays(before, after) => format!(
                "A period had {} working days before and {} after.",
                number(*before),
                number(*after)
            ),
            Self::Leads(before, after) => format!(
                "A period had {} leads before and {} after.",
                number(*before),
                number(*after)
            ),
            Self::Months => "The two sides lie in other months of the year.".to_owned(),
        }
    }
}

/// Before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct BeforeAfter {
    /// The rate before; n is leads.
    pub before: Figure,
    /// The rate after.
    pub after: Figure,
    /// After less before; n is whole ripe periods of both sides.
    pub change: Figure,
    /// Periods left out because they were not whole, or not ripe.
    pub left_out: usize,
    /// Warnings.
    pub unlike: Vec<Unlike>,
}

impl BeforeAfter {
    /// Compares the periods before a change with those after it.
    ///
    /// *Refuses*: [`Unknown::TooFew`] with fewer than two whole ripe periods on a side.
    pub fn of(before: &[Period], after: &[Period]) -> Result<Self, Unknown> {
        let kept = |periods: &[Period]| -> Vec<Period> {
            let counts = |one: &&Period| one.whole && one.ripe && one.tally.trials > 0.0;
            periods.iter().filter(counts).copied().collect()
        };
        let sides = [kept(before), kept(after)];
        let fewest = sides.iter().map(Vec::len).min().unwrap_or(0);
        if fewest < PERIODS_MIN {
            return Err(Unknown::TooFew {
                n: fewest as f64,
                needed: PERIODS_MIN as f64,
                what: "whole ripe period",
            });
        }
        let used: usize = sides.iter().map(Vec::len).sum();
        let sums =
            [&sides[0], &sides[1]].map(|side| side.iter().map(|one| one.tally).sum::<Tally>());
        let spread = dispersion(&sides, &sums);
        let variance: f64 = sums
            .iter()
            .map(|sum| sum.rate() * (1.0 - sum.rate()) / sum.trials)
            .sum();
        let reach = Z_95 * (variance * spread).sqrt();
        let value = sums[1].rate() - sums[0].rate();
        Ok(Self {
            before: sums[0].figure(),
            after: sums[1].figure(),
            change: Figure {
                value,
                interval: Interval {
                    low: value - reach,
                    high: value + reach,
                },
                n: used as f64,
            },
            left_out: before.len() + after.len() - used,
            unlike: unlike(&sides),
        })
    }

    /// In words.
    pub fn sentence(&self) -> String {
        let warnings: Vec<String> = self.unlike.iter().map(Unlike::sentence).collect();
        let left_out = match self.left_out {
            0 => String::new(),
            n => format!(
                " {} left out, not whole or not ripe.",
                count(n as f64, "period")
            ),
        };
        let text = format!(
            "Before: {}, from {}; after: {}, from {}. That is {} points {} (between {} and {}).\
             {left_out} {} {}",
            percent(self.before.value),
            count(self.before.n, "lead"),
            percent(self.after.value),
            count(self.after.n, "lead"),
            number(self.change.value.abs() * 100.0),
            if self.change.value < 0.0 {
                "less"
            } else {
                "more"
            },
            number(self.change.interval.low * 100.0),
            number(self.change.interval.high * 100.0),
            Ground::Suggestive.words(),
            warnings.join(" ")
        );
        text.trim_end().to_owned()
    }
}

/// How much more the periods scatter than their leads explain; at least 1.
fn dispersion(sides: &[Vec<Period>; 2], sums: &[Tally; 2]) -> f64 {
    let (mut sum, mut freedom) = (0.0, -2.0);
    for (side, all) in sides.iter().zip(sums) {
        let rate = all.rate();
        for one in side {
            let apart = one.tally.wins - one.tally.trials * rate;
            let expected = one.tally.trials * rate * (1.0 - rate);
            sum += if expected > 0.0 {
                apart * apart / expected
            } else {
                0.0
            };
            freedom += 1.0;
        }
    }
    (sum / freedom).max(1.0)
}

fn unlike(sides: &[Vec<Period>; 2]) -> Vec<Unlike> {
    let mean = |side: &Vec<Period>, of: &dyn Fn(&Period) -> f64| {
        side.iter().map(of).sum::<f64>() / side.len() as f64
    };
    let both = |of: &dyn Fn(&Period) -> f64| (mean(&sides[0], of), mean(&sides[1], of));
    let apart = |(before, after): (f64, f64), most: f64| (after - before).abs() > most * before;
    let months = |side: &Vec<Period>| {
        let mut months: Vec<u8> = side.iter().map(|one| one.month).collect();
        months.sort_unstable();
        months.dedup();
        months
    };
    let days = both(&|one| f64::from(one.working_days));
    let leads = both(&|one| one.tally.trials);
    let mut unlike = Vec::new();
    if apart(days, DAYS_APART) {
        unlike.push(Unlike::WorkingDays(days.0, days.1));
    }
    if apart(leads, LEADS_APART) {
        unlike.push(Unlike::Leads(leads.0, leads.1));
    }
    if months(&sides[0]) != months(&sides[1]) {
        unlike.push(Unlike::Months);
    }
    unlike
}

/// The step in a series at a change, beside its trend: the interrupted time series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// How large it is; the interval allows for periods that follow their predecessor (Newey and
    /// West), and is still too narrow; n is the periods.
    pub size: Figure,
}

impl Step {
    /// In words; `what` was counted: `close rate`.
    pub fn sentence(&self, what: &str) -> String {
        format!(
            "Beside its trend, the {what} stepped by {} over {}. {}",
            self.size.as_number(),
            count(self.size.n, "period"),
            Ground::Suggestive.words()
        )
    }
}

/// Looks for a step in a series from the period `change` on.
///
/// *Refuses*: [`Unknown::TooFew`] with fewer than six periods on a side.
pub fn step(series: &[f64], change: usize) -> Result<Step, Unknown> {
    let (n, after) = (series.len(), series.len().saturating_sub(change));
    if change.min(after) < SERIES_MIN {
        return Err(Unknown::TooFew {
            n: change.min(after) as f64,
            needed: SERIES_MIN as f64,
            what: "period",
        });
    }
    let steps: Vec<f64> = (0..n).map(|at| f64::from(u8::from(at >= change))).collect();
    let (steps, values) = (detrended(&steps), detrended(series));
    let square: f64 = steps.iter().map(|one| one * one).sum();
    let value = steps.iter().zip(&values).map(|(x, y)| x * y).sum::<f64>() / square;
    let moment: Vec<f64> = steps
        .iter()
        .zip(&values)
        .map(|(x, y)| x * (y - value * x))
        .collect();
    let lags = (n as f64 / 100.0).sqrt().sqrt().max(0.5) * 4.0;
    let lags = lags as usize;
    let together = |lag: usize| {
        moment
            .iter()
            .zip(&moment[lag..])
            .map(|(one, other)| one * other)
            .sum::<f64>()
    };
    let variance: f64 = together(0)
        + (1..=lags)
            .map(|lag| 2.0 * (1.0 - lag as f64 / (lags + 1) as f64) * together(lag))
            .sum::<f64>();
    let reach = Z_95 * variance.max(0.0).sqrt() / square;
    Ok(Step {
        size: Figure {
            value,
            interval: Interval {
                low: value - reach,
                high: value + reach,
            },
            n: n as f64,
        },
    })
}

/// A series less its straight line.
fn detrended(series: &[f64]) -> Vec<f64> {
    let n = series.len() as f64;
    let middle = (n - 1.0) / 2.0;
    let mean = series.iter().sum::<f64>() / n;
    let time = |at: usize| at as f64 - middle;
    let square: f64 = (0..series.len()).map(|at| time(at) * time(at)).sum();
    let slope = series
        .iter()
        .enumerate()
        .map(|(at, y)| time(at) * (y - mean))
        .sum::<f64>()
        / square;
    let left = |(at, y): (usize, &f64)| y - mean - slope * time(at);
    series.iter().enumerate().map(left).collect()
}
