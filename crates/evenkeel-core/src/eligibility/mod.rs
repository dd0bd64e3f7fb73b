//! Who may get a record: an ordered list of gates, one a file.
//!
//! The first gate that says no is the one reported, in the order of [`Stop`]. A gate sees one
//! member and the ballot, never the state. A new gate is a file and a line here.

pub mod book;
pub mod cap;
pub mod cooling;
pub mod excluded;
pub mod hours;
pub mod leave;
pub mod left;
pub mod paused;
pub mod specialist;
pub mod unearned;

use crate::ballot::{Ballot, Member};
use crate::verdict::Stop;

/// Says why a member may not take the record; `None` lets it pass.
pub type Gate = fn(&Member<'_>, &Ballot) -> Option<Stop>;

macro_rules! gates {
    ($($name:ident),*) => {
        /// Every gate with its name, in the order in which they are asked.
        pub const GATES: &[(&str, Gate)] = &[$((stringify!($name), $name::gate)),*];

        /// The first gate's no; `None` when the member could take the record.
        pub fn gate(member: &Member<'_>, ballot: &Ballot) -> Option<Stop> {
            // Asked by name and not through the list, so that the compiler makes one test of them.
            None$(.or_else(|| $name::gate(member, ballot)))*
        }
    };
}

gates!(
    left, paused, leave, hours, excluded, cooling, cap, book, specialist, unearned
);
