//! Reps, users, keys and erased people over the API.

use crate::api_records::lead;
use crate::http::{everything, find};
use crate::serving::Serving;
use serde_json::json;

#[test]
fn reps_are_set_twice_without_harm() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let body = json!({
        "name": "Dana Example", "role": "AE", "team": "west", "zone": "Europe/Lisbon",
        "hours": "Mon-Fri 09:00-17:30", "closing_since": "2024-01-01T00:00:00Z",
        "leaves": [{ "from": "2027-08-01T00:00:00Z", "until": "2027-08-15T00:00:00Z" }],
    });
    let set = admin.put("/api/v1/reps/dana", &body).expect(200).json();
    assert_eq!(set["name"], "Dana Example");
    assert_eq!(set["hours"], "Mon-Fri 09:00-17:30");
    let events = admin
        .get("/api/v1/events")
        .expect(200)
        .text()
        .lines()
        .count();
    admin.put("/api/v1/reps/dana", &body).expect(200);
    assert_eq!(
        admin
            .get("/api/v1/events")
            .expect(200)
            .text()
            .lines()
            .count(),
        events
    );
    let paused = json!({ "name": "Dana Q. Example", "role": "AE", "paused": { "review": null } });
    let set = admin.put("/api/v1/reps/dana", &paused).expect(200).json();
    assert_eq!(
        (&set["status"], &set["name"]),
        (&json!("paused"), &json!("Dana Q. Example"))
    );
    let bad = admin
        .put("/api/v1/reps/dana", &json!({ "zone": "Atlantis" }))
        .expect(422);
    assert_eq!(bad.code(), "value_refused");
    let bad = admin
        .put("/api/v1/reps/dana", &json!({ "hours": "sometimes" }))
        .expect(422);
    assert_eq!(bad.json()["pointer"], "/hours");
}

#[test]
fn a_rep_who_leaves_leaves_nothing_behind() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    for number in 0..9 {
        admin
            .post("/api/v1/records", &lead(&format!("L-{number}")))
            .expect(201);
    }
    let path = "/api/v1/reps/ana/deactivate";
    for book in ["", "rep", "queue:nowhere", "rep:ana"] {
        let status = admin.post(path, &json!({ "book": book })).status;
        assert!(status == 422 || status == 404, "{book}: {status}");
    }
    let gone = admin
        .post(path, &json!({ "book": "redeal" }))
        .expect(200)
        .json();
    assert_eq!(gone["to_reps"], 3);
    let ana = admin.get("/api/v1/reps/ana").expect(200).json();
    assert_eq!((&ana["status"], &ana["book"]), (&json!("left"), &json!(0)));
    assert_eq!(
        admin
            .post(path, &json!({ "book": "redeal" }))
            .expect(409)
            .code(),
        "rep_left"
    );
}

#[test]
fn reps_are_listed_page_by_page() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    admin.put("/api/v1/reps/dana", &json!({})).expect(200);
    let all = admin.get("/api/v1/reps?limit=2").expect(200).json();
    assert_eq!(all["reps"].as_array().expect("a list").len(), 2);
    let rest = admin
        .get(&format!("/api/v1/reps?after={}", all["next"]))
        .expect(200)
        .json();
    assert_eq!(rest["reps"].as_array().expect("a list").len(), 2);
    assert_eq!(rest.get("next"), None);
}

#[test]
fn erased_people_are_in_no_file_and_the_chain_still_verifies() {
    let mut serving = Serving::dealing();
    let mut admin = serving.admin();
    let canaries = [
        "kim.canary@example.com",
        "Kim Canarywharf",
        "Remember Kim Canaryislands",
    ];
    let body = json!({
        "key": "L-1", "fields": { "email": canaries[0], "contact": canaries[1] },
    });
    admin.post("/api/v1/records", &body).expect(201);
    let owner = admin.get("/api/v1/records/L-1").expect(200).json();
    let owner = owner["place"]["rep"].as_str().expect("an owner").to_owned();
    let other = if owner == "ana" { "ben" } else { "ana" };
    let note = json!({ "rep": other, "note": canaries[2] });
    admin.post("/api/v1/records/L-1/assign", &note).expect(200);
    let rep = json!({ "name": "Rep Canaryseed", "role": "AE" });
    admin.put("/api/v1/reps/dana", &rep).expect(200);
    let stored = everything(&serving);
    for canary in canaries.iter().chain(&["Rep Canaryseed"]) {
        assert!(find(&stored, canary.as_bytes()), "{canary} is there before");
    }

    let erased = admin
        .send("DELETE", "/api/v1/records/L-1/personal", &[], b"")
        .expect(200);
    assert_eq!(erased.json()["erased"], 2);
    let erased = admin
        .send("DELETE", "/api/v1/reps/dana/personal", &[], b"")
        .expect(200);
    assert_eq!(erased.json()["erased"], 1);
    let again = admin
        .send("DELETE", "/api/v1/records/L-1/personal", &[], b"")
        .expect(200);
    assert_eq!(again.json()["erased"], 0);
    assert_eq!(
        admin
            .get("/api/v1/records/L-1")
            .expect(200)
            .json()
            .get("personal"),
        None
    );
    assert_eq!(
        admin
            .get("/api/v1/reps/dana")
            .expect(200)
            .json()
            .get("name"),
        None
    );
    let story = admin.get("/api/v1/records/L-1/story").expect(200).text();
    assert!(!story.contains("anary"), "{story}");
    serving.stop();

    let stored = everything(&serving);
    for canary in ["anary", "kim.", "Kim"] {
        assert!(
            !find(&stored, canary.as_bytes()),
            "{canary} is still in the store"
        );
    }
    let reader = evenkeel_journal::sqlite::open::open_reader(&serving.data()).expect("a store");
    let first = evenkeel::host::workspace::first_workspace(&reader).expect("a workspace");
    let verified = evenkeel::cmd::verify::verified(&reader, first, None).expect("it can be read");
    assert!(verified.is_sound(), "{verified:?}");
}

#[test]
fn keys_and_users_are_managed() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let made = admin
        .post("/api/v1/keys", &json!({ "label": "CRM" }))
        .expect(201)
        .json();
    let key = made["key"].as_str().expect("shown once").to_owned();
    assert_eq!(made["role"], "integration");
    let listed = admin.get("/api/v1/keys").expect(200);
    assert!(
        !listed
            .text()
            .contains(key.rsplit('_').next().expect("three parts"))
    );
    let mut crm = crate::client::Client::with_key(serving.address, &key);
    crm.get("/api/v1/reps").expect(200);
    let path = format!("/api/v1/keys/{}", made["id"]);
    admin.send("DELETE", &path, &[], b"").expect(200);
    crm.get("/api/v1/reps").expect(401);
    admin
        .send("DELETE", "/api/v1/keys/99", &[], b"")
        .expect(404);
    let role = json!({ "label": "x", "role": "rep" });
    assert_eq!(
        admin.post("/api/v1/keys", &role).expect(422).code(),
        "account_refused"
    );

    let user = json!({ "name": "mia", "role": "manager", "password": "correct horse battery" });
    let added = admin.post("/api/v1/users", &user).expect(201).json();
    assert_eq!(
        admin.post("/api/v1/users", &user).expect(422).code(),
        "account_refused"
    );
    let mut mia = serving.enter("mia");
    mia.get("/api/v1/policy").expect(200);
    let path = format!("/api/v1/users/{}", added["id"]);
    let rep = json!({ "role": "rep", "rep": "ana" });
    assert_eq!(
        admin.json("PATCH", &path, &rep).expect(200).json()["rep"],
        "ana"
    );
    mia.get("/api/v1/policy").expect(401);
    serving.enter("mia").get("/api/v1/policy").expect(403);
    let only = json!({ "role": "manager", "password": "x" });
    admin.json("PATCH", &path, &only).expect(422);
    admin
        .json("PATCH", "/api/v1/users/99", &json!({}))
        .expect(404);
}
