//! Our own pictures: pure functions of plain data to SVG.
//!
//! A picture knows no state, no route and no person beyond the label it is given. Everything lies
//! at percentages of the width, so that nothing is stretched and text keeps its size on a phone;
//! colors are classes, so that they follow light and dark.

pub mod ahead;
pub mod bound;
pub mod change;
pub mod curve;
pub mod days;
pub mod difference;
pub mod forest;
pub mod frame;
pub mod keel;
pub mod loads;
pub mod months;
pub mod over_time;
pub mod owed;
pub mod pair;
pub mod reach;
pub mod scale;
pub mod shares;
pub mod steps;
pub mod taken;
pub mod turns;
pub mod week;
pub mod worked;
pub mod wrong;
