//! `evenkeel territory import`: set a table on a store at rest.
//!
//! A running server takes it through its page or `PUT /api/v1/territories`; the store's lock keeps
//! this command off it.

use crate::cmd::failure::{EXIT_CODES, Failure};
use crate::cmd::feed::{territory_refused, territory_sheet};
use crate::cmd::store;
use crate::host::clock::Wall;
use crate::host::order::{Denied, Order};
use crate::host::workspace::Workspace;
use evenkeel_core::command::Command;
use evenkeel_core::command::set_territories::SetTerritories;
use evenkeel_core::event::Actor;
use evenkeel_core::territory::table::Sheet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// What to set, and where.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The table: CSV, one column called territory, the others fields of records; - for standard
    /// input
    pub table: PathBuf,
    /// A store that no server runs on
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// The version this was made from: refuse when another is in force by now
    #[arg(long, value_name = "VERSION")]
    pub based_on: Option<u32>,
}

/// Sets the table.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let sheet = territory_sheet(&args.table)?;
    let rows = sheet.rows.len();
    let version = store::runtime()?.block_on(set(args, sheet))?;
    println!("{version}");
    eprintln!("Territory table {version} with {rows} rows is in force.");
    Ok(ExitCode::SUCCESS)
}

async fn set(args: &Args, sheet: Sheet) -> Result<u32, Failure> {
    let journal = store::open(&args.data)?;
    let workspace = Workspace::open(Box::new(journal), Arc::new(Wall))?;
    let based_on = args.based_on;
    let set = SetTerritories { sheet, based_on };
    let order = Order::once(Actor::System, Command::SetTerritories(Box::new(set)));
    let done = workspace.submit(order).await;
    let version = workspace.glance(|state| state.territories().version());
    workspace.close().await?;
    match done {
        Ok(_) => Ok(version),
        Err(Denied::Refused(refusal)) => Err(territory_refused(&args.table, refusal)),
        Err(denied) => Err(denied.into()),
    }
}
