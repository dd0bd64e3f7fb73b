//! `evenkeel advise checkin`: one line per rep to talk about, and what has changed since last time.
//!
//! The JSON form is what `--last` reads the next time.

use crate::cmd::advise::show::{Answer, Output, exact, senseless, table, tenths};
use crate::cmd::advise::store::workspace;
use crate::cmd::failure::{EXIT_CODES, Failure};
use crate::cmd::feed;
use evenkeel_core::checkin::{Last, Sheet, Stand, sheets};
use evenkeel_core::ids::RepNo;
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, Moment, Span};
use evenkeel_core::units::Micro;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Most bytes of an earlier sheet.
const LAST_MAX: usize = 64 << 20;

/// Which store.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub struct Args {
    /// The store's file
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// The JSON of the last sheets, to tell what has changed
    #[arg(long, value_name = "JSON")]
    pub last: Option<PathBuf>,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// What the next sheets need of these.
#[derive(Debug, Deserialize, Serialize)]
struct Kept {
    rep: String,
    /// Milliseconds since 1970.
    at: i64,
    /// Millionths of a standard account.
    load: i64,
    open: usize,
    neglected: usize,
    assigned: u64,
}

/// The part of an earlier answer that is read.
#[derive(Deserialize)]
struct Earlier {
    kept: Vec<Kept>,
}

/// Answers.
///
/// *Refuses*, in order: a store that is not there, an earlier sheet that cannot be read.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let (state, now) = workspace(&args.data)?;
    let last = match &args.last {
        None => BTreeMap::new(),
        Some(path) => last(&state, path)?,
    };
    let touched = |record| state.records().activity.active_at(record);
    let sheets = sheets(&state, now, &touched, &last);
    answer(&state, now, &sheets).print(args.output)
}

fn last(state: &State, path: &Path) -> Result<BTreeMap<RepNo, Last>, Failure> {
    let text = feed::read_text(path, LAST_MAX)?;
    let earlier: Earlier = serde_json::from_str(&text).map_err(|error| {
        senseless(format!("{}: {error}", path.display()))
            .hint("Keep what `advise checkin --output json` prints")
    })?;
    let kept = earlier.kept.into_iter().filter_map(|kept| {
        let last = Last {
            at: Moment(kept.at),
            load: Micro(kept.load),
            open: kept.open,
            neglected: kept.neglected,
            assigned: kept.assigned,
        };
        Some((state.roster().find(&kept.rep)?, last))
    });
    Ok(kept.collect())
}

fn answer(state: &State, now: Moment, sheets: &[Sheet]) -> Answer {
    let header = [
        "rep",
        "load",
        "target",
        "",
        "open",
        "oldest",
        "median",
        "neglected",
        "misfits",
        "piled",
        "load since",
        "new",
        "closed",
    ];
    let rows: Vec<Vec<String>> = sheets.iter().map(|sheet| row(state, sheet)).collect();
    let mut text = table(&header, &rows);
    text.push_str(
        "\nLoad and target in standard accounts; ages in days; neglected: without activity for too \
         long;\nmisfits: lighter or heavier than suits the tier; piled: the step that holds most of \
         the book.\n",
    );
    let kept = sheets.iter().map(|sheet| {
        let last = sheet.keep(state, now);
        Kept {
            rep: key(state, sheet).to_owned(),
            at: last.at.0,
            load: last.load.0,
            open: last.open,
            neglected: last.neglected,
            assigned: last.assigned,
        }
    });
    let json = json!({
        "at": now.to_string(),
        "reps": sheets.iter().map(|sheet| object(state, sheet)).collect::<Vec<_>>(),
        "kept": kept.collect::<Vec<_>>(),
    });
    Answer { text, json }
}

fn key<'s>(state: &'s State, sheet: &Sheet) -> &'s str {
    &state.roster().rep(sheet.rep).key
}

fn row(state: &State, sheet: &Sheet) -> Vec<String> {
    let dash = || "–".to_owned();
    let age = |of: &dyn Fn(&evenkeel_core::checkin::Age) -> Span| {
        sheet.age.as_ref().map_or_else(dash, |age| days(of(age)))
    };
    let change = |of: &dyn Fn(&evenkeel_core::checkin::Changes) -> String| {
        sheet.changes.as_ref().map_or_else(dash, of)
    };
    let piled = sheet.bottlenecks.first();
    vec![
        key(state, sheet).to_owned(),
        tenths(sheet.load),
        sheet
            .target
            .map_or_else(dash, |target| tenths(target.accounts)),
        stand(sheet.stand).to_owned(),
        sheet.open.to_string(),
        age(&|age| age.oldest),
        age(&|age| age.median),
        sheet.neglected.count.to_string(),
        (sheet.misfits.0 + sheet.misfits.1).to_string(),
        piled.map_or_else(dash, |pile| state.journeys().name(pile.step).to_owned()),
        change(&|changes| format!("{:+.1}", exact(changes.load))),
        change(&|changes| changes.assigned.to_string()),
        change(&|changes| changes.closed.to_string()),
    ]
}

fn object(state: &State, sheet: &Sheet) -> serde_json::Value {
    let step = |pile: &evenkeel_core::checkin::Bottleneck| {
        json!({
            "step": state.journeys().name(pile.step),
            "records": pile.records,
            "median_days": pile.median.0 / DAY.0,
        })
    };
    let longest = sheet.neglected.longest.iter();
    let longest = longest.map(|(record, since)| {
        json!({ "record": state.records().key(*record), "since": since.to_string() })
    });
    json!({
        "rep": key(state, sheet),
        "open": sheet.open,
        "load": exact(sheet.load),
        "target": sheet.target.map(|target| json!({
            "accounts": exact(target.accounts),
            "least": exact(target.least),
            "most": exact(target.most),
        })),
        "stand": stand(sheet.stand),
        "headroom": sheet.headroom().map(exact),
        "utilization": sheet.utilization().map(exact),
        "oldest_days": sheet.age.map(|age| age.oldest.0 / DAY.0),
        "median_days": sheet.age.map(|age| age.median.0 / DAY.0),
        "neglected": {
            "count": sheet.neglected.count,
            "of": sheet.open,
            "longest": longest.collect::<Vec<_>>(),
        },
        "misfits": { "lighter": sheet.misfits.0, "heavier": sheet.misfits.1 },
        "bottlenecks": sheet.bottlenecks.iter().map(step).collect::<Vec<_>>(),
        "changes": sheet.changes.map(|changes| json!({
            "load": exact(changes.load),
            "open": changes.open,
            "neglected": changes.neglected,
            "assigned": changes.assigned,
            "closed": changes.closed,
        })),
    })
}

fn stand(stand: Stand) -> &'static str {
    match stand {
        Stand::Overloaded => "overloaded",
        Stand::Fits => "fits",
        Stand::Undersupplied => "undersupplied",
        Stand::Unknown => "unknown",
    }
}

fn days(span: Span) -> String {
    (span.0 / DAY.0).to_string()
}
