//! `evenkeel import`: files into a store that no server runs on.

pub mod activities;
pub mod filing;
pub mod forget;
pub mod history;
pub mod verb;
