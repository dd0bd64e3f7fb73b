//! A second opinion on a history: what callers were told, held against the journal.
//!
//! Small, naive and apart: it knows the API's JSON and nothing of the program's own types. The
//! journal is the order in which things happened, so one walk through it and one sweep over the
//! answers are enough. Checked are: I1 no answer lost, I2 one owner, I4 real time, I5 the same
//! request the same answer, I7 every record in exactly one place.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a caller asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    TakeIn {
        record: String,
    },
    Assign {
        record: String,
        rep: String,
        expected: Option<String>,
    },
    Reassign {
        record: String,
        expected: Option<String>,
    },
    Close {
        record: String,
    },
}

/// What a caller was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// One call. Without an answer, whether it was done is unknown.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Nanoseconds since the history began.
    pub(crate) began: u64,
    pub(crate) ended: u64,
    /// The idempotency key.
    pub(crate) key: String,
    pub(crate) asked: Asked,
    pub(crate) told: Option<Told>,
}

impl Call {
    /// The answer of a call that was done.
    fn done(&self) -> Option<Value> {
        let told = self.told.as_ref().filter(|told| told.status < 300)?;
        serde_json::from_slice(&told.body).ok()
    }
}

/// Says what is wrong with a history, in sentences; nothing when it holds.
pub(crate) fn check(calls: &[Call], journal: &[Value]) -> Vec<String> {
    let mut wrong = Vec::new();
    let owners_before = places(journal, &mut wrong);
    answers(calls, journal, &owners_before, &mut wrong);
    repetitions(calls, journal, &mut wrong);
    real_time(calls, &mut wrong);
    wrong
}

/// The place of every record at the end of the journal.
pub(crate) fn final_places(journal: &[Value]) -> BTreeMap<String, String> {
    let mut places = BTreeMap::new();
    for event in journal {
        if let Some((record, place)) = placed(event) {
            places.insert(record, place);
        }
    }
    places
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

/// The record an event puts somewhere, and where.
fn placed(event: &Value) -> Option<(String, String)> {
    let place = match text(event, "type").as_str() {
        "record_dealt" if event["outcome"] == "rep" => format!("book {}", text(event, "rep")),
        "record_dealt" if event["outcome"] == "queue" => format!("queue {}", text(event, "queue")),
        "record_dealt" => "held".to_owned(),
        "record_given" => format!("book {}", text(event, "rep")),
        "hold_expired" => format!("queue {}", text(event, "queue")),
        "record_closed" => "closed".to_owned(),
        _ => return None,
    };
    Some((text(event, "record"), place))
}

/// I2 and I7: walks the journal; gives the place each event found its record in.
fn places(journal: &[Value], wrong: &mut Vec<String>) -> BTreeMap<u64, String> {
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    let mut before = BTreeMap::new();
    let mut last = 0;
    for event in journal {
        let seq = event["seq"].as_u64().unwrap_or(0);
        if seq != last + 1 {
            wrong.push(format!("after event {last} comes {seq}"));
        }
        last = seq;
        if event["type"] == "record_taken" {
            let record = text(event, "record");
            if places.insert(record.clone(), "entering".into()).is_some() {
                wrong.push(format!("event {seq}: {record} is taken in twice"));
            }
        }
        let Some((record, place)) = placed(event) else {
            continue;
        };
        match places.insert(record.clone(), place.clone()) {
            None => wrong.push(format!("event {seq}: {record} was never taken in")),
            Some(was) => {
                let held = event["type"] != "hold_expired" || was == "held";
                if was == "closed" || was == place || !held {
                    wrong.push(format!("event {seq}: {record} goes from {was} to {place}"));
                }
                before.insert(seq, was);
            }
        }
    }
    for (record, place) in &places {
        if place == "entering" {
            wrong.push(format!("{record} is in no place"));
        }
    }
    before
}

/// I1: every call that was told that it is done is in the journal, once, as it was told.
fn answers(
    calls: &[Call],
    journal: &[Value],
    before: &BTreeMap<u64, String>,
    wrong: &mut Vec<String>,
) {
    let by_seq: BTreeMap<u64, &Value> = journal
        .iter()
        .map(|event| (event["seq"].as_u64().unwrap_or(0), event))
        .collect();
    for call in calls {
        let Some(told) = call.done() else { continue };
        let seq = told["seq"].as_u64().unwrap_or(0);
        let Some(event) = by_seq.get(&seq) else {
            wrong.push(format!("{call:?} was told event {seq}, which is not there"));
            continue;
        };
        let (record, kind, rep, expected) = match &call.asked {
            Asked::TakeIn { record } => (record, "record_dealt", None, None),
            Asked::Assign {
                record,
                rep,
                expected,
            } => (record, "record_given", Some(rep), expected.as_ref()),
            Asked::Reassign { record, expected } => {
                (record, "record_dealt", None, expected.as_ref())
            }
            Asked::Close { record } => (record, "record_closed", None, None),
        };
        let as_told = text(event, "record") == *record
            && event["type"] == kind
            && (told["outcome"] != "rep" || told["rep"] == event["rep"])
            && rep.is_none_or(|rep| event["rep"] == rep.as_str());
        if !as_told {
            wrong.push(format!("{call:?} was told otherwise than event {event}"));
        }
        let was = before.get(&seq).map(String::as_str).unwrap_or_default();
        if expected.is_some_and(|expected| was != format!("book {expected}")) {
            wrong.push(format!("{call:?} found its record in {was}"));
        }
    }
}

/// I5: calls with one key were done once at most, and were told the same.
fn repetitions(calls: &[Call], journal: &[Value], wrong: &mut Vec<String>) {
    let mut by_key: BTreeMap<&str, Vec<&Call>> = BTreeMap::new();
    for call in calls {
        by_key.entry(&call.key).or_default().push(call);
    }
    let mut seqs = BTreeSet::new();
    for (key, calls) in by_key {
        let done: Vec<&Call> = calls
            .iter()
            .filter(|call| call.done().is_some())
            .copied()
            .collect();
        let Some(first) = done.first() else { continue };
        if done
            .iter()
            .any(|call| call.asked != first.asked || call.told != first.told)
        {
            wrong.push(format!(
                "calls with the key {key} were done or told differently"
            ));
        }
        let seq = first
            .done()
            .and_then(|told| told["seq"].as_u64())
            .unwrap_or(0);
        if !seqs.insert(seq) {
            wrong.push(format!("two keys were told event {seq}"));
        }
    }
    let mut commands: BTreeMap<String, u64> = BTreeMap::new();
    for event in journal {
        let (command, seq) = (text(event, "command"), event["seq"].as_u64().unwrap_or(0));
        // A command's events stand side by side; one that comes back later was done twice.
        if let Some(last) = commands.insert(command.clone(), seq)
            && last + 1 != seq
        {
            wrong.push(format!("command {command} is at {last} and again at {seq}"));
        }
    }
}

/// I4: what had ended before another call began comes before it. A repetition is told an old event,
/// so only the first answer with an event counts.
fn real_time(calls: &[Call], wrong: &mut Vec<String>) {
    let mut first: BTreeMap<u64, &Call> = BTreeMap::new();
    for call in calls {
        let Some(seq) = call.done().and_then(|told| told["seq"].as_u64()) else {
            continue;
        };
        let earliest = first.entry(seq).or_insert(call);
        if call.ended < earliest.ended {
            *earliest = call;
        }
    }
    // Of calls that may have been repeated, the first to begin is the one that can have done it.
    let mut began: BTreeMap<&str, u64> = BTreeMap::new();
    for call in calls {
        let earliest = began.entry(&call.key).or_insert(call.began);
        *earliest = (*earliest).min(call.began);
    }
    let mut ended: Vec<(u64, u64)> = first.iter().map(|(seq, call)| (call.ended, *seq)).collect();
    let mut starts: Vec<(u64, u64)> = first
        .iter()
        .map(|(seq, call)| (began[call.key.as_str()], *seq))
        .collect();
    ended.sort_unstable();
    starts.sort_unstable();
    let (mut next, mut highest) = (0, 0);
    for (start, seq) in starts {
        while next < ended.len() && ended[next].0 < start {
            highest = highest.max(ended[next].1);
            next += 1;
        }
        if seq < highest {
            wrong.push(format!(
                "event {seq} was asked for after event {highest} was answered"
            ));
        }
    }
}

/// The checker must catch what it is there for: each defect is put into a sound history.
mod tests {
    use super::*;
    use serde_json::json;

    fn journal() -> Vec<Value> {
        vec![
            json!({"seq": 1, "type": "policy_published", "command": "p"}),
            json!({"seq": 2, "type": "record_taken", "record": "A", "command": "a"}),
            json!({"seq": 3, "type": "record_dealt", "record": "A", "outcome": "rep", "rep": "ana",
                "command": "a"}),
            json!({"seq": 4, "type": "record_taken", "record": "B", "command": "b"}),
            json!({"seq": 5, "type": "record_dealt", "record": "B", "outcome": "queue",
                "queue": "q", "command": "b"}),
            json!({"seq": 6, "type": "record_given", "record": "A", "rep": "ben", "command": "c"}),
            json!({"seq": 7, "type": "record_closed", "record": "A", "command": "d"}),
        ]
    }

    fn call(times: (u64, u64), key: &str, asked: Asked, told: &Value) -> Call {
        let told = Some(Told {
            status: 201,
            body: told.to_string().into_bytes(),
        });
        Call {
            began: times.0,
            ended: times.1,
            key: key.into(),
            asked,
            told,
        }
    }

    fn calls() -> Vec<Call> {
        let take_in = |record: &str| Asked::TakeIn {
            record: record.into(),
        };
        let ana = json!({"seq": 3, "outcome": "rep", "rep": "ana"});
        let assign = Asked::Assign {
            record: "A".into(),
            rep: "ben".into(),
            expected: Some("ana".into()),
        };
        vec![
            call((0, 10), "a", take_in("A"), &ana),
            call((5, 12), "a", take_in("A"), &ana),
            call(
                (11, 20),
                "b",
                take_in("B"),
                &json!({"seq": 5, "outcome": "queue"}),
            ),
            call(
                (21, 30),
                "c",
                assign,
                &json!({"seq": 6, "outcome": "rep", "rep": "ben"}),
            ),
            call(
                (31, 40),
                "d",
                Asked::Close { record: "A".into() },
                &json!({"seq": 7}),
            ),
        ]
    }

    #[test]
    fn a_sound_history_is_sound() {
        assert_eq!(check(&calls(), &journal()), Vec::<String>::new());
    }

    #[test]
    fn every_seeded_defect_is_caught() {
        type Defect = fn(&mut Vec<Call>, &mut Vec<Value>);
        let defects: [(&str, Defect); 11] = [
            ("an answer is lost", |_, journal| drop(journal.pop())),
            ("an event is missing", |_, journal| drop(journal.remove(3))),
            ("a record is taken in twice", |_, journal| {
                journal[3]["record"] = json!("A")
            }),
            ("a record is in no place", |_, journal| {
                journal[4]["type"] = json!("x")
            }),
            ("a closed record moves", |_, journal| journal.swap(5, 6)),
            ("another rep than told", |_, journal| {
                journal[2]["rep"] = json!("cleo")
            }),
            ("another owner than expected", |_, journal| {
                journal[2] = json!({"seq": 3, "type": "record_dealt", "record": "A",
                    "outcome": "queue", "queue": "q", "command": "a"});
            }),
            ("a repetition is told otherwise", |calls, _| {
                calls[1].told = Some(Told {
                    status: 201,
                    body: b"{\"seq\":3}".to_vec(),
                });
            }),
            ("a key is used for something else", |calls, _| {
                calls[1].asked = Asked::TakeIn { record: "B".into() };
            }),
            ("a command is done twice", |_, journal| {
                journal[6]["command"] = json!("a")
            }),
            ("real time is turned round", |calls, _| {
                (calls[3].began, calls[3].ended) = (1, 4);
            }),
        ];
        for (what, seed) in defects {
            let (mut calls, mut journal) = (calls(), journal());
            seed(&mut calls, &mut journal);
            assert!(!check(&calls, &journal).is_empty(), "{what} is not caught");
        }
    }

    #[test]
    fn the_end_is_the_end() {
        let places = final_places(&journal());
        assert_eq!(places["A"], "closed");
        assert_eq!(places["B"], "queue q");
    }
}
