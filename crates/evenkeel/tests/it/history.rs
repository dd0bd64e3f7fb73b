//! Past history into a store: once, in whole transactions, proved, and never a decision of ours.
//!
//! `EVENKEEL_HISTORY` is how many records the largest import has (default 300; the size is
//! 43000, which `cargo bench -p evenkeel --bench history` measures).

use crate::bin::{Bin, rows};
use crate::history_files::{Dice, Files, IMPORTS, MAP, Size, files};
use evenkeel_core::state::State;
use evenkeel_journal::history::{HistoryReader, KeyKind};
use evenkeel_journal::journal::Reader;
use evenkeel_journal::sqlite::open;
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

fn store(files: &Files) -> Bin {
    let bin = Bin::new();
    assert_eq!(bin.run("init --data x.db").code, 0);
    bin.write("deals.csv", &files.deals)
        .write("owners.csv", &files.owners)
        .write("activities.csv", &files.activities)
        .write("map.toml", MAP);
    bin
}

/// Runs an import and gives its counts: kept, known, undated, of system users, rejected.
fn import(bin: &Bin, command: &str) -> [u64; 5] {
    let ran = bin.run(command);
    assert_eq!(ran.code, 0, "{command}: {}", ran.err);
    let rows = rows(&ran.out);
    let counts: Vec<u64> = rows[0]
        .iter()
        .map(|cell| cell.parse().expect("a count"))
        .collect();
    counts.try_into().expect("five counts")
}

fn report(bin: &Bin, command: &str) -> Value {
    let ran = bin.run(&format!("report {command} --data x.db --output json"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str(&ran.out).expect("is JSON")
}

/// What a report says, without where it comes from.
fn said(bin: &Bin, command: &str) -> Value {
    let mut told = report(bin, command);
    told.as_object_mut().expect("an object").remove("sources");
    told
}

fn size() -> Size {
    let set = std::env::var("EVENKEEL_HISTORY").ok();
    let records = set.and_then(|text| text.parse().ok()).unwrap_or(300);
    Size {
        reps: 3,
        ..Size::of(records)
    }
}

#[test]
fn the_same_files_twice_add_nothing_and_reports_say_where_they_come_from() {
    let size = size();
    let bin = store(&files(size, 1));
    let first = IMPORTS.map(|command| import(&bin, command));
    assert_eq!(first[0][1], 0);
    assert!(first[0][0] > size.records, "{first:?}");
    assert_eq!(first[1][0] + first[1][1], size.owners);
    assert_eq!(first[2], [size.activities, 0, 0, 0, 0]);
    let before = said(&bin, "rates");
    for (command, first) in IMPORTS.iter().zip(first) {
        let again = import(&bin, command);
        assert_eq!(again, [0, first[0] + first[1], 0, 0, 0], "{command}");
    }
    assert_eq!(said(&bin, "rates"), before);
    let imports = report(&bin, "imports");
    let imports = imports["imports"].as_array().expect("a list");
    assert_eq!(imports.len(), 3, "nothing new is no import");
    assert_eq!(imports[2]["facts"]["worked"], size.activities);
    assert_eq!(imports[2]["source"], "dialer");

    let reps = before["reps"].as_array().expect("a list");
    assert_eq!(reps.len() as u64, size.reps);
    for rep in reps {
        let own = &rep["own"];
        assert!(own["low"].as_f64() < own["value"].as_f64(), "{rep}");
        assert!(own["value"].as_f64() < own["high"].as_f64(), "{rep}");
    }
    assert_eq!(before["comparable"], false);
    let text = bin.run("report rates --data x.db --sentences").out;
    for words in [
        "Not comparable",
        "From crm (imported 20",
        "dialer (imported 20",
        "digest ",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("Jo Person"), "names stay in the file");
    let current = report(&bin, "rates --credit current");
    assert_ne!(current["reps"], before["reps"]);
    let coverage = report(&bin, "coverage --kind call --touches 2");
    assert_eq!(coverage["disqualified"][0]["reason"], "no_fit");
    for (command, first, lines) in [
        ("rates", "rep,comparable,deals,mature,won", size.reps),
        ("coverage", "rep,dealt,worked_7,worked_7_low", size.reps),
        ("imports", "source,imported,created", 3),
    ] {
        let csv = bin.run(&format!("report {command} --data x.db --output csv"));
        assert_eq!(csv.code, 0, "{}", csv.err);
        assert!(csv.out.starts_with(first), "{}", csv.out);
        assert_eq!(csv.out.lines().count() as u64, lines + 1, "{}", csv.out);
    }
    let odd = bin.run("report coverage --data x.db --kind fax");
    assert_eq!(odd.code, 2, "{}", odd.err);
}

/// What others decided is no decision of ours: no record, no rep, no place, no credit.
#[test]
fn nothing_of_the_workspace_moves_and_the_journal_says_that_it_happened() {
    let bin = store(&files(size(), 2));
    IMPORTS.iter().for_each(|command| {
        import(&bin, command);
    });
    let reader = open::open_reader(&bin.path("x.db")).expect("opens");
    let workspace = reader.workspaces().expect("there is one")[0].id;
    let state = evenkeel::host::fold::fold(&reader, workspace)
        .expect("folds")
        .state;
    let counts = reader.counts(workspace).expect("counts");
    assert_eq!((counts.places, counts.outbox, counts.activities), (0, 0, 0));
    assert_eq!((state.records().len(), state.roster().len()), (0, 0));
    assert_eq!(state.imports().all().len(), 3);
    assert_eq!(state.seq(), 3);
    assert_eq!(State::new().imports().all().len(), 0);
    for imported in state.imports().all() {
        assert!(
            imported.at >= imported.import.between.1,
            "learned later than it happened"
        );
    }
}

/// The order in which files come, and lines in them, is no matter.
#[test]
fn the_order_of_files_and_lines_does_not_matter() {
    let size = Size {
        reps: 3,
        ..Size::of(120)
    };
    let straight = files(size, 3);
    let mut turned = files(size, 3);
    for text in [
        &mut turned.deals,
        &mut turned.owners,
        &mut turned.activities,
    ] {
        let (header, body) = text.split_once('\n').expect("a header");
        let mut lines: Vec<&str> = body.lines().collect();
        let mut dice = Dice(9);
        for at in (1..lines.len()).rev() {
            lines.swap(at, dice.below(at as u64 + 1) as usize);
        }
        *text = format!("{header}\n{}\n", lines.join("\n"));
    }
    let (one, other) = (store(&straight), store(&turned));
    for command in IMPORTS {
        import(&one, command);
    }
    for command in IMPORTS.iter().rev() {
        import(&other, command);
    }
    for command in ["rates --credit last-touch", "coverage"] {
        let told = |bin: &Bin| {
            let mut told = said(bin, command);
            // Reps are numbered, and listed, as they come.
            let reps = told["reps"].as_array_mut().expect("a list");
            reps.sort_by_key(|rep| rep["rep"].as_str().map(str::to_owned));
            told["reps"].to_string()
        };
        let (one, other) = (told(&one), told(&other));
        let counts = |text: &str| {
            let reps: Vec<Value> = serde_json::from_str(text).expect("is JSON");
            // Trials are added up in the order of the records, so the last digits may differ.
            let of = |rep: &Value| {
                let own = rep["own"]["value"].as_f64().map(|own| (own * 1e9).round());
                let counts = ["rep", "deals", "won", "value_won", "days"].map(|name| &rep[name]);
                format!("{counts:?} {own:?}")
            };
            reps.iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(counts(&one), counts(&other), "{command}");
    }
}

#[test]
fn a_bad_line_stops_and_the_mended_file_adds_the_rest() {
    let bin = Bin::new();
    assert_eq!(bin.run("init --data x.db").code, 0);
    let file = "record,at,outcome\nD-1,2026-01-05,won\nD-2,05/01/2026,won\nD-3,2026-01-07,lost\n\
        D-4,2199-01-01,won\n";
    bin.write("o.csv", file);
    let command = "import history o.csv --data x.db --what outcomes";
    let stopped = bin.run(command);
    assert_eq!(stopped.code, 1);
    assert!(
        stopped
            .err
            .contains("o.csv:3: column 2 \"at\": found \"05/01/2026\", expected a date"),
        "{}",
        stopped.err
    );
    assert!(
        stopped.err.contains("The 1 facts before it"),
        "{}",
        stopped.err
    );
    let none = bin.run("report rates --data x.db");
    assert_eq!(
        none.code, 3,
        "what is not told in the journal is in no report"
    );
    let told = bin.run("report imports --data x.db").out;
    assert!(
        told.contains("1 facts were left by an import that was cut"),
        "{told}"
    );
    assert_eq!(bin.run("verify --data x.db").code, 0);
    let skipped = bin.run(&format!("{command} --on-error skip"));
    assert_eq!(
        skipped.out, "kept,known,undated,system,rejected\n1,1,0,0,2\n",
        "{}",
        skipped.err
    );
    assert!(
        skipped.err.contains("had left count from now on"),
        "{}",
        skipped.err
    );
    let rejects = bin.read("o.csv.rejects.csv");
    assert!(
        rejects.contains("a moment at most a day ahead"),
        "{rejects}"
    );
    let imports = report(&bin, "imports");
    let one = &imports["imports"][0];
    assert_eq!(
        (&one["facts"]["outcomes"], &one["rejected"]),
        (&2.into(), &2.into())
    );
    assert_eq!(imports["facts_of_a_cut_import"], 0);
}

/// Killed between two transactions: whole parts are there, no report shows them, and the same file
/// again adds the rest.
#[test]
fn an_import_that_is_killed_goes_on_where_it_was() {
    let bin = Bin::new();
    assert_eq!(bin.run("init --data x.db").code, 0);
    let line = |at: u32| format!("D-{},2026-01-05 10:{:02},call\n", at / 60, at % 60);
    let lines: String = (0..6_000).map(line).collect();
    let whole = format!("record,at,kind\n{lines}");
    bin.write("a.csv", &whole);
    let mut child = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args([
            "import",
            "history",
            "-",
            "--data",
            "x.db",
            "--what",
            "activities",
            "--quiet",
        ])
        .current_dir(bin.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    pipe.write_all(whole.as_bytes()).expect("it reads");
    pipe.flush().expect("it reads");
    // The pipe stays open, so it waits for more lines after the first part.
    let reader = open::open_reader(&bin.path("x.db")).expect("opens");
    let workspace = reader.workspaces().expect("there is one")[0].id;
    let rows = loop {
        let rows = reader.history_extent(workspace).expect("extent").rows;
        if rows > 0 {
            break rows;
        }
        assert!(child.try_wait().expect("its end").is_none(), "it ended");
        std::thread::yield_now();
    };
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    drop((pipe, reader));
    assert_eq!(rows, 5_000, "a whole part");
    assert_eq!(bin.run("report rates --data x.db").code, 3);
    let again = "import history a.csv --data x.db --what activities --quiet";
    assert_eq!(import(&bin, again), [1_000, 5_000, 0, 0, 0]);
    let imports = report(&bin, "imports");
    assert_eq!(imports["imports"][0]["facts"]["worked"], 6_000);
    assert_eq!(import(&bin, again), [0, 6_000, 0, 0, 0]);
    assert_eq!(bin.run("verify --data x.db").code, 0);
}

/// A store with a small history in it.
fn told() -> Bin {
    let size = Size {
        reps: 2,
        ..Size::of(120)
    };
    let bin = store(&files(size, 4));
    IMPORTS.iter().for_each(|command| {
        import(&bin, command);
    });
    bin
}

#[test]
fn copies_carry_the_history() {
    let bin = told();
    let before = said(&bin, "rates");
    assert_eq!(bin.run("backup --data x.db --to copy.db").code, 0);
    assert_eq!(bin.run("restore --from copy.db --data back.db").code, 0);
    let there = bin.run("report rates --data back.db --output json");
    let mut there: Value = serde_json::from_str(&there.out).expect("is JSON");
    there.as_object_mut().expect("an object").remove("sources");
    assert_eq!(there, before);
}

#[test]
fn a_name_can_be_erased_and_everything_still_verifies() {
    let bin = told();
    let reader = open::open_reader(&bin.path("x.db")).expect("opens");
    let workspace = reader.workspaces().expect("there is one")[0].id;
    let keys = reader.history_keys(workspace, KeyKind::Rep, 0, 1);
    let (_, name) = keys.expect("keys").remove(0).text.expect("not erased yet");
    drop(reader);
    let forget = format!("import forget --data x.db --rep {name}");
    let forgot = bin.run(&forget);
    assert_eq!(
        (forgot.code, forgot.out.as_str()),
        (0, "erased\n1\n"),
        "{}",
        forgot.err
    );
    assert_eq!(bin.run(&forget).code, 3, "an erased key is not found again");
    let verified = bin.run("verify --data x.db");
    assert_eq!(verified.code, 0, "{}", verified.out);
    assert!(
        bin.run("report rates --data x.db")
            .out
            .contains("(erased 0)")
    );
}

#[test]
fn verify_finds_what_was_changed() {
    let bin = told();
    let reader = open::open_reader(&bin.path("x.db")).expect("opens");
    let workspace = reader.workspaces().expect("there is one")[0].id;
    let id = reader.history(workspace, 6, 1).expect("a row")[0].id;
    drop(reader);
    // A backup is one file.
    assert_eq!(bin.run("backup --data x.db --to copy.db").code, 0);
    for (name, from, to, words) in [
        (
            "key.db",
            &b"D-000003"[..],
            &b"D-00000x"[..],
            "key 3 of history (kind 1) was changed",
        ),
        (
            "row.db",
            &id,
            &[0; 16],
            "import 1 of history (source crm, event 1) is not as it was told",
        ),
    ] {
        let mut bytes = std::fs::read(bin.path("copy.db")).expect("reads");
        let places: Vec<usize> = (0..bytes.len() - from.len())
            .filter(|at| bytes[*at..].starts_with(from))
            .collect();
        assert!(!places.is_empty(), "{name}");
        for at in places {
            bytes[at..at + to.len()].copy_from_slice(to);
        }
        std::fs::write(bin.path(name), bytes).expect("writes");
        let verified = bin.run(&format!("verify --data {name}"));
        assert_eq!(verified.code, 1, "{name}: {}", verified.out);
        assert!(verified.out.contains(words), "{name}: {}", verified.out);
    }
}
