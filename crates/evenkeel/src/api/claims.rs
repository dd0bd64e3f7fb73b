//! A claim as JSON: who took what from a queue, and why that one.
//!
//! Taking one is in [`crate::api::queues`].

use crate::api::fields::exact;
use crate::api::story::Step;
use crate::host::names::Names;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::ids::{QueueNo, RepNo};
use evenkeel_core::sentence::Words;
use evenkeel_core::state::State;
use evenkeel_core::verdict::claim::{Claimed, Sharer};
use serde::Serialize;
use serde_json::{Value, json};

/// Why a rep could take a record from a queue.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ClaimOut {
    /// In words.
    sentence: String,
    /// Whether the rep asked for the next one rather than for this one.
    next: bool,
    /// How many of those on offer came before it.
    rank: u32,
    /// How many were on offer.
    shown: u32,
    /// How many came before it and were for others, who are owed more; counted up to 1,000.
    spoken_for: u32,
    /// How many came before it that the rep had not long ago; counted up to 1,000.
    cooling: u32,
    /// Its score, 0 to 1.
    #[schema(value_type = f64)]
    score: Value,
    /// Its grade.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<String>,
    /// When it had come into the queue.
    arrived_at: String,
    /// When it goes back if it is not worked.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// Who shares in it, and how much each was owed before; for a rep the own line only.
    sharers: Vec<SharerOut>,
}

/// One of those who share in a record.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SharerOut {
    /// Key of the rep.
    rep: String,
    /// Owed before, in records of the grade.
    #[schema(value_type = f64)]
    credit: Value,
    /// Part of this record.
    #[schema(value_type = f64)]
    share: Value,
}

impl ClaimOut {
    /// What the event says.
    fn of(
        state: &State,
        names: Option<&Names>,
        (rep, queue): (RepNo, QueueNo),
        claim: &Claimed,
    ) -> Self {
        let called = |rep: RepNo| match names {
            Some(names) => names.rep(state, rep),
            None => state.roster().rep(rep).key.clone(),
        };
        let words = Words {
            state,
            rep: &called,
        };
        let graded = claim.graded.as_ref();
        let sharers = graded.map_or(&[][..], |graded| &graded.sharers);
        Self {
            sentence: words.claimed(rep, queue, claim),
            next: claim.next,
            rank: claim.rank,
            shown: claim.shown,
            spoken_for: claim.passed.spoken_for,
            cooling: claim.passed.cooling,
            score: exact(claim.score),
            grade: graded.map(|graded| graded.grade.clone()),
            arrived_at: claim.arrival.to_string(),
            until: claim.until.map(|until| until.to_string()),
            sharers: sharers.iter().map(|one| sharer(state, one)).collect(),
        }
    }

    /// Leaves out what everybody but this rep is owed.
    pub fn for_rep(mut self, own: Option<&str>) -> Self {
        if let Some(own) = own {
            self.sharers.retain(|sharer| sharer.rep == own);
        }
        self
    }
}

fn sharer(state: &State, sharer: &Sharer) -> SharerOut {
    SharerOut {
        rep: state.roster().rep(sharer.rep).key.clone(),
        credit: exact(sharer.credit),
        share: exact(sharer.share),
    }
}

/// The event as a step of a record's story, filled into `blank`.
pub fn step(
    state: &State,
    names: Option<&Names>,
    recorded: &Recorded,
    blank: Step,
) -> Option<Step> {
    let Event::RecordClaimed {
        rep, queue, claim, ..
    } = &recorded.event
    else {
        return None;
    };
    Some(Step {
        outcome: Some("rep"),
        rep: Some(state.roster().rep(*rep).key.clone()),
        queue: Some(state.queue(*queue).name.clone()),
        claim: Some(ClaimOut::of(state, names, (*rep, *queue), claim)),
        ..blank
    })
}

/// The event for the journal's readers.
pub fn told(state: &State, event: &Event) -> Value {
    let Event::RecordClaimed {
        record,
        rep,
        queue,
        claim,
    } = event
    else {
        return Value::Null;
    };
    let hand = claim.hand;
    json!({
        "type": "record_claimed",
        "record": state.records().key(*record),
        "rep": state.roster().rep(*rep).key,
        "queue": state.queue(*queue).name,
        "policy": claim.policy,
        "next": claim.next,
        "rank": claim.rank,
        "shown": claim.shown,
        "spoken_for": claim.passed.spoken_for,
        "cooling": claim.passed.cooling,
        "score": exact(claim.score),
        "grade": claim.graded.as_ref().map(|graded| &graded.grade),
        "band": claim.graded.as_ref().and_then(|graded| graded.band).map(exact),
        "arrived_at": claim.arrival.to_string(),
        "key_at": claim.key.to_string(),
        "until": claim.until.map(|until| until.to_string()),
        "in_hand": {
            "unworked": hand.unworked, "unworked_limit": hand.unworked_max,
            "open": hand.open, "open_limit": hand.open_max,
        },
    })
}
