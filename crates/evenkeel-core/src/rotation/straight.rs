//! Straight rotation: the earliest deadline among those in the band whose turn may begin.
//!
//! - With what it is owed, everybody moves towards one whole record at the speed of its share.
//! - A turn may begin once a rep is owed `q / (2n - 2)`, and must come before it is owed
//!   `q - q / (2n - 2)`: that is the rep's deadline, counted in turns at its present share.
//! - The rep with the earliest deadline is next. When no turn may begin, the most owed is.
//!
//! With unchanging weights this is Tijdeman's rule and keeps every credit within
//! `q (1 - 1 / (2n - 2))`, which no rule can better. That rule's pick is never more than
//! `delta = q (n - 2) / (n - 1)` below the most owed; looking only within that band therefore
//! changes nothing while nothing changes, and keeps theorem 1 when everything does.
//! Here `q` is the record's size and `n` how many could take it.
//! *Source*: Tijdeman, Discrete Mathematics 32 (1980) 323; guide "science" sections 0 and 1.

use crate::rotation::contest::{Choice, Contender, Contest};
use crate::units::Micro;
use crate::verdict::{Chooser, Pick};

/// Picks for a contest of two or more.
///
/// *Order and ties*: deadlines are compared exactly; equal ones go to the lowest rep number, and
/// so do equal amounts owed.
/// *Example*: three reps owed 0.4, 0.9 and -0.3 with shares ⅓: the second, whose deadline of 0.75
/// is already past.
pub fn choose(contest: &Contest<'_>) -> Choice {
    let others = i128::try_from(contest.able_count - 1).expect("a pool is far below 2^127");
    let size = i128::from(contest.size.0);
    let delta = Micro((size * (others - 1) / others) as i64);
    let steps = 2 * others;
    let mut band = 0;
    let mut best: Option<(Contender, Deadline)> = None;
    let mut level = 0;
    for contender in contest.owed_at_least(contest.owed_max - delta) {
        band += 1;
        let owed = i128::from(contender.owed.0) * steps;
        if owed < size {
            continue;
        }
        let deadline = Deadline {
            missing: size * (steps - 1) - owed,
            // A share rounded to nothing still has some speed; the least there is.
            speed: i128::from(contender.share.0.max(1)),
        };
        match best.map(|(_, earliest)| deadline.cmp(earliest)) {
            Some(std::cmp::Ordering::Greater) => {}
            Some(std::cmp::Ordering::Equal) => level += 1,
            Some(std::cmp::Ordering::Less) | None => {
                best = Some((contender, deadline));
                level = 1;
            }
        }
    }
    let (contender, chooser) = match best {
        Some((contender, _)) => (contender, Chooser::Deadline),
        None => {
            let mut most = contest.owed_at_least(contest.owed_max);
            let first = most.next().expect("somebody is owed the most");
            level = 1 + most.count();
            (first, Chooser::MostOwed)
        }
    };
    let level = u32::try_from(level).expect("a pool is far below 2^32");
    let pick = Pick {
        rep: contender.rep,
        chooser,
        band,
        probability_ppm: 1_000_000,
        draw: None,
        level,
    };
    Choice { delta, pick }
}

/// When a turn must come: `missing / speed` turns from now, kept as a fraction.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    missing: i128,
    speed: i128,
}

impl Deadline {
    fn cmp(self, other: Self) -> std::cmp::Ordering {
        (self.missing * other.speed).cmp(&(other.missing * self.speed))
    }
}
