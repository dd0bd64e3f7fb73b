//! Reports over a workspace's own history: what is asked for, and the answer as sentences and
//! tables, the same on every page, in the API and in exports.
//!
//! The figures are the core's; names are given to reps by whoever shows them. Nothing here is a
//! page or a route.

pub mod asked;
pub mod asking;
pub mod audit;
pub mod audit_told;
pub mod backtest;
pub mod credit;
pub mod estimated;
pub mod experiments;
pub mod history;
pub mod imports;
pub mod productivity;
pub mod scorecard;
pub mod steadiness;
pub mod table;
pub mod to_target;
pub mod together;
pub mod validation;
pub mod validation_tables;
pub mod volume;
pub mod work;
