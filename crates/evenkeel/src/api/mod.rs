//! The JSON API under `/api/v1`: one resource, one file.

pub mod assemble;
pub mod assignments;
pub mod body;
pub mod deal;
pub mod events;
pub mod fields;
pub mod keys;
pub mod moves;
pub mod persons;
pub mod policy;
pub mod pools;
pub mod problem;
pub mod records;
pub mod reps;
pub mod routes;
pub mod session;
pub mod story;
pub mod users;
pub mod verdict;
pub mod verdicts;
