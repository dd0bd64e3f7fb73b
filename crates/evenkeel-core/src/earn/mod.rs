//! Earn it: who has earned how much of a pool's better records, and what that would bring.
//!
//! Works out proposals; a person grants them, and only the whole numbers of the grant are dealt by.
//! Everything is whole numbers throughout, so that a grant is decided on any machine alike; there
//! is no float to journal.
//!
//! *Source*: guide "science" section 4; Fox 1966 for the marginal analysis.

pub mod evidence;
pub mod fill;
pub mod proposal;
pub mod rate;
pub mod regime;
