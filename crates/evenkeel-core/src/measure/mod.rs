//! What was, or would be, measured: statistics for people, one question a file.
//!
//! Floats are allowed here and nowhere else in this crate: on fixed grids and without chance, so
//! that figures are the same bytes wherever they are worked out. No decision goes by them.

pub mod approach;
pub mod calibration;
pub mod compound;
pub mod coverage;
pub mod hire;
pub mod hire_deal;
pub mod history;
pub mod normal;
pub mod sizing;
