//! `evenkeel plan`: who should have which named accounts.
//!
//! Reads a policy, reps and accounts, makes a plan, and shows what it would change and how far it
//! can be from the best. Nothing is carried out: the plan is a file, to be looked at, compared and
//! approved. The same files give the same plan, to the byte.

use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::feed::{Files, FormatName, OnError, is_stdio, progress, read_text, shown};
use crate::cmd::plan::owners::{self, Owned};
use crate::cmd::plan::{books, telling};
use crate::cmd::sink::{self, Sink, apart};
use clap::ValueEnum;
use evenkeel_connect::out::CsvOut;
use evenkeel_core::plan::check::check;
use evenkeel_core::plan::clash::clashes;
use evenkeel_core::plan::compare::compare;
use evenkeel_core::plan::instance::{Flaw, NOBODY};
use evenkeel_core::plan::order::ranks;
use evenkeel_core::plan::setting::{Draft, Setting};
use evenkeel_core::plan::solve::{Plan, Stage, solve};
use evenkeel_core::state::State;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Most bytes of a plan that is compared with.
const PLAN_MAX: usize = 1 << 30;

/// What to plan.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The policy: its rules say who may have what, its plan section what books should hold
    #[arg(long, value_name = "TOML")]
    pub policy: PathBuf,
    /// Who may have accounts: CSV or NDJSON with a header; `id` is needed, see docs/guide/files.md
    #[arg(long, value_name = "FILE")]
    pub reps: PathBuf,
    /// Mapping document for the reps: which column is which field
    #[arg(long, value_name = "TOML")]
    pub reps_map: Option<PathBuf>,
    /// Territory table: CSV, one column called territory, the others fields of records
    #[arg(long, value_name = "CSV")]
    pub territories: Option<PathBuf>,
    /// The accounts: CSV or NDJSON, or - for standard input
    #[arg(long, value_name = "FILE")]
    pub accounts: PathBuf,
    /// Mapping document for the accounts
    #[arg(long, value_name = "TOML")]
    pub map: Option<PathBuf>,
    /// Who has which account now: id and rep_id, and locked if some must stay; an earlier plan fits
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Where the plan goes, one line per account: record_id,rep_id,before,moved,rank,reason; - is
    /// standard output, and the books then go to standard error
    #[arg(long, value_name = "CSV")]
    pub out: Option<PathBuf>,
    /// Where to keep the plan as a value, with its prices and the digest of what it was made for
    #[arg(long, value_name = "JSON")]
    pub plan: Option<PathBuf>,
    /// An earlier plan for the same accounts, to compare this one with
    #[arg(long, value_name = "JSON")]
    pub against: Option<PathBuf>,
    /// How the books are shown
    #[arg(long, value_name = "FORM", default_value = "table")]
    pub output: Output,
    /// What to do with a line that cannot be read
    #[arg(long, value_name = "WHAT", default_value = "stop")]
    pub on_error: OnError,
    /// Where skipped lines go, with the reason [default: the name of the accounts file followed by
    /// .rejects.csv, in the current directory]
    #[arg(long, value_name = "CSV")]
    pub rejects: Option<PathBuf>,
    /// Format of standard input, and of files whose name does not tell
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    pub format: FormatName,
    /// No notes and no progress bar on standard error
    #[arg(long, short)]
    pub quiet: bool,
}

/// How the books are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Table,
    /// One object: summary and books.
    Json,
    /// One line per rep.
    Csv,
}

/// Books and summary, for programs.
#[derive(Serialize)]
struct Report<'a> {
    summary: &'a telling::Summary,
    books: &'a [books::Book],
}

/// Plans.
///
/// *Refuses*, in order: options that clash, outputs that are inputs or one another, unreadable
/// files, a policy with errors, a rep that cannot be read, with `--on-error stop` the first bad
/// line, amounts that cannot be weighed, and a plan for something else. A plan that cannot keep
/// every promise is written all the same; the exit code is then 5.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let files = files(args);
    files.check()?;
    outputs_apart(args)?;
    let bar = match args.quiet {
        true => ProgressBar::hidden(),
        false => progress(),
    };
    let earlier = args.against.as_deref().map(earlier).transpose()?;
    let bench = files.bench(&args.policy, args.quiet)?;
    let state = bench.state();
    let owners = match &args.from {
        None => BTreeMap::new(),
        Some(path) => owners::read(path, args.format)?,
    };
    let (setting, keys) = gather(args, &files, state, owners, &bar)?;
    let plan = solve(&setting.instance, |stage| show(&bar, stage))
        .map_err(|flaw| refused(&flaw, &keys))?;
    bar.finish_and_clear();
    let tally = check(&setting.instance, &plan.to).expect("a plan keeps to circles and locks");
    let clashes = clashes(&setting.instance, &tally);
    let clashes = clashes
        .iter()
        .map(|clash| telling::clash(state, &setting, clash));
    let summary = telling::summary(&setting, &plan, &tally, clashes.collect());
    if let Some(path) = &args.out {
        write_plan(path, state, &setting, &plan, &keys)?;
    }
    if let Some(path) = &args.plan {
        keep(path, &plan)?;
    }
    report(args, &summary, &books::books(state, &setting, &plan))?;
    if let Some(earlier) = &earlier {
        differ(earlier, &plan)?;
    }
    Ok(match summary.clashes.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(Exit::Refused as u8),
    })
}

/// The files as the other commands know them.
fn files(args: &Args) -> Files {
    Files {
        reps: args.reps.clone(),
        reps_map: args.reps_map.clone(),
        territories: args.territories.clone(),
        records: args.accounts.clone(),
        map: args.map.clone(),
        order_by: None,
        on_error: args.on_error,
        rejects: args.rejects.clone(),
        format: args.format,
        seed: 0,
        now: None,
    }
}

fn outputs_apart(args: &Args) -> Result<(), Failure> {
    let named = |flag, path: &Option<PathBuf>| path.clone().map(|path| (flag, path));
    let inputs = [
        Some(("--policy", args.policy.clone())),
        Some(("--reps", args.reps.clone())),
        Some(("--accounts", args.accounts.clone())),
        named("--reps-map", &args.reps_map),
        named("--territories", &args.territories),
        named("--map", &args.map),
        named("--from", &args.from),
        named("--against", &args.against),
    ];
    let outputs = [
        named("--out", &args.out),
        named("--plan", &args.plan),
        named("--rejects", &args.rejects),
    ];
    let inputs: Vec<_> = inputs
        .iter()
        .flatten()
        .map(|(flag, path)| (*flag, &**path))
        .collect();
    let outputs: Vec<_> = outputs
        .iter()
        .flatten()
        .map(|(flag, path)| (*flag, &**path))
        .collect();
    apart(&inputs, &outputs)
}

/// Reads the accounts into an instance; gives their keys, too.
fn gather(
    args: &Args,
    files: &Files,
    state: &State,
    mut owners: BTreeMap<String, Owned>,
    bar: &ProgressBar,
) -> Result<(Setting, Vec<String>), Failure> {
    let mut feed = files.feed(state.record_schema(), bar)?;
    if !args.quiet {
        for remark in feed.remarks() {
            bar.suspend(|| eprintln!("note: {}: {remark}", shown(&args.accounts)));
        }
    }
    let mut draft = Draft::new(state).expect("the bench has a policy");
    let mut keys = Vec::new();
    while let Some(record) = feed.next_record() {
        let record = record?;
        let owned = owners.remove(&record.key).unwrap_or_default();
        draft.take(&record.attributes, owned.rep.as_deref(), owned.locked);
        keys.push(record.key);
    }
    let rejected = feed.finish()?;
    let setting = draft.finish();
    if !args.quiet {
        if let Some((count, path)) = rejected.filter(|(count, _)| *count > 0) {
            eprintln!("note: {count} bad lines are in {}", path.display());
        }
        if !owners.is_empty() {
            eprintln!(
                "note: --from has {} accounts that are not planned",
                owners.len()
            );
        }
        if setting.strangers > 0 {
            let count = setting.strangers;
            eprintln!("note: {count} accounts have an owner who is not among the reps");
        }
    }
    Ok((setting, keys))
}

fn show(bar: &ProgressBar, stage: Stage) {
    let (word, at, of) = match stage {
        Stage::Prices(at, of) => ("prices", at as u64, of as u64),
        Stage::Counts(left) => ("counts, still to move", left, left.max(1)),
        Stage::Books(sweeps) => ("books, sweeps", sweeps as u64, sweeps as u64),
        Stage::Shakes(at, of) => ("shakes", at as u64, of as u64),
    };
    if bar.message() != word {
        let style = ProgressStyle::with_template("{bar:30} {msg} {pos}/{len} {elapsed}");
        bar.set_style(style.expect("the template is sound"));
        bar.set_message(word);
    }
    bar.set_length(of);
    bar.set_position(at);
}

/// Why there is no plan at all.
fn refused(flaw: &Flaw, keys: &[String]) -> Failure {
    match flaw {
        Flaw::Amount { account } => {
            let message = format!(
                "{}: its value or effort is out of proportion",
                keys[*account]
            );
            let hint = "An account may be worth at most some thousand times an ordinary one";
            Failure::new(Exit::Failure, message).hint(hint)
        }
        Flaw::TooMany { what, found, most } => {
            let message = format!("there are {found} {what}, at most {most} fit");
            Failure::new(Exit::Failure, message)
        }
        flaw => Failure::new(Exit::Failure, format!("this cannot be planned: {flaw:?}")),
    }
}

fn write_plan(
    path: &Path,
    state: &State,
    setting: &Setting,
    plan: &Plan,
    keys: &[String],
) -> Result<(), Failure> {
    let instance = &setting.instance;
    let sink = Sink::open(path)?;
    let name = sink.name().to_owned();
    let fail = |error: std::io::Error| Failure::file(&name, &error);
    let header = ["record_id", "rep_id", "before", "moved", "rank", "reason"];
    let mut out = CsvOut::new(sink, &header).map_err(fail)?;
    let ranks = ranks(&plan.to, &setting.priority, &instance.accounts.effort);
    let key = |rep: u32| match rep {
        NOBODY => "",
        rep => state.roster().rep(setting.reps[rep as usize]).key.as_str(),
    };
    for (account, to) in plan.to.iter().enumerate() {
        let owner = instance.accounts.owner[account];
        let rank = match ranks[account] {
            0 => String::new(),
            rank => rank.to_string(),
        };
        let moved = if owner == *to { "no" } else { "yes" };
        let reason = telling::reason(instance, setting, account, *to);
        out.row([
            &*keys[account],
            key(*to),
            key(owner),
            moved,
            &*rank,
            &*reason,
        ])
        .map_err(fail)?;
    }
    out.finish().map_err(fail)?.finish()
}

fn keep(path: &Path, plan: &Plan) -> Result<(), Failure> {
    let mut sink = Sink::open(path)?;
    let written = serde_json::to_writer(&mut sink, plan)
        .map_err(std::io::Error::from)
        .and_then(|()| sink.write_all(b"\n"));
    written.map_err(|error| sink.failure(&error))?;
    sink.finish()
}

/// A plan that was kept.
fn earlier(path: &Path) -> Result<Plan, Failure> {
    let text = read_text(path, PLAN_MAX)?;
    serde_json::from_str(&text).map_err(|error| {
        let message = format!("{}: this is no plan: {error}", shown(path));
        Failure::new(Exit::Failure, message).hint("Keep one with --plan FILE")
    })
}

fn report(args: &Args, summary: &telling::Summary, books: &[books::Book]) -> Result<(), Failure> {
    let text = match args.output {
        Output::Table => format!("{}\n{}", books::table(books), summary.text()).into_bytes(),
        Output::Csv => books::csv(books)?,
        Output::Json => {
            let report = Report { summary, books };
            let mut text = serde_json::to_vec_pretty(&report).expect("plain data");
            text.push(b'\n');
            text
        }
    };
    if args.out.as_deref().is_some_and(is_stdio) {
        if !args.quiet {
            eprint!("{}", String::from_utf8_lossy(&text));
        }
        return Ok(());
    }
    sink::to_stdout(&text)
}

/// Tells how a plan differs from an earlier one.
///
/// *Refuses*: a plan that was made for something else (exit code 4).
fn differ(earlier: &Plan, plan: &Plan) -> Result<(), Failure> {
    let Some(difference) = compare(earlier, plan) else {
        let message = "the earlier plan was made for other accounts, reps, owners or wishes";
        return Err(Failure::new(Exit::Conflict, message).hint("Plan again, and compare then"));
    };
    let (word, costs) = match difference.costs < 0 {
        true => ("less", -difference.costs),
        false => ("more", difference.costs),
    };
    eprintln!(
        "Beside the earlier plan: {} accounts go to another rep, and it costs {} points {word}.",
        difference.moves.len(),
        telling::points(costs)
    );
    Ok(())
}
