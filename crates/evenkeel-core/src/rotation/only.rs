//! The only one who could take it: nothing to choose, nothing to draw.

use crate::rotation::contest::{Choice, Contest};
use crate::units::Micro;
use crate::verdict::{Chooser, Pick};

/// Picks for a contest of one.
pub fn choose(contest: &Contest<'_>) -> Choice {
    let only = contest
        .owed_at_least(contest.owed_max)
        .next()
        .expect("a contest has a contender");
    let pick = Pick {
        rep: only.rep,
        chooser: Chooser::OnlyOne,
        band: 1,
        probability_ppm: 1_000_000,
        draw: None,
        level: 1,
    };
    Choice {
        delta: Micro(0),
        pick,
    }
}
