//! `evenkeel plan`: named accounts, planned from files.

pub mod books;
pub mod owners;
pub mod run;
pub mod telling;
