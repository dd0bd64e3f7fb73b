//! What a departure would do, worked out without doing it, for the API and the pages alike.
//!
//! Draws are made with a public key, so that a plan never gives away the next real one.

use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::{Command, decide};
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::Actor;
use evenkeel_core::ids::CommandId;
use evenkeel_core::recycling::leaving::LeavePlan;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;

/// The plan. *Refuses* what the departure would.
pub fn plan(state: &State, rep: &str, book: &BookGoes, now: Moment) -> Result<LeavePlan, Refusal> {
    let command = Command::DeactivateRep(DeactivateRep {
        rep: rep.to_owned(),
        book: book.clone(),
        plan: None,
    });
    let envelope = Envelope {
        at: now,
        actor: Actor::System,
        command: CommandId([0; 16]),
        draw: DrawKey::from_seed(0),
    };
    let decision = decide(state, &command, &envelope)?;
    Ok(LeavePlan::of(state, &decision.events))
}
