//! Intake: a record enters the workspace and is dealt at once.
//!
//! One that is the same as a record already here may be merged into it at once; which are the same
//! is said by the policy and found by [`crate::choose`]. The key itself is never taken in twice.

use crate::choose::Draft;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::{Cause, Event};
use crate::holding::records::RECORDS_MAX;
use crate::market::value::Attributes;
use crate::people::rep::PrivateRef;
use crate::precedence::mark::{self, Mark};
use crate::state::State;
use crate::time::Moment;
use smol_str::SmolStr;
use std::sync::Arc;

/// Longest record key in bytes.
pub const RECORD_KEY_MAX: usize = 200;

/// A record comes in.
///
/// *Refuses*, in order: `policy_missing`, `record_known`, `bound_exceeded`, `value_refused`.
#[derive(Clone, Debug, PartialEq)]
pub struct Intake {
    /// The key the source uses; unique for ever.
    pub key: SmolStr,
    /// Public attributes; field numbers of the state's record schema.
    pub attributes: Arc<Attributes>,
    /// Personal data, already in the side table.
    pub private: Option<PrivateRef>,
    /// Event time at the source; the record time when absent.
    pub occurred: Option<Moment>,
    /// What stands for personal data when records are compared ([`mark::marks`]).
    pub marks: Vec<Mark>,
}

impl Intake {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
        if let Some(record) = state.record_no(&self.key) {
            return Err(Refusal::RecordKnown {
                record: self.key.to_string(),
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
        if self.marks.len() > mark::MARKS_MAX {
            return Err(Refusal::BoundExceeded {
                what: "marks of one record",
                limit: mark::MARKS_MAX as u64,
                seen: self.marks.len() as u64,
            });
        }
        let mut draft = Draft::new(state, policy, envelope).marked(&self.marks);
        let (to, verdict) = draft.deal_attributes(&self.key, &self.attributes, 0, None);
        Ok(vec![
            Event::RecordTaken {
                record,
                key: self.key.clone(),
                attributes: Arc::clone(&self.attributes),
                private: self.private,
                occurred: self.occurred.unwrap_or(envelope.at),
                marks: self.marks.clone(),
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

/// The one rule for keys of records and reps, on every way in.
///
/// *Refuses*, in order: `bound_exceeded` (more than `max` bytes), `value_refused` (empty, control
/// characters, characters that nobody sees or that turn text round: two keys that look the same
/// would be two records).
pub fn key_fits(what: &'static str, key: &str, max: usize) -> Result<(), Refusal> {
    if key.len() > max {
        return Err(Refusal::BoundExceeded {
            what,
            limit: max as u64,
            seen: key.len() as u64,
        });
    }
    let expected = if key.trim().is_empty() || key.contains(char::is_control) {
        "printable text on one line that is not empty"
    } else if key.contains(invisible) {
        "visible characters only: no zero-width characters, soft hyphens or direction marks"
    } else {
        return Ok(());
    };
    Err(Refusal::ValueRefused {
        what,
        seen: key.escape_debug().to_string(),
        expected,
    })
}

/// Zero-width characters, the soft hyphen, and marks of direction.
fn invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_text_on_one_line() {
        for key in ["L-1", "4711/EMEA", "Zoë Ruiz", "ליאת", "日本-1"] {
            assert_eq!(key_fits("record key", key, 20), Ok(()), "{key}");
        }
        let refused = |key: &str| key_fits("record key", key, 20).map_err(|error| error.code());
        for key in [
            "",
            " ",
            "a\nb",
            "a\0",
            "a\u{200B}",
            "\u{202E}ab",
            "a\u{AD}b",
            "\u{FEFF}a",
        ] {
            assert_eq!(refused(key), Err("value_refused"), "{key:?}");
        }
        assert_eq!(refused(&"x".repeat(21)), Err("bound_exceeded"));
        assert_eq!(refused(&"x".repeat(20)), Ok(()));
    }
}
