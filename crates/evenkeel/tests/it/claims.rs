//! Eight clients claim everything a queue holds, at once; the journal is checked apart.
//!
//! `EVENKEEL_CLAIMS` sets how many records they claim through the workspace's door (default
//! 10,000).

use crate::claims_checker::{Attempt, Fact, Told, check};
use crate::client::Client;
use crate::racers::{Choices, journal};
use crate::serving::Serving;
use evenkeel::host::clock::Wall;
use evenkeel::host::order::{Denied, Order};
use evenkeel::host::workspace::Workspace;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::claim::{Claim, Pick};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::event::{Actor, Event, Recorded};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_core::time::DAY;
use evenkeel_core::units::Micro;
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::Journal;
use evenkeel_journal::sqlite::open;
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

const REPS: [&str; 8] = ["ana", "ben", "cleo", "dina", "emil", "fay", "gus", "hal"];
const LIMIT: usize = 5;
const POLICY: &str = "evenkeel = 1\nname = \"Claims\"\n[record]\nfit = \"number\"\n\
    [[queue]]\nname = \"inbound\"\nlimit = { unworked = 5 }\nwork_within = \"2 days\"\n\
    score = { likely = { field = \"record.fit\", from = 0, to = 100 } }\novertake = \"5 days\"\n\
    [fallback]\nto = \"queue:inbound\"\n";

fn rep(key: &str) -> Command {
    Command::SetRep(Box::new(SetRep {
        key: key.into(),
        profile: Profile {
            attributes: Attributes::default(),
            closing_since: None,
            zone: "UTC".into(),
            hours: Hours::default(),
            leaves: Vec::new(),
            status: Status::Active,
            private: None,
        },
    }))
}

fn once(command: Command) -> Order {
    Order::once(Actor::System, command)
}

/// A workspace over a store of its own, with the policy, the reps and `count` records.
async fn furnished(data: &std::path::Path, count: usize) -> Workspace {
    let mut journal = open::create(data, StoreId([8; 16])).expect("a store can be made");
    journal.create_workspace("main").expect("a workspace");
    let workspace = Workspace::open(Box::new(journal), Arc::new(Wall)).expect("an empty journal");
    let policy = Command::PublishPolicy(PublishPolicy {
        text: POLICY.into(),
        based_on: None,
    });
    workspace.submit(once(policy)).await.expect("a policy");
    for key in REPS {
        workspace.submit(once(rep(key))).await.expect("a rep");
    }
    let fit = workspace.glance(|state| state.record_schema().find("fit"));
    let (fit, mut choices) = (fit.expect("declared"), Choices::new(3));
    let mut pending = VecDeque::new();
    for number in 0..count {
        let mut attributes = Attributes::default();
        let points = i64::try_from(choices.below(101)).expect("small");
        attributes.set(fit, Value::Number(Micro::whole(points)));
        let intake = Command::Intake(Intake {
            key: format!("R-{number}").into(),
            attributes: attributes.into(),
            private: None,
            marks: Vec::new(),
            occurred: None,
        });
        pending.push_back(workspace.enqueue(once(intake)).expect("there is room"));
        if pending.len() == 256 {
            let first = pending.pop_front().expect("there are some");
            first.done().await.expect("a new record");
        }
    }
    for one in pending {
        one.done().await.expect("a new record");
    }
    workspace
}

/// Claims until nothing is left: mostly the next one, now and then one that others want too.
async fn claim_all(workspace: Workspace, rep: &'static str, start: Instant) -> Vec<Attempt> {
    let mut choices = Choices::new(rep.bytes().map(u64::from).sum());
    let (mut attempts, mut hand) = (Vec::new(), VecDeque::new());
    loop {
        // Now and then everybody is after the same record: the first that all can see.
        let pick = match choices.below(4) {
            0 => workspace.glance(first),
            _ => Pick::Next,
        };
        let claim = Command::Claim(Claim {
            queue: "inbound".into(),
            rep: rep.into(),
            pick,
        });
        let began = start.elapsed().as_nanos() as u64;
        let answer = workspace.submit(once(claim)).await;
        let ended = start.elapsed().as_nanos() as u64;
        let (mut full, mut over) = (false, false);
        let told = match answer {
            Ok(done) => {
                let record = workspace.glance(|state| key_of(state, &done.events[0]));
                hand.push_back(record.clone());
                Told::Has {
                    record,
                    seq: done.first_seq,
                }
            }
            Err(Denied::Refused(Refusal::AlreadyTaken {
                record,
                by: Some(by),
                ..
            })) => Told::Late { record, by },
            Err(Denied::Refused(refusal)) => {
                full = matches!(refusal, Refusal::WipLimitReached { .. });
                over = matches!(refusal, Refusal::NothingToClaim { .. });
                Told::No
            }
            Err(denied) => panic!("{denied}"),
        };
        attempts.push(Attempt {
            rep: rep.into(),
            began,
            ended,
            told,
        });
        // Whoever is at the limit works.
        if full || over {
            let closing = hand.drain(..).map(|record| {
                let close = Command::Close(Close {
                    record,
                    expected: Expected::Any,
                    reason: "done".into(),
                });
                workspace.enqueue(once(close)).expect("there is room")
            });
            for close in closing.collect::<Vec<_>>() {
                close.done().await.expect("it is open");
            }
        }
        if over {
            return attempts;
        }
    }
}

fn first(state: &evenkeel_core::state::State) -> Pick {
    let first = state.queues()[0].in_order().next();
    first.map_or(Pick::Next, |(record, _)| {
        Pick::This(state.records().key(record).to_owned())
    })
}

fn key_of(state: &evenkeel_core::state::State, recorded: &Recorded) -> String {
    match recorded.event {
        Event::RecordClaimed { record, .. } => state.records().key(record).to_owned(),
        ref other => panic!("a claim, not {other:?}"),
    }
}

/// The journal as the checker knows it; the order of a record is worked out from its own event.
async fn facts(workspace: &Workspace) -> Vec<Fact> {
    let (mut facts, mut fits) = (Vec::new(), Vec::new());
    let mut keys = Vec::new();
    loop {
        let events = workspace.events_after(facts.len() as u64, 10_000).await;
        let events = events.expect("the journal can be read");
        if events.is_empty() {
            return facts;
        }
        for (_, recorded) in events {
            let key = |keys: &[String], at: usize| keys[at].clone();
            facts.push(match recorded.event {
                Event::RecordTaken {
                    key, attributes, ..
                } => {
                    let fit = attributes.values.iter().find_map(|(_, value)| match value {
                        Value::Number(fit) => Some(fit.0),
                        _ => None,
                    });
                    fits.push(fit.expect("every record has one"));
                    keys.push(key.to_string());
                    Fact::Other
                }
                // A score of 100 is worth five days.
                Event::RecordDealt { record, .. } => Fact::Queued {
                    order: recorded.at.0 - fits[record.index()] / 1_000_000 * 5 * DAY.0 / 100,
                    record: key(&keys, record.index()),
                },
                Event::RecordClaimed {
                    record, rep, claim, ..
                } => Fact::Claimed {
                    record: key(&keys, record.index()),
                    rep: REPS[rep.index()].into(),
                    next: claim.next,
                },
                Event::RecordClosed { record, .. } => Fact::Closed {
                    record: key(&keys, record.index()),
                },
                _ => Fact::Other,
            });
        }
    }
}

#[test]
fn eight_clients_claim_every_record_exactly_once() {
    let count = std::env::var("EVENKEEL_CLAIMS").ok();
    let count: usize = count.and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let dir = tempfile::TempDir::new().expect("a directory can be made");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(8)
        .enable_all()
        .build()
        .expect("a runtime starts");
    runtime.block_on(async {
        let workspace = furnished(&dir.path().join("claims.db"), count).await;
        let start = Instant::now();
        let racers = REPS.map(|rep| {
            let workspace = workspace.clone();
            tokio::spawn(claim_all(workspace, rep, start))
        });
        let mut attempts = Vec::new();
        for racer in racers {
            attempts.extend(racer.await.expect("a history"));
        }
        let took = start.elapsed();
        let facts = facts(&workspace).await;
        let wrong = check(&facts, &attempts, LIMIT);
        assert!(
            wrong.is_empty(),
            "{}",
            wrong[..wrong.len().min(9)].join("\n")
        );
        let told = |wanted: fn(&Told) -> bool| {
            let told = attempts.iter().filter(|attempt| wanted(&attempt.told));
            told.count()
        };
        let has = told(|told| matches!(told, Told::Has { .. }));
        let late = told(|told| matches!(told, Told::Late { .. }));
        println!(
            "{count} records, 8 clients: {has} claims, {late} too late, {} attempts in {took:?}",
            attempts.len(),
        );
        assert_eq!(has, count, "each record is claimed exactly once");
        assert!(late > count / 100, "{late}: the race is one");
        workspace.close().await.expect("it closes");
    });
}

/// The same over HTTP, oldest first, by the API's own words.
#[test]
fn eight_clients_claim_over_http() {
    const RECORDS: usize = 160;
    let serving = Serving::empty();
    let mut admin = serving.admin();
    let policy = "evenkeel = 1\nname = \"Claims\"\n[[queue]]\nname = \"inbound\"\n\
        limit = { unworked = 5 }\n[fallback]\nto = \"queue:inbound\"\n";
    admin
        .put("/api/v1/policy", &json!({ "text": policy }))
        .expect(200);
    for key in REPS {
        admin
            .put(&format!("/api/v1/reps/{key}"), &json!({ "role": "AE" }))
            .expect(200);
    }
    for number in 0..RECORDS {
        let key = format!("R-{number}");
        admin
            .post("/api/v1/records", &json!({ "key": key }))
            .expect(201);
    }
    let (address, key, start) = (serving.address, serving.admin.clone(), Instant::now());
    let attempts: Vec<Attempt> = std::thread::scope(|scope| {
        let key = &key;
        let racers = REPS.map(|rep| {
            scope.spawn(move || claim_over_http(Client::with_key(address, key), rep, start))
        });
        let racers = racers.into_iter();
        racers
            .flat_map(|racer| racer.join().expect("a history"))
            .collect()
    });
    let facts: Vec<Fact> = journal(&mut admin).iter().map(fact).collect();
    let wrong = check(&facts, &attempts, LIMIT);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let has = attempts
        .iter()
        .filter(|attempt| matches!(attempt.told, Told::Has { .. }));
    assert_eq!(has.count(), RECORDS);
}

fn claim_over_http(mut client: Client, rep: &str, start: Instant) -> Vec<Attempt> {
    let mut choices = Choices::new(rep.bytes().map(u64::from).sum());
    let (mut attempts, mut hand) = (Vec::new(), VecDeque::new());
    loop {
        let body = match choices.below(4) {
            0 => json!({ "rep": rep, "record": format!("R-{}", choices.below(160)) }),
            _ => json!({ "rep": rep }),
        };
        let began = start.elapsed().as_nanos() as u64;
        let answer = client.post("/api/v1/queues/inbound/claim", &body);
        let ended = start.elapsed().as_nanos() as u64;
        let said = answer.json();
        let text = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
        let code = text("code");
        let told = match answer.status {
            200 => {
                hand.push_back(text("record"));
                Told::Has {
                    record: text("record"),
                    seq: said["seq"].as_u64().expect("a number"),
                }
            }
            409 if code == "already_taken" && text("detail").contains(" has had it since ") => {
                let detail = text("detail");
                let (_, rest) = detail.split_once("inbound: ").expect("who has it");
                let (by, _) = rest.split_once(' ').expect("who has it");
                Told::Late {
                    record: body["record"].as_str().expect("asked for").to_owned(),
                    by: by.to_owned(),
                }
            }
            409 => Told::No,
            status => panic!("{status}: {}", answer.text()),
        };
        attempts.push(Attempt {
            rep: rep.into(),
            began,
            ended,
            told,
        });
        let over = code == "nothing_to_claim";
        if over || code == "wip_limit_reached" {
            for record in hand.drain(..) {
                let close = json!({ "reason": "done" });
                client
                    .post(&format!("/api/v1/records/{record}/close"), &close)
                    .expect(200);
            }
        }
        if over {
            return attempts;
        }
    }
}

fn fact(event: &Json) -> Fact {
    let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
    match text("type").as_str() {
        "record_dealt" => Fact::Queued {
            record: text("record"),
            order: 0,
        },
        "record_claimed" => Fact::Claimed {
            record: text("record"),
            rep: text("rep"),
            next: event["next"] == true,
        },
        "record_closed" => Fact::Closed {
            record: text("record"),
        },
        _ => Fact::Other,
    }
}
