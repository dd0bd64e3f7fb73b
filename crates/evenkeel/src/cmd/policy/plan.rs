//! `evenkeel policy plan`: what a new policy would change, before anybody is dealt by it.
//!
//! Deals the same records twice in memory, by the old policy and by the new one, and compares where
//! they end. Nothing is published; the plan can be kept as a file that names the policy it was
//! made against, so that applying it can refuse when that has moved.

use crate::cmd::deal::deal;
use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::feed::{Files, is_stdio, progress, read_text};
use crate::cmd::policy::turns::{self, PoolTurns};
use crate::cmd::sink::{self, Sink};
use crate::dry::bench::Bench;
use crate::dry::story;
use evenkeel_core::holding::place::Place;
use evenkeel_core::policy::document;
use evenkeel_core::state::State;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Most examples of records that move.
const EXAMPLES_MAX: usize = 10;

/// What to compare, over which records.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The new policy
    pub policy: PathBuf,
    /// The policy it is compared with
    #[arg(long, value_name = "TOML")]
    pub against: PathBuf,
    /// Reps, records, and how to read them.
    #[command(flatten)]
    pub files: Files,
    /// Where to keep the plan, for later
    #[arg(long, value_name = "JSON")]
    pub out: Option<PathBuf>,
}

/// What a new policy would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// 1, the only form there is.
    pub plan: u32,
    /// What it was compared with.
    pub base: Base,
    /// The new document.
    pub policy: Document,
    /// Records dealt.
    pub records: u64,
    /// Records that would end elsewhere.
    pub moved: u64,
    /// Records per place, before and after; every place that has any.
    pub places: Vec<Count>,
    /// The first records that would end elsewhere.
    pub examples: Vec<Example>,
    /// Lines the analysis has to say about the new policy.
    pub remarks: Vec<String>,
    /// The next turns of the pools that change, after all these records.
    #[serde(default)]
    pub turns: Vec<PoolTurns>,
}

/// The policy in force when the plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Its version in a workspace; none when it came from a file.
    pub version: Option<u32>,
    /// SHA-256 of its text.
    pub sha256: String,
}

/// A policy document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// SHA-256 of the text.
    pub sha256: String,
    /// The text.
    pub text: String,
}

/// Records in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The place in words: `rep ana`, `queue triage`, `held`.
    pub place: String,
    /// By the old policy.
    pub before: u64,
    /// By the new one.
    pub after: u64,
}

/// A record that would end elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Its key.
    pub record: String,
    /// Where it ends by the old policy.
    pub before: String,
    /// Where it ends by the new one.
    pub after: String,
    /// Why, by the new one.
    pub why: String,
}

/// Where a record ends, and why.
struct End {
    place: String,
    why: String,
}

/// Compares the two.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    args.files.check()?;
    let policies: [sink::Flag<'_>; 2] = [
        ("the new policy", &args.policy),
        ("--against", &args.against),
    ];
    let out = args.out.as_deref().map(|path| ("--out", path));
    args.files.apart(&policies, out.as_slice())?;
    if is_stdio(&args.files.records) || is_stdio(&args.files.reps) {
        let message = "a plan reads reps and records twice, so standard input cannot be used";
        return Err(Failure::new(Exit::Usage, message));
    }
    let (old_text, old, before) = dealt(&args.against, &args.files, true)?;
    let (new_text, bench, after) = dealt(&args.policy, &args.files, false)?;
    let mut plan = compare(&old_text, &new_text, &bench, &before, &after);
    plan.turns = turns::turns(old.state(), &new_text);
    if let Some(path) = &args.out {
        let mut sink = Sink::open(path)?;
        let json = serde_json::to_string_pretty(&plan).expect("plain values are JSON");
        writeln!(sink, "{json}").map_err(|error| sink.failure(&error))?;
        sink.finish()?;
    }
    sink::to_stdout(plan.text().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Deals every record by one policy; gives its text, the workspace, and where records end.
fn dealt(
    policy: &Path,
    files: &Files,
    quiet: bool,
) -> Result<(String, Bench, BTreeMap<String, End>), Failure> {
    let text = read_text(policy, document::TEXT_MAX)?;
    let mut bench = files.bench(policy, quiet)?;
    let bar = progress();
    let mut feed = files.feed(bench.state().record_schema(), &bar)?;
    let mut ends = BTreeMap::new();
    deal(&mut bench, &mut feed, files.now, |bench, dealt| {
        let state = bench.state();
        let key = state.records().key(dealt.record).to_owned();
        let why = dealt.decided.map_or_else(
            || "held, and nobody became able".to_owned(),
            |(to, verdict)| story::brief(state, dealt.record, dealt.at, &to, &verdict).sentence,
        );
        ends.insert(
            key,
            End {
                place: place(state, state.place(dealt.record)),
                why,
            },
        );
        Ok(())
    })?;
    feed.finish()?;
    bar.finish_and_clear();
    Ok((text, bench, ends))
}

fn place(state: &State, place: Place) -> String {
    match place {
        Place::Book(rep) => format!("rep {}", state.roster().rep(rep).key),
        Place::Queue(queue) => format!("queue {}", state.queue(queue).name),
        Place::Held(_) => "held".into(),
        Place::Resting(_) => "resting".into(),
        Place::Closed => "closed".into(),
    }
}

fn compare(
    old_text: &str,
    new_text: &str,
    bench: &Bench,
    before: &BTreeMap<String, End>,
    after: &BTreeMap<String, End>,
) -> Plan {
    let mut places: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    before
        .values()
        .for_each(|end| places.entry(&end.place).or_default().0 += 1);
    after
        .values()
        .for_each(|end| places.entry(&end.place).or_default().1 += 1);
    let unread = End {
        place: "not read".into(),
        why: "the line does not fit the policy".into(),
    };
    let mut moved = 0;
    let mut examples = Vec::new();
    for key in before
        .keys()
        .chain(after.keys().filter(|key| !before.contains_key(*key)))
    {
        let old = before.get(key).unwrap_or(&unread);
        let new = after.get(key).unwrap_or(&unread);
        if old.place == new.place {
            continue;
        }
        moved += 1;
        if examples.len() < EXAMPLES_MAX {
            examples.push(Example {
                record: key.clone(),
                before: old.place.clone(),
                after: new.place.clone(),
                why: new.why.clone(),
            });
        }
    }
    let counts = places.into_iter().map(|(place, (before, after))| Count {
        place: place.to_owned(),
        before,
        after,
    });
    Plan {
        plan: 1,
        base: Base {
            version: None,
            sha256: sha256(old_text),
        },
        policy: Document {
            sha256: sha256(new_text),
            text: new_text.to_owned(),
        },
        records: after.len() as u64,
        moved,
        places: counts.collect(),
        examples,
        remarks: bench.problems().iter().map(ToString::to_string).collect(),
        turns: Vec::new(),
    }
}

/// SHA-256 of a text, in hexadecimal digits: what binds a plan to a policy.
pub fn sha256(text: &str) -> String {
    Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl Plan {
    /// The plan for people.
    pub fn text(&self) -> String {
        let mut text = format!(
            "Of {} records, {} would go elsewhere.\n",
            self.records, self.moved
        );
        let width = self
            .places
            .iter()
            .map(|count| count.place.chars().count())
            .max()
            .unwrap_or(0);
        text.push_str(&format!(
            "\n  {:width$}   before    after   change\n",
            "place"
        ));
        for Count {
            place,
            before,
            after,
        } in &self.places
        {
            let change = after.cast_signed() - before.cast_signed();
            text.push_str(&format!(
                "  {place:width$} {before:>8} {after:>8} {change:>+8}\n"
            ));
        }
        if !self.examples.is_empty() {
            text.push_str("\nFor example\n");
        }
        for Example {
            record,
            before,
            after,
            why,
        } in &self.examples
        {
            text.push_str(&format!("  {record}: {before} → {after}. {why}\n"));
        }
        text.push_str(&turns::text(&self.turns));
        if !self.remarks.is_empty() {
            text.push_str("\nAbout the new policy\n");
        }
        for remark in &self.remarks {
            text.push_str(&format!("  {remark}\n"));
        }
        text
    }
}
