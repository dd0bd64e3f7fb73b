//! The journal in one SQLite file: the default.
//!
//! One process writes, through one connection, which also makes all checkpoints; any number of
//! readers look on through connections that cannot write. It deliberately offers no second writer.

pub mod journal;
pub mod open;
pub mod reader;

pub(crate) mod activity;
pub(crate) mod connect;
pub(crate) mod fault;
pub(crate) mod files;
pub(crate) mod history;
pub(crate) mod row;
pub(crate) mod sql;
pub(crate) mod write;
