//! Gate: the book has no room for the record.
//!
//! A stock, not a flow: it frees when a record is closed, reassigned or taken back, never by the
//! clock. Open records count by what they cost; without `[effort]` that is one each.

use crate::ballot::{Ballot, Member};
use crate::verdict::Stop;

/// Stops a rep whose book is full, in a pool that names a capacity.
///
/// *Bounds*: a rep without a capacity is never full. A record that costs more than the whole
/// capacity never fits.
/// *Example*: 59.2 of 60 has room for a record of 0.8, and none for one of 1.4.
#[inline]
pub fn gate(member: &Member<'_>, _: &Ballot) -> Option<Stop> {
    let load = member.apt.load?;
    load.is_full().then_some(Stop::BookFull(load))
}
