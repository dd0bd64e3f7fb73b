//! Find contacts: somebody new was found to talk to at a record that nobody has.
//!
//! A fact from outside. Whether it ends the record's rest is the policy's.

use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::event::sweeping::Sweeping;
use crate::state::{State, open_record};

/// New contacts were found.
///
/// *Refuses*, in order: `record_unknown`, `record_closed`, `nothing_to_do` (somebody has it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindContacts {
    /// Key of the record.
    pub record: String,
}

impl FindContacts {
    pub(super) fn decide(&self, state: &State) -> Result<Vec<Event>, Refusal> {
        let record = open_record(state, &self.record)?;
        match state.place(record).owner() {
            Some(_) => Err(Refusal::NothingToDo),
            None => Ok(vec![Event::Sweeping(Sweeping::ContactsFound { record })]),
        }
    }
}
