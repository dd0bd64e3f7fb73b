//! Plans of the books over a real server: made, looked at, approved, carried out, taken back; by
//! the API and on the pages; and the pages about books that read what is there.

use crate::client::Client;
use crate::page::{open, submit};
use crate::serving::Serving;
use evenkeel::host::access::Role;
use serde_json::{Value, json};

/// A server whose first rep has everything.
fn lopsided() -> Serving {
    let serving = Serving::dealing();
    let mut admin = serving.admin();
    for number in 0..9 {
        let fields = json!({ "employees": 20 + number });
        let body = json!({ "key": format!("L-{number}"), "fields": fields });
        admin.post("/api/v1/records", &body).expect(201);
        let to = json!({ "rep": "ana" });
        // Who has it already keeps it.
        let _ = admin.post(&format!("/api/v1/records/L-{number}/assign"), &to);
    }
    serving
}

fn books(plan: &Value, side: &str) -> Vec<u64> {
    let books = plan["books"].as_array().expect("a list");
    books
        .iter()
        .map(|book| book[side]["records"].as_u64().expect("a count"))
        .collect()
}

/// How many records each rep holds.
fn held(serving: &Serving) -> Vec<usize> {
    serving.workspace.glance(|state| {
        let reps = state.roster().iter();
        reps.map(|(_, rep)| rep.book.len()).collect()
    })
}

/// The last step of a record's story.
fn last_step(serving: &Serving, record: &str) -> Value {
    let path = format!("/api/v1/records/{record}/story");
    let story = serving.admin().get(&path).expect(200).json();
    let steps = story["story"].as_array().or(story["steps"].as_array());
    steps
        .and_then(|steps| steps.last())
        .expect("a step")
        .clone()
}

#[test]
fn a_plan_goes_from_made_to_undone_by_the_api() {
    let serving = lopsided();
    let mut admin = serving.admin();
    let made = admin.post("/api/v1/plans", &json!({})).expect(201).json();
    assert_eq!(made["plan"], 1);
    let plan = admin.get("/api/v1/plans/1").expect(200).json();
    assert_eq!(
        (plan["stage"].as_str(), plan["moves"].as_u64()),
        (Some("made"), Some(6))
    );
    assert_eq!(books(&plan, "before"), [9, 0, 0]);
    assert_eq!(books(&plan, "after"), [3, 3, 3]);
    assert_eq!(plan["stale"], json!([]));
    let listed = admin
        .get("/api/v1/plans/1/moves?limit=4")
        .expect(200)
        .json();
    assert_eq!(
        (
            listed["moves"].as_array().map(Vec::len),
            listed["next"].as_u64()
        ),
        (Some(4), Some(4))
    );
    assert_eq!(listed["moves"][0]["from"]["rep"], "ana");
    let mut settle = |then: &str, status: u16| {
        let body = json!({ "then": then });
        admin
            .post("/api/v1/plans/1/settle", &body)
            .expect(status)
            .json()
    };
    assert_eq!(settle("apply", 409)["code"], "plan_elsewhere");
    settle("approve", 200);
    assert_eq!(settle("apply", 200)["moved"], 6);
    assert_eq!(held(&serving), [3, 3, 3]);
    let moved = &listed["moves"][0];
    let record = moved["record"].as_str().expect("a key");
    let last = last_step(&serving, record);
    assert_eq!(
        (last["what"].as_str(), last["rep"].clone()),
        (Some("moved_by_plan"), moved["to"].clone())
    );
    // One that is closed meanwhile stays closed, and is named.
    let close = json!({ "reason": "won" });
    serving
        .admin()
        .post(&format!("/api/v1/records/{record}/close"), &close)
        .expect(200);
    let undone = settle("undo", 200);
    assert_eq!(
        (undone["moved"].as_u64(), undone["lost"].as_u64()),
        (Some(5), Some(1))
    );
    assert_eq!(held(&serving), [8, 0, 0]);
    let plan = serving.admin().get("/api/v1/plans/1").expect(200).json();
    assert_eq!(plan["lost"], json!([{ "record": record, "why": "closed" }]));
    // The rows that SQL reads went along, and the store is as it would be folded again.
    let serving = serving.again();
    assert_eq!(held(&serving), [8, 0, 0]);
    let events = serving
        .admin()
        .get("/api/v1/events?limit=1000")
        .expect(200)
        .text();
    for kind in ["plan_made", "plan_approved", "plan_applied", "plan_undone"] {
        assert!(events.contains(kind), "{kind}");
    }
}

#[test]
fn a_stale_plan_is_refused_with_what_changed() {
    let serving = lopsided();
    let mut admin = serving.admin();
    admin.post("/api/v1/plans", &json!({})).expect(201);
    let listed = admin.get("/api/v1/plans/1/moves").expect(200).json();
    let record = listed["moves"][0]["record"]
        .as_str()
        .expect("a key")
        .to_owned();
    admin
        .post(
            &format!("/api/v1/records/{record}/close"),
            &json!({ "reason": "won" }),
        )
        .expect(200);
    let body = json!({ "then": "approve" });
    let refused = admin
        .post("/api/v1/plans/1/settle", &body)
        .expect(409)
        .json();
    assert_eq!(refused["code"], "plan_stale");
    assert!(
        refused["detail"]
            .as_str()
            .is_some_and(|words| words.contains(&record))
    );
    let plan = admin.get("/api/v1/plans/1?beside=1").expect(200).json();
    assert_eq!(plan["differing"], json!([]));
    assert!(
        plan["stale"][0]
            .as_str()
            .is_some_and(|words| words.contains(&record))
    );
    admin.get("/api/v1/plans/7").expect(404);
    admin.post("/api/v1/plans/7/settle", &body).expect(404);
}

#[test]
fn what_has_no_place_is_named_with_its_reason_and_books_say_how_they_stand() {
    let serving = lopsided();
    let mut admin = serving.admin();
    let text = serving
        .workspace
        .glance(|state| state.policy_text().to_owned());
    let text = text.replace(
        "[fallback]",
        "[plan]\naccounts = 'record.employees > 0'\n[[plan.book]]\nhigh = 2\n[fallback]",
    );
    admin
        .put("/api/v1/policy", &json!({ "text": text }))
        .expect(200);
    // One more that the rules send to a queue: nobody may have it.
    let body = json!({ "key": "L-small", "fields": { "employees": 3 } });
    admin.post("/api/v1/records", &body).expect(201);
    admin.post("/api/v1/plans", &json!({})).expect(201);
    let plan = admin.get("/api/v1/plans/1").expect(200).json();
    assert_eq!(plan["unplaced"], 4);
    assert_eq!(
        plan["without"][0],
        json!({
            "why": "the rules send it to the queue later", "count": 1, "records": ["L-small"],
        })
    );
    assert_eq!(
        plan["without"][1]["why"],
        "everybody who may have it is full"
    );
    assert_eq!(
        plan["without"][1]["records"].as_array().map(Vec::len),
        Some(3)
    );
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/plan/1", 200);
    let (_, without) = page.split_once("id=\"without\"").expect("a section");
    assert!(
        without.contains("4 records") && without.contains("L-small"),
        "{page}"
    );
    // Whoever is new to closing is a rookie, with a target of sixty.
    assert!(page.contains("<th scope=\"col\">Stands</th>"), "{page}");
}

#[test]
fn the_same_key_makes_one_plan() {
    let serving = lopsided();
    let mut admin = serving.admin();
    let mut once = || {
        let headers = [
            ("idempotency-key", "k-1"),
            ("content-type", "application/json"),
        ];
        let answer = admin.send("POST", "/api/v1/plans", &headers, b"{}");
        (answer.status, answer.json()["plan"].as_u64())
    };
    assert_eq!((once(), once()), ((201, Some(1)), (201, Some(1))));
}

#[test]
fn a_manager_plans_on_the_pages() {
    let serving = lopsided();
    let mut client = serving.signed_in(Role::Manager, None);
    let page = open(&mut client, "/plan", 200);
    assert!(page.contains("No plan yet"));
    let made = submit(&mut client, &page, "/plan", &[]).expect(303);
    assert_eq!(made.header("location"), Some("/plan/1?done=planned"));
    let page = open(&mut client, "/plan/1?done=planned", 200);
    assert!(
        page.contains("Done. The plan is below") && page.contains("for even books"),
        "{page}"
    );
    // Two forms go to the same address: the first approves.
    submit(&mut client, &page, "/plan/1", &[]).expect(303);
    let page = open(&mut client, "/plan/1", 200);
    assert!(page.contains("Carry it out"), "{page}");
    submit(&mut client, &page, "/plan/1", &[]).expect(303);
    let page = open(&mut client, "/plan/1?done=plan-applied", 200);
    assert!(
        page.contains("Take it back") && page.contains("by manager"),
        "{page}"
    );
    submit(&mut client, &page, "/plan/1", &[]).expect(303);
    let page = open(&mut client, "/plan/1?by=effort", 200);
    assert!(page.contains("Taken back"), "{page}");
    open(&mut client, "/plan/9", 404);
}

#[test]
fn books_and_check_ins_show_a_rep_the_own_book_only() {
    let serving = lopsided();
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/books", 200);
    assert!(
        page.contains("Of 3 books") && page.contains("ben example"),
        "{page}"
    );
    assert_eq!(
        page.matches("class=\"load").count(),
        3 + 3,
        "three rows and the legend"
    );
    let sheets = open(&mut manager, "/checkin?days=14", 200);
    assert_eq!(sheets.matches("class=\"sheet leaf\"").count(), 3);
    open(&mut manager, "/checkin/nobody", 404);
    let mut ben = serving.signed_in(Role::Rep, Some("ben"));
    let page = open(&mut ben, "/books", 200);
    assert!(
        page.contains("Of 1 book:") && !page.contains("ana example"),
        "{page}"
    );
    open(&mut ben, "/checkin/ben", 200);
    open(&mut ben, "/checkin/ana", 404);
    open(&mut ben, "/plan", 403);
}

#[test]
fn questions_are_answered_from_the_workspace_and_change_nothing() {
    let serving = lopsided();
    let mut client = serving.signed_in(Role::Manager, None);
    let seq = serving.workspace.glance(|state| state.seq());
    let page = open(&mut client, "/sizing", 200);
    assert!(
        page.contains("value=\"3\"") && page.contains("Fill in the quota"),
        "{page}"
    );
    let asked =
        "/sizing?quota=250000&chance=80&won=6&of=100&deal=30000&spread=0.8&reps=3&market=9000";
    let page = open(&mut client, asked, 200);
    assert!(
        page.contains("<dd>224<small>"),
        "6 of 100 take 224 accounts: {page}"
    );
    assert!(
        page.contains("<dd>130<small>"),
        "plain division by 6.44 %: {page}"
    );
    let page = open(&mut client, "/sizing?quota=-5", 200);
    assert!(page.contains("must be a number"), "{page}");

    let page = open(&mut client, "/hire", 200);
    assert!(
        page.contains("What the workspace knows") && page.contains("ana, 0."),
        "{page}"
    );
    let team: String = (0..8).map(|rep| format!("r{rep}, 0.2, 42\n")).collect();
    let filled = [
        ("team", team.as_str()),
        ("leads", "160"),
        ("months", "12"),
        ("like", "ana"),
    ];
    let page = submit(&mut client, &page, "/hire", &filled)
        .expect(200)
        .text();
    assert!(page.contains("the hire adds nothing"), "{page}");
    assert!(
        page.contains("By the policy in force") && page.contains("pools"),
        "{page}"
    );
    hire_asks_back(&mut client, &team);

    let page = open(&mut client, "/approach", 200);
    assert!(page.contains("3 of at least 10"), "{page}");
    let asked = "/approach?many=yes&strict=yes&large=no&sure=yes&revops=yes";
    let page = open(&mut client, asked, 200);
    assert!(page.contains("Named accounts: give each rep"), "{page}");
    assert!(
        page.contains("hoard the best accounts"),
        "both lists are shown: {page}"
    );
    let page = open(&mut client, "/capacity", 200);
    assert!(
        page.contains("the usual tiers") && page.contains("veteran"),
        "{page}"
    );
    assert_eq!(serving.workspace.glance(|state| state.seq()), seq);
    let mut rep = serving.signed_in(Role::Rep, Some("ana"));
    for path in ["/sizing", "/hire", "/approach", "/capacity"] {
        open(&mut rep, path, 403);
    }
}

/// Months that are too many leads are cut and said, and what is missing or twice is asked for.
fn hire_asks_back(client: &mut Client, team: &str) {
    for (leads, says) in [
        ("4000", "the first 2 of 12 months"),
        ("20000", "leads a month are more than"),
    ] {
        let filled = [("team", team), ("leads", leads), ("like", "ana")];
        let page = open(client, "/hire", 200);
        let page = submit(client, &page, "/hire", &filled).expect(200).text();
        assert!(page.contains(says), "{leads}: {page}");
    }
    let filled = [("team", team), ("leads", "4000")];
    let page = open(client, "/hire", 200);
    let page = submit(client, &page, "/hire", &filled).expect(200).text();
    assert!(
        page.contains("choose whom the hire would be like"),
        "{page}"
    );
    let filled = [("team", "ana, 0.2, 42\nana, 0.3, 42")];
    let page = submit(client, &page, "/hire", &filled).expect(200).text();
    assert!(page.contains("names “ana” twice"), "{page}");
    let filled = [("team", "ana, 7, 42")];
    let page = open(client, "/hire", 200);
    let page = submit(client, &page, "/hire", &filled).expect(200).text();
    assert!(page.contains("is no line of the team"), "{page}");
}

#[test]
fn a_rep_says_it_is_too_much_and_a_manager_agrees() {
    let serving = lopsided();
    let mut ana = serving.signed_in(Role::Rep, Some("ana"));
    let page = open(&mut ana, "/checkin/ana", 200);
    let said = [
        ("feels", "too_much"),
        ("accounts", "5"),
        ("why", "Two <b>whales</b> at once"),
    ];
    let answer = submit(&mut ana, &page, "/checkin/ana", &said).expect(303);
    assert_eq!(answer.header("location"), Some("/checkin/ana?done=said"));
    let mut manager = serving.signed_in(Role::Manager, None);
    let today = open(&mut manager, "/", 200);
    assert!(today.contains("ana example says: too much"), "{today}");
    let page = open(&mut manager, "/checkin/ana", 200);
    assert!(
        page.contains("Two &lt;b&gt;whales&lt;/b&gt; at once"),
        "{page}"
    );
    let agreed = [("feels", "right"), ("accounts", "6"), ("agree", "yes")];
    let answer = submit(&mut manager, &page, "/checkin/ana", &agreed).expect(303);
    assert_eq!(answer.header("location"), Some("/checkin/ana?done=agreed"));
    let text = serving
        .workspace
        .glance(|state| state.policy_text().to_owned());
    assert!(
        text.contains("rep = \"ana\"\naccounts = 6\nreason = \"feedback\"\nby = \"manager\""),
        "{text}"
    );
    let page = open(&mut manager, "/capacity", 200);
    assert!(
        page.contains("−1") && page.contains("exception"),
        "the gap is told: {page}"
    );
    assert!(
        !open(&mut manager, "/", 200).contains("says: too much"),
        "it is answered"
    );
    a_colleague_is_kept_out(&serving);
    // Erased with the rest of what is known of her, while the chain still verifies.
    serving
        .admin()
        .json("DELETE", "/api/v1/reps/ana/personal", &json!({}))
        .expect(200);
    let page = open(&mut manager, "/checkin/ana", 200);
    assert!(!page.contains("whales"), "{page}");
}

/// A colleague neither sees nor says anything about her book.
fn a_colleague_is_kept_out(serving: &Serving) {
    let mut ben = serving.signed_in(Role::Rep, Some("ben"));
    ben.get("/api/v1/reps/ana/feedback").expect(404);
    let body = json!({ "feels": "right" });
    ben.post("/api/v1/reps/ana/feedback", &body).expect(404);
    ben.post("/api/v1/reps/ben/feedback", &json!({ "feels": "fine" }))
        .expect(422);
    ben.post(
        "/api/v1/reps/ben/feedback",
        &json!({ "feels": "too_little", "accounts": "-1" }),
    )
    .expect(422);
    let views = serving
        .admin()
        .get("/api/v1/reps/ana/feedback")
        .expect(200)
        .json();
    assert_eq!(views["views"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (
            views["views"][0]["by"].as_str(),
            views["views"][1]["by"].as_str()
        ),
        (Some("rep"), Some("lead"))
    );
}

/// Agreeing is one act: a form sent again does nothing twice, whatever happened in between, and
/// what is refused leaves the policy alone and the feedback open.
#[test]
fn agreeing_is_one_act() {
    let serving = lopsided();
    let mut ana = serving.signed_in(Role::Rep, Some("ana"));
    let page = open(&mut ana, "/checkin/ana", 200);
    let said = [("feels", "too_much"), ("accounts", "5")];
    submit(&mut ana, &page, "/checkin/ana", &said).expect(303);
    let mut manager = serving.signed_in(Role::Manager, None);
    let page = open(&mut manager, "/checkin/ana", 200);
    let version = || serving.workspace.glance(|state| state.version());
    let views = || {
        serving.workspace.glance(|state| {
            let ana = state.roster().find("ana").expect("a rep");
            state.feedback().of(ana).len()
        })
    };
    let before = version();
    // Nothing, no number, and more than a book can hold.
    for wrong in ["0", "", "2000000"] {
        let agreed = [("feels", "right"), ("accounts", wrong), ("agree", "yes")];
        let answer = submit(&mut manager, &page, "/checkin/ana", &agreed);
        assert!(
            [409, 422].contains(&answer.status),
            "{wrong}: {}",
            answer.text()
        );
        assert_eq!((version(), views()), (before, 1), "{wrong}");
    }
    // An exception that is over already would change nothing, and not say so.
    let over = [
        ("feels", "right"),
        ("accounts", "6"),
        ("agree", "yes"),
        ("until", "2020-01-01"),
    ];
    let answer = submit(&mut manager, &page, "/checkin/ana", &over);
    assert_eq!(answer.status, 409);
    assert!(answer.text().contains("is past"), "{}", answer.text());
    assert_eq!((version(), views()), (before, 1));
    let today = open(&mut manager, "/", 200);
    assert!(today.contains("says: too much"), "it stays open: {today}");
    let agreed = [("feels", "right"), ("accounts", "6"), ("agree", "yes")];
    submit(&mut manager, &page, "/checkin/ana", &agreed).expect(303);
    assert_eq!((version(), views()), (before + 1, 2));
    // Somebody else decides otherwise, and then the first form comes once more.
    let other = serving
        .workspace
        .glance(|state| state.policy_text().replace("accounts = 6", "accounts = 8"));
    serving
        .admin()
        .put("/api/v1/policy", &json!({ "text": other }))
        .expect(200);
    submit(&mut manager, &page, "/checkin/ana", &agreed).expect(303);
    assert_eq!((version(), views()), (before + 2, 2), "nothing twice");
    let text = serving
        .workspace
        .glance(|state| state.policy_text().to_owned());
    assert!(text.contains("accounts = 8"), "{text}");
}
