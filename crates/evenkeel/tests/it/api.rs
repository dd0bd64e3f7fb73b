//! The API's resources, worked as a caller would: what goes in, what comes out, what is refused.

use crate::http::{everything, find};
use crate::serving::{POLICY, Serving, golden};
use evenkeel::api::problem;
use evenkeel::host::access::Role;
use evenkeel_core::command::refusal::Refusal;
use serde_json::{Value, json};

/// A record that goes to the pool us.
fn lead(key: &str) -> Value {
    json!({ "key": key, "fields": { "kind": "lead", "employees": 50 } })
}

#[test]
fn a_record_is_dealt_told_moved_and_closed() {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let body = json!({
        "key": "L/1 ä", "occurred_at": "2026-03-01T10:00:00+01:00",
        "fields": {
            "kind": "lead", "country": "US", "employees": 250.5, "hot": true,
            "seen": "2026-03-01T09:30:00Z", "tags": ["b", "a"], "email": "kim@example.com",
        },
    });
    let dealt = admin.post("/api/v1/records", &body).expect(201).json();
    assert_eq!(dealt["record"], "L/1 ä");
    assert_eq!(dealt["outcome"], "rep");
    assert_eq!(dealt["pool"], "us");
    assert_eq!(dealt["policy"], 1);
    assert_eq!(dealt.get("rule"), None, "the fallback has no rule");
    let owner = dealt["rep"].as_str().expect("a rep got it").to_owned();

    let path = "/api/v1/records/L%2F1%20%C3%A4";
    let record = admin.get(path).expect(200).json();
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

    let other = ["ana", "ben", "cleo"]
        .into_iter()
        .find(|rep| *rep != owner)
        .expect("three reps");
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
    serving.stop();
    let again = serving.again();
    let second = again
        .admin()
        .send("POST", "/api/v1/records", &headers, body.as_bytes());
    assert_eq!(first.text(), second.text());
    let listed = again.admin().get("/api/v1/records").expect(200).json();
    assert_eq!(listed["records"].as_array().expect("a list").len(), 2);
}

#[test]
fn reps_are_set_twice_without_harm_and_leave_nothing_behind() {
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
fn a_policy_is_checked_planned_tried_and_published() {
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

    for number in 0..5 {
        admin
            .post("/api/v1/records", &lead(&format!("L-{number}")))
            .expect(201);
    }
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
    let seq = admin.get("/api/v1/assignments").expect(200).json()["next"].clone();

    let late = json!({ "text": changed, "based_on": 7 });
    assert_eq!(
        admin.put("/api/v1/policy", &late).expect(409).code(),
        "policy_moved"
    );
    let right = json!({ "text": changed, "based_on": plan["based_on"] });
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
    let after = admin
        .get(&format!("/api/v1/assignments?after={seq}"))
        .expect(200)
        .json();
    assert_eq!(
        after["assignments"],
        json!([]),
        "trying and planning dealt nothing"
    );
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

#[test]
fn the_description_is_the_documented_one() {
    let text = evenkeel::api::assemble::document_text();
    let served = Serving::empty()
        .nobody()
        .get("/api/v1/openapi.json")
        .expect(200)
        .text();
    assert_eq!(served, text);
    let described: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(described["openapi"], "3.1.0");
    golden("docs/reference/openapi.json", &text);
}

#[test]
fn the_refusals_are_the_documented_ones() {
    let mut text = String::from(
        "# Refusals\n\n<!-- Generated from the code; a test compares it. -->\n\nEvery \"no\" is a code \
         of these two closed lists. Over HTTP it comes as a problem document (RFC 9457) with `code`, \
         `detail` (what is wrong, with the values seen), `hint` (what to do) and, where a part of the \
         body is wrong, `pointer`.\n\n## Of the workspace\n\nIn order of precedence: when several \
         would apply, the first is given. A refused command appends nothing.\n\n\
         | code | status | meaning |\n| --- | --- | --- |\n",
    );
    for (code, meaning) in Refusal::CODES {
        let status = status(code);
        text.push_str(&format!("| `{code}` | {status} | {meaning} |\n"));
    }
    text.push_str(
        "\n## Of the server\n\nIn the order in which a request meets them.\n\n\
         | code | status | meaning |\n| --- | --- | --- |\n",
    );
    for (code, status, meaning) in problem::CODES {
        text.push_str(&format!("| `{code}` | {status} | {meaning} |\n"));
    }
    golden("docs/reference/refusals.md", &text);
}

/// The status of a refusal by its code, found by making one of each.
fn status(code: &str) -> u16 {
    use evenkeel_core::holding::place::Place;
    let text = || "x".to_owned();
    let one_of_each = [
        Refusal::PolicyMissing,
        Refusal::PolicyRejected {
            problems: Vec::new(),
        },
        Refusal::PolicyMoved {
            based_on: 1,
            current: 2,
        },
        Refusal::RecordUnknown { record: text() },
        Refusal::RecordKnown {
            record: text(),
            place: Place::Closed,
        },
        Refusal::RecordClosed { record: text() },
        Refusal::OwnerMoved {
            record: text(),
            expected: None,
            found: None,
        },
        Refusal::RepUnknown { rep: text() },
        Refusal::RepLeft { rep: text() },
        Refusal::RepOwnsIt {
            record: text(),
            rep: text(),
        },
        Refusal::QueueUnknown { queue: text() },
        Refusal::BoundExceeded {
            what: "x",
            limit: 1,
            seen: 2,
        },
        Refusal::ValueRefused {
            what: "x",
            seen: text(),
            expected: "y",
        },
        Refusal::NothingToDo,
    ];
    let found = one_of_each.iter().find(|refusal| refusal.code() == code);
    let refusal = found.unwrap_or_else(|| panic!("{code} is new: make one of it here"));
    problem::status_of(refusal).as_u16()
}
