//! How likely so many accounts bring so much: the compound binomial, worked out on a value grid.
//!
//! Each account closes or not; one that does brings a deal whose size varies. The distribution of
//! one account is laid on a grid and raised to the number of accounts by squaring, so that nothing
//! is drawn and nothing assumed about the sum. Where [`super::sizing`] gives a formula, this is
//! what it is checked with. Deal sizes are taken to be lognormal.

use crate::measure::logarithm::ln;
use crate::measure::normal::below;

/// Into how many cells a quota is cut.
pub const CELLS: usize = 500;

/// What one account may bring.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Account {
    /// Chance that it closes, 0 to 1.
    pub conversion: f64,
    /// Mean deal.
    pub mean: f64,
    /// Standard deviation of deals over their mean.
    pub cv: f64,
}

/// Chance that `accounts` of them bring at least `quota`.
///
/// *Bounds*: amounts are exact to a cell, a five-hundredth of the quota; the cell that the quota
/// falls into counts by half.
pub fn reaches(accounts: u64, account: Account, quota: f64) -> f64 {
    let one = grid(account, quota / CELLS as f64);
    let sum = power(&one, accounts);
    let short: f64 = sum[..CELLS].iter().sum();
    (1.0 - short - 0.5 * sum[CELLS]).clamp(0.0, 1.0)
}

/// One account's distribution on cells of this width; what is beyond the quota is left out.
///
/// A deal between two cells counts to both in such parts that the mean stays what it is; rounding
/// to the nearer one would add up to whole deals over many accounts.
fn grid(account: Account, cell: f64) -> Vec<f64> {
    let limited = |at: usize| capped(account, at as f64 * cell) / cell;
    let part = |at: usize| match at {
        0 => 1.0 - account.conversion * limited(1),
        at => account.conversion * (2.0 * limited(at) - limited(at - 1) - limited(at + 1)),
    };
    (0..=CELLS).map(|at| part(at).max(0.0)).collect()
}

/// Mean deal where whatever is above `most` counts as `most`.
fn capped(account: Account, most: f64) -> f64 {
    let Account { mean, cv, .. } = account;
    if cv <= 0.0 || most <= 0.0 {
        return mean.min(most);
    }
    // Of a lognormal variable: the deviation and the middle of its logarithm.
    let sigma = ln(1.0 + cv * cv).sqrt();
    let x = (ln(most) - ln(mean)) / sigma;
    mean * below(x - 0.5 * sigma) + most * (1.0 - below(x + 0.5 * sigma))
}

/// The grid's distribution added up `times`, as far as the grid goes.
fn power(one: &[f64], times: u64) -> Vec<f64> {
    let mut sum = vec![0.0; one.len()];
    sum[0] = 1.0;
    for bit in (0..u64::BITS - times.leading_zeros()).rev() {
        sum = both(&sum, &sum);
        if times >> bit & 1 == 1 {
            sum = both(&sum, one);
        }
    }
    sum
}

fn both(one: &[f64], other: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; one.len()];
    for (at, part) in one.iter().enumerate() {
        if *part > 0.0 {
            let room = one.len() - at;
            let places = sum[at..].iter_mut();
            for (place, with) in places.zip(&other[..room]) {
                *place += part * with;
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With deals all alike the sum is a count, and its distribution the plain binomial one.
    #[test]
    fn deals_all_alike_are_a_binomial() {
        let account = Account {
            conversion: 0.3,
            mean: 1.0,
            cv: 0.0,
        };
        let choose = |n: u64, k: u64| -> f64 {
            (0..k).map(|at| (n - at) as f64 / (at + 1) as f64).product()
        };
        let (n, quota) = (20u64, 5u64);
        let exactly = |k: u64| choose(n, k) * 0.3f64.powi(k as i32) * 0.7f64.powi((n - k) as i32);
        // A deal is a hundred cells, and the cell of the quota itself counts by half.
        let at_least: f64 = (quota..=n).map(exactly).sum::<f64>() - 0.5 * exactly(quota);
        let found = reaches(n, account, quota as f64);
        assert!((found - at_least).abs() < 1e-12, "{found} {at_least}");
    }

    #[test]
    fn one_account_is_its_own_distribution() {
        let account = Account {
            conversion: 0.4,
            mean: 100.0,
            cv: 0.8,
        };
        let sigma = 1.64f64.ln().sqrt();
        let above = 1.0 - below((150f64.ln() - 100f64.ln() + 0.5 * sigma * sigma) / sigma);
        let found = reaches(1, account, 150.0);
        assert!((found - 0.4 * above).abs() < 1e-3, "{found} {above}");
        assert_eq!(reaches(0, account, 150.0), 0.0);
    }
}
