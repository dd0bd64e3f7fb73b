//! Gate: the record was just taken from this rep, and so does not go straight back.

use crate::ballot::{Ballot, Member};
use crate::verdict::Stop;

/// Stops the excluded rep.
#[inline]
pub fn gate(member: &Member<'_>, ballot: &Ballot) -> Option<Stop> {
    (ballot.excluded == Some(member.rep)).then_some(Stop::Excluded)
}
