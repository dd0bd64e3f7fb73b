//! Before a change is saved: the forms' Preview button and the API show the next turns, and
//! nothing comes of it.

use crate::api_records::lead;
use crate::page::{hidden, open, send, submit};
use crate::serving::{POLICY, Serving};
use evenkeel::host::access::Role;
use evenkeel_core::time::Span;
use serde_json::json;

fn seq(serving: &Serving) -> u64 {
    serving.workspace.glance(|state| state.seq())
}

fn dealing() -> Serving {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    for number in 0..9 {
        let key = format!("L-{number}");
        admin.post("/api/v1/records", &lead(&key)).expect(201);
    }
    serving
}

#[test]
fn a_leave_is_previewed_and_then_saved_by_the_same_form() {
    let serving = dealing();
    let mut client = serving.signed_in(Role::Manager, None);
    let before = seq(&serving);
    let page = open(&mut client, "/reps/ana", 200);
    let filled = [
        ("from", "2031-03-03"),
        ("until", "2031-03-14"),
        ("preview", "yes"),
    ];
    let preview = submit(&mut client, &page, "/reps/ana/leave", &filled)
        .expect(200)
        .text();
    assert!(
        preview.contains("not saved yet") && preview.contains("After return"),
        "{preview}"
    );
    assert!(
        preview.contains("the newest 9 records that go here come again"),
        "{preview}"
    );
    assert_eq!(seq(&serving), before, "nothing comes of a look");
    let fields = hidden(&preview, "/reps/ana/leave");
    assert!(fields.iter().all(|(name, _)| name != "preview"));
    let saved = send(&mut client, "/reps/ana/leave", &fields).expect(303);
    assert_eq!(saved.header("location"), Some("/reps/ana?done=leave"));
    assert!(seq(&serving) > before);
}

#[test]
fn every_form_that_touches_turns_can_be_looked_at_first() {
    let serving = dealing();
    let mut client = serving.signed_in(Role::Manager, None);
    let before = seq(&serving);
    let rep = open(&mut client, "/reps/ben", 200);
    let look = |name: &'static str| ("preview", name);
    let soon = (serving.workspace.now() + Span::days(30)).to_string()[..10].to_owned();
    let pause = submit(
        &mut client,
        &rep,
        "/reps/ben/pause",
        &[("review", soon.as_str()), look("yes")],
    )
    .expect(200);
    assert!(pause.text().contains("Out of rotation: ben"));
    let gone = [("book", "redeal"), look("yes")];
    let gone = submit(&mut client, &rep, "/reps/ben/deactivate", &gone).expect(200);
    assert!(gone.text().contains("Leaves for good: ben"));
    let form = open(&mut client, "/add-rep", 200);
    let dora = [
        ("key", "dora"),
        ("name", "Dora"),
        ("zone", "UTC"),
        ("hours", "always"),
        ("field-1", "AE"),
        look("yes"),
    ];
    let dora = submit(&mut client, &form, "/add-rep", &dora)
        .expect(200)
        .text();
    assert!(dora.contains("New rep dora") && dora.contains(">new</span>"));
    let edit = open(&mut client, "/policy/edit", 200);
    let text = POLICY.replace(
        "name = \"us\"",
        "name = \"us\"\nmethod = \"random\"\nband = 2",
    );
    let policy = [("text", text.as_str()), look("yes")];
    let policy = submit(&mut client, &edit, "/policy/publish", &policy)
        .expect(200)
        .text();
    assert!(policy.contains("possible order"), "{policy}");
    let broken = [("text", "evenkeel = 1"), look("yes")];
    submit(&mut client, &edit, "/policy/publish", &broken).expect(422);
    assert_eq!(seq(&serving), before, "nothing comes of a look");
}

#[test]
fn the_api_previews_with_the_body_of_the_change() {
    let serving = dealing();
    let mut admin = serving.admin();
    let before = seq(&serving);
    let body = json!({ "role": "AE" });
    let dora = admin
        .post("/api/v1/preview/reps/dora", &body)
        .expect(200)
        .json();
    let us = &dora["pools"][0];
    assert_eq!(
        (&us["pool"], &us["assumed_records"]),
        (&json!("us"), &json!(9))
    );
    let row = us["reps"].as_array().expect("rows").last().expect("dora");
    assert_eq!(row["rep"], "dora");
    let turns = row["after"]["turns"].as_u64().expect("a count");
    assert!((12..=13).contains(&turns), "{row}");
    assert_eq!(
        (&row["before"]["turns"], &row["after"]["run"]),
        (&json!(0), &json!(1))
    );
    let gone = admin.post(
        "/api/v1/preview/reps/ana/deactivate",
        &json!({ "book": "redeal" }),
    );
    assert_eq!(
        gone.expect(200).json()["pools"][0]["after"]
            .as_array()
            .map(Vec::len),
        Some(50)
    );
    let publish = json!({ "text": POLICY, "based_on": 1 });
    let same = admin.post("/api/v1/preview/policy", &publish).expect(409);
    assert_eq!(same.code(), "nothing_to_do");
    assert_eq!(seq(&serving), before, "nothing comes of a look");
    let mut rep = serving.signed_in(Role::Rep, Some("ana"));
    rep.post("/api/v1/preview/reps/dora", &body).expect(403);
}
