//! What can be done with territories, and the dispatch.

use crate::cmd::failure::Failure;
use crate::cmd::territory::{check, cost, import, show};
use std::process::ExitCode;

/// What to do with territories.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Look for rows that contradict each other, can never win, or name no territory.
    Check(check::Args),
    /// Set a table on a store that no server runs on.
    Import(import::Args),
    /// Print the table in force, and say where it has holes.
    Show(show::Args),
    /// Deal the records of a file with territories on and off, and compare.
    Cost(Box<cost::Args>),
}

/// Runs one of them.
pub fn run(verb: &Verb) -> Result<ExitCode, Failure> {
    match verb {
        Verb::Check(args) => check::run(args),
        Verb::Import(args) => import::run(args),
        Verb::Show(args) => show::run(args),
        Verb::Cost(args) => cost::run(args),
    }
}
