//! Gate: the turn belongs to the specialists' stream and the rep is no specialist for the record.
//!
//! In every other turn anybody may get it; who fits is then the chooser's business.

use crate::ballot::{Ballot, Member};
use crate::verdict::{Stop, Stream};

/// Stops a rep who is no specialist, in a turn of that stream.
#[inline]
pub fn gate(member: &Member<'_>, ballot: &Ballot) -> Option<Stop> {
    let special = matches!(ballot.stream, Stream::Special { .. });
    (special && !member.apt.specialist).then_some(Stop::NoSpecialist)
}
