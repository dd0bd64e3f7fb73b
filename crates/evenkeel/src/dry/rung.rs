//! What was asked before the rules, as a story tells it.
//!
//! Read from the recorded verdict; nothing is looked up again.

use evenkeel_core::sentence::Words;
use evenkeel_core::verdict::Verdict;
use evenkeel_core::verdict::rung::Said;
use serde::{Deserialize, Serialize};

/// What one rung said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RungStory {
    /// Its name.
    pub rung: String,
    /// `duplicate`, `related` or `sticky`.
    pub way: String,
    /// `blank`, `nothing`, `ownerless`, `passed`, `waits`, `flagged`, `merged` or `took`.
    pub said: String,
    /// Key of the record it found.
    pub found: Option<String>,
    /// Key of the rep behind it.
    pub rep: Option<String>,
    /// Why the rep could not take it.
    pub stopped: Option<String>,
}

/// What every rung said that was asked.
pub fn of(words: &Words<'_>, verdict: &Verdict) -> Vec<RungStory> {
    let told = verdict.rungs.iter().map(|rung| RungStory {
        rung: words.rung(verdict, rung),
        way: rung.way.word().into(),
        said: rung.said.code().into(),
        found: rung
            .found
            .map(|found| words.state.records().key(found).to_owned()),
        rep: rung.rep.map(|rep| (words.rep)(rep)),
        stopped: match (&rung.said, rung.rep) {
            (Said::Passed(stop) | Said::Waits(stop), Some(rep)) => Some(words.stop(rep, stop)),
            _ => None,
        },
    });
    told.collect()
}

/// Adds them as text.
pub fn text(rungs: &[RungStory], text: &mut String) {
    if !rungs.is_empty() {
        text.push_str("\nBefore the rules\n");
    }
    for one in rungs {
        let found = one.found.as_deref().map(|found| format!(" {found}"));
        let rep = one.rep.as_deref().map(|rep| format!(" of {rep}"));
        let why = one.stopped.as_deref().map(|why| format!(", who {why}"));
        text.push_str(&format!(
            "  {}: {}{}{}{}\n",
            one.rung,
            one.said,
            found.unwrap_or_default(),
            rep.unwrap_or_default(),
            why.unwrap_or_default()
        ));
    }
}
