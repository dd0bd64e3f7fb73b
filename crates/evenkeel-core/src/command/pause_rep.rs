//! Pause rep: taken out of rotation, with a date on which somebody is asked what comes next.
//!
//! The book stays. Asked again for a rep who is out already, it sets another date. Nothing happens
//! by itself at the date: whether the rep comes back, stays out or leaves is a person's to say.

use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::people::rep::{PrivateRef, REVIEW_MAX, Status};
use crate::state::{State, rep_named};
use crate::time::Moment;

/// A rep is taken out of rotation, or stays out until another date.
///
/// *Refuses*, in order: `rep_unknown`, `rep_left`, `value_refused` (a date not ahead, or more than
/// [`REVIEW_MAX`] ahead), `nothing_to_do`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PauseRep {
    /// Key of the rep.
    pub rep: String,
    /// When somebody is asked what comes next.
    pub review: Moment,
    /// Why, as personal data; `None` keeps what was said before.
    pub reason: Option<PrivateRef>,
}

impl PauseRep {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let rep = rep_named(state, &self.rep)?;
        let (since, before) = match state.roster().rep(rep).profile.status {
            Status::Left => {
                return Err(Refusal::RepLeft {
                    rep: self.rep.clone(),
                });
            }
            Status::Active => (envelope.at, None),
            Status::Paused { review, reason, .. }
                if review == Some(self.review)
                    && self.reason.is_none_or(|new| reason == Some(new)) =>
            {
                return Err(Refusal::NothingToDo);
            }
            Status::Paused { since, reason, .. } => (since, reason),
        };
        if self.review <= envelope.at || self.review > envelope.at + REVIEW_MAX {
            return Err(Refusal::ValueRefused {
                what: "review date",
                seen: self.review.to_string(),
                expected: "a date ahead, at most 366 days",
            });
        }
        Ok(vec![Event::RepPaused {
            rep,
            since,
            review: self.review,
            reason: self.reason.or(before),
        }])
    }
}
