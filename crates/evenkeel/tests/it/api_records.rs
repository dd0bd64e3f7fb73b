//! Records over the API: taken in, told, moved, closed, listed, and never done twice.

use crate::serving::{POLICY, Serving};
use evenkeel::host::access::Role;
use serde_json::{Value, json};

/// A record that goes to the pool us.
pub(crate) fn lead(key: &str) -> Value {
    json!({ "key": key, "fields": { "kind": "lead", "employees": 50 } })
}

/// Takes in a record with every kind of field; gives its path and its owner.
fn taken_in(serving: &Serving) -> (&'static str, String) {
    let body = json!({
        "key": "L/1 ä", "occurred_at": "2026-03-01T10:00:00+01:00",
        "fields": {
            "kind": "lead", "country": "US", "employees": 250.5, "hot": true,
            "seen": "2026-03-01T09:30:00Z", "tags": ["b", "a"], "email": "kim@example.com",
        },
    });
    let dealt = serving
        .admin()
        .post("/api/v1/records", &body)
        .expect(201)
        .json();
    assert_eq!(
        (&dealt["record"], &dealt["outcome"]),
        (&json!("L/1 ä"), &json!("rep"))
    );
    assert_eq!(
        (&dealt["pool"], &dealt["policy"]),
        (&json!("us"), &json!(1))
    );
    assert_eq!(dealt.get("rule"), None, "the fallback has no rule");
    let owner = dealt["rep"].as_str().expect("a rep got it").to_owned();
    ("/api/v1/records/L%2F1%20%C3%A4", owner)
}

#[test]
fn a_record_is_told_as_it_came_and_personal_data_apart() {
    let serving = Serving::dealing();
    let (path, owner) = taken_in(&serving);
    let record = serving.admin().get(path).expect(200).json();
    assert_eq!(record["place"], json!({ "kind": "book", "rep": owner }));
    assert_eq!(record["fields"]["employees"], json!(250.5));
    assert_eq!(record["fields"]["tags"], json!(["a", "b"]));
    assert_eq!(
        record["fields"].get("email"),
        None,
        "personal data is apart"
    );
    assert_eq!(record["personal"]["email"], "kim@example.com");
    assert_eq!(record["occurred_at"], "2026-03-01T09:00:00Z");
    let seen = serving
        .keyed(Role::Integration)
        .get(path)
        .expect(200)
        .json();
    assert_eq!(
        seen.get("personal"),
        None,
        "an integration reads no personal data"
    );
}

#[test]
fn a_record_is_given_dealt_again_and_closed_and_its_story_says_so() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let (path, owner) = taken_in(&serving);
    let mut others = ["ana", "ben", "cleo"]
        .into_iter()
        .filter(|rep| *rep != owner);
    let other = others.next_back().expect("three reps");
    let wrong = json!({ "rep": other, "expected_owner": null });
    let moved = admin.post(&format!("{path}/assign"), &wrong).expect(409);
    assert_eq!(moved.code(), "owner_moved");
    let right = json!({ "rep": other, "expected_owner": owner, "note": "asked for her" });
    let given = admin
        .post(&format!("{path}/assign"), &right)
        .expect(200)
        .json();
    assert_eq!(given["rep"], other);
    let again = admin
        .post(&format!("{path}/assign"), &json!({ "rep": other }))
        .expect(409);
    assert_eq!(again.code(), "rep_owns_it");
    let dealt = admin
        .post(&format!("{path}/reassign"), &json!({}))
        .expect(200)
        .json();
    assert_ne!(
        dealt["rep"], other,
        "the present owner does not get it back"
    );
    let bad = admin
        .post(&format!("{path}/close"), &json!({ "reason": "Won!" }))
        .expect(422);
    assert_eq!(bad.code(), "value_refused");
    let closed = admin
        .post(&format!("{path}/close"), &json!({ "reason": "won" }))
        .expect(200);
    assert_eq!(closed.json()["outcome"], "closed");
    let late = admin
        .post(&format!("{path}/reassign"), &json!({}))
        .expect(409);
    assert_eq!(late.code(), "record_closed");

    let story = admin.get(&format!("{path}/story")).expect(200).json();
    let steps = story["steps"].as_array().expect("steps");
    let what: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["what"].as_str())
        .collect();
    assert_eq!(what, ["taken_in", "dealt", "given", "dealt", "closed"]);
    let sentence = steps[1]["verdict"]["sentence"]
        .as_str()
        .expect("a sentence");
    assert!(
        sentence.contains(&format!("{owner} example got it")),
        "{sentence}"
    );
    let candidates = &steps[1]["verdict"]["turns"][0]["candidates"];
    assert_eq!(candidates.as_array().expect("candidates").len(), 3);
}

#[test]
fn a_verdict_tells_every_rule_asked() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let body = json!({ "key": "L-1", "fields": { "country": "PT", "employees": 50 } });
    let dealt = admin.post("/api/v1/records", &body).expect(201).json();
    assert_eq!(dealt["rule"], "Drawn");
    let seq = dealt["seq"].as_u64().expect("a number");
    // The verdict is told by the policy that decided, not by the one in force.
    let text = POLICY.replace("record.employees < 10", "record.employees < 99");
    admin
        .put("/api/v1/policy", &json!({ "text": text }))
        .expect(200);
    let told = admin
        .get(&format!("/api/v1/verdicts/{seq}"))
        .expect(200)
        .json();
    let rules = told["verdict"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), 2);
    assert_eq!(
        (&rules[0]["name"], &rules[0]["answer"]),
        (&json!("Small"), &json!("no"))
    );
    assert!(
        rules[0]["clauses"][0]["words"]
            .as_str()
            .expect("words")
            .contains("10")
    );
    assert_eq!(rules[1]["answer"], "yes");
    assert_eq!(told["verdict"]["turns"][0]["pick"]["chooser"], "draw");
    for seq in ["1", "0", "99999"] {
        admin.get(&format!("/api/v1/verdicts/{seq}")).expect(404);
    }
}

#[test]
fn a_list_of_records_is_answered_one_by_one() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let body = json!([
        lead("L-1"),
        lead("L-1"),
        { "key": "L-2", "fields": { "contry": "US" } },
        lead("L-3"),
    ]);
    let results = admin.post("/api/v1/records", &body).expect(200).json();
    let results = results["results"].as_array().expect("results");
    let status: Vec<u64> = results
        .iter()
        .filter_map(|one| one["status"].as_u64())
        .collect();
    assert_eq!(status, [201, 409, 422, 201]);
    assert_eq!(results[1]["problem"]["code"], "record_known");
    assert_eq!(results[2]["problem"]["pointer"], "/2/fields/contry");
    let many: Vec<Value> = (0..1_001)
        .map(|number| lead(&format!("M-{number}")))
        .collect();
    let refused = admin.post("/api/v1/records", &json!(many)).expect(422);
    assert_eq!(refused.code(), "bound_exceeded");
    let all = admin
        .post("/api/v1/records", &json!(many[..1_000]))
        .expect(200)
        .json();
    let taken = all["results"].as_array().expect("results").iter();
    assert_eq!(taken.filter(|one| one["status"] == 201).count(), 1_000);
}

#[test]
fn the_same_request_gets_the_same_answer_and_happens_once() {
    let serving = Serving::dealing();
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "k-1"),
    ];
    let body = lead("L-1").to_string();
    let answers: Vec<(u16, Vec<u8>, bool)> = std::thread::scope(|scope| {
        let send = || {
            let path = "/api/v1/records";
            let answer = serving
                .admin()
                .send("POST", path, &headers, body.as_bytes());
            let replayed = answer.header("idempotency-replayed").is_some();
            (answer.status, answer.body, replayed)
        };
        let threads: Vec<_> = (0..50).map(|_| scope.spawn(send)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("an answer"))
            .collect()
    });
    let (status, first, _) = &answers[0];
    assert_eq!(*status, 201);
    assert!(
        answers
            .iter()
            .all(|(other, body, _)| other == status && body == first)
    );
    assert_eq!(answers.iter().filter(|(.., replayed)| !replayed).count(), 1);
    let assignments = serving
        .admin()
        .get("/api/v1/assignments")
        .expect(200)
        .json();
    assert_eq!(
        assignments["assignments"].as_array().expect("a list").len(),
        1
    );

    let mut admin = serving.admin();
    let other = lead("L-2").to_string();
    let refused = admin
        .send("POST", "/api/v1/records", &headers, other.as_bytes())
        .expect(422);
    assert_eq!(refused.code(), "key_reused");
    admin.get("/api/v1/records/L-2").expect(404);
    // Another caller's key is another key.
    let mut manager = serving.keyed(Role::Manager);
    manager
        .send("POST", "/api/v1/records", &headers, other.as_bytes())
        .expect(201);
}

#[test]
fn a_repeated_request_is_known_after_a_restart_too() {
    let mut serving = Serving::dealing();
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "k-1"),
    ];
    let body = json!([lead("L-1"), lead("L-2")]).to_string();
    let first = serving
        .admin()
        .send("POST", "/api/v1/records", &headers, body.as_bytes());
    // One record alone is answered on another way; where it went since is not told.
    let alone = |serving: &Serving| {
        let headers = [headers[0], ("idempotency-key", "k-2")];
        let body = lead("L-3").to_string();
        let mut admin = serving.admin();
        admin.send("POST", "/api/v1/records", &headers, body.as_bytes())
    };
    let single = alone(&serving);
    assert_eq!(single.status, 201);
    assert_eq!(single.json()["outcome"], "rep");
    let mut admin = serving.admin();
    let close = admin.post("/api/v1/records/L-3/close", &json!({ "reason": "won" }));
    close.expect(200);
    assert_eq!(single.text(), alone(&serving).text());
    serving.stop();
    let again = serving.again();
    let second = again
        .admin()
        .send("POST", "/api/v1/records", &headers, body.as_bytes());
    assert_eq!(first.text(), second.text());
    assert_eq!(single.text(), alone(&again).text());
    let listed = again.admin().get("/api/v1/records").expect(200).json();
    assert_eq!(listed["records"].as_array().expect("a list").len(), 3);
}

#[test]
fn listings_go_on_where_they_ended() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let many: Vec<Value> = (0..25).map(|number| lead(&format!("L-{number}"))).collect();
    admin.post("/api/v1/records", &json!(many)).expect(200);
    let (mut after, mut records) = (String::new(), Vec::new());
    loop {
        let page = admin
            .get(&format!("/api/v1/records?limit=10{after}"))
            .expect(200)
            .json();
        records.extend(page["records"].as_array().expect("a list").clone());
        let Some(next) = page["next"].as_u64() else {
            break;
        };
        after = format!("&after={next}");
    }
    let keys: Vec<&str> = records
        .iter()
        .filter_map(|record| record["key"].as_str())
        .collect();
    let expected: Vec<String> = (0..25).map(|number| format!("L-{number}")).collect();
    assert_eq!(keys, expected);

    let (mut after, mut assigned) = (0, 0);
    loop {
        let path = format!("/api/v1/assignments?limit=10&after={after}");
        let page = admin.get(&path).expect(200).json();
        assigned += page["assignments"].as_array().expect("a list").len();
        after = page["next"].as_u64().expect("a number");
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(assigned, 25);

    let lines = admin.get("/api/v1/events?after=3&limit=4").expect(200);
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    let seqs: Vec<u64> = lines
        .text()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["seq"].as_u64())
        .map(|seq| seq.expect("a number"))
        .collect();
    assert_eq!(seqs, [4, 5, 6, 7]);
    let all = admin.get("/api/v1/events?limit=100000").expect(200).text();
    assert_eq!(
        all.lines().count() as u64,
        *serving.workspace.head().borrow()
    );
}
