//! Queues on the pages and over the API: who sees and takes what.

use crate::client::Client;
use crate::serving::Serving;
use evenkeel::host::access::Role;
use serde_json::{Value, json};

const POLICY: &str = r#"
evenkeel = 1
name = "Queues"
[record]
fit = "number"
[[pool]]
name = "closers"
members = ["ana", "ben"]
nobody = "queue:inbound"
[[queue]]
name = "inbound"
when = 'record.fit >= 0'
pool = "closers"
score = { likely = { field = "record.fit", from = 0, to = 100 } }
overtake = "5 days"
grades = [{ name = "A", from = 0.7 }]
fair = true
show = 2
limit = { unworked = 2 }
claims = { day = 10 }
work_within = "2 days"
[[queue]]
name = "blind"
show = "blind"
[[rule]]
name = "Blind"
when = 'record.kind == "blind"'
to = "queue:blind"
[fallback]
to = "queue:inbound"
"#;

fn busy() -> Serving {
    let serving = Serving::empty();
    let mut admin = serving.admin();
    admin
        .put("/api/v1/policy", &json!({ "text": POLICY }))
        .expect(200);
    for rep in ["ana", "ben", "cleo"] {
        let body = json!({ "name": format!("{rep} example"), "role": "AE" });
        admin.put(&format!("/api/v1/reps/{rep}"), &body).expect(200);
    }
    for (key, kind, fit) in [
        ("R-1", "lead", 10),
        ("R-2", "lead", 90),
        ("R-3", "lead", 50),
        ("B-1", "blind", 10),
    ] {
        let body = json!({ "key": key, "fields": { "kind": kind, "fit": fit } });
        admin.post("/api/v1/records", &body).expect(201);
    }
    serving
}

fn claim(client: &mut Client, body: Value) -> (u16, Value) {
    let answer = client.post("/api/v1/queues/inbound/claim", &body);
    (answer.status, answer.json())
}

#[test]
fn a_queue_is_told_whole_and_as_a_rep_sees_it() {
    let serving = busy();
    let mut admin = serving.admin();
    let queues = admin.get("/api/v1/queues").expect(200).json();
    assert_eq!(queues["queues"][0]["waiting"], 3);
    let whole = admin.get("/api/v1/queues/inbound").expect(200).json();
    let keys = |whole: &Value| -> Vec<String> {
        let records = whole["records"].as_array().expect("a list");
        let key = |record: &Value| record["key"].as_str().expect("a key").to_owned();
        records.iter().map(key).collect()
    };
    assert_eq!(keys(&whole), ["R-2", "R-3", "R-1"]);
    assert_eq!(whole["records"][0]["grade"], "A");
    let (status, taken) = claim(&mut admin, json!({ "rep": "ana", "record": "R-3" }));
    assert_eq!((status, &taken["rep"]), (200, &json!("ana")));
    let ana = admin
        .get("/api/v1/queues/inbound?rep=ana")
        .expect(200)
        .json();
    assert_eq!(keys(&ana), ["R-2", "R-1"]);
    assert_eq!(ana["rep"]["unworked"], 1);
    assert_eq!(ana["rep"]["claims"][0]["record"], "R-3");
    assert_eq!(ana["rep"]["budget"][0]["count"], 1);
    let story = admin.get("/api/v1/records/R-3/story").expect(200).json();
    let steps = story["steps"].as_array().expect("a list");
    let last = steps.last().expect("it has a story");
    assert_eq!(last["what"], "claimed");
    let sentence = last["claim"]["sentence"].as_str().expect("words");
    assert!(sentence.contains("chosen as number 2 of 2"), "{sentence}");
    let (status, refused) = claim(&mut admin, json!({ "rep": "cleo" }));
    assert_eq!((status, &refused["code"]), (409, &json!("no_puller")));
    let (status, _) = claim(&mut admin, json!({}));
    assert_eq!(status, 422, "it does not say for whom");
}

#[test]
fn a_rep_takes_for_nobody_else_and_learns_of_nothing_else() {
    let serving = busy();
    let mut admin = serving.admin();
    admin
        .post("/api/v1/records/R-1/assign", &json!({ "rep": "cleo" }))
        .expect(200);
    let mut ben = serving.signed_in(Role::Rep, Some("ben"));
    let (status, refused) = claim(&mut ben, json!({ "rep": "ana" }));
    assert_eq!((status, &refused["code"]), (404, &json!("rep_unknown")));
    let (status, refused) = claim(&mut ben, json!({ "record": "R-1" }));
    assert_eq!(
        (status, &refused["code"]),
        (404, &json!("record_unknown")),
        "a record that is not of the queue is not there"
    );
    claim(&mut admin, json!({ "rep": "ana", "record": "R-2" }));
    let (status, refused) = claim(&mut ben, json!({ "record": "R-2" }));
    assert_eq!((status, &refused["code"]), (409, &json!("already_taken")));
    let (status, taken) = claim(&mut ben, json!({}));
    assert_eq!((status, &taken["record"]), (200, &json!("R-3")));
    ben.get("/api/v1/queues/inbound?rep=ana").expect(404);
    let blind = ben.get("/api/v1/queues/blind").expect(200).json();
    assert_eq!(blind["records"], json!([]), "{blind}");
    assert_eq!(blind["rep"]["may_claim"], true);
}

#[test]
fn a_rep_takes_records_on_the_page() {
    let serving = busy();
    let mut ben = serving.signed_in(Role::Rep, Some("ben"));
    let page = ben.get("/queues").expect(200).text();
    assert!(
        page.contains("Take the next one") && page.contains("R-2"),
        "{page}"
    );
    assert!(!page.contains("B-1"), "a blind queue shows nothing");
    let csrf = |page: &str| {
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("a form");
        rest.split_once('"').expect("a value").0.to_owned()
    };
    let form = |token: &str, rest: &str| format!("csrf={token}&{rest}").into_bytes();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let mut send = |path: &str, body: &[u8]| ben.send("POST", path, &kind, body);
    let token = csrf(&page);
    let done = send("/queues/inbound/claim", &form(&token, "once=1"));
    assert_eq!(
        done.header("location"),
        Some("/queues/inbound?done=claimed")
    );
    let late = send("/queues/inbound/claim", &form(&token, "once=2&record=R-2"));
    assert_eq!(late.status, 409, "it is ben's already");
    send("/queues/inbound/claim", &form(&token, "once=3"));
    let full = send("/queues/inbound/claim", &form(&token, "once=4"));
    assert_eq!(full.status, 409);
    assert!(full.text().contains("2 unworked"), "{}", full.text());
    let page = ben.get("/queues/inbound").expect(200).text();
    assert!(
        page.contains("2 of 2") && page.contains("To be worked by"),
        "{page}"
    );
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = manager.get("/queues/inbound").expect(200).text();
    for words in ["In order", "Who takes from it", "Grade A", "n = 1 record"] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[test]
fn a_queue_is_added_on_one_screen() {
    let serving = busy();
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = manager.get("/add-queue").expect(200).text();
    let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("a form");
    let token = rest.split_once('"').expect("a value").0.to_owned();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let mut send = |body: &str| {
        let body = format!("csrf={token}&{body}");
        manager.send("POST", "/add-queue", &kind, body.as_bytes())
    };
    let bad = send("once=1&name=new&when=record.fti+%3E+1");
    assert_eq!(bad.status, 422);
    assert!(bad.text().contains("Not added") && bad.text().contains("value=\"new\""));
    let done = send(
        "once=2&name=new&when=record.fit+%3C+0&pool=closers&field=fit&from=0&to=100\
         &overtake_days=5&fair=on&show=5&unworked=5&work_days=2",
    );
    assert_eq!(
        done.header("location"),
        Some("/queues/new?done=queue-added")
    );
    let mut admin = serving.admin();
    let new = admin.get("/api/v1/queues/new").expect(200).json();
    assert_eq!(
        (&new["pool"], &new["first"]),
        (&json!("closers"), &json!(5))
    );
    let policy = admin.get("/api/v1/policy").expect(200).text();
    assert!(policy.contains("Queues"), "the rest is as it was: {policy}");
}
