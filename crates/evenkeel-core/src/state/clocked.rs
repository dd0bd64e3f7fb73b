//! What events about clocks do to the state, and what may be asked of them.

use super::State;
use crate::clocks::{Clocks, Speed, Stage};
use crate::event::Event;
use crate::ids::{RecordNo, RepNo};
use crate::time::Moment;

impl State {
    /// Clocks of records that wait for their owners' first work.
    pub fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// Whether nothing may be taken out of a book by time, until somebody has confirmed the clock.
    pub fn timers_held(&self) -> bool {
        self.clocks.held().is_some()
    }

    /// Whether every sign of life of a record matters, however soon after the one before.
    pub fn is_watched(&self, record: RecordNo) -> bool {
        self.clocks.of(record).is_some() || self.recycling.watch(record).is_some()
    }

    /// Until when this rep had the record, if the rep had it and may not have it again yet, were it
    /// released now.
    pub fn parted_lately(&self, record: RecordNo, rep: RepNo, now: Moment) -> Option<Moment> {
        let cooldown = self.policy()?.document().cooldown;
        let mut before = self.records.activity.owners_before(record);
        let (_, until) = before.find(|(owner, _)| *owner == rep)?;
        Some(until + cooldown).filter(|again| now < *again)
    }

    /// Folds in one event about clocks.
    pub(super) fn apply_to_clocks(&mut self, event: &Event) {
        match event {
            Event::ClockSet { record, rep, clock } => {
                self.clocks.set(*record, *rep, clock.clone());
            }
            Event::SlaWarned { record, .. } => self.rang(*record, Stage::Warned),
            Event::SlaBreached { record, .. } => self.rang(*record, Stage::Breached),
            Event::SlaEscalated { record, .. } => self.rang(*record, Stage::Escalated),
            Event::FirstWorked {
                record,
                rep,
                started,
                waited,
                business,
            } => {
                let speed = Speed {
                    record: *record,
                    started: *started,
                    waited: *waited,
                    business: *business,
                };
                self.clocks.learn(*rep, speed);
                self.clocks.stop(*record);
                self.clocks.forgive(*record);
            }
            Event::TimersHeld(held) => self.clocks.hold(Some(*held)),
            Event::TimersConfirmed => self.clocks.hold(None),
            _ => unreachable!("only events about clocks are sent here: {event:?}"),
        }
    }

    fn rang(&mut self, record: RecordNo, stage: Stage) {
        self.clocks.reach(record, stage);
        self.records.note(record, self.seq);
    }
}
