//! Resume rep: back in rotation, with the credits as they stand.
//!
//! Nobody returns to a flood: what a long absence left of the credits was clamped by the clock
//! ([`super::tick`]).

use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::people::rep::Status;
use crate::state::{State, rep_named};

/// A rep takes part in rotation again.
///
/// *Refuses*, in order: `rep_unknown`, `rep_left`, `nothing_to_do`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResumeRep {
    /// Key of the rep.
    pub rep: String,
}

impl ResumeRep {
    pub(super) fn decide(&self, state: &State) -> Result<Vec<Event>, Refusal> {
        let rep = rep_named(state, &self.rep)?;
        match state.roster().rep(rep).profile.status {
            Status::Left => Err(Refusal::RepLeft {
                rep: self.rep.clone(),
            }),
            Status::Active => Err(Refusal::NothingToDo),
            Status::Paused { .. } => Ok(vec![Event::RepResumed { rep }]),
        }
    }
}
