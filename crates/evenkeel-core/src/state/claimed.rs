//! What queues and claims do to the state: ranked, taken by a rep, gone back.
//!
//! Mutators apply what was decided and decide nothing. The order of claiming follows from the
//! policy in force, so it is worked out here and in no event.

use super::State;
use crate::event::{Freed, Release};
use crate::holding::place::Place;
use crate::ids::{FieldNo, QueueNo, RecordNo, RepNo};
use crate::market::value::Value;
use crate::policy::document::pull::Pull;
use crate::queue::line::Rank;
use crate::time::Moment;
use crate::verdict::claim::Claimed;

impl State {
    /// How reps take records from this queue, if the policy in force has it.
    pub fn pull(&self, queue: QueueNo) -> Option<&Pull> {
        let position = self.positions.1.iter().position(|known| *known == queue)?;
        Some(&self.policy()?.document().queues[position].pull)
    }

    /// What a record would be ordered by in this queue, having arrived at this moment.
    pub fn rank(&self, pull: &Pull, record: RecordNo, arrival: Moment) -> Rank {
        let columns = &self.records.columns;
        let number = |field: FieldNo| match columns.value(field, record.index()) {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        };
        Rank::of(pull, arrival, pull.score(number))
    }

    /// A record came into a queue.
    pub(super) fn queued(&mut self, queue: QueueNo, record: RecordNo, at: Moment) {
        self.queues[queue.index()].insert(record, at, None);
        self.ranked(queue, record, at);
    }

    /// A record that came back had arrived earlier.
    pub(super) fn arrived(&mut self, queue: QueueNo, record: RecordNo, arrival: Moment) {
        let line = &mut self.queues[queue.index()];
        let Some(since) = line.records.get(&record).copied() else {
            return;
        };
        line.remove(record);
        line.insert(record, since, Some(arrival));
        self.ranked(queue, record, arrival);
    }

    fn ranked(&mut self, queue: QueueNo, record: RecordNo, arrival: Moment) {
        let nothing = Pull::default();
        let rank = self.rank(self.pull(queue).unwrap_or(&nothing), record, arrival);
        self.queues[queue.index()].rank(record, rank);
    }

    /// Ranks everything that waits by the policy in force.
    pub(super) fn rank_queues(&mut self) {
        for at in 0..self.queues.len() {
            let queue = QueueNo::at(at);
            let grades = self.pull(queue).map_or(0, |pull| pull.grades.len());
            self.queues[at].unrank(grades);
            let waiting: Vec<RecordNo> = self.queues[at].records.keys().copied().collect();
            for record in waiting {
                let arrival = self.queues[at].arrival(record);
                let arrival = arrival.expect("what waits has arrived");
                self.ranked(queue, record, arrival);
            }
        }
    }

    /// A rep took it.
    pub(super) fn claimed(
        &mut self,
        record: RecordNo,
        (queue, rep): (QueueNo, RepNo),
        claim: &Claimed,
        at: Moment,
    ) {
        self.move_to(record, Place::Book(rep), at);
        self.claims.begin(record, (queue, rep), claim, at);
        self.records.count_deal(record);
        let taker = self.roster.rep_mut(rep);
        taker.assigned += 1;
        taker.history.push(at);
        self.records.set_turn(record, None);
        self.records.note(record, self.seq);
    }

    /// A claim ends with a release; says when the record had arrived, if it goes back to the queue
    /// it was claimed from.
    pub(super) fn unclaimed(
        &mut self,
        record: RecordNo,
        (why, to): (&Release, Freed),
        at: Moment,
    ) -> Option<Moment> {
        let claim = *self.claims.of(record)?;
        if *why == Release::ClaimExpired {
            self.claims.expire(record, at);
        }
        (to == Freed::Queue(claim.queue)).then_some(claim.arrival)
    }
}
