//! Which records of a queue a rep may take now, and why not the others.
//!
//! Worked out from the state and the policy in force, for the verb that claims and for the pages
//! that show what it would say. It changes nothing.

pub mod counter;
pub mod due;
pub mod hand;
pub mod sharing;
