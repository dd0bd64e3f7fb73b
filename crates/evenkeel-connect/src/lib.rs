//! The ports of Evenkeel: files in and out, and later the CRMs.
//!
//! Turns what others wrote into typed records and reps, and says exactly what cannot be used.
//! It decides nothing about who gets what, and keeps nothing.

pub mod activities;
pub mod bad;
pub mod binding;
pub mod forms;
pub mod histories;
pub mod lines;
pub mod mapping;
pub mod mapping_toml;
pub mod ndjson;
pub mod order;
pub mod out;
pub mod records;
pub mod rejects;
pub mod reps;
pub mod row;
pub mod source;
pub mod table;
pub mod territories;
