//! What another way to deal would have won, from the leads that were dealt.
//!
//! A lead that the other way would give to the same rep more often than this one counts for more,
//! one that it would give less often for less. For that one must know how often this way gives a
//! lead to each rep: over many deals again with fresh draws, each lead's marginal chance. The
//! chance that was logged with the verdict depends on who got the leads before and is zero for a
//! third of the reps; weighed by it, the answer is wrong however many leads there are.
//!
//! Three estimates stand side by side. Refused is what the past cannot tell: too few leads that
//! count, reps who never could get such leads, and loads that would change so far that the rep
//! would be another.
//! Deliberately knows nothing of capacity: leads beyond it go cold, which no weighting sees.
//! *Source*: guide "science" section 9; Horvitz and Thompson 1952; Swaminathan and Joachims 2015;
//! Dudík, Langford and Li 2011; Chernozhukov et al. 2018 (cross-fitting).

use super::figure::{Figure, Interval, count, percent};
use super::proportion::Tally;
use super::special::Z_95;
use super::unknown::Unknown;

/// Effective leads it takes.
pub const ESS_MIN: f64 = 50.0;
/// Most that a rep's load may change, of what it was.
pub const SHIFT_MAX: f64 = 0.3;
/// Most of the leads that may go to reps who never got such leads.
pub const UNSEEN_MAX: f64 = 0.01;
/// Replays by either policy that chances take.
pub const REPLAYS_MIN: usize = 20;
/// Parts of the leads; a part is foretold from the others.
const FOLDS: usize = 5;
/// Leads at the segment's rate that a rep begins with in a segment.
const PRIOR: f64 = 20.0;

/// One lead as it was dealt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Who got it, by place.
    pub picked: usize,
    /// Whether it was won within the horizon.
    pub won: bool,
    /// Its segment, by the caller's numbers from 0.
    pub segment: usize,
}

/// What the other way would have won, in wins per lead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffPolicy {
    /// What there was.
    pub now: Figure,
    /// Weighed leads over all leads.
    pub ips: Figure,
    /// Weighed leads over their weights.
    pub snips: Figure,
    /// Foretold by rep and segment, corrected by what was weighed: the one to show.
    pub dr: Figure,
    /// How many equally weighed leads say as much.
    pub ess: f64,
    /// The largest change of a rep's load, of what it was.
    pub shift: f64,
    /// Share of leads that would go to reps who never got such a lead.
    pub unseen: f64,
}

impl OffPolicy {
    /// In words.
    pub fn sentence(&self) -> String {
        let known = match self.dr.interval.holds(self.now.value) {
            true => "which is not known to differ from",
            false => "against",
        };
        format!(
            "Dealt that way, {} of the leads would have been won, {known} {} now ({}, which say as \
             much as {} dealt that way).",
            self.dr.as_percent(),
            percent(self.now.value),
            count(self.now.n, "lead"),
            count(self.ess, "lead")
        )
    }
}

/// Marginal chances from how often each rep got each lead over so many deals again.
///
/// *Bounds*: the deal there was does not count among them, or its rep would seem likelier.
pub fn marginals(counts: &[Vec<u32>], deals: u32) -> Vec<Vec<f64>> {
    let share = |count: &u32| f64::from(*count) / f64::from(deals.max(1));
    counts
        .iter()
        .map(|row| row.iter().map(share).collect())
        .collect()
}

/// Whether so many replays by either policy make chances.
///
/// *Refuses*: [`Unknown::TooFew`] below [`REPLAYS_MIN`].
pub fn enough(replays: usize) -> Result<(), Unknown> {
    match replays >= REPLAYS_MIN {
        true => Ok(()),
        false => Err(Unknown::TooFew {
            n: replays as f64,
            needed: REPLAYS_MIN as f64,
            what: "replay",
        }),
    }
}

/// The largest change of a rep's load, of what it was: loads by rep, both over as many replays.
///
/// *Refuses*: [`Unknown::LoadShift`] beyond [`SHIFT_MAX`], without limit for a rep who had nothing.
pub fn load_shift(was: &[u64], would: &[u64]) -> Result<f64, Unknown> {
    let shifts = was.iter().zip(would).map(|(was, would)| {
        let (was, would) = (*was as f64, *would as f64);
        match was > 0.0 {
            true => (would / was - 1.0).abs(),
            false if would > 0.0 => f64::INFINITY,
            false => 0.0,
        }
    });
    let shift = shifts.fold(0.0, f64::max);
    match shift > SHIFT_MAX {
        true => Err(Unknown::LoadShift {
            shift,
            most: SHIFT_MAX,
        }),
        false => Ok(shift),
    }
}

/// What the other way would have won, where the past can tell. `chances` are the marginal chances
/// under which leads were dealt, `target` those of the other way; both by lead and rep.
///
/// *Refuses*: [`Unknown::Nothing`]; [`Unknown::NothingToCompare`] when lists differ in length;
/// [`Unknown::Unseen`]; [`Unknown::LoadShift`]; [`Unknown::TooFew`] effective leads.
pub fn evaluate(
    logged: &[Logged],
    chances: &[Vec<f64>],
    target: &[Vec<f64>],
) -> Result<OffPolicy, Unknown> {
    let told = estimates(logged, chances, target)?;
    if told.unseen > UNSEEN_MAX {
        return Err(Unknown::Unseen { share: told.unseen });
    }
    if told.shift > SHIFT_MAX {
        return Err(Unknown::LoadShift {
            shift: told.shift,
            most: SHIFT_MAX,
        });
    }
    if told.ess < ESS_MIN {
        return Err(Unknown::TooFew {
            n: told.ess,
            needed: ESS_MIN,
            what: "effective lead",
        });
    }
    Ok(told)
}

/// The estimates, whether or not they can be trusted: [`evaluate`] says.
///
/// *Refuses*: [`Unknown::Nothing`], [`Unknown::NothingToCompare`].
pub fn estimates(
    logged: &[Logged],
    chances: &[Vec<f64>],
    target: &[Vec<f64>],
) -> Result<OffPolicy, Unknown> {
    let reps = target.first().map_or(0, Vec::len);
    if logged.is_empty() || reps == 0 {
        return Err(Unknown::Nothing);
    }
    let rows = chances.iter().chain(target);
    let same = chances.len() == logged.len() && target.len() == logged.len();
    if !same
        || rows.clone().any(|row| row.len() != reps)
        || logged.iter().any(|one| one.picked >= reps)
    {
        return Err(Unknown::NothingToCompare);
    }
    let n = logged.len() as f64;
    let won = |one: &Logged| f64::from(u8::from(one.won));
    let weights: Vec<f64> = logged
        .iter()
        .zip(chances.iter().zip(target))
        .map(|(one, (chances, target))| match chances[one.picked] > 0.0 {
            true => target[one.picked] / chances[one.picked],
            false => 0.0,
        })
        .collect();
    let (all, square) = weights
        .iter()
        .fold((0.0, 0.0), |(sum, square), w| (sum + w, square + w * w));
    let weighed: Vec<f64> = logged
        .iter()
        .zip(&weights)
        .map(|(one, w)| w * won(one))
        .collect();
    let value = weighed.iter().sum::<f64>() / all.max(f64::MIN_POSITIVE);
    let apart = logged
        .iter()
        .zip(&weights)
        .map(|(one, w)| w * w * (won(one) - value) * (won(one) - value));
    let reach = Z_95 * apart.sum::<f64>().sqrt() / all.max(f64::MIN_POSITIVE);
    let now = Tally::of(logged.iter().map(won).sum(), n);
    Ok(OffPolicy {
        now: now.figure(),
        ips: mean(&weighed),
        snips: Figure {
            value,
            interval: Interval {
                low: value - reach,
                high: value + reach,
            },
            n,
        },
        dr: mean(&corrected(logged, &weights, target, reps)),
        ess: if square > 0.0 {
            all * all / square
        } else {
            0.0
        },
        shift: shift(chances, target, reps),
        unseen: unseen(chances, target),
    })
}

/// Each lead's foretold outcome under the target, corrected by the weighed error of the
/// foretelling.
fn corrected(logged: &[Logged], weights: &[f64], target: &[Vec<f64>], reps: usize) -> Vec<f64> {
    let segments = logged.iter().map(|one| one.segment + 1).max().unwrap_or(1);
    let means: Vec<Vec<f64>> = (0..FOLDS)
        .map(|fold| means(logged, fold, reps, segments))
        .collect();
    let lead = |(at, one): (usize, &Logged)| {
        let foretold = |rep: usize| means[at % FOLDS][one.segment * reps + rep];
        let under: f64 = (0..reps).map(|rep| target[at][rep] * foretold(rep)).sum();
        under + weights[at] * (f64::from(u8::from(one.won)) - foretold(one.picked))
    };
    logged.iter().enumerate().map(lead).collect()
}

/// The rate of each rep in each segment, drawn towards the segment's, from all leads but a part.
fn means(logged: &[Logged], fold: usize, reps: usize, segments: usize) -> Vec<f64> {
    let mut cells = vec![Tally::default(); reps * segments];
    for (_, one) in logged
        .iter()
        .enumerate()
        .filter(|(at, _)| at % FOLDS != fold)
    {
        let cell = &mut cells[one.segment * reps + one.picked];
        cell.trials += 1.0;
        cell.wins += f64::from(u8::from(one.won));
    }
    let all: Tally = cells.iter().copied().sum();
    let drawn = |one: Tally, towards: f64| (one.wins + PRIOR * towards) / (one.trials + PRIOR);
    let segment = |row: &[Tally]| -> Vec<f64> {
        let rate = drawn(row.iter().copied().sum(), all.rate());
        row.iter().map(|cell| drawn(*cell, rate)).collect()
    };
    cells.chunks(reps).flat_map(segment).collect()
}

fn mean(values: &[f64]) -> Figure {
    let n = values.len() as f64;
    let value = values.iter().sum::<f64>() / n;
    let square: f64 = values.iter().map(|one| (one - value) * (one - value)).sum();
    let reach = Z_95 * (square / (n - 1.0).max(1.0) / n).sqrt();
    Figure {
        value,
        interval: Interval {
            low: value - reach,
            high: value + reach,
        },
        n,
    }
}

fn shift(chances: &[Vec<f64>], target: &[Vec<f64>], reps: usize) -> f64 {
    let load = |rows: &[Vec<f64>], rep: usize| rows.iter().map(|row| row[rep]).sum::<f64>();
    let shifts = (0..reps).map(|rep| {
        let (was, is) = (load(chances, rep), load(target, rep));
        match was > 0.0 {
            true => (is / was - 1.0).abs(),
            false if is > 0.0 => f64::INFINITY,
            false => 0.0,
        }
    });
    shifts.fold(0.0, f64::max)
}

fn unseen(chances: &[Vec<f64>], target: &[Vec<f64>]) -> f64 {
    let rows = chances.iter().zip(target);
    let none = rows.flat_map(|(chances, target)| {
        chances
            .iter()
            .zip(target)
            .filter(|(chance, _)| **chance <= 0.0)
            .map(|(_, share)| *share)
    });
    none.sum::<f64>() / target.len() as f64
}
