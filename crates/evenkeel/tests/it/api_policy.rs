//! Pools and the policy over the API.

use crate::api_records::lead;
use crate::serving::{POLICY, Serving};
use serde_json::json;

#[test]
fn pools_tell_who_is_owed_what_and_who_is_next() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let next = admin
        .get("/api/v1/pools/us/next?count=4")
        .expect(200)
        .json();
    let turns = next["turns"].as_array().expect("turns").clone();
    assert_eq!((turns.len(), &next["example"]), (4, &json!(false)));
    for (number, turn) in turns.iter().enumerate() {
        let dealt = admin
            .post("/api/v1/records", &lead(&format!("L-{number}")))
            .expect(201);
        assert_eq!(
            dealt.json()["rep"],
            turn["rep"],
            "turn {number} comes as it was shown"
        );
    }
    let pool = admin.get("/api/v1/pools/us").expect(200).json();
    assert_eq!(pool["dealt"], 4);
    let ledger = pool["ledger"].as_array().expect("a ledger");
    let received: f64 = ledger
        .iter()
        .filter_map(|one| one["received"].as_f64())
        .sum();
    let owed: f64 = ledger.iter().filter_map(|one| one["owed"].as_f64()).sum();
    assert!((received - 4.0).abs() < 1e-9 && owed.abs() < 1e-9, "{pool}");
    assert!(pool["worst"].as_f64() <= pool["bound"].as_f64(), "{pool}");
    let drawn = admin.get("/api/v1/pools/drawn/next").expect(200).json();
    assert_eq!(drawn["example"], true);
    admin.get("/api/v1/pools/nowhere").expect(404);
    assert_eq!(
        admin.get("/api/v1/pools").expect(200).json()["pools"][1]["name"],
        "drawn"
    );
}

#[test]
fn a_policy_with_errors_is_refused_with_their_places() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let broken = POLICY.replace("record.employees", "record.employes");
    let checked = admin
        .post("/api/v1/policy/check", &json!({ "text": broken }))
        .expect(200);
    let checked = checked.json();
    assert_eq!(checked["accepted"], false);
    assert!(
        checked["problems"][0]["line"].as_u64().expect("a line") > 10,
        "{checked}"
    );
    let refused = admin
        .put("/api/v1/policy", &json!({ "text": broken }))
        .expect(422)
        .json();
    assert_eq!(refused["code"], "policy_rejected");
    assert_eq!(refused["problems"], checked["problems"]);
}

#[test]
fn planning_and_trying_change_nothing() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    for number in 0..5 {
        admin
            .post("/api/v1/records", &lead(&format!("L-{number}")))
            .expect(201);
    }
    let before = admin.get("/api/v1/events").expect(200).text();
    let changed = POLICY.replace("record.employees < 10", "record.employees < 99");
    let plan = admin
        .post("/api/v1/policy/plan", &json!({ "text": changed }))
        .expect(200)
        .json();
    assert_eq!((&plan["records"], &plan["changed"]), (&json!(5), &json!(5)));
    assert_eq!(plan["moves"][0]["from"], "fallback → pool:us");
    assert_eq!(plan["moves"][0]["to"], "Small → queue:later");
    let small = json!({ "fields": { "employees": 5 } });
    let tried = admin.post("/api/v1/policy/try", &small).expect(200).json();
    assert_eq!(
        (&tried["outcome"], &tried["queue"]),
        (&json!("queue"), &json!("later"))
    );
    assert_eq!(tried["verdict"]["rules"][0]["answer"], "yes");
    assert_eq!(admin.get("/api/v1/events").expect(200).text(), before);
}

#[test]
fn a_policy_is_published_on_the_version_it_was_made_from() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let changed = POLICY.replace("record.employees < 10", "record.employees < 99");
    let late = json!({ "text": changed, "based_on": 7 });
    assert_eq!(
        admin.put("/api/v1/policy", &late).expect(409).code(),
        "policy_moved"
    );
    let right = json!({ "text": changed, "based_on": 1 });
    assert_eq!(
        admin.put("/api/v1/policy", &right).expect(200).json()["version"],
        2
    );
    let same = admin
        .put("/api/v1/policy", &json!({ "text": changed }))
        .expect(409);
    assert_eq!(same.code(), "nothing_to_do");
    let versions = admin.get("/api/v1/policy/versions").expect(200).json();
    assert_eq!(versions["versions"].as_array().expect("versions").len(), 2);
    assert_eq!(
        admin.get("/api/v1/policy").expect(200).json()["text"],
        changed
    );
}
