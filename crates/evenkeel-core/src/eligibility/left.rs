//! Gate: whoever has left gets nothing.

use crate::ballot::{Ballot, Member};
use crate::people::rep::Status;
use crate::verdict::Stop;

/// Stops a rep who has left.
#[inline]
pub fn gate(member: &Member<'_>, _: &Ballot) -> Option<Stop> {
    (member.profile.status == Status::Left).then_some(Stop::Left)
}
