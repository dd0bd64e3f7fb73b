//! Work and who can carry it: what a record costs, what a rep can hold, what the books weigh.

pub mod capacity;
pub mod cost;
pub mod loads;
