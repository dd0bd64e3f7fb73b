//! What is in memory: the state, how far it is durable, how the workspace is doing, what was last.

use crate::host::order::Done;
use evenkeel_core::event::Recorded;
use evenkeel_core::ids::CommandId;
use evenkeel_core::state::State;
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

/// A command done not long ago.
#[derive(Clone, Debug)]
pub struct Known {
    /// Digest of what was asked.
    pub body: [u8; 32],
    /// What came of it.
    pub done: Done,
}

/// The commands done not long ago, newest last.
#[derive(Debug)]
pub struct Recent {
    most: usize,
    ring: VecDeque<(Option<CommandId>, Known)>,
    /// How many were forgotten: where the ring begins.
    forgotten: u64,
    /// Where those are that somebody may ask for again.
    places: HashMap<CommandId, u64>,
}

impl Recent {
    /// Remembers at most `most` commands.
    pub fn new(most: usize) -> Self {
        let (ring, places) = (VecDeque::new(), HashMap::new());
        Self {
            most,
            ring,
            forgotten: 0,
            places,
        }
    }

    /// Remembers a durable command; with an id when somebody may ask for it again.
    pub fn push(&mut self, id: Option<CommandId>, known: Known) {
        if let Some(id) = id {
            self.places
                .insert(id, self.forgotten + self.ring.len() as u64);
        }
        self.ring.push_back((id, known));
        while self.ring.len() > self.most {
            if let Some((Some(id), _)) = self.ring.pop_front() {
                self.places.remove(&id);
            }
            self.forgotten += 1;
        }
    }

    /// The command with this id.
    pub fn get(&self, id: CommandId) -> Option<&Known> {
        let place = self.places.get(&id)?.checked_sub(self.forgotten)?;
        self.ring
            .get(usize::try_from(place).ok()?)
            .map(|(_, known)| known)
    }

    /// The last `count` events up to `head`, newest last; `None` when not all of them are here.
    pub fn last(&self, count: usize, head: u64) -> Option<Vec<(u64, Recorded)>> {
        let mut events = Vec::new();
        let mut next = head;
        for (_, Known { done, .. }) in self.ring.iter().rev() {
            for (at, recorded) in done.events.iter().enumerate().rev() {
                let seq = done.first_seq + at as u64;
                if seq > next {
                    continue;
                }
                if seq < next {
                    return None;
                }
                if events.len() == count {
                    break;
                }
                events.push((seq, recorded.clone()));
                next -= 1;
            }
        }
        let whole = events.len() == count || next == 0;
        whole.then(|| {
            events.reverse();
            events
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::event::{Actor, Event};
    use evenkeel_core::ids::{QueueNo, RecordNo};
    use evenkeel_core::time::Moment;

    fn known(first: u64, count: u64) -> Known {
        let event = Event::HoldExpired {
            record: RecordNo(0),
            queue: QueueNo(0),
        };
        let command = CommandId([0; 16]);
        let recorded = Recorded {
            at: Moment(0),
            actor: Actor::System,
            command,
            event,
        };
        let events = vec![recorded; count as usize].into();
        let done = Done {
            first_seq: first,
            last_seq: first + count - 1,
            repeated: false,
            events,
            answer: Vec::new().into(),
        };
        Known {
            body: [0; 32],
            done,
        }
    }

    fn seqs(recent: &Recent, count: usize, head: u64) -> Option<Vec<u64>> {
        recent
            .last(count, head)
            .map(|events| events.iter().map(|(seq, _)| *seq).collect())
    }

    #[test]
    fn the_last_events_come_newest_last_or_not_at_all() {
        let mut recent = Recent::new(3);
        for (id, first, count) in [(1, 1, 2), (2, 3, 1), (3, 4, 2)] {
            recent.push(Some(CommandId([id; 16])), known(first, count));
        }
        assert_eq!(seqs(&recent, 3, 5), Some(vec![3, 4, 5]));
        assert_eq!(seqs(&recent, 9, 5), Some(vec![1, 2, 3, 4, 5]));
        assert_eq!(seqs(&recent, 2, 4), Some(vec![3, 4]));
        recent.push(None, known(6, 1));
        assert_eq!(seqs(&recent, 4, 6), Some(vec![3, 4, 5, 6]));
        assert_eq!(seqs(&recent, 5, 6), None);
        assert!(recent.get(CommandId([1; 16])).is_none());
        let kept = recent
            .get(CommandId([3; 16]))
            .map(|known| known.done.first_seq);
        assert_eq!(kept, Some(4));
    }
}
