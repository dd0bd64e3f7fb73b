//! A part of a whole with its interval: Wilson's, which stays within 0 and 1 and holds for few.
//!
//! Not for things that are still open (see [`super::survival`]), and no comparison of two parts.
//! *Source*: Wilson 1927; Brown, Cai and DasGupta 2001 on why this one.

use super::words;
use std::fmt;

/// Standard deviations to either side that hold 95 % of a normal distribution.
pub const REACH: f64 = 1.959_963_984_540_054;

/// A part of one, 0 to 1, with an interval of about 95 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The part.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What it was counted on.
    pub n: usize,
}

impl Part {
    /// `part` of `n`.
    ///
    /// *Bounds*: a `part` above `n` counts as `n`; of nothing, it is 0 and could be anything.
    /// *Example*: 8 of 100 is 8 %, 4 to 15 %.
    pub fn counted(part: usize, n: usize) -> Self {
        let value = if n == 0 {
            0.0
        } else {
            part.min(n) as f64 / n as f64
        };
        Self::weighed(value, n as f64, n)
    }

    /// A part known as well as from `worth` independent ones, though `n` were looked at.
    ///
    /// *Bounds*: `value` is brought within 0 to 1; a `worth` of 0 or less says nothing at all.
    pub fn weighed(value: f64, worth: f64, n: usize) -> Self {
        let value = value.clamp(0.0, 1.0);
        if worth <= 0.0 {
            return Self {
                value,
                low: 0.0,
                high: 1.0,
                n,
            };
        }
        let square = REACH * REACH;
        let middle = (value + square / (2.0 * worth)) / (1.0 + square / worth);
        let spread = value * (1.0 - value) / worth + square / (4.0 * worth * worth);
        let reach = REACH * spread.sqrt() / (1.0 + square / worth);
        Self {
            value,
            low: (middle - reach).clamp(0.0, value),
            high: (middle + reach).clamp(value, 1.0),
            n,
        }
    }

    /// In plain words: `28 % (24 % to 33 %, n = 412)`.
    pub fn sentence(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [value, low, high] = [self.value, self.low, self.high].map(words::percent);
        write!(
            f,
            "{value} ({low} to {high}, n = {})",
            words::number(self.n)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_by_hand() {
        for (part, n, low, high) in [
            (8, 100, 0.0411, 0.1500),
            (0, 10, 0.0, 0.2775),
            (10, 10, 0.7225, 1.0),
            (1, 2, 0.0945, 0.9055),
            (0, 0, 0.0, 1.0),
        ] {
            let one = Part::counted(part, n);
            assert!((one.low - low).abs() < 1e-4, "{part} of {n}: {one:?}");
            assert!((one.high - high).abs() < 1e-4, "{part} of {n}: {one:?}");
        }
        assert_eq!(
            Part::counted(8, 100).sentence(),
            "8 % (4 % to 15 %, n = 100)"
        );
    }
}
