//! The books of a workspace as an instance: which records are planned, and where each is.
//!
//! Records in books; with `accounts` in `[plan]` only those that answer yes, and those that wait in
//! queues beside them. What is held, rests or is closed is no part of any plan.

use crate::command::refusal::Refusal;
use crate::command::refusal::plan::NotPlanned;
use crate::holding::place::Place;
use crate::holding::planned::{RECORDS_MAX, Spot};
use crate::ids::{RecordNo, RepNo};
use crate::market::clause::Answer;
use crate::plan::instance::{Flaw, NOBODY};
use crate::plan::setting::{Draft, Setting};
use crate::state::State;

/// What is planned.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The instance with what its numbers stand for.
    pub setting: Setting,
    /// The records, ascending: account by account of the instance.
    pub records: Vec<RecordNo>,
    /// Where each is.
    pub spots: Vec<Spot>,
}

/// Gathers what the policy in force says is planned.
///
/// *Refuses*, in order: `policy_missing`, `bound_exceeded` ([`RECORDS_MAX`] records),
/// `nothing_to_plan`, `value_refused` (an amount out of proportion).
pub fn gather(state: &State) -> Result<Gathered, Refusal> {
    let mut draft = Draft::new(state).ok_or(Refusal::PolicyMissing)?;
    let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
    let which = policy.document().plan.accounts.as_ref();
    let columns = &state.records().columns;
    let (mut records, mut spots) = (Vec::new(), Vec::new());
    for row in 0..state.records().len() {
        let record = RecordNo::at(row);
        let (spot, owner) = match state.place(record) {
            Place::Book(rep) => (Spot::Book(rep), Some(rep)),
            Place::Queue(queue) if which.is_some() => (Spot::Queue(queue), None),
            _ => continue,
        };
        let attributes = columns.attributes(row);
        if which.is_some_and(|which| which.answer(&attributes) != Answer::Yes) {
            continue;
        }
        draft.take_of(&attributes, owner);
        records.push(record);
        spots.push(spot);
    }
    if records.len() > RECORDS_MAX {
        return Err(Refusal::BoundExceeded {
            what: "records of one plan",
            limit: RECORDS_MAX as u64,
            seen: records.len() as u64,
        });
    }
    if records.is_empty() {
        return Err(Refusal::Plan(NotPlanned::NothingToPlan));
    }
    let setting = draft.finish();
    match setting.instance.check() {
        Ok(()) => Ok(Gathered {
            setting,
            records,
            spots,
        }),
        Err(flaw) => Err(refused(state, &records, &flaw)),
    }
}

fn refused(state: &State, records: &[RecordNo], flaw: &Flaw) -> Refusal {
    let seen = match flaw {
        Flaw::Amount { account } => state.records().key(records[*account]).to_owned(),
        flaw => format!("{flaw:?}"),
    };
    Refusal::ValueRefused {
        what: "the value or effort of a planned record",
        seen,
        expected: "at most some thousand times that of an ordinary one",
    }
}

impl Gathered {
    /// The number of a rep in the instance; [`NOBODY`] for whoever is not in it.
    pub fn number(&self, rep: RepNo) -> u32 {
        match self.setting.reps.binary_search(&rep) {
            Ok(at) => at as u32,
            Err(_) => NOBODY,
        }
    }

    /// The account that stands for a record.
    pub fn account(&self, record: RecordNo) -> Option<usize> {
        self.records.binary_search(&record).ok()
    }
}
