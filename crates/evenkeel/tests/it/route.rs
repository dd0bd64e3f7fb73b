//! `route` and `explain` over files, from the outside.

use crate::bin::{Bin, rows};
use proptest::prelude::*;
use std::collections::BTreeSet;

const POLICY: &str = r#"
evenkeel = 1
name = "small"

[record]
country = "text"
employees = "number"

[[pool]]
name = "large"
members = ["ana", "ben"]
nobody = { hold = "2 days", then = "queue:triage" }

[[pool]]
name = "everyone"
where = 'rep.role == "AE"'
method = "random"
band = 1.0
nobody = "queue:triage"

[[queue]]
name = "triage"

[[rule]]
name = "Large"
when = 'record.employees >= 200'
to = "pool:large"

[fallback]
to = "pool:everyone"
"#;

const REPS: &str = "id,role\nana,AE\nben,AE\ncem,AE\ndoa,AE\n";

fn bin(records: &str) -> Bin {
    let bin = Bin::new();
    bin.write("p.toml", POLICY)
        .write("r.csv", REPS)
        .write("l.csv", records);
    bin
}

const ARGS: &str = "route --policy p.toml --reps r.csv --records l.csv";

/// The column `at` of the outcome on standard output, joined.
fn column(out: &str, at: usize) -> String {
    rows(out)
        .iter()
        .map(|row| row[at].clone())
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn the_outcome_has_one_line_per_record_with_its_reason() {
    let bin = bin("id,country,employees\nA,US,500\nB,US,50\nC,US,\n");
    let ran = bin.run(ARGS);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.out
            .starts_with("record_id,outcome,rep_id,pool,rule,reason\n")
    );
    let all = rows(&ran.out);
    assert_eq!(all[0][..5], ["A", "rep", "ana", "large", "Large"]);
    assert!(
        all[0][5].starts_with("ana got it: owed 0.5 of a lead"),
        "{}",
        all[0][5]
    );
    assert_eq!(
        (all[1][3].as_str(), all[1][4].as_str()),
        ("everyone", "fallback")
    );
    assert_eq!(
        (all[2][3].as_str(), all[2][4].as_str()),
        ("everyone", "fallback")
    );
    assert!(
        ran.err.contains("3 records: 3 to reps, 0 queued, 0 held"),
        "{}",
        ran.err
    );
}

#[test]
fn the_order_is_that_of_the_file_unless_told() {
    let records = "id,created_at,country\n10,2026-03-02,b\nA,2026-03-01,a\n2,2026-03-02,\n7,,c\n";
    let bin = bin(records);
    for (by, order) in [
        ("", "10 A 2 7"),
        ("--order-by id", "2 7 10 A"),
        ("--order-by created_at,id", "A 2 10 7"),
        ("--order-by=-id", "A 10 7 2"),
        ("--order-by country", "A 10 7 2"),
        ("--order-by=-country,id", "7 10 A 2"),
    ] {
        let ran = bin.run(&format!("{ARGS} {by}"));
        assert_eq!(
            (ran.code, column(&ran.out, 0).as_str()),
            (0, order),
            "{by}: {}",
            ran.err
        );
    }
    let ran = bin.run(&format!("{ARGS} --order-by contry"));
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("Maybe you meant \"country\""),
        "{}",
        ran.err
    );
}

#[test]
fn csv_and_ndjson_files_and_pipes_give_the_same() {
    let bin = bin("id,country,employees\nA,US,500\nB,\"x, y\",50\n");
    let ndjson = "{\"id\":\"A\",\"country\":\"US\",\"employees\":500}\n\
                  {\"id\":\"B\",\"country\":\"x, y\",\"employees\":50}\n";
    bin.write("l.ndjson", ndjson);
    let csv = bin.run(&format!("{ARGS} --quiet"));
    assert_eq!(csv.err, "");
    let from = "route --policy p.toml --reps r.csv --quiet --records";
    assert_eq!(bin.run(&format!("{from} l.ndjson")).out, csv.out);
    assert_eq!(
        bin.run_with(&format!("{from} -"), &bin.read("l.csv")).out,
        csv.out
    );
    let piped = bin.run_with(&format!("{from} - --format ndjson"), ndjson);
    let lines: Vec<serde_json::Value> = piped
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("is JSON"))
        .collect();
    let table = rows(&csv.out);
    for (line, row) in lines.iter().zip(&table) {
        let keys = ["record_id", "outcome", "rep_id", "pool", "rule", "reason"];
        for (key, cell) in keys.iter().zip(row) {
            assert_eq!(line[key].as_str(), Some(cell.as_str()));
        }
    }
    assert_eq!(lines.len(), table.len());
    bin.run(&format!("{from} l.csv --out o.ndjson"));
    assert_eq!(bin.read("o.ndjson"), piped.out);
}

#[test]
fn the_seed_decides_the_draws_and_nothing_else_does() {
    let mut records = String::from("id,employees\n");
    (0..60).for_each(|n| records.push_str(&format!("L{n},10\n")));
    let bin = bin(&records);
    let run = |seed: u32| {
        bin.run(&format!("{ARGS} --explain e{seed}.ndjson --seed {seed}"))
            .out
    };
    let first = run(1);
    let explained = bin.read("e1.ndjson");
    assert_eq!(run(1), first);
    assert_eq!(bin.read("e1.ndjson"), explained);
    assert_ne!(run(2), first);
    assert_eq!(run(0), bin.run(ARGS).out, "the seed is 0 unless told");
}

#[test]
fn held_records_move_on_with_the_clock_and_have_one_line_each() {
    let bin = bin(
        "id,created_at,employees\nA,2026-03-01T09:00:00Z,500\nB,2026-03-01T10:00:00Z,500\n\
         C,2026-03-01T11:00:00Z,5\nD,2026-03-02T12:00:00Z,5\nE,2026-03-20T09:00:00Z,500\n\
         F,2026-03-23T09:00:00Z,5\n",
    );
    // Ana is back on 2 March, and away again from 19 March; Ben is away for the whole month.
    bin.write(
        "r.csv",
        "id,role,leave\nana,AE,2026-03-01; 2026-03-19..2026-03-31\nben,AE,2026-03-01..2026-03-31\n\
         cem,AE,\n",
    );
    let ran = bin.run(&format!("{ARGS} --explain e.ndjson"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    // A and B were held until Ana came back, just before D; E was held until its two days ended.
    assert_eq!(column(&ran.out, 0), "C A B D E F");
    assert_eq!(column(&ran.out, 1), "rep rep rep rep queue rep");
    let all = rows(&ran.out);
    assert_eq!((all[1][2].as_str(), all[2][2].as_str()), ("ana", "ana"));
    assert!(
        all[4][5].starts_with("Held until Sunday 22 March 09:00 UTC, and nobody"),
        "{}",
        all[4][5]
    );
    assert!(
        ran.err.contains("6 records: 5 to reps, 1 queued, 0 held"),
        "{}",
        ran.err
    );
    let told = bin.run("explain e.ndjson A").out;
    assert!(
        told.starts_with("A → ana   2026-03-02T12:00:00Z   rule Large\n"),
        "{told}"
    );
    assert!(
        told.contains("2026-03-01T09:00:00Z: Nobody in large could take it now."),
        "{told}"
    );
    // With the clock standing still nobody comes back, and what is held at the end says so.
    let ran = bin.run(&format!("{ARGS} --now 2026-03-01T12:00:00Z"));
    assert_eq!(column(&ran.out, 0), "C D F A B E");
    assert_eq!(column(&ran.out, 1), "rep rep rep held held held");
}

#[test]
fn explain_tells_the_rules_the_pool_and_the_choice() {
    let bin = bin("id,country,employees\nA,US,500\nB,US,50\n");
    assert_eq!(bin.run(&format!("{ARGS} --explain e.ndjson")).code, 0);
    let told = bin.run("explain e.ndjson A");
    assert_eq!(told.code, 0);
    for words in [
        "A → ana",
        "ana got it: owed 0.5",
        "employees  500",
        "Large: yes",
        "← got it",
    ] {
        assert!(told.out.contains(words), "{words}: {}", told.out);
    }
    let json = bin.run("explain e.ndjson A --output json").out;
    let story: serde_json::Value = serde_json::from_str(&json).expect("is JSON");
    assert_eq!(
        story["turns"][0]["candidates"][0]["share"].to_string(),
        "0.5"
    );
    assert_eq!(story["rep"], "ana");
    let lost = bin.run("explain e.ndjson Z");
    assert_eq!(lost.code, 3);
    assert!(
        lost.err.contains("there is no record \"Z\" among 2"),
        "{}",
        lost.err
    );
    bin.write("other.ndjson", "{\"id\": 1}\n");
    let other = bin.run("explain other.ndjson Z");
    assert_eq!(other.code, 1);
    assert!(
        other.err.contains("other.ndjson:1: missing field"),
        "{}",
        other.err
    );
}

#[test]
fn a_bad_line_stops_the_run_and_leaves_no_file_that_looks_whole() {
    let bin = bin("id,employees\nA,5\nB,12k\nC,7\nD,x\n");
    let ran = bin.run(&format!("{ARGS} --out o.csv --explain e.ndjson"));
    assert_eq!(ran.code, 1);
    assert!(
        ran.err
            .contains("l.csv:3: column 2 \"employees\": found \"12k\""),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .contains("l.csv:5: column 2 \"employees\": found \"x\""),
        "{}",
        ran.err
    );
    for name in ["o.csv", "e.ndjson", "o.csv.partial", "e.ndjson.partial"] {
        assert!(!bin.exists(name), "{name}");
    }
}

#[test]
fn skipped_lines_go_to_the_rejects_file() {
    let bin = bin("id,employees\nA,5\nB,12k\nC,7\n");
    let ran = bin.run(&format!("{ARGS} --on-error skip"));
    assert_eq!((ran.code, column(&ran.out, 0).as_str()), (0, "A C"));
    assert!(
        ran.err.contains("1 rejected (l.csv.rejects.csv)"),
        "{}",
        ran.err
    );
    let rejects = rows(&bin.read("l.csv.rejects.csv"));
    assert_eq!(
        (rejects[0][0].as_str(), rejects[0][1].as_str()),
        ("3", "employees")
    );
    assert_eq!(rejects[0][3], "B,12k");
    bin.run(&format!("{ARGS} --on-error skip --rejects bad.csv"));
    assert_eq!(bin.read("bad.csv"), bin.read("l.csv.rejects.csv"));
}

#[test]
fn a_rep_that_cannot_be_read_always_stops_the_run() {
    let bin = bin("id\nA\n");
    bin.write("r.csv", "id,role,zone\nana,AE,Mars/Olympus\nben,AE,\n");
    let ran = bin.run(&format!("{ARGS} --on-error skip"));
    assert_eq!(ran.code, 1);
    assert!(
        ran.err
            .contains("r.csv:2: column 3 \"zone\": found \"Mars/Olympus\""),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("Every rep must be readable"),
        "{}",
        ran.err
    );
}

#[test]
fn whoever_has_left_is_left_out_and_told() {
    let bin = bin("id,employees\nA,500\nB,500\n");
    bin.write(
        "r.csv",
        "id,role,status\nana,AE,active\nben,AE,paused\ndoa,AE,left\n",
    );
    let ran = bin.run(ARGS);
    assert_eq!(
        (ran.code, column(&ran.out, 2).as_str()),
        (0, "ana ana"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("left out, as they have left: doa"),
        "{}",
        ran.err
    );
}

#[test]
fn wrong_usage_missing_files_and_wrong_policies_have_their_exit_codes() {
    let bin = bin("id\nA\n");
    bin.write(
        "bad.toml",
        &POLICY.replace("record.employees", "record.employes"),
    );
    let swap = |from: &str, to: &str| ARGS.replace(from, to);
    for (args, code, words) in [
        ("route".to_owned(), 2, "--policy <TOML>"),
        (
            format!("{ARGS} --rejects x.csv"),
            2,
            "--rejects goes with --on-error skip",
        ),
        (
            format!("{ARGS} --explain -"),
            2,
            "cannot both go to standard output",
        ),
        (
            format!("{ARGS} --now tomorrow"),
            2,
            "expected a date such as",
        ),
        (
            swap("r.csv", "-").replace("l.csv", "-"),
            2,
            "cannot both come from standard input",
        ),
        (swap("l.csv", "none.csv"), 3, "none.csv: No such file"),
        (swap("p.toml", "none.toml"), 3, "none.toml: No such file"),
        (swap("l.csv", "."), 1, "expected a file, found a directory"),
        (
            swap("p.toml", "bad.toml"),
            1,
            "bad.toml: the policy has 1 error",
        ),
        (
            swap("l.csv", "p.toml"),
            1,
            "expected a column \"id\", or a mapping that names it",
        ),
        (
            format!("{ARGS} --map none.toml"),
            3,
            "none.toml: No such file",
        ),
    ] {
        let ran = bin.run(&args);
        assert_eq!(ran.code, code, "{args}: {}", ran.err);
        assert!(ran.err.contains(words), "{args}: {}", ran.err);
    }
}

#[test]
fn an_output_that_is_an_input_or_another_output_is_refused_and_nothing_is_touched() {
    let bin = bin("id,employees\nA,5\n");
    let empty = "mapping = 1\n";
    bin.write("m.toml", empty).write("rm.toml", empty);
    std::fs::create_dir(bin.path("sub")).expect("a directory can be made");
    std::fs::hard_link(bin.path("l.csv"), bin.path("hard.csv")).expect("a link can be made");
    #[cfg(unix)]
    std::os::unix::fs::symlink(bin.path("r.csv"), bin.path("soft.csv")).expect("a link");
    let inputs = ["p.toml", "r.csv", "l.csv", "m.toml", "rm.toml"];
    let before = inputs.map(|name| bin.read(name));
    for (more, one, other) in [
        ("--out l.csv", "--out", "--records"),
        ("--out sub/../r.csv", "--out", "--reps"),
        ("--out hard.csv", "--out", "--records"),
        #[cfg(unix)]
        ("--out soft.csv", "--out", "--reps"),
        ("--explain p.toml", "--explain", "--policy"),
        ("--explain rm.toml", "--explain", "--reps-map"),
        ("--on-error skip --rejects m.toml", "--rejects", "--map"),
        ("--out o.csv --explain ./o.csv", "--explain", "--out"),
        (
            "--out o.csv --explain sub/../o.csv.partial",
            "--explain",
            "--out",
        ),
        (
            "--out o.csv --on-error skip --rejects o.csv",
            "--rejects",
            "--out",
        ),
        (
            "--out l.csv.rejects.csv --on-error skip",
            "--rejects",
            "--out",
        ),
    ] {
        let ran = bin.run(&format!("{ARGS} --map m.toml --reps-map rm.toml {more}"));
        assert_eq!(ran.code, 2, "{more}: {}", ran.err);
        let words = format!("error: {one} would overwrite the file of {other}: ");
        assert!(ran.err.starts_with(&words), "{more}: {}", ran.err);
        assert_eq!(inputs.map(|name| bin.read(name)), before, "{more}");
        assert!(!bin.exists("o.csv"), "{more}");
    }
    // A file that is there and is nobody's input is replaced, as always.
    bin.write("o.csv", "old");
    assert_eq!(bin.run(&format!("{ARGS} --out o.csv")).code, 0);
    assert!(bin.read("o.csv").starts_with("record_id,"));
}

#[test]
fn a_weight_without_a_column_is_told() {
    let bin = bin("id,employees\nA,5\n");
    let policy = POLICY.replace(
        "[[pool]]\nname = \"everyone\"",
        "[rep]\nweight = \"number\"\n\n\
        [[pool]]\nname = \"everyone\"\nweight = \"rep.weight\"",
    );
    bin.write("p.toml", &policy);
    let words = "note: reps: no column for weight; everybody counts 1\n";
    let ran = bin.run(ARGS);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains(words), "{}", ran.err);
    // Nothing is said of kind, which nobody declared.
    assert!(!ran.err.contains("kind"), "{}", ran.err);
    bin.write("m.toml", "mapping = 1\n[cycle]\nweight = [1, 2]\n");
    let ran = bin.run(&format!("{ARGS} --reps-map m.toml"));
    assert!(ran.code == 0 && !ran.err.contains(words), "{}", ran.err);
    bin.write("p.toml", POLICY);
    assert!(!bin.run(ARGS).err.contains("everybody counts"));
}

#[test]
fn names_and_private_fields_reach_no_output() {
    let bin = bin("id,employees,email\nA,500,kim@copperleaf.example\n");
    let policy = POLICY.replace(
        "[record]",
        "[record]\nemail = { type = \"text\", private = true }",
    );
    bin.write("p.toml", &policy)
        .write("r.csv", "id,name,role\nana,Ana Ruiz,AE\nben,Ben Osei,AE\n");
    let ran = bin.run(&format!("{ARGS} --explain e.ndjson"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let all = ran.out + &ran.err + &bin.read("e.ndjson");
    for secret in ["kim@", "Ruiz", "Osei"] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
}

/// A line of records with its key, sound or not.
fn line() -> impl Strategy<Value = (bool, String)> {
    prop_oneof![
        3 => "[A-Z]{2},[0-9]{1,3}".prop_map(|rest| (true, rest)),
        1 => "[A-Z]{2},[0-9]{1,2}[a-z]".prop_map(|rest| (false, rest)),
        1 => "[A-Z]{2}".prop_map(|rest| (false, rest)),
        1 => "\"[A-Z]{2}\"[a-z],1".prop_map(|rest| (false, rest)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn skipping_keeps_every_other_record(lines in proptest::collection::vec(line(), 0..25)) {
        let mut text = String::from("id,country,employees\n");
        for (number, (_, rest)) in lines.iter().enumerate() {
            text.push_str(&format!("L{number},{rest}\n"));
        }
        let bin = bin(&text);
        let ran = bin.run(&format!("{ARGS} --on-error skip --rejects bad.csv"));
        prop_assert_eq!(ran.code, 0, "{}", ran.err);
        let keys = |sound: bool| -> BTreeSet<String> {
            let all = lines.iter().enumerate().filter(|(_, (good, _))| *good == sound);
            all.map(|(number, _)| format!("L{number}")).collect()
        };
        let dealt = rows(&ran.out);
        let rejected = rows(&bin.read("bad.csv"));
        prop_assert_eq!(dealt.len() + rejected.len(), lines.len());
        let dealt: BTreeSet<String> = dealt.into_iter().map(|row| row[0].clone()).collect();
        prop_assert_eq!(dealt, keys(true));
        let first = |row: &Vec<String>| row[3].split(',').next().unwrap_or_default().to_owned();
        let rejected: BTreeSet<String> = rejected.iter().map(first).collect();
        prop_assert_eq!(rejected, keys(false));
    }
}
