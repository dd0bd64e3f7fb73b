//! How many came to what, by when, when not everybody has been watched long enough.
//!
//! Everybody is at risk until something happened or until today. With one cause this is one less
//! the Kaplan-Meier curve; with several (worked, disqualified, self-sourced) each takes its part
//! and the parts add up with those still waiting: the Aalen-Johansen estimator. Deliberately no
//! model of the curve's shape.
//! *Source*: Aalen and Johansen 1978; the variance as in Marubini and Valsecchi 1995, 10.2.

use super::figure::{Figure, Interval};
use super::logarithm::{exp, ln};
use super::proportion::Tally;
use super::special::Z_95;
use crate::time::Span;

/// What happened up to each moment, for `K` causes.
#[derive(Clone, Debug, PartialEq)]
pub struct Incidence<const K: usize> {
    steps: Vec<Step<K>>,
    /// How long each was watched, ascending.
    watches: Vec<Span>,
}

/// One moment at which something happened.
#[derive(Clone, Debug, PartialEq)]
struct Step<const K: usize> {
    after: Span,
    at_risk: f64,
    happened: [f64; K],
    /// Share still waiting just before.
    before: f64,
    /// Share that came to each cause, this moment included.
    share: [f64; K],
}

impl<const K: usize> Incidence<K> {
    /// From how long each was watched, and what ended it; `None` is still waiting.
    ///
    /// *Order and ties*: who is watched until a moment is still at risk in it.
    /// *Bounds*: causes are below `K`; others count as still waiting.
    pub fn of(watched: impl IntoIterator<Item = (Span, Option<usize>)>) -> Self {
        let mut all: Vec<(Span, Option<usize>)> = watched.into_iter().collect();
        all.sort();
        let count = all.len();
        let mut steps: Vec<Step<K>> = Vec::new();
        let (mut waiting, mut share) = (1.0, [0.0; K]);
        let mut at = 0;
        while at < count {
            let after = all[at].0;
            let same = all[at..].iter().take_while(|one| one.0 == after).count();
            let mut happened = [0.0; K];
            for cause in all[at..at + same].iter().filter_map(|one| one.1) {
                if let Some(sum) = happened.get_mut(cause) {
                    *sum += 1.0;
                }
            }
            let ended: f64 = happened.iter().sum();
            if ended > 0.0 {
                let (at_risk, before) = ((count - at) as f64, waiting);
                for (share, happened) in share.iter_mut().zip(happened) {
                    *share += before * happened / at_risk;
                }
                waiting = before * (1.0 - ended / at_risk);
                steps.push(Step {
                    after,
                    at_risk,
                    happened,
                    before,
                    share,
                });
            }
            at += same;
        }
        Self {
            steps,
            watches: all.into_iter().map(|one| one.0).collect(),
        }
    }

    /// How many were watched.
    pub fn watched(&self) -> usize {
        self.watches.len()
    }

    /// How many were watched for at least so long.
    pub fn at_risk(&self, after: Span) -> usize {
        self.watches.len() - self.watches.partition_point(|one| *one < after)
    }

    /// Share that came to `cause` within `after`.
    pub fn share(&self, cause: usize, after: Span) -> f64 {
        let known = self.steps.partition_point(|step| step.after <= after);
        known
            .checked_sub(1)
            .map_or(0.0, |last| self.steps[last].share[cause])
    }

    /// The first moment by which `share` had come to `cause`.
    pub fn when(&self, cause: usize, share: f64) -> Option<Span> {
        let step = self.steps.iter().find(|step| step.share[cause] >= share)?;
        Some(step.after)
    }

    /// [`Incidence::share`] with an interval; `None` beyond what anybody was watched.
    ///
    /// *Units*: n is all that were watched, however short.
    /// *Bounds*: the interval is normal on the scale of log(−log); without any event, or with
    /// nothing but events, the exact binomial one of those at risk.
    pub fn figure(&self, cause: usize, after: Span) -> Option<Figure> {
        (self.at_risk(after) > 0).then(|| self.known(cause, after))?
    }

    /// [`Incidence::figure`] where the caller knows that records were watched until `after`, even
    /// if something has happened to all of them by then; `None` without any record.
    pub fn known(&self, cause: usize, after: Span) -> Option<Figure> {
        if self.watches.is_empty() {
            return None;
        }
        let value = self.share(cause, after);
        let known = self.steps.partition_point(|step| step.after <= after);
        let spread = self
            .variance(cause, &self.steps[..known], value)
            .max(0.0)
            .sqrt();
        let interval = match value {
            value if value > 0.0 && value < 1.0 && spread > 0.0 => {
                let log = ln(1.0 - value);
                let reach = exp(Z_95 * spread / ((1.0 - value) * -log));
                Interval {
                    low: 1.0 - exp(log / reach),
                    high: 1.0 - exp(log * reach),
                }
            }
            _ => {
                let n = self.at_risk(after).max(1) as f64;
                Tally::of(value * n, n).exact()
            }
        };
        Some(Figure {
            value,
            interval,
            n: self.watches.len() as f64,
        })
    }

    fn variance(&self, cause: usize, steps: &[Step<K>], value: f64) -> f64 {
        let part = |step: &Step<K>| {
            let (n, mine, s) = (step.at_risk, step.happened[cause], step.before);
            let all: f64 = step.happened.iter().sum();
            let left = value - step.share[cause];
            let waiting = match n > all {
                true => left * left * all / (n * (n - all)),
                false => 0.0,
            };
            waiting + s * s * mine * (n - mine) / (n * n * n) - 2.0 * left * s * mine / (n * n)
        };
        steps.iter().map(part).sum()
    }
}
