//! Duplicates, merges and owners over the API and the pages: what comes in twice, what is merged by
//! hand, and that no address gets into the journal.

use crate::page::{open, submit};
use crate::serving::{POLICY, Serving};
use evenkeel::host::access::Role;
use serde_json::{Value, json};

/// The usual policy with duplicates by e-mail, and owners by domain of the contact's address.
fn serving(then: &str) -> Serving {
    let serving = Serving::dealing();
    let rungs = format!(
        "[[duplicate]]\nname = \"Same e-mail\"\nby = \"record.email\"\nas = \"email\"\n\
         then = \"{then}\"\n[[pool]]\nname = \"us\""
    );
    let text = POLICY.replacen("[[pool]]\nname = \"us\"", &rungs, 1);
    let body = json!({ "text": text });
    serving.admin().put("/api/v1/policy", &body).expect(200);
    serving
}

fn lead(key: &str, email: &str) -> Value {
    json!({ "key": key, "fields": { "kind": "lead", "email": email } })
}

#[test]
fn a_duplicate_is_merged_even_within_one_request_and_after_a_restart() {
    let serving = serving("merge");
    let mut admin = serving.admin();
    let both = json!([
        lead("L-1", "Kim@Canary.example"),
        lead("L-2", "kim+x@canary.example")
    ]);
    let told = admin.post("/api/v1/records", &both).expect(200).json();
    let owner = told["results"][0]["dealt"]["rep"]
        .as_str()
        .expect("an owner")
        .to_owned();
    let merged = &told["results"][1]["dealt"];
    assert_eq!(
        (&merged["outcome"], &merged["into"]),
        (&json!("merged"), &json!("L-1"))
    );
    let record = admin.get("/api/v1/records/L-2").expect(200).json();
    assert_eq!(record["merged_into"], "L-1");
    assert_eq!(record["place"]["kind"], "closed");
    let story = admin.get("/api/v1/records/L-1/story").expect(200).json();
    let last = story["steps"]
        .as_array()
        .and_then(|steps| steps.last())
        .expect("a story");
    assert_eq!(
        (&last["absorbed"], &last["into"]),
        (&json!("L-2"), &json!("L-1"))
    );
    assert_eq!(last["verdict"]["rungs"][0]["said"], "merged");
    assert_eq!(
        last["verdict"]["sentence"],
        json!(format!(
            "Merged into L-1, which {owner} example has: the same by “Same e-mail”. No turn is used."
        ))
    );
    // The index and the key are there again after a restart.
    let serving = serving.again();
    let mut admin = serving.admin();
    let body = lead("L-3", "KIM@canary.example");
    let dealt = admin.post("/api/v1/records", &body).expect(201).json();
    assert_eq!(
        (&dealt["outcome"], &dealt["into"]),
        (&json!("merged"), &json!("L-1"))
    );
    let events = admin.get("/api/v1/events?limit=1000").expect(200).text();
    assert!(
        !events.to_lowercase().contains("canary"),
        "no address in the journal"
    );
}

#[test]
fn an_erased_record_matches_nothing_any_more() {
    let serving = serving("merge");
    let mut admin = serving.admin();
    admin
        .post("/api/v1/records", &lead("L-1", "kim@a.example"))
        .expect(201);
    admin
        .send("DELETE", "/api/v1/records/L-1/personal", &[], b"")
        .expect(200);
    let dealt = admin
        .post("/api/v1/records", &lead("L-2", "kim@a.example"))
        .expect(201);
    assert_eq!(dealt.json()["outcome"], "rep");
}

#[test]
fn records_are_merged_by_hand_once_and_by_those_who_may() {
    let serving = serving("flag");
    let mut admin = serving.admin();
    for key in ["L-1", "L-2"] {
        admin
            .post("/api/v1/records", &lead(key, "kim@a.example"))
            .expect(201);
    }
    let record = admin.get("/api/v1/records/L-2").expect(200).json();
    assert_eq!(record["duplicates"], json!(["L-1"]));
    let path = "/api/v1/records/L-2/merge";
    let body = json!({ "into": "L-1" });
    let mut rep = serving.signed_in(Role::Rep, Some("ana"));
    rep.post(path, &body).expect(403);
    for (into, status, code) in [
        ("L-9", 404, "record_unknown"),
        ("L-2", 422, "value_refused"),
    ] {
        let refused = admin.post(path, &json!({ "into": into })).expect(status);
        assert_eq!(refused.code(), code);
    }
    let wrong = json!({ "into": "L-1", "expected_owner": null });
    assert_eq!(admin.post(path, &wrong).expect(409).code(), "owner_moved");
    let merged = admin.post(path, &body).expect(200).json();
    assert_eq!(
        (&merged["outcome"], &merged["into"]),
        (&json!("merged"), &json!("L-1"))
    );
    assert!(merged["turn_back"].is_u64(), "both took a turn: {merged}");
    assert_eq!(admin.post(path, &body).expect(409).code(), "record_closed");
}

#[test]
fn the_page_of_a_record_shows_what_is_alike_and_merges() {
    let serving = serving("flag");
    let mut admin = serving.admin();
    for key in ["L-1", "L-2"] {
        admin
            .post("/api/v1/records", &lead(key, "kim@a.example"))
            .expect(201);
    }
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/records/L-2", 200);
    assert!(page.contains("The same by the policy"), "{page}");
    assert!(page.contains("Both took a turn"), "{page}");
    let path = "/records/L-2/merge";
    submit(&mut manager, &page, path, &[("into", "L-9")]).expect(404);
    submit(&mut manager, &page, path, &[("into", "L-1")]).expect(303);
    let done = open(&mut manager, "/records/L-2?done=merged", 200);
    assert!(
        done.contains("points at the one that stands for it"),
        "{done}"
    );
    assert!(done.contains("which stands for it now"), "{done}");
    assert!(open(&mut manager, "/records/L-1", 200).contains("Merged into this one"));
}
