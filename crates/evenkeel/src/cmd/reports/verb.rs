//! What can be reported, and the dispatch.

use crate::cmd::failure::Failure;
use crate::cmd::reports::{coverage, imports, rates};
use std::process::ExitCode;

/// What to report.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Close rates per rep with intervals, from imported history, and its traps.
    Rates(rates::Args),
    /// How much of what was dealt was worked, and by when, from imported history.
    Coverage(coverage::Args),
    /// The files of history that were imported.
    Imports(imports::Args),
}

/// Runs one of them.
pub fn run(verb: &Verb) -> Result<ExitCode, Failure> {
    match verb {
        Verb::Rates(args) => rates::run(args),
        Verb::Coverage(args) => coverage::run(args),
        Verb::Imports(args) => imports::run(args),
    }
}
