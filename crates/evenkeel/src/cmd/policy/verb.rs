//! What can be done with a policy, and the dispatch.

use crate::cmd::failure::Failure;
use crate::cmd::policy::{apply, check, plan, test};
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
    /// Publish a policy on a server, or on a store that no server runs on.
    Apply(apply::Args),
}

/// Runs one of them.
pub fn run(verb: &Verb) -> Result<ExitCode, Failure> {
    match verb {
        Verb::Check(args) => check::run(args),
        Verb::Test(args) => test::run(args),
        Verb::Plan(args) => plan::run(args),
        Verb::Apply(args) => apply::run(args),
    }
}
