//! Keep: an owner says what comes next with a record that would be taken, and keeps it for a while.
//!
//! One click, but not for nothing: the next step is written down, and only so often in a row
//! without work. A record that nobody wants to take needs no keeping.

use crate::command::assign::Expected;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::command::refusal::recycling::NotRecycled;
use crate::command::return_record::owner;
use crate::event::Event;
use crate::people::rep::PrivateRef;
use crate::state::{State, open_record};
use crate::time::Moment;

/// An owner keeps a record of which they were warned, or that is due.
///
/// *Refuses*, in order: `policy_missing`, `record_unknown`, `record_closed`, `owner_moved`,
/// `record_unowned`, `keep_limit_reached`, `value_refused` (a date that is past, or later than the
/// policy lets an owner keep it), `nothing_to_do` (nobody was warned of it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Key of the record.
    pub record: String,
    /// Owner the caller saw.
    pub expected: Expected,
    /// What the owner will do, already in the side table.
    pub next_step: PrivateRef,
    /// Until when; `None` is as long as the policy allows.
    pub until: Option<Moment>,
}

impl Keep {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?.document();
        let record = open_record(state, &self.record)?;
        self.expected.holds(state, record)?;
        let rep = owner(state, record)?;
        let recycling = policy.recycling.as_ref().ok_or(Refusal::NothingToDo)?;
        let now = envelope.at;
        let watched = state.recycling().watch(record).is_some();
        if watched && state.recycling().times_kept(record) >= recycling.keeps {
            return Err(Refusal::Recycling(NotRecycled::KeepLimit {
                record: self.record.clone(),
                limit: recycling.keeps,
            }));
        }
        let last = now + recycling.keep;
        let until = self.until.unwrap_or(last);
        if until <= now || until > last {
            return Err(Refusal::ValueRefused {
                what: "date to keep it until",
                seen: until.to_string(),
                expected: "a moment to come, no later than the policy allows",
            });
        }
        if !watched {
            return Err(Refusal::NothingToDo);
        }
        Ok(vec![Event::RecordKept {
            record,
            rep,
            next_step: self.next_step,
            until,
        }])
    }
}
