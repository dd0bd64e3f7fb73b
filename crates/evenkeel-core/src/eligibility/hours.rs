//! Gate: the rep is outside working hours, in a pool that keeps them.

use crate::ballot::{Ballot, Member};
use crate::verdict::Stop;

/// Stops a rep outside working hours, with when they next begin.
#[inline]
pub fn gate(member: &Member<'_>, ballot: &Ballot) -> Option<Stop> {
    let profile = member.profile;
    if !ballot.keeps_hours || profile.hours.open_at(&profile.zone, ballot.now) {
        return None;
    }
    Some(Stop::OutOfHours {
        opens: profile.hours.opens_next(&profile.zone, ballot.now),
    })
}
