//! Forget: the marks of a record are no longer matched.
//!
//! Goes with erasing personal data, which is the side table's matter and no command.

use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::state::State;

/// The marks of a record are no longer matched.
///
/// *Refuses*, in order: `record_unknown`, `nothing_to_do` (it has none).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forget {
    /// Key of the record; it may be closed.
    pub record: String,
}

impl Forget {
    pub(super) fn decide(&self, state: &State) -> Result<Vec<Event>, Refusal> {
        let unknown = || Refusal::RecordUnknown {
            record: self.record.clone(),
        };
        let record = state.record_no(&self.record).ok_or_else(unknown)?;
        if state.records().marks(record).is_empty() {
            return Err(Refusal::NothingToDo);
        }
        Ok(vec![Event::MarksForgotten { record }])
    }
}
