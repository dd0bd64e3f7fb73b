//! What happens in recycling, as JSON: returned, kept, restored, warned, due, and sweeps.
//!
//! The other events after a deal are told in [`crate::api::life`].

use crate::api::story::Step;
use evenkeel_core::event::Event;
use evenkeel_core::event::sweeping::{Excess, Planned, Sweeping};
use evenkeel_core::ids::RecordNo;
use evenkeel_core::state::State;
use serde_json::{Value, json};

/// Most records of one batch that are named; there are as many as `count` says.
const NAMED_MAX: usize = 1_000;

/// The event for the journal's readers.
pub fn told(state: &State, event: &Event) -> Value {
    let key = |record: &RecordNo| state.records().key(*record);
    let rep_key = |rep| &state.roster().rep(rep).key;
    match event {
        Event::RecordReturned {
            record,
            rep,
            reason,
            ..
        } => json!({
            "type": "record_returned", "record": key(record), "rep": rep_key(*rep),
            "reason": reason,
        }),
        Event::RecordKept {
            record, rep, until, ..
        } => json!({
            "type": "record_kept", "record": key(record), "rep": rep_key(*rep),
            "until": until.to_string(),
        }),
        Event::RecordRestored {
            record,
            rep,
            sweep,
            until,
        } => json!({
            "type": "record_restored", "record": key(record), "rep": rep_key(*rep),
            "sweep": sweep, "until": until.to_string(),
        }),
        Event::Sweeping(fact) => sweeping(state, fact),
        _ => Value::Null,
    }
}

fn sweeping(state: &State, fact: &Sweeping) -> Value {
    let keys = |records: &[RecordNo]| -> Vec<String> {
        let named = records.iter().take(NAMED_MAX);
        named
            .map(|record| state.records().key(*record).to_owned())
            .collect()
    };
    match fact {
        Sweeping::OwnersWarned {
            rule,
            records,
            removal,
        } => json!({
            "type": "owners_warned", "rule": rule, "count": records.len(),
            "records": keys(records), "removal": removal.to_string(),
        }),
        Sweeping::RecordsDue { rule, records } => json!({
            "type": "records_due", "rule": rule, "count": records.len(),
            "records": keys(records),
        }),
        Sweeping::RecordsAvailable { entry, records } => json!({
            "type": "records_available", "entry": entry + 1, "count": records.len(),
            "records": keys(records),
        }),
        Sweeping::ContactsFound { record } => {
            json!({"type": "contacts_found", "record": state.records().key(*record)})
        }
        Sweeping::CadenceSet { at, local } => {
            json!({"type": "cadence_set", "at": at.to_string(), "local": local})
        }
        Sweeping::Begun { sweep } => planned("sweep_begun", sweep),
        Sweeping::Held { sweep, why } => {
            let mut told = planned("sweep_held", sweep);
            told["why"] = why.iter().map(|one| excess(state, one)).collect();
            told
        }
        Sweeping::Approved { sweep } => json!({"type": "sweep_approved", "sweep": sweep}),
        Sweeping::Dropped { sweep, until } => {
            json!({"type": "sweep_dropped", "sweep": sweep, "until": until.to_string()})
        }
        Sweeping::Ended { sweep } => json!({"type": "sweep_ended", "sweep": sweep}),
        Sweeping::Recalled { sweep } => json!({"type": "sweep_recalled", "sweep": sweep}),
        Sweeping::Undone { sweep, lost } => {
            json!({"type": "sweep_undone", "sweep": sweep, "lost": lost})
        }
    }
}

fn planned(kind: &str, sweep: &Planned) -> Value {
    json!({
        "type": kind, "sweep": sweep.number, "rules": sweep.rules,
        "cadence": sweep.cadence.map(|at| at.to_string()),
        "records": sweep.records, "books": sweep.books,
    })
}

/// One way in which a sweep is over what the guard lets pass.
pub fn excess(state: &State, excess: &Excess) -> Value {
    match excess {
        Excess::Records { records, most } => json!({"records": records, "most": most}),
        Excess::Book {
            rep,
            records,
            held,
            most,
        } => json!({
            "rep": state.roster().rep(*rep).key, "records": records, "held": held, "most": most,
        }),
    }
}

/// The event as a step of a record's story, filled into `blank`; nothing for events in no story.
pub fn step(event: &Event, blank: Step) -> Option<Step> {
    Some(match event {
        Event::RecordReturned { reason, .. } => Step {
            what: "returned",
            reason: Some(reason.clone()),
            ..blank
        },
        Event::RecordKept { .. } => Step {
            what: "kept",
            ..blank
        },
        Event::RecordRestored { .. } => Step {
            what: "restored",
            outcome: Some("rep"),
            ..blank
        },
        Event::Sweeping(fact) => {
            let (what, rule) = match fact {
                Sweeping::OwnersWarned { rule, .. } => ("warned", Some(rule.clone())),
                Sweeping::RecordsDue { rule, .. } => ("due", Some(rule.clone())),
                Sweeping::RecordsAvailable { .. } => ("available", None),
                Sweeping::ContactsFound { .. } => ("contacts_found", None),
                _ => return None,
            };
            Step {
                what,
                reason: rule,
                ..blank
            }
        }
        _ => return None,
    })
}
