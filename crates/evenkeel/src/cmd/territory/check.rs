//! `evenkeel territory check`: what is wrong with a table, before it is set.
//!
//! Against a policy alone, or against a store: then it also says which of the newest records would
//! fall elsewhere. Nothing is changed.

use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::feed::{read_text, shown, territory_sheet};
use crate::cmd::{sink, store};
use crate::dry::bench::Bench;
use crate::host::clock::Wall;
use crate::host::workspace::Workspace;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::policy::document;
use evenkeel_core::territory::preview::{Preview, preview};
use evenkeel_core::territory::table::Sheet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// What to look at.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
#[command(group = clap::ArgGroup::new("against").required(true).args(["policy", "data"]))]
pub struct Args {
    /// The table: CSV, one column called territory, the others fields of records; - for standard
    /// input
    pub table: PathBuf,
    /// The policy it is for
    #[arg(long, value_name = "TOML")]
    pub policy: Option<PathBuf>,
    /// A store that no server runs on: its policy, its table and its newest records
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
}

/// Checks the table. Exit code 1 when it has errors; warnings are none.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let sheet = territory_sheet(&args.table)?;
    let seen = match (&args.policy, &args.data) {
        (Some(policy), _) => {
            let text = read_text(policy, document::TEXT_MAX)?;
            let bench = Bench::open(&text, 0)?;
            preview(bench.state(), &sheet)?
        }
        (None, Some(data)) => store::runtime()?.block_on(beside(data, sheet))?,
        (None, None) => {
            let message = "name a policy with --policy or a store with --data";
            return Err(Failure::new(Exit::Usage, message));
        }
    };
    sink::to_stdout(words(&shown(&args.table), &seen).as_bytes())?;
    Ok(match seen.accepted {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

async fn beside(data: &Path, sheet: Sheet) -> Result<Preview, Failure> {
    let journal = store::open(data)?;
    let workspace = Workspace::open(Box::new(journal), Arc::new(Wall))?;
    let seen: Result<Preview, Refusal> = workspace.ask(|state| preview(state, &sheet)).await;
    workspace.close().await?;
    Ok(seen?)
}

/// What was seen, for people.
fn words(name: &str, seen: &Preview) -> String {
    let mut text = String::new();
    for problem in &seen.problems {
        let level = problem.level.word();
        text.push_str(&format!("{name}: {level}: {problem}\n"));
    }
    let errors = seen.problems.iter().filter(|problem| problem.is_error());
    let (errors, all) = (errors.count(), seen.problems.len());
    let verdict = if seen.accepted {
        "accepted"
    } else {
        "not accepted"
    };
    let warnings = all - errors;
    text.push_str(&format!(
        "{name}: {verdict}, {} rows, {errors} errors, {warnings} warnings\n",
        seen.rows
    ));
    if !seen.accepted {
        return text;
    }
    let [added, removed, changed] = seen.keys;
    text.push_str(&format!(
        "Keys: {added} new, {removed} gone, {changed} in another territory.\n"
    ));
    if seen.records > 0 {
        text.push_str(&format!(
            "Of the newest {} records, {} would fall elsewhere, and {} into no territory.\n",
            seen.records, seen.moved, seen.findings.nowhere
        ));
    }
    for (from, to, count) in &seen.moves {
        text.push_str(&format!("  {count:>6}  {from} → {to}\n"));
    }
    for hole in &seen.findings.holes {
        let (count, values, example) = (hole.count, &hole.values, &hole.example);
        text.push_str(&format!(
            "  {count:>6}  no row takes {values}, for example {example}\n"
        ));
    }
    text
}
