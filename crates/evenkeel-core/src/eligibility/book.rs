//! Gate: the book holds as many open records as it should.
//!
//! A stock, not a flow: it frees when a record is closed, reassigned or taken back, never by the
//! clock. Deliberately counts records; how much work each one is comes with effort.

use crate::ballot::{Ballot, Member};
use crate::verdict::Stop;

/// Stops a rep whose book is full, in a pool that names a capacity.
///
/// *Bounds*: a rep without a capacity is never full.
pub fn gate(member: &Member<'_>, _: &Ballot) -> Option<Stop> {
    let load = member.apt.load?;
    (load.open >= load.capacity).then_some(Stop::BookFull(load))
}
