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
mod read_earn;
mod read_fields;
mod read_method;
mod read_pool;
mod read_rungs;
mod read_steps;
mod read_territories;
mod read_voids;
mod read_waiting;
pub mod scan;
mod source;
pub mod switch;
mod territory_check;
