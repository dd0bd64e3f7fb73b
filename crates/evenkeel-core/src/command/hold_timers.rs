//! Hold timers: the clock jumped, so what would move many records waits for a person.
//!
//! Whoever reads the clock notices the jump and asks; here is only decided whether it matters.
//! Warnings, holds and what waits for somebody to be able go on.

use crate::clocks::Held;
use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::overdue;
use crate::recycling::moving;
use crate::state::State;
use crate::time::{HOUR, Moment, Span};

/// A clock that goes on by more than this at once has jumped.
pub const JUMP: Span = HOUR;

/// The clock went from one moment to another without the time between having passed, or nobody was
/// there while it did.
///
/// *Refuses*, in order: `policy_missing`; `nothing_to_do` (held already, no more than [`JUMP`], or
/// no more records would be moved than the policy's `guard` allows).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldTimers {
    /// What the clock said before.
    pub from: Moment,
    /// What it says now.
    pub to: Moment,
}

impl HoldTimers {
    pub(super) fn decide(&self, state: &State) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
        let due = u32::try_from(overdue::movers(state, self.to) + moving::movers(state, self.to))
            .unwrap_or(u32::MAX);
        let few = due <= policy.document().guard.timers;
        if state.timers_held() || few || self.to - self.from <= JUMP {
            return Err(Refusal::NothingToDo);
        }
        let (from, to) = (self.from, self.to);
        Ok(vec![Event::TimersHeld(Held { from, to, due })])
    }
}
