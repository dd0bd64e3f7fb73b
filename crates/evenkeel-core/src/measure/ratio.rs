//! How many times as often a rep wins as whoever else would have got the same leads, with an
//! interval that holds however often one looks.
//!
//! The same evidence as in [`crate::measure::e_process`], asked of every ratio and not of 1 alone:
//! a ratio is out as soon as the evidence against it ever reached `1 / alpha`, and stays out. It is
//! a partial likelihood as in Cox's model, so the rate itself, with its seasons, drops out.
//! Deliberately on a fixed grid, and rounded outwards to it: 5 % from one ratio to the next.
//! *Source*: guide "science" section 3 (b); Howard et al. 2021; Robbins 1970.

use super::figure::{Figure, Interval};
use super::logarithm::{exp, ln};

/// Ratios asked: e to the power of −4 to 4 in steps of a twentieth.
const RATIOS: usize = 161;
const STEP: f64 = 0.05;
/// Ratios the evidence is averaged over.
const ALTERNATIVES: [f64; 11] = [
    0.15,
    0.3,
    0.45,
    0.6,
    0.75,
    1.0,
    1.0 / 0.75,
    1.0 / 0.6,
    1.0 / 0.45,
    1.0 / 0.3,
    1.0 / 0.15,
];

/// What is known of one rep's ratio.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratio {
    /// The logarithm of how well each ratio explains the wins.
    likely: Vec<f64>,
    alternatives: [f64; ALTERNATIVES.len()],
    /// The most evidence there ever was against each ratio, as a logarithm.
    against: Vec<f64>,
    leads: u64,
    wins: u64,
}

impl Default for Ratio {
    fn default() -> Self {
        Self {
            likely: vec![0.0; RATIOS],
            alternatives: [0.0; ALTERNATIVES.len()],
            against: vec![0.0; RATIOS],
            leads: 0,
            wins: 0,
        }
    }
}

fn ratio(at: usize) -> f64 {
    exp(STEP * (at as f64 - (RATIOS / 2) as f64))
}

impl Ratio {
    /// Sees one more ripe lead, which the rep would get with such a chance.
    ///
    /// *Bounds*: without a chance either way it tells nothing.
    pub fn see(&mut self, chance: f64, mine: bool, won: bool) {
        self.leads += u64::from(mine);
        self.wins += u64::from(mine && won);
        if !won || chance <= 0.0 || chance >= 1.0 {
            return;
        }
        let log = |theta: f64| {
            let mine = if mine { ln(theta) } else { 0.0 };
            mine - ln(chance * theta + 1.0 - chance)
        };
        for (at, likely) in self.likely.iter_mut().enumerate() {
            *likely += log(ratio(at));
        }
        for (likely, theta) in self.alternatives.iter_mut().zip(ALTERNATIVES) {
            *likely += log(theta);
        }
        let most = self
            .alternatives
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = self.alternatives.iter().map(|one| exp(one - most)).sum();
        let mixed = most + ln(sum / ALTERNATIVES.len() as f64);
        for (against, likely) in self.against.iter_mut().zip(&self.likely) {
            *against = against.max(mixed - likely);
        }
    }

    /// The ratio that explains the wins best, with every ratio that was never out; n is the rep's
    /// own leads.
    ///
    /// *Bounds*: from 0 or without limit where the grid ends. The interval for a smaller `alpha`
    /// holds the one for a larger.
    pub fn figure(&self, alpha: f64) -> Figure {
        let limit = -ln(alpha);
        let best = (0..RATIOS).max_by(|a, b| self.likely[*a].total_cmp(&self.likely[*b]));
        let best = best.unwrap_or(RATIOS / 2);
        let inside = |at: &usize| self.against[*at] < limit;
        let first = (0..RATIOS).find(inside).unwrap_or(best);
        let last = (0..RATIOS).rev().find(inside).unwrap_or(best);
        let value = match best {
            _ if self.wins == 0 => 0.0,
            best if best == RATIOS - 1 => f64::INFINITY,
            best => ratio(best),
        };
        let low = if first == 0 { 0.0 } else { ratio(first - 1) };
        let high = if last == RATIOS - 1 {
            f64::INFINITY
        } else {
            ratio(last + 1)
        };
        Figure {
            value,
            interval: Interval {
                low: low.min(value),
                high: high.max(value),
            },
            n: self.leads as f64,
        }
    }
}
