//! File feedback: a rep or somebody who runs the team says how much a book is.
//!
//! Only kept: no capacity changes by it.

use crate::command::refusal::Refusal;
use crate::effort::capacity::ACCOUNTS_MAX;
use crate::event::Event;
use crate::people::feedback::{SAID_MAX, Said};
use crate::people::rep::Status;
use crate::state::{State, rep_named};
use crate::units::Micro;

/// A view of a rep's book.
///
/// *Refuses*, in order: `rep_unknown`, `rep_left`, `value_refused` (accounts not above 0, or more
/// than a book can hold), `bound_exceeded` ([`SAID_MAX`] views of one book).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFeedback {
    /// Key of the rep.
    pub rep: String,
    /// The view.
    pub said: Said,
}

impl FileFeedback {
    pub(super) fn decide(&self, state: &State) -> Result<Vec<Event>, Refusal> {
        let rep = rep_named(state, &self.rep)?;
        if state.roster().rep(rep).profile.status == Status::Left {
            let rep = self.rep.clone();
            return Err(Refusal::RepLeft { rep });
        }
        let sound = |accounts: &Micro| *accounts > Micro(0) && *accounts <= ACCOUNTS_MAX;
        if let Some(accounts) = self.said.accounts.filter(|accounts| !sound(accounts)) {
            return Err(Refusal::ValueRefused {
                what: "number of accounts",
                seen: accounts.to_string(),
                expected: "above 0, and at most a million",
            });
        }
        let kept = state.feedback().of(rep).len();
        if kept >= SAID_MAX {
            return Err(Refusal::BoundExceeded {
                what: "views of one book",
                limit: SAID_MAX as u64,
                seen: kept as u64 + 1,
            });
        }
        let said = self.said;
        Ok(vec![Event::FeedbackFiled { rep, said }])
    }
}
