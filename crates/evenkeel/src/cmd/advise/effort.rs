//! `evenkeel advise effort`: factors of effort learned from minutes of activity.
//!
//! A proposal with before and after. Nothing is changed: whoever agrees writes it into the policy.

use crate::cmd::advise::show::{Answer, Output, exact, senseless, table};
use crate::cmd::advise::store::{rows, workspace};
use crate::cmd::failure::{EXIT_CODES, Failure};
use evenkeel_core::measure::calibration::{Proposal, Sample, learn};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Which records, and how long they took.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The store, whose policy has a table of effort
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// Minutes of activity: CSV or NDJSON with record (its key) and minutes, over the same time
    /// for all; a record that is listed more than once has them added up
    #[arg(long, value_name = "FILE")]
    pub minutes: PathBuf,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// Answers.
///
/// *Refuses*, in order: a store that is not there or has no `[effort]`, a table that cannot be
/// read, one without a minute on a record of the store.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let (state, _) = workspace(&args.data)?;
    let effort = state.effort().filter(|effort| !effort.factors.is_empty());
    let effort = effort.ok_or_else(|| {
        senseless("The policy has no [effort] with factors to learn")
            .hint("Name the fields: [effort] with size = \"record.…\"")
    })?;
    let lines = rows(&args.minutes, &["record", "minutes"], |cells| {
        Ok((cells.text("record"), cells.number("minutes")?))
    })?;
    let (mut minutes, mut unknown) = (std::collections::BTreeMap::new(), 0u64);
    for (key, spent) in &lines {
        match state.record_no(key) {
            Some(record) => *minutes.entry(record).or_insert(0.0) += exact(*spent),
            None => unknown += 1,
        }
    }
    let columns = &state.records().columns;
    let sample = |(record, minutes): (&evenkeel_core::ids::RecordNo, &f64)| {
        effort.sample(&columns.attributes(record.index()), *minutes)
    };
    let samples: Vec<Sample> = minutes.iter().map(sample).collect();
    let proposal = learn(effort, &samples)
        .ok_or_else(|| senseless("Not one minute stands beside a record of the store"))?;
    answer(&proposal, unknown).print(args.output)
}

fn answer(proposal: &Proposal, unknown: u64) -> Answer {
    let mut rows = Vec::new();
    for factor in &proposal.factors {
        for level in &factor.levels {
            rows.push(vec![
                format!("{} {}", factor.kind.word(), level.name),
                level.records.to_string(),
                format!("{:.2}", level.before),
                format!("{:.2}", level.after),
                level.interval.map_or_else(
                    || "–".to_owned(),
                    |(low, high)| format!("{low:.2} to {high:.2}"),
                ),
            ]);
        }
    }
    let mut text = format!(
        "From {} records; a standard account takes {:.0} minutes.\n\n{}",
        proposal.records,
        proposal.minutes,
        table(&["level", "records", "now", "learned", "95 %"], &rows)
    );
    text.push_str(&format!(
        "\nOf the differences between records the factors explain {:.0} % now, and {:.0} % with \
         those learned. Levels with few records stay near what they are. Nothing is changed.\n",
        proposal.explained_before * 100.0,
        proposal.explained_after * 100.0
    ));
    if unknown > 0 {
        text.push_str(&format!("{unknown} lines name no record of the store.\n"));
    }
    let factors: Vec<_> = proposal
        .factors
        .iter()
        .map(|factor| {
            let levels = factor.levels.iter().map(|level| {
                json!({
                    "level": level.name,
                    "records": level.records,
                    "now": level.before,
                    "learned": level.after,
                    "low": level.interval.map(|(low, _)| low),
                    "high": level.interval.map(|(_, high)| high),
                })
            });
            json!({ "factor": factor.kind.word(), "levels": levels.collect::<Vec<_>>() })
        })
        .collect();
    let json = json!({
        "records": proposal.records,
        "minutes": proposal.minutes,
        "explained_now": proposal.explained_before,
        "explained_learned": proposal.explained_after,
        "unknown_lines": unknown,
        "factors": factors,
    });
    Answer { text, json }
}
