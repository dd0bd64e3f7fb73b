//! `evenkeel policy test`: cases in a file, so that RevOps has tests for its policy.
//!
//! Each case stands alone: the reps as they are, nobody owed anything, one record. What went
//! wrong is told with the reason the policy gives.

use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::feed::{FIRST_MOMENT, read_text, set_reps, shown};
use crate::cmd::{report, sink};
use crate::dry::bench::Bench;
use crate::dry::cases::{self, Case, Outcome};
use crate::dry::story::Story;
use clap::ValueEnum;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::policy::document;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Which policy and which cases.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The policy
    pub policy: PathBuf,
    /// The cases: TOML, see docs/guide/route.md
    pub cases: PathBuf,
    /// Reps, instead of those the cases name
    #[arg(long, value_name = "FILE")]
    pub reps: Option<PathBuf>,
    /// Mapping document for the reps
    #[arg(long, value_name = "TOML")]
    pub reps_map: Option<PathBuf>,
    /// How to show the result
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output: Output,
}

/// How to show the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Text,
    /// One JSON object per case.
    Ndjson,
}

/// One case, for programs.
#[derive(Serialize)]
struct CaseLine<'a> {
    case: &'a str,
    line: u64,
    passed: bool,
    wrong: &'a [String],
    story: &'a Story,
}

/// Tries every case. Exit code 1 when one fails.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let text = read_text(&args.policy, document::TEXT_MAX)?;
    let mut bench = Bench::open(&text, 0).map_err(|refusal| match refusal {
        Refusal::PolicyRejected { problems } => {
            report::rejected(&shown(&args.policy), &text, &problems)
        }
        refusal => refusal.into(),
    })?;
    let name = shown(&args.cases);
    let cases = cases::read(&name, &read_text(&args.cases, cases::TEXT_MAX)?)?;
    let beside = |path: &str| args.cases.parent().unwrap_or(Path::new("")).join(path);
    let reps = args.reps.clone().or(cases.reps.as_deref().map(beside));
    let map = args
        .reps_map
        .clone()
        .or(cases.reps_map.as_deref().map(beside));
    if let Some(reps) = reps {
        set_reps(&mut bench, &reps, map.as_deref(), None, true)?;
    }
    let mut shown = String::new();
    let mut failed = 0;
    for case in &cases.cases {
        let outcome = cases::try_case(&name, &bench, case, FIRST_MOMENT)?;
        failed += usize::from(!outcome.wrong.is_empty());
        match args.output {
            Output::Text => shown.push_str(&text_of(&name, case, &outcome)),
            Output::Ndjson => {
                let line = CaseLine {
                    case: &case.name,
                    line: case.line,
                    passed: outcome.wrong.is_empty(),
                    wrong: &outcome.wrong,
                    story: &outcome.story,
                };
                shown.push_str(&serde_json::to_string(&line).expect("plain values are JSON"));
                shown.push('\n');
            }
        }
    }
    if args.output == Output::Text {
        let passed = cases.cases.len() - failed;
        shown.push_str(&format!("{passed} passed, {failed} failed\n"));
    }
    sink::to_stdout(shown.as_bytes())?;
    if cases.cases.is_empty() {
        let failure = Failure::new(Exit::Failure, format!("{name}: there are no cases"));
        return Err(failure.hint("Write at least one [[case]]"));
    }
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn text_of(file: &str, case: &Case, outcome: &Outcome) -> String {
    if outcome.wrong.is_empty() {
        return format!("pass  {}\n", case.name);
    }
    let mut text = format!("FAIL  {}   ({file}:{})\n", case.name, case.line);
    for wrong in &outcome.wrong {
        text.push_str(&format!("      {wrong}\n"));
    }
    text.push_str(&format!("      {}\n", outcome.story.sentence));
    for rule in &outcome.story.rules {
        text.push_str(&format!("      rule {}: {}\n", rule.rule, rule.answer));
        for (clause, answer) in &rule.clauses {
            text.push_str(&format!("        {answer:7}  {clause}\n"));
        }
    }
    text
}
