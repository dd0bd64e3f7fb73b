//! `evenkeel report coverage`: how much of what was dealt was worked, and by when.

use crate::cmd::advise::show::{senseless, table};
use crate::cmd::failure::{EXIT_CODES, Exit, Failure};
use crate::cmd::reports::past::{Past, Which};
use crate::cmd::reports::show;
use crate::cmd::sheet::{Output, Sheet};
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::coverage::{ByDay, Coverage, DAYS, Dealt, Worked};
use evenkeel_core::measure::credit::CreditRule;
use evenkeel_core::measure::figure::{Figure, percent};
use evenkeel_core::measure::past::{Deal, End};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Which history, and what counts as worked.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The history.
    #[command(flatten)]
    pub which: Which,
    /// A kind of activity that counts; may be given again [default: every kind]
    #[arg(long, value_name = "KIND")]
    pub kind: Vec<String>,
    /// How many of them it takes
    #[arg(
        long,
        value_name = "COUNT",
        default_value_t = 1,
        value_parser = clap::value_parser!(u32).range(1..=100)
    )]
    pub touches: u32,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// Reports.
///
/// *Refuses*: a store without history, a kind nobody ever did, and what cannot be known yet.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let past = Past::read(&args.which)?;
    if past.deals.iter().all(|deal| deal.work.is_empty()) {
        let message = "No activity is in the history, so nobody knows what was worked";
        let hint = "`evenkeel import history --what activities` takes a file of them";
        return Err(Failure::new(Exit::NotFound, message).hint(hint));
    }
    let mut kinds = Vec::new();
    for kind in &args.kind {
        let number = past.book.find_word(kind).ok_or_else(|| {
            senseless(format!(
                "--kind {kind}: no activity of the history is of it"
            ))
        })?;
        kinds.push(number);
    }
    let worked = Worked {
        kinds,
        touches: args.touches,
    };
    let mut reps: BTreeMap<RepNo, Vec<Dealt>> = BTreeMap::new();
    let mut all = Vec::new();
    for deal in &past.deals {
        // Who it was dealt to: what a later owner did counts for the record all the same.
        let Some(rep) = deal.credit.credit(CreditRule::OwnerAtCreation) else {
            continue;
        };
        let dealt = deal.dealt(past.as_of);
        reps.entry(rep).or_default().push(dealt.clone());
        all.push(dealt);
    }
    let team = Coverage::of(&all, &worked);
    let team = team.map_err(|unknown| Failure::new(Exit::Refused, unknown.sentence()))?;
    let reps: Vec<(String, Option<Coverage>)> = reps
        .iter()
        .map(|(rep, dealt)| (past.book.rep(*rep), Coverage::of(dealt, &worked).ok()))
        .collect();
    let reasons = reasons(&past);
    show::print(
        args.output,
        || text(args, &past, (&team, &reps), &reasons),
        || json(&past, (&team, &reps), &reasons),
        || csv(&reps),
    )
}

/// One line for each rep.
fn csv(reps: &Reps) -> Sheet {
    let mut sheet = Sheet::new(&[
        "rep",
        "dealt",
        "worked_7",
        "worked_7_low",
        "worked_7_high",
        "worked_7_n",
        "worked_30",
        "worked_30_low",
        "worked_30_high",
        "worked_30_n",
        "disqualified_30",
        "untouched_30",
    ]);
    for (name, coverage) in reps {
        let day = |day: i64| coverage.as_ref()?.days.iter().find(|by| by.day == day);
        let mut row = vec![name.clone()];
        row.push(
            coverage
                .as_ref()
                .map_or(String::new(), |one| one.n.to_string()),
        );
        row.extend(show::figure(day(DAYS[0]).map(|by| &by.worked)));
        let last = day(DAYS[1]);
        row.extend(show::figure(last.map(|by| &by.worked)));
        row.push(last.map_or(String::new(), |by| show::plain(by.disqualified.value)));
        row.push(last.map_or(String::new(), |by| show::plain(by.untouched)));
        sheet.row(row);
    }
    sheet
}

/// Disqualified deals by reason, the most frequent first.
fn reasons(past: &Past) -> Vec<(String, u64)> {
    let gone = |deal: &&Deal| deal.end == End::Disqualified;
    let mut counts: BTreeMap<Option<u32>, u64> = BTreeMap::new();
    for deal in past.deals.iter().filter(gone) {
        *counts.entry(deal.reason).or_default() += 1;
    }
    let name = |reason: Option<u32>| match reason {
        Some(reason) => past.book.word(reason),
        None => "no reason told".to_owned(),
    };
    let counts = counts.into_iter();
    let mut counts: Vec<_> = counts
        .map(|(reason, count)| (name(reason), count))
        .collect();
    counts.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    counts
}

type Reps = [(String, Option<Coverage>)];

fn text(
    args: &Args,
    past: &Past,
    (team, reps): (&Coverage, &Reps),
    reasons: &[(String, u64)],
) -> String {
    let kinds = match args.kind.is_empty() {
        true => "activities of any kind".to_owned(),
        false => args.kind.join(" or "),
    };
    let mut text = format!(
        "Coverage from imported history, as of {}. Worked is {} or more: {kinds}.\n{}\n\n",
        &past.as_of.to_string()[..10],
        args.touches,
        team.sentence()
    );
    let rows: Vec<_> = reps
        .iter()
        .map(|(name, coverage)| row(name, coverage))
        .collect();
    let header = [
        "rep",
        "dealt",
        "by day 7",
        "between",
        "by day 30",
        "between",
        "disqualified",
        "untouched",
    ];
    text.push_str(&table(&header, &rows));
    text.push_str(
        "\nBy day: the share worked so many days after it was dealt; what is younger counts for as \
         long as it was watched. Disqualified, untouched: by day 30, before anybody worked it.\n",
    );
    if !reasons.is_empty() {
        let told: Vec<String> = reasons
            .iter()
            .map(|(reason, count)| format!("{reason} {count}"))
            .collect();
        text.push_str(&format!("Disqualified by reason: {}.\n", told.join(", ")));
    }
    text.push_str(&past.sources());
    text.push('\n');
    text
}

fn row(name: &str, coverage: &Option<Coverage>) -> Vec<String> {
    let mut row = vec![name.to_owned()];
    let Some(coverage) = coverage else {
        row.extend((0..7).map(|_| "–".to_owned()));
        return row;
    };
    row.push(coverage.n.to_string());
    let day = |day: i64| coverage.days.iter().find(|by| by.day == day);
    for by in DAYS.map(day) {
        match by {
            Some(ByDay { worked, .. }) => {
                row.push(percent(worked.value));
                let (low, high) = (worked.interval.low, worked.interval.high);
                row.push(format!("{} to {}", percent(low), percent(high)));
            }
            None => row.extend(["–".to_owned(), "–".to_owned()]),
        }
    }
    match day(DAYS[1]) {
        Some(by) => row.extend([percent(by.disqualified.value), percent(by.untouched)]),
        None => row.extend(["–".to_owned(), "–".to_owned()]),
    }
    row
}

fn json(past: &Past, (team, reps): (&Coverage, &Reps), reasons: &[(String, u64)]) -> Value {
    let reps = reps.iter().map(|(name, coverage)| {
        let days = coverage.as_ref().map(days);
        json!({ "rep": name, "dealt": coverage.as_ref().map(|one| one.n), "days": days })
    });
    let reasons = reasons.iter();
    let reasons = reasons.map(|(reason, count)| json!({"reason": reason, "records": count}));
    json!({
        "as_of": past.as_of.to_string(),
        "dealt": team.n,
        "days": days(team),
        "reps": reps.collect::<Vec<_>>(),
        "disqualified": reasons.collect::<Vec<_>>(),
        "sources": past.sources_json(),
    })
}

fn days(coverage: &Coverage) -> Vec<Value> {
    let part = |figure: &Figure| json!({"value": figure.value, "low": figure.interval.low, "high": figure.interval.high});
    let day = |by: &ByDay| {
        json!({
            "day": by.day, "worked": part(&by.worked), "disqualified": part(&by.disqualified),
            "untouched": by.untouched, "watched": by.watched, "n": coverage.n,
        })
    };
    coverage.days.iter().map(day).collect()
}
