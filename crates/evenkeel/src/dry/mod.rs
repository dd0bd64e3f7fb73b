//! Dealing without a server and without a store: a workspace in memory, fed from files.

pub mod bench;
pub mod cases;
pub mod handoff;
pub mod rung;
pub mod story;
