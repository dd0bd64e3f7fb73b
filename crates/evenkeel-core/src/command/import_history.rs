//! Import history: that a file of past facts was taken in beside the journal is told in it.
//!
//! The facts were decided elsewhere. Nothing here moves a record, a credit or a clock, and no
//! verdict is made up for them: what others decided must never look as if we had.

use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::holding::imports::{IMPORTS_MAX, Import};
use crate::market::code::{CODE_FORM, is_code};
use crate::state::State;

/// A file of history is in the side tables.
///
/// *Refuses*, in order: `bound_exceeded` (more than [`IMPORTS_MAX`] imports), `value_refused` (a
/// source that is no code), `nothing_to_do` (no row beyond the last import's).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportHistory {
    /// What was imported.
    pub import: Import,
}

impl ImportHistory {
    pub(super) fn decide(&self, state: &State) -> Result<Vec<Event>, Refusal> {
        let imports = state.imports();
        if imports.all().len() >= IMPORTS_MAX {
            return Err(Refusal::BoundExceeded {
                what: "imports of history",
                limit: IMPORTS_MAX as u64,
                seen: imports.all().len() as u64 + 1,
            });
        }
        if !is_code(&self.import.source) {
            return Err(Refusal::ValueRefused {
                what: "source of history",
                seen: self.import.source.chars().take(80).collect(),
                expected: CODE_FORM,
            });
        }
        if self.import.last_row <= imports.last_row() {
            return Err(Refusal::NothingToDo);
        }
        Ok(vec![Event::HistoryImported(Box::new(self.import.clone()))])
    }
}
