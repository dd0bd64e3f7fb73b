//! `evenkeel territory show`: the table in force as CSV, and what it does with the newest records.
//!
//! The table goes to standard output, so that it can be changed and imported again; what is said
//! about it goes to standard error.

use crate::cmd::failure::{EXIT_CODES, Failure};
use crate::cmd::{sink, store};
use crate::host::clock::Wall;
use crate::host::workspace::Workspace;
use crate::territories::sheet;
use evenkeel_core::territory::findings::{self, Findings};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Which store.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// A store that no server runs on
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
}

/// Prints the table.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let journal = store::open(&args.data)?;
    let runtime = store::runtime()?;
    let (sheet, found) = runtime.block_on(async {
        let workspace = Workspace::open(Box::new(journal), Arc::new(Wall))?;
        let seen = workspace
            .ask(|state| {
                let table = state.territories().table();
                let found = findings::find(state, table);
                (table.sheet(state.record_schema()), found)
            })
            .await;
        workspace.close().await?;
        Ok::<_, Failure>(seen)
    })?;
    sink::to_stdout(sheet::text(&sheet).as_bytes())?;
    eprint!("{}", words(&found));
    Ok(ExitCode::SUCCESS)
}

/// What was found, for people.
fn words(found: &Findings) -> String {
    let mut text = format!(
        "Of the newest {} records, {} fall into no territory; {} rows took none of them.\n",
        found.records, found.nowhere, found.idle_rows
    );
    for one in &found.territories {
        let (name, records, rows) = (&one.name, one.records, one.rows);
        let what = match &one.pool {
            None => "the policy does not have it".to_owned(),
            Some(pool) if one.active == 0 => format!("nobody active in its pool {pool}"),
            Some(pool) => format!("pool {pool}, {} active", one.active),
        };
        text.push_str(&format!(
            "  {name}: {rows} rows, {records} records; {what}\n"
        ));
    }
    for hole in &found.holes {
        let (count, values, example) = (hole.count, &hole.values, &hole.example);
        text.push_str(&format!(
            "  no row takes {values}: {count} records, for example {example}\n"
        ));
    }
    text
}
