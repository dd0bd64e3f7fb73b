//! `evenkeel territory cost`: the records of a file dealt with territories on and off.
//!
//! Arithmetic about the records in the file; a server's own history is compared on its page and by
//! `GET /api/v1/territories/cost`.

use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::feed::{FIRST_MOMENT, Files, progress};
use crate::cmd::sink;
use crate::territories::figures;
use evenkeel_core::rehearsal::Base;
use evenkeel_core::territory::cost::{self, Arrival, Asked, Cost, compare};
use std::path::PathBuf;
use std::process::ExitCode;

/// What to compare.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The policy, with a joint pool in its `territories` table
    #[arg(long, value_name = "TOML")]
    pub policy: PathBuf,
    /// Reps, records, the table, and how to read them.
    #[command(flatten)]
    pub files: Files,
    /// Most that a rep can take in 7 days [default: a quarter more than an even spread]
    #[arg(long, value_name = "COUNT")]
    pub most_per_week: Option<u64>,
    /// A number field that tells what a record is worth
    #[arg(long, value_name = "FIELD")]
    pub value: Option<String>,
}

/// Compares.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    args.files.check()?;
    args.files.apart(&[("--policy", &args.policy)], &[])?;
    let bench = args.files.bench(&args.policy, false)?;
    let schema = bench.state().record_schema();
    let value = match &args.value {
        None => None,
        Some(name) => Some(schema.find(name).ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                format!("--value: records have no field {name:?}"),
            )
        })?),
    };
    let bar = progress();
    let mut feed = args.files.feed(schema, &bar)?;
    let mut arrivals = Vec::new();
    let mut clock = args.files.now;
    while let Some(record) = feed.next_record() {
        let record = record?;
        if args.files.now.is_none() {
            clock = clock.max(record.occurred);
        }
        arrivals.push(Arrival {
            key: record.key,
            attributes: record.attributes.into(),
            at: clock.unwrap_or(FIRST_MOMENT),
            closed: None,
        });
    }
    feed.finish()?;
    bar.finish_and_clear();
    let asked = Asked {
        most_per_week: args.most_per_week,
        value,
    };
    let cost = compare(&Base::of(bench.state()), &arrivals, asked)?;
    sink::to_stdout(words(&cost).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The report for people.
fn words(cost: &Cost) -> String {
    let mut text = format!("{}\n\n", figures::headline(cost));
    text.push_str(&format!(
        "{:30} {:>16} {:>16}\n",
        "", "territories", "one pool"
    ));
    for (name, on, off) in figures::figures(cost) {
        text.push_str(&format!("{name:30} {on:>16} {off:>16}\n"));
    }
    text.push_str(&format!(
        "\nn = {} records; over capacity is more than {} in 7 days.\n\n",
        cost.records, cost.most_per_week
    ));
    for one in &cost.territories {
        let value = match one.value {
            Some((count, mean)) => format!(", worth {mean} on average (n = {count})"),
            None => String::new(),
        };
        text.push_str(&format!(
            "{}: {} records for {} reps, {} nobody could take{value}\n",
            one.name, one.records, one.reps, one.nobody
        ));
    }
    let inside: u64 = cost.territories.iter().map(|one| one.records).sum();
    let outside = cost.records.saturating_sub(inside);
    text.push_str(&format!("In no territory: {outside} records\n\n"));
    for (figure, means) in cost::DEFINITIONS {
        text.push_str(&format!("{figure}: {means}\n"));
    }
    text
}
