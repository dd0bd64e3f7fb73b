//! Assign by hand: a person gives a record to a rep.
//!
//! A human's decision beats the machine and is recorded (law 13). Whether it uses up a turn is the
//! pool's setting, and it drips through the make-up buffer so that nobody is starved at once.

use crate::choose::Draft;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::ids::RecordNo;
use crate::people::rep::{PrivateRef, Status};
use crate::state::{State, open_record, rep_named};

/// The owner a caller saw before asking for a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whoever owns it now.
    Any,
    /// This rep by key, or nobody.
    Owner(Option<String>),
}

/// A person gives a record to a rep.
///
/// *Refuses*, in order: `policy_missing`, `record_unknown`, `record_closed`, `owner_moved`,
/// `rep_unknown`, `rep_left`, `rep_owns_it`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assign {
    /// Key of the record.
    pub record: String,
    /// Key of the rep.
    pub rep: String,
    /// Owner the caller saw.
    pub expected: Expected,
    /// The giver's words, already in the side table.
    pub note: Option<PrivateRef>,
}

impl Assign {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
        let record = open_record(state, &self.record)?;
        self.expected.holds(state, record)?;
        let rep = rep_named(state, &self.rep)?;
        if state.roster().rep(rep).profile.status == Status::Left {
            return Err(Refusal::RepLeft {
                rep: self.rep.clone(),
            });
        }
        if state.place(record).owner() == Some(rep) {
            let (record, rep) = (self.record.clone(), self.rep.clone());
            return Err(Refusal::RepOwnsIt { record, rep });
        }
        let counted = Draft::new(state, policy, envelope).counted_by_hand(record, rep);
        Ok(vec![Event::RecordGiven {
            record,
            rep,
            counted,
            note: self.note,
        }])
    }
}

impl Expected {
    /// Refuses with `owner_moved` when the record has another owner than expected.
    pub(super) fn holds(&self, state: &State, record: RecordNo) -> Result<(), Refusal> {
        let Self::Owner(expected) = self else {
            return Ok(());
        };
        let found = state
            .place(record)
            .owner()
            .map(|rep| state.roster().rep(rep).key.clone());
        if found == *expected {
            return Ok(());
        }
        let record = state.records().key(record).to_owned();
        Err(Refusal::OwnerMoved {
            record,
            expected: expected.clone(),
            found,
        })
    }
}
