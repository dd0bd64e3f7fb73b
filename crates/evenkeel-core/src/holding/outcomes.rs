//! What became of dealt records: who was dealt which by turn, who closed which with what reason.
//!
//! Two plain logs, kept for close rates. Deliberately judges nothing: whether a reason is a win, a
//! record comparable or an outcome ripe is asked in [`crate::earn`], with the policy then in force.
//! A turn that was given back stays in the log: giving a lead back must never mend a rate.

use crate::ids::{PoolNo, RecordNo, RepNo};
use crate::time::{Moment, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far back outcomes are remembered.
pub const MEMORY: Span = Span::days(731);

/// A record was dealt to a rep by turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dealt {
    /// The record.
    pub record: RecordNo,
    /// The pool whose turn it was.
    pub pool: PoolNo,
    /// Who got it.
    pub rep: RepNo,
    /// When.
    pub at: Moment,
}

/// A record in a rep's book was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The record.
    pub record: RecordNo,
    /// Whose it was then: the credit is this rep's.
    pub rep: RepNo,
    /// When.
    pub at: Moment,
    /// The reason code, by number.
    reason: u32,
}

/// A record was given back by the rep who had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The record.
    pub record: RecordNo,
    /// Who gave it back.
    pub rep: RepNo,
    /// When.
    pub at: Moment,
    /// The reason code, by number.
    reason: u32,
}

/// The logs, each ascending by moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    dealt: Vec<Dealt>,
    ended: Vec<Ended>,
    returned: Vec<Returned>,
    /// Reason codes in the order in which they were first used.
    reasons: Vec<String>,
    numbers: BTreeMap<String, u32>,
}

impl Outcomes {
    /// Turns, oldest first. *Bounds*: [`MEMORY`] at least.
    pub fn dealt(&self) -> &[Dealt] {
        &self.dealt
    }

    /// Closings of records in books, oldest first. *Bounds*: [`MEMORY`] at least.
    pub fn ended(&self) -> &[Ended] {
        &self.ended
    }

    /// The reason code of a closing.
    pub fn reason(&self, ended: &Ended) -> &str {
        &self.reasons[ended.reason as usize]
    }

    /// Records given back, oldest first. *Bounds*: [`MEMORY`] at least.
    pub fn returned(&self) -> &[Returned] {
        &self.returned
    }

    /// The reason code of a return.
    pub fn reason_of(&self, returned: &Returned) -> &str {
        &self.reasons[returned.reason as usize]
    }

    /// How many were given back for each reason since `since`, the most frequent first.
    /// *Ties*: by reason code.
    pub fn returns_by_reason(&self, since: Moment) -> Vec<(&str, u32)> {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for returned in self.returned.iter().filter(|one| one.at >= since) {
            *counts.entry(self.reason_of(returned)).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), *reason));
        counts
    }

    /// Notes a return; never earlier than the last.
    pub fn note_returned(&mut self, (record, rep): (RecordNo, RepNo), reason: &str, at: Moment) {
        let reason = self.number(reason);
        forget(&mut self.returned, at, |returned| returned.at);
        self.returned.push(Returned {
            record,
            rep,
            at,
            reason,
        });
    }

    /// Notes a turn; never earlier than the last.
    pub fn note_dealt(&mut self, record: RecordNo, (pool, rep): (PoolNo, RepNo), at: Moment) {
        forget(&mut self.dealt, at, |dealt| dealt.at);
        self.dealt.push(Dealt {
            record,
            pool,
            rep,
            at,
        });
    }

    /// Notes a closing; never earlier than the last.
    pub fn note_ended(&mut self, (record, rep): (RecordNo, RepNo), reason: &str, at: Moment) {
        let reason = self.number(reason);
        forget(&mut self.ended, at, |ended| ended.at);
        self.ended.push(Ended {
            record,
            rep,
            at,
            reason,
        });
    }

    /// The number of a reason code, which gets one when it is new.
    fn number(&mut self, reason: &str) -> u32 {
        if let Some(number) = self.numbers.get(reason) {
            return *number;
        }
        let next = u32::try_from(self.reasons.len()).expect("reasons are fewer than 2^32");
        self.reasons.push(reason.to_owned());
        self.numbers.insert(reason.to_owned(), next);
        next
    }
}

/// Drops the older half once all of it is older than [`MEMORY`]: cheap, whatever the length.
fn forget<T>(log: &mut Vec<T>, now: Moment, at: impl Fn(&T) -> Moment) {
    let half = log.len() / 2;
    if half >= 512 && at(&log[half]) < now - MEMORY {
        log.drain(..=half);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DAY;

    #[test]
    fn what_is_older_than_the_memory_goes_and_the_rest_stays() {
        let mut outcomes = Outcomes::default();
        for day in 0..3_000 {
            let at = Moment(day * DAY.0);
            let (record, rep) = (RecordNo::at(day as usize), RepNo::at(0));
            let pool = PoolNo::at(0);
            outcomes.note_dealt(record, (pool, rep), at);
            outcomes.note_ended((record, rep), if day % 2 == 0 { "won" } else { "lost" }, at);
        }
        let since = Moment(2_999 * DAY.0) - MEMORY;
        let kept = outcomes.dealt().iter().filter(|dealt| dealt.at >= since);
        assert_eq!(kept.count(), 732);
        assert!(outcomes.dealt().len() < 2_000, "{}", outcomes.dealt().len());
        let last = outcomes.ended().last().expect("kept");
        assert_eq!(outcomes.reason(last), "lost");
        assert_eq!(outcomes.reasons.len(), 2);
    }
}
