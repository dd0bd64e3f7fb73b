//! One queue: what waits in it, since when, and in which order it is taken.
//!
//! Two orders stand side by side: by waiting, for dealing again and for alarms; and by grade and
//! key, for claims. The second follows from the policy in force and is worked out again with it,
//! so it is in no snapshot. Who may take a record is not known here.

use crate::ids::RecordNo;
use crate::policy::document::pull::Pull;
use crate::time::Moment;
use crate::units::Micro;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A queue in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Name, the same in every policy version.
    pub name: String,
    /// What waits in it, with since when.
    pub records: BTreeMap<RecordNo, Moment>,
    /// The same, those waiting longest first.
    pub order: BTreeSet<(Moment, RecordNo)>,
    /// When those arrived that were claimed in between and came back unworked.
    arrived: BTreeMap<RecordNo, Moment>,
    /// By grade of the policy in force, the last those of none: key and record, ascending.
    #[serde(skip)]
    ranked: Vec<BTreeSet<(Moment, RecordNo)>>,
    /// Where each record stands in it.
    #[serde(skip)]
    ranks: BTreeMap<RecordNo, Rank>,
}

/// What a record is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rank {
    /// Position of its grade; one past the last grade for none.
    pub grade: usize,
    /// Its key: the lower, the earlier.
    pub key: Moment,
    /// Its score.
    pub score: Micro,
}

impl Rank {
    /// Of a record with this arrival and score, by the settings of its queue.
    pub fn of(pull: &Pull, arrival: Moment, score: Micro) -> Self {
        Self {
            grade: pull.grade(score),
            key: pull.key(arrival, score),
            score,
        }
    }
}

impl Queue {
    /// An empty queue.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Adds a record; `arrived` where that was before.
    pub fn insert(&mut self, record: RecordNo, at: Moment, arrived: Option<Moment>) {
        self.records.insert(record, at);
        self.order.insert((at, record));
        if let Some(arrived) = arrived.filter(|arrived| *arrived < at) {
            self.arrived.insert(record, arrived);
        }
    }

    /// Takes a record out.
    pub fn remove(&mut self, record: RecordNo) {
        if let Some(since) = self.records.remove(&record) {
            self.order.remove(&(since, record));
            self.arrived.remove(&record);
        }
        if let Some(rank) = self.ranks.remove(&record) {
            self.ranked[rank.grade].remove(&(rank.key, record));
        }
    }

    /// When a record arrived, which is before it began to wait if it was claimed in between.
    pub fn arrival(&self, record: RecordNo) -> Option<Moment> {
        let since = self.records.get(&record)?;
        Some(*self.arrived.get(&record).unwrap_or(since))
    }

    /// Forgets the order of claiming, to be ranked again with so many grades.
    pub fn unrank(&mut self, grades: usize) {
        self.ranks.clear();
        self.ranked = vec![BTreeSet::new(); grades + 1];
    }

    /// Gives a waiting record its place in the order of claiming.
    ///
    /// *Bounds*: panics on a grade beyond those that [`Queue::unrank`] was told.
    pub fn rank(&mut self, record: RecordNo, rank: Rank) {
        if self.ranked.is_empty() {
            self.unrank(0);
        }
        self.ranked[rank.grade].insert((rank.key, record));
        self.ranks.insert(record, rank);
    }

    /// Where a waiting record stands.
    pub fn rank_of(&self, record: RecordNo) -> Option<Rank> {
        self.ranks.get(&record).copied()
    }

    /// The order of claiming by grade, the best grade first, the last those of none; each by key,
    /// then by record.
    pub fn by_grade(&self) -> &[BTreeSet<(Moment, RecordNo)>] {
        &self.ranked
    }

    /// Every waiting record in the order of claiming. *Ties*: the lower record.
    pub fn in_order(&self) -> impl Iterator<Item = (RecordNo, Rank)> {
        let mut heads: Vec<_> = self
            .ranked
            .iter()
            .map(|set| set.iter().peekable())
            .collect();
        std::iter::from_fn(move || {
            let first = heads.iter_mut().enumerate();
            let first = first.filter_map(|(at, head)| Some((**head.peek()?, at)));
            let (_, at) = first.min()?;
            let (_, record) = *heads[at].next()?;
            Some((record, self.ranks[&record]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_to_where_it_was() {
        let mut queue = Queue::new("q");
        queue.unrank(1);
        let rank = |grade, key| Rank {
            grade,
            key: Moment(key),
            score: Micro(0),
        };
        for (record, grade, key) in [(0, 1, 30), (1, 0, 20), (2, 1, 20), (3, 0, 40)] {
            queue.insert(RecordNo(record), Moment(50), None);
            queue.rank(RecordNo(record), rank(grade, key));
        }
        let order =
            |queue: &Queue| -> Vec<u32> { queue.in_order().map(|(record, _)| record.0).collect() };
        assert_eq!(order(&queue), [1, 2, 0, 3]);
        queue.remove(RecordNo(2));
        assert_eq!(order(&queue), [1, 0, 3]);
        assert_eq!(queue.rank_of(RecordNo(2)), None);
        queue.insert(RecordNo(2), Moment(90), Some(Moment(50)));
        queue.rank(RecordNo(2), rank(1, 20));
        assert_eq!(order(&queue), [1, 2, 0, 3]);
        assert_eq!(queue.arrival(RecordNo(2)), Some(Moment(50)));
        assert_eq!(queue.records[&RecordNo(2)], Moment(90), "it waits anew");
    }
}
