//! Recycling, returns and departures by plan: over the API, on the pages, and on the command line.

use crate::client::Client;
use crate::page::{open, submit};
use crate::serving::Serving;
use crate::ways_out::{NOON, standing, take_in};
use evenkeel::host::access::Role;
use evenkeel::host::clock::Standing;
use evenkeel::host::order::Order;
use evenkeel_core::command::Command;
use evenkeel_core::event::Actor;
use evenkeel_core::time::{DAY, Span};
use serde_json::json;
use std::sync::Arc;

const RECYCLING: &str = "[recycling]\ncadence = \"at once\"\nwarn = \"7 days\"\nrest = \"60 days\"\n\
     [[recycling.remove]]\nname = \"Idle\"\nidle = \"30 days\"\n\
     [[recycling.available]]\nnew_contacts = true\n\
     [returns]\nper_month = 2\n[[returns.reason]]\nname = \"poor_fit\"\nthen = \"rest\"\n\
     [[returns.reason]]\nname = \"call_me\"\nthen = \"back\"\n";

/// A server with nine leads in three books.
fn serving() -> (Serving, Arc<Standing>) {
    let (serving, clock) = standing(RECYCLING);
    let mut admin = serving.admin();
    for number in 0..9 {
        take_in(&mut admin, &format!("L-{number}"), "US");
    }
    (serving, clock)
}

/// So many days pass, each with a sweep and whatever ticks bring.
fn days(serving: &Serving, clock: &Standing, from: i64, to: i64) {
    let submit = |command| {
        let order = Order::once(Actor::System, command);
        serving
            .runtime()
            .block_on(serving.workspace.submit(order))
            .is_ok()
    };
    for day in from + 1..=to {
        clock.set(NOON + Span(day * DAY.0));
        submit(Command::Sweep);
        while submit(Command::Tick) {}
    }
}

#[test]
fn a_sweep_waits_for_approval_runs_and_is_undone() {
    let (serving, clock) = serving();
    let mut admin = serving.admin();
    days(&serving, &clock, 0, 24);
    let told = admin.get("/api/v1/recycling").expect(200).json();
    assert_eq!((&told["warned"], &told["due"]), (&json!(9), &json!(0)));
    let plan = admin.get("/api/v1/recycling/plan").expect(200).json();
    assert_eq!(plan["records"], 0, "nothing is idle for 30 days yet");
    let kept = json!({ "next_step": "call on Monday" });
    let path = "/api/v1/records/L-0/keep";
    assert_eq!(
        admin.post(path, &kept).expect(200).json()["outcome"],
        "kept"
    );
    days(&serving, &clock, 24, 31);
    let plan = admin.get("/api/v1/recycling/plan").expect(200).json();
    assert_eq!(plan["records"], 8);
    assert_eq!(plan["lines"][0]["rule"], "Idle");
    let told = admin.get("/api/v1/recycling").expect(200).json();
    assert_eq!(told["sweeps"][0]["stage"], "held for approval");
    let page = open(&mut admin, "/recycling", 200);
    assert!(page.contains("Sweep 1 waits for approval"), "{page}");
    let answer = submit(&mut admin, &page, "/recycling/sweeps/1/approve", &[]);
    assert_eq!(answer.status, 303, "{}", answer.text());
    days(&serving, &clock, 31, 32);
    let told = admin.get("/api/v1/recycling").expect(200).json();
    assert_eq!(
        (&told["resting"], &told["sweeps"][0]["taken"]),
        (&json!(8), &json!(8))
    );
    let waiting = open(&mut admin, "/waiting", 200);
    assert!(
        waiting.contains("Resting") && waiting.contains("L-1"),
        "{waiting}"
    );
    let found = admin.post("/api/v1/records/L-1/contacts-found", &json!({}));
    assert_eq!(found.expect(200).json()["outcome"], "resting");
    days(&serving, &clock, 32, 33);
    let record = admin.get("/api/v1/records/L-1").expect(200).json();
    assert_eq!(record["place"]["kind"], "book");
    let undone = admin.post("/api/v1/recycling/sweeps/1/undo", &json!({}));
    undone.expect(200);
    days(&serving, &clock, 33, 34);
    let told = admin.get("/api/v1/recycling").expect(200).json();
    assert_eq!(
        (&told["resting"], &told["sweeps"][0]["restored"]),
        (&json!(0), &json!(7))
    );
    let again = admin.post("/api/v1/recycling/sweeps/1/undo", &json!({}));
    assert_eq!(again.expect(409).code(), "sweep_elsewhere");
    let none = admin.post("/api/v1/recycling/sweeps/7/approve", &json!({}));
    assert_eq!(none.expect(404).code(), "sweep_unknown");
    it_is_told(&mut admin);
}

/// The story of a record that was taken and restored, and the journal's own words.
fn it_is_told(admin: &mut Client) {
    let story = admin.get("/api/v1/records/L-2/story").expect(200).json();
    let what: Vec<&str> = story["steps"]
        .as_array()
        .expect("a story")
        .iter()
        .filter_map(|step| step["what"].as_str())
        .collect();
    assert_eq!(
        what,
        ["taken_in", "dealt", "warned", "due", "released", "restored"]
    );
    let events = admin.get("/api/v1/events?limit=1000").expect(200).text();
    for kind in [
        "owners_warned",
        "records_due",
        "sweep_held",
        "sweep_approved",
        "sweep_undone",
    ] {
        assert!(events.contains(kind), "{kind}");
    }
}

#[test]
fn a_rep_gives_back_and_keeps_own_records_only() {
    let (serving, clock) = serving();
    let mut admin = serving.admin();
    let owner = |admin: &mut Client, key: &str| {
        let record = admin
            .get(&format!("/api/v1/records/{key}"))
            .expect(200)
            .json();
        record["place"]["rep"].as_str().map(str::to_owned)
    };
    let own = |rep: &str, admin: &mut Client| {
        let keys = (0..9).map(|number| format!("L-{number}"));
        keys.filter(|key| owner(admin, key).as_deref() == Some(rep))
            .collect::<Vec<_>>()
    };
    let (anas, bens) = (own("ana", &mut admin), own("ben", &mut admin));
    let mut ana = serving.signed_in(Role::Rep, Some("ana"));
    let body = json!({ "reason": "poor_fit", "note": "They sell what we sell" });
    let path = |key: &str| format!("/api/v1/records/{key}/return");
    assert_eq!(
        ana.post(&path(&bens[0]), &body).expect(404).code(),
        "record_unknown"
    );
    let told = ana.post(&path(&anas[0]), &body).expect(200).json();
    assert_eq!(told["outcome"], "resting");
    let dated = json!({ "reason": "call_me" });
    assert_eq!(
        ana.post(&path(&anas[1]), &dated).expect(422).code(),
        "value_refused"
    );
    let page = open(&mut ana, &format!("/records/{}", anas[1]), 200);
    assert!(page.contains("1 more record now, of 2"), "{page}");
    let action = format!("/records/{}/return", anas[1]);
    let filled = [
        ("reason", "call_me"),
        ("back_at", "2026-03-12"),
        ("note", ""),
    ];
    assert_eq!(submit(&mut ana, &page, &action, &filled).status, 303);
    assert_eq!(
        ana.post(&path(&anas[2]), &body).expect(409).code(),
        "return_limit_reached"
    );
    days(&serving, &clock, 0, 24);
    // Her session is over by now.
    let mut ana = serving.enter("repana");
    let today = open(&mut ana, "/", 200);
    assert!(today.contains("It will be taken back"), "{today}");
    let action = format!("/records/{}/keep", anas[2]);
    let empty = submit(&mut ana, &today, &action, &[("next_step", "")]);
    assert_eq!(empty.status, 422, "a next step is asked for");
    let kept = submit(
        &mut ana,
        &today,
        &action,
        &[("next_step", "Demo on Friday")],
    );
    assert_eq!(kept.status, 303, "{}", kept.text());
    assert_eq!(ana.get("/api/v1/recycling").status, 403);
    assert_eq!(
        owner(&mut admin, &anas[1]).as_deref(),
        Some("ana"),
        "back at the date"
    );
}

#[test]
fn a_departure_by_plan_is_refused_when_it_would_do_something_else() {
    let (serving, _) = serving();
    let mut admin = serving.admin();
    let book = json!({ "book": "redeal" });
    let plan = admin
        .post("/api/v1/reps/ana/leave/plan", &book)
        .expect(200)
        .json();
    assert_eq!(plan["records"], 3);
    let gets = |plan: &serde_json::Value| -> u64 {
        let heirs = plan["heirs"].as_array().expect("heirs");
        heirs.iter().filter_map(|heir| heir["gets"].as_u64()).sum()
    };
    assert_eq!(gets(&plan), 3);
    let apply = json!({ "book": "redeal", "plan": plan["digest"] });
    let mine = (0..9).map(|at| format!("L-{at}")).find(|key| {
        let record = admin
            .get(&format!("/api/v1/records/{key}"))
            .expect(200)
            .json();
        record["place"]["rep"] == "ana"
    });
    let close = format!("/api/v1/records/{}/close", mine.expect("one of three"));
    admin.post(&close, &json!({ "reason": "won" })).expect(200);
    let moved = admin
        .post("/api/v1/reps/ana/leave/apply", &apply)
        .expect(409);
    assert_eq!(moved.code(), "plan_moved");
    let page = open(&mut admin, "/reps/ana", 200);
    let mut fields = crate::page::hidden(&page, "/reps/ana/deactivate");
    fields.push(("book".into(), "redeal".into()));
    let shown = crate::page::send(&mut admin, "/reps/ana/leave/plan", &fields).text();
    assert!(shown.contains("2 records would move"), "{shown}");
    let done = submit(&mut admin, &shown, "/reps/ana/deactivate", &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    let retrieve = json!({ "to": "queue:triage" });
    let path = (0..9).map(|at| format!("L-{at}")).find(|key| {
        let record = admin
            .get(&format!("/api/v1/records/{key}"))
            .expect(200)
            .json();
        record["place"]["rep"] == "ben"
    });
    let path = format!("/api/v1/records/{}/retrieve", path.expect("ben has some"));
    assert_eq!(
        admin.post(&path, &retrieve).expect(200).json()["outcome"],
        "queue"
    );
    assert_eq!(
        admin.post(&path, &retrieve).expect(409).code(),
        "record_unowned"
    );
}

#[test]
fn the_plan_on_the_command_line() {
    let (mut serving, clock) = serving();
    days(&serving, &clock, 0, 32);
    serving.stop();
    let data = serving.data();
    let data = data.to_str().expect("a path");
    for (output, wanted) in [
        ("table", "9 records out of 3 books"),
        ("json", "\"needs_approval\": true"),
        ("csv", "record,rep,rule,idle_since,due_since,then"),
    ] {
        let args = ["recycle", "plan", "--data", data, "--output", output];
        let told = crate::bin::run_in(&serving.dir(), &args, "").out;
        assert!(told.contains(wanted), "{output}: {told}");
    }
}
