//! Promised draws: which secret a period's draws come from, promised before and shown after.
//!
//! A period is one day in UTC. Its promise is the digest of its secret
//! ([`DrawKey::commitment`]), journalled before anything is drawn with it, if it can be the day
//! before; the secret itself is journalled when the period is over and no draw of it can come any
//! more. Nothing is drawn here, and nobody is told a secret from here before its time.

use crate::draw::DrawKey;
use crate::time::{DAY, Moment};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A draw period: one day in UTC, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period(pub i64);

impl Period {
    /// The period of a decision at `at`.
    pub fn of(at: Moment) -> Self {
        Self(at.0.div_euclid(DAY.0))
    }

    /// Its first moment.
    pub fn begins(self) -> Moment {
        Moment(self.0.saturating_mul(DAY.0))
    }

    /// The first moment after it.
    pub fn ends(self) -> Moment {
        self.next().begins()
    }

    /// The one after it.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Period {
    /// Writes its date: `2026-03-02`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let begins = self.begins().to_string();
        f.write_str(begins.split('T').next().unwrap_or(&begins))
    }
}

/// What is known of one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The period.
    pub period: Period,
    /// The digest its secret must have.
    pub commitment: [u8; 32],
    /// When the promise was journalled.
    pub promised: Moment,
    /// Position of the promise in the journal.
    pub seq: u64,
    /// The secret, once it is shown.
    pub secret: Option<DrawKey>,
}

impl Promise {
    /// Whether it was made before the period began, so that no record of the period can have been
    /// known when its secret was chosen.
    pub fn ahead(&self) -> bool {
        self.promised < self.period.begins()
    }
}

/// All promises. *Bounds*: one a day, some hundred bytes each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promises {
    /// Ascending by period.
    made: Vec<Promise>,
}

impl Promises {
    /// All of them, ascending by period.
    pub fn all(&self) -> &[Promise] {
        &self.made
    }

    /// The promise for a period.
    pub fn of(&self, period: Period) -> Option<&Promise> {
        let at = self.made.binary_search_by_key(&period, |made| made.period);
        at.ok().map(|at| &self.made[at])
    }

    /// Periods that are over at `now` and whose secret is not shown yet, the oldest first.
    pub fn owed(&self, now: Moment) -> impl Iterator<Item = &Promise> {
        let over = self
            .made
            .iter()
            .filter(move |made| made.period.ends() <= now);
        over.filter(|made| made.secret.is_none())
    }

    /// Applies `DrawCommitted`.
    pub fn commit(&mut self, period: Period, commitment: [u8; 32], at: (Moment, u64)) {
        let (promised, seq) = at;
        let promise = Promise {
            period,
            commitment,
            promised,
            seq,
            secret: None,
        };
        let at = self.made.binary_search_by_key(&period, |made| made.period);
        let at = at.expect_err("a period is promised once");
        self.made.insert(at, promise);
    }

    /// Applies `DrawRevealed`.
    pub fn reveal(&mut self, period: Period, secret: DrawKey) {
        let at = self.made.binary_search_by_key(&period, |made| made.period);
        let at = at.expect("only what was promised is shown");
        self.made[at].secret = Some(secret);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_day_also_before_1970() {
        for (at, period, date) in [
            (0, 0, "1970-01-01"),
            (DAY.0 - 1, 0, "1970-01-01"),
            (DAY.0, 1, "1970-01-02"),
            (-1, -1, "1969-12-31"),
        ] {
            let found = Period::of(Moment(at));
            assert_eq!((found, found.to_string().as_str()), (Period(period), date));
            assert!(found.begins() <= Moment(at) && Moment(at) < found.ends());
        }
    }

    #[test]
    fn what_is_over_and_not_shown_is_owed_the_oldest_first() {
        let mut promises = Promises::default();
        for period in [3, 1, 2] {
            let commitment = DrawKey::from_seed(period).commitment();
            promises.commit(Period(period as i64), commitment, (Moment(0), period));
        }
        promises.reveal(Period(1), DrawKey::from_seed(1));
        let owed = |now| {
            let owed = promises.owed(now).map(|promise| promise.period.0);
            owed.collect::<Vec<i64>>()
        };
        assert_eq!(owed(Moment(3 * DAY.0 - 1)), [] as [i64; 0]);
        assert_eq!(owed(Moment(3 * DAY.0)), [2]);
        assert_eq!(owed(Moment(4 * DAY.0)), [2, 3]);
        assert_eq!(promises.of(Period(4)), None);
        assert!(promises.of(Period(2)).is_some_and(Promise::ahead));
    }
}
