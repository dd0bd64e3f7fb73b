//! What RevOps publishes: read, checked, compiled.

pub mod analysis;
pub mod cel;
pub mod compiled;
pub mod document;
pub mod formulate;
mod lower;
pub mod problem;
pub mod read;
pub mod scan;
mod source;
