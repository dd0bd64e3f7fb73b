//! Whether a change worked, from pods that began with it at different times.
//!
//! In each period pods that have begun are compared with pods that have not, so that season, market
//! and everything else that happens to all of them drops out. Which pod began when was dealt at
//! random, so the chance of such a difference without any effect is counted, not modeled
//! ([`crate::measure::permutation`]). The interval holds every effect that would not be rejected.
//!
//! The same count, asked of units of which some happened to change, is difference in differences:
//! weaker, because who changed was not random. Deliberately knows nothing of what was changed.
//! *Source*: guide "science" section 9; Wing et al. 2024 on stepped rollouts.

use super::figure::{Figure, Interval, number};
use super::permutation::{Arrangements, ways};
use super::unknown::Unknown;
use super::words;
use crate::draw::DrawKey;

/// An effect is out of the interval at this chance or less.
const TAIL: f64 = 0.05;
/// Arrangements it takes until a chance of 5 % can come out at all.
const WAYS_MIN: u64 = 20;
/// A pod that never begins.
const NEVER: usize = usize::MAX;
/// Doublings and halvings on the way to an end of the interval.
const STEPS: u32 = 40;

/// One pod, or any unit, over all periods.
#[derive(Clone, Debug, PartialEq)]
pub struct Pod {
    /// The first period with the change; `None` if it has not begun.
    pub begins: Option<usize>,
    /// What is compared, in every period.
    pub outcomes: Vec<f64>,
}

/// How much a difference may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Who began when was dealt at random.
    Randomized,
    /// Others who did not change were compared with, but who changed was not random.
    Compared,
    /// Nothing was compared with but the time before.
    Suggestive,
}

impl Ground {
    /// What to add to a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Randomized => "Who began when was dealt at random, so this is evidence.",
            Self::Compared => {
                "Who changed was not dealt at random, so this is weaker than a random rollout."
            }
            Self::Suggestive => {
                "This is suggestive and no evidence: whatever else changed is in it."
            }
        }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The mean difference, with every effect that cannot be ruled out; n is the pods.
    pub size: Figure,
    /// The chance of a difference like this without any effect.
    pub p: f64,
    /// How many arrangements were looked at.
    pub arrangements: usize,
    /// Whether these were all.
    pub exact: bool,
    /// Periods in which pods that had begun stood beside others.
    pub periods: usize,
    /// What it rests on.
    pub ground: Ground,
}

impl Effect {
    /// In words; `what` is compared: `close rate`.
    pub fn sentence(&self, what: &str) -> String {
        let (size, ways) = (self.size, self.arrangements);
        let known = match self.p <= TAIL {
            true => "changed",
            false => "is not known to have changed",
        };
        let how = if self.exact { "all" } else { "drawn" };
        format!(
            "The {what} {known}: by {} in {:.0} pods over {}; without an effect such a \
             difference comes up in {} of 100 arrangements ({how} {ways}). {}",
            size.as_number(),
            size.n,
            words::count(self.periods, "period"),
            number(self.p * 100.0),
            self.ground.words()
        )
    }
}

/// The effect of a staged rollout whose starts were dealt over the pods at random.
///
/// *Bounds*: pods are compared over the periods that all of them have.
/// *Refuses*: [`Unknown::NothingToCompare`] when in no period some have begun and others have not;
/// [`Unknown::TooFew`] when there are fewer than 20 ways to arrange the starts.
pub fn staged(pods: &[Pod], key: &DrawKey) -> Result<Effect, Unknown> {
    effect(pods, key, Ground::Randomized)
}

/// Difference in differences: `(changed, before, after)` of each unit.
///
/// *Refuses*: as [`staged`].
pub fn differences(units: &[(bool, f64, f64)], key: &DrawKey) -> Result<Effect, Unknown> {
    let pods: Vec<Pod> = units
        .iter()
        .map(|(changed, before, after)| Pod {
            begins: changed.then_some(1),
            outcomes: vec![*before, *after],
        })
        .collect();
    effect(&pods, key, Ground::Compared)
}

fn effect(pods: &[Pod], key: &DrawKey, ground: Ground) -> Result<Effect, Unknown> {
    let periods = pods.iter().map(|pod| pod.outcomes.len()).min().unwrap_or(0);
    let begins: Vec<usize> = pods.iter().map(|pod| pod.begins.unwrap_or(NEVER)).collect();
    let weights = weights(&begins, periods);
    if weights.iter().all(|weight| *weight == 0.0) {
        return Err(Unknown::NothingToCompare);
    }
    let possible = ways(&begins);
    if possible < WAYS_MIN {
        return Err(Unknown::TooFew {
            n: possible as f64,
            needed: WAYS_MIN as f64,
            what: "way to arrange the pod",
        });
    }
    let base = begins.iter().copied().min().unwrap_or(0);
    let outcomes: Vec<Vec<f64>> = pods
        .iter()
        .map(|pod| adjusted(pod, base, periods))
        .collect();
    let changed: Vec<Vec<f64>> = begins
        .iter()
        .map(|begins| {
            (0..periods)
                .map(|at| f64::from(u8::from(at >= *begins)))
                .collect()
        })
        .collect();
    let arrangements = Arrangements::of(&begins, key);
    // An effect of `d` adds `d` times the second to the first.
    let figures: Vec<(f64, f64)> = {
        let (outcomes, changed) = (
            Parts::of(&outcomes, &begins, &weights),
            Parts::of(&changed, &begins, &weights),
        );
        let both = |labels: &Vec<usize>| (outcomes.difference(labels), changed.difference(labels));
        arrangements.all.iter().map(both).collect()
    };
    let p = |effect: f64| Arrangements::p(figures.iter().map(|(a, b)| a - effect * b));
    let value = figures[0].0;
    Ok(Effect {
        size: Figure {
            value,
            interval: Interval {
                low: end(value, -1.0, &p, &figures),
                high: end(value, 1.0, &p, &figures),
            },
            n: pods.len() as f64,
        },
        p: p(0.0),
        arrangements: arrangements.all.len(),
        exact: arrangements.exact,
        periods: weights.iter().filter(|weight| **weight > 0.0).count(),
        ground,
    })
}

/// How much each period tells: the more the more evenly pods are split in it. The same for every
/// arrangement, as the number that have begun is.
fn weights(begins: &[usize], periods: usize) -> Vec<f64> {
    let count = begins.len() as f64;
    (0..periods)
        .map(|at| {
            let begun = begins.iter().filter(|begins| **begins <= at).count() as f64;
            begun * (count - begun) / count.max(1.0)
        })
        .collect()
}

/// A pod's outcomes, less their mean before any pod began.
fn adjusted(pod: &Pod, base: usize, periods: usize) -> Vec<f64> {
    let before = &pod.outcomes[..base.min(periods)];
    let mean = match before.is_empty() {
        true => 0.0,
        false => before.iter().sum::<f64>() / before.len() as f64,
    };
    pod.outcomes[..periods]
        .iter()
        .map(|outcome| outcome - mean)
        .collect()
}

/// What each pod adds to the difference, for each period in which it might have begun; so that an
/// arrangement costs one addition a pod.
struct Parts {
    begins: Vec<usize>,
    /// By pod, in the order of `begins`.
    parts: Vec<Vec<f64>>,
}

impl Parts {
    fn of(values: &[Vec<f64>], begins: &[usize], weights: &[f64]) -> Self {
        let mut sorted = begins.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let all: f64 = weights.iter().sum();
        let share = |at: usize| {
            let begun = begins.iter().filter(|begins| **begins <= at).count() as f64;
            let others = begins.len() as f64 - begun;
            let weight = weights[at] / all;
            match weight > 0.0 {
                true => (weight / begun, weight / others),
                false => (0.0, 0.0),
            }
        };
        let shares: Vec<(f64, f64)> = (0..weights.len()).map(share).collect();
        let part = |pod: &Vec<f64>, begins: usize| -> f64 {
            let periods = pod.iter().zip(&shares).enumerate();
            periods
                .map(|(at, (value, (begun, others)))| match at >= begins {
                    true => value * begun,
                    false => -value * others,
                })
                .sum()
        };
        let parts = |pod: &Vec<f64>| sorted.iter().map(|begins| part(pod, *begins)).collect();
        Self {
            parts: values.iter().map(parts).collect(),
            begins: sorted,
        }
    }

    /// The weighted mean over periods of begun pods less the others.
    fn difference(&self, labels: &[usize]) -> f64 {
        let place = |label: &usize| self.begins.binary_search(label).unwrap_or(0);
        self.parts
            .iter()
            .zip(labels)
            .map(|(parts, label)| parts[place(label)])
            .sum()
    }
}

/// The end of the interval on one side: where effects begin to be rejected.
fn end(value: f64, side: f64, p: &dyn Fn(f64) -> f64, figures: &[(f64, f64)]) -> f64 {
    let spread = figures.iter().map(|(a, _)| a.abs()).fold(0.0, f64::max);
    let mut reach = spread.max(1e-9) / 8.0;
    for _ in 0..STEPS {
        if p(value + side * reach) <= TAIL {
            let (mut inside, mut outside) = (0.0, reach);
            for _ in 0..STEPS {
                let middle = (inside + outside) / 2.0;
                match p(value + side * middle) <= TAIL {
                    true => outside = middle,
                    false => inside = middle,
                }
            }
            return value + side * outside;
        }
        reach *= 2.0;
    }
    side * f64::INFINITY
}
