//! `evenkeel policy …`: check, test and compare policies before anybody is dealt by them.

pub mod check;
pub mod plan;
pub mod test;

use crate::cmd::failure::Failure;
use std::process::ExitCode;

/// What to do with a policy.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Look for errors and for what is hardly meant so.
    Check(check::Args),
    /// Try cases: this record, then this pool, rep or queue.
    Test(test::Args),
    /// Show what a new policy would change, over a file of records.
    Plan(Box<plan::Args>),
}

/// Runs one of them.
pub fn run(verb: &Verb) -> Result<ExitCode, Failure> {
    match verb {
        Verb::Check(args) => check::run(args),
        Verb::Test(args) => test::run(args),
        Verb::Plan(args) => plan::run(args),
    }
}
