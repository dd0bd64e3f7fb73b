//! Gate: the rep had the record before it was released, and not long enough ago.
//!
//! Whether and until when is found by [`crate::state::State::cooling`].

use crate::ballot::{Ballot, Member};
use crate::verdict::Stop;

/// Stops a rep who had the record less than the policy's cooldown ago.
#[inline]
pub fn gate(member: &Member<'_>, _: &Ballot) -> Option<Stop> {
    member.apt.cooling.map(|until| Stop::Cooling { until })
}
