//! Intake: a record enters the workspace and is dealt at once.
//!
//! Looking for duplicates by e-mail or company deliberately comes later; here only the key counts.

use crate::choose::Draft;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::{Cause, Event};
use crate::holding::records::RECORDS_MAX;
use crate::market::value::Attributes;
use crate::people::rep::PrivateRef;
use crate::state::State;
use crate::time::Moment;

/// Longest record key in bytes.
pub const RECORD_KEY_MAX: usize = 200;

/// A record comes in.
///
/// *Refuses*, in order: `policy_missing`, `record_known`, `bound_exceeded`, `value_refused`.
#[derive(Clone, Debug, PartialEq)]
pub struct Intake {
    /// The key the source uses; unique for ever.
    pub key: String,
    /// Public attributes; field numbers of the state's record schema.
    pub attributes: Attributes,
    /// Personal data, already in the side table.
    pub private: Option<PrivateRef>,
    /// Event time at the source; the record time when absent.
    pub occurred: Option<Moment>,
}

impl Intake {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
        if let Some(record) = state.record_no(&self.key) {
            return Err(Refusal::RecordKnown {
                record: self.key.clone(),
                place: state.place(record),
            });
        }
        key_fits("record key", &self.key, RECORD_KEY_MAX)?;
        let record = state.next_record().ok_or(Refusal::BoundExceeded {
            what: "records in the workspace",
            limit: RECORDS_MAX as u64,
            seen: RECORDS_MAX as u64 + 1,
        })?;
        state.attributes_fit(&self.attributes)?;
        let mut draft = Draft::new(state, policy, envelope);
        let (to, verdict) = draft.deal_attributes(&self.key, &self.attributes, 0, None);
        Ok(vec![
            Event::RecordTaken {
                record,
                key: self.key.clone(),
                attributes: self.attributes.clone(),
                private: self.private,
                occurred: self.occurred.unwrap_or(envelope.at),
            },
            Event::RecordDealt {
                record,
                to,
                cause: Cause::Intake,
                verdict,
            },
        ])
    }
}

/// Refuses an empty key, one over `max` bytes, or one with control characters.
pub(super) fn key_fits(what: &'static str, key: &str, max: usize) -> Result<(), Refusal> {
    if key.len() > max {
        return Err(Refusal::BoundExceeded {
            what,
            limit: max as u64,
            seen: key.len() as u64,
        });
    }
    if key.trim().is_empty() || key.chars().any(char::is_control) {
        return Err(Refusal::ValueRefused {
            what,
            seen: key.escape_debug().to_string(),
            expected: "printable text that is not empty",
        });
    }
    Ok(())
}
