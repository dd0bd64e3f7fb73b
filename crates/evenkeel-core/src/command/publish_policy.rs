//! Publish policy: a document is analysed, comes into force, and the pools are brought in line.
//!
//! Records that were dealt before stay where they are; what a change would have meant for them is
//! shown by `policy plan`, never done silently.

use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::membership;
use crate::policy::analysis;
use crate::recycling::cadence;
use crate::state::State;

/// A policy comes into force.
///
/// *Refuses*, in order: `policy_rejected`, `policy_moved`, `nothing_to_do` (the same text).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishPolicy {
    /// The whole document.
    pub text: String,
    /// The version the author started from; `None` publishes whatever is in force.
    pub based_on: Option<u32>,
}

impl PublishPolicy {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let analysis = analysis::check(&self.text, &state.known());
        let accepted = analysis.problems.iter().all(|problem| !problem.is_error());
        let Some(document) = analysis.document.filter(|_| accepted) else {
            return Err(Refusal::PolicyRejected {
                problems: analysis.problems,
            });
        };
        if let Some(based_on) = self
            .based_on
            .filter(|based_on| *based_on != state.version())
        {
            return Err(Refusal::PolicyMoved {
                based_on,
                current: state.version(),
            });
        }
        if state.version() > 0 && self.text == state.policy_text() {
            return Err(Refusal::NothingToDo);
        }
        let version = state.version() + 1;
        let mut events = vec![Event::PolicyPublished {
            version,
            text: self.text.clone(),
        }];
        let changes = membership::changes(state, &document, None);
        events.extend(changes.into_iter().map(|(event, _)| event));
        let before = state.policy().map(|policy| policy.document());
        let before = before.and_then(|before| before.recycling.as_ref());
        let after = document.recycling.as_ref();
        if let Some(recycling) = after
            && before.is_none_or(|before| before.cadence != recycling.cadence)
        {
            events.extend(cadence::set(recycling, envelope.at));
        }
        Ok(events)
    }
}
