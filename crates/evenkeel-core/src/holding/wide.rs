//! A number of forty bits in five bytes, for columns that a million records pay for.
//!
//! Positions in the journal and in long texts need more than four bytes and never eight.

use serde::{Deserialize, Serialize};

/// A number below 2^40.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wide([u8; 5]);

impl Wide {
    /// *Bounds*: panics at 2^40, a trillion events or bytes.
    pub fn of(number: u64) -> Self {
        let [a, b, c, d, e, high @ ..] = number.to_le_bytes();
        assert_eq!(
            high, [0; 3],
            "the workspace limits keep positions below 2^40"
        );
        Self([a, b, c, d, e])
    }

    /// The number.
    pub fn get(self) -> u64 {
        let [a, b, c, d, e] = self.0;
        u64::from_le_bytes([a, b, c, d, e, 0, 0, 0])
    }
}

#[cfg(test)]
mod tests {
    use super::Wide;

    #[test]
    fn what_goes_in_comes_out() {
        for number in [0, 1, 255, 256, u64::from(u32::MAX) + 7, (1 << 40) - 1] {
            assert_eq!(Wide::of(number).get(), number);
        }
    }
}
