//! Merge by hand: two records turn out to be the same.
//!
//! The absorbed one is closed and points at the survivor, which stays where it is. Of two turns one
//! comes back, to whoever had the absorbed record, through make-up as a void does it; it does not
//! use up the limit on voids, since nobody gave a bad lead back. What comes in as a duplicate is
//! merged by the policy ([`crate::choose`]), without any turn.

use crate::choose::step::reversed;
use crate::choose::turn_back;
use crate::command::assign::Expected;
use crate::command::refusal::Refusal;
use crate::event::{Event, Taken, TurnBack};
use crate::ids::RecordNo;
use crate::state::{State, open_record};
use crate::verdict::{Owing, Verdict};

/// Two records turn out to be the same.
///
/// *Refuses*, in order: `policy_missing`, `record_unknown` (either), `value_refused` (a record into
/// itself), `record_closed` (either), `owner_moved`, `turn_unknown` (the turn to give back is not
/// the one that came with the command).
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// Key of the record that is absorbed.
    pub record: String,
    /// Key of the record that survives.
    pub into: String,
    /// Owner of the absorbed record that the caller saw.
    pub expected: Expected,
    /// The turn by which the absorbed record came to its owner: its position in the journal, as
    /// [`crate::holding::records::Records::turn`] says, and the verdict in the event there.
    pub turn: Option<(u64, Verdict)>,
}

impl Merge {
    pub(super) fn decide(&self, state: &State) -> Result<Vec<Event>, Refusal> {
        state.policy().ok_or(Refusal::PolicyMissing)?;
        let number = |key: &String| {
            let unknown = || Refusal::RecordUnknown {
                record: key.chars().take(200).collect(),
            };
            state.record_no(key).ok_or_else(unknown)
        };
        let (record, into) = (number(&self.record)?, number(&self.into)?);
        if record == into {
            return Err(Refusal::ValueRefused {
                what: "the record to merge into",
                seen: self.into.chars().take(80).collect(),
                expected: "another record",
            });
        }
        open_record(state, &self.record)?;
        open_record(state, &self.into)?;
        self.expected.holds(state, record)?;
        let back = match gives_back(state, record, into) {
            None => None,
            Some(dealt) => Some(self.back(state, dealt)?),
        };
        Ok(vec![Event::RecordMerged { record, into, back }])
    }

    fn back(&self, state: &State, dealt: u64) -> Result<TurnBack, Refusal> {
        let verdict = self.turn.as_ref().filter(|(seq, _)| *seq == dealt);
        let taken = verdict.and_then(|(_, verdict)| taken(state, verdict));
        let taken = taken.ok_or_else(|| Refusal::TurnUnknown {
            record: self.record.clone(),
        })?;
        Ok(TurnBack { dealt, taken })
    }
}

/// How the verdict says that the turn was used up, with what reverses it.
fn taken(state: &State, verdict: &Verdict) -> Option<Taken> {
    if let Some((turn, _)) = verdict.picked() {
        let size = verdict.size;
        let makeup = turn_back::makeup(state, turn, size);
        let turn = turn.clone();
        return Some(Taken::Turn { turn, size, makeup });
    }
    let (_, rep) = verdict.step.as_ref()?.taker()?;
    let owing = verdict.owing()?;
    let back = reversed(owing, &state.pool(owing.pool).ledger, rep);
    // With the taker gone from the pool, there is nobody left to settle it with.
    Some(Taken::Handoff(back.unwrap_or(Owing {
        pool: owing.pool,
        parts: Vec::new(),
        makeup: Vec::new(),
    })))
}

/// The turn of the absorbed record that comes back: its own, unless it is the only one of the two
/// and both are the same rep's, for whom it then stands for the survivor.
pub fn gives_back(state: &State, record: RecordNo, into: RecordNo) -> Option<u64> {
    let records = state.records();
    let owner = |record| state.place(record).owner();
    let stands = records.turn(into).is_none() && owner(record) == owner(into);
    records.turn(record).filter(|_| !stands)
}
