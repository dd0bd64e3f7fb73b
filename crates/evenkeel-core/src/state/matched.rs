//! The part of the state that matching needs: which records are alike, which were merged.
//!
//! Mutators apply what was decided and decide nothing.

use super::State;
use crate::event::{Taken, TurnBack};
use crate::holding::place::Place;
use crate::ids::RecordNo;
use crate::precedence::index::{self, Index};
use crate::precedence::rung::{Way, With};
use crate::time::Moment;
use crate::verdict::Verdict;
use crate::verdict::rung::Said;
use std::collections::BTreeSet;

impl State {
    /// Which records have a given value.
    pub fn matches(&self) -> &Index {
        &self.matches
    }

    /// The open records that are the same as this one by the duplicates of the policy in force,
    /// ascending. *Bounds*: [`index::LOOK_MAX`] for each way of comparing.
    pub fn alike(&self, record: RecordNo) -> Vec<RecordNo> {
        let mut alike = BTreeSet::new();
        let Some(policy) = &self.policy else {
            return Vec::new();
        };
        let ladder = &policy.document().ladder;
        let kind = |record| index::kind(&self.records.columns, record);
        for rung in ladder
            .rungs
            .iter()
            .filter(|rung| rung.way == Way::Duplicate)
        {
            let With::Fields(parts) = &rung.with else {
                continue;
            };
            let seal = index::stored(&rung.by, record, &self.records, &ladder.free_mail);
            let Some(seal) = seal.filter(|_| rung.asks(kind(record).as_deref())) else {
                continue;
            };
            let found = self.matches.find(parts, seal);
            let found = found.filter(|other| rung.finds(kind(*other).as_deref()));
            alike.extend(found.map(|other| self.records.survivor(other)));
        }
        alike.remove(&record);
        alike.retain(|other| self.place(*other) != Place::Closed);
        alike.into_iter().collect()
    }

    /// Adds what a rung counted to the make-up of its pool.
    pub(super) fn charged(&mut self, verdict: &Verdict) {
        if let Some(Said::Took(charge)) = verdict.settled().map(|rung| &rung.said)
            && let Some(pool) = charge.pool
        {
            self.pools[pool.index()].ledger.apply_makeup(&charge.makeup);
        }
    }

    /// Applies a merge: by the policy when the record came in, or by hand.
    pub(super) fn merged(
        &mut self,
        record: RecordNo,
        into: RecordNo,
        back: Option<&TurnBack>,
        at: Moment,
    ) {
        match back {
            Some(TurnBack { taken, .. }) => self.returned(taken),
            // The only turn of the two stands for the survivor from now on.
            None if self.records.turn(into).is_none() => {
                let turn = self.records.turn(record);
                self.records.set_turn(into, turn);
            }
            None => {}
        }
        if back.is_some() {
            self.journeys.void(record);
        }
        self.records.set_turn(record, None);
        self.records.set_merged(record, into);
        self.move_to(record, Place::Closed, at);
        self.records.note(record, self.seq);
        self.records.note(into, self.seq);
    }

    fn returned(&mut self, taken: &Taken) {
        match taken {
            Taken::Turn { turn, size, makeup } => {
                self.pools[turn.pool.index()].apply_void(turn, *size, makeup);
            }
            Taken::Handoff(owing) => {
                let pool = &mut self.pools[owing.pool.index()];
                pool.ledger.apply_makeup(&owing.makeup);
                self.journeys.owe(owing);
            }
        }
    }

    /// Applies the forgetting of marks.
    pub(super) fn forgotten(&mut self, record: RecordNo) {
        self.matches.forget(record, &self.records);
        self.records.set_marks(record, &[]);
        self.records.note(record, self.seq);
    }
}
