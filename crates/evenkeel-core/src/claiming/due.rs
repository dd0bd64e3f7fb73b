//! Claims that were not worked in time: they go back to their queue.

use crate::event::{Event, Freed, Release};
use crate::state::State;
use crate::time::Moment;

/// Whether any claim has to go back by now.
pub fn any(state: &State, now: Moment) -> bool {
    let first = state.claims().due().next();
    !state.timers_held() && first.is_some_and(|(until, _)| until <= now)
}

/// Adds the going back of every claim that had to be worked by now, the earliest first, up to
/// `most` events in all. *Ties*: the lower record. None while timers are held after a jump.
pub fn due(state: &State, now: Moment, most: usize, events: &mut Vec<Event>) {
    if state.timers_held() {
        return;
    }
    let due = state.claims().due().take_while(|(until, _)| *until <= now);
    let due = due.take(most.saturating_sub(events.len()));
    events.extend(due.map(|(_, record)| {
        let claim = state.claims().of(record).expect("what is due is claimed");
        Event::RecordReleased {
            record,
            why: Release::ClaimExpired,
            to: Freed::Queue(claim.queue),
        }
    }));
}
