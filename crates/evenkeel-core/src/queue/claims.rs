//! Claims in force, what each rep has in hand from each queue, and the ledgers of the grades.
//!
//! A claim lasts from the moment a rep takes a record out of a queue until the record leaves the
//! rep's book. It is worked once the rep has worked on the record, or closed it.

use crate::ids::{QueueNo, RecordNo, RepNo};
use crate::queue::grade_book::GradeBook;
use crate::queue::hand::{Fate, Hand, Logged};
use crate::time::{Moment, Span};
use crate::verdict::claim::Claimed;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A claim in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// From which queue.
    pub queue: QueueNo,
    /// Who took it.
    pub rep: RepNo,
    /// When.
    pub at: Moment,
    /// When the record had come into the queue.
    pub arrival: Moment,
    /// By when it must be worked; `None` is no limit.
    pub until: Option<Moment>,
    /// Whether it was worked.
    pub worked: bool,
}

/// Everything that was claimed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    open: BTreeMap<RecordNo, Claim>,
    /// Unworked claims by when they must be worked.
    due: BTreeSet<(Moment, RecordNo)>,
    hands: BTreeMap<(QueueNo, RepNo), Hand>,
    grades: BTreeMap<QueueNo, BTreeMap<String, GradeBook>>,
}

impl Claims {
    /// The claim on a record, while it is in the book of whoever claimed it.
    pub fn of(&self, record: RecordNo) -> Option<&Claim> {
        self.open.get(&record)
    }

    /// Every claim in force, ascending by record.
    pub fn open(&self) -> impl ExactSizeIterator<Item = (RecordNo, &Claim)> {
        self.open.iter().map(|(record, claim)| (*record, claim))
    }

    /// Unworked claims by when they must be worked, the earliest first.
    pub fn due(&self) -> impl ExactSizeIterator<Item = (Moment, RecordNo)> {
        self.due.iter().copied()
    }

    /// What a rep has from a queue; `None` before the first claim.
    pub fn hand(&self, queue: QueueNo, rep: RepNo) -> Option<&Hand> {
        self.hands.get(&(queue, rep))
    }

    /// Everybody who ever claimed from a queue, ascending by rep.
    pub fn hands(&self, queue: QueueNo) -> impl Iterator<Item = (RepNo, &Hand)> {
        let range = (queue, RepNo(0))..=(queue, RepNo(u32::MAX));
        self.hands.range(range).map(|((_, rep), hand)| (*rep, hand))
    }

    /// The ledger of a grade; `None` before its first claim.
    pub fn grade(&self, queue: QueueNo, name: &str) -> Option<&GradeBook> {
        self.grades.get(&queue)?.get(name)
    }

    /// Every grade of a queue that anything was ever claimed of, by name.
    pub fn grades(&self, queue: QueueNo) -> impl Iterator<Item = (&str, &GradeBook)> {
        let grades = self.grades.get(&queue).into_iter().flatten();
        grades.map(|(name, book)| (name.as_str(), book))
    }

    /// Applies a recorded claim.
    pub fn begin(
        &mut self,
        record: RecordNo,
        (queue, rep): (QueueNo, RepNo),
        claimed: &Claimed,
        at: Moment,
    ) {
        let claim = Claim {
            queue,
            rep,
            at,
            arrival: claimed.arrival,
            until: claimed.until,
            worked: false,
        };
        self.open.insert(record, claim);
        if let Some(until) = claimed.until {
            self.due.insert((until, record));
        }
        let logged = Logged {
            record,
            at,
            fate: Fate::Unworked,
            choice: claimed.choice,
        };
        let hand = self.hands.entry((queue, rep)).or_default();
        hand.take(logged, claimed.rank > 0);
        if let Some(graded) = &claimed.graded {
            let grades = self.grades.entry(queue).or_default();
            let book = grades.entry(graded.grade.clone()).or_default();
            book.apply(rep, graded, at);
        }
    }

    /// The rep who has it worked on it at this moment.
    pub fn work(&mut self, record: RecordNo, at: Moment) {
        let Some(claim) = self.open.get_mut(&record).filter(|claim| !claim.worked) else {
            return;
        };
        claim.worked = true;
        let (claim, after) = (*claim, (at - claim.at).max(Span(0)));
        let in_time = claim.until.is_none_or(|until| at <= until);
        let fate = match in_time {
            true => Fate::Worked(after),
            false => Fate::Late(after),
        };
        let hand = self.settle(record, &claim, fate);
        hand.stirred = hand.stirred.max(at);
    }

    /// It was not worked in time, and goes back.
    pub fn expire(&mut self, record: RecordNo, at: Moment) {
        let Some(claim) = self.open.remove(&record) else {
            return;
        };
        if !claim.worked {
            self.settle(record, &claim, Fate::Late(at - claim.at));
        }
        let hand = self.hand_mut(&claim);
        hand.open -= 1;
        hand.expired += 1;
    }

    /// It leaves the book; closed by whoever had it, it is worked.
    pub fn end(&mut self, record: RecordNo, closed: bool, at: Moment) {
        if closed {
            self.work(record, at);
        }
        let Some(claim) = self.open.remove(&record) else {
            return;
        };
        if !claim.worked {
            self.settle(record, &claim, Fate::Gone(at - claim.at));
        }
        self.hand_mut(&claim).open -= 1;
    }

    /// It is no longer unworked.
    fn settle(&mut self, record: RecordNo, claim: &Claim, fate: Fate) -> &mut Hand {
        if let Some(until) = claim.until {
            self.due.remove(&(until, record));
        }
        let hand = self.hand_mut(claim);
        hand.unworked -= 1;
        hand.note(record, claim.at, fate);
        hand
    }

    fn hand_mut(&mut self, claim: &Claim) -> &mut Hand {
        let hand = self.hands.get_mut(&(claim.queue, claim.rep));
        hand.expect("whoever claims has a hand")
    }
}
