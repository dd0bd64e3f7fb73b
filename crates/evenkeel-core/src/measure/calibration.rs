//! What accounts really cost: factors of effort learned from the workspace's own minutes of
//! activity.
//!
//! Multiplicative factors by iteration (each level's factor times observed over expected), which is
//! a Poisson model with a log link in nothing but sums and divisions. Levels that few records are
//! at are drawn towards the factors there are. The outcome is a proposal with before and after;
//! nothing applies it, a person writes it into the policy.
//! *Source*: Bailey and Simon 1960; guide "science" section 5.

use super::jackknife::{ERRORS, GROUPS, error, group};
use crate::effort::cost::{Effort, FACTOR_MAX, FACTOR_MIN, Factor, Kind, Levels};
use crate::market::value::{Attributes, Facts, Value};
use crate::units::{Micro, ONE};
use std::collections::BTreeMap;

/// How often factors are gone over at most; they stand still long before.
pub const ROUNDS: usize = 100;
/// When no factor moves further than this in a round, they stand still.
const STILL: f64 = 1e-12;
/// Records at the present factor that every level begins with.
pub const PRIOR: f64 = 20.0;

/// One record: which level it is at in each factor, and how many minutes it took.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// By factor, in the order of the effort; `None` where it is missing or of no level.
    pub levels: Vec<Option<usize>>,
    /// Minutes of activity over the time looked at, the same for all records.
    pub minutes: f64,
}

/// Other factors, for somebody to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Records with minutes.
    pub records: usize,
    /// Minutes of a record that no factor makes heavier or lighter.
    pub minutes: f64,
    /// By factor, in the order of the effort.
    pub factors: Vec<Learned>,
    /// Part of the differences between records that factors explain now: 1 is all.
    pub explained_before: f64,
    /// The same with those proposed.
    pub explained_after: f64,
}

/// One factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// Which.
    pub kind: Kind,
    /// Its levels in order.
    pub levels: Vec<Level>,
}

/// One level of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// In words: `below 50`, `50 to 200`, `inbound`.
    pub name: String,
    /// Records at it.
    pub records: usize,
    /// The factor in force.
    pub before: f64,
    /// The one learned; the first level of a factor is 1.
    pub after: f64,
    /// Where it would be with other records like these, in 95 of 100 cases; `None` of the first
    /// level, of one without records, and where there are fewer records than groups to leave out.
    pub interval: Option<(f64, f64)>,
}

impl Effort {
    /// A record as the calibration sees it.
    pub fn sample(&self, record: &Attributes, minutes: f64) -> Sample {
        let level = |factor: &Factor| factor.levels.position(record.fact(factor.field));
        Sample {
            levels: self.factors.iter().map(level).collect(),
            minutes,
        }
    }
}

impl Levels {
    /// Position of the level of `value`.
    fn position(&self, value: Option<&Value>) -> Option<usize> {
        match (self, value) {
            (Self::Bands { cuts, .. }, Some(Value::Number(number))) => {
                Some(cuts.partition_point(|cut| cut <= number))
            }
            (Self::Words(words), Some(Value::Text(word))) => {
                words.keys().position(|one| one == word)
            }
            _ => None,
        }
    }

    /// Names and factors of all levels, in order.
    fn all(&self) -> Vec<(String, f64)> {
        match self {
            Self::Bands { cuts, factors } => {
                let name = |at: usize| match (at.checked_sub(1).map(|at| cuts[at]), cuts.get(at)) {
                    (None, Some(end)) => format!("below {end}"),
                    (Some(begin), Some(end)) => format!("{begin} to {end}"),
                    (Some(begin), None) => format!("{begin} and more"),
                    (None, None) => String::new(),
                };
                let all = factors.iter().enumerate();
                all.map(|(at, factor)| (name(at), amount(*factor)))
                    .collect()
            }
            Self::Words(words) => {
                let all = words.iter();
                all.map(|(word, factor)| (word.clone(), amount(*factor)))
                    .collect()
            }
        }
    }
}

/// Learns factors; `None` without a single minute.
///
/// *Order and ties*: the order of samples does not matter to factors beyond rounding; intervals
/// leave out groups of samples by their position.
/// *Bounds*: factors stay within what a policy may say.
pub fn learn(effort: &Effort, samples: &[Sample]) -> Option<Proposal> {
    let total: f64 = samples.iter().map(|sample| sample.minutes).sum();
    if total <= 0.0 {
        return None;
    }
    let names: Vec<Vec<(String, f64)>> =
        effort.factors.iter().map(|one| one.levels.all()).collect();
    // Compared with the first level throughout: only then is a level's factor its own.
    let relative = |levels: &Vec<(String, f64)>| {
        let first = levels[0].1;
        levels.iter().map(|(_, factor)| factor / first).collect()
    };
    let before: Vec<Vec<f64>> = names.iter().map(relative).collect();
    let mut fit = Fit::of(samples, before.clone());
    fit.settle(&before);
    let intervals = intervals(samples, &before, &fit.factors);
    let counts = |factor: usize, level: usize| {
        let at = samples.iter();
        at.filter(|sample| sample.levels[factor] == Some(level))
            .count()
    };
    let learned = |(factor, kind): (usize, Kind)| {
        let levels = names[factor].iter().enumerate();
        let level = |(level, (name, _)): (usize, &(String, f64))| Level {
            name: name.clone(),
            records: counts(factor, level),
            before: before[factor][level],
            after: fit.factors[factor][level],
            interval: intervals[factor][level].filter(|_| counts(factor, level) > 0),
        };
        Learned {
            kind,
            levels: levels.map(level).collect(),
        }
    };
    let kinds = effort.factors.iter().map(|factor| factor.kind).enumerate();
    let factors = kinds.map(learned).collect();
    Some(Proposal {
        records: samples.len(),
        minutes: fit.base(),
        factors,
        explained_before: Fit::of(samples, before).explained(),
        explained_after: fit.explained(),
    })
}

/// Around each factor: by what it is without each twentieth of the records in turn.
///
/// Of logarithms, so that both ends are factors.
fn intervals(
    samples: &[Sample],
    prior: &[Vec<f64>],
    after: &[Vec<f64>],
) -> Vec<Vec<Option<(f64, f64)>>> {
    let none = |factors: &Vec<f64>| vec![None; factors.len()];
    let mut intervals: Vec<_> = after.iter().map(none).collect();
    if samples.len() < GROUPS {
        return intervals;
    }
    let mut dealt: Vec<Vec<Sample>> = vec![Vec::new(); GROUPS];
    for (at, sample) in samples.iter().enumerate() {
        dealt[group(at as u64)].push(sample.clone());
    }
    let parts: Vec<Fit> = dealt
        .iter()
        .map(|part| Fit::of(part, prior.to_vec()))
        .collect();
    let without = |left: usize| {
        let mut fit = Fit::of(&[], prior.to_vec());
        let others = parts.iter().enumerate().filter(|(at, _)| *at != left);
        others.for_each(|(_, part)| fit.join(part));
        (fit.all.minutes > 0.0).then(|| {
            fit.settle(prior);
            fit.factors
        })
    };
    // A group with all the minutes there are: nothing can be said of the rest.
    let Some(fits) = (0..GROUPS).map(without).collect::<Option<Vec<_>>>() else {
        return intervals;
    };
    for (factor, levels) in after.iter().enumerate() {
        for (level, &after) in levels.iter().enumerate().skip(1) {
            let logs = fits.iter().map(|fit| fit[factor][level].ln());
            let logs: Vec<f64> = logs.collect();
            let reach = (ERRORS * error(&logs)).exp();
            intervals[factor][level] = Some((after / reach, after * reach));
        }
    }
    intervals
}

impl Proposal {
    /// The levels as a policy would say them: the first of each factor as it is, the others beside
    /// it as learned, to two places.
    pub fn levels(&self, effort: &Effort) -> Vec<(Kind, Levels)> {
        let both = effort.factors.iter().zip(&self.factors);
        let said = both.map(|(factor, learned)| {
            let first = factor.levels.all()[0].1;
            let said = learned.levels.iter().map(|level| {
                let cents = (level.after * first * 100.0).round() as i64;
                Micro(cents * ONE.0 / 100).clamp(FACTOR_MIN, FACTOR_MAX)
            });
            let levels = match &factor.levels {
                Levels::Bands { cuts, .. } => Levels::Bands {
                    cuts: cuts.clone(),
                    factors: said.collect(),
                },
                Levels::Words(words) => Levels::Words(words.keys().cloned().zip(said).collect()),
            };
            (factor.kind, levels)
        });
        said.collect()
    }
}

/// Records that are alike by all factors: how many, their minutes, and those squared.
#[derive(Clone, Copy, Default)]
struct Cell {
    count: f64,
    minutes: f64,
    squares: f64,
}

impl Cell {
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.minutes += other.minutes;
        self.squares += other.squares;
    }
}

/// Factors on the way.
struct Fit {
    cells: BTreeMap<Vec<Option<usize>>, Cell>,
    /// All records in one.
    all: Cell,
    factors: Vec<Vec<f64>>,
}

impl Fit {
    fn of(samples: &[Sample], factors: Vec<Vec<f64>>) -> Self {
        let mut cells: BTreeMap<_, Cell> = BTreeMap::new();
        let mut all = Cell::default();
        for sample in samples {
            let cell = cells.entry(sample.levels.clone()).or_default();
            for cell in [cell, &mut all] {
                cell.count += 1.0;
                cell.minutes += sample.minutes;
                cell.squares += sample.minutes * sample.minutes;
            }
        }
        Self {
            cells,
            all,
            factors,
        }
    }

    /// Takes in the records of another.
    fn join(&mut self, other: &Self) {
        for (levels, cell) in &other.cells {
            self.cells.entry(levels.clone()).or_default().add(cell);
        }
        self.all.add(&other.all);
    }

    /// What the factors say of such records, beside one that they leave alone.
    fn weight(&self, levels: &[Option<usize>]) -> f64 {
        let levels = levels.iter().zip(&self.factors);
        levels
            .filter_map(|(level, factors)| Some(factors[(*level)?]))
            .product()
    }

    /// Minutes of a record that the factors leave alone.
    fn base(&self) -> f64 {
        let cells = self.cells.iter();
        let weights: f64 = cells
            .map(|(levels, cell)| cell.count * self.weight(levels))
            .sum();
        self.all.minutes / weights
    }

    /// Goes over all factors until they stand still.
    fn settle(&mut self, prior: &[Vec<f64>]) {
        for _ in 0..ROUNDS {
            let before = self.factors.clone();
            for (factor, prior) in prior.iter().enumerate() {
                self.improve(factor, prior);
            }
            let pairs = before.iter().flatten().zip(self.factors.iter().flatten());
            if pairs
                .map(|(old, new)| (old - new).abs())
                .fold(0.0, f64::max)
                < STILL
            {
                break;
            }
        }
    }

    /// One factor anew: each level times observed over expected, drawn towards what it was.
    fn improve(&mut self, factor: usize, prior: &[f64]) {
        let base = self.base();
        let mut observed = vec![0.0; prior.len()];
        let mut expected = vec![0.0; prior.len()];
        for (levels, cell) in &self.cells {
            if let Some(level) = levels[factor] {
                observed[level] += cell.minutes;
                let others = self.weight(levels) / self.factors[factor][level];
                expected[level] += cell.count * base * others;
            }
        }
        let drawn = PRIOR * self.all.minutes / self.all.count;
        let level =
            |level: usize| (observed[level] + drawn * prior[level]) / (expected[level] + drawn);
        let mut after: Vec<f64> = (0..prior.len()).map(level).collect();
        let first = after[0];
        let (least, most) = (amount(FACTOR_MIN), amount(FACTOR_MAX));
        for level in &mut after {
            *level = (*level / first).clamp(least, most);
        }
        self.factors[factor] = after;
    }

    /// Part of the squared differences from the mean that the factors explain.
    fn explained(&self) -> f64 {
        let base = self.base();
        let left = self.cells.iter().map(|(levels, cell)| {
            let expected = base * self.weight(levels);
            cell.squares - 2.0 * expected * cell.minutes + cell.count * expected * expected
        });
        let all = self.all.squares - self.all.minutes * self.all.minutes / self.all.count;
        if all > 0.0 {
            1.0 - left.sum::<f64>() / all
        } else {
            0.0
        }
    }
}

fn amount(factor: Micro) -> f64 {
    factor.0 as f64 / ONE.0 as f64
}
