//! What can be imported, and the dispatch.

use crate::cmd::failure::Failure;
use crate::cmd::import::{activities, forget, history};
use std::process::ExitCode;

/// What to import.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Add what was done on records: calls, e-mails, meetings. The same line twice adds nothing.
    Activities(Box<activities::Args>),
    /// Add what others did and decided: past assignments, owners, activities, outcomes. It becomes
    /// no decision of this workspace; reports read it. The same file twice adds nothing.
    History(Box<history::Args>),
    /// Erase keys of past history that are names or addresses; the facts stay.
    Forget(forget::Args),
}

/// Runs one of them.
pub fn run(verb: &Verb) -> Result<ExitCode, Failure> {
    match verb {
        Verb::Activities(args) => activities::run(args),
        Verb::History(args) => history::run(args),
        Verb::Forget(args) => forget::run(args),
    }
}
