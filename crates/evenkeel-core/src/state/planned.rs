//! The part of the state that knows plans of the books, what carrying one out does, and what was
//! said about how much books are.
//!
//! A planned move is no turn: it costs no credit, counts against no cap, and starts no clock.

use super::State;
use crate::event::planned::Planned;
use crate::holding::place::Place;
use crate::holding::planned::{Plans, Shift, Spot, Stage};
use crate::people::feedback::Feedback;
use crate::time::Moment;

impl State {
    /// Plans of the books.
    pub fn plans(&self) -> &Plans {
        &self.plans
    }

    /// What was said about how much books are.
    pub fn feedback(&self) -> &Feedback {
        &self.feedback
    }

    /// Folds in one fact about a plan.
    pub(super) fn apply_to_plans(&mut self, planned: &Planned, at: Moment) {
        let seq = self.seq;
        match planned {
            Planned::Made(made) => self.plans.push((**made).clone(), at, seq),
            Planned::Approved { plan } => {
                self.plans.reach(*plan, Stage::Approved, at, seq);
            }
            Planned::Dropped { plan } => {
                self.plans.reach(*plan, Stage::Dropped, at, seq);
            }
            Planned::Applied { plan, shifts } => {
                self.plans.reach(*plan, Stage::Applied, at, seq);
                self.shift(shifts, at);
            }
            Planned::Unplaced { plan, without } => self.plans.leave_out(*plan, without),
            Planned::Undone { plan, shifts, lost } => {
                if let Some(kept) = self.plans.reach(*plan, Stage::Undone, at, seq) {
                    kept.lost.clone_from(lost);
                }
                self.shift(shifts, at);
            }
        }
    }

    fn shift(&mut self, shifts: &[Shift], at: Moment) {
        for shift in shifts {
            let place = match shift.to {
                Spot::Book(rep) => Place::Book(rep),
                Spot::Queue(queue) => Place::Queue(queue),
            };
            self.records.set_turn(shift.record, None);
            self.move_to(shift.record, place, at);
            self.records.note(shift.record, self.seq);
        }
    }
}
