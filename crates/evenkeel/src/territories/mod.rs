//! Territories between the doors and the core: tables from text, arrivals from the journal, words
//! for reports. What a table means and what it costs is worked out in the core.

pub mod arrivals;
pub mod figures;
pub mod sheet;
