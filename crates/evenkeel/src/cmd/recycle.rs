//! `evenkeel recycle plan`: what a sweep would take, as a store stands.
//!
//! It reads only, beside a server or without one. Sweeps are carried out by the server; they are
//! approved and undone on its pages or through the API.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::{sink, store};
use crate::host::clock::{Clock, Wall};
use crate::host::fold;
use crate::host::workspace::first_workspace;
use evenkeel_connect::out::CsvOut;
use evenkeel_core::policy::document::recycling::{Onward, Recycling};
use evenkeel_core::recycling::plan::{self, Line, SweepPlan};
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to look at.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Show what a sweep would take now, or at the next cadence.
    Plan(Args),
}

/// Which store, and by when.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store's file
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// What a sweep at the next cadence would take, if nobody worked on anything until then
    #[arg(long)]
    pub next: bool,
    /// How it is shown: books as a table, or every record
    #[arg(long, value_enum, default_value_t = Shape::Table)]
    pub output: Shape,
}

/// How it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Shape {
    /// Book by book, for people.
    Table,
    /// Everything, for programs.
    Json,
    /// One line per record.
    Csv,
}

/// Prints the plan.
///
/// *Refuses*, in order: a store that cannot be read, a policy that recycles nothing.
pub fn run(verb: &Verb) -> Result<ExitCode, Failure> {
    let Verb::Plan(args) = verb;
    let reader = store::look(&args.data)?;
    let state = fold::fold(&reader, first_workspace(&reader)?)?.state;
    let policy = state.policy().map(|policy| policy.document());
    let Some(recycling) = policy.and_then(|policy| policy.recycling.as_ref()) else {
        let what = "The policy in force recycles nothing";
        let hint = "A [recycling] table in the policy changes that.";
        return Err(Failure::new(Exit::NotFound, what).hint(hint));
    };
    let now = Wall.now().max(state.last_at());
    let next = state.recycling().next().filter(|_| args.next);
    let at = next.map_or(now, |next| next.at.max(now));
    let plan = plan::ahead(&state, recycling, at);
    let told = match args.output {
        Shape::Table => table(&state, &plan, at).into_bytes(),
        Shape::Json => json(&state, recycling, &plan, at),
        Shape::Csv => csv(&state, recycling, &plan),
    };
    sink::to_stdout(&told)?;
    Ok(ExitCode::SUCCESS)
}

fn key(state: &State, line: &Line) -> [String; 2] {
    let record = state.records().key(line.record).to_owned();
    [record, state.roster().rep(line.rep).key.clone()]
}

/// Book by book, the largest part of one first.
fn table(state: &State, plan: &SweepPlan, at: Moment) -> String {
    let mut told = format!(
        "By {at}: {} records out of {} books{}\n",
        plan.lines.len(),
        plan.books.len(),
        match plan.excess.is_empty() {
            true => ", without approval.",
            false => "; somebody would have to approve it.",
        }
    );
    if !plan.books.is_empty() {
        let _ = writeln!(
            told,
            "{:<24} {:>6} {:>6} {:>6}",
            "book", "goes", "of", "may go"
        );
    }
    for book in &plan.books {
        let rep = &state.roster().rep(book.rep).key;
        let (records, held, most) = (book.records, book.held, book.most);
        let _ = writeln!(told, "{rep:<24} {records:>6} {held:>6} {most:>6}");
    }
    told
}

fn json(state: &State, recycling: &Recycling, plan: &SweepPlan, at: Moment) -> Vec<u8> {
    let line = |line: &Line| {
        let [record, rep] = key(state, line);
        serde_json::json!({
            "record": record, "rep": rep, "rule": recycling.removals[line.rule].name,
            "idle_since": line.idle_since.to_string(),
            "due_since": line.due_since.map(|at| at.to_string()),
            "then": then(state, line.then),
        })
    };
    let lines: Vec<_> = plan.lines.iter().map(line).collect();
    let books = plan.books.iter().map(|book| {
        let rep = &state.roster().rep(book.rep).key;
        serde_json::json!({
            "rep": rep, "records": book.records, "held": book.held, "most": book.most,
        })
    });
    let books: Vec<_> = books.collect();
    let held = !plan.excess.is_empty();
    let told = serde_json::json!({
        "at": at.to_string(), "needs_approval": held, "books": books, "lines": lines,
    });
    let mut bytes = serde_json::to_vec_pretty(&told).expect("plain values are always JSON");
    bytes.push(b'\n');
    bytes
}

fn csv(state: &State, recycling: &Recycling, plan: &SweepPlan) -> Vec<u8> {
    let header = ["record", "rep", "rule", "idle_since", "due_since", "then"];
    let mut out = CsvOut::new(Vec::new(), &header).expect("memory does not fail");
    for line in &plan.lines {
        let [record, rep] = key(state, line);
        let due = line.due_since.map_or_else(String::new, |at| at.to_string());
        let rule = recycling.removals[line.rule].name.clone();
        let since = line.idle_since.to_string();
        let cells = [record, rep, rule, since, due, then(state, line.then)];
        out.row(cells.iter().map(String::as_str))
            .expect("memory does not fail");
    }
    out.finish().expect("memory does not fail")
}

fn then(state: &State, then: Onward) -> String {
    match then {
        Onward::Deal => "deal".to_owned(),
        Onward::Queue(at) => format!("queue:{}", state.queue(state.queue_at(at)).name),
    }
}
