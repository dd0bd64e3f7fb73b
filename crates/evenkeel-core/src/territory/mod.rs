//! Which territory a record falls into: tables of rows, looked up, checked and weighed.
//!
//! A table is data of the workspace; what happens in a territory (its pool) is the policy's.

pub mod cell;
pub mod check;
pub mod cost;
pub mod findings;
pub mod landing;
pub mod lookup;
pub mod preview;
pub mod problem;
pub mod standing;
pub mod table;
pub mod tally;
