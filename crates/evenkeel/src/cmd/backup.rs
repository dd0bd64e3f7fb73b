//! `evenkeel backup`: copy a store into one file while it is in use.

use crate::cmd::failure::Failure;
use evenkeel_journal::backup;
use std::path::PathBuf;
use std::process::ExitCode;

/// From where to where.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store's file; a server may run on it
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// The new file; nothing that is there is touched
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
}

/// Copies and verifies.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let copied = backup::backup(&args.data, &args.to)?;
    println!("{}", args.to.display());
    for (workspace, report) in &copied.report.workspaces {
        eprintln!(
            "Copied and verified {:?}: {} events, head {}:{}",
            workspace.name, report.events, report.head.seq, report.head.hash
        );
    }
    eprintln!("The copy holds passwords' hashes and personal data: keep it as safe as the store.");
    Ok(ExitCode::SUCCESS)
}
