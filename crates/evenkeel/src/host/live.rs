//! What is in memory: the state, how far it is durable, how the workspace is doing, what was last.

use crate::host::order::Done;
use evenkeel_core::ids::CommandId;
use evenkeel_core::state::State;
use evenkeel_journal::events::Events;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// The state as decided so far, durable or not.
#[derive(Debug)]
pub struct Live {
    /// The state.
    pub state: State,
    /// Raised whenever something that was not durable had to be taken back.
    pub life: u64,
}

/// How far the state is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Number of the last durable event.
    pub seq: u64,
    /// The life it belongs to.
    pub life: u64,
}

/// How the workspace is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Takes orders.
    Well,
    /// Takes none for the moment, and tries again by itself.
    Stalled(Arc<str>),
    /// Takes none until somebody has looked at it; can be read.
    ReadOnly(Arc<str>),
    /// The store must be opened anew: nothing in memory may be trusted to be durable.
    Dead(Arc<str>),
}

/// Most pieces of memory kept for events to come.
const SPARE_MAX: usize = 16;

/// A command done not long ago.
#[derive(Clone, Debug)]
pub struct Known {
    /// Digest of what was asked.
    pub body: [u8; 32],
    /// What came of it.
    pub done: Done,
}

/// Events in the bytes they are kept in; the first has this number.
pub type Kept = (u64, Arc<Events>);

/// What was done not long ago: commands that somebody may ask for again, and the last events.
///
/// Events are kept as bytes. Thousands are decided for each that is looked at here, and whole ones
/// would be freed long after the processor has forgotten them.
#[derive(Debug)]
pub struct Recent {
    most: usize,
    known: HashMap<CommandId, Known>,
    /// Their ids, oldest first.
    order: VecDeque<CommandId>,
    /// The last events by batch, without gap, newest last.
    batches: VecDeque<Kept>,
    /// Memory of events that were forgotten.
    spare: Vec<Events>,
}

impl Recent {
    /// Remembers at most `most` commands, and so many events or one batch more.
    pub fn new(most: usize) -> Self {
        let (known, order) = (HashMap::new(), VecDeque::new());
        Self {
            most,
            known,
            order,
            batches: VecDeque::new(),
            spare: Vec::new(),
        }
    }

    /// Remembers a durable command that somebody may ask for again.
    pub fn know(&mut self, id: CommandId, known: Known) {
        if self.known.insert(id, known).is_none() {
            self.order.push_back(id);
        }
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }

    /// The command with this id.
    pub fn get(&self, id: CommandId) -> Option<&Known> {
        self.known.get(&id)
    }

    /// Remembers the events of a durable batch, of which `first_seq` is the first, and gives memory
    /// for those of another: that of events forgotten for these, unless somebody still looks at
    /// them.
    pub fn push(&mut self, first_seq: u64, events: Events) -> Events {
        if events.is_empty() {
            return events;
        }
        let next = self.batches.back().map(end);
        if next.is_some_and(|next| next != first_seq) {
            self.batches.clear();
        }
        let last = first_seq + events.len() as u64;
        self.batches.push_back((first_seq, Arc::new(events)));
        while let Some(oldest) = self.batches.front()
            && last - end(oldest) >= self.most as u64
        {
            let forgotten = self.batches.pop_front();
            let forgotten = forgotten.and_then(|(_, events)| Arc::into_inner(events));
            self.spare.extend(forgotten.map(Events::emptied));
        }
        // Batches differ in size: now none is forgotten for another, now several.
        self.spare.truncate(SPARE_MAX);
        self.spare.pop().unwrap_or_default()
    }

    /// The batches that hold the last `count` events up to `head`, newest last; `None` when not all
    /// of them are here.
    pub fn last(&self, count: usize, head: u64) -> Option<Vec<Kept>> {
        let first = (head + 1).saturating_sub(count as u64).max(1);
        let wanted = |batch: &&Kept| batch.0 <= head && end(batch) > first;
        let found: Vec<Kept> = self.batches.iter().filter(wanted).cloned().collect();
        let begins = found.first().is_some_and(|batch| batch.0 <= first);
        let ends = found.last().is_some_and(|batch| end(batch) > head);
        (first > head || begins && ends).then_some(found)
    }
}

/// The number after a batch's last event.
fn end((first, events): &Kept) -> u64 {
    first + events.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(first_seq: u64) -> Known {
        let done = Done {
            first_seq,
            last_seq: first_seq,
            repeated: false,
            events: Arc::from([]),
            answer: Vec::new().into(),
        };
        Known {
            body: [0; 32],
            done,
        }
    }

    /// The numbers of the last events; each event's bytes are its number.
    fn seqs(recent: &Recent, count: usize, head: u64) -> Option<Vec<u64>> {
        let batches = recent.last(count, head)?;
        let numbered = batches.iter().flat_map(|(first, events)| {
            let numbers = *first..;
            numbers.zip(events.iter())
        });
        let numbered = numbered.inspect(|(seq, bytes)| assert_eq!(bytes[0], *seq as u8));
        Some(numbered.map(|(seq, _)| seq).collect())
    }

    fn push(recent: &mut Recent, seqs: std::ops::RangeInclusive<u64>) {
        let events = seqs.clone().map(|seq| [seq as u8]).collect();
        recent.push(*seqs.start(), events);
    }

    #[test]
    fn the_last_events_come_newest_last_or_not_at_all() {
        let mut recent = Recent::new(4);
        assert_eq!(seqs(&recent, 3, 0), Some(vec![]));
        for batch in [1..=2, 3..=3, 4..=5] {
            push(&mut recent, batch);
        }
        assert_eq!(seqs(&recent, 3, 5), Some(vec![3, 4, 5]));
        assert_eq!(seqs(&recent, 9, 5), Some(vec![1, 2, 3, 4, 5]));
        assert_eq!(seqs(&recent, 2, 3), Some(vec![1, 2, 3]));
        push(&mut recent, 6..=6);
        assert_eq!(seqs(&recent, 4, 6), Some(vec![3, 4, 5, 6]));
        assert_eq!(seqs(&recent, 5, 6), None);
        assert_eq!(seqs(&recent, 1, 7), None);
        push(&mut recent, 9..=9);
        assert_eq!(seqs(&recent, 1, 9), Some(vec![9]));
        assert_eq!(seqs(&recent, 2, 9), None, "7 and 8 came from elsewhere");
    }

    #[test]
    fn memory_of_what_is_forgotten_is_used_again_unless_somebody_looks_at_it() {
        let mut recent = Recent::new(2);
        let events = |count: u8| (0..count).map(|number| [number; 50]).collect::<Events>();
        let room = |events: Events| {
            assert!(events.is_empty(), "nothing is left in it");
            events.emptied().room()
        };
        assert_eq!(room(recent.push(1, events(1))), 0, "nothing is forgotten");
        assert_eq!(room(recent.push(2, events(1))), 0);
        assert!(room(recent.push(3, events(1))) >= 54, "that of the first");
        let looked_at = recent.last(2, 3);
        assert_eq!(room(recent.push(4, events(2))), 0, "both are looked at");
        drop(looked_at);
        // Two are forgotten for one, and given one after the other.
        recent.push(6, events(1));
        recent.push(7, events(1));
        assert!(room(recent.push(8, events(2))) >= 54);
        assert!(
            room(recent.push(10, Events::default())) == 0,
            "nor for nothing"
        );
    }

    #[test]
    fn batches_without_events_are_not_remembered() {
        let mut recent = Recent::new(4);
        push(&mut recent, 1..=1);
        for _ in 0..100 {
            recent.push(2, Events::default());
        }
        push(&mut recent, 2..=2);
        assert_eq!(recent.last(2, 2).map(|batches| batches.len()), Some(2));
    }

    #[test]
    fn the_last_commands_are_known() {
        let mut recent = Recent::new(2);
        for number in 1..=3 {
            recent.know(CommandId([number; 16]), known(number.into()));
        }
        assert!(recent.get(CommandId([1; 16])).is_none());
        let kept = recent.get(CommandId([3; 16]));
        assert_eq!(kept.map(|known| known.done.first_seq), Some(3));
    }
}
