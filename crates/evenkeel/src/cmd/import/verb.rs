//! What can be imported, and the dispatch.

use crate::cmd::failure::Failure;
use crate::cmd::import::activities;
use std::process::ExitCode;

/// What to import.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Add what was done on records: calls, e-mails, meetings. The same line twice adds nothing.
    Activities(Box<activities::Args>),
}

/// Runs one of them.
pub fn run(verb: &Verb) -> Result<ExitCode, Failure> {
    match verb {
        Verb::Activities(args) => activities::run(args),
    }
}
