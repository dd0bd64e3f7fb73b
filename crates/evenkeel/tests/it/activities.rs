//! Activities: kept once and for ever, whether they decide anything or not.

use crate::bin::Bin;
use crate::page::{open, submit};
use crate::serving::POLICY;
use crate::ways_out::{NOON, standing, take_in};
use evenkeel::host::access::Role;
use evenkeel::host::clock::Wall;
use evenkeel::host::logged::{self, Fate};
use evenkeel::host::order::{Denied, Order};
use evenkeel::host::workspace::Workspace;
use evenkeel_core::command::Command;
use evenkeel_core::command::hold_timers::HoldTimers;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::log_activities::Activity;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::event::{Actor, Event};
use evenkeel_core::ids::RecordNo;
use evenkeel_core::market::value::Attributes;
use evenkeel_core::time::{HOUR, Moment, Span};
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::Journal;
use evenkeel_journal::memory::MemoryJournal;
use serde_json::json;
use std::sync::Arc;

async fn with_a_record() -> (Workspace, MemoryJournal) {
    let mut journal = MemoryJournal::create(StoreId([5; 16]));
    journal.create_workspace("main").expect("a new store");
    let kept = journal.clone();
    let workspace = Workspace::open(Box::new(journal), Arc::new(Wall)).expect("it folds");
    let publish = PublishPolicy {
        text: POLICY.into(),
        based_on: None,
    };
    let intake = Intake {
        key: "L-1".into(),
        attributes: Attributes::default().into(),
        private: None,
        marks: Vec::new(),
        occurred: None,
    };
    for command in [Command::PublishPolicy(publish), Command::Intake(intake)] {
        let order = Order::once(Actor::System, command);
        workspace.submit(order).await.expect("sound");
    }
    (workspace, kept)
}

fn call(record: &str, id: &str, at: Moment) -> (Option<String>, Activity) {
    let activity = Activity {
        record: record.into(),
        rep: None,
        at,
        kind: "call".into(),
        verified: true,
    };
    (Some(id.to_owned()), activity)
}

fn fates(done: &evenkeel::host::order::Done) -> Vec<Fate> {
    Fate::read(&done.answer).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn activities_are_kept_once_and_outlive_a_restart() {
    use Fate::{Duplicate, Kept, RecordUnknown};
    let (workspace, kept) = with_a_record().await;
    let now = workspace.now();
    let told = vec![
        call("L-1", "1", now - HOUR),
        call("L-1", "1", now),
        call("L-9", "2", now),
        call("L-1", "3", now),
    ];
    let order = || logged::order(Actor::System, None, "crm", told.clone());
    let first = workspace.submit(order()).await.expect("kept");
    assert_eq!(fates(&first), [Kept, Duplicate, RecordUnknown, Kept]);
    let again = workspace.submit(order()).await.expect("taken");
    assert_eq!(
        fates(&again),
        [Duplicate, Duplicate, RecordUnknown, Duplicate]
    );
    assert_eq!(again.events.len(), 0, "it decides nothing");

    // The last batch of the journal has no event: the next run goes on from it.
    let before = workspace.ask(evenkeel_core::state::State::seq).await;
    workspace.close().await.expect("closed");
    let workspace = Workspace::open(Box::new(kept), Arc::new(Wall)).expect("it folds");
    assert_eq!(
        workspace.ask(evenkeel_core::state::State::seq).await,
        before
    );
    let third = workspace.submit(order()).await.expect("taken");
    assert_eq!(fates(&third)[0], Duplicate);
    let rows = workspace
        .activities(RecordNo(0), 0, 10)
        .await
        .expect("read");
    assert_eq!(rows.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_same_answer() {
    let (workspace, _) = with_a_record().await;
    let now = workspace.now();
    let told = vec![call("L-1", "1", now)];
    let order = |body| logged::order(Actor::Key(1), Some(("k", body)), "crm", told.clone());
    let first = workspace.submit(order([1; 32])).await.expect("kept");
    let again = workspace.submit(order([1; 32])).await.expect("known");
    assert!(again.repeated);
    assert_eq!(fates(&again), fates(&first));
    assert_eq!(fates(&first), [Fate::Kept]);
    let other = workspace.submit(order([2; 32])).await;
    assert!(matches!(other, Err(Denied::IdReused)), "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_order_before_it_in_the_same_batch_took_in_is_known() {
    let (workspace, _) = with_a_record().await;
    let now = workspace.now();
    let calls: Vec<_> = (0..40)
        .map(|number| {
            let id = format!("{}", number % 8);
            let told = vec![call("L-1", &id, now)];
            workspace
                .enqueue(logged::order(Actor::System, None, "crm", told))
                .expect("there is room")
        })
        .collect();
    let (mut kept, mut touched) = (0, 0);
    for call in calls {
        let done = call.done().await.expect("taken");
        kept += fates(&done)
            .iter()
            .filter(|fate| **fate == Fate::Kept)
            .count();
        let touches = |event: &Event| matches!(event, Event::RecordsTouched { .. });
        touched += done.events.iter().filter(|one| touches(&one.event)).count();
    }
    assert_eq!((kept, touched), (8, 1));
}

#[test]
fn a_list_is_logged_with_an_outcome_for_each_and_sent_again_adds_nothing() {
    let (serving, _) = standing("");
    let mut admin = serving.admin();
    let owner = take_in(&mut admin, "L-1", "US").expect("dealt");
    let mut crm = serving.keyed(Role::Integration);
    let at = NOON.to_string();
    let one = |id: &str, record: &str, rep: &str, kind: &str, at: &str| json!({"id": id, "record": record, "rep": rep, "at": at, "kind": kind, "verified": true});
    let body = json!({"source": "crm", "activities": [
        one("1", "L-1", &owner, "call", &at),
        one("1", "L-1", &owner, "call", &at),
        one("2", "L-9", &owner, "call", &at),
        one("3", "L-1", "a stranger", "email", &at),
        one("4", "L-1", &owner, "Phone call", &at),
        one("5", "L-1", &owner, "call", "2026-03-04T00:00:00Z"),
        one("6", "L-1", &owner, "call", "yesterday"),
    ]});
    let told = crm.post("/api/v1/activities", &body).expect(200).json();
    let results = [
        "kept",
        "duplicate",
        "record_unknown",
        "kept",
        "refused",
        "refused",
        "refused",
    ];
    assert_eq!(told["results"], json!(results));
    let counts = |told: &serde_json::Value| {
        [
            "kept",
            "duplicates",
            "records_unknown",
            "reps_unknown",
            "refused",
            "decided",
        ]
        .map(|name| told[name].as_u64().expect(name))
    };
    assert_eq!(counts(&told), [2, 1, 1, 1, 3, 1]);
    assert_eq!(told["problems"][2]["pointer"], "/activities/6/at");
    let again = crm.post("/api/v1/activities", &body).expect(200).json();
    assert_eq!(counts(&again), [0, 3, 1, 1, 3, 0]);

    let path = "/api/v1/records/L-1/activities";
    let listed = admin.get(path).expect(200).json();
    assert_eq!(listed["activities"].as_array().map(Vec::len), Some(2));
    let page = admin.get(&format!("{path}?limit=1")).expect(200).json();
    assert_eq!(page["next"], 1);
    let rest = admin
        .get(&format!("{path}?limit=1&skip=1"))
        .expect(200)
        .json();
    assert_eq!(rest["next"], json!(null));
    let both = [&page["activities"][0], &rest["activities"][0]].map(|one| one["kind"].clone());
    assert!(
        both == ["call", "email"] || both == ["email", "call"],
        "{both:?}"
    );
    let many = json!({"activities": vec![one("7", "L-1", &owner, "call", &at); 5_001]});
    assert_eq!(
        crm.post("/api/v1/activities", &many).expect(422).code(),
        "bound_exceeded"
    );
    let odd = json!({"source": "page", "activities": []});
    crm.post("/api/v1/activities", &odd).expect(422);
}

#[test]
fn a_rep_logs_own_work_on_own_records_by_own_word() {
    let (serving, _) = standing("");
    let mut admin = serving.admin();
    let owner = take_in(&mut admin, "L-1", "US").expect("dealt");
    let other = ["ana", "ben", "cleo"].into_iter().find(|rep| *rep != owner);
    let other = other.expect("there are three");
    let at = NOON.to_string();
    let told = |rep: Option<&str>, verified: bool| {
        json!({"activities": [
            {"record": "L-1", "rep": rep, "at": at, "kind": "call", "verified": verified}
        ]})
    };
    let post = |rep: &mut crate::client::Client, body: serde_json::Value| {
        let told = rep.post("/api/v1/activities", &body).expect(200).json();
        told["results"][0].as_str().map(str::to_owned)
    };
    let mut stranger = serving.signed_in(Role::Rep, Some(other));
    let unseen = post(&mut stranger, told(None, false));
    assert_eq!(unseen.as_deref(), Some("record_unknown"));
    let mut own = serving.signed_in(Role::Rep, Some(&owner));
    let cases = [
        (Some(other), false, "refused"),
        (None, true, "refused"),
        (None, false, "kept"),
    ];
    for (rep, verified, expected) in cases {
        let result = post(&mut own, told(rep, verified));
        assert_eq!(result.as_deref(), Some(expected), "{rep:?} {verified}");
    }
    let listed = admin
        .get("/api/v1/records/L-1/activities")
        .expect(200)
        .json();
    let one = &listed["activities"][0];
    assert_eq!(
        (&one["rep"], &one["verified"]),
        (&json!(owner), &json!(false))
    );
    stranger.get("/api/v1/records/L-1/activities").expect(404);
}

#[test]
fn a_file_is_imported_and_the_same_file_again_adds_nothing() {
    let bin = Bin::new();
    bin.write("p.toml", POLICY);
    assert_eq!(bin.run("init --data x.db").code, 0);
    assert_eq!(bin.run("policy apply p.toml --data x.db").code, 0);
    {
        let journal = evenkeel_journal::sqlite::open::open(&bin.path("x.db"), None);
        let runtime = tokio::runtime::Runtime::new().expect("threads");
        runtime.block_on(async {
            let journal = Box::new(journal.expect("the store opens"));
            let workspace = Workspace::open(journal, Arc::new(Wall)).expect("it folds");
            let intake = Intake {
                key: "L-1".into(),
                attributes: Attributes::default().into(),
                private: None,
                marks: Vec::new(),
                occurred: None,
            };
            let order = Order::once(Actor::System, Command::Intake(intake));
            workspace.submit(order).await.expect("taken in");
            workspace.close().await.expect("closed");
        });
    }
    let file = "When;Lead;Type;Who\n\
        2026-03-02 09:00;L-1;Call;ana\n\
        2026-03-02 09:00;L-1;Email;ana\n\
        2026-03-02 11:30;L-9;Call;ana\n\
        some day;L-1;Call;ana\n";
    let map = "mapping = 1\ndelimiter = \";\"\n[columns]\nrecord = \"Lead\"\nat = \"When\"\n\
        kind = \"Type\"\nrep = \"Who\"\n";
    bin.write("calls.csv", file).write("map.toml", map);
    let import = "import activities --data x.db calls.csv --map map.toml --source dialer";
    let stopped = bin.run(import);
    assert_eq!(stopped.code, 1, "{}", stopped.err);
    assert!(stopped.err.contains("calls.csv:4"), "{}", stopped.err);
    let skip = format!("{import} --on-error skip");
    let again = bin.run(&skip);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(again.out, "kept,duplicates,decided,rejected\n0,2,0,2\n");
    assert!(again.err.contains("reps nobody knows"), "{}", again.err);
    let rejects = bin.read("calls.csv.rejects.csv");
    assert!(
        rejects.contains("L-9") && rejects.contains("some day"),
        "{rejects}"
    );
    let json = "{\"record\":\"L-1\",\"at\":\"2026-03-05T10:00:00+01:00\",\"kind\":\"call\",\
        \"id\":\"77\"}\n";
    let piped = "import activities --data x.db - --format ndjson --quiet";
    for expected in ["1,0,1,0", "0,1,0,0"] {
        let ran = bin.run_with(piped, json);
        let told = format!("kept,duplicates,decided,rejected\n{expected}\n");
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (0, told.as_str()),
            "{}",
            ran.err
        );
    }
    assert_eq!(bin.run("verify --data x.db").code, 0);
}

/// A rep sees what is due, logs work on the record's page, and the clock stops.
#[test]
fn the_owner_logs_work_on_the_page_and_the_clock_stops() {
    let sla = "[[sla]]\nname = \"Quick\"\nwhen = 'true'\nfirst_touch = \"1 hour\"\n\
        warn = \"30 minutes\"\nclock = \"wall\"\n";
    let (serving, clock) = standing(sla);
    let mut admin = serving.admin();
    let owner = take_in(&mut admin, "L-1", "US").expect("dealt");
    let mut rep = serving.signed_in(Role::Rep, Some(&owner));
    clock.set(NOON + Span(61 * 60_000));
    let tick = Order::once(Actor::System, Command::Tick);
    let workspace = serving.workspace.clone();
    // The server's own timer may have been quicker; then there is nothing left to do.
    drop(serving.runtime().block_on(workspace.submit(tick)));
    let listed = admin.get("/api/v1/clocks").expect(200).json();
    assert_eq!(listed["clocks"][0]["stage"], "escalated");
    let mut manager = serving.signed_in(Role::Manager, None);
    let today = open(&mut manager, "/", 200);
    assert!(today.contains("L-1 is overdue with"), "{today}");
    assert!(
        today.contains("It was escalated to the manager."),
        "{today}"
    );
    assert!(open(&mut rep, "/", 200).contains("To be worked on"));

    let page = open(&mut rep, "/records/L-1", 200);
    let work = [("kind", "call"), ("ago", "5")];
    for _ in 0..2 {
        submit(&mut rep, &page, "/records/L-1/work", &work).expect(303);
    }
    let page = open(&mut rep, "/records/L-1", 200);
    assert!(page.contains("self-logged"), "{page}");
    let told = admin
        .get("/api/v1/records/L-1/activities")
        .expect(200)
        .json();
    assert_eq!(
        told["activities"].as_array().map(Vec::len),
        Some(1),
        "sent twice, kept once"
    );
    let listed = admin.get("/api/v1/clocks").expect(200).json();
    assert_eq!(listed["clocks"], json!([]));
    let page = open(&mut rep, "/records/L-1", 200);
    submit(
        &mut rep,
        &page,
        "/records/L-1/work",
        &[("kind", "Two words")],
    )
    .expect(422);
    let empty = json!({});
    assert_eq!(
        admin
            .post("/api/v1/clock/confirm", &empty)
            .expect(409)
            .code(),
        "nothing_to_do"
    );
}

/// After a jump nothing is taken from the owner, Today says so, and a manager lets it go on.
#[test]
fn a_jump_of_the_clock_is_told_on_today_and_confirmed_there() {
    let sla = "[guard]\ntimers = 0\n[[sla]]\nname = \"Quick\"\nwhen = 'true'\n\
        first_touch = \"1 hour\"\nclock = \"wall\"\nreassign = \"2 hours\"\nthen = \"rest 30 days\"\n";
    let (serving, clock) = standing(sla);
    let mut admin = serving.admin();
    let owner = take_in(&mut admin, "L-1", "US").expect("dealt");
    let (from, to) = (NOON, NOON + Span::days(3));
    clock.set(to);
    let jumped = Command::HoldTimers(HoldTimers { from, to });
    let workspace = serving.workspace.clone();
    let order = Order::once(Actor::System, jumped);
    // The server's own timer may have held them already.
    drop(serving.runtime().block_on(workspace.submit(order)));
    let mut manager = serving.signed_in(Role::Manager, None);
    let today = open(&mut manager, "/", 200);
    assert!(today.contains("The clock jumped by"), "{today}");
    let mut rep = serving.signed_in(Role::Rep, Some(&owner));
    assert!(open(&mut rep, "/records/L-1", 200).contains("L-1"));
    assert!(!open(&mut rep, "/", 200).contains("The clock is right, go on"));
    submit(&mut manager, &today, "/clock/confirm", &[]).expect(303);
    let today = open(&mut manager, "/", 200);
    assert!(!today.contains("The clock jumped by"), "{today}");
}
