//! The best in the band: what every chooser shares that compares the reps by a score.
//!
//! A chooser brings the score and nothing else; that the pick is never further than the band below
//! the most owed, and so theorem 1, is kept here.

use crate::rotation::contest::{Choice, Contender, Contest};
use crate::units::Micro;
use crate::verdict::{Chooser, Pick};

/// Picks the highest score among those within `band` of the most owed, for a contest of two or
/// more.
///
/// *Order and ties*: equal scores go to the most owed, then to the lowest rep number.
pub fn choose<S: Ord + Copy>(
    contest: &Contest<'_>,
    band: Micro,
    chooser: Chooser,
    score: impl Fn(&Contender) -> S,
) -> Choice {
    let mut best: Option<((S, Micro), Contender)> = None;
    let (mut count, mut level) = (0u32, 0u32);
    for contender in contest.owed_at_least(contest.owed_max - band) {
        count += 1;
        let found = (score(&contender), contender.owed);
        match best.map(|(leading, _)| found.cmp(&leading)) {
            Some(std::cmp::Ordering::Less) => {}
            Some(std::cmp::Ordering::Equal) => level += 1,
            Some(std::cmp::Ordering::Greater) | None => {
                best = Some((found, contender));
                level = 1;
            }
        }
    }
    let (_, contender) = best.expect("the most owed is in the band");
    let pick = Pick {
        rep: contender.rep,
        chooser,
        band: count,
        probability_ppm: 1_000_000,
        draw: None,
        level,
    };
    Choice { delta: band, pick }
}
