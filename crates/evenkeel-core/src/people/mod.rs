//! Who: reps, their hours, and the pools they form.

pub mod business;
pub mod feedback;
pub mod grants;
pub mod hours;
pub mod pool;
pub mod rep;
pub mod roster;
pub mod skills;
pub mod zone;
