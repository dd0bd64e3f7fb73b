//! What is distributed: fields, values, and the questions that conditions ask of them.

pub mod clause;
pub mod code;
pub mod columns;
pub mod filter;
pub mod formula;
pub mod schema;
pub mod tall;
pub mod value;
