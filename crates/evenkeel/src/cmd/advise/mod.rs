//! `evenkeel advise …`: one question a manager asks before deciding, one file.

pub mod approach;
pub mod checkin;
pub mod effort;
pub mod hire;
pub mod recycling;
pub mod show;
pub mod sizing;
pub mod store;
pub mod verb;
