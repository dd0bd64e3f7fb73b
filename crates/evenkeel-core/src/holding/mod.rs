//! Where records are: places, and the store of all records.

pub mod outcomes;
pub mod place;
pub mod records;
