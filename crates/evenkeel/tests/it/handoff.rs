//! Handoffs end to end: the API, the pages, and who may hand on what.

use crate::page::{open, submit};
use crate::serving::Serving;
use evenkeel::host::access::Role;
use serde_json::{Value, json};

const POLICY: &str = include_str!("../../../../examples/handoff/policy.toml");

/// A server with the policy of the example and its reps.
fn serving() -> Serving {
    let serving = Serving::empty();
    let mut admin = serving.admin();
    let policy = json!({ "text": POLICY });
    admin.put("/api/v1/policy", &policy).expect(200);
    let roles = [("ana", "SDR"), ("bo", "SDR"), ("fay", "SDR"), ("mo", "AM")];
    for (key, role) in roles
        .into_iter()
        .chain(["ben", "cleo", "dina"].map(|key| (key, "AE")))
    {
        let body = json!({ "role": role });
        let answer = admin.put(&format!("/api/v1/reps/{key}"), &body);
        assert!(answer.status < 300, "{}", answer.text());
    }
    serving
}

/// Takes a lead in and gives it to `owner`.
fn lead(serving: &Serving, key: &str, owner: &str) {
    let mut admin = serving.admin();
    let body = json!({ "key": key, "fields": { "employees": 40 } });
    let dealt = admin.post("/api/v1/records", &body).expect(201).json();
    if dealt["rep"] != owner {
        let assign = json!({ "rep": owner });
        let path = format!("/api/v1/records/{key}/assign");
        admin.post(&path, &assign).expect(200);
    }
}

fn steps(record: &Value) -> Vec<(String, String)> {
    let steps = record["steps"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().unwrap_or("nobody").to_owned();
    steps
        .iter()
        .map(|step| (text(&step["step"]), text(&step["rep"])))
        .collect()
}

#[test]
fn a_handoff_is_answered_told_and_remembered() {
    let serving = serving();
    lead(&serving, "L-1", "ana");
    let mut admin = serving.admin();
    let to_ae = json!({ "step": "ae", "expected_owner": "ana" });
    let dealt = admin
        .post("/api/v1/records/L-1/handoff", &to_ae)
        .expect(200)
        .json();
    assert_eq!(
        (&dealt["outcome"], &dealt["rep"]),
        (&json!("rep"), &json!("ben"))
    );
    let told = admin
        .get(&format!("/api/v1/verdicts/{}", dealt["seq"]))
        .expect(200)
        .json();
    let verdict = told.get("verdict").unwrap_or(&told);
    assert_eq!(verdict["step"]["name"], "ae");
    assert_eq!(verdict["step"]["from"], "ana");
    assert_eq!(verdict["step"]["asked"][0]["link"], "fixed");
    let sentence = "ana hands it on to ben, the fixed partner at the step ae in the pod north.";
    assert_eq!(verdict["sentence"], sentence);
    let record = admin.get("/api/v1/records/L-1").expect(200).json();
    let both = [("sdr", "ana"), ("ae", "ben")].map(|(step, rep)| (step.to_owned(), rep.to_owned()));
    assert_eq!(steps(&record), both);
    assert_eq!(
        admin
            .post("/api/v1/records/L-1/handoff", &to_ae)
            .expect(409)
            .code(),
        "owner_moved"
    );
    let again = json!({ "step": "ae" });
    let answer = admin
        .post("/api/v1/records/L-1/handoff", &again)
        .expect(409);
    assert_eq!(answer.code(), "step_out_of_order");
    let demo = json!({ "step": "demo" });
    let answer = admin.post("/api/v1/records/L-1/handoff", &demo).expect(422);
    assert_eq!(answer.code(), "step_unknown");
    let pods = admin.get("/api/v1/pods").expect(200).json();
    let apart = &pods["pods"][0]["seats"][1]["apart"];
    assert_eq!(
        (&apart[0]["rep"], &apart[0]["fixed"]),
        (&json!("ben"), &json!(1))
    );
    assert_eq!(
        (&apart[0]["owed"], &apart[1]["owed"]),
        (&json!(-0.5), &json!(0.5))
    );
}

#[test]
fn a_rep_hands_on_from_the_own_book_only() {
    let serving = serving();
    lead(&serving, "L-1", "ana");
    lead(&serving, "L-2", "bo");
    let mut ana = serving.signed_in(Role::Rep, Some("ana"));
    let to_ae = json!({ "step": "ae" });
    ana.post("/api/v1/records/L-2/handoff", &to_ae).expect(404);
    ana.post("/api/v1/records/L-1/handoff", &to_ae).expect(200);
    ana.post("/api/v1/records/L-1/handoff", &json!({ "step": "am" }))
        .expect(404);
}

#[test]
fn the_page_shows_the_steps_and_hands_on() {
    let serving = serving();
    lead(&serving, "L-1", "ana");
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/records/L-1", 200);
    assert!(
        page.contains("In the pod north, ana hands to ben at the step ae."),
        "{page}"
    );
    let sent = submit(
        &mut manager,
        &page,
        "/records/L-1/handoff",
        &[("step", "ae")],
    );
    assert_eq!(sent.header("location"), Some("/records/L-1?done=handed-on"));
    let page = open(&mut manager, "/records/L-1?done=handed-on", 200);
    assert!(page.contains("handed on") && page.contains("the fixed partner at the step ae"));
    let pools = open(&mut manager, "/pools", 200);
    assert!(
        pools.contains("Pods") && pools.contains("ahead by 0.5 of a lead"),
        "{pools}"
    );
    let rep = open(&mut manager, "/reps/ana", 200);
    assert!(
        rep.contains("Partners") && rep.contains("hands to"),
        "{rep}"
    );
    let mut ben = serving.signed_in(Role::Rep, Some("ben"));
    let page = open(&mut ben, "/records/L-1", 200);
    let sent = submit(&mut ben, &page, "/records/L-1/handoff", &[("step", "am")]);
    assert_eq!(
        sent.header("location"),
        Some("/"),
        "it is in somebody else's book now"
    );
}
