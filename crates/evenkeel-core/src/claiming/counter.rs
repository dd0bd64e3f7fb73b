//! A queue as one rep sees it: which records the rep may take, in which order, why not the others.
//!
//! Limits on the rep as a whole are [`crate::claiming::hand`]'s; here is only what differs from
//! record to record.

use crate::claiming::hand::{budget, in_hand};
use crate::claiming::sharing::{Sharing, Takers};
use crate::ids::{QueueNo, RecordNo, RepNo};
use crate::policy::document::pull::{Pull, Show};
use crate::queue::line::{Queue, Rank};
use crate::state::State;
use crate::time::{Moment, Span};
use crate::verdict::claim::{Choice, Claimed, PASSED_MAX, Passed};
use std::collections::BTreeSet;

/// Most records of one grade that are looked at for what a rep may take; those behind come when
/// the others are gone.
pub const LOOK_MAX: usize = 10_000;

/// A queue as one rep sees it.
#[derive(Debug)]
pub struct Counter<'a> {
    state: &'a State,
    queue: QueueNo,
    line: &'a Queue,
    pull: &'a Pull,
    rep: RepNo,
    now: Moment,
    /// By grade.
    sharings: Vec<Sharing>,
}

/// A record that the rep may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The record.
    pub record: RecordNo,
    /// What it is ordered by.
    pub rank: Rank,
}

/// Why a record is not for this rep now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotYours {
    /// The rep had it before, and not long enough ago.
    Cooling {
        /// When the rep may have it again.
        until: Moment,
    },
    /// Others are owed more of its grade.
    SpokenFor {
        /// The grade.
        grade: String,
        /// Who is owed more, the most owed first.
        owed: Vec<RepNo>,
        /// How many of the grade they take before the rep may have one, at most.
        ahead: u32,
        /// When it is for everybody who may be behind by what the rep is, if nobody takes it.
        loosens: Moment,
    },
}

impl<'a> Counter<'a> {
    /// For `rep` at `now`; `None` when the policy in force has no such queue.
    pub fn of(state: &'a State, queue: QueueNo, rep: RepNo, now: Moment) -> Option<Self> {
        let pull = state.pull(queue)?;
        let takers = Takers::of(state, queue, pull, rep, now);
        let fair = pull.fair.is_some();
        let grades = pull.grades.iter().map(|grade| grade.name.as_str());
        let sharings = grades.map(|grade| Sharing::of(state, (queue, grade), &takers, rep, fair));
        Some(Self {
            state,
            queue,
            line: state.queue(queue),
            pull,
            rep,
            now,
            sharings: sharings.collect(),
        })
    }

    /// The settings of the queue.
    pub fn pull(&self) -> &'a Pull {
        self.pull
    }

    /// The ledger of the grade at this position, as it stands for the rep.
    pub fn sharing(&self, grade: usize) -> Option<&Sharing> {
        self.sharings.get(grade)
    }

    /// The first `most` records that the rep may take, in the order of the queue.
    ///
    /// *Bounds*: of each grade the first [`LOOK_MAX`] are looked at.
    pub fn offers(&self, most: usize) -> Vec<Offer> {
        let sets = self.line.by_grade().iter().enumerate();
        let open = sets.filter(|(grade, _)| !self.shut(*grade));
        let mut heads: Vec<_> = open
            .map(|(grade, set)| {
                let looked = set.iter().take(LOOK_MAX);
                let yours = looked.filter(move |(_, record)| self.allows(*record, grade));
                yours.peekable()
            })
            .collect();
        let mut offers = Vec::new();
        while offers.len() < most {
            let firsts = heads.iter_mut().enumerate();
            let firsts = firsts.filter_map(|(at, head)| Some((**head.peek()?, at)));
            let Some(((_, record), at)) = firsts.min() else {
                break;
            };
            heads[at].next();
            let rank = self.line.rank_of(record).expect("what waits is ranked");
            offers.push(Offer { record, rank });
        }
        offers
    }

    /// Why a waiting record is not for the rep; `None` when it is.
    pub fn why_not(&self, record: RecordNo) -> Option<NotYours> {
        let grade = self.line.rank_of(record)?.grade;
        if let Some(until) = self.state.cooling(record, self.rep, self.now) {
            return Some(NotYours::Cooling { until });
        }
        let fair = self.pull.fair?;
        let sharing = self.sharings.get(grade)?;
        let waited = self.waited(record);
        let band = fair.widened(waited);
        if sharing.gap <= band {
            return None;
        }
        // The band is `band` once more with every leak.
        let times = (sharing.gap.0 - 1) / fair.band.0;
        let after = Span(times.saturating_mul(fair.leak.0));
        Some(NotYours::SpokenFor {
            grade: sharing.graded.grade.clone(),
            owed: sharing.owed_more(band),
            ahead: sharing.ahead(band),
            loosens: self.now - waited + after,
        })
    }

    /// What the event of taking a record says, offered among `offers`.
    pub fn claimed(&self, record: RecordNo, next: bool, offers: &[Offer]) -> Claimed {
        let rank = self.line.rank_of(record).expect("only what waits is taken");
        let place = offers.iter().position(|offer| offer.record == record);
        let fair = self.pull.fair;
        let graded = self.sharings.get(rank.grade).map(|sharing| {
            let mut graded = sharing.graded.clone();
            graded.band = fair.map(|fair| fair.widened(self.waited(record)));
            graded
        });
        let hand = self.state.claims().hand(self.queue, self.rep);
        Claimed {
            policy: self.state.version(),
            arrival: self.line.arrival(record).expect("only what waits is taken"),
            key: rank.key,
            score: rank.score,
            next,
            rank: u32::try_from(place.unwrap_or(offers.len())).unwrap_or(u32::MAX),
            shown: u32::try_from(offers.len()).unwrap_or(u32::MAX),
            choice: place.and_then(|place| choice(offers, place)),
            passed: self.passed(rank.key, record),
            graded,
            hand: in_hand(self.state, self.queue, self.pull, self.rep),
            budget: budget(self.pull, hand, self.now),
            until: self.pull.work_within.map(|span| self.now + span),
        }
    }

    /// What comes before this place in the queue and is not for the rep.
    pub fn passed(&self, key: Moment, record: RecordNo) -> Passed {
        let mut passed = Passed::default();
        let sets: &[BTreeSet<(Moment, RecordNo)>] = self.line.by_grade();
        for (grade, set) in sets.iter().enumerate() {
            let shut = self.shut(grade);
            for (_, other) in set.range(..(key, record)).take(PASSED_MAX) {
                if self.state.cooling(*other, self.rep, self.now).is_some() {
                    passed.cooling += 1;
                } else if shut || !self.allows(*other, grade) {
                    passed.spoken_for += 1;
                }
            }
        }
        let most = u32::try_from(PASSED_MAX).unwrap_or(u32::MAX);
        Passed {
            spoken_for: passed.spoken_for.min(most),
            cooling: passed.cooling.min(most),
        }
    }

    /// Whether nothing of a grade can be for the rep, however long it has waited.
    fn shut(&self, grade: usize) -> bool {
        let (Some(fair), Some(sharing)) = (self.pull.fair, self.sharings.get(grade)) else {
            return false;
        };
        let oldest = self.line.order.first();
        let waited = oldest.map_or(Span(0), |(since, _)| self.now - *since);
        sharing.gap > fair.widened(waited)
    }

    fn allows(&self, record: RecordNo, grade: usize) -> bool {
        if self.state.cooling(record, self.rep, self.now).is_some() {
            return false;
        }
        let (Some(fair), Some(sharing)) = (self.pull.fair, self.sharings.get(grade)) else {
            return true;
        };
        sharing.gap <= fair.widened(self.waited(record))
    }

    fn waited(&self, record: RecordNo) -> Span {
        let since = self.line.records.get(&record);
        since.map_or(Span(0), |since| self.now - *since)
    }

    /// Whether the rep may name a record that is at this place of `offers`, or not among them.
    pub fn shows(&self, place: Option<usize>) -> bool {
        match self.pull.show {
            Show::All => true,
            Show::First(_) | Show::Blind => place.is_some(),
        }
    }
}

/// Where a pick out of order stands among the others shown; `None` for the first of all.
fn choice(offers: &[Offer], place: usize) -> Option<Choice> {
    if place == 0 {
        return None;
    }
    let others = &offers[1..];
    let own = (offers[place].rank.score, std::cmp::Reverse(place));
    let worth = |(at, offer): (usize, &Offer)| (offer.rank.score, std::cmp::Reverse(at + 1));
    let below = others.iter().enumerate().map(worth);
    let below = below.filter(|other| *other < own).count();
    Some(Choice {
        below: u32::try_from(below).unwrap_or(u32::MAX),
        shown: u32::try_from(others.len()).unwrap_or(u32::MAX),
    })
}
