//! Hand off: a record goes on to another step of the customer lifecycle.
//!
//! Who had it at the steps before stays known. Who gets it is the step's to say, and in a pod that
//! of whoever hands it on; to name somebody by hand is [`super::assign`].

use crate::choose::Draft;
use crate::command::assign::Expected;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::{Cause, Event};
use crate::ids::RecordNo;
use crate::policy::document::Document;
use crate::state::{State, open_record};

/// A record goes on to a step.
///
/// *Refuses*, in order: `policy_missing`, `record_unknown`, `record_closed`, `owner_moved`,
/// `step_unknown`, `step_out_of_order` (its present step does not lead there).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOff {
    /// Key of the record.
    pub record: String,
    /// Name of the step.
    pub step: String,
    /// Owner the caller saw.
    pub expected: Expected,
}

impl HandOff {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
        let record = open_record(state, &self.record)?;
        self.expected.holds(state, record)?;
        let steps = &policy.document().steps;
        let step = steps.iter().position(|step| step.name == self.step);
        let step = step.ok_or_else(|| Refusal::StepUnknown {
            step: self.step.chars().take(80).collect(),
            known: steps.iter().map(|step| step.name.clone()).collect(),
        })?;
        let now = present(state, policy.document(), record);
        if let Some(now) = now.filter(|now| !steps[step].after.contains(now)) {
            let next = next(policy.document(), now).map(str::to_owned);
            return Err(Refusal::StepOutOfOrder {
                record: self.record.clone(),
                now: steps[now].name.clone(),
                step: self.step.clone(),
                next: next.collect(),
            });
        }
        let (to, verdict) = Draft::new(state, policy, envelope).hand_on(record, step);
        Ok(vec![Event::RecordDealt {
            record,
            to,
            cause: Cause::HandedOn,
            verdict,
        }])
    }
}

/// Position of the step a record is at; `None` for one that came in before there were steps, or
/// whose step the policy in force does not have: it may go to any.
pub fn present(state: &State, document: &Document, record: RecordNo) -> Option<usize> {
    let stage = state.journeys().stage(record)?;
    let name = state.journeys().name(stage.step);
    document.steps.iter().position(|step| step.name == name)
}

/// Names of the steps to which a record at the step `now` may be handed, in the policy's order.
pub fn next(document: &Document, now: usize) -> impl Iterator<Item = &str> {
    let leads = move |step: &&crate::policy::document::StepSpec| step.after.contains(&now);
    document
        .steps
        .iter()
        .filter(leads)
        .map(|step| step.name.as_str())
}
