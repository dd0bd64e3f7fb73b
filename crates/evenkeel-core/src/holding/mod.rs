//! Where records are: places, and the store of all records.

pub mod activity;
pub mod outcomes;
pub mod place;
pub mod places;
pub mod planned;
pub mod records;
