//! Callers racing over HTTP for the same records, with repetitions; the history is checked apart.

use crate::checker::{self, Asked, Call, Told};
use crate::client::{Answer, Client};
use crate::serving::Serving;
use serde_json::{Value, json};
use std::io;
use std::time::Instant;

/// A sequence of numbers from a seed, for choices of a test.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % count
    }
}

/// Sends a call and notes what came of it.
pub(crate) fn call(
    client: &mut Client,
    start: Instant,
    key: &str,
    asked: &Asked,
) -> (Call, io::Result<Answer>) {
    let (path, body) = match asked {
        Asked::TakeIn { record } => (
            "/api/v1/records".to_owned(),
            json!({ "key": record, "fields": { "employees": 50, "email": "kim@example.com" } }),
        ),
        Asked::Assign {
            record,
            rep,
            expected,
        } => (
            format!("/api/v1/records/{record}/assign"),
            match expected {
                Some(expected) => json!({ "rep": rep, "expected_owner": expected }),
                None => json!({ "rep": rep }),
            },
        ),
        Asked::Reassign { record, expected } => (
            format!("/api/v1/records/{record}/reassign"),
            match expected {
                Some(expected) => json!({ "expected_owner": expected }),
                None => json!({}),
            },
        ),
        Asked::Close { record } => (
            format!("/api/v1/records/{record}/close"),
            json!({ "reason": "done" }),
        ),
    };
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    let began = start.elapsed().as_nanos() as u64;
    let answer = client.try_send("POST", &path, &headers, body.to_string().as_bytes());
    let ended = start.elapsed().as_nanos() as u64;
    let told = answer.as_ref().ok();
    let told = told.map(|answer| Told {
        status: answer.status,
        body: answer.body.clone(),
    });
    (
        Call {
            began,
            ended,
            key: key.to_owned(),
            asked: asked.clone(),
            told,
        },
        answer,
    )
}

/// The whole journal, as the API tells it.
pub(crate) fn journal(admin: &mut Client) -> Vec<Value> {
    let mut events: Vec<Value> = Vec::new();
    loop {
        let page = admin
            .get(&format!("/api/v1/events?after={}", events.len()))
            .expect(200)
            .text();
        if page.is_empty() {
            return events;
        }
        events.extend(
            page.lines()
                .map(|line| serde_json::from_str::<Value>(line).expect("JSON")),
        );
    }
}

/// What the listings say must be what the journal says.
pub(crate) fn places_agree(admin: &mut Client, journal: &[Value]) {
    let places = checker::final_places(journal);
    let (mut after, mut listed) = (String::new(), 0);
    loop {
        let page = admin
            .get(&format!("/api/v1/records?limit=1000{after}"))
            .expect(200)
            .json();
        for record in page["records"].as_array().expect("a list") {
            let place = &record["place"];
            let said = |field: &str| place[field].as_str().unwrap_or_default().to_owned();
            let told = match said("kind").as_str() {
                "book" => format!("book {}", said("rep")),
                "queue" => format!("queue {}", said("queue")),
                kind => kind.to_owned(),
            };
            let key = record["key"].as_str().expect("a key");
            assert_eq!(places.get(key), Some(&told), "{key}");
            listed += 1;
        }
        let Some(next) = page["next"].as_u64() else {
            break;
        };
        after = format!("&after={next}");
    }
    assert_eq!(listed, places.len());
    let reps = admin.get("/api/v1/reps?limit=1000").expect(200).json();
    for rep in reps["reps"].as_array().expect("a list") {
        let book = format!("book {}", rep["key"].as_str().expect("a key"));
        let owned = places.values().filter(|place| **place == book).count();
        assert_eq!(rep["book"], json!(owned), "{book}");
    }
}

fn race(address: std::net::SocketAddr, key: &str, start: Instant, racer: u64) -> Vec<Call> {
    const CALLS: u64 = 120;
    let mut client = Client::with_key(address, key);
    let mut choices = Choices::new(racer + 1);
    let mut calls: Vec<Call> = Vec::new();
    for number in 0..CALLS {
        let record = format!("R-{}", choices.below(60));
        let rep = ["ana", "ben", "cleo"][choices.below(3) as usize].to_owned();
        let seen = ["ana", "ben", "cleo"][choices.below(3) as usize].to_owned();
        let expected = (choices.below(2) == 0).then_some(seen);
        let asked = match choices.below(10) {
            0..=4 => Asked::TakeIn { record },
            5..=6 => Asked::Assign {
                record,
                rep,
                expected,
            },
            7..=8 => Asked::Reassign { record, expected },
            _ => Asked::Close { record },
        };
        // Now and then the last request again, a shared key, or an old key for something else.
        let (idempotency, asked) = match (choices.below(8), calls.last()) {
            (0, Some(last)) => (last.key.clone(), last.asked.clone()),
            (1, Some(last)) => (last.key.clone(), asked),
            (2, _) => {
                let shared = choices.below(20);
                (
                    format!("shared-{shared}"),
                    Asked::TakeIn {
                        record: format!("S-{shared}"),
                    },
                )
            }
            _ => (format!("{racer}-{number}"), asked),
        };
        let (call, answer) = call(&mut client, start, &idempotency, &asked);
        let answer = answer.expect("the server answers");
        assert!(answer.status < 500, "{call:?}: {}", answer.text());
        calls.push(call);
    }
    calls
}

#[test]
fn racing_callers_leave_a_history_that_holds() {
    let serving = Serving::dealing();
    let (address, key) = (serving.address, serving.admin.clone());
    let start = Instant::now();
    let calls: Vec<Call> = std::thread::scope(|scope| {
        let race = |racer| {
            let key = &key;
            scope.spawn(move || race(address, key, start, racer))
        };
        let racers: Vec<_> = (0..8).map(race).collect();
        racers
            .into_iter()
            .flat_map(|racer| racer.join().expect("a history"))
            .collect()
    });
    let mut admin = serving.admin();
    let journal = journal(&mut admin);
    let wrong = checker::check(&calls, &journal);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let done = calls
        .iter()
        .filter(|call| call.told.as_ref().is_some_and(|told| told.status < 300));
    assert!(done.count() > 200, "the race did something");
    places_agree(&mut admin, &journal);
}
