//! Gate: the record is one that has to be earned, and the rep has not passed the pool's gate yet.
//!
//! Only while a grant is in force, and only for the records the pool deals by earned shares; every
//! other record comes to the rep as to anybody.

use crate::ballot::{Ballot, Member};
use crate::verdict::Stop;

/// Stops a rep who has not earned records of this kind.
#[inline]
pub fn gate(member: &Member<'_>, _: &Ballot) -> Option<Stop> {
    member.apt.unearned.then_some(Stop::NotEarned)
}
