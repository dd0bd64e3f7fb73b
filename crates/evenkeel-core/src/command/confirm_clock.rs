//! Confirm the clock: a person has looked after a jump, and held timers go on.
//!
//! What they do then is the next ticks' to decide, a bounded part each.

use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::state::State;

/// Somebody has looked at the clock.
///
/// *Refuses*: `nothing_to_do` (no timers are held).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfirmClock;

impl ConfirmClock {
    pub(super) fn decide(self, state: &State) -> Result<Vec<Event>, Refusal> {
        match state.timers_held() {
            true => Ok(vec![Event::TimersConfirmed]),
            false => Err(Refusal::NothingToDo),
        }
    }
}
