//! What was asked before the rules, as JSON: every rung with what it found and what came of it.

use crate::api::fields::exact;
use evenkeel_core::sentence::Words;
use evenkeel_core::verdict::Verdict;
use evenkeel_core::verdict::rung::{Rung, Said};
use serde::Serialize;
use serde_json::Value;

/// What one rung said.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RungOut {
    /// Its name.
    name: String,
    /// `duplicate`, `related` or `sticky`.
    way: &'static str,
    /// `blank`, `nothing`, `ownerless`, `passed`, `waits`, `flagged`, `merged` or `took`.
    said: &'static str,
    /// Key of the record it found.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    /// Key of the rep behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rep: Option<String>,
    /// The gate that stopped the rep, such as `on_leave`.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'static str>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// What it counts against the rep's turns, in turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    counts: Option<Value>,
}

/// What every rung said that was asked.
pub fn of(words: &Words<'_>, verdict: &Verdict) -> Vec<RungOut> {
    let rungs = verdict.rungs.iter();
    rungs.map(|rung| out(words, verdict, rung)).collect()
}

fn out(words: &Words<'_>, verdict: &Verdict, rung: &Rung) -> RungOut {
    let stop = match &rung.said {
        Said::Passed(stop) | Said::Waits(stop) => Some(stop),
        _ => None,
    };
    let state = words.state;
    RungOut {
        name: words.rung(verdict, rung),
        way: rung.way.word(),
        said: rung.said.code(),
        record: rung
            .found
            .map(|found| state.records().key(found).to_owned()),
        rep: rung.rep.map(|rep| state.roster().rep(rep).key.clone()),
        stopped: stop.map(|stop| stop.code()),
        why: stop.and_then(|stop| Some(words.stop(rung.rep?, stop))),
        counts: match &rung.said {
            Said::Took(charge) => Some(exact(charge.amount)),
            _ => None,
        },
    }
}
