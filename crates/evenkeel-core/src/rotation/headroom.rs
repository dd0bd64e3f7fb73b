//! Headroom rotation: the emptiest book for its size, among those nearly as owed as the most owed.
//!
//! Evens out how full the books are as far as even counts allow; the policy sets with the band how
//! far that is. Deliberately no least-loaded rotation without a band: that one rewards closing
//! records quickly and punishes long sales cycles.
//! *Source*: guide "science" section 5.

use crate::ids::RepNo;
use crate::rotation::best;
use crate::rotation::contest::{Choice, Contest};
use crate::units::Micro;
use crate::verdict::{Chooser, Load};

/// Picks for a contest of two or more.
///
/// *Order and ties*: the book whose capacity is used the least; a rep without a capacity counts as
/// half full. Equal ones go to the most owed, then to the lowest rep number.
pub fn choose(contest: &Contest<'_>, band: Micro) -> Choice {
    best::choose(contest, band, Chooser::Headroom, |contender| {
        free_ppm(contender.apt.load)
    })
}

/// How full the books are of everybody who could take it and has a capacity.
pub fn loads(contest: &Contest<'_>) -> Vec<(RepNo, Load)> {
    contest
        .all()
        .filter_map(|contender| Some((contender.rep, contender.apt.load?)))
        .collect()
}

/// Free part of a book in millionths, rounded down; below zero when it holds too much.
fn free_ppm(load: Option<Load>) -> i64 {
    let Some(load) = load else { return 500_000 };
    let free = i128::from(load.capacity.0) - i128::from(load.open.0);
    let part = (free * 1_000_000).div_euclid(i128::from(load.capacity.0.max(1)));
    i64::try_from(part).unwrap_or(i64::MIN)
}
