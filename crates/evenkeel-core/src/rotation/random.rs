//! Random rotation: an even draw among those within the band below the most owed.
//!
//! Nobody can be sure to be next, yet theorem 1 bounds how far anybody can fall behind. The draw
//! itself comes from outside, keyed by the record ([`crate::draw`]), so that a retry draws alike.
//! *Source*: guide "science" section 1, randomised order.

use crate::draw;
use crate::rotation::contest::{Choice, Contest};
use crate::units::Micro;
use crate::verdict::{Chooser, Pick};

/// Picks for a contest of two or more; `bits` are the drawn ones.
///
/// *Order and ties*: the draw counts through the band in ascending order of reps, so there is no
/// tie to break.
/// *Example*: three reps owed 0.9, 0.4 and -0.3, a band of one lead: the first two, even odds.
pub fn choose(contest: &Contest<'_>, band: Micro, bits: u64) -> Choice {
    let least = contest.owed_max - band;
    let count = contest.owed_at_least(least).count();
    let drawn = contest
        .owed_at_least(least)
        .nth(draw::pick(bits, count))
        .expect("a draw is below the count it was drawn for");
    let band_count = u32::try_from(count).expect("a pool is far below 2^32");
    let pick = Pick {
        rep: drawn.rep,
        chooser: Chooser::Draw,
        band: band_count,
        probability_ppm: 1_000_000 / band_count,
        draw: Some(bits),
        level: 1,
    };
    Choice { delta: band, pick }
}
