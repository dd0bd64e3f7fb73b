//! The workspace without its records: enough to look ahead in its pools, and quick to copy.
//!
//! Reps, pools, policy and books are as they are; records, queues and waiting are empty. Nothing is
//! ever decided on an outline, since half of what a decision needs is missing: events are decided
//! on the whole workspace and only foreseen here.

use crate::event::{Event, Recorded};
use crate::queue::line::Queue;
use crate::state::State;
use crate::verdict::Destination;

impl State {
    /// The outline. *Bounds*: a copy of at most every rep, pool and book, and of no record.
    pub fn outline(&self) -> Self {
        let queue = |queue: &Queue| Queue::new(&queue.name);
        Self {
            seq: self.seq,
            last_at: self.last_at,
            record_schema: self.record_schema.clone(),
            rep_schema: self.rep_schema.clone(),
            versions: self.versions.clone(),
            policy_text: self.policy_text.clone(),
            policy: self.policy.clone(),
            positions: self.positions.clone(),
            loads: self.loads.clone(),
            roster: self.roster.clone(),
            pools: self.pools.clone(),
            queues: self.queues.iter().map(queue).collect(),
            territories: self.territories.clone(),
            ..Self::new()
        }
    }

    /// Folds into an outline what an event means for reps and pools. What books then weigh has to
    /// be told ([`State::set_loads`]): it takes the records.
    pub fn foresee(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::PolicyPublished { .. } => {
                let loads = self.loads.clone();
                self.apply(recorded);
                self.loads = loads;
            }
            Event::RepSet { .. }
            | Event::PoolChanged { .. }
            | Event::CreditClamped { .. }
            | Event::RepPaused { .. }
            | Event::RepResumed { .. } => self.apply(recorded),
            Event::RecordDealt {
                record,
                to,
                verdict,
                ..
            } => {
                let at = recorded.at;
                for turn in &verdict.turns {
                    self.pools[turn.pool.index()].apply_turn(turn, verdict.size, at);
                }
                if let Destination::Rep(rep) = to {
                    let rep = self.roster.rep_mut(*rep);
                    rep.history.push(at);
                    rep.book.insert(*record);
                }
            }
            // The rest moves records that an outline does not have.
            _ => {}
        }
    }
}
