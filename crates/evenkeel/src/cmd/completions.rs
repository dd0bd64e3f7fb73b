//! `evenkeel completions SHELL`: the completion script, from the command line's own description.

use crate::cmd::failure::Failure;
use clap_complete::Shell;
use std::process::ExitCode;

/// Which shell.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell; the script goes to standard output, for example
    /// evenkeel completions bash > /etc/bash_completion.d/evenkeel
    pub shell: Shell,
}

/// Prints the script.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "evenkeel", &mut script);
    super::sink::to_stdout(&script)?;
    Ok(ExitCode::SUCCESS)
}
