//! What events of recycling do to the state: lists, sweeps, and records that are back.
//!
//! Like the rest of [`State::apply`], it decides nothing.

use super::State;
use crate::event::sweeping::{Planned, Sweeping};
use crate::event::{Event, Release};
use crate::holding::activity::Stamp;
use crate::holding::place::{Place, Rest};
use crate::holding::recycling::{Next, Recycling};
use crate::holding::sweeps::{Stage, Sweep, Taken};
use crate::ids::{RecordNo, RepNo};
use crate::policy::compiled::Compiled;
use crate::policy::document::Document;
use crate::time::Moment;

impl State {
    /// Who was warned, what is due, and the sweeps.
    pub fn recycling(&self) -> &Recycling {
        &self.recycling
    }

    /// When this rep may get this record again, if that is not yet so at `now`.
    ///
    /// A record that was ever released does not go back to those who had it before the cooldown of
    /// the policy in force is over. A person may give it to them all the same (law 13).
    pub fn cooling(&self, record: RecordNo, rep: RepNo, now: Moment) -> Option<Moment> {
        let released = self.records.activity.was_released(record);
        released
            .then(|| self.parted_lately(record, rep, now))
            .flatten()
    }

    /// Folds in one event of recycling.
    pub(super) fn recycle(&mut self, event: &Event, at: Moment) {
        match event {
            Event::RecordReturned {
                record,
                rep,
                reason,
                ..
            } => {
                self.outcomes.note_returned((*record, *rep), reason, at);
                self.roster.rep_mut(*rep).returns.push(at);
                self.records.activity.release(*record);
                self.records.note(*record, self.seq);
            }
            Event::RecordKept { record, until, .. } => {
                self.recycling.keep(*record, *until);
                self.records.note(*record, self.seq);
            }
            Event::RecordRestored {
                record,
                rep,
                sweep,
                until,
            } => {
                self.move_to(*record, Place::Book(*rep), at);
                let taken = self.recycling.restore(*sweep, *record, *until);
                if let Some(taken) = taken {
                    let activity = &mut self.records.activity;
                    activity.restore(*record, taken.clocks, taken.released);
                    let turn = Some(taken.turn).filter(|turn| *turn > 0);
                    self.records.set_turn(*record, turn);
                }
                self.records.note(*record, self.seq);
            }
            Event::Sweeping(fact) => self.sweeping(fact, at),
            _ => unreachable!("only events of recycling are sent here: {event:?}"),
        }
    }

    fn sweeping(&mut self, fact: &Sweeping, at: Moment) {
        match fact {
            Sweeping::OwnersWarned {
                rule,
                records,
                removal,
            } => {
                self.recycling.warn(rule, records, (at, *removal));
                self.note_all(records);
            }
            Sweeping::RecordsDue { rule, records } => {
                self.recycling.due(rule, records, at);
                self.note_all(records);
            }
            Sweeping::RecordsAvailable { records, .. } => {
                for record in records {
                    self.available(*record, at);
                }
            }
            Sweeping::ContactsFound { record } => {
                self.recycling.found(*record, at);
                self.records.note(*record, self.seq);
            }
            Sweeping::CadenceSet { at, local } => {
                let (at, local) = (*at, local.clone());
                self.recycling.set_next(Some(Next { at, local }));
            }
            Sweeping::Begun { sweep } => self.planned(sweep, Stage::Running, at),
            Sweeping::Held { sweep, .. } => self.planned(sweep, Stage::Held, at),
            Sweeping::Approved { sweep } => self.recycling.stage(*sweep, Stage::Running, at),
            Sweeping::Dropped { sweep, until } => {
                self.recycling.drop_sweep(*sweep, *until, at);
            }
            Sweeping::Ended { sweep } => self.recycling.stage(*sweep, Stage::Done, at),
            Sweeping::Recalled { sweep } => self.recycling.stage(*sweep, Stage::Undoing, at),
            Sweeping::Undone { sweep, .. } => self.recycling.stage(*sweep, Stage::Undone, at),
        }
    }

    fn planned(&mut self, planned: &Planned, stage: Stage, at: Moment) {
        let number = planned.number;
        if self.recycling.sweeps().find(number).is_some() {
            let (rules, records) = (&planned.rules, planned.records);
            return self.recycling.join(number, stage, rules, records);
        }
        self.recycling.plan(Sweep {
            number,
            cadence: planned.cadence,
            rules: planned.rules.clone(),
            planned: at,
            begun: (stage == Stage::Running).then_some(at),
            stage,
            records: planned.records,
            books: planned.books,
            ..Sweep::default()
        });
    }

    /// Its rest ends now.
    fn available(&mut self, record: RecordNo, at: Moment) {
        if let Place::Resting(rest) = self.records.place(record) {
            self.resting.remove(&(rest.until, record));
            let rest = Rest { until: at, ..rest };
            self.records.set_place(record, Place::Resting(rest));
            self.resting.insert((at, record));
            self.records.note(record, self.seq);
        }
    }

    /// A record is about to leave its book; if a sweep takes it, as it was then is remembered.
    pub(super) fn swept(&mut self, record: RecordNo, why: &Release, at: Moment) {
        let Release::Removed {
            sweep: Some(number),
            ..
        } = why
        else {
            return;
        };
        let Some(rep) = self.records.place(record).owner() else {
            return;
        };
        let taken = Taken {
            record,
            rep,
            at: Stamp::of(at),
            clocks: self.records.activity.clocks(record),
            turn: self.records.turn(record).unwrap_or(0),
            released: self.records.activity.was_released(record),
        };
        self.recycling.take(*number, taken);
    }

    /// Another policy comes into force: a rule that is not the same any more warns afresh, and
    /// another cadence is set anew.
    pub(super) fn settle_recycling(&mut self, document: &Document) {
        let before = self.policy.as_ref().map(Compiled::document);
        let before = before.and_then(|before| before.recycling.as_ref());
        let after = document.recycling.as_ref();
        let same = |name: &str| {
            let old = before.and_then(|before| before.removal(name));
            old.is_some() && old == after.and_then(|after| after.removal(name))
        };
        self.recycling.settle(same);
        if before.map(|before| &before.cadence) != after.map(|after| &after.cadence) {
            self.recycling.set_next(None);
        }
    }

    fn note_all(&mut self, records: &[RecordNo]) {
        for record in records {
            self.records.note(*record, self.seq);
        }
    }
}
