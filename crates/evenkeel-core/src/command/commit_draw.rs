//! Commit draw: the digest of a period's secret is journalled, so that the secret is fixed.
//!
//! Without it nobody could tell whether several secrets were tried until a favourite came out. The
//! secret itself is deliberately not part of the command.

use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::drawing::Period;
use crate::event::Event;
use crate::policy::document::Method;
use crate::state::State;
use crate::time::Moment;

/// A period's secret is promised.
///
/// *Refuses*, in order: `value_refused` (neither the present period nor the next),
/// `nothing_to_do` (promised already).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommitDraw {
    /// The period.
    pub period: Period,
    /// Digest of its secret: [`crate::draw::DrawKey::commitment`].
    pub commitment: [u8; 32],
}

impl CommitDraw {
    pub(super) fn decide(&self, state: &State, at: &Envelope) -> Result<Vec<Event>, Refusal> {
        let now = Period::of(at.at);
        if self.period != now && self.period != now.next() {
            return Err(Refusal::ValueRefused {
                what: "draw period",
                seen: self.period.to_string(),
                expected: "the present day or the next one, in UTC",
            });
        }
        if state.promises().of(self.period).is_some() {
            return Err(Refusal::NothingToDo);
        }
        Ok(vec![Event::DrawCommitted {
            period: self.period,
            commitment: self.commitment,
        }])
    }
}

/// The periods that must be promised before anything is decided at `now`: the present one and the
/// next, in a workspace whose policy draws.
pub fn due(state: &State, now: Moment) -> impl Iterator<Item = Period> {
    let present = Period::of(now);
    let periods = [present, present.next()].into_iter();
    let missing = periods.filter(|period| state.promises().of(*period).is_none());
    missing.filter(|_| draws(state))
}

/// Whether any pool of the policy in force leaves anything to chance.
pub fn draws(state: &State) -> bool {
    state.policy().is_some_and(|policy| {
        let mut pools = policy.document().pools.iter();
        pools.any(|pool| match pool.method {
            Method::Random { .. } => true,
            Method::Mix { random_ppm, .. } => random_ppm > 0,
            _ => false,
        })
    })
}
