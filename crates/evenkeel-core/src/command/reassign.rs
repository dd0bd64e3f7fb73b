//! Reassign: another owner is wanted, and the policy chooses who.
//!
//! The present owner never gets it back from this; to name the new owner is [`super::assign`].

use crate::choose::Draft;
use crate::command::assign::Expected;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::{Cause, Event};
use crate::holding::place::Place;
use crate::state::{State, open_record};
use crate::verdict::Destination;

/// Another owner is wanted for a record, by the policy.
///
/// *Refuses*, in order: `policy_missing`, `record_unknown`, `record_closed`, `owner_moved`,
/// `nothing_to_do` (it would stay where it is).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reassign {
    /// Key of the record.
    pub record: String,
    /// Owner the caller saw.
    pub expected: Expected,
}

impl Reassign {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
        let record = open_record(state, &self.record)?;
        self.expected.holds(state, record)?;
        let place = state.place(record);
        let mut draft = Draft::new(state, policy, envelope);
        let excluded = match place {
            Place::Held(hold) => hold.excluded,
            place => place.owner(),
        };
        let (to, verdict) = draft.deal_record(record, excluded);
        let stays = match (place, to) {
            (Place::Queue(now), Destination::Queue(then)) => now == then,
            (Place::Held(now), Destination::Hold { pool, awaits, .. }) => {
                (now.pool, now.awaits) == (pool, awaits)
            }
            (place, Destination::Rep(rep)) => place.owner() == Some(rep),
            _ => false,
        };
        if stays {
            return Err(Refusal::NothingToDo);
        }
        Ok(vec![Event::RecordDealt {
            record,
            to,
            cause: Cause::Reassign,
            verdict,
        }])
    }
}
