//! `evenkeel import forget`: erase a key of past history that is a person's name or address.
//!
//! Salt and text of the key go; its number, the facts and every digest stay, so that reports go on
//! counting and `verify` stays sound. Keys of the workspace's own records and reps are not touched.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::store;
use crate::host::history::each_key;
use crate::host::workspace::first_workspace;
use evenkeel_journal::history::{HistoryWriter, KeyKind};
use std::path::PathBuf;
use std::process::ExitCode;

/// Which keys of which store.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store's file; no server may run on it
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// Key of a rep; may be given again
    #[arg(long, value_name = "KEY", required_unless_present = "record")]
    pub rep: Vec<String>,
    /// Key of a record; may be given again
    #[arg(long, value_name = "KEY")]
    pub record: Vec<String>,
}

/// Erases them for ever.
///
/// *Refuses* when one of them is no key of the history, before anything is erased.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut journal = store::open(&args.data)?;
    let workspace = first_workspace(&journal)?;
    let mut found = Vec::new();
    for (kind, keys) in [(KeyKind::Rep, &args.rep), (KeyKind::Record, &args.record)] {
        let mut missing = keys.clone();
        each_key(&journal, workspace, kind, |number, text| {
            let before = missing.len();
            missing.retain(|key| text.as_ref() != Some(key));
            if missing.len() < before {
                found.push((kind, number));
            }
        })?;
        if let Some(key) = missing.first() {
            let message = format!("{key:?} is no key of the history in this store");
            return Err(Failure::new(Exit::NotFound, message)
                .hint("Keys are as the file wrote them; an erased one is not found again"));
        }
    }
    let erased = journal.erase_history_keys(workspace, &found)?;
    println!("erased\n{erased}");
    Ok(ExitCode::SUCCESS)
}
