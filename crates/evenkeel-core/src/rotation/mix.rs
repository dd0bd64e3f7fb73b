//! Mix rotation: everybody the same counts, and the same mix of what is counted.
//!
//! - Every rep has a credit for each level of each factor (size, source, grade, …) beside the
//!   credit for turns, and one for value ([`super::mixture`]); all of them add up to zero.
//! - A record goes to whoever in the band is owed most of what this record is: turns, its levels
//!   and its value added up. That is the pick which leaves the smallest sum of squared credits.
//! - Turns and levels count in records. Value counts in mean distances from the mean: a record
//!   worth the mean says nothing, one far above it a lot, one far below it speaks for whoever has
//!   had too much.
//! - A part of the picks (15 % unless the policy says otherwise) is drawn evenly within the band,
//!   so that nobody who sees the mix can be sure who is next.
//!
//! Counts keep theorem 1, whatever the mix. For the mix itself there is deliberately no promise:
//! none of this kind can be made against an adversary.
//! *Source*: minimisation after Pocock and Simon, Biometrics 31 (1975) 103; guide "science"
//! section 2.

use crate::draw;
use crate::rotation::best;
use crate::rotation::contest::{Choice, Contender, Contest};
use crate::rotation::share::split_signed;
use crate::units::{Micro, ONE};
use crate::verdict::{Chooser, Traits, Worth};

/// Furthest that value counts, in millionths of a mean distance: a million of them.
const DISTANCE_MAX: i128 = 1_000_000_000_000;

/// Picks for a contest of two or more.
///
/// *Order and ties*: scores are compared exactly; equal ones go to the most owed, then to the
/// lowest rep number. The one draw answers both questions: whether the pick is left to chance, and
/// who.
pub fn choose(
    contest: &Contest<'_>,
    band: Micro,
    random_ppm: u32,
    draw: impl FnOnce() -> u64,
) -> Choice {
    let value = contest.traits.value.as_ref();
    let parts = value.map_or_else(Vec::new, |worth| parts(contest, worth.amount));
    let first: Vec<_> = contest.all().map(|contender| contender.rep).collect();
    let mut choice = best::choose(contest, band, Chooser::Mix, |contender| {
        let at = first.binary_search(&contender.rep).expect("one of all");
        score(contest, contender, parts.get(at).copied())
    });
    let pick = &mut choice.pick;
    if random_ppm == 0 || pick.band == 1 {
        return choice;
    }
    let bits = draw();
    let (chance, rest) = draw::split(bits, draw::CHANCES);
    let each = random_ppm / pick.band;
    let best = pick.rep;
    if chance < random_ppm {
        let drawn = contest
            .owed_at_least(contest.owed_max - band)
            .nth(draw::pick(rest, pick.band as usize))
            .expect("a draw is below the count it was drawn for");
        pick.rep = drawn.rep;
        pick.chooser = Chooser::MixDraw;
        pick.level = 1;
    }
    pick.probability_ppm = match pick.rep == best {
        true => 1_000_000 - each * (pick.band - 1),
        false => each,
    };
    pick.draw = Some(bits);
    choice
}

/// What this record adds to the mix, with its value shared out over those who could take it.
pub fn shared_out(contest: &Contest<'_>) -> Traits {
    let mut traits = contest.traits.clone();
    if let Some(worth) = &mut traits.value {
        worth.parts = parts(contest, worth.amount);
    }
    traits
}

fn parts(contest: &Contest<'_>, amount: Micro) -> Vec<Micro> {
    let shares: Vec<u64> = contest
        .all()
        .map(|contender| contender.share.0.unsigned_abs())
        .collect();
    split_signed(amount, &shares)
}

/// How much of what this record is the rep is owed, in millionths of a record squared.
fn score(contest: &Contest<'_>, contender: &Contender, part: Option<Micro>) -> i128 {
    let factors = contest.traits.levels.len() as i64;
    let levels = contender.apt.levels_owed.0 + contender.share.0 * factors;
    let counted = i128::from(contender.owed.0 + levels) * i128::from(ONE.0);
    match (&contest.traits.value, part) {
        (Some(worth), Some(part)) => counted + value(contest.size, contender, worth, part),
        _ => counted,
    }
}

/// The same for value: what the rep is owed beyond the mean of the records it is owed, times how
/// far this one is from the mean, both in mean distances.
fn value(size: Micro, contender: &Contender, worth: &Worth, part: Micro) -> i128 {
    if worth.spread.0 == 0 {
        return 0;
    }
    let usual = |turns: Micro| {
        (i128::from(worth.mean.0) * i128::from(turns.0)).div_euclid(i128::from(ONE.0))
    };
    let turns = contender.apt.valued_owed + contender.share;
    let owed = i128::from(contender.apt.value_owed.0) + i128::from(part.0) - usual(turns);
    let distances = |amount: i128| {
        let scaled = (amount * i128::from(ONE.0)).div_euclid(i128::from(worth.spread.0));
        scaled.clamp(-DISTANCE_MAX, DISTANCE_MAX)
    };
    distances(owed) * distances(i128::from(worth.amount.0) - usual(size))
}
