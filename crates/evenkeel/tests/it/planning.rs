//! `evenkeel plan` end to end: nothing is lost, the books are told, what clashes is named, a plan
//! is compared with an earlier one.

use crate::bin::{Bin, Ran, rows};
use std::collections::BTreeMap;

const POLICY: &str = "evenkeel = 1\nname = \"Named\"\n[record]\nregion = \"text\"\nvalue = \"number\"\n\
    [rep]\nregion = \"text\"\n[[queue]]\nname = \"none\"\n[[pool]]\nname = \"all\"\nwhere = 'true'\n\
    nobody = \"queue:none\"\n[fallback]\nto = \"pool:all\"\n\
    [plan]\nonly = [{ record = \"record.region\", rep = \"rep.region\" }]\n";
const FILES: &str = "plan --policy p.toml --reps r.csv --accounts a.csv";

/// Six reps in two regions, 60 accounts, most of them with the first reps.
fn company() -> Bin {
    let bin = Bin::new();
    let (mut reps, mut accounts, mut owners) = (
        "id,region\n".to_owned(),
        "id,region,value\n".to_owned(),
        "id,rep_id\n".to_owned(),
    );
    (0..6).for_each(|rep| reps += &format!("r{rep},{}\n", ["east", "west"][rep % 2]));
    for account in 0..60 {
        let region = account % 2;
        accounts += &format!(
            "a{account},{},{}\n",
            ["east", "west"][region],
            10 + account * 7 % 53
        );
        if account % 5 > 0 {
            owners += &format!("a{account},r{}\n", region + 2 * (account % 3 / 2));
        }
    }
    bin.write("p.toml", POLICY).write("r.csv", &reps);
    bin.write("a.csv", &accounts).write("o.csv", &owners);
    bin
}

fn plan(bin: &Bin, more: &str) -> Ran {
    bin.run(&format!("{FILES} {more}"))
}

#[test]
fn every_account_has_a_line_and_every_book_its_rank() {
    let bin = company();
    let ran = plan(
        &bin,
        "--from o.csv --out plan.csv --plan plan.json --output csv",
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines = rows(&bin.read("plan.csv"));
    assert_eq!(lines.len(), 60);
    let mut books: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        assert_eq!(line[0], format!("a{at}"));
        assert_eq!(line[3] == "yes", line[1] != line[2], "{line:?}");
        books
            .entry(&line[1])
            .or_default()
            .push(line[4].parse().expect("a rank"));
    }
    assert_eq!(books.len(), 6);
    for ranks in books.values_mut() {
        ranks.sort_unstable();
        assert_eq!(*ranks, (1..=10).collect::<Vec<usize>>());
    }
    let told = rows(&ran.out);
    assert_eq!(told.len(), 6);
    let come: usize = told
        .iter()
        .map(|row| row[3].parse::<usize>().expect("a number"))
        .sum();
    assert_eq!(come, lines.iter().filter(|line| line[3] == "yes").count());
    // The same files give the same bytes, and an earlier plan is where the next begins.
    let first = bin.read("plan.csv");
    plan(&bin, "--from o.csv --out again.csv --plan again.json");
    assert_eq!(bin.read("again.csv"), first);
    assert_eq!(bin.read("again.json"), bin.read("plan.json"));
    let ran = plan(&bin, "--from plan.csv --out - --quiet");
    assert!(
        rows(&ran.out).iter().all(|line| line[3] == "no"),
        "{}",
        ran.out
    );
}

#[test]
fn a_plan_is_told_with_its_proof_and_compared_with_an_earlier_one() {
    let bin = company();
    let ran = plan(&bin, "--from o.csv --plan plan.json");
    assert_eq!(ran.code, 0, "{}", ran.err);
    for said in [
        "60 accounts to 6 reps",
        "No plan costs less than",
        "Value from book to book",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let ran = plan(&bin, "--from o.csv --output json --against plan.json");
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(report["summary"]["accounts"], 60);
    assert_eq!(report["books"].as_array().map(Vec::len), Some(6));
    assert!(
        ran.err.contains("0 accounts go to another rep"),
        "{}",
        ran.err
    );
    let ran = plan(&bin, "--against plan.json");
    assert_eq!(ran.code, 4, "owners have moved since: {}", ran.err);
    bin.write("broken.json", "{}");
    let ran = plan(&bin, "--against broken.json");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("this is no plan"), "{}", ran.err);
}

#[test]
fn what_clashes_is_named_and_nothing_is_lost() {
    let bin = company();
    bin.write("p.toml", &format!("{POLICY}book = [{{ high = 8 }}]\n"));
    let accounts = bin.read("a.csv") + "lost,north,5\n";
    bin.write("a.csv", &accounts);
    let ran = plan(&bin, "--out plan.csv");
    assert_eq!(ran.code, 5, "{}", ran.err);
    let east = "30 accounts can only go to r0, r2, r4, who may have 24 together: 6 too many";
    let west = "30 accounts can only go to r1, r3, r5, who may have 24 together: 6 too many";
    for said in [east, west, "nobody may have 1 of the accounts"] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    // The gap is not made small by what nobody can help.
    let report: serde_json::Value =
        serde_json::from_str(&plan(&bin, "--output json").out).expect("JSON");
    let points = |name: &str| -> f64 {
        let text = report["summary"][name].as_str().expect("points");
        text.parse().expect("a number")
    };
    let rest = points("objective") - points("without");
    let gap = (points("objective") - points("bound")) / rest * 100.0;
    let told = report["summary"]["gap_percent"].as_f64().expect("told");
    assert!((told - gap).abs() < 0.02, "{told} is not {gap}");
    let lines = rows(&bin.read("plan.csv"));
    assert_eq!(lines.len(), 61);
    let without: Vec<_> = lines.iter().filter(|line| line[1].is_empty()).collect();
    assert_eq!(without.len(), 13);
    assert_eq!(without[12][5], "no rep meets every only line");
    assert!(
        without[..12]
            .iter()
            .all(|line| line[5] == "everybody who may have it is full")
    );
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_written() {
    let bin = company();
    for (more, code, said) in [
        (
            "--out a.csv",
            2,
            "--out would overwrite the file of --accounts",
        ),
        ("--from none.csv", 3, "none.csv"),
        ("--from r.csv", 1, "there is no column for the rep"),
    ] {
        let ran = plan(&bin, more);
        assert_eq!(ran.code, code, "{more}: {}", ran.err);
        assert!(ran.err.contains(said), "{more}: {}", ran.err);
    }
}
