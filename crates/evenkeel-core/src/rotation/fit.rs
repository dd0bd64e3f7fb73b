//! Fit rotation: a specialist for the record, as long as one is nearly as owed as the most owed.
//!
//! Who is a specialist is the policy's to say. Specialists get their kind of record first, and what
//! they get too much of that way comes off the rest of their turns: counts stay as even as theorem
//! 1 says, with the band as the price.
//! *Source*: guide "science" section 1, modified round robin; seed 002.

use crate::ids::RepNo;
use crate::rotation::best;
use crate::rotation::contest::{Choice, Contest};
use crate::units::Micro;
use crate::verdict::Chooser;

/// Picks for a contest of two or more.
///
/// *Order and ties*: a specialist in the band before everybody else in it, then the most owed, then
/// the lowest rep number.
pub fn choose(contest: &Contest<'_>, band: Micro) -> Choice {
    let mut choice = best::choose(contest, band, Chooser::Fit, |contender| {
        contender.apt.specialist
    });
    let fits = specialists(contest).binary_search(&choice.pick.rep).is_ok();
    if !fits {
        choice.pick.chooser = Chooser::MostOwed;
    }
    choice
}

/// The specialists among those who could take it, ascending.
pub fn specialists(contest: &Contest<'_>) -> Vec<RepNo> {
    contest
        .all()
        .filter(|contender| contender.apt.specialist)
        .map(|contender| contender.rep)
        .collect()
}
