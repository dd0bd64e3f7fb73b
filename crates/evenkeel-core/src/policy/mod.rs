//! What RevOps publishes: read, checked, compiled.

pub mod analysis;
mod bits;
pub mod cel;
mod classes;
pub mod compiled;
pub mod document;
pub mod formulate;
mod index;
mod layout;
mod literal;
mod lower;
pub mod problem;
mod reach;
pub mod read;
mod read_fields;
mod read_method;
mod read_pool;
mod read_voids;
pub mod scan;
mod source;
