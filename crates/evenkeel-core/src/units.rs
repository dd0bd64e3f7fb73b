//! Fixed-point amounts: leads owed, record sizes, field numbers.
//!
//! No floats: a decision must come out the same on every machine and after every replay (law 5).
//! This file deliberately has no rounding of its own; whoever divides says how.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One whole unit (one lead, one employee, one euro) in micro-units.
pub const ONE: Micro = Micro(1_000_000);

/// An amount in millionths.
///
/// *Bounds*: ±9.2 × 10¹² whole units. Text beyond that is refused by [`Micro::parse`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Micro(pub i64);

impl Micro {
    /// `whole` units.
    ///
    /// *Bounds*: panics beyond ±9.2 × 10¹².
    pub const fn whole(whole: i64) -> Self {
        Self(whole * ONE.0)
    }

    /// Reads a plain decimal: optional sign, digits, optional point with at most six digits.
    ///
    /// *Refuses* (as `None`): anything else, exponents, and amounts out of bounds.
    ///
    /// *Example*: `"-1.25"` is `Micro(-1_250_000)`.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] | rest => (false, rest),
        };
        let point = digits.iter().position(|byte| *byte == b'.');
        let (whole, fraction) = match point {
            Some(point) => (&digits[..point], &digits[point + 1..]),
            None => (digits, &[][..]),
        };
        if whole.is_empty() && fraction.is_empty() || fraction.len() > 6 {
            return None;
        }
        let mut value: i64 = 0;
        for byte in whole.iter().chain(fraction) {
            if !byte.is_ascii_digit() {
                return None;
            }
            value = value.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
        }
        for _ in fraction.len()..6 {
            value = value.checked_mul(10)?;
        }
        Some(Self(if negative { -value } else { value }))
    }

    /// The magnitude, without the sign.
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }
}

impl fmt::Display for Micro {
    /// Writes the shortest exact decimal: `0.6`, `-1.25`, `12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, amount) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, fraction) = (amount / 1_000_000, amount % 1_000_000);
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{fraction:06}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl std::ops::Add for Micro {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Micro {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::ops::Neg for Micro {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl std::ops::AddAssign for Micro {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl std::ops::SubAssign for Micro {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl std::iter::Sum for Micro {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self(0), |total, amount| total + amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_amount_agree_both_ways() {
        for (text, amount) in [
            ("0", 0),
            ("0.6", 600_000),
            ("-1.25", -1_250_000),
            ("12", 12_000_000),
            (".5", 500_000),
        ] {
            assert_eq!(Micro::parse(text), Some(Micro(amount)), "{text}");
            assert_eq!(
                Micro::parse(&Micro(amount).to_string()),
                Some(Micro(amount)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_plain_decimal_is_refused() {
        for text in [
            "",
            ".",
            "-",
            "1e3",
            "0x10",
            "1.2345678",
            "9300000000000",
            "NaN",
            "1,5",
            " 1",
        ] {
            assert_eq!(Micro::parse(text), None, "{text:?}");
        }
    }
}
