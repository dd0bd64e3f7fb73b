//! Reveal draw: a period is over and its secret is shown, so that every draw can be made again.
//!
//! Event time never runs backwards, so once this is decided nothing can be drawn in that period any
//! more. What was drawn is checked by whoever reads the journal ([`crate::rotation::redraw`]).

use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::draw::DrawKey;
use crate::drawing::Period;
use crate::event::Event;
use crate::state::State;

/// A period's secret is shown.
///
/// *Refuses*, in order: `value_refused` (never promised, not over, or another secret than the
/// promised one), `nothing_to_do` (shown already).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevealDraw {
    /// The period.
    pub period: Period,
    /// Its secret.
    pub secret: DrawKey,
}

impl RevealDraw {
    pub(super) fn decide(&self, state: &State, at: &Envelope) -> Result<Vec<Event>, Refusal> {
        let refused = |what, expected| Refusal::ValueRefused {
            what,
            seen: self.period.to_string(),
            expected,
        };
        let promise = state.promises().of(self.period);
        let promise = promise.ok_or_else(|| refused("draw period", "one that was promised"))?;
        if at.at < self.period.ends() {
            return Err(refused("draw period", "one that is over"));
        }
        if promise.secret.is_some() {
            return Err(Refusal::NothingToDo);
        }
        if self.secret.commitment() != promise.commitment {
            return Err(refused("secret of the draw period", "the promised one"));
        }
        Ok(vec![Event::DrawRevealed {
            period: self.period,
            secret: self.secret,
        }])
    }
}
