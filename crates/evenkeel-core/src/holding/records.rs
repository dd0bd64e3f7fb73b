//! All records: key, compact attributes, place, and where their story stands in the journal.
//!
//! Columns instead of objects: about twenty attributes of a record cost some hundred bytes. The
//! story itself (verdicts, reasons) is in the journal; here are only its positions.

use crate::holding::activity::Activity;
use crate::holding::keys::Keys;
use crate::holding::place::Place;
use crate::holding::places::Places;
use crate::holding::wide::Wide;
use crate::ids::RecordNo;
use crate::market::columns::Columns;
use crate::market::tall::Tall;
use crate::people::rep::PrivateRef;
use crate::precedence::mark::Mark;
use crate::time::Moment;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most records in one workspace.
pub const RECORDS_MAX: usize = 50_000_000;

/// All records of the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    keys: Keys,
    /// Attribute values by record number.
    pub columns: Columns,
    /// Where each record is.
    pub places: Places,
    /// Owners and work.
    pub activity: Activity,
    occurred: Tall<Moment>,
    deals: Tall<u32>,
    /// Position in the journal of the turn that dealt it to its last owner; 0 is none.
    turns: Tall<Wide>,
    private: BTreeMap<RecordNo, PrivateRef>,
    marks: BTreeMap<RecordNo, Vec<Mark>>,
    /// What each absorbed record was merged into, and the same the other way round.
    merged: BTreeMap<RecordNo, RecordNo>,
    absorbed: BTreeSet<(RecordNo, RecordNo)>,
    last_step: Tall<u32>,
    /// The events in all stories, and before each the one it follows (position + 1; 0 is none).
    steps: Tall<Wide>,
    before: Tall<u32>,
}

impl Records {
    /// How many records were ever taken in.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The number behind a key.
    pub fn find(&self, key: &str) -> Option<RecordNo> {
        self.keys.find(key).map(RecordNo::at)
    }

    /// The key of a record. *Bounds*: panics on a number the journal never gave.
    pub fn key(&self, record: RecordNo) -> &str {
        self.keys
            .get(record.index())
            .expect("record numbers come from the journal")
    }

    /// Where the record is.
    pub fn place(&self, record: RecordNo) -> Place {
        self.places.get(record)
    }

    /// When it came into being at its source.
    pub fn occurred(&self, record: RecordNo) -> Moment {
        self.occurred[record.index()]
    }

    /// How often it was dealt or given so far.
    pub fn deals(&self, record: RecordNo) -> u32 {
        self.deals[record.index()]
    }

    /// Where its personal data is.
    pub fn private(&self, record: RecordNo) -> Option<PrivateRef> {
        self.private.get(&record).copied()
    }

    /// What stands for its personal data when records are compared.
    pub fn marks(&self, record: RecordNo) -> &[Mark] {
        self.marks.get(&record).map_or(&[], Vec::as_slice)
    }

    /// Sets or, with none, forgets them.
    pub fn set_marks(&mut self, record: RecordNo, marks: &[Mark]) {
        if marks.is_empty() {
            self.marks.remove(&record);
        } else {
            self.marks.insert(record, marks.to_vec());
        }
    }

    /// The record it was merged into, if it was.
    pub fn merged_into(&self, record: RecordNo) -> Option<RecordNo> {
        self.merged.get(&record).copied()
    }

    /// The record that stands for it now: itself, unless it was merged, and so on.
    pub fn survivor(&self, mut record: RecordNo) -> RecordNo {
        // Only an open record is merged and only into an open one, so there is no circle.
        while let Some(into) = self.merged_into(record) {
            record = into;
        }
        record
    }

    /// The records that were merged into it, ascending.
    pub fn absorbed(&self, into: RecordNo) -> impl Iterator<Item = RecordNo> {
        let all = (into, RecordNo(0))..=(into, RecordNo(u32::MAX));
        self.absorbed.range(all).map(|(_, record)| *record)
    }

    /// Notes a merge.
    pub fn set_merged(&mut self, record: RecordNo, into: RecordNo) {
        self.merged.insert(record, into);
        self.absorbed.insert((into, record));
    }

    /// Positions in the journal of everything that happened to it, oldest first.
    pub fn story(&self, record: RecordNo) -> Vec<u64> {
        let mut story = Vec::new();
        let mut at = self.last_step[record.index()];
        while at != 0 {
            let step = at as usize - 1;
            story.push(self.steps[step].get());
            at = self.before[step];
        }
        story.reverse();
        story
    }

    /// Adds a record, in place nowhere yet: the event that deals it follows in the same batch.
    pub fn push(&mut self, key: &str, occurred: Moment, private: Option<PrivateRef>) -> RecordNo {
        let (at, fresh) = self.keys.insert(key);
        assert!(fresh, "a key is taken in once");
        let record = RecordNo::at(at);
        self.places.push();
        self.activity.push();
        self.occurred.push(occurred);
        self.deals.push(0);
        self.turns.push(Wide::default());
        self.last_step.push(0);
        if let Some(private) = private {
            self.private.insert(record, private);
        }
        record
    }

    /// Moves the record and returns where it was.
    pub fn set_place(&mut self, record: RecordNo, place: Place) -> Place {
        self.places.set(record, place)
    }

    /// Counts one more deal.
    pub fn count_deal(&mut self, record: RecordNo) {
        self.deals[record.index()] += 1;
    }

    /// Position in the journal of the turn that can be given back: the one by which the record came
    /// to its last owner. `None` when it came otherwise, or the turn was given back already.
    pub fn turn(&self, record: RecordNo) -> Option<u64> {
        Some(self.turns[record.index()].get()).filter(|seq| *seq > 0)
    }

    /// Sets or forgets that position.
    pub fn set_turn(&mut self, record: RecordNo, seq: Option<u64>) {
        self.turns[record.index()] = Wide::of(seq.unwrap_or(0));
    }

    /// Adds `seq` to the record's story.
    pub fn note(&mut self, record: RecordNo, seq: u64) {
        let before = self.last_step[record.index()];
        self.steps.push(Wide::of(seq));
        self.before.push(before);
        self.last_step[record.index()] =
            u32::try_from(self.steps.len()).expect("the workspace limits keep stories below 2^32");
    }
}
