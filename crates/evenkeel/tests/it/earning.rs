//! Earned shares over the API and on the pages: who may see what, and granting.

use crate::api_records::lead;
use crate::bin::{rows, run_in};
use crate::page::{open, submit};
use crate::serving::{POLICY, Serving};
use evenkeel::host::access::Role;
use serde_json::json;

/// The pool "us" with records to be earned, and a server that deals by it.
fn serving() -> Serving {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    let nobody = "nobody = { hold = \"2 days\", then = \"queue:triage\" }";
    let earn = "earn = { records = 'record.employees >= 100', capacity = 45, wins = 1, \
                self_sourced = 'record.country == \"PT\"' }";
    let text = POLICY.replacen(nobody, &format!("{nobody}\n{earn}"), 1);
    assert_ne!(text, POLICY);
    let body = json!({ "text": text });
    admin.put("/api/v1/policy", &body).expect(200);
    serving
}

/// Takes in a record and tells whose it is.
fn take_in(serving: &Serving, key: &str, country: &str, employees: u32) -> String {
    let fields = json!({ "country": country, "employees": employees });
    let mut body = lead(key);
    body["fields"] = fields;
    let dealt = serving.admin().post("/api/v1/records", &body).expect(201);
    dealt.json()["rep"].as_str().expect("an owner").to_owned()
}

fn close(serving: &Serving, key: &str, reason: &str) {
    let body = json!({ "reason": reason });
    let path = format!("/api/v1/records/{key}/close");
    serving.admin().post(&path, &body).expect(200);
}

const PATH: &str = "/api/v1/pools/us/earning";

#[test]
fn what_was_earned_is_proposed_granted_and_dealt_by() {
    let serving = serving();
    let mut admin = serving.admin();
    let before = admin.get(PATH).expect(200).json();
    assert_eq!(
        (&before["wins_needed"], &before["basis"]),
        (&json!(1), &json!("model"))
    );
    assert_eq!(before["reps"][0]["tier"], "hunting");
    assert!(before.get("in_force").is_none());
    assert_eq!(
        admin.post(PATH, &json!({})).expect(409).code(),
        "nobody_earned"
    );
    let hunter = take_in(&serving, "P-1", "PT", 20);
    close(&serving, "P-1", "won");
    let bad = admin.post(PATH, &json!({ "from": "soon" })).expect(422);
    assert_eq!(bad.json()["pointer"], "/from");
    let granted = admin.post(PATH, &json!({})).expect(200).json();
    assert_eq!(granted["in_force"]["rateably"], false);
    let reps = granted["reps"].as_array().expect("a list");
    let one = reps.iter().find(|one| one["rep"] == hunter.as_str());
    assert_eq!(one.expect("a member")["tier"], "starting");
    for number in 0..4 {
        assert_eq!(take_in(&serving, &format!("L-{number}"), "US", 200), hunter);
    }
    let others: Vec<String> = (0..6)
        .map(|number| take_in(&serving, &format!("S-{number}"), "US", 50))
        .collect();
    assert!(
        others.iter().any(|rep| *rep != hunter),
        "rateably below: {others:?}"
    );
    let back = admin
        .post(PATH, &json!({ "rateably": true }))
        .expect(200)
        .json();
    assert_eq!(back["in_force"]["rateably"], true);
    let events = admin.get("/api/v1/events").expect(200).text();
    assert_eq!(events.matches("\"shares_granted\"").count(), 2);
    assert_eq!(
        admin.get("/api/v1/pools/drawn/earning").expect(409).code(),
        "pool_rateable"
    );
    assert_eq!(
        admin
            .get("/api/v1/pools/nowhere/earning")
            .expect(404)
            .code(),
        "pool_unknown"
    );
}

#[test]
fn a_rep_sees_the_own_tier_and_nobody_elses_rate() {
    let serving = serving();
    let hunter = take_in(&serving, "P-1", "PT", 20);
    close(&serving, "P-1", "won");
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/pools/us", 200);
    assert!(page.contains("Who has earned what"));
    let page = open(&mut manager, "/pools/us/earning", 200);
    assert!(
        page.contains("not evidence") && page.contains("Grant what was earned"),
        "{page}"
    );
    let action = "/pools/us/earning";
    let bad = submit(&mut manager, &page, action, &[("from", "soon")]);
    assert_eq!(bad.status, 422);
    let done = submit(&mut manager, &page, action, &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    let page = open(&mut manager, "/pools/us/earning?done=saved", 200);
    assert!(page.contains("Earned shares, since") && page.contains("Deal rateably again"));
    let mut rep = serving.signed_in(Role::Rep, Some(&hunter));
    let first = open(&mut rep, "/", 200);
    assert!(
        first.contains("You have passed the gate") && first.contains("Your tier"),
        "{first}"
    );
    let pool = open(&mut rep, "/pools/us", 200);
    assert!(
        pool.contains("Your tier") && !pool.contains("/earning"),
        "{pool}"
    );
    open(&mut rep, "/pools/us/earning", 403);
    assert_eq!(rep.get(PATH).status, 403);
    let other = ["ana", "ben", "cleo"]
        .into_iter()
        .find(|key| *key != hunter);
    let mut rep = serving.signed_in(Role::Rep, other);
    let first = open(&mut rep, "/", 200);
    assert!(first.contains("1 more win and you earn"), "{first}");
}

#[test]
fn a_rep_reads_why_without_what_colleagues_have_earned() {
    let serving = serving();
    let hunter = take_in(&serving, "P-1", "PT", 20);
    close(&serving, "P-1", "won");
    let mut admin = serving.admin();
    admin.post(PATH, &json!({})).expect(200);
    assert_eq!(take_in(&serving, "L-1", "US", 200), hunter);
    let mut rep = serving.signed_in(Role::Rep, Some(&hunter));
    let candidates = |client: &mut crate::client::Client| {
        let story = client.get("/api/v1/records/L-1/story").expect(200).json();
        let steps = story["steps"].as_array().expect("a list").clone();
        let dealt = steps.iter().find(|step| step["what"] == "dealt");
        let dealt = dealt.expect("dealt").clone();
        let path = format!("/api/v1/verdicts/{}", dealt["seq"]);
        let alone = client.get(&path).expect(200).json();
        let of = |told: &serde_json::Value| told["verdict"]["turns"][0]["candidates"].clone();
        assert_eq!(
            of(&dealt),
            of(&alone),
            "the story and the verdict say the same"
        );
        of(&dealt).as_array().expect("a list").clone()
    };
    let all = candidates(&mut admin);
    assert!(all.len() > 1 && all.iter().all(|one| one["owed_before"].is_number()));
    for (told, known) in candidates(&mut rep).iter().zip(&all) {
        if told["rep"] == hunter.as_str() {
            assert_eq!(told, known, "all of the own amounts");
            continue;
        }
        for amount in ["weight", "owed_before", "share", "owed"] {
            assert!(told.get(amount).is_none(), "{amount} of {told}");
        }
        assert_eq!((&told["rep"], &told["why"]), (&known["rep"], &known["why"]));
    }
    let untold = "Amounts are those of your own book only";
    assert!(open(&mut rep, "/records/L-1", 200).contains(untold));
    let mut manager = serving.signed_in(Role::Manager, None);
    assert!(!open(&mut manager, "/records/L-1", 200).contains(untold));
}

#[test]
fn the_command_line_tells_what_the_page_tells() {
    let serving = serving();
    let hunter = take_in(&serving, "P-1", "PT", 20);
    close(&serving, "P-1", "won");
    let data = serving.data().display().to_string();
    let run = |pool: &str| {
        run_in(
            &serving.dir(),
            &["earn", "--data", &data, "--pool", pool],
            "",
        )
    };
    let told = run("us");
    assert_eq!(told.code, 0, "{}", told.err);
    let lines = rows(&told.out);
    let line = lines
        .iter()
        .find(|line| line[0] == hunter)
        .expect("a member");
    assert_eq!((line[1].as_str(), line[2].as_str()), ("starting", "1"));
    assert!(told.err.contains("No outcome is ripe yet"), "{}", told.err);
    let nowhere = run("elsewhere");
    assert_eq!(nowhere.code, 3, "{}", nowhere.err);
    assert!(nowhere.err.contains("There are: "), "{}", nowhere.err);
}
