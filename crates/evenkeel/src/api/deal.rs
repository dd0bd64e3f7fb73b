//! Where a record went, as the API tells it: the same bytes whenever the same events are told.
//!
//! Only facts that never change are told here (keys, names of pools, queues and rules), so that a
//! repeated request gets the same answer for ever. Sentences and names are in the record's story.

use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::ids::RecordNo;
use evenkeel_core::state::State;
use evenkeel_core::verdict::{Destination, Verdict};
use serde::Serialize;

/// Where a record went.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Dealt<'a> {
    /// Key of the record.
    pub record: &'a str,
    /// Number of the deciding event: `GET /api/v1/verdicts/{seq}` says why.
    pub seq: u64,
    /// When it was decided.
    pub at: String,
    /// `rep`, `queue` or `held`.
    pub outcome: &'static str,
    /// Key of the rep, for `rep`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rep: Option<&'a str>,
    /// The pool that dealt it, or that is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<&'a str>,
    /// The queue, for `queue`; where it goes at the deadline, for `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<&'a str>,
    /// The deadline, for `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The rule that matched; absent for the fallback and for a person's decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'a str>,
    /// Version of the policy that decided; absent for a person's decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<u32>,
}

impl<'a> Dealt<'a> {
    /// The last of `events` that sent a record somewhere; `first_seq` is the number of the first.
    pub fn of(state: &'a State, first_seq: u64, events: &[Recorded]) -> Option<Self> {
        events.iter().enumerate().rev().find_map(|(at, recorded)| {
            let seq = first_seq + at as u64;
            match &recorded.event {
                Event::RecordDealt {
                    record,
                    to,
                    verdict,
                    ..
                } => Some(Self::by_policy(state, seq, recorded, *record, to, verdict)),
                Event::RecordGiven { record, rep, .. } => Some(Self {
                    outcome: "rep",
                    rep: Some(&state.roster().rep(*rep).key),
                    ..Self::nowhere(state, seq, recorded, *record)
                }),
                _ => None,
            }
        })
    }

    fn by_policy(
        state: &'a State,
        seq: u64,
        recorded: &Recorded,
        record: RecordNo,
        to: &Destination,
        verdict: &Verdict,
    ) -> Self {
        let pool = |pool| Some(state.pool(pool).name.as_str());
        let queue = |queue| Some(state.queue(queue).name.as_str());
        let told = Self {
            rule: rule(state, verdict),
            policy: Some(verdict.policy),
            ..Self::nowhere(state, seq, recorded, record)
        };
        match *to {
            Destination::Rep(rep) => Self {
                outcome: "rep",
                rep: Some(&state.roster().rep(rep).key),
                pool: verdict.picked().and_then(|(turn, _)| pool(turn.pool)),
                ..told
            },
            Destination::Queue(to) => Self {
                outcome: "queue",
                queue: queue(to),
                ..told
            },
            Destination::Hold {
                pool: waits,
                until,
                then,
                ..
            } => Self {
                outcome: "held",
                pool: pool(waits),
                queue: queue(then),
                until: Some(until.to_string()),
                ..told
            },
        }
    }

    fn nowhere(state: &'a State, seq: u64, recorded: &Recorded, record: RecordNo) -> Self {
        Self {
            record: state.records().key(record),
            seq,
            at: recorded.at.to_string(),
            outcome: "",
            rep: None,
            pool: None,
            queue: None,
            until: None,
            rule: None,
            policy: None,
        }
    }
}

/// The name of the rule that matched, in the version that decided.
pub fn rule<'a>(state: &'a State, verdict: &Verdict) -> Option<&'a str> {
    let version = verdict.policy.checked_sub(1)?;
    let version = state.versions().get(version as usize)?;
    version
        .rules
        .get(verdict.rule? as usize)
        .map(|name| &**name)
}
