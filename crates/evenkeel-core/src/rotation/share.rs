//! Splits an amount into whole micro-units in proportion to weights.
//!
//! Deliberately knows neither reps nor credits: it is the one place where rounding happens.

use crate::units::Micro;
use std::cmp::Reverse;

/// Splits `amount` in proportion to `weights`; the parts add up to `amount` exactly.
///
/// Every part is first rounded down; what is left over goes, one micro-unit each, to the largest
/// remainders. A part is therefore less than one micro-unit away from the exact proportion.
///
/// *Order and ties*: equal remainders in the order of `weights`, which is ascending by rep.
/// *Bounds*: none on the amount; panics when every weight is zero.
/// *Example*: 10 in proportion 1 : 1 : 1 is 4, 3, 3.
/// *Source*: Hamilton's method of largest remainders.
pub fn split(amount: u64, weights: &[u64]) -> Vec<u64> {
    if let Some((first, rest)) = weights.split_first()
        && *first > 0
        && rest.iter().all(|weight| weight == first)
    {
        return equally(amount, weights.len() as u64);
    }
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    assert!(total > 0, "somebody must have a weight above zero");
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = amount;
    for (at, weight) in weights.iter().enumerate() {
        let (part, remainder) = divide(u128::from(amount) * u128::from(*weight), total);
        left -= part;
        parts.push(part);
        remainders.push((Reverse(remainder), at));
    }
    let left = usize::try_from(left).expect("fewer units are left than there are parts");
    if left > 0 {
        remainders.select_nth_unstable(left - 1);
        for (_, at) in &remainders[..left] {
            parts[*at] += 1;
        }
    }
    parts
}

/// The same for those who all weigh alike, as most pools do: all remainders are equal, so what is
/// left over goes to the first.
fn equally(amount: u64, count: u64) -> Vec<u64> {
    let (part, left) = (amount / count, amount % count);
    let parts = (0..count).map(|at| part + u64::from(at < left));
    parts.collect()
}

/// Splits an amount of either sign, as [`split`] does.
///
/// *Bounds*: panics when every weight is zero.
pub fn split_signed(amount: Micro, weights: &[u64]) -> Vec<Micro> {
    let sign = amount.0.signum();
    split(amount.0.unsigned_abs(), weights)
        .into_iter()
        .map(|part| Micro(sign * i64::try_from(part).expect("no part is larger than the amount")))
        .collect()
}

/// Quotient and remainder; the quotient is at most the amount being split.
fn divide(product: u128, total: u128) -> (u64, u128) {
    match (u64::try_from(product), u64::try_from(total)) {
        // The everyday case: dividing 64 bits is several times faster than 128.
        (Ok(product), Ok(total)) => (product / total, u128::from(product % total)),
        _ => ((product / total) as u64, product % total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_ties_go_to_the_first() {
        for (amount, weights, parts) in [
            (10, &[1, 1, 1][..], &[4, 3, 3][..]),
            (1_000_000, &[1, 1, 1], &[333_334, 333_333, 333_333]),
            (1_000_000, &[5, 1, 1], &[714_286, 142_857, 142_857]),
            (7, &[0, 3, 0], &[0, 7, 0]),
            (2, &[1, 1, 1], &[1, 1, 0]),
            (0, &[2, 3], &[0, 0]),
            (
                u64::MAX,
                &[u64::MAX, u64::MAX],
                &[u64::MAX / 2 + 1, u64::MAX / 2],
            ),
        ] {
            assert_eq!(split(amount, weights), parts, "{amount} over {weights:?}");
        }
    }

    #[test]
    fn the_largest_remainder_comes_before_the_first_place() {
        assert_eq!(split(10, &[3, 4]), [4, 6], "exact parts are 4.29 and 5.71");
    }

    #[test]
    #[should_panic(expected = "weight above zero")]
    fn nothing_can_be_split_over_nobody() {
        split(1, &[]);
    }
}
