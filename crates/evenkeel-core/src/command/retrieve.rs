//! Retrieve: a manager pulls records out of books, to rest, into a queue, or to be dealt again.
//!
//! The manager says which and whose they were when the plan was looked at; one that has moved since
//! refuses all of it. A person's act: no guard stops it, and no warning comes before it.

use crate::choose::Draft;
use crate::command::assign::Expected;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::command::return_record::owner;
use crate::event::{Cause, Event, Freed, Release};
use crate::holding::place::AfterRest;
use crate::ids::{QueueNo, RecordNo, RepNo};
use crate::policy::document::recycling::REST;
use crate::state::{State, open_record};
use std::collections::BTreeSet;

/// Most records of one retrieval.
pub const RETRIEVE_MAX: usize = 1_000;

/// Where retrieved records go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetrieveTo {
    /// To rest as long as the policy says, then dealt again.
    Rest,
    /// Into this queue, by name.
    Queue(String),
    /// Dealt again at once, each to anybody but those who had it lately.
    Deal,
}

/// A manager pulls records out of books.
///
/// *Refuses*, in order: `policy_missing`, `queue_unknown`, `bound_exceeded`, `value_refused` (a
/// record twice); then record by record `record_unknown`, `record_closed`, `owner_moved`,
/// `record_unowned`; `nothing_to_do`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retrieve {
    /// Which, by key, each with the owner the caller saw.
    pub records: Vec<(String, Expected)>,
    /// Where they go.
    pub to: RetrieveTo,
}

enum Goes {
    Free(Freed),
    Deal,
}

impl Retrieve {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
        let recycling = policy.document().recycling.as_ref();
        let goes = match &self.to {
            RetrieveTo::Rest => Goes::Free(Freed::Rest {
                until: envelope.at + recycling.map_or(REST, |recycling| recycling.rest),
                then: AfterRest::Deal,
            }),
            RetrieveTo::Queue(name) => Goes::Free(Freed::Queue(queue_named(state, name)?)),
            RetrieveTo::Deal => Goes::Deal,
        };
        if self.records.len() > RETRIEVE_MAX {
            return Err(Refusal::BoundExceeded {
                what: "records of one retrieval",
                limit: RETRIEVE_MAX as u64,
                seen: self.records.len() as u64,
            });
        }
        let mut draft = Draft::new(state, policy, envelope).releasing();
        let mut events = Vec::new();
        for (record, rep) in self.owned(state)? {
            events.push(match goes {
                Goes::Free(to) => Event::RecordReleased {
                    record,
                    why: Release::Retrieved,
                    to,
                },
                Goes::Deal => {
                    let (to, verdict) = draft.deal_record(record, Some(rep));
                    Event::RecordDealt {
                        record,
                        to,
                        cause: Cause::Reassign,
                        verdict,
                    }
                }
            });
        }
        match events.is_empty() {
            true => Err(Refusal::NothingToDo),
            false => Ok(events),
        }
    }

    /// The records with their owners, in the order given.
    fn owned(&self, state: &State) -> Result<Vec<(RecordNo, RepNo)>, Refusal> {
        let mut seen = BTreeSet::new();
        if let Some((twice, _)) = self.records.iter().find(|(key, _)| !seen.insert(key)) {
            return Err(Refusal::ValueRefused {
                what: "record",
                seen: twice.chars().take(80).collect(),
                expected: "named once",
            });
        }
        let owned = self.records.iter().map(|(key, expected)| {
            let record = open_record(state, key)?;
            expected.holds(state, record)?;
            Ok((record, owner(state, record)?))
        });
        owned.collect()
    }
}

/// The queue of this name in the policy in force.
///
/// *Refuses*: `queue_unknown`.
pub(super) fn queue_named(state: &State, name: &str) -> Result<QueueNo, Refusal> {
    let queues = state
        .policy()
        .map_or(&[][..], |policy| &policy.document().queues);
    let declared = queues.iter().any(|queue| queue.name == *name);
    let found = state.queue_no(name).filter(|_| declared);
    found.ok_or_else(|| Refusal::QueueUnknown {
        queue: name.to_owned(),
    })
}
