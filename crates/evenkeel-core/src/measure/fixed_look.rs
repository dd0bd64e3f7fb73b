//! The classical tests, for a comparison that is made once, on a day chosen beforehand.
//!
//! Looked at every week they find somebody "worse" among equals in seven years of ten; for
//! watching there is [`crate::measure::e_process`]. They are here because people know them, and so
//! that both can be seen side by side. Deliberately draws no conclusion about a person.
//! *Source*: Pearson 1900; Fisher 1934 (two-sided: all tables no likelier); Holm 1979.

use super::figure::{count, number};
use super::logarithm::exp;
use super::proportion::Tally;
use super::special::{gamma_cdf, ln_gamma};

/// Tables this much likelier than the observed one still count as no likelier: rounding.
const SAME: f64 = 1.0 + 1e-7;

/// One look at a team.
#[derive(Clone, Debug, PartialEq)]
pub struct FixedLook {
    /// Pearson's statistic for "all close alike".
    pub chi2: f64,
    /// Its degrees of freedom.
    pub freedom: u32,
    /// The chance of a spread like this among equals.
    pub p: f64,
    /// Every rep against all others together, Fisher's exact p, in the order given.
    pub each: Vec<f64>,
    /// The same, held to 5 % for the team by Holm's steps.
    pub held: Vec<f64>,
    /// Leads of all.
    pub n: f64,
}

impl FixedLook {
    /// Looks at whole wins and leads of at least two reps.
    ///
    /// *Bounds*: with nothing won, or everything, there is no spread: all p are 1.
    pub fn at(tallies: &[Tally]) -> Self {
        let all: Tally = tallies.iter().copied().sum();
        let cells = tallies.iter().map(|one| {
            let part = |seen: f64, share: f64| match share * one.trials {
                expected if expected > 0.0 => (seen - expected) * (seen - expected) / expected,
                _ => 0.0,
            };
            part(one.wins, all.rate()) + part(one.losses(), 1.0 - all.rate())
        });
        let chi2: f64 = cells.sum();
        let freedom = u32::try_from(tallies.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let each: Vec<f64> = tallies
            .iter()
            .map(|one| {
                fisher(
                    *one,
                    Tally::of(all.wins - one.wins, all.trials - one.trials),
                )
            })
            .collect();
        Self {
            chi2,
            freedom,
            p: 1.0 - gamma_cdf(f64::from(freedom) / 2.0, chi2 / 2.0),
            held: holm(&each),
            each,
            n: all.trials,
        }
    }

    /// In words.
    pub fn sentence(&self) -> String {
        let chance = number(self.p * 100.0);
        format!(
            "Looked at once, a spread like this comes up in {chance} of 100 teams of equals \
             ({} in all).",
            count(self.n, "lead")
        )
    }
}

/// Fisher's exact p for two groups of whole counts.
pub fn fisher(one: Tally, other: Tally) -> f64 {
    let (wins, losses) = (one.wins + other.wins, one.losses() + other.losses());
    let least = (one.trials - losses).max(0.0);
    let most = one.trials.min(wins);
    let ln_choose = |n: f64, k: f64| ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0);
    let whole = ln_choose(wins + losses, one.trials);
    let chance = |k: f64| exp(ln_choose(wins, k) + ln_choose(losses, one.trials - k) - whole);
    let seen = chance(one.wins) * SAME;
    let mut p = 0.0;
    let mut k = least;
    while k <= most {
        let here = chance(k);
        p += if here <= seen { here } else { 0.0 };
        k += 1.0;
    }
    p.min(1.0)
}

/// Holm's steps: each p, held for the number of comparisons.
pub fn holm(each: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..each.len()).collect();
    order.sort_by(|a, b| each[*a].total_cmp(&each[*b]).then(a.cmp(b)));
    let mut held = vec![0.0; each.len()];
    let mut floor: f64 = 0.0;
    for (step, at) in order.into_iter().enumerate() {
        floor = floor.max(each[at] * (each.len() - step) as f64).min(1.0);
        held[at] = floor;
    }
    held
}
