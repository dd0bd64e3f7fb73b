//! Imported history, measured: how long the size takes to import, and any report on it.
//!
//! `cargo bench -p evenkeel --bench history`. It makes 43,000 deals, 40,000 changes of owner and
//! 170,000 activities with the flaws of real exports, imports them with the program as a user
//! would, asks for every report, also as pages do in a server, and compares with the budgets: 30 s
//! and 1 s. `EVENKEEL_HISTORY` is
//! the number of deals (the rest scales), for a look. What carries over to another machine are the
//! ratios: facts a second against reading the same lines and keeping nothing, and the second import
//! of the same files against the first.

#[path = "../tests/it/history_files.rs"]
mod history_files;

use evenkeel::host::clock::Wall;
use evenkeel::host::workspace::Workspace;
use evenkeel::reports::asking::{self, Asks};
use evenkeel::reports::{audit, scorecard, validation};
use evenkeel_journal::sqlite::open;
use history_files::{IMPORTS, MAP, Size, files};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the issue asks for.
const RECORDS: u64 = 43_000;
const IMPORT_MAX: Duration = Duration::from_secs(30);
const REPORT_MAX: Duration = Duration::from_secs(1);

const REPORTS: [&str; 5] = [
    "report rates --data x.db",
    "report rates --data x.db --credit first-touch --sentences",
    "report rates --data x.db --as-of 2025-06-30 --output json",
    "report coverage --data x.db --kind call --kind e-mail --touches 2",
    "report imports --data x.db",
];

fn main() {
    let set = std::env::var("EVENKEEL_HISTORY").ok();
    let records = set.and_then(|text| text.parse().ok()).unwrap_or(RECORDS);
    let size = Size::of(records);
    let folder = tempfile::tempdir().expect("a folder");
    let made = files(size, 1);
    let bytes = made.deals.len() + made.owners.len() + made.activities.len();
    for (name, text) in [
        ("deals.csv", &made.deals),
        ("owners.csv", &made.owners),
        ("activities.csv", &made.activities),
        ("map.toml", &MAP.to_owned()),
    ] {
        std::fs::write(folder.path().join(name), text).expect("writes");
    }
    println!(
        "{} deals, {} changes of owner, {} activities, {} reps; {:.1} MB\n",
        size.records,
        size.owners,
        size.activities,
        size.reps,
        bytes as f64 / 1e6
    );
    let start = Instant::now();
    let lines = [&made.deals, &made.owners, &made.activities]
        .map(|text| csv::Reader::from_reader(text.as_bytes()).records().count());
    let reading = start.elapsed();
    run(folder.path(), "init --data x.db");
    println!("| step | time | budget |\n| --- | --- | --- |");
    let (first, second) = (imports(folder.path(), true), imports(folder.path(), false));
    told("import, all three files", first, Some(IMPORT_MAX));
    told("the same files again", second, None);
    told("reading the lines, keeping nothing", reading, None);
    let mut within = first <= IMPORT_MAX;
    for report in REPORTS {
        let took = run(folder.path(), report);
        told(report, took, Some(REPORT_MAX));
        within &= took <= REPORT_MAX;
    }
    within &= pages(folder.path());
    let verify = run(folder.path(), "verify --data x.db");
    told("verify --data x.db", verify, None);
    let facts = lines.iter().sum::<usize>() as f64;
    println!(
        "\n{:.0} lines a second, {:.1} times the time of reading them; the same again {:.2} times \
         the first. {}",
        facts / first.as_secs_f64(),
        first.as_secs_f64() / reading.as_secs_f64(),
        second.as_secs_f64() / first.as_secs_f64(),
        if within {
            "Within budget."
        } else {
            "OVER BUDGET."
        }
    );
}

/// The reports of the pages over the imported history: the first reads the tables, the others find
/// them read. Says whether all were within the budget.
fn pages(folder: &Path) -> bool {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts");
    let journal = open::open(&folder.join("x.db"), None).expect("the store is free");
    let workspace = Workspace::open(Box::new(journal), Arc::new(Wall)).expect("it folds");
    let text = |text: &str| Some(text.to_owned());
    let source = text("imported");
    let by = |by: &str| validation::Question {
        source: source.clone(),
        by: text(by),
        ..Default::default()
    };
    let then = validation::Question {
        as_of: text("2025-06-30"),
        ..by("rep")
    };
    let calls = validation::Question {
        kinds: text("call,meeting"),
        touches: text("2"),
        ..by("month")
    };
    let card = scorecard::Question {
        source: source.clone(),
        leads: text("all"),
        ..Default::default()
    };
    let both = validation::Question {
        source: text("both"),
        ..by("rep")
    };
    let audit = audit::Question {
        source: source.clone(),
        ..Default::default()
    };
    runtime.block_on(async {
        let workspace = &workspace;
        let mut took = vec![
            (
                "page Validation, the first",
                page(workspace, &by("rep")).await,
            ),
            ("page Validation, again", page(workspace, &by("rep")).await),
            (
                "page Validation, two calls or meetings, by month",
                page(workspace, &calls).await,
            ),
            ("page Validation, as of then", page(workspace, &then).await),
            (
                "page Validation, both histories",
                page(workspace, &both).await,
            ),
            ("page Scorecard, all leads", page(workspace, &card).await),
        ];
        took.push(("page Audit", page(workspace, &audit).await));
        let mut within = true;
        for (name, took) in took {
            told(name, took, Some(REPORT_MAX));
            within &= took <= REPORT_MAX;
        }
        workspace.close().await.expect("it closes");
        within
    })
}

async fn page<Q: Asks>(workspace: &Workspace, question: &Q) -> Duration {
    let start = Instant::now();
    let answer = asking::answer(workspace, question).await.expect("it reads");
    let answer = answer.unwrap_or_else(|wrong| panic!("{}", wrong.message()));
    let report = workspace.ask(|state| answer.keyed(state)).await;
    assert_eq!(report.unknown, None);
    start.elapsed()
}

fn imports(folder: &Path, each: bool) -> Duration {
    let times = IMPORTS.map(|command| {
        let took = run(folder, command);
        if each {
            let file = command.split(' ').nth(2).unwrap_or_default();
            told(&format!("import {file}"), took, None);
        }
        took
    });
    times.iter().sum()
}

fn told(step: &str, took: Duration, budget: Option<Duration>) {
    let budget = budget.map_or(String::new(), |budget| format!("{} s", budget.as_secs()));
    println!("| {step} | {:.2} s | {budget} |", took.as_secs_f64());
}

fn run(folder: &Path, command: &str) -> Duration {
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(command.split(' '))
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("it starts");
    let took = start.elapsed();
    assert!(status.success(), "{command}: {status}");
    took
}
