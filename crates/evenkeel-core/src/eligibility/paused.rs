//! Gate: a manager has taken the rep out of rotation.
//!
//! The book stays, and what happens at the review date is asked, never assumed: the pause does not
//! end by itself.

use crate::ballot::{Ballot, Member};
use crate::people::rep::Status;
use crate::verdict::Stop;

/// Stops a paused rep, with the review date.
#[inline]
pub fn gate(member: &Member<'_>, _: &Ballot) -> Option<Stop> {
    match member.profile.status {
        Status::Paused { review, .. } => Some(Stop::Paused { review }),
        Status::Active | Status::Left => None,
    }
}
