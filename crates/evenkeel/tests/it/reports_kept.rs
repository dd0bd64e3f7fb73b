//! Volume, steadiness and time to a target over the API and on the pages; and every report as of an
//! instant, which is the report that was made then.

use crate::client::Client;
use crate::page::{links, open};
use crate::serving::{POLICY, Serving};
use evenkeel::config::Config;
use evenkeel::host::access::Role;
use evenkeel::host::clock::Standing;
use evenkeel_core::measure::calendar::Stretch;
use evenkeel_core::time::{HOUR, Moment, Span};
use serde_json::{Value, json};
use std::sync::Arc;

const VOLUME: &str = "/api/v1/reports/volume";
const STEADINESS: &str = "/api/v1/reports/steadiness";

/// January 2025.
const JANUARY: i32 = 2025 * 12;
/// Leads in each month from January on.
const LEADS: [usize; 8] = [6, 16, 8, 18, 7, 20, 9, 10];
/// What Ana follows up in a month.
const MOST: usize = 9;

/// A policy by which reps have a goal.
fn policy() -> String {
    POLICY.replace(
        "[[pool]]\nname = \"us\"",
        "[rep]\ngoal = \"number\"\n\n[[pool]]\nname = \"us\"",
    )
}

/// A server whose clock stands at the first of January, with this policy.
fn goals(text: &str) -> (Serving, Arc<Standing>, Client) {
    let clock = Arc::new(Standing::at(Stretch::Month.begins(JANUARY)));
    let serving = Serving::with(Config::default(), Arc::<Standing>::clone(&clock));
    let mut admin = serving.admin();
    admin
        .put("/api/v1/policy", &json!({ "text": text }))
        .expect(200);
    (serving, clock, admin)
}

/// A server whose only rep gets that many leads a month, follows up the first nine and wins every
/// third of them.
fn tired() -> (Serving, Arc<Standing>) {
    let (serving, clock, mut admin) = goals(&policy());
    let ana = json!({ "name": "Ana Example", "role": "AE", "fields": { "goal": 2 } });
    admin.put("/api/v1/reps/ana", &ana).expect(200);
    for (month, leads) in LEADS.iter().enumerate() {
        let month = JANUARY + i32::try_from(month).expect("eight");
        for number in 0..*leads {
            let at = Stretch::Month.begins(month) + Span(HOUR.0 * 30 * number as i64);
            lead(
                &mut admin,
                &clock,
                (&format!("L-{month}-{number}"), at),
                number,
            );
        }
    }
    // What is known reaches to the last event.
    clock.set(Stretch::Month.begins(JANUARY + 12));
    let ana = json!({ "name": "Ana Other", "role": "AE", "fields": { "goal": 2 } });
    admin.put("/api/v1/reps/ana", &ana).expect(200);
    (serving, clock)
}

fn lead(admin: &mut Client, clock: &Standing, (key, at): (&str, Moment), number: usize) {
    clock.set(at);
    let body = json!({ "key": key, "fields": { "country": "US", "employees": 50 } });
    admin.post("/api/v1/records", &body).expect(201);
    if number >= MOST {
        return;
    }
    clock.set(at + Span::hours(3));
    let work = json!({ "source": "crm", "activities": [{
        "record": key, "rep": "ana", "kind": "call",
        "at": (at + Span::hours(3)).to_string(), "id": key,
    }] });
    admin.post("/api/v1/activities", &work).expect(200);
    if number.is_multiple_of(3) {
        let path = format!("/api/v1/records/{key}/close");
        admin.post(&path, &json!({ "reason": "won" })).expect(200);
    }
}

fn table<'a>(report: &'a Value, name: &str) -> &'a Vec<Value> {
    let tables = report["tables"].as_array().expect("a list");
    let found = tables.iter().find(|table| table["name"] == name);
    let found = found.unwrap_or_else(|| panic!("no table {name}: {report}"));
    found["rows"].as_array().expect("rows")
}

#[test]
fn where_follow_up_drops_is_told_exported_and_shown_as_advice() {
    let (serving, _clock) = tired();
    let mut admin = serving.admin();
    let report = admin.get(VOLUME).expect(200).json();
    let caveat = report["caveats"][0].as_str().expect("words");
    assert!(caveat.contains("never applied by itself"), "{caveat}");
    let ana = &table(&report, "reps")[0];
    assert_eq!(
        (&ana["rep"], &ana["said"]),
        (&json!("ana"), &json!("drops"))
    );
    assert_eq!((&ana["months"], &ana["leads"]), (&json!(8), &json!(94)));
    assert_eq!(ana["up_to"], json!(10));
    assert!(
        ana["below"]["low"].as_f64() > ana["above"]["high"].as_f64(),
        "{ana}"
    );
    assert_eq!(ana["below"]["n"], json!(40.0));
    let months = table(&report, "months");
    assert_eq!(months.len(), 8);
    assert_eq!(
        (&months[1]["month"], &months[1]["leads"]),
        (&json!("2025-02"), &json!(16))
    );
    let said = report["said"][0].as_str().expect("words");
    assert!(
        said.contains("A cap of 10 a month may fit: this is advice."),
        "{said}"
    );
    let csv = admin
        .get(&format!("{VOLUME}?format=csv"))
        .expect(200)
        .text();
    let head = "rep,said,months,leads,follow_up,follow_up_low,follow_up_high,follow_up_n,up_to";
    assert!(csv.starts_with(head), "{csv}");
    for (bad, says) in [
        ("follow=0", "whole days"),
        ("as_of=soon", "RFC 3339"),
        ("pool=us", "pool"),
    ] {
        let answer = admin.get(&format!("{VOLUME}?{bad}")).expect(400);
        assert!(answer.text().contains(says), "{bad}: {}", answer.text());
    }
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/volume", 200);
    assert!(page.contains("Advice, never applied by itself") && page.contains("10 a month"));
    let export = links(&page)
        .into_iter()
        .find(|link| link.contains("format=csv"));
    let answer = manager.get(&export.expect("an export")).expect(200);
    assert!(answer.text().starts_with("rep,"));
    assert!(open(&mut manager, "/volume?follow=x", 200).contains("whole days"));
    let mut rep = serving.signed_in(Role::Rep, Some("ana"));
    open(&mut rep, "/volume", 403);
    open(&mut rep, "/steadiness", 403);
    // Seen in March, there are too few months, and that is said with the number.
    let early = admin
        .get(&format!("{VOLUME}?as_of=2025-03-09"))
        .expect(200)
        .json();
    let said = early["said"][0].as_str().expect("words");
    assert!(said.contains("Too few to say anything: 2 month"), "{said}");
}

#[test]
fn how_even_and_how_soon_is_told_with_what_is_not_known() {
    let (serving, _clock) = tired();
    let mut admin = serving.admin();
    let report = admin
        .get(&format!("{STEADINESS}?target=3&horizon=30"))
        .expect(200)
        .json();
    let caveat = report["caveats"][0].as_str().expect("words");
    assert!(caveat.starts_with("Described, not compared"), "{caveat}");
    let reps = table(&report, "reps");
    assert_eq!(
        (&reps[0]["rep"], &reps[1]["rep"]),
        (&json!("the team"), &json!("ana"))
    );
    assert_eq!(reps[1]["rate"]["n"], json!(94.0));
    assert_eq!(table(&report, "periods").len(), 11);
    let target = &table(&report, "target")[0];
    // Two or three of a month's leads are won; months from September on have none.
    assert_eq!(
        (&target["target"], &target["periods"]),
        (&json!(3), &json!(12))
    );
    assert_eq!(target["reached"], json!(7));
    let periods = table(&report, "target_periods");
    assert_eq!(periods.len(), 12);
    let field = admin
        .get(&format!("{STEADINESS}?target=goal"))
        .expect(200)
        .json();
    let target = &table(&field, "target")[0];
    assert_eq!(
        (&target["target"], &target["reached"]),
        (&json!(2), &json!(8))
    );
    let none = admin.get(STEADINESS).expect(200).json();
    let tables = none["tables"].as_array().expect("tables");
    assert!(
        tables.iter().all(|table| table["name"] != "target"),
        "{none}"
    );
    for (bad, says) in [
        ("period=week", "one of month, quarter"),
        ("target=0", "a number of wins"),
        ("target=country", "a number field of the reps"),
    ] {
        let answer = admin.get(&format!("{STEADINESS}?{bad}")).expect(400);
        assert!(answer.text().contains(says), "{bad}: {}", answer.text());
    }
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/steadiness", 200);
    assert!(page.contains("No target was named") && page.contains("Close rates period by period"));
    let page = open(&mut manager, "/steadiness?target=3&period=quarter", 200);
    assert!(page.contains("How long until the target"), "{page}");
    let page = open(&mut manager, "/steadiness?leads=drawn", 200);
    assert!(page.contains("none of 94 records was drawn"), "{page}");
    let empty = Serving::dealing();
    let mut manager = empty.signed_in(Role::Manager, None);
    for path in ["/steadiness?target=3", "/volume"] {
        let page = open(&mut manager, path, 200);
        assert!(page.contains("There is nothing to measure yet."), "{page}");
    }
}

/// Every report that is asked for by an address.
fn reports() -> Vec<String> {
    let asked = [
        "scorecard?leads=all",
        "scorecard?pool=drawn",
        "steadiness?target=3&horizon=60",
        "steadiness?period=quarter&target=goal",
        "volume?follow=5",
        "validation?by=rep",
        "validation?by=policy&what=won",
        "audit?pool=us",
        "experiments?starts=ana%3D2025-03-03,ben%3Dnever",
    ];
    asked
        .iter()
        .map(|one| format!("/api/v1/reports/{one}"))
        .collect()
}

fn all(admin: &mut Client, as_of: &str) -> Vec<(String, Value)> {
    let reports = reports().into_iter();
    let mut all: Vec<(String, Value)> = reports
        .map(|path| {
            let report = admin.get(&format!("{path}{as_of}")).expect(200).json();
            (path, report)
        })
        .collect();
    let to = as_of.trim_start_matches("&as_of=");
    let to = if to.is_empty() {
        Value::Null
    } else {
        json!(to)
    };
    let policy = POLICY.replace("to = \"pool:drawn\"", "to = \"pool:us\"");
    let body = json!({ "policy": policy, "to": to });
    let path = "/api/v1/reports/backtest";
    all.push((path.to_owned(), admin.post(path, &body).expect(200).json()));
    all
}

#[test]
fn a_report_as_of_an_earlier_time_is_the_report_made_then() {
    let (_serving, clock, mut admin) = goals(&policy());
    let begin = Stretch::Month.begins(JANUARY);
    let put = |admin: &mut Client, rep: &str| {
        let body = json!({ "name": rep, "role": "AE", "fields": { "goal": 2 } });
        admin.put(&format!("/api/v1/reps/{rep}"), &body).expect(200);
    };
    put(&mut admin, "ana");
    put(&mut admin, "ben");
    let go_on = |admin: &mut Client, from: i64, to: i64| {
        for number in from..to {
            let at = begin + Span::days(5 * number);
            clock.set(at);
            let key = format!("L-{number}");
            let country = if number % 2 == 0 { "PT" } else { "US" };
            let body = json!({ "key": key, "fields": { "country": country, "employees": 50 } });
            let dealt = admin.post("/api/v1/records", &body).expect(201).json();
            let rep = dealt["rep"].as_str().expect("an owner").to_owned();
            clock.set(at + Span::hours(5));
            let work = json!({ "source": "crm", "activities": [{
                "record": key, "rep": rep, "kind": "call",
                "at": (at + Span::hours(5)).to_string(), "id": key,
            }] });
            admin.post("/api/v1/activities", &work).expect(200);
            let back = (number - 8).max(0);
            let reason = ["won", "lost", "bad_fit", "won"][number as usize % 4];
            let path = format!("/api/v1/records/L-{back}/close");
            drop(admin.post(&path, &json!({ "reason": reason })));
        }
    };
    go_on(&mut admin, 0, 35);
    let second = policy().replace("band = 1.0", "band = 1.5");
    admin
        .put("/api/v1/policy", &json!({ "text": second }))
        .expect(200);
    go_on(&mut admin, 35, 45);
    let then = all(&mut admin, "");
    let events = admin
        .get("/api/v1/events?after=0&limit=1000")
        .expect(200)
        .text();
    let _ = events;
    let moment = begin + Span::days(3 * 74) + Span::hours(5);
    // Much changes: records, outcomes of the old ones, people, and the policy.
    go_on(&mut admin, 45, 55);
    put(&mut admin, "cleo");
    let third = second.replace("band = 1.5", "band = 2.0");
    admin
        .put("/api/v1/policy", &json!({ "text": third }))
        .expect(200);
    go_on(&mut admin, 55, 65);
    let now = all(&mut admin, "");
    let again = all(&mut admin, &format!("&as_of={moment}"));
    for (((path, then), (_, again)), (_, now)) in then.iter().zip(&again).zip(&now) {
        assert_eq!(then, again, "{path}");
        assert_ne!(then, now, "{path}: something changed since");
    }
}
