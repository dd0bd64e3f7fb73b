//! Where records are: places, and the store of all records.

pub mod activity;
pub mod keys;
pub mod outcomes;
pub mod place;
pub mod places;
pub mod records;
pub mod recycling;
pub mod sweeps;
pub mod wide;
