//! `evenkeel replay`: the books, the ledgers, or what waited, as a store stood at an instant.
//!
//! Folded from the journal; nothing is decided. What another policy would have done is
//! [`crate::cmd::backtest`]'s.

use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::sheet::{Output, Sheet};
use crate::cmd::{sink, store};
use crate::host::past::{self, Instant};
use crate::host::workspace::first_workspace;
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::people::rep::Status;
use evenkeel_core::state::State;
use std::path::PathBuf;
use std::process::ExitCode;

/// Which report, of which store, as of when.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The store's file
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// As of when: the number of an event, a date, or a moment such as 2026-03-31T09:30:00Z
    #[arg(long, value_name = "SEQ|TIME", value_parser = instant)]
    pub to: Instant,
    /// What to report
    #[arg(long, value_enum, default_value = "books")]
    pub report: Report,
    /// How to answer
    #[arg(long, value_enum, default_value = "table")]
    pub output: Output,
}

/// What to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Report {
    /// Who had how many open records
    Books,
    /// Who was owed what, pool by pool
    Ledger,
    /// Records that waited, the longest wait first
    Waiting,
}

/// Reads an instant of a command line.
pub fn instant(text: &str) -> Result<Instant, String> {
    let wanted =
        "expected the number of an event, a date, or a moment such as 2026-03-31T09:30:00Z";
    Instant::parse(text).ok_or_else(|| wanted.to_owned())
}

/// Reports.
///
/// *Refuses*, in order: a store that cannot be read, an instant before the first event.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let reader = store::look(&args.data)?;
    let state = past::state_at(&reader, first_workspace(&reader)?, args.to)?;
    if state.seq() == 0 {
        let message = "nothing was recorded by then";
        return Err(Failure::new(Exit::NotFound, message));
    }
    let sheet = match args.report {
        Report::Books => books(&state),
        Report::Ledger => ledger(&state),
        Report::Waiting => waiting(&state),
    };
    let bytes = match args.output {
        Output::Csv => sheet.csv(),
        Output::Table => {
            let head = format!("as of event {}, {}\n\n", state.seq(), state.last_at());
            format!("{head}{}", sheet.table()).into_bytes()
        }
        Output::Json => {
            let told = serde_json::json!({
                "seq": state.seq(), "at": state.last_at().to_string(), "rows": sheet.json(),
            });
            format!("{told}\n").into_bytes()
        }
    };
    sink::to_stdout(&bytes)?;
    Ok(ExitCode::SUCCESS)
}

/// Every rep, those who left only with something in the book, in order of first appearance.
fn books(state: &State) -> Sheet {
    let mut sheet = Sheet::new(&["rep", "status", "open", "assigned"]);
    for (_, rep) in state.roster().iter() {
        let status = match rep.profile.status {
            Status::Left => "left",
            Status::Paused { .. } => "paused",
            Status::Active if rep.profile.leave_at(state.last_at()).is_some() => "on leave",
            Status::Active => "active",
        };
        if rep.profile.status != Status::Left || !rep.book.is_empty() {
            let counts = [rep.book.len() as u64, rep.assigned].map(|count| count.to_string());
            sheet.row(
                [rep.key.clone(), status.to_owned()]
                    .into_iter()
                    .chain(counts),
            );
        }
    }
    sheet
}

/// Every member of every pool, by pool, then by rep.
fn ledger(state: &State) -> Sheet {
    let mut sheet = Sheet::new(&["pool", "rep", "owed", "makeup", "turns", "received"]);
    for pool in state.pools() {
        for entry in pool.ledger.members() {
            let tally = pool.tally(entry.rep);
            sheet.row([
                pool.name.clone(),
                state.roster().rep(entry.rep).key.clone(),
                entry.credit.to_string(),
                entry.makeup.to_string(),
                tally.map_or(0, |tally| tally.turns).to_string(),
                tally
                    .map(|tally| tally.received)
                    .unwrap_or_default()
                    .to_string(),
            ]);
        }
    }
    sheet
}

/// Every record that is held or in a queue, the longest wait first, then by number.
fn waiting(state: &State) -> Sheet {
    let mut waiting: Vec<_> = (0..state.records().len())
        .map(RecordNo::at)
        .filter_map(|record| match state.place(record) {
            Place::Held(hold) => {
                let place = format!("held for {}", state.pool(hold.pool).name);
                Some((hold.since, record, place, hold.until.to_string()))
            }
            Place::Queue(queue) => {
                let queue = state.queue(queue);
                let since = queue.records.get(&record).copied().unwrap_or_default();
                Some((
                    since,
                    record,
                    format!("queue {}", queue.name),
                    String::new(),
                ))
            }
            Place::Resting(rest) => Some((
                rest.since,
                record,
                "resting".to_owned(),
                rest.until.to_string(),
            )),
            Place::Book(_) | Place::Closed => None,
        })
        .collect();
    waiting.sort();
    let mut sheet = Sheet::new(&["record", "place", "since", "until"]);
    for (since, record, place, until) in waiting {
        let key = state.records().key(record).to_owned();
        sheet.row([key, place, since.to_string(), until]);
    }
    sheet
}
