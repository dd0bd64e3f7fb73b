//! The verbs: one file each, beside this list and its dispatch.
//!
//! `decide` is pure: the same state, command and envelope give the same answer (law 1). A verb
//! never calls a verb; what two verbs share stands one floor below, in [`crate::choose`].

pub mod assign;
pub mod close;
pub mod deactivate_rep;
pub mod envelope;
pub mod intake;
pub mod publish_policy;
pub mod reassign;
pub mod refusal;
pub mod set_rep;
pub mod tick;
pub mod void;

use crate::state::State;
use envelope::{Decision, Envelope};
use refusal::Refusal;

/// A request to change the workspace.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A record comes in.
    Intake(intake::Intake),
    /// A person gives a record to a rep.
    Assign(assign::Assign),
    /// Another owner is wanted for a record, by the policy.
    Reassign(reassign::Reassign),
    /// A record is done with.
    Close(close::Close),
    /// A rep is new or changed.
    SetRep(Box<set_rep::SetRep>),
    /// A rep leaves; the book goes somewhere.
    DeactivateRep(deactivate_rep::DeactivateRep),
    /// A policy comes into force.
    PublishPolicy(publish_policy::PublishPolicy),
    /// A turn is given back.
    Void(Box<void::Void>),
    /// Time has passed.
    Tick,
}

/// Decides one command.
pub fn decide(state: &State, command: &Command, envelope: &Envelope) -> Result<Decision, Refusal> {
    let at = envelope.at.max(state.last_at());
    let envelope = &Envelope { at, ..*envelope };
    let events = match command {
        Command::Intake(intake) => intake.decide(state, envelope),
        Command::Assign(assign) => assign.decide(state, envelope),
        Command::Reassign(reassign) => reassign.decide(state, envelope),
        Command::Close(close) => close.decide(state),
        Command::SetRep(set_rep) => set_rep.decide(state, envelope),
        Command::DeactivateRep(deactivate) => deactivate.decide(state, envelope),
        Command::PublishPolicy(publish) => publish.decide(state),
        Command::Void(void) => void.decide(state, envelope),
        Command::Tick => tick::decide(state, envelope),
    }?;
    Ok(Decision { at, events })
}
