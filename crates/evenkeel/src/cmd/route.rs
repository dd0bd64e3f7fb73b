//! `evenkeel route`: deal the records of a file by a policy. No server, no store.
//!
//! One line per record, in the order in which they were decided: a record that is held is written
//! when it moves on, or at the end. The same input gives the same bytes.

use crate::cmd::deal::deal;
use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::feed::{self, Files, format_of, is_stdio, progress, shown};
use crate::cmd::sink::Sink;
use crate::cmd::summary::Summary;
use crate::dry::bench::Dealt;
use crate::dry::story::{self, Story};
use evenkeel_connect::out::CsvOut;
use evenkeel_connect::source::Format;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::sentence::local;
use evenkeel_core::state::State;
use evenkeel_core::verdict::{Destination, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to deal.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The policy: which records go where, and how
    #[arg(long, value_name = "TOML")]
    pub policy: PathBuf,
    /// Reps, records, and how to read them.
    #[command(flatten)]
    pub files: Files,
    /// Where the outcome goes, one line per record: record_id,outcome,rep_id,pool,rule,reason; the
    /// outcome is rep, queue, held or merged
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub out: PathBuf,
    /// Where the whole reason goes, one JSON object per record, for evenkeel explain
    #[arg(long, value_name = "NDJSON")]
    pub explain: Option<PathBuf>,
    /// No notes, no progress bar and no summary on standard error
    #[arg(long, short)]
    pub quiet: bool,
}

/// Deals the records.
///
/// *Refuses*, in order: options that clash, outputs that are inputs or one another, unreadable
/// files, a policy with errors, a rep that cannot be read, and with `--on-error stop` the first bad
/// line.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    args.files.check()?;
    if is_stdio(&args.out) && args.explain.as_deref().is_some_and(is_stdio) {
        let message = "--out and --explain cannot both go to standard output";
        return Err(Failure::new(Exit::Usage, message).hint("Give one of them a file"));
    }
    let mut outputs = vec![("--out", &*args.out)];
    outputs.extend(args.explain.as_deref().map(|path| ("--explain", path)));
    args.files.apart(&[("--policy", &args.policy)], &outputs)?;
    let bar = if args.quiet {
        indicatif::ProgressBar::hidden()
    } else {
        progress()
    };
    let mut bench = args.files.bench(&args.policy, args.quiet)?;
    let mut feed = args.files.feed(bench.state().record_schema(), &bar)?;
    if !args.quiet {
        for remark in feed.remarks() {
            bar.suspend(|| eprintln!("note: {}: {remark}", shown(&args.files.records)));
        }
    }
    if let Some(count) = feed.known_len() {
        feed::count_records(&bar, count);
    }
    let by_record = feed.known_len().is_some();
    let mut run = Run::open(args)?;
    deal(&mut bench, &mut feed, args.files.now, |bench, dealt| {
        if by_record {
            bar.inc(1);
        }
        run.took(bench.state(), dealt)
    })?;
    bar.finish_and_clear();
    let summary = run.finish(bench.state())?;
    let rejected = feed.finish()?;
    if !args.quiet {
        let rejected = rejected
            .as_ref()
            .map(|(count, path)| (*count, path.as_path()));
        eprint!("{}", summary.text(bench.state(), rejected));
        eprintln!("\ndone in {:.2} s", bar.elapsed().as_secs_f64());
    }
    Ok(ExitCode::SUCCESS)
}

/// A run in progress.
struct Run {
    out: Out,
    explain: Option<Sink>,
    /// What was decided about the records that are held now.
    waiting: BTreeMap<RecordNo, Dealt>,
    summary: Summary,
}

impl Run {
    fn open(args: &Args) -> Result<Self, Failure> {
        let out = Out::open(
            Sink::open(&args.out)?,
            format_of(&args.out, Some(args.files.format)),
        )?;
        let explain = args.explain.as_deref().map(Sink::open).transpose()?;
        let summary = Summary::default();
        Ok(Self {
            out,
            explain,
            waiting: BTreeMap::new(),
            summary,
        })
    }

    /// Notes a decision; writes it unless the record is held.
    fn took(&mut self, state: &State, dealt: Dealt) -> Result<(), Failure> {
        let before = self.waiting.remove(&dealt.record);
        let Some((to, verdict)) = &dealt.decided else {
            return self.ran_out(
                state,
                &dealt,
                before.expect("only a held record can run out"),
            );
        };
        self.summary.dealt(verdict);
        if matches!(to, Destination::Hold { .. }) {
            self.waiting.insert(dealt.record, dealt);
            return Ok(());
        }
        let mut told = self.tell(state, &dealt, to, verdict);
        told.before = self.held(state, before.as_ref());
        self.write(to, &told)
    }

    /// A hold ran out: the verdict is the one that held the record, the place is its queue.
    fn ran_out(&mut self, state: &State, dealt: &Dealt, held: Dealt) -> Result<(), Failure> {
        let before = self.held(state, Some(&held));
        let Some((Destination::Hold { until, then, .. }, verdict)) = &held.decided else {
            unreachable!("only holds are kept waiting")
        };
        let to = Destination::Queue(*then);
        let mut told = self.tell(state, dealt, &to, verdict);
        let queue = &state.queue(*then).name;
        told.sentence = format!(
            "Held until {} UTC, and nobody became able; it waits in the queue {queue}.",
            local("UTC", *until)
        );
        told.before = before;
        self.write(&to, &told)
    }

    fn held(&self, state: &State, before: Option<&Dealt>) -> Vec<Story> {
        let told = before.and_then(|before| {
            let (to, verdict) = before.decided.as_ref()?;
            Some(self.tell(state, before, to, verdict))
        });
        told.into_iter().collect()
    }

    /// The story, whole only where somebody will read it.
    fn tell(&self, state: &State, dealt: &Dealt, to: &Destination, verdict: &Verdict) -> Story {
        let tell = if self.explain.is_some() {
            story::of
        } else {
            story::brief
        };
        tell(state, dealt.record, dealt.at, to, verdict)
    }

    fn write(&mut self, to: &Destination, told: &Story) -> Result<(), Failure> {
        self.summary.wrote(to);
        self.out.write(told)?;
        if let Some(sink) = &mut self.explain {
            let written = serde_json::to_writer(&mut *sink, told)
                .map_err(std::io::Error::from)
                .and_then(|()| sink.write_all(b"\n"));
            written.map_err(|error| sink.failure(&error))?;
        }
        Ok(())
    }

    /// Writes what is still held, those waiting longest first, and puts the files in place.
    fn finish(mut self, state: &State) -> Result<Summary, Failure> {
        let held: Vec<RecordNo> = state.held().map(|(record, _)| record).collect();
        for record in held {
            if let Some(held) = self.waiting.remove(&record)
                && let Some((to, verdict)) = &held.decided
            {
                let told = self.tell(state, &held, to, verdict);
                self.write(to, &told)?;
            }
        }
        if let Some(sink) = self.explain {
            sink.finish()?;
        }
        self.out.finish()?;
        Ok(self.summary)
    }
}

/// The outcome file.
enum Out {
    Csv(Box<CsvOut<Sink>>),
    Ndjson(Sink),
}

/// One line of it.
#[derive(Serialize)]
struct Line<'a> {
    record_id: &'a str,
    outcome: &'a str,
    rep_id: &'a str,
    pool: &'a str,
    rule: &'a str,
    reason: &'a str,
}

impl Out {
    fn open(sink: Sink, format: Format) -> Result<Self, Failure> {
        match format {
            Format::Ndjson => Ok(Self::Ndjson(sink)),
            Format::Csv => {
                let header = ["record_id", "outcome", "rep_id", "pool", "rule", "reason"];
                let name = sink.name().to_owned();
                let out = CsvOut::new(sink, &header);
                let out = out.map_err(|error| Failure::file(&name, &error))?;
                Ok(Self::Csv(Box::new(out)))
            }
        }
    }

    fn write(&mut self, told: &Story) -> Result<(), Failure> {
        let line = Line {
            record_id: &told.record,
            outcome: &told.outcome,
            rep_id: told.rep.as_deref().unwrap_or_default(),
            pool: told.pool.as_deref().unwrap_or_default(),
            rule: &told.rule,
            reason: &told.sentence,
        };
        let written = match self {
            Self::Csv(out) => out.row([
                line.record_id,
                line.outcome,
                line.rep_id,
                line.pool,
                line.rule,
                line.reason,
            ]),
            Self::Ndjson(sink) => serde_json::to_writer(&mut *sink, &line)
                .map_err(std::io::Error::from)
                .and_then(|()| sink.write_all(b"\n")),
        };
        written.map_err(|error| Failure::file(self.name(), &error))
    }

    fn name(&self) -> &std::path::Path {
        match self {
            Self::Csv(out) => out.target().name(),
            Self::Ndjson(sink) => sink.name(),
        }
    }

    fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Ndjson(sink) => sink.finish(),
            Self::Csv(out) => {
                let name = out.target().name().to_owned();
                out.finish()
                    .map_err(|error| Failure::file(&name, &error))?
                    .finish()
            }
        }
    }
}
