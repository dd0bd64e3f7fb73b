//! The main claim on 8,800 generated records and 35 reps: what everybody received, step by step,
//! worked out from the outcome file alone.

use crate::bin::{Bin, rows};
use std::collections::BTreeMap;

const REPS: usize = 35;
const RECORDS: usize = 8_800;

/// One straight pool of all reps.
const POLICY: &str = r#"
evenkeel = 1
name = "everyone"

[rep]
weight = "number"

[[pool]]
name = "everyone"
where = 'rep.role == "AE"'
weight = "rep.weight"
nobody = "queue:waiting"

[[queue]]
name = "waiting"

[fallback]
to = "pool:everyone"
"#;

/// Reps `r01`…`r35` with their weights and, maybe, leave.
fn reps(weight: impl Fn(usize) -> u32, leave: impl Fn(usize) -> &'static str) -> String {
    let mut text = String::from("id,role,weight,leave\n");
    for rep in 0..REPS {
        text.push_str(&format!(
            "r{:02},AE,{},{}\n",
            rep + 1,
            weight(rep),
            leave(rep)
        ));
    }
    text
}

/// One record every quarter of an hour from the start of 2026: a bit over three months.
fn records() -> String {
    let mut text = String::from("id,created_at\n");
    for record in 0..RECORDS {
        let at = jiff::Timestamp::from_second(1_767_225_600 + record as i64 * 900);
        text.push_str(&format!(
            "R-{record},{}\n",
            at.expect("is within the calendar")
        ));
    }
    text
}

fn rep_no(key: &str) -> usize {
    key[1..].parse::<usize>().expect("is a number") - 1
}

/// Who received each record, in order.
fn received(bin: &Bin, out: &str) -> Vec<usize> {
    let all = rows(&bin.read(out));
    assert_eq!(all.len(), RECORDS);
    all.iter()
        .enumerate()
        .map(|(at, row)| {
            assert_eq!(
                (row[0].as_str(), row[1].as_str()),
                (format!("R-{at}").as_str(), "rep")
            );
            rep_no(&row[2])
        })
        .collect()
}

/// Fails when anybody's entitlement minus turns ever passes 1 − 1/(2n−2), in whole numbers.
fn within_the_bound(received: &[usize], weights: &[u32]) {
    let total: i64 = weights.iter().map(|weight| i64::from(*weight)).sum();
    let others = 2 * weights.len() as i64 - 2;
    let mut counts = vec![0i64; weights.len()];
    for (step, rep) in received.iter().enumerate() {
        counts[*rep] += 1;
        for (rep, weight) in weights.iter().enumerate() {
            let owed = (step as i64 + 1) * i64::from(*weight) - counts[rep] * total;
            assert!(
                owed.abs() * others <= total * (others - 1),
                "step {step}: rep {rep} is owed {owed}/{total} of a lead"
            );
        }
    }
}

#[test]
fn counts_differ_by_at_most_one_and_credit_never_passes_the_bound() {
    let bin = Bin::new();
    bin.write("p.toml", POLICY)
        .write("r.csv", &reps(|_| 1, |_| ""))
        .write("l.csv", &records());
    let args = "route --policy p.toml --reps r.csv --records l.csv";
    let ran = bin.run(&format!("{args} --out a.csv"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err
            .contains("8,800 records: 8,800 to reps, 0 queued, 0 held"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("proved bound 0.985295 (everybody could"),
        "{}",
        ran.err
    );
    let received = received(&bin, "a.csv");
    let mut counts = [0; REPS];
    received.iter().for_each(|rep| counts[*rep] += 1);
    assert!(
        counts.iter().all(|count| [251, 252].contains(count)),
        "{counts:?}"
    );
    within_the_bound(&received, &[1; REPS]);
    assert_eq!(bin.run(&format!("{args} --out b.csv")).code, 0);
    assert!(bin.read("a.csv") == bin.read("b.csv"), "two runs differ");
}

#[test]
fn weights_from_one_to_five_keep_the_same_bound() {
    let bin = Bin::new();
    let weight = |rep: usize| rep as u32 % 5 + 1;
    bin.write("p.toml", POLICY)
        .write("r.csv", &reps(weight, |_| ""))
        .write("l.csv", &records());
    let args = "route --policy p.toml --reps r.csv --records l.csv";
    assert_eq!(bin.run(&format!("{args} --out a.csv")).code, 0);
    let weights: Vec<u32> = (0..REPS).map(weight).collect();
    within_the_bound(&received(&bin, "a.csv"), &weights);
    assert_eq!(bin.run(&format!("{args} --out b.csv")).code, 0);
    assert!(bin.read("a.csv") == bin.read("b.csv"), "two runs differ");
}

#[test]
fn whoever_returns_from_leave_is_neither_flooded_nor_starved() {
    let bin = Bin::new();
    // 11 of 35 are away for February; 31 days from 1 January are 2,976 records.
    let away = |rep: usize| rep.is_multiple_of(3) && rep < 33;
    let leave = |rep: usize| {
        if away(rep) {
            "2026-02-01..2026-02-28"
        } else {
            ""
        }
    };
    bin.write("p.toml", POLICY)
        .write("r.csv", &reps(|_| 1, leave))
        .write("l.csv", &records());
    let ran = bin.run("route --policy p.toml --reps r.csv --records l.csv --out a.csv");
    assert_eq!(ran.code, 0, "{}", ran.err);
    let received = received(&bin, "a.csv");
    let (left, back) = (31 * 96, 59 * 96);
    let count = |from: usize, until: usize| {
        let mut counts: BTreeMap<usize, i64> = (0..REPS).map(|rep| (rep, 0)).collect();
        for rep in &received[from..until] {
            *counts.get_mut(rep).expect("is one of them") += 1;
        }
        counts
    };
    let during = count(left, back);
    let present: Vec<i64> = during
        .iter()
        .filter(|(rep, _)| !away(**rep))
        .map(|(_, count)| *count)
        .collect();
    let spread = present.iter().max().expect("some") - present.iter().min().expect("some");
    assert!(spread <= 2, "{during:?}");
    assert!(
        during.iter().all(|(rep, count)| !away(*rep) || *count == 0),
        "{during:?}"
    );
    // The share of 24 among 35 is 0.69; two more than that is at most 2 whole turns.
    let next = count(back, back + 24);
    assert!(
        next.iter().all(|(rep, count)| !away(*rep) || *count <= 2),
        "{next:?}"
    );
    // Nor do they wait longer than others: within the next 105 everybody has had 2, 3 or 4.
    let later = count(back, back + 105);
    assert!(
        later.values().all(|count| (2..=4).contains(count)),
        "{later:?}"
    );
}
