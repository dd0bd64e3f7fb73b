//! What happens to records after they were dealt, as JSON: worked on, released.
//!
//! Events of dealing, giving and closing are told in [`crate::api::events`] and
//! [`crate::api::story`].

use crate::api::clocks;
use crate::api::recycled;
use crate::api::story::Step;
use evenkeel_core::event::{Event, Freed, Release, Touch};
use evenkeel_core::holding::place::AfterRest;
use evenkeel_core::state::State;
use serde_json::{Value, json};

/// The event for the journal's readers.
pub fn told(state: &State, event: &Event) -> Value {
    let key = |record| state.records().key(record);
    match event {
        Event::RecordsTouched { touches } => {
            let touch = |touch: &Touch| {
                json!({
                    "record": key(touch.record),
                    "rep": touch.rep.map(|rep| &state.roster().rep(rep).key),
                    "at": touch.at.to_string(),
                    "verified": touch.verified,
                })
            };
            let touches: Vec<Value> = touches.iter().map(touch).collect();
            json!({"type": "records_touched", "touches": touches})
        }
        Event::RecordReleased { record, why, to } => {
            let (word, detail) = release(why);
            json!({
                "type": "record_released", "record": key(*record), "why": word,
                "reason": detail, "until": until(to), "queue": queue(state, to),
            })
        }
        _ => Value::Null,
    }
}

/// The event as a step of a record's story, filled into `blank`; nothing for events in no story.
pub fn step(state: &State, event: &Event, blank: Step) -> Option<Step> {
    Some(match event {
        Event::RecordsTouched { .. } => Step {
            what: "worked_on",
            ..blank
        },
        Event::RecordReleased { why, to, .. } => {
            let (word, detail) = release(why);
            Step {
                what: "released",
                cause: Some(word),
                reason: detail.map(str::to_owned),
                outcome: Some(match to {
                    Freed::Rest { .. } => "resting",
                    Freed::Queue(_) => "queue",
                }),
                queue: queue(state, to),
                ..blank
            }
        }
        Event::SlaWarned { .. } | Event::SlaBreached { .. } | Event::SlaEscalated { .. } => {
            return clocks::step(state, event, blank);
        }
        event => return recycled::step(event, blank),
    })
}

/// Why it was released: the word, and the reason or rule.
pub fn release(why: &Release) -> (&'static str, Option<&str>) {
    match why {
        Release::Returned(reason) => ("returned", Some(reason)),
        Release::Removed { rule, .. } => ("removed", Some(rule)),
        Release::Retrieved => ("retrieved", None),
        Release::ClaimExpired => ("claim_expired", None),
        Release::Overdue => ("overdue", None),
        Release::Closed(reason) => ("closed", Some(reason)),
    }
}

fn until(to: &Freed) -> Option<String> {
    match to {
        Freed::Rest { until, .. } => Some(until.to_string()),
        Freed::Queue(_) => None,
    }
}

fn queue(state: &State, to: &Freed) -> Option<String> {
    match to {
        Freed::Queue(queue)
        | Freed::Rest {
            then: AfterRest::Queue(queue),
            ..
        } => Some(state.queue(*queue).name.clone()),
        Freed::Rest { .. } => None,
    }
}
