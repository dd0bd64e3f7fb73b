//! `evenkeel policy check`: what is wrong with a policy, at its place in the text.
//!
//! With the reps given, pools are also checked for members. Nothing is published.

use crate::cmd::failure::{EXIT_CODES, Failure};
use crate::cmd::feed::{self, read_text, shown};
use crate::cmd::{report, sink};
use crate::dry::bench::Bench;
use clap::ValueEnum;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::policy::document;
use evenkeel_core::policy::problem::Problem;
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

/// Which policy.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The policy, or - for standard input
    pub policy: PathBuf,
    /// Reps, to see whether every pool has members: CSV or NDJSON
    #[arg(long, value_name = "FILE")]
    pub reps: Option<PathBuf>,
    /// Mapping document for the reps
    #[arg(long, value_name = "TOML", requires = "reps")]
    pub reps_map: Option<PathBuf>,
    /// How to show what was found
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output: Output,
}

/// How to show what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// What was found, for programs.
#[derive(Serialize)]
struct Found<'a> {
    file: &'a str,
    accepted: bool,
    errors: usize,
    warnings: usize,
    problems: Vec<ProblemLine<'a>>,
}

/// One problem, for programs.
#[derive(Serialize)]
struct ProblemLine<'a> {
    level: &'a str,
    line: usize,
    column: usize,
    at: &'a str,
    message: &'a str,
    hint: &'a str,
}

/// Checks the policy. Exit code 1 when it has errors; warnings are none.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let text = read_text(&args.policy, document::TEXT_MAX)?;
    let name = shown(&args.policy);
    let problems = match Bench::open(&text, 0) {
        Ok(mut bench) => {
            if let Some(reps) = &args.reps {
                let quiet = args.output == Output::Json;
                feed::set_reps(&mut bench, reps, args.reps_map.as_deref(), None, quiet)?;
            }
            bench.problems()
        }
        Err(Refusal::PolicyRejected { problems }) => problems,
        Err(refusal) => return Err(refusal.into()),
    };
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let warnings = problems.len() - errors;
    let shown = match args.output {
        Output::Json => {
            let found = Found {
                file: &name,
                accepted: errors == 0,
                errors,
                warnings,
                problems: problems.iter().map(ProblemLine::of).collect(),
            };
            let mut json = serde_json::to_string_pretty(&found).expect("plain values are JSON");
            json.push('\n');
            json
        }
        Output::Text => {
            let colored = report::colored(&std::io::stdout());
            let mut shown = report::graphical(&name, &text, &problems, colored);
            let verdict = if errors == 0 {
                "accepted"
            } else {
                "not accepted"
            };
            shown.push_str(&format!(
                "{name}: {verdict}, {}, {}\n",
                count(errors, "error"),
                count(warnings, "warning")
            ));
            shown
        }
    };
    sink::to_stdout(shown.as_bytes())?;
    Ok(if errors == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// `1 error`, `0 warnings`.
fn count(count: usize, word: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {word}{s}")
}

impl<'a> ProblemLine<'a> {
    fn of(problem: &'a Problem) -> Self {
        Self {
            level: problem.level.word(),
            line: problem.line,
            column: problem.column,
            at: &problem.at,
            message: &problem.message,
            hint: &problem.hint,
        }
    }
}
