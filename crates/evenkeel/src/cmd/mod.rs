//! The command line: one subcommand, one file.
//!
//! A subcommand is a file with `Args` and `run(Args) -> Result<ExitCode, Failure>`, one line in
//! [`Verb`] and one in [`dispatch`]. Data goes to standard output, talk to standard error.

pub mod advise;
pub mod audit;
pub mod backtest;
pub mod backup;
pub mod completions;
pub mod deal;
pub mod demo;
pub mod doctor;
pub mod earn;
pub mod explain;
pub mod failure;
pub mod feed;
pub mod import;
pub mod init;
pub mod policy;
pub mod recycle;
pub mod redraws;
pub mod rejects;
pub mod replay;
pub mod report;
pub mod reseeding;
pub mod restore;
pub mod route;
pub mod serve;
pub mod sheet;
pub mod sink;
pub mod store;
pub mod summary;
pub mod territory;
pub mod verify;

use clap::{CommandFactory, Parser, Subcommand};
use failure::{EXIT_CODES, Failure};
use std::process::ExitCode;

/// Every record to the right rep, every book on an even keel, and the proof of it.
#[derive(Debug, Parser)]
#[command(name = "evenkeel", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Deal the records of a file to reps: no server and no store.
    Route(Box<route::Args>),
    /// Tell why a record went where it went.
    Explain(explain::Args),
    /// Check, test and compare policies.
    #[command(subcommand)]
    Policy(policy::verb::Verb),
    /// Look at territory tables, set them, and see what territories cost.
    #[command(subcommand)]
    Territory(territory::verb::Verb),
    /// Add what others know to a store: activities on records.
    #[command(subcommand)]
    Import(import::verb::Verb),
    /// Tell who has earned how much of a pool's records, as a store stands.
    Earn(earn::Args),
    /// Ask before deciding: accounts for a quota, one rep more, named or queue, effort, check-ins.
    #[command(subcommand)]
    Advise(advise::verb::Verb),
    /// Show what a sweep would take out of books, as a store stands.
    #[command(subcommand)]
    Recycle(recycle::Verb),
    /// Show a made-up company: 24 reps, a month of history, and records coming in.
    Demo(demo::Args),
    /// Make a new store.
    Init(init::Args),
    /// Run the server on a store.
    Serve(serve::Args),
    /// Verify a store's journal and everything beside it, and make its random picks again.
    Verify(verify::Args),
    /// Show the books, ledgers or waiting records of a store as they stood at an instant.
    Replay(replay::Args),
    /// Tell what another policy would have given to whom, over a recorded history.
    Backtest(Box<backtest::Args>),
    /// Tell whether every recorded decision follows from its rules, and who gained by hand.
    Audit(audit::Args),
    /// Copy a store while it is in use.
    Backup(backup::Args),
    /// Put a backup in place as a new store.
    Restore(restore::Args),
    /// Say in plain words what is well with a store and what is not.
    Doctor(doctor::Args),
    /// Print the completion script for a shell.
    Completions(completions::Args),
}

/// The whole command line, for completions and the reference.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Reads the command line, runs it, and tells what went wrong.
pub fn main() -> ExitCode {
    match dispatch(Cli::parse().verb) {
        Ok(code) => code,
        Err(failure) => {
            if !failure.silent {
                eprintln!("{failure}");
            }
            failure.code()
        }
    }
}

fn dispatch(verb: Verb) -> Result<ExitCode, Failure> {
    match verb {
        Verb::Route(args) => route::run(&args),
        Verb::Explain(args) => explain::run(&args),
        Verb::Policy(verb) => policy::verb::run(&verb),
        Verb::Territory(verb) => territory::verb::run(&verb),
        Verb::Import(verb) => import::verb::run(&verb),
        Verb::Earn(args) => earn::run(&args),
        Verb::Advise(verb) => advise::verb::run(&verb),
        Verb::Recycle(verb) => recycle::run(&verb),
        Verb::Demo(args) => demo::run(&args),
        Verb::Init(args) => init::run(&args),
        Verb::Serve(args) => serve::run(&args),
        Verb::Verify(args) => verify::run(&args),
        Verb::Replay(args) => replay::run(&args),
        Verb::Backtest(args) => backtest::run(&args),
        Verb::Audit(args) => audit::run(&args),
        Verb::Backup(args) => backup::run(&args),
        Verb::Restore(args) => restore::run(&args),
        Verb::Doctor(args) => doctor::run(&args),
        Verb::Completions(args) => completions::run(&args),
    }
}
