//! The one engine that takes back what nobody works on and gives it out again.

pub mod cadence;
pub mod closing;
pub mod due;
pub mod filling;
pub mod find;
pub mod leaving;
pub mod moving;
pub mod plan;
pub mod swap;
