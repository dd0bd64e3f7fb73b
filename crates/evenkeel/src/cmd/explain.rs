//! `evenkeel explain E.ndjson RECORD`: why a record went where it went.
//!
//! Reads the file that `route --explain` wrote. Nothing is decided again: what is told is what was
//! written down when it was decided.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::feed::{is_stdio, shown};
use crate::cmd::sink;
use crate::dry::story::Story;
use clap::ValueEnum;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Longest line of an explain file in bytes: a story with some 20,000 members.
const LINE_MAX: u64 = 16 << 20;

/// Which record.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file written by route --explain, or - for standard input
    pub file: PathBuf,
    /// Key of the record
    pub record: String,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output: Output,
}

/// How to show a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Text,
    /// The line of the file as it is.
    Json,
}

/// Tells the story.
///
/// *Refuses*: not found (3) when the file has no such record.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let (line, story) = find(&args.file, &args.record)?;
    let text = match args.output {
        Output::Text => story.text(),
        Output::Json => line,
    };
    sink::to_stdout(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The last line about the record, as written and as read.
fn find(path: &Path, record: &str) -> Result<(String, Story), Failure> {
    let source: Box<dyn Read> = match is_stdio(path) {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(path).map_err(|error| Failure::file(path, &error))?),
    };
    let mut source = BufReader::new(source);
    let mut number = 0u64;
    let mut found = None;
    loop {
        let mut line = String::new();
        let read = source.by_ref().take(LINE_MAX).read_line(&mut line);
        if read.map_err(|error| Failure::file(path, &error))? == 0 {
            break;
        }
        number += 1;
        if line.trim().is_empty() {
            continue;
        }
        let story: Story = serde_json::from_str(&line).map_err(|error| {
            let message = format!("{}:{number}: {error}", shown(path));
            let failure = Failure::new(Exit::Failure, message);
            failure.hint("This reads what `evenkeel route --explain` writes")
        })?;
        if story.record == record {
            found = Some((line, story));
        }
    }
    found.ok_or_else(|| {
        let message = format!(
            "{}: there is no record {record:?} among {number}",
            shown(path)
        );
        let hint = "Maybe the key is spelled differently, or its line was rejected";
        Failure::new(Exit::NotFound, message).hint(hint)
    })
}
