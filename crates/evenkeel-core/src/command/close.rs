//! Close: a record is done with and leaves its book or queue.
//!
//! What is closed for a reason of a removal rule comes back after a rest.
//!
//! Won, lost, disqualified are reason codes of the workspace, never an enum here (law 12).

use crate::command::assign::Expected;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::recycling::closing;
use crate::state::{State, open_record};

/// Longest reason code in characters.
pub const REASON_MAX: usize = 60;

/// A record is done with.
///
/// *Refuses*, in order: `record_unknown`, `record_closed`, `owner_moved`, `value_refused` (a reason
/// that is not 1 to [`REASON_MAX`] lower-case letters, digits, `_` or `-`).
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
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        let length = self.reason.chars().count();
        if length == 0 || length > REASON_MAX || !self.reason.chars().all(plain) {
            return Err(Refusal::ValueRefused {
                what: "reason code",
                seen: self.reason.chars().take(80).collect(),
                expected: "1 to 60 lower-case letters, digits, _ or -",
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
