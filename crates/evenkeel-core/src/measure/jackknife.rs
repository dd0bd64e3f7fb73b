//! How far a figure would move with other data: leave out one group at a time and look.
//!
//! Works for any smooth figure, and keeps what belongs together (all gaps of one account) in one
//! group, so that ten gaps of one account do not pass for ten accounts. Not for a figure that
//! jumps, such as the best day itself: for those, ask of each day whether it can be told apart.
//! *Source*: Quenouille 1949, Tukey 1958; Shao and Tu 1995, groups left out. Numbers are mixed as
//! by Steele, Lea and Flood 2014.

use super::part::{Part, REACH};

/// Groups the data are dealt into.
pub const GROUPS: usize = 20;

/// Standard errors to either side for 95 % with that many groups: Student's t, 19 degrees.
pub const ERRORS: f64 = 2.093_024_054_408_263;

/// The group of what has this number: the same everywhere, and following no pattern of numbers, so
/// that every twentieth account need not be like any other.
pub fn group(number: u64) -> usize {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ mixed >> 31) % GROUPS as u64) as usize
}

/// The standard error of a figure, from what it is without each group in turn.
///
/// *Bounds*: fewer than two groups give 0.
pub fn error(without: &[f64]) -> f64 {
    let groups = without.len() as f64;
    if without.len() < 2 {
        return 0.0;
    }
    let mean = without.iter().sum::<f64>() / groups;
    let squares: f64 = without.iter().map(|one| (one - mean) * (one - mean)).sum();
    ((groups - 1.0) / groups * squares).sqrt()
}

/// A part with the interval that its groups give it: never narrower than `n` independent ones.
pub fn part(value: f64, without: &[f64], n: usize) -> Part {
    let error = error(without) * ERRORS / REACH;
    let spread = value * (1.0 - value);
    let worth = match error * error {
        variance if variance > 0.0 && spread > 0.0 => (spread / variance).min(n as f64),
        _ => n as f64,
    };
    Part::weighed(value, worth, n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_a_mean_is_the_textbook_one() {
        let data: Vec<f64> = (0..20).map(|one| f64::from(one * one)).collect();
        let sum: f64 = data.iter().sum();
        let mean = sum / 20.0;
        let variance = data
            .iter()
            .map(|one| (one - mean) * (one - mean))
            .sum::<f64>()
            / 19.0;
        let without: Vec<f64> = data.iter().map(|one| (sum - one) / 19.0).collect();
        assert!((error(&without) - (variance / 20.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn groups_are_of_about_a_size_whatever_the_step_between_numbers() {
        for step in [1, 2, 20, 1 << 40] {
            let mut sizes = [0u32; GROUPS];
            (0..20_000u64).for_each(|at| sizes[group(at.wrapping_mul(step))] += 1);
            assert!(
                sizes.iter().all(|size| (850..1_150).contains(size)),
                "{step}: {sizes:?}"
            );
        }
    }

    #[test]
    fn groups_that_agree_promise_no_more_than_their_number() {
        let same = part(0.5, &[0.5; 20], 100);
        assert_eq!(same, Part::counted(50, 100));
        let apart: Vec<f64> = (0..20).map(|at| 0.4 + 0.01 * f64::from(at)).collect();
        let wide = part(0.5, &apart, 100);
        assert!(wide.low < same.low && wide.high > same.high, "{wide:?}");
    }
}
