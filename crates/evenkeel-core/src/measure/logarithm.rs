//! The natural logarithm and its inverse, the same bits on every machine.
//!
//! A machine's own library may round the last bit otherwise; these are series of additions,
//! multiplications and divisions, which every machine rounds alike. Right to within a few units in
//! the last place, which is plenty for an interval. No other function is made here: square roots
//! are rounded alike everywhere already.

/// `ln 2` in two parts; the first has so few bits that its small multiples are exact.
const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Bits of a double's fraction.
const FRACTION: u32 = 52;
const BIAS: i64 = 1023;

/// The natural logarithm.
///
/// *Bounds*: 0 gives minus infinity; what is below 0, or no number, gives no number (NaN).
pub fn ln(x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x.is_infinite() {
        return x;
    }
    // Numbers too small for a full fraction are brought up by 2^54 first.
    let (x, lifted) = if x < f64::MIN_POSITIVE {
        (x * power_of_two(54), 54)
    } else {
        (x, 0)
    };
    let bits = x.to_bits();
    let mut exponent = (bits >> FRACTION) as i64 - BIAS - lifted;
    let fraction = bits & ((1 << FRACTION) - 1);
    let mut mantissa = f64::from_bits(fraction | (BIAS as u64) << FRACTION);
    if mantissa > std::f64::consts::SQRT_2 {
        mantissa /= 2.0;
        exponent += 1;
    }
    // ln m = 2 artanh((m - 1) / (m + 1)), and the argument is at most 0.172.
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let series = (0..12).rev().fold(0.0, |sum, term| {
        sum * square + 1.0 / f64::from(2 * term + 1)
    });
    let exponent = exponent as f64;
    exponent * LN_2_HIGH + (exponent * LN_2_LOW + 2.0 * ratio * series)
}

/// Euler's number to the power of `x`.
///
/// *Bounds*: above 709.78 infinity, below -745 zero.
pub fn exp(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x > 709.782_712_893_384 {
        return f64::INFINITY;
    }
    if x < -745.2 {
        return 0.0;
    }
    let doublings = (x * std::f64::consts::LOG2_E).round();
    let rest = x - doublings * LN_2_HIGH - doublings * LN_2_LOW;
    let series = (1..=14)
        .rev()
        .fold(1.0, |sum, term| 1.0 + rest / f64::from(term) * sum);
    // In two steps, since 2^1024 and 2^-1074 are no full numbers of their own.
    let doublings = doublings as i64;
    let half = doublings / 2;
    series * power_of_two(half) * power_of_two(doublings - half)
}

/// 2 to a power within ±1022.
fn power_of_two(power: i64) -> f64 {
    f64::from_bits(((power + BIAS) as u64) << FRACTION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(one: f64, other: f64) -> bool {
        one == other || (one - other).abs() <= 4.0 * f64::EPSILON * one.abs().max(other.abs())
    }

    #[test]
    fn the_ends_are_what_they_should_be() {
        assert_eq!(ln(1.0), 0.0);
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert!(ln(-1.0).is_nan() && ln(f64::NAN).is_nan() && exp(f64::NAN).is_nan());
        assert_eq!(ln(f64::INFINITY), f64::INFINITY);
        assert_eq!(
            (exp(0.0), exp(-800.0), exp(710.0)),
            (1.0, 0.0, f64::INFINITY)
        );
        assert!(near(ln(5e-324), 5e-324f64.ln()), "{}", ln(5e-324));
        assert!(near(exp(709.7), 709.7f64.exp()));
    }

    #[test]
    fn the_bits_are_these() {
        assert_eq!(ln(0.3).to_bits(), 13_831_473_067_500_349_217);
        assert_eq!(exp(-1.7).to_bits(), 4_595_749_887_897_340_423);
    }

    proptest! {
        #[test]
        fn they_agree_with_the_library_of_the_machine(x in -700.0f64..700.0) {
            prop_assert!(near(exp(x), x.exp()), "exp {x}: {} {}", exp(x), x.exp());
            let y = x.exp();
            prop_assert!(near(ln(y), y.ln()), "ln {y}: {} {}", ln(y), y.ln());
        }
    }
}
