//! What the figures say: one question a file, asked of plain numbers, answered with n and interval.
//!
//! The one room of the core with floats. Nothing here decides anything and no decision looks here:
//! people read the answers and then set a rule. No chance, fixed grids, and only operations that
//! every machine rounds alike ([`logarithm`] makes its own), so that an answer is the same bytes
//! everywhere. Deliberately without the state: whoever asks brings the lengths and counts.

pub mod approach;
pub mod cadence;
pub mod calibration;
pub mod cherry;
pub mod compound;
pub mod consistency;
pub mod hazard;
pub mod hire;
pub mod hire_deal;
pub mod history;
pub mod jackknife;
pub mod little;
pub mod logarithm;
pub mod market;
pub mod normal;
pub mod part;
pub mod recycle_time;
pub mod sizing;
pub mod speed;
pub mod survival;
pub mod threshold;
pub mod words;
