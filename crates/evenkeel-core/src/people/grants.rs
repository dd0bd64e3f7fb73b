//! Earned shares in force in a pool, each from a moment until another.
//!
//! Who earned what is worked out in [`crate::earn`] and granted by a person; here it is only
//! remembered. While no grant covers a moment, everything is dealt rateably.

use crate::ids::RepNo;
use crate::time::Moment;
use crate::units::Micro;
use serde::{Deserialize, Serialize};

/// Most grants that one pool remembers at a time: the one in force and those to come.
pub const GRANTS_MAX: usize = 12;

/// Shares as granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// First moment it holds.
    pub from: Moment,
    /// First moment it no longer holds; `None` is until another is granted.
    pub until: Option<Moment>,
    /// What each rep's weight is multiplied with, ascending by rep; empty deals rateably.
    pub shares: Vec<(RepNo, Micro)>,
    /// The same for a member who is not listed; `None` keeps those out of earned records.
    pub others: Option<Micro>,
}

impl Grant {
    /// What a rep's weight is multiplied with for an earned record; `None` keeps the rep out.
    pub fn multiplier(&self, rep: RepNo) -> Option<Micro> {
        match self.shares.binary_search_by_key(&rep, |(rep, _)| *rep) {
            Ok(at) => Some(self.shares[at].1),
            Err(_) => self.others,
        }
    }

    /// Whether it says more than "rateably".
    pub fn earned(&self) -> bool {
        !self.shares.is_empty()
    }

    fn ended(&self, now: Moment) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// The grants of one pool, in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants(Vec<Grant>);

impl Grants {
    /// The grant that holds at `now`: of those that cover it, the one made last.
    pub fn in_force(&self, now: Moment) -> Option<&Grant> {
        let mut newest_first = self.0.iter().rev();
        newest_first.find(|grant| grant.from <= now && !grant.ended(now))
    }

    /// Those that have not begun at `now`, in the order in which they were made.
    pub fn to_come(&self, now: Moment) -> impl Iterator<Item = &Grant> {
        self.0.iter().filter(move |grant| grant.from > now)
    }

    /// How many a further grant, made at `now`, would leave remembered beside itself.
    pub fn kept(&self, now: Moment) -> usize {
        self.0.iter().filter(|grant| !grant.ended(now)).count()
    }

    /// Remembers a grant made at `now`, and forgets those that have ended. One that holds from now
    /// on without an end replaces everything before it.
    pub fn add(&mut self, grant: Grant, now: Moment) {
        self.0.retain(|grant| !grant.ended(now));
        let begins = |known: &Grant| known.from > now;
        if grant.from <= now && grant.until.is_none() {
            self.0.retain(begins);
        }
        self.0.push(grant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ONE;

    fn grant(from: i64, until: Option<i64>, of: usize) -> Grant {
        Grant {
            from: Moment(from),
            until: until.map(Moment),
            shares: vec![(RepNo::at(of), ONE)],
            others: None,
        }
    }

    #[test]
    fn the_last_made_of_those_that_cover_the_moment_holds() {
        let mut grants = Grants::default();
        assert_eq!(grants.in_force(Moment(0)), None);
        grants.add(grant(0, None, 1), Moment(0));
        grants.add(grant(10, Some(20), 2), Moment(1));
        let of = |grants: &Grants, now| grants.in_force(Moment(now)).map(|one| one.shares[0].0);
        assert_eq!(of(&grants, 9), Some(RepNo::at(1)));
        assert_eq!(of(&grants, 10), Some(RepNo::at(2)));
        assert_eq!(
            of(&grants, 20),
            Some(RepNo::at(1)),
            "the end is the first moment after"
        );
        grants.add(grant(30, None, 3), Moment(30));
        assert_eq!(of(&grants, 30), Some(RepNo::at(3)));
        assert_eq!(
            grants.kept(Moment(30)),
            1,
            "what ended or was replaced is forgotten"
        );
    }

    #[test]
    fn who_is_not_listed_gets_what_the_grant_says_of_others() {
        let mut one = grant(0, None, 1);
        assert_eq!(one.multiplier(RepNo::at(1)), Some(ONE));
        assert_eq!(one.multiplier(RepNo::at(2)), None);
        one.others = Some(Micro(500_000));
        assert_eq!(one.multiplier(RepNo::at(2)), Some(Micro(500_000)));
    }
}
