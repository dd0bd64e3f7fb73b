//! What can be asked, and the dispatch.

use crate::cmd::advise::{approach, checkin, effort, hire, recycling, sizing};
use crate::cmd::failure::Failure;
use std::process::ExitCode;

/// What to ask.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// How many accounts a rep needs for a stated chance of quota.
    Sizing(sizing::Args),
    /// What one rep more would win, with the leads there are.
    Hire(Box<hire::Args>),
    /// Named accounts, a queue or a mix, with reasons.
    Approach(approach::Args),
    /// Factors of effort learned from minutes of activity, as a proposal.
    Effort(effort::Args),
    /// Check-in sheets: load, age, neglect and what has changed, per rep.
    Checkin(checkin::Args),
    /// After how many days records should go back, by the store's own history.
    Recycling(recycling::Args),
}

/// Runs one of them.
pub fn run(verb: &Verb) -> Result<ExitCode, Failure> {
    match verb {
        Verb::Sizing(args) => sizing::run(args),
        Verb::Hire(args) => hire::run(args),
        Verb::Approach(args) => approach::run(args),
        Verb::Effort(args) => effort::run(args),
        Verb::Checkin(args) => checkin::run(args),
        Verb::Recycling(args) => recycling::run(args),
    }
}
