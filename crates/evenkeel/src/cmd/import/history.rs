//! `evenkeel import history`: a file of what others did and decided, into the side tables of a
//! store.
//!
//! It becomes no decision of ours: no verdict, no turn, no book and no clock comes of it. Reports
//! read it (`evenkeel report`).

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::feed::{self, FormatName, OnError, shown};
use crate::cmd::import::filing::{Filed, Filing};
use crate::cmd::rejects::{self, RejectsFile};
use crate::cmd::sink::apart;
use crate::cmd::store;
use crate::host::clock::{Clock, Wall};
use clap::ValueEnum;
use evenkeel_connect::bad::{Bad, Reject, Trouble};
use evenkeel_connect::histories::{Form, Histories, PastLine};
use evenkeel_connect::source::Rows;
use evenkeel_core::command::log_activities::AHEAD_MAX;
use evenkeel_core::market::code::{CODE_FORM, is_code};
use evenkeel_core::measure::past::Happened;
use evenkeel_core::time::Moment;
use indicatif::ProgressBar;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

/// Which file into which store.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV or NDJSON, or - for standard input. See docs/guide/history.md for the columns
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The store's file; no server may run on it
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// What its lines tell
    #[arg(long, value_name = "WHAT")]
    pub what: What,
    /// Mapping document: which column is what, forms of dates and money, blanks, other words
    #[arg(long, value_name = "TOML")]
    pub map: Option<PathBuf>,
    /// Who tells it
    #[arg(long, value_name = "CODE", default_value = "file", value_parser = code)]
    pub source: String,
    /// A user who is no rep, such as an integration: owns as nobody, and its activities are left
    /// out; may be given again
    #[arg(long, value_name = "REP")]
    pub system: Vec<String>,
    /// What to do with a line that cannot be read
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

/// What the lines of a file tell, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// A record as it stands: record, outcome; rep, created_at, assigned_at, closed_at, value,
    /// reason
    Deals,
    /// Who got a record: record, at, rep
    Assignments,
    /// Who owned it from then on, nobody when blank: record, at, rep
    Owners,
    /// Work on it: record, at, kind; rep
    Activities,
    /// How it ended: record, at, outcome; value, reason
    Outcomes,
    /// Any of these, as the column what says: created, assigned, owned, worked, reopened, won, lost
    /// or disqualified
    Facts,
}

impl What {
    fn form(self) -> Form {
        match self {
            Self::Deals => Form::Deals,
            Self::Assignments => Form::Assignments,
            Self::Owners => Form::Owners,
            Self::Activities => Form::Activities,
            Self::Outcomes => Form::Outcomes,
            Self::Facts => Form::Facts,
        }
    }
}

fn code(text: &str) -> Result<String, String> {
    match is_code(text) {
        true => Ok(text.to_owned()),
        false => Err(format!("expected {CODE_FORM}")),
    }
}

/// Imports the file: the counts as CSV to standard output, everything else to standard error.
///
/// *Refuses*: flags that make no sense together; a store that cannot be written; a file that does
/// not fit; without `--on-error skip`, the first bad line.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    if args.rejects.is_some() && args.on_error == OnError::Stop {
        let failure = Failure::new(Exit::Usage, "--rejects goes with --on-error skip");
        return Err(failure.hint("Without skip, the first bad line ends the import"));
    }
    let path = || rejects::beside(&args.file);
    let path = args.rejects.clone().unwrap_or_else(path);
    let skips = args.on_error == OnError::Skip;
    let outputs = skips.then_some(("--rejects", path.as_path()));
    let inputs = [("FILE", args.file.as_path()), ("--data", &args.data)];
    let map = args.map.as_deref().map(|map| ("--map", map));
    let inputs: Vec<_> = inputs.into_iter().chain(map).collect();
    apart(&inputs, outputs.as_slice())?;
    let bar = match args.quiet {
        true => ProgressBar::hidden(),
        false => feed::progress(),
    };
    let file = Arc::new(Mutex::new(Sha256::new()));
    let lines = open(args, &bar, &file)?;
    let rejects = match skips {
        true => Some(RejectsFile::open(path)?),
        false => None,
    };
    let now = Wall.now();
    let filing = Filing::begin(store::open(&args.data)?, &args.source, now)?;
    let mut intake = Intake {
        filing,
        systems: args.system.iter().cloned().collect(),
        now,
        rejects,
        undated: 0,
        systemic: 0,
    };
    if let Some(bad) = intake.read(lines)? {
        return Err(intake.stopped(bad));
    }
    let Intake {
        filing,
        rejects,
        undated,
        systemic,
        ..
    } = intake;
    let rejected = rejects.map(RejectsFile::finish).transpose()?;
    let count = rejected.as_ref().map_or(0, |(count, _)| *count);
    let digest = file.lock().unwrap_or_else(PoisonError::into_inner);
    let digest = digest.clone().finalize().into();
    let filed = store::runtime()?.block_on(filing.finish(digest, count))?;
    bar.finish_and_clear();
    println!("kept,known,undated,system,rejected");
    println!(
        "{},{},{undated},{systemic},{count}",
        filed.kept, filed.known
    );
    if !args.quiet {
        tell(&filed, undated, systemic);
        if let Some((lines, path)) = rejected.filter(|(lines, _)| *lines > 0) {
            eprintln!("{lines} lines were skipped: {}", path.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn open(args: &Args, bar: &ProgressBar, digest: &Arc<Mutex<Sha256>>) -> Result<Histories, Failure> {
    let mapping = feed::read_mapping(args.map.as_deref())?;
    let file = shown(&args.file);
    let source = Digesting {
        inner: feed::open(&args.file, bar)?,
        digest: Arc::clone(digest),
    };
    let format = feed::format_of(&args.file, Some(args.format));
    let rows = Rows::open(&file, Box::new(source), format, mapping.delimiter)?;
    let lines = Histories::open(&file, rows, &mapping, args.what.form())?;
    if !args.quiet && !lines.unused().is_empty() {
        let unused = lines.unused().join(", ");
        bar.suspend(|| eprintln!("note: {file}: columns not used and not kept: {unused}"));
    }
    Ok(lines)
}

/// Lines on their way into the tables.
struct Intake {
    filing: Filing,
    systems: BTreeSet<String>,
    now: Moment,
    rejects: Option<RejectsFile>,
    /// Lines to which nothing has happened yet.
    undated: u64,
    /// Activities of system users.
    systemic: u64,
}

impl Intake {
    /// Files every line; gives the bad one that stopped it.
    fn read(&mut self, lines: Histories) -> Result<Option<Bad>, Failure> {
        for line in lines {
            let bad = match line {
                Err(Trouble::File(bad)) => return Err(bad.into()),
                Err(Trouble::Line(reject)) => *reject,
                Ok(line) => match self.file(line)? {
                    None => continue,
                    Some(reject) => reject,
                },
            };
            match &mut self.rejects {
                Some(rejects) => rejects.write(&bad)?,
                None => return Ok(Some(bad.bad)),
            }
        }
        Ok(None)
    }

    /// Files one line; gives it back when it lies too far ahead.
    fn file(&mut self, mut line: PastLine) -> Result<Option<Reject>, Failure> {
        let latest = self.now + AHEAD_MAX;
        if let Some(ahead) = line.facts.iter().find(|fact| fact.at > latest) {
            let seen = ahead.at.to_string();
            return Ok(Some(line.reject(&seen, "a moment at most a day ahead")));
        }
        self.undated += u64::from(line.facts.is_empty());
        let systems = &self.systems;
        let is_system =
            |rep: &Option<String>| rep.as_ref().is_some_and(|rep| systems.contains(rep));
        let before = line.facts.len();
        line.facts
            .retain(|fact| fact.what != Happened::Worked || !is_system(&fact.rep));
        self.systemic += (before - line.facts.len()) as u64;
        for fact in &mut line.facts {
            fact.rep = fact.rep.take().filter(|rep| !systems.contains(rep));
        }
        if !line.facts.is_empty() {
            self.filing.add(&line)?;
        }
        Ok(None)
    }

    /// The failure of an import that stops at a bad line; what came before it is kept.
    fn stopped(mut self, bad: Bad) -> Failure {
        if let Err(failure) = self.filing.write() {
            return failure;
        }
        let (kept, known) = self.filing.counts;
        let hint = format!(
            "The {} facts before it are in the store and in no report yet. Mend the line and \
             import the file again, or use --on-error skip to collect such lines in a file",
            kept + known
        );
        feed::bad_lines(vec![bad]).hint(hint)
    }
}

fn tell(filed: &Filed, undated: u64, systemic: u64) {
    if filed.known > 0 {
        eprintln!("{} facts were there already and add nothing", filed.known);
    }
    if filed.left > 0 {
        eprintln!(
            "{} facts that an import which was cut had left count from now on",
            filed.left
        );
    }
    if undated > 0 {
        eprintln!("{undated} lines are open records with no moment at all: nothing to keep");
    }
    if systemic > 0 {
        eprintln!("{systemic} activities of system users were left out");
    }
}

/// Takes the digest of what is read.
struct Digesting {
    inner: Box<dyn Read + Send>,
    digest: Arc<Mutex<Sha256>>,
}

impl Read for Digesting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let mut digest = self.digest.lock().unwrap_or_else(PoisonError::into_inner);
        digest.update(&buffer[..count]);
        Ok(count)
    }
}
