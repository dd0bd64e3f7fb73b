//! Where an amount lies on an axis, as a percentage of the width.
//!
//! Whole numbers only, so that the same data gives the same bytes. Knows no marks and no labels.

use evenkeel_core::units::{Micro, ONE};

/// A straight axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    from: i64,
    to: i64,
}

impl Axis {
    /// From the left edge to the right edge; an axis without length gets one unit of it.
    pub fn new(from: i64, to: i64) -> Self {
        Self {
            from,
            to: if to > from {
                to
            } else {
                from.saturating_add(1)
            },
        }
    }

    /// The same distance to both sides of zero.
    pub fn around_zero(edge: Micro) -> Self {
        let edge = edge.abs().0.max(1);
        Self::new(-edge, edge)
    }

    /// The right edge.
    pub fn to(self) -> i64 {
        self.to
    }

    /// Where `value` lies, in hundredths of a percent; beyond an edge it lies on it.
    fn place(self, value: i64) -> i64 {
        let value = i128::from(value.clamp(self.from, self.to));
        let (from, to) = (i128::from(self.from), i128::from(self.to));
        i64::try_from((value - from) * 10_000 / (to - from)).expect("a place is at most 10,000")
    }

    /// Where `value` lies: `"12.5%"`.
    pub fn at(self, value: i64) -> String {
        percent(self.place(value))
    }

    /// How wide the stretch between two values is: `"3.25%"`.
    pub fn width(self, one: i64, other: i64) -> String {
        percent((self.place(other) - self.place(one)).abs())
    }
}

fn percent(hundredths: i64) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match rest {
        0 => format!("{whole}%"),
        rest if rest % 10 == 0 => format!("{whole}.{}%", rest / 10),
        rest => format!("{whole}.{rest:02}%"),
    }
}

/// The next round amount at or above `amount`: 1, 2 or 5 times a power of ten, at least a tenth.
///
/// *Example*: 0.07 is 0.1, 0.31 is 0.5, 12 is 20.
pub fn round_up(amount: Micro) -> Micro {
    let mut step = ONE.0 / 10;
    loop {
        for times in [1, 2, 5] {
            match step.checked_mul(times) {
                Some(round) if round >= amount.0 => return Micro(round),
                Some(_) => {}
                None => return Micro(i64::MAX),
            }
        }
        step = match step.checked_mul(10) {
            Some(step) => step,
            None => return Micro(i64::MAX),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_percentages_and_stay_on_the_axis() {
        let axis = Axis::around_zero(Micro(2_000_000));
        for (value, place) in [
            (0, "50%"),
            (1_000_000, "75%"),
            (-2_000_000, "0%"),
            (9_000_000, "100%"),
            (-1_999_600, "0.01%"),
            (200_000, "55%"),
            (220_000, "55.5%"),
        ] {
            assert_eq!(axis.at(value), place, "{value}");
        }
        assert_eq!(axis.width(0, -1_000_000), "25%");
        assert_eq!(
            Axis::new(i64::MIN, i64::MAX).at(i64::MAX),
            "100%",
            "no overflow"
        );
        assert_eq!(Axis::new(5, 5).at(5), "0%", "no division by zero");
    }

    #[test]
    fn round_amounts_are_never_below() {
        for (amount, round) in [
            (0, 100_000),
            (70_000, 100_000),
            (310_000, 500_000),
            (1_000_000, 1_000_000),
            (12_000_000, 20_000_000),
            (i64::MAX, i64::MAX),
        ] {
            assert_eq!(round_up(Micro(amount)), Micro(round), "{amount}");
        }
    }
}
