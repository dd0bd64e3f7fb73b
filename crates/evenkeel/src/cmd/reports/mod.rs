//! `evenkeel report`: what the history of a workspace says, one question a file.

pub mod coverage;
pub mod imports;
pub mod past;
pub mod rates;
pub mod show;
pub mod verb;
