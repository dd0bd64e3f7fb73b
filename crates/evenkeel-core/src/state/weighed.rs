//! The part of the state that knows what books weigh: loads, kept as records move.
//!
//! Derived like the index of matches: counted again when a policy comes into force or a snapshot is
//! read, and never written.

use super::State;
use crate::effort::cost::Effort;
use crate::effort::loads::Loads;
use crate::ids::{RecordNo, RepNo};
use crate::market::value::Attributes;
use crate::units::{Micro, ONE};

impl State {
    /// What is open in a rep's book, in standard accounts: its records where the policy in force
    /// has no `[effort]`.
    pub fn load(&self, rep: RepNo) -> Micro {
        self.loads.of(rep)
    }

    /// What a record of the workspace costs while it is open, in standard accounts.
    pub fn cost(&self, record: RecordNo) -> Micro {
        cost_by(self.effort(), self, record)
    }

    /// What the policy in force says of effort.
    pub fn effort(&self) -> Option<&Effort> {
        self.policy.as_ref()?.document().effort.as_ref()
    }

    /// What every book would weigh by another `[effort]`.
    pub fn loads_by(&self, effort: Option<&Effort>) -> Loads {
        let mut loads = Loads::default();
        for (rep, entry) in self.roster.iter() {
            let costs = entry
                .book
                .iter()
                .map(|record| cost_by(effort, self, *record));
            loads.add(rep, costs.sum());
        }
        loads
    }

    /// What every book weighs.
    pub fn loads(&self) -> &Loads {
        &self.loads
    }

    /// Tells an outline, which has no records, what books weigh.
    pub fn set_loads(&mut self, loads: Loads) {
        self.loads = loads;
    }

    /// What a record that is coming in will cost.
    pub fn cost_of(&self, record: &Attributes) -> Micro {
        crate::effort::cost::cost(self.effort(), record)
    }

    /// Counts all books again.
    pub(super) fn weigh(&mut self) {
        self.loads = self.loads_by(self.effort());
    }
}

fn cost_by(effort: Option<&Effort>, state: &State, record: RecordNo) -> Micro {
    let columns = &state.records.columns;
    effort.map_or(ONE, |effort| effort.of_row(columns, record.index()))
}
