//! Return: a rep gives a record back, with a reason that the policy knows.
//!
//! Other than giving a turn back, it is a judgement of the record and not of the deal: no credit
//! moves. What becomes of the record is the policy's, reason by reason.

use crate::choose::Draft;
use crate::command::assign::Expected;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::command::refusal::recycling::NotRecycled;
use crate::event::{Cause, Event, Freed, Release};
use crate::holding::place::AfterRest;
use crate::ids::{RecordNo, RepNo};
use crate::people::rep::PrivateRef;
use crate::people::roster::Rep;
use crate::policy::document::recycling::{RECYCLE_MAX, ReturnThen};
use crate::recycling::closing;
use crate::state::{State, open_record};
use crate::time::{Moment, Span};

/// The limit on returns looks back this far.
const WINDOW: Span = Span::days(30);

/// A rep gives a record back.
///
/// *Refuses*, in order: `policy_missing`, `record_unknown`, `record_closed`, `owner_moved`,
/// `record_unowned`, `return_unknown`, `return_limit_reached`, `value_refused` (a date for "back"
/// that is missing, past or more than three years away).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    /// Key of the record.
    pub record: String,
    /// Owner the caller saw.
    pub expected: Expected,
    /// A reason code of the policy.
    pub reason: String,
    /// When the rep wants it back, for a reason that asks so.
    pub back_at: Option<Moment>,
    /// The rep's words, already in the side table.
    pub note: Option<PrivateRef>,
}

impl Return {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?.document();
        let record = open_record(state, &self.record)?;
        self.expected.holds(state, record)?;
        let rep = owner(state, record)?;
        let returns = policy.returns.as_ref();
        let then =
            returns.and_then(|returns| Some((returns.per_month, returns.then(&self.reason)?)));
        let Some((per_month, then)) = then else {
            let reasons = returns.map_or(&[][..], |returns| &returns.reasons);
            return Err(Refusal::Recycling(NotRecycled::ReturnUnknown {
                reason: self.reason.chars().take(80).collect(),
                known: reasons.iter().map(|one| one.name.clone()).collect(),
            }));
        };
        within_limit(state.roster().rep(rep), per_month, envelope.at)?;
        let returned = Event::RecordReturned {
            record,
            rep,
            reason: self.reason.clone(),
            note: self.note,
        };
        let mut events = vec![returned];
        events.extend(self.placing(state, envelope, (record, rep), then)?);
        Ok(events)
    }

    /// Where it goes.
    fn placing(
        &self,
        state: &State,
        envelope: &Envelope,
        (record, rep): (RecordNo, RepNo),
        then: ReturnThen,
    ) -> Result<Vec<Event>, Refusal> {
        let released = |to| Event::RecordReleased {
            record,
            why: Release::Returned(self.reason.clone()),
            to,
        };
        Ok(vec![match then {
            ReturnThen::Rest(span) => released(Freed::Rest {
                until: envelope.at + span,
                then: AfterRest::Deal,
            }),
            ReturnThen::Queue(queue) => released(Freed::Queue(state.queue_at(queue))),
            ReturnThen::Back => released(Freed::Rest {
                until: self.back_at(envelope.at)?,
                then: AfterRest::Back(rep),
            }),
            ReturnThen::Close => {
                let closed = Event::RecordClosed {
                    record,
                    reason: self.reason.clone(),
                };
                let back = closing::back(state, record, &self.reason, envelope.at);
                return Ok([closed].into_iter().chain(back).collect());
            }
            ReturnThen::Deal => {
                let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
                let mut draft = Draft::new(state, policy, envelope).releasing();
                let (to, verdict) = draft.deal_record(record, Some(rep));
                Event::RecordDealt {
                    record,
                    to,
                    cause: Cause::GivenBack,
                    verdict,
                }
            }
        }])
    }

    fn back_at(&self, now: Moment) -> Result<Moment, Refusal> {
        let fits = |at: &Moment| *at > now && *at <= now + RECYCLE_MAX;
        self.back_at
            .filter(fits)
            .ok_or_else(|| Refusal::ValueRefused {
                what: "date to get it back",
                seen: self.back_at.map_or("none".into(), |at| at.to_string()),
                expected: "a moment to come, at most three years away",
            })
    }
}

/// Who has the record.
///
/// *Refuses*: `record_unowned`.
pub(super) fn owner(state: &State, record: RecordNo) -> Result<RepNo, Refusal> {
    state.place(record).owner().ok_or_else(|| {
        let record = state.records().key(record).to_owned();
        Refusal::Recycling(NotRecycled::Unowned { record })
    })
}

/// How many more records a rep may give back at `now`; `None` is no limit.
pub fn left(rep: &Rep, per_month: Option<u32>, now: Moment) -> Option<u32> {
    let used = u32::try_from(inside(rep, now).len()).unwrap_or(u32::MAX);
    per_month.map(|limit| limit.saturating_sub(used))
}

/// The returns that still count at `now`, ascending.
fn inside(rep: &Rep, now: Moment) -> &[Moment] {
    let past = rep.returns.moments();
    &past[past.partition_point(|at| *at + WINDOW <= now)..]
}

fn within_limit(rep: &Rep, per_month: Option<u32>, now: Moment) -> Result<(), Refusal> {
    let Some(limit) = per_month else {
        return Ok(());
    };
    let inside = inside(rep, now);
    match inside.len().checked_sub(limit as usize) {
        None => Ok(()),
        Some(last_to_leave) => Err(Refusal::Recycling(NotRecycled::ReturnLimit {
            rep: rep.key.clone(),
            limit,
            frees: inside[last_to_leave] + WINDOW,
        })),
    }
}
