//! Gate: the rep is on leave.

use crate::ballot::{Ballot, Member};
use crate::verdict::Stop;

/// Stops a rep on leave, with the first moment back.
///
/// *Order and ties*: leave that overlaps other leave ends when the last of it ends.
/// *Bounds*: the first moment away is leave, the first moment back is not.
#[inline]
pub fn gate(member: &Member<'_>, ballot: &Ballot) -> Option<Stop> {
    member
        .profile
        .leave_at(ballot.now)
        .map(|leave| Stop::OnLeave { until: leave.until })
}
