//! What the figures say: one question a file, asked of plain numbers, answered with n and interval.
//!
//! The one room of the core with floats. Nothing here decides anything and no decision looks here:
//! people read the answers and then set a rule. No chance, fixed grids, and only operations that
//! every machine rounds alike ([`logarithm`] makes its own), so that an answer is the same bytes
//! everywhere. Deliberately without the state: whoever asks brings the lengths and counts.

pub mod logarithm;
pub mod words;

pub mod hazard;
pub mod jackknife;
pub mod part;
pub mod survival;

pub mod cadence;
pub mod cherry;
pub mod consistency;
pub mod little;
pub mod recycle_time;
pub mod speed;
pub mod threshold;
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
pub mod normal;
pub mod sizing;
