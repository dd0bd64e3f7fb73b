//! How long things last, when some are still going on: the Kaplan-Meier curve.
//!
//! A length that has not ended yet says "at least so long", and is counted as that: leaving it out
//! would make everything look quick, taking it for ended would too. What ends a length one way or
//! another (touched, disqualified) is the caller's: one way ends it, all others leave it open.
//! *Source*: Kaplan and Meier 1958; Greenwood 1926; Kalbfleisch and Prentice 1980 for the log-log
//! interval; Brookmeyer and Crowley 1982 for that of the median.

use super::logarithm::{exp, ln};
use super::part::{Part, REACH};
use super::words;

/// One length, seen to its end or until now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observed {
    /// How long, in the curve's unit.
    pub length: u64,
    /// Whether it ended there; otherwise it lasted at least so long.
    pub ended: bool,
}

/// What lengths are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Whole days.
    Days,
    /// Milliseconds.
    Milliseconds,
}

impl Unit {
    /// A length in words.
    pub fn said(self, length: u64) -> String {
        match self {
            Self::Days => words::days(length),
            Self::Milliseconds => words::time(length),
        }
    }
}

/// The curve falls here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// At this length.
    pub at: u64,
    /// So many lasted at least so long.
    pub at_risk: usize,
    /// So many of them ended here.
    pub ended: usize,
    /// The chance to last longer than this.
    pub survival: f64,
    /// Greenwood's sum up to here: the variance of the logarithm of `survival`.
    pub greenwood: f64,
}

/// Chances to last longer than a length.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    unit: Unit,
    /// All lengths, ascending.
    lengths: Vec<u64>,
    steps: Vec<Step>,
}

/// A length that a given part does not exceed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    /// The part, 0 to 1: 0.5 asks for the median.
    pub part: f64,
    /// The length; `None` if fewer than that part have ended so far.
    pub length: Option<u64>,
    /// Lower end of an interval of about 95 %; `None` if even that is not reached.
    pub low: Option<u64>,
    /// Upper end; `None` if the data do not bound it.
    pub high: Option<u64>,
    /// Lengths looked at.
    pub n: usize,
    /// How many of them ended.
    pub ended: usize,
    /// What they are counted in.
    pub unit: Unit,
}

/// The mean length when each is counted no further than a bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RestrictedMean {
    /// The mean.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// Lower end of an interval of about 95 %.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The bound: what was asked for, or the longest length seen if that is shorter.
    pub to: u64,
    /// Lengths looked at.
    pub n: usize,
    /// What they are counted in.
    pub unit: Unit,
}

impl Curve {
    /// The curve of these lengths; their order does not matter.
    ///
    /// *Order and ties*: at the same length, ends come before what is only known to last so long.
    pub fn of(observed: &[Observed], unit: Unit) -> Self {
        let mut sorted = observed.to_vec();
        sorted.sort_unstable();
        let mut steps: Vec<Step> = Vec::new();
        let (mut survival, mut greenwood) = (1.0, 0.0);
        let mut from = 0;
        for group in sorted.chunk_by(|one, next| one.length == next.length) {
            let at_risk = sorted.len() - from;
            let ended = group.iter().filter(|one| one.ended).count();
            from += group.len();
            if ended == 0 {
                continue;
            }
            let (risk, gone) = (at_risk as f64, ended as f64);
            survival *= (risk - gone) / risk;
            greenwood += gone / (risk * (risk - gone));
            steps.push(Step {
                at: group[0].length,
                at_risk,
                ended,
                survival,
                greenwood,
            });
        }
        let lengths = sorted.iter().map(|one| one.length).collect();
        Self {
            unit,
            lengths,
            steps,
        }
    }

    /// Lengths looked at.
    pub fn n(&self) -> usize {
        self.lengths.len()
    }

    /// How many of them ended.
    pub fn ended(&self) -> usize {
        self.steps.iter().map(|step| step.ended).sum()
    }

    /// Where it falls, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The longest length seen: the curve says nothing beyond; 0 if there is none.
    pub fn longest(&self) -> u64 {
        self.lengths.last().copied().unwrap_or(0)
    }

    /// How many lasted at least so long.
    pub fn at_risk(&self, length: u64) -> usize {
        self.n() - self.lengths.partition_point(|one| *one < length)
    }

    /// The chance to last longer than `length`, with the log-log interval.
    ///
    /// *Bounds*: beyond [`Curve::longest`] it keeps its last height. `n` is all lengths.
    pub fn lasts(&self, length: u64) -> Part {
        let at = self.steps.partition_point(|step| step.at <= length);
        let step = at.checked_sub(1).map(|at| self.steps[at]);
        self.height(step, length)
    }

    /// The chance to have ended by `length`: what is left of [`Curve::lasts`].
    pub fn over_by(&self, length: u64) -> Part {
        let lasts = self.lasts(length);
        Part {
            value: 1.0 - lasts.value,
            low: 1.0 - lasts.high,
            high: 1.0 - lasts.low,
            n: lasts.n,
        }
    }

    /// The curve's height after `step` with its interval. Where nobody or everybody has ended, the
    /// log-log interval has no width; Wilson's on those still looked at then stands in.
    fn height(&self, step: Option<Step>, length: u64) -> Part {
        let survival = step.map_or(1.0, |step| step.survival);
        let Some(step) = step.filter(|step| step.survival > 0.0) else {
            let seen = step.map_or_else(|| self.at_risk(length), |step| step.at_risk);
            return Part::weighed(survival, seen as f64, self.n());
        };
        let log = ln(survival);
        let factor = exp(REACH * step.greenwood.sqrt() / -log);
        Part {
            value: survival,
            low: exp(log * factor),
            high: exp(log / factor),
            n: self.n(),
        }
    }

    /// The length that `part` of all do not exceed, by inverting the interval of the curve.
    ///
    /// *Bounds*: `part` is brought within 0 to 1.
    pub fn quantile(&self, part: f64) -> Quantile {
        let part = part.clamp(0.0, 1.0);
        let left = 1.0 - part;
        let first = |height: fn(Part) -> f64| {
            let fallen = |step: &&Step| height(self.height(Some(**step), step.at)) <= left;
            self.steps.iter().find(fallen).map(|step| step.at)
        };
        Quantile {
            part,
            length: first(|height| height.value),
            low: first(|height| height.low),
            high: first(|height| height.high),
            n: self.n(),
            ended: self.ended(),
            unit: self.unit,
        }
    }

    /// The length that half of all do not exceed.
    pub fn median(&self) -> Quantile {
        self.quantile(0.5)
    }

    /// The mean of all lengths, each counted no further than `to`: the area below the curve.
    ///
    /// *Bounds*: no further than the longest length seen; the answer says how far.
    pub fn restricted_mean(&self, to: u64) -> RestrictedMean {
        let to = to.min(self.longest());
        let within = self.steps.iter().take_while(|step| step.at < to);
        let steps: Vec<&Step> = within.collect();
        let (mut right, mut until, mut variance) = (0.0, to, 0.0);
        for step in steps.iter().rev() {
            right += step.survival * (until - step.at) as f64;
            until = step.at;
            let (risk, gone) = (step.at_risk as f64, step.ended as f64);
            if risk > gone {
                variance += right * right * gone / (risk * (risk - gone));
            }
        }
        let (value, error) = (right + until as f64, variance.sqrt());
        RestrictedMean {
            value,
            error,
            low: (value - REACH * error).max(0.0),
            high: (value + REACH * error).min(to as f64),
            to,
            n: self.n(),
            unit: self.unit,
        }
    }

    /// In plain words: how many, and how long half of them last.
    pub fn sentence(&self) -> String {
        self.median().sentence()
    }
}

impl Quantile {
    /// In plain words.
    pub fn sentence(&self) -> String {
        let counted = format!(
            "n = {}, {} of them over",
            words::number(self.n),
            words::number(self.ended)
        );
        let part = words::percent(self.part);
        let Some(length) = self.length else {
            return format!("Fewer than {part} are over so far ({counted}).");
        };
        let low = self.low.map_or("0".to_owned(), |low| self.unit.said(low));
        let high = self.high.map(|high| self.unit.said(high));
        format!(
            "{part} are over after {} ({low} to {}; {counted}).",
            self.unit.said(length),
            high.unwrap_or_else(|| "no upper end yet".to_owned())
        )
    }
}

impl RestrictedMean {
    /// In plain words.
    pub fn sentence(&self) -> String {
        let said = |length: f64| match self.unit {
            Unit::Days => format!("{length:.1} days"),
            Unit::Milliseconds => words::time(length as u64),
        };
        format!(
            "On average {} ({} to {}), counting no further than {} (n = {}).",
            said(self.value),
            said(self.low),
            said(self.high),
            self.unit.said(self.to),
            words::number(self.n)
        )
    }
}
