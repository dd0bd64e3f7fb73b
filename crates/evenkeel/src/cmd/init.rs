//! `evenkeel init`: make a new store, and the token for its first admin.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::store;
use crate::host::clock::{Clock, Wall};
use crate::host::secret;
use crate::host::sign_in;
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::{Journal, Reader};
use evenkeel_journal::sqlite::open;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to make.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store's file; nothing that is there is touched
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// What the workspace is called
    #[arg(long, default_value = "main")]
    pub name: String,
}

/// Makes the store.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    store::folder_is_there(&args.data)?;
    let mut journal = open::create(&args.data, StoreId(secret::random()))?;
    journal
        .create_workspace(&args.name)
        .map_err(|fault| Failure::new(Exit::Usage, fault.to_string()))?;
    let (token, edits) = sign_in::first_token(Wall.now());
    journal
        .edit_settings(&edits)
        .map_err(|fault| Failure::new(Exit::Failure, fault.to_string()))?;
    let identity = journal.identity()?;
    let file = store::keep_token(&args.data, &token)?;
    println!("{}", args.data.display());
    eprintln!("The store {} is ready. Start it:", identity.store);
    eprintln!("  evenkeel serve --data {}", args.data.display());
    eprintln!("The first admin is made with this token, once, within the hour:");
    eprintln!("  {token}");
    eprintln!("It is also in {}.", file.display());
    Ok(ExitCode::SUCCESS)
}
