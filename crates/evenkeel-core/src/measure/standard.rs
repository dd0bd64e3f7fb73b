//! Wins against what the same leads would have brought to the team: for leads that were not dealt
//! at random.
//!
//! Leads are put into cells (size, source, quarter: whoever asks says which); each cell has the
//! rate of all reps together, and a rep's expected wins are the sum over the own leads. Wins over
//! expected is 1 for a rep who closes like the team does on such leads. What chance alone does to
//! it is the Poisson-binomial distribution of the wins, worked out exactly.
//!
//! Deliberately never evidence about a rep: what the cells do not hold (who was given the warm
//! ones) stays in it. It is shown, and only its direction is used.
//! *Source*: guide "science" section 3 (e); Spiegelhalter 2005 (funnel plots).

use super::figure::{Figure, Interval, count, number};
use super::logarithm::exp;
use super::proportion::Tally;
use super::special::root;

const TAIL: f64 = 0.025;
/// Most leads of a rep whose distribution is worked out; beyond it, cells are scaled down together.
pub const LEADS_MAX: f64 = 20_000.0;

/// One rep's wins against the expected ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardized {
    /// Wins over expected wins, with an exact 95 % interval; n is the rep's leads.
    pub ratio: Figure,
    /// Wins.
    pub wins: f64,
    /// Wins the team's rates would bring on the same leads.
    pub expected: f64,
    /// Where 95 % of reps like the team would be.
    pub funnel: Interval,
}

impl Standardized {
    /// In words.
    pub fn sentence(&self, name: &str) -> String {
        let place = match self.funnel.holds(self.ratio.value) {
            true => "within what chance alone does",
            false => "outside what chance alone does",
        };
        format!(
            "{name} won {} where the team's rates on such leads give {}: {} times as many, {place} \
             ({} to {}; {}). The leads were not dealt at random, so this is not comparable.",
            number(self.wins),
            number(self.expected),
            number(self.ratio.value),
            number(self.funnel.low),
            number(self.funnel.high),
            count(self.ratio.n, "lead")
        )
    }
}

/// Every rep's wins against the expected ones; `cells[rep][cell]` are whole counts, and all reps
/// have the same cells.
///
/// *Bounds*: `None` for a rep of whom nothing is expected: no leads, or none in a cell where
/// anybody won.
pub fn standardize(cells: &[Vec<Tally>]) -> Vec<Option<Standardized>> {
    let width = cells.iter().map(Vec::len).max().unwrap_or(0);
    let rates: Vec<f64> = (0..width)
        .map(|cell| {
            cells
                .iter()
                .filter_map(|rep| rep.get(cell))
                .copied()
                .sum::<Tally>()
                .rate()
        })
        .collect();
    cells.iter().map(|rep| one(rep, &rates)).collect()
}

fn one(cells: &[Tally], rates: &[f64]) -> Option<Standardized> {
    let all: Tally = cells.iter().copied().sum();
    let expected: f64 = cells
        .iter()
        .zip(rates)
        .map(|(cell, rate)| cell.trials * rate)
        .sum();
    if expected <= 0.0 {
        return None;
    }
    let shrink = (LEADS_MAX / all.trials).min(1.0);
    let groups: Vec<(f64, f64)> = cells
        .iter()
        .zip(rates)
        .map(|(cell, rate)| ((cell.trials * shrink).round(), *rate))
        .collect();
    let wins = (all.wins * shrink).round() as usize;
    let likelihood = wins_of(&groups, 1.0);
    let funnel = Interval {
        low: reached(&likelihood, TAIL) as f64,
        high: reached(&likelihood, 1.0 - TAIL) as f64,
    };
    let over = 1.0 / (expected * shrink);
    Some(Standardized {
        ratio: Figure {
            value: all.wins / expected,
            interval: exact(&groups, wins).times(over),
            n: all.trials,
        },
        wins: all.wins,
        expected,
        funnel: funnel.times(over),
    })
}

/// The expected wins at which the odds of every lead, changed alike, would leave 2.5 % on either
/// side of the wins there were.
fn exact(groups: &[(f64, f64)], wins: usize) -> Interval {
    let expected = |odds: f64| {
        groups
            .iter()
            .map(|(n, p)| n * shifted(*p, odds))
            .sum::<f64>()
    };
    let at_most = |odds: f64, wins: usize| -> f64 {
        let chances = wins_of(groups, odds);
        chances.iter().take(wins + 1).sum()
    };
    let possible = groups
        .iter()
        .filter(|(_, p)| *p > 0.0)
        .map(|(n, _)| n)
        .sum::<f64>();
    // On the scale of doublings: from a 4096th of the odds to 4096 times.
    let odds = |power: f64| exp(power * std::f64::consts::LN_2);
    let low = match wins {
        0 => 0.0,
        wins => expected(odds(root(-12.0, 12.0, 24, |power| {
            1.0 - at_most(odds(power), wins - 1) - TAIL
        }))),
    };
    let high = match wins as f64 >= possible {
        true => possible,
        false => expected(odds(root(-12.0, 12.0, 24, |power| {
            TAIL - at_most(odds(power), wins)
        }))),
    };
    Interval { low, high }
}

fn shifted(p: f64, odds: f64) -> f64 {
    odds * p / (1.0 - p + odds * p)
}

/// The chances of 0, 1, 2, … wins of groups of so many leads at such a rate.
fn wins_of(groups: &[(f64, f64)], odds: f64) -> Vec<f64> {
    let (mut chances, mut first) = (vec![1.0], 0);
    for (leads, rate) in groups {
        let p = shifted(*rate, odds);
        if p <= 0.0 {
            continue;
        }
        for _ in 0..*leads as usize {
            add(&mut chances, &mut first, p);
        }
    }
    chances
}

/// One more lead, won with chance `p`. What is too unlikely to matter at the end is cut off, and
/// before the first that matters it is left at nothing.
fn add(chances: &mut Vec<f64>, first: &mut usize, p: f64) {
    chances.push(0.0);
    for at in (*first + 1..chances.len()).rev() {
        chances[at] = chances[at] * (1.0 - p) + chances[at - 1] * p;
    }
    chances[*first] *= 1.0 - p;
    while chances[*first] < 1e-18 && *first + 2 < chances.len() {
        chances[*first] = 0.0;
        *first += 1;
    }
    while chances.len() > 2 && chances.last().is_some_and(|last| *last < 1e-18) {
        chances.pop();
    }
}

/// The fewest wins whose chance, fewer included, reaches `share`.
fn reached(chances: &[f64], share: f64) -> usize {
    let mut sum = 0.0;
    let at = chances.iter().position(|chance| {
        sum += chance;
        sum >= share
    });
    at.unwrap_or(chances.len().saturating_sub(1))
}
