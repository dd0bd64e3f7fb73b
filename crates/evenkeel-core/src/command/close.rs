//! Close: a record is done with and leaves its book or queue.
//!
//! What is closed for a reason of a removal rule comes back after a rest.
//!
//! Won, lost, disqualified are reason codes of the workspace, never an enum here (law 12).

use crate::command::assign::Expected;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::market::code::{CODE_FORM, is_code};
use crate::recycling::closing;
use crate::state::{State, open_record};

/// A record is done with.
///
/// *Refuses*, in order: `record_unknown`, `record_closed`, `owner_moved`, `value_refused` (a reason
/// that is no code, [`is_code`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// Key of the record.
    pub record: String,
    /// Owner the caller saw.
    pub expected: Expected,
    /// A reason code.
    pub reason: String,
}

impl Close {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let record = open_record(state, &self.record)?;
        self.expected.holds(state, record)?;
        if !is_code(&self.reason) {
            return Err(Refusal::ValueRefused {
                what: "reason code",
                seen: self.reason.chars().take(80).collect(),
                expected: CODE_FORM,
            });
        }
        let closed = Event::RecordClosed {
            record,
            reason: self.reason.clone(),
        };
        let back = closing::back(state, record, &self.reason, envelope.at);
        Ok([closed].into_iter().chain(back).collect())
    }
}
