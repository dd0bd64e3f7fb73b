//! What events about single records do to the state: taken in, dealt, given, voided, closed.
//!
//! The second half of [`State::apply`]; it decides nothing either.

use super::State;
use crate::event::{Cause, Event, Freed, Release, Touch};
use crate::holding::place::{Hold, Place, Rest};
use crate::ids::{RecordNo, RepNo};
use crate::market::value::Attributes;
use crate::time::Moment;
use crate::units::Micro;
use crate::verdict::{Destination, Owing, Turn, Verdict};

impl State {
    /// Folds in one event about a record.
    pub(super) fn apply_to_record(&mut self, event: &Event, at: Moment) {
        match event {
            Event::RecordTaken {
                record,
                key,
                attributes,
                private,
                occurred,
                marks,
            } => {
                let pushed = self.records.push(key, *occurred, *private);
                assert_eq!(pushed, *record, "record numbers are given in order");
                self.records.set_marks(*record, marks);
                self.learn(attributes);
                self.matches.learn(*record, &self.records);
                self.records.note(*record, self.seq);
            }
            Event::RecordDealt {
                record,
                to,
                cause,
                verdict,
            } => {
                self.overdue(*record, *cause);
                self.dealt(*record, *to, verdict, at);
            }
            Event::RecordGiven {
                record,
                rep,
                counted,
                ..
            } => {
                for counted in counted {
                    let pool = &mut self.pools[counted.pool.index()];
                    pool.ledger.apply_makeup(&counted.makeup);
                }
                self.given(*record, *rep, at);
            }
            Event::HoldExpired { record, queue } => {
                self.move_to(*record, Place::Queue(*queue), at);
                self.records.note(*record, self.seq);
            }
            Event::RecordClosed { record, reason } => self.closed(*record, reason, at),
            Event::RecordMerged { record, into, back } => {
                self.merged(*record, *into, back.as_ref(), at);
            }
            Event::MarksForgotten { record } => self.forgotten(*record),
            Event::TurnVoided {
                record,
                turn,
                size,
                makeup,
                ..
            } => self.voided(*record, turn, *size, makeup, at),
            Event::HandoffVoided {
                record, rep, owing, ..
            } => self.unowed(*record, *rep, owing, at),
            Event::RecordClaimed {
                record,
                rep,
                queue,
                claim,
            } => self.claimed(*record, (*queue, *rep), claim, at),
            Event::RecordReleased { record, why, to } => {
                self.swept(*record, why, at);
                self.released(*record, (why, *to), at);
            }
            _ => unreachable!("only events about records are sent here: {event:?}"),
        }
    }

    fn closed(&mut self, record: RecordNo, reason: &str, at: Moment) {
        if let Place::Book(rep) = self.records.place(record) {
            self.outcomes.note_ended((record, rep), reason, at);
        }
        self.clocks.forgive(record);
        self.move_to(record, Place::Closed, at);
        self.records.note(record, self.seq);
    }

    /// When it is dealt because its owner did not touch it, it does not go back for a while.
    fn overdue(&mut self, record: RecordNo, cause: Cause) {
        if cause == Cause::Overdue {
            self.clocks.lapse(record);
            self.records.activity.release(record);
        }
    }

    /// It left a book, to rest or into a queue.
    fn released(&mut self, record: RecordNo, (why, to): (&Release, Freed), at: Moment) {
        let from = self.records.place(record).owner();
        let arrival = self.unclaimed(record, (why, to), at);
        self.records.activity.release(record);
        self.clocks.forgive(record);
        let place = match to {
            Freed::Rest { until, then } => Place::Resting(Rest {
                since: at,
                until,
                then,
                from,
            }),
            Freed::Queue(queue) => Place::Queue(queue),
        };
        self.records.set_turn(record, None);
        self.move_to(record, place, at);
        if let (Place::Queue(queue), Some(arrival)) = (place, arrival) {
            self.arrived(queue, record, arrival);
        }
        self.records.note(record, self.seq);
    }

    /// Somebody worked on it.
    pub(super) fn touched(&mut self, touch: &Touch) {
        let record = touch.record;
        let by_owner = touch.rep.is_some() && self.records.place(record).owner() == touch.rep;
        self.records.activity.touch(record, touch.at, by_owner);
        if let Some(worked) = self.records.activity.worked_at(record) {
            self.claims.work(record, worked);
        }
        self.recycling.touched(record, touch.at);
        self.records.note(record, self.seq);
    }

    fn voided(
        &mut self,
        record: RecordNo,
        turn: &Turn,
        size: Micro,
        makeup: &[(RepNo, Micro)],
        at: Moment,
    ) {
        self.pools[turn.pool.index()].apply_void(turn, size, makeup);
        if let Some(pick) = turn.pick {
            self.roster.rep_mut(pick.rep).voids.push(at);
        }
        self.back(record);
    }

    /// A fixed handoff was given back.
    fn unowed(&mut self, record: RecordNo, rep: RepNo, owing: &Owing, at: Moment) {
        self.pools[owing.pool.index()]
            .ledger
            .apply_makeup(&owing.makeup);
        self.journeys.owe(owing);
        self.roster.rep_mut(rep).voids.push(at);
        self.back(record);
    }

    /// A record's turn is back: nobody can give it back twice.
    fn back(&mut self, record: RecordNo) {
        self.journeys.void(record);
        self.records.set_turn(record, None);
        self.records.note(record, self.seq);
    }

    /// Adds a record's attributes, and their new values to the policy's index.
    fn learn(&mut self, attributes: &Attributes) {
        let fresh = self.records.columns.push(attributes);
        if let Some(policy) = &mut self.policy {
            policy.learn(&fresh, &self.records.columns);
        }
    }

    fn given(&mut self, record: RecordNo, rep: RepNo, at: Moment) {
        self.move_to(record, Place::Book(rep), at);
        self.records.count_deal(record);
        self.roster.rep_mut(rep).assigned += 1;
        self.roster.rep_mut(rep).history.push(at);
        self.records.set_turn(record, None);
        self.records.note(record, self.seq);
    }

    fn dealt(&mut self, record: RecordNo, to: Destination, verdict: &Verdict, at: Moment) {
        if let Destination::Merged(into) = to {
            return self.merged(record, into, None, at);
        }
        self.charged(verdict);
        for turn in &verdict.turns {
            self.pools[turn.pool.index()].apply_turn(turn, verdict.size, at);
        }
        if let Some(owing) = verdict.owing() {
            self.pools[owing.pool.index()]
                .ledger
                .apply_makeup(&owing.makeup);
        }
        if let Some(step) = &verdict.step {
            self.journeys.reach(record, step, at);
        }
        let place = match to {
            Destination::Rep(rep) => {
                let rep_entry = self.roster.rep_mut(rep);
                rep_entry.assigned += 1;
                rep_entry.history.push(at);
                self.records.count_deal(record);
                if let Some((turn, pick)) = verdict.picked() {
                    self.outcomes.note_dealt(record, (turn.pool, pick.rep), at);
                }
                let turn = verdict.took_turn().then_some(self.seq);
                self.records.set_turn(record, turn);
                Place::Book(rep)
            }
            Destination::Queue(queue) => Place::Queue(queue),
            Destination::Hold {
                pool,
                until,
                then,
                excluded,
                awaits,
            } => Place::Held(Hold {
                pool,
                since: at,
                until,
                then,
                excluded,
                awaits,
            }),
            Destination::Merged(_) => Place::Closed,
        };
        self.move_to(record, place, at);
        self.journeys.settle(record, verdict);
        self.records.note(record, self.seq);
    }
}
