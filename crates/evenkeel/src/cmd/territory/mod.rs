//! `evenkeel territory …`: one thing to do with a territory table, one file.

pub mod check;
pub mod cost;
pub mod import;
pub mod show;
pub mod verb;
