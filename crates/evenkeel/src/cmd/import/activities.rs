//! `evenkeel import activities`: a file of calls, e-mails and meetings into a store.
//!
//! In the order of the file; what of it decides, and what was there already, is the workspace's to
//! say. A line about a record nobody knows is a bad line: it is told, or kept in the rejects file
//! to be imported again when the record is there.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::feed::{self, FormatName, OnError, shown};
use crate::cmd::rejects::{self, RejectsFile};
use crate::cmd::sink::apart;
use crate::cmd::store;
use crate::host::clock::Wall;
use crate::host::logged::{self, Fate};
use crate::host::workspace::Workspace;
use evenkeel_connect::activities::{Activities, ActivityIn};
use evenkeel_connect::bad::{Reject, Trouble};
use evenkeel_connect::source::Rows;
use evenkeel_core::command::log_activities::{ACTIVITIES_MAX, Activity};
use evenkeel_core::event::{Actor, Event};
use evenkeel_core::market::code::{CODE_FORM, is_code};
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Most keys of unknown reps told by name.
const STRANGERS_MAX: usize = 10;

/// Which file into which store.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV or NDJSON, or - for standard input. Columns: record, at, kind; rep, id and verified may
    /// be missing. See docs/guide/activities.md
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The store's file; no server may run on it
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// Mapping document: which column is what, forms of dates, blanks
    #[arg(long, value_name = "TOML")]
    pub map: Option<PathBuf>,
    /// Who tells it: ids are its own, so that the same file twice adds nothing
    #[arg(long, value_name = "CODE", default_value = "file", value_parser = code)]
    pub source: String,
    /// Lines that do not say count as logged by the rep, not as verified by the source
    #[arg(long)]
    pub self_logged: bool,
    /// What to do with a line that cannot be read, or whose record nobody knows
    #[arg(long, value_name = "WHAT", default_value = "stop")]
    pub on_error: OnError,
    /// Where skipped lines go, with the reason [default: the name of the file followed by
    /// .rejects.csv, in the current directory]
    #[arg(long, value_name = "CSV")]
    pub rejects: Option<PathBuf>,
    /// Format of standard input, and of files whose name does not tell
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub format: FormatName,
    /// Print only the counts
    #[arg(long)]
    pub quiet: bool,
}

fn code(text: &str) -> Result<String, String> {
    match is_code(text) {
        true => Ok(text.to_owned()),
        false => Err(format!("expected {CODE_FORM}")),
    }
}

/// What became of the file.
#[derive(Debug, Default)]
struct Counts {
    kept: u64,
    duplicates: u64,
    decided: u64,
    /// Reps nobody knows, with how many activities they did.
    strangers: BTreeMap<String, u64>,
}

/// Imports the file: the counts as CSV to standard output, everything else to standard error.
///
/// *Refuses*: flags that make no sense together; a store that cannot be written; a file that does
/// not fit; without `--on-error skip`, the first bad line, before anything after it is kept.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    if args.rejects.is_some() && args.on_error == OnError::Stop {
        let failure = Failure::new(Exit::Usage, "--rejects goes with --on-error skip");
        return Err(failure.hint("Without skip, the first bad line ends the import"));
    }
    let rejects = || rejects::beside(&args.file);
    let rejects = args.rejects.clone().unwrap_or_else(rejects);
    let skips = args.on_error == OnError::Skip;
    let outputs = skips.then_some(("--rejects", rejects.as_path()));
    let inputs = [("FILE", args.file.as_path()), ("--data", &args.data)];
    apart(&inputs, outputs.as_slice())?;
    let bar = match args.quiet {
        true => ProgressBar::hidden(),
        false => feed::progress(),
    };
    let lines = open(args, &bar)?;
    let rejects = match skips {
        true => Some(RejectsFile::open(rejects)?),
        false => None,
    };
    let (counts, rejected) = store::runtime()?.block_on(import(args, lines, rejects))?;
    bar.finish_and_clear();
    tell(&counts, rejected.as_ref(), args.quiet);
    Ok(ExitCode::SUCCESS)
}

fn open(args: &Args, bar: &ProgressBar) -> Result<Activities, Failure> {
    let mapping = feed::read_mapping(args.map.as_deref())?;
    let (file, source) = (shown(&args.file), feed::open(&args.file, bar)?);
    let format = feed::format_of(&args.file, Some(args.format));
    let rows = Rows::open(&file, source, format, mapping.delimiter)?;
    let lines = Activities::open(&file, rows, &mapping, !args.self_logged)?;
    if !args.quiet && !lines.unused().is_empty() {
        let unused = lines.unused().join(", ");
        bar.suspend(|| eprintln!("note: {file}: columns not used: {unused}"));
    }
    Ok(lines)
}

/// Hands the lines in, so many at a time.
async fn import(
    args: &Args,
    lines: Activities,
    mut rejects: Option<RejectsFile>,
) -> Result<(Counts, Option<(u64, PathBuf)>), Failure> {
    let journal = store::open(&args.data)?;
    let workspace = Workspace::open(Box::new(journal), Arc::new(Wall))?;
    let mut counts = Counts::default();
    let mut batch = Vec::new();
    let mut stopped = None;
    for line in lines {
        let bad = match line {
            Err(Trouble::File(bad)) => return Err(bad.into()),
            Err(Trouble::Line(reject)) => *reject,
            Ok(line) => match fits(&workspace, line) {
                Ok(told) => {
                    batch.push(told);
                    if batch.len() == ACTIVITIES_MAX {
                        let batch = std::mem::take(&mut batch);
                        submit(&workspace, &args.source, batch, &mut counts).await?;
                    }
                    continue;
                }
                Err(reject) => *reject,
            },
        };
        match &mut rejects {
            Some(rejects) => rejects.write(&bad)?,
            None => {
                stopped = Some(bad.bad);
                break;
            }
        }
    }
    submit(&workspace, &args.source, batch, &mut counts).await?;
    workspace.close().await?;
    if let Some(bad) = stopped {
        let done = counts.kept + counts.duplicates;
        let hint = format!(
            "The {done} activities before it are in. Mend the line and import the file again, or use \
             --on-error skip to collect such lines in a file"
        );
        return Err(feed::bad_lines(vec![bad]).hint(hint));
    }
    let rejected = rejects.map(RejectsFile::finish).transpose()?;
    Ok((counts, rejected))
}

/// The line as it is logged; a reject when its record is unknown or it lies too far ahead.
fn fits(
    workspace: &Workspace,
    line: ActivityIn,
) -> Result<(Option<String>, Activity), Box<Reject>> {
    let now = workspace.now();
    let known = workspace.glance(|state| line.activity.about(state).is_some());
    if !known {
        return Err(Box::new(line.reject("a record of the workspace")));
    }
    if line.activity.fits(now).is_err() {
        return Err(Box::new(line.reject("a moment at most a day ahead")));
    }
    Ok((line.id, line.activity))
}

async fn submit(
    workspace: &Workspace,
    source: &str,
    batch: Vec<(Option<String>, Activity)>,
    counts: &mut Counts,
) -> Result<(), Failure> {
    if batch.is_empty() {
        return Ok(());
    }
    workspace.glance(|state| {
        let reps = batch
            .iter()
            .filter_map(|(_, activity)| activity.rep.as_ref());
        for rep in reps.filter(|rep| state.roster().find(rep).is_none()) {
            *counts.strangers.entry(rep.clone()).or_default() += 1;
        }
    });
    let order = logged::order(Actor::System, None, source, batch);
    let done = workspace.submit(order).await?;
    for fate in Fate::read(&done.answer) {
        match fate {
            Fate::Kept => counts.kept += 1,
            Fate::Duplicate => counts.duplicates += 1,
            Fate::RecordUnknown => {}
        }
    }
    for recorded in done.events.iter() {
        if let Event::RecordsTouched { touches } = &recorded.event {
            counts.decided += touches.len() as u64;
        }
    }
    Ok(())
}

fn tell(counts: &Counts, rejected: Option<&(u64, PathBuf)>, quiet: bool) {
    let lines = rejected.map_or(0, |(lines, _)| *lines);
    println!("kept,duplicates,decided,rejected");
    println!(
        "{},{},{},{lines}",
        counts.kept, counts.duplicates, counts.decided
    );
    if quiet {
        return;
    }
    if let Some((lines, path)) = rejected.filter(|(lines, _)| *lines > 0) {
        eprintln!("{lines} lines were skipped: {}", path.display());
    }
    let strangers: u64 = counts.strangers.values().sum();
    if strangers > 0 {
        let names = counts.strangers.keys().take(STRANGERS_MAX);
        let names: Vec<&str> = names.map(String::as_str).collect();
        let more = counts.strangers.len().saturating_sub(STRANGERS_MAX);
        let more = match more {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        eprintln!(
            "{strangers} were done by reps nobody knows, and count as somebody's work: {}{more}",
            names.join(", ")
        );
    }
}
