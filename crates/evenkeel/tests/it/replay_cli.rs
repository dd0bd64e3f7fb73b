//! Looking back on the command line and by the API: books of then, back-tests, audits.

use crate::bin::{Bin, Ran, rows};
use crate::serving::{POLICY, Serving};
use crate::ways_out::{NOON, standing, take_in};
use evenkeel::demo::history::history;
use evenkeel::demo::play;
use evenkeel::host::clock::Standing;
use evenkeel::host::workspace::Workspace;
use evenkeel_core::time::{Moment, Span};
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::Journal;
use evenkeel_journal::sqlite::open;
use serde_json::Value;
use std::sync::Arc;

/// Thursday 5 March 2026, 15:20 UTC.
const END: Moment = Moment(1_772_724_000_000);

/// Some days of the made-up company in `x.db`: policies, leaves, overrides.
fn company() -> Bin {
    let bin = Bin::new();
    let mut journal = open::create(&bin.path("x.db"), StoreId([7; 16])).expect("a store");
    journal.create_workspace("main").expect("a workspace");
    let clock = Arc::new(Standing::at(END));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    runtime.block_on(async {
        let workspace = Workspace::open(Box::new(journal), clock).expect("it opens");
        let steps = history(1, 5, END);
        play::settle_draws(&workspace, 1, &steps)
            .await
            .expect("settings");
        play::play(&workspace, "demo", &steps)
            .await
            .expect("a sound story");
        workspace.close().await.expect("everything is written");
    });
    bin
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out)
        .unwrap_or_else(|error| panic!("{error}: {} {}", ran.out, ran.err))
}

#[test]
fn the_made_up_company_follows_and_a_back_test_tells_what_differs() {
    let bin = company();
    let audit = bin.run("audit --data x.db --output json --replays 2 --out overrides.csv");
    assert_eq!(audit.code, 0, "{} {}", audit.out, audit.err);
    let told = json(&audit);
    assert_eq!(told["follows"], true);
    assert!(
        told["said"][0]
            .as_str()
            .expect("a sentence")
            .contains("; 0 could not"),
        "{told}"
    );
    let overrides = rows(&bin.read("overrides.csv"));
    assert!(overrides.iter().any(|row| row[3] == "given by hand"));
    assert!(overrides.iter().any(|row| row[3] == "passed on"));
    assert!(
        told["reps"][0]["by_chance"]
            .as_str()
            .expect("a range")
            .contains(" to ")
    );

    bin.write("second.toml", &evenkeel::demo::policy::second());
    let same = "backtest --data x.db --policy second.toml --from 2026-03-03 --output json --check";
    let ran = bin.run(same);
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert_eq!(
        json(&ran)["elsewhere"],
        0,
        "the policy of those days, unchanged"
    );

    another_policy_differs(&bin);
}

fn another_policy_differs(bin: &Bin) {
    let text = evenkeel::demo::policy::second();
    let other = text.replace("band   = 1", "band   = 3");
    assert_ne!(other, text, "the example has a band");
    bin.write("other.toml", &other);
    let ran = bin.run(
        "backtest --data x.db --policy other.toml --output json --out diff.csv --check --reseed 2",
    );
    assert_eq!(ran.code, 4, "{} {}", ran.out, ran.err);
    let told = json(&ran);
    let elsewhere = told["elsewhere"].as_u64().expect("a count");
    assert_eq!(rows(&bin.read("diff.csv")).len() as u64, elsewhere);
    let because: u64 = told["because"]
        .as_object()
        .expect("reasons")
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(because, elsewhere);
    assert!(
        told["caveat"]
            .as_str()
            .expect("said")
            .contains("outcomes are not")
    );
    let notes = told["notes"].as_array().expect("notes").iter();
    let outcomes = notes
        .filter_map(Value::as_str)
        .find(|note| note.starts_with("Of outcomes: "));
    assert!(
        outcomes.is_some_and(|said| said.contains("old enough to be known")),
        "{told}"
    );
    let refused = told["outcomes"]["refused"].as_str().expect("a reason");
    assert!(refused.contains("2 replays, and it takes 20"), "{refused}");
    let again = bin.run("backtest --data x.db --policy other.toml --output json --reseed 2");
    assert_eq!(
        json(&again)["reps"],
        told["reps"],
        "the same whatever the threads do"
    );
    let table = bin.run("backtest --data x.db --policy other.toml");
    assert!(
        table
            .out
            .starts_with("Assignments are replayed, outcomes are not"),
        "{}",
        table.out
    );
}

#[test]
fn books_are_told_as_of_an_event_or_a_moment() {
    let bin = company();
    let open = |args: &str| -> u64 {
        let ran = bin.run(args);
        assert_eq!(ran.code, 0, "{args}: {}", ran.err);
        let rows = json(&ran)["rows"].as_array().expect("rows").clone();
        let open = rows
            .iter()
            .map(|row| row["open"].as_str().expect("a count"));
        open.map(|count| count.parse::<u64>().expect("a number"))
            .sum()
    };
    let early = open("replay --data x.db --to 2026-03-03 --output json");
    let late = open("replay --data x.db --to 2026-03-05T15:20:00Z --output json");
    assert!(0 < early && early < late, "{early} {late}");
    let ran = bin.run("replay --data x.db --to 300 --output json");
    assert_eq!(json(&ran)["seq"], 300);
    let ledger = bin.run("replay --data x.db --to 300 --report ledger --output csv");
    let rows = rows(&ledger.out);
    let owed = rows
        .iter()
        .map(|row| row[2].trim_start_matches('\'').parse::<f64>());
    let sum: f64 = owed.map(|owed| owed.expect("an amount")).sum();
    assert!(
        !rows.is_empty() && sum.abs() < 1e-9,
        "credits add up to zero: {sum}"
    );
    for (args, code) in [
        ("replay --data x.db --to 2001-01-01", 3),
        ("replay --data x.db --to yesterday", 2),
        ("backtest --policy x.toml", 2),
        ("audit --data x.db --pool nowhere", 3),
    ] {
        assert_eq!(bin.run(args).code, code, "{args}");
    }
    let waiting = bin.run("replay --data x.db --to 2026-03-05T15:20:00Z --report waiting");
    assert!(waiting.out.contains("record"), "{}", waiting.out);
}

#[test]
fn two_policies_are_compared_over_a_file() {
    let bin = Bin::new();
    bin.write("old.toml", POLICY);
    bin.write(
        "new.toml",
        &POLICY.replace("record.employees < 10", "record.employees < 50"),
    );
    bin.write("reps.csv", "id,role\nana,AE\nben,AE\n");
    let mut records = String::from("id,country,employees,created_at\n");
    for at in 0..40 {
        let employees = (at % 8) * 10;
        records.push_str(&format!(
            "L-{at},US,{employees},2026-03-02T09:{at:02}:00Z\n"
        ));
    }
    bin.write("records.csv", &records);
    let compare = |policy: &str| {
        let files = "--records records.csv --reps reps.csv --against old.toml";
        bin.run(&format!("backtest {files} --policy {policy} --output json"))
    };
    let same = compare("old.toml");
    assert_eq!(same.code, 0, "{}", same.err);
    assert_eq!(json(&same)["elsewhere"], 0);
    let told = json(&compare("new.toml"));
    let by_rule = told["because"]["another rule"].as_u64().expect("a count");
    assert_eq!(by_rule, 20, "those with 10 to 40 employees: {told}");
    assert_eq!(told["waits"]["replayed"]["nobody"], 25);
}

#[test]
fn a_server_answers_for_then() {
    let (serving, clock) = standing("");
    let mut admin = serving.admin();
    for number in 0..6 {
        clock.set(NOON + Span::hours(number));
        take_in(&mut admin, &format!("L-{number}"), "US").expect("somebody can");
    }
    let open = |told: &Value| -> u64 {
        let books = told["books"].as_array().expect("books");
        books.iter().filter_map(|book| book["open"].as_u64()).sum()
    };
    let now = admin.get("/api/v1/past/books").expect(200).json();
    assert_eq!(open(&now), 6);
    let at = (NOON + Span::hours(2)).to_string();
    for _ in 0..2 {
        let then = admin
            .get(&format!("/api/v1/past/books?as_of={at}"))
            .expect(200)
            .json();
        assert_eq!(open(&then), 3);
    }
    let pools = admin
        .get(&format!("/api/v1/pools/us?as_of={at}"))
        .expect(200)
        .json();
    let turns = pools["ledger"].as_array().expect("members").iter();
    assert_eq!(
        turns.filter_map(|one| one["turns"].as_u64()).sum::<u64>(),
        3
    );
    admin.get("/api/v1/past/books?as_of=yesterday").expect(400);
    admin.get("/api/v1/pools/us?as_of=0").expect(404);
    drop::<Serving>(serving);
}
