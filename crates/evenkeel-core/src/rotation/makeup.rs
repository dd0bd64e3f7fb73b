//! Make-up: pays a buffer back a little with every turn instead of all at once.
//!
//! A member whose buffer says one lead owed weighs half as much again until it is paid, and one
//! who is ahead weighs half; so nobody is flooded and nobody is starved. Deliberately only scales
//! weights: since that changes entitlements and nothing else, the bound on credits holds.
//! *Source*: guide "science" section 0, with g = rho = 1/2.

use crate::units::{Micro, ONE};

/// `weight` scaled by the make-up buffer: ½ to 1½ of it, in units of half a millionth.
///
/// *Example*: weight 4 gives 8,000,000 on an empty buffer, 12,000,000 when owed a lead or more,
/// and 4,000,000 when a lead or more ahead.
pub fn scaled(weight: u32, makeup: Micro) -> u64 {
    let tilt = makeup.0.clamp(-ONE.0, ONE.0);
    u64::from(weight) * (2 * ONE.0 + tilt).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buffer_tilts_the_weight_by_at_most_half() {
        for (makeup, scaled_by_two) in [
            ("0", "8"),
            ("0.5", "10"),
            ("1", "12"),
            ("7", "12"),
            ("-1", "4"),
            ("-7", "4"),
        ] {
            let makeup = Micro::parse(makeup).expect("a plain decimal");
            let expected = Micro::parse(scaled_by_two).expect("a plain decimal");
            assert_eq!(scaled(4, makeup), expected.0.unsigned_abs(), "{makeup}");
        }
    }
}
