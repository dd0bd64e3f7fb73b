//! What is asked before the rules: forms in which values are compared, marks of personal ones, the
//! rungs of the ladder, and the index that finds a match without looking through all records.
//!
//! Who gets a record is deliberately not decided here; climbing the ladder is
//! [`crate::choose`]'s.

pub mod form;
pub mod index;
pub mod mark;
pub mod rung;
