//! The proved bound of a pool as it stands, the worst credit measured beside it, and the alarm.
//!
//! A **stretch** runs from one change of the pool (who belongs to it, how it deals, a credit
//! brought back after a long absence) to the next. Within one, the members are the same, so
//! theorem 1 says how far any set of `k` of the `n` members can be from even:
//! `reach k (n - k) / 2`, with `reach = q + delta` of the heaviest record and the widest band of
//! the stretch. For one member that is `reach (n - 1) / 2`, the bound.
//!
//! A change may leave the members further apart than turns alone could have brought them: what a
//! leaver was owed goes to the others. The reach of the new stretch is therefore measured on the
//! credits it begins with, and the theorem goes on from there. How far a change can raise it is
//! proved as well ([`Fairness::begin`]), so that nothing unfair is taken for a change.
//!
//! This only watches. It changes no credit, and no turn looks at it.
//! *Source*: guide "science" section 0, theorem 1, whose induction holds for any reach of at least
//! `q + delta`; ADR 2, departures.

use crate::ids::RepNo;
use crate::time::Moment;
use crate::units::Micro;
use serde::{Deserialize, Serialize};

/// How even a pool was since its last change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fairness {
    /// When the stretch began; `None` before anybody belonged to the pool.
    pub since: Option<Moment>,
    /// Turns dealt in it.
    pub turns: u64,
    /// Largest credit, in either direction, that any member had in it.
    pub worst: Micro,
    /// Heaviest record dealt in it.
    pub size_max: Micro,
    /// Widest band used in it.
    pub delta_max: Micro,
    /// The reach it began with: above [`Fairness::by_turns`] only after a departure.
    pub carried: Micro,
    /// Members in it.
    pub members: u32,
    /// The first time that the bound was passed, if it was: a defect.
    pub passed: Option<Passed>,
}

/// The bound was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// When.
    pub at: Moment,
    /// Who was furthest from even.
    pub rep: RepNo,
    /// What that rep was owed; negative when ahead.
    pub credit: Micro,
    /// The bound at that moment.
    pub bound: Micro,
}

/// What a change of a pool can do to its reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing: nobody left, and no credit moved.
    Even,
    /// So many left, and what they were owed went to the others.
    Departures(usize),
    /// One credit came closer to even, and the rest of it went to the others.
    Clamp,
}

/// Whole micro-units that rounding may add to the reach when credits are spread.
const ROUNDING: i64 = 2;

impl Fairness {
    /// What turns alone can do: heaviest record plus widest band.
    pub fn by_turns(&self) -> Micro {
        self.size_max + self.delta_max
    }

    /// The proved bound on any credit in this stretch, rounded down: `reach (n - 1) / 2`.
    pub fn bound(&self) -> Micro {
        let others = i128::from(self.members.saturating_sub(1));
        clamped(i128::from(self.reach().0) * others / 2)
    }

    /// Whether a departure carried more into this stretch than its turns explain.
    pub fn raised(&self) -> bool {
        self.carried > self.by_turns()
    }

    fn reach(&self) -> Micro {
        self.by_turns().max(self.carried)
    }

    /// Begins a new stretch with these credits, of which there is one per member.
    ///
    /// *Bounds*: a set of `k` of the `n` who stay has at most what it had with the leavers, and
    /// each part of a leaver's credit only once. For `j` leavers that is at most `1 + j` times the
    /// reach before; for a clamp, where the one who comes closer stays, twice. Credits beyond that
    /// were not brought about by the change, and pass the bound.
    pub fn begin(&mut self, credits: &[(RepNo, Micro)], change: Change, at: Moment) {
        let times = match change {
            Change::Even => 1,
            Change::Departures(count) => i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1),
            Change::Clamp => 2,
        };
        let slack = if times == 1 { 0 } else { ROUNDING };
        let allowed = self.reach().0.saturating_mul(times).saturating_add(slack);
        let measured = measured(credits);
        let passed = self.passed;
        *self = Self {
            since: Some(at),
            worst: worst(credits).map_or(Micro(0), |(_, credit)| credit.abs()),
            carried: measured.min(Micro(allowed)),
            members: u32::try_from(credits.len()).unwrap_or(u32::MAX),
            ..Self::default()
        };
        if measured.0 > allowed {
            self.passed = passed.or_else(|| self.passing(credits, at));
        }
    }

    /// Looks at the credits after a turn.
    pub fn turn(
        &mut self,
        credits: impl Iterator<Item = (RepNo, Micro)>,
        (size, delta): (Micro, Micro),
        at: Moment,
    ) {
        self.turns += 1;
        self.size_max = self.size_max.max(size);
        self.delta_max = self.delta_max.max(delta);
        let Some((rep, credit)) = credits.max_by_key(|(_, credit)| credit.abs()) else {
            return;
        };
        self.worst = self.worst.max(credit.abs());
        if self.passed.is_none() && credit.abs() > self.bound() {
            self.passed = self.passing(&[(rep, credit)], at);
        }
    }

    fn passing(&self, credits: &[(RepNo, Micro)], at: Moment) -> Option<Passed> {
        let (rep, credit) = worst(credits)?;
        let bound = self.bound();
        Some(Passed {
            at,
            rep,
            credit,
            bound,
        })
    }
}

/// The credit furthest from even; of equal ones the last.
fn worst(credits: &[(RepNo, Micro)]) -> Option<(RepNo, Micro)> {
    credits.iter().copied().max_by_key(|one| one.1.abs())
}

/// The least reach that explains these credits, rounded up: the largest `2 sum / (k (n - k))` over
/// all sets, which for every `k` is that of the `k` largest. Credits add up to zero, so what the
/// others are ahead by is the same.
fn measured(credits: &[(RepNo, Micro)]) -> Micro {
    let mut falling: Vec<i64> = credits.iter().map(|(_, credit)| credit.0).collect();
    falling.sort_unstable_by(|one, other| other.cmp(one));
    let count = falling.len() as i128;
    let mut sum = 0i128;
    let mut most = 0i128;
    for (at, credit) in falling.iter().enumerate() {
        sum += i128::from(*credit);
        let taken = at as i128 + 1;
        if taken < count {
            let sets = taken * (count - taken);
            most = most.max((2 * sum + sets - 1).div_euclid(sets));
        }
    }
    clamped(most)
}

fn clamped(amount: i128) -> Micro {
    Micro(i64::try_from(amount).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ONE;

    fn credits(amounts: &[i64]) -> Vec<(RepNo, Micro)> {
        let numbered = amounts.iter().enumerate();
        numbered
            .map(|(at, amount)| (RepNo::at(at), Micro(*amount)))
            .collect()
    }

    fn begun(amounts: &[i64]) -> Fairness {
        let mut fairness = Fairness::default();
        fairness.begin(&credits(&vec![0; amounts.len()]), Change::Even, Moment(0));
        fairness.turn(credits(amounts).into_iter(), (ONE, ONE), Moment(1));
        fairness
    }

    #[test]
    fn the_bound_is_theorem_1_of_the_stretch() {
        for (amounts, bound, passed) in [
            (&[1_000_000, -500_000, -500_000][..], 2_000_000, false),
            (&[2_000_000, -1_000_000, -1_000_000], 2_000_000, false),
            (&[2_000_001, -1_000_000, -1_000_001], 2_000_000, true),
            (&[-3_000_001, 0, 3_000_000, 1], 3_000_000, true),
            (&[0], 0, false),
        ] {
            let fairness = begun(amounts);
            assert_eq!(fairness.bound(), Micro(bound), "{amounts:?}");
            assert_eq!(fairness.passed.is_some(), passed, "{amounts:?}");
        }
        let passed = begun(&[-3_000_001, 0, 3_000_000, 1]).passed;
        let passed = passed.expect("beyond the bound");
        assert_eq!((passed.rep, passed.credit), (RepNo(0), Micro(-3_000_001)));
    }

    #[test]
    fn the_reach_is_that_of_the_worst_set() {
        for (amounts, reach) in [
            (&[][..], 0),
            (&[0], 0),
            (&[1, -1], 2),
            // Alone the first needs 2/2 of 3; with the second 2 * 5 / 2.
            (&[3, 2, -5], 5),
            (&[3, 3, -3, -3], 3),
            (&[1, 0, 0, -1], 1),
        ] {
            assert_eq!(measured(&credits(amounts)), Micro(reach), "{amounts:?}");
        }
    }

    #[test]
    fn a_departure_may_raise_the_bound_and_nothing_else_may() {
        let before = begun(&[2_000_000, -1_000_000, -1_000_000]);
        let after = credits(&[3_000_000, -3_000_000]);
        for (change, passes) in [
            (Change::Even, true),
            (Change::Departures(1), true),
            (Change::Departures(2), false),
            (Change::Clamp, true),
        ] {
            let mut fairness = before;
            fairness.begin(&after, change, Moment(2));
            assert_eq!(fairness.passed.is_some(), passes, "{change:?}");
            assert_eq!((fairness.turns, fairness.members), (0, 2));
            assert_eq!(fairness.worst, Micro(3_000_000));
            assert!(fairness.raised());
        }
    }

    #[test]
    fn the_alarm_stays_until_a_stretch_begins_within_bounds() {
        let mut fairness = begun(&[9_000_000, -9_000_000, 0]);
        let first = fairness.passed;
        fairness.turn(
            credits(&[9_000_001, -9_000_001, 0]).into_iter(),
            (ONE, ONE),
            Moment(7),
        );
        assert_eq!(fairness.passed, first, "the first time is told");
        fairness.begin(
            &credits(&[9_000_000, -9_000_000, 0]),
            Change::Even,
            Moment(8),
        );
        assert_eq!(
            fairness.passed, first,
            "a change does not make it fair: the reach before it still counts"
        );
        fairness.begin(&credits(&[100, -100, 0]), Change::Even, Moment(9));
        assert_eq!(fairness.passed, None);
    }
}
