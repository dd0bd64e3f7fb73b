//! The pages about books over a real server: what changed since the last talk, and how reps stand
//! to quota; and the same in the API.

use crate::page::open;
use crate::serving::{POLICY, Serving};
use evenkeel::config::Config;
use evenkeel::host::access::Role;
use evenkeel::host::clock::Standing;
use evenkeel_core::time::{DAY, Moment, Span};
use serde_json::json;
use std::sync::Arc;

/// A policy whose reps have quotas, and whose records say what they are worth.
fn policy() -> String {
    POLICY.replace(
        "[[pool]]\nname = \"us\"",
        "deal = \"number\"\n\n[rep]\nquota = \"number\"\nbooked = \"number\"\n\n[[pool]]\nname = \"us\"",
    )
}

/// A server whose clock stands, with three reps, of whom ana and ben have a quota.
fn serving(clock: &Arc<Standing>) -> Serving {
    let serving = Serving::with(Config::default(), clock.clone());
    serving.furnish();
    let mut admin = serving.admin();
    admin
        .put("/api/v1/policy", &json!({ "text": policy() }))
        .expect(200);
    for (rep, fields) in [
        ("ana", json!({ "quota": 100_000, "booked": 100_000 })),
        ("ben", json!({ "quota": 100_000 })),
    ] {
        let body = json!({ "role": "AE", "fields": fields });
        admin.put(&format!("/api/v1/reps/{rep}"), &body).expect(200);
    }
    serving
}

fn record(serving: &Serving, key: &str, rep: &str) {
    let mut admin = serving.admin();
    let body = json!({ "key": key, "fields": { "employees": 20, "deal": 10_000 } });
    admin.post("/api/v1/records", &body).expect(201);
    // Who has it already keeps it.
    let _ = admin.post(
        &format!("/api/v1/records/{key}/assign"),
        &json!({ "rep": rep }),
    );
}

fn close(serving: &Serving, key: &str) {
    let path = format!("/api/v1/records/{key}/close");
    let body = json!({ "reason": "won" });
    serving.admin().post(&path, &body).expect(200);
}

const START: Moment = Moment(1_772_625_600_000);

#[test]
fn a_check_in_says_what_came_went_and_came_back_since_the_last_one() {
    let clock = Arc::new(Standing::at(START));
    let serving = serving(&clock);
    for number in 0..4 {
        record(&serving, &format!("L-{number}"), "ana");
    }
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/checkin/ana", 200);
    assert!(page.contains("younger than that"), "{page}");
    clock.set(START + Span::days(10));
    let mut admin = serving.admin();
    for rep in ["ben", "ana"] {
        admin
            .post("/api/v1/records/L-0/assign", &json!({ "rep": rep }))
            .expect(200);
    }
    close(&serving, "L-1");
    admin
        .post("/api/v1/records/L-2/assign", &json!({ "rep": "ben" }))
        .expect(200);
    let mut manager = serving.enter("manager");
    let page = open(&mut manager, "/checkin/ana?days=7", 200);
    let (_, changes) = page.split_once("id=\"changes\"").expect("a section");
    let told = |words: &str| assert!(changes.contains(words), "{words}: {changes}");
    told("0 for the first time, 1 came back");
    told("3: 1 closed, 2 reassigned");
    // Four records then, two now.
    told("<th scope=\"row\">Open records</th><td class=\"n\">4</td><td class=\"n\">2</td>");
    told("−2");
    // In two weeks the workspace did not exist yet.
    let page = open(&mut manager, "/checkin?days=14", 200);
    assert!(page.contains("younger than that"), "{page}");
}

#[test]
fn quota_attainment_and_its_chance_are_told_or_why_not() {
    let clock = Arc::new(Standing::at(START));
    let serving = serving(&clock);
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/capacity", 200);
    assert!(page.contains("100,000 of 100,000 (100 %)"), "{page}");
    assert!(page.contains("reached"), "{page}");
    assert!(
        page.contains("too little history: 0 of at least 5 wins with a value"),
        "{page}"
    );
    // Thirty are dealt by turn, and whoever got one of the first eighteen wins it.
    for number in 0..30 {
        let body =
            json!({ "key": format!("L-{number}"), "fields": { "employees": 20, "deal": 2_000 } });
        serving.admin().post("/api/v1/records", &body).expect(201);
    }
    let won = serving.workspace.glance(|state| {
        let ben = state.roster().find("ben").expect("a rep");
        let first = (0..18).map(|number| state.record_no(&format!("L-{number}")).expect("taken"));
        first
            .filter(|record| state.place(*record).owner() == Some(ben))
            .count()
    });
    clock.set(START + DAY);
    for number in 0..18 {
        close(&serving, &format!("L-{number}"));
    }
    clock.set(START + Span::days(20));
    let mut ben = serving.signed_in(Role::Rep, Some("ben"));
    let page = open(&mut ben, "/checkin/ben", 200);
    let told = format!("{},000 of 100,000 ({} %)", 2 * won, 2 * won);
    assert!(page.contains(&told), "{told}: {page}");
    assert!(
        page.contains(&format!("{won} wins since 1 January 2026")),
        "{page}"
    );
    let (_, chance) = page.split_once("Chance of quota</dt>").expect("a line");
    let chance = chance.split("</dd>").next().expect("a value");
    assert!(
        chance.contains(" %") && chance.contains("open records"),
        "{chance}"
    );
    let mut manager = serving.enter("manager");
    let page = open(&mut manager, "/capacity", 200);
    assert!(
        page.contains("18 of 30 turns at least 14 days old"),
        "{page}"
    );
}

#[test]
fn what_the_pages_say_of_books_is_in_the_api() {
    let clock = Arc::new(Standing::at(START));
    let serving = serving(&clock);
    for number in 0..4 {
        record(&serving, &format!("L-{number}"), "ana");
    }
    clock.set(START + Span::days(10));
    close(&serving, "L-1");
    let mut admin = serving.admin();
    let books = admin.get("/api/v1/books").expect(200).json();
    assert_eq!(books["books"].as_array().map(Vec::len), Some(3));
    let book = admin.get("/api/v1/reps/ana/book?days=7").expect(200).json();
    assert_eq!(book, books["books"][0]);
    assert_eq!(
        (book["open"].as_u64(), book["stand"].as_str()),
        (Some(3), Some("unknown"))
    );
    assert_eq!(book["quota"]["attained"], 1.0);
    assert_eq!(
        (
            &book["changes"]["then"]["open"],
            &book["changes"]["went"]["closed"]
        ),
        (&json!(4), &json!(1))
    );
    let ben = admin.get("/api/v1/reps/ben/book").expect(200).json();
    assert!(ben["quota"].get("chance").is_none(), "{ben}");
    assert!(ben["quota"]["chance_lacks"].is_string(), "{ben}");
    admin.get("/api/v1/books?days=9").expect(422);
    let capacity = admin.get("/api/v1/capacity").expect(200).json();
    assert_eq!(
        (&capacity["by_policy"], &capacity["tiers"][0]["accounts"]),
        (&json!(false), &json!(60))
    );
    let skills = admin.get("/api/v1/reps/ana/skills").expect(200).json();
    assert_eq!(skills, json!({ "rep": "ana", "skills": [], "growth": [] }));
    // A rep has the own book and nobody else's, and no advice.
    let mut ben = serving.signed_in(Role::Rep, Some("ben"));
    let books = ben.get("/api/v1/books").expect(200).json();
    assert_eq!(books["books"].as_array().map(Vec::len), Some(1));
    ben.get("/api/v1/reps/ana/book").expect(404);
    ben.get("/api/v1/reps/ana/skills").expect(404);
    ben.get("/api/v1/advice/hire").expect(403);
}

#[test]
fn the_questions_of_the_pages_are_in_the_api() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let asked = "/api/v1/advice/sizing?quota=250000&won=6&of=100&deal=30000&spread=0.8";
    let sizing = admin.get(asked).expect(200).json();
    assert_eq!(
        (&sizing["needed"]["accounts"], &sizing["plain"]["accounts"]),
        (&json!(224), &json!(130))
    );
    let formula = sizing["needed"]["by_formula"].as_f64().expect("a chance");
    let exact = sizing["needed"]["exact"].as_f64().expect("a chance");
    assert!(
        (formula - 0.8).abs() < 0.001 && (exact - 0.8).abs() < 0.03,
        "{sizing}"
    );
    admin.get("/api/v1/advice/sizing?quota=-5").expect(422);
    let none = admin.get("/api/v1/advice/hire").expect(422).json();
    assert!(
        none["detail"]
            .as_str()
            .is_some_and(|words| words.contains("0 lines")),
        "nobody was ever dealt anything: {none}"
    );
    for number in 0..9 {
        let body = json!({ "key": format!("L-{number}"), "fields": { "employees": 20 } });
        admin.post("/api/v1/records", &body).expect(201);
    }
    let hire = admin
        .get("/api/v1/advice/hire?leads=30&months=6&deal=1000&like=ana")
        .expect(200)
        .json();
    let number = |at: &serde_json::Value| at.as_f64().expect("a number");
    assert!(
        number(&hire["wins_range"]["low"]) <= number(&hire["wins"]),
        "{hire}"
    );
    assert!(number(&hire["revenue_range"]["low"]) <= number(&hire["revenue_range"]["high"]));
    assert_eq!(hire["monthly"].as_array().map(Vec::len), Some(6));
    assert_eq!(hire["by_policy"]["pools"], 2);
    let approach = admin
        .get("/api/v1/advice/approach?many=true&strict=true&large=false&sure=true&revops=true")
        .expect(200)
        .json();
    assert_eq!(
        (&approach["advice"], &approach["votes"]),
        (&json!("named"), &json!([5, 0]))
    );
    let effort = admin
        .get("/api/v1/advice/effort?days=30")
        .expect(200)
        .json();
    assert_eq!(effort["factors"], json!([]), "the policy has none");
    admin.get("/api/v1/advice/effort?days=31").expect(422);
}
