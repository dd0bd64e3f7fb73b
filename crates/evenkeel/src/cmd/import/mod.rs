//! `evenkeel import`: files into a store that no server runs on.

pub mod activities;
pub mod verb;
