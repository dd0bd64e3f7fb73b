//! `backtest --reseed` over a store whose truth is known: an estimate with
//! its interval and effective sample, or the refusal with the number.

use crate::bin::{Bin, Ran};
use crate::serving::Serving;
use evenkeel::config::Config;
use evenkeel::host::clock::Standing;
use evenkeel_core::time::{Moment, Span};
use serde_json::{Value, json};
use std::sync::Arc;

/// Monday 2 March 2026, 12:00 UTC.
const NOON: Moment = Moment(1_772_452_800_000);
const LEADS: i64 = 190;
const REPS: [&str; 4] = ["ana", "ben", "cleo", "dina"];

/// Everybody draws everything.
const TOGETHER: &str = r#"
evenkeel = 1
name = "Together"

[record]
country = "text"

[[pool]]
name = "all"
members = ["ana", "ben", "cleo", "dina"]
method = "random"
band = 2.0
nobody = "queue:triage"

[[queue]]
name = "triage"

[fallback]
to = "pool:all"
"#;

/// The leads of a country are drawn among these two; others as `otherwise` says.
fn apart(otherwise: &str) -> String {
    let pool = |name: &str, one: &str, two: &str| {
        format!(
            "[[pool]]\nname = \"{name}\"\nmembers = [\"{one}\", \"{two}\"]\nmethod = \"random\"\n\
             band = 2.0\nnobody = \"queue:triage\"\n\n"
        )
    };
    let more = pool("german", "ana", "ben")
        + &pool("french", "cleo", "dina")
        + "[[rule]]\nname = \"German\"\nwhen = 'record.country == \"DE\"'\nto = \"pool:german\"\n\n";
    TOGETHER.replace(
        "[fallback]\nto = \"pool:all\"",
        &format!("{more}[fallback]\nto = \"pool:{otherwise}\""),
    )
}

/// Who knows the country wins two of five leads, others one of ten; the rest is lost or open.
fn told() -> Serving {
    let clock = Arc::new(Standing::at(NOON));
    let serving = Serving::with(Config::default(), Arc::<Standing>::clone(&clock));
    let mut admin = serving.admin();
    let policy = json!({ "text": TOGETHER });
    admin.put("/api/v1/policy", &policy).expect(200);
    for rep in REPS {
        let body = json!({ "name": rep, "role": "AE" });
        admin.put(&format!("/api/v1/reps/{rep}"), &body).expect(200);
    }
    let mut turns = [0; 2];
    for number in 0..LEADS {
        clock.set(NOON + Span::hours(6 * number));
        let country = if number % 2 == 0 { "DE" } else { "FR" };
        let body = json!({ "key": format!("L-{number}"), "fields": { "country": country } });
        let dealt = admin.post("/api/v1/records", &body).expect(201).json();
        let rep = dealt["rep"].as_str().expect("an owner");
        let knows = (REPS[..2].contains(&rep)) == (number % 2 == 0);
        let turn = &mut turns[usize::from(knows)];
        *turn += 1;
        let won = if knows {
            *turn % 5 < 2
        } else {
            *turn % 10 == 0
        };
        if won || number % 3 == 0 {
            clock.set(NOON + Span::hours(6 * number) + Span(60_000));
            let reason = if won { "won" } else { "lost" };
            let path = format!("/api/v1/records/L-{number}/close");
            admin.post(&path, &json!({ "reason": reason })).expect(200);
        }
    }
    serving
}

fn told_notes(ran: &Ran) -> String {
    let told: Value = serde_json::from_str(&ran.out).expect("JSON");
    told["notes"].to_string()
}

fn outcomes(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{}", ran.err);
    let told: Value = serde_json::from_str(&ran.out).expect("JSON");
    told["outcomes"].clone()
}

#[test]
fn a_back_test_estimates_outcomes_or_says_with_which_number_it_cannot() {
    let mut serving = told();
    serving.stop();
    let bin = Bin::new();
    bin.write("apart.toml", &apart("french"));
    bin.write("shifted.toml", &apart("all"));
    let data = serving.data();
    let data = data.display();
    let run = |policy: &str, more: &str| {
        bin.run(&format!(
            "backtest --data {data} --policy {policy} --output json --horizon 1 {more}"
        ))
    };
    let ran = run("apart.toml", "--reseed 30");
    let told = outcomes(&ran);
    assert_eq!(told["refused"], Value::Null, "{told}");
    let figure = |name: &str, part: &str| told[name][part].as_f64().expect("a figure");
    assert!(
        figure("estimate", "low") <= 0.4 && 0.4 <= figure("estimate", "high"),
        "{told}"
    );
    assert!(figure("as_recorded", "value") < 0.33, "{told}");
    assert!((50.0..130.0).contains(&told["effective_sample"].as_f64().expect("a number")));
    assert!(told["load_shift"].as_f64() < Some(0.3), "{told}");
    let notes = told_notes(&ran);
    assert!(notes.contains("Dealt that way, "), "{notes}");
    // Ana and Ben would get three of four German and French leads.
    let told = outcomes(&run("shifted.toml", "--reseed 20"));
    let why = told["refused"].as_str().expect("a reason");
    assert!(
        why.starts_with("It would change somebody's load by ") && why.contains("30 %"),
        "{why}"
    );
    assert_eq!(told["estimate"], Value::Null);
    // Of the first two weeks fewer than fifty leads would say as much.
    let told = outcomes(&run("apart.toml", "--reseed 20 --to 2026-03-16"));
    let why = told["refused"].as_str().expect("a reason");
    assert!(why.contains("effective leads, and it takes 50"), "{why}");
    assert_eq!(run("apart.toml", "--reseed 20 --horizon 0").code, 2);
}
