//! `evenkeel restore`: put a backup in place as a new store.

use crate::cmd::failure::Failure;
use evenkeel_journal::backup;
use std::path::PathBuf;
use std::process::ExitCode;

/// From where to where.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The backup
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// The new store's file; nothing that is there is touched
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
}

/// Copies and verifies.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let copied = backup::restore(&args.from, &args.data)?;
    println!("{}", args.data.display());
    for (workspace, report) in &copied.report.workspaces {
        eprintln!(
            "Restored and verified {:?}: {} events, head {}:{}, epoch {}",
            workspace.name, report.events, report.head.seq, report.head.hash, copied.identity.epoch
        );
    }
    eprintln!("Whoever was erased after the backup is back in it: erase them again.");
    Ok(ExitCode::SUCCESS)
}
