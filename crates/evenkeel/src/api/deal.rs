//! Where a record went, as the API tells it: the same bytes whenever the same events are told.
//!
//! Only facts that never change are told here (keys, names of pools, queues and rules), so that a
//! repeated request gets the same answer for ever. Sentences and names are in the record's story.

use crate::host::directory::Naming;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::ids::RecordNo;
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
    /// `rep`, `queue`, `held` or `merged`.
    pub outcome: &'static str,
    /// Key of the rep, for `rep`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rep: Option<&'a str>,
    /// The pool that dealt it, or that is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<&'a str>,
    /// The queue, for `queue`; where it goes at the deadline, for `held`; whence it was claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<&'a str>,
    /// Key of the record it was attached to, for `merged`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub into: Option<&'a str>,
    /// The deadline, for `held`; when a claim goes back if it is not worked.
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
    pub fn of(names: &'a impl Naming, first_seq: u64, events: &'a [Recorded]) -> Option<Self> {
        let taken = |wanted: RecordNo| {
            events.iter().find_map(|recorded| match &recorded.event {
                Event::RecordTaken { record, key, .. } if *record == wanted => Some(key.as_str()),
                _ => None,
            })
        };
        events.iter().enumerate().rev().find_map(|(at, recorded)| {
            let (Event::RecordDealt { record, .. }
            | Event::RecordGiven { record, .. }
            | Event::RecordClaimed { record, .. }) = &recorded.event
            else {
                return None;
            };
            let told = Self {
                record: names.record(*record).or_else(|| taken(*record))?,
                seq: first_seq + at as u64,
                at: recorded.at.to_string(),
                outcome: "",
                rep: None,
                pool: None,
                queue: None,
                into: None,
                until: None,
                rule: None,
                policy: None,
            };
            match &recorded.event {
                Event::RecordDealt { to, verdict, .. } => Some(told.by_policy(names, to, verdict)),
                Event::RecordGiven { rep, .. } => Some(Self {
                    outcome: "rep",
                    rep: Some(names.rep(*rep)),
                    ..told
                }),
                Event::RecordClaimed {
                    rep, queue, claim, ..
                } => Some(Self {
                    outcome: "rep",
                    rep: Some(names.rep(*rep)),
                    queue: Some(names.queue(*queue)),
                    until: claim.until.map(|until| until.to_string()),
                    policy: Some(claim.policy),
                    ..told
                }),
                _ => None,
            }
        })
    }

    fn by_policy(self, names: &'a impl Naming, to: &Destination, verdict: &Verdict) -> Self {
        let told = Self {
            rule: names.rule(verdict),
            policy: Some(verdict.policy),
            ..self
        };
        match *to {
            Destination::Rep(rep) => Self {
                outcome: "rep",
                rep: Some(names.rep(rep)),
                pool: verdict.picked().map(|(turn, _)| names.pool(turn.pool)),
                ..told
            },
            Destination::Queue(to) => Self {
                outcome: "queue",
                queue: Some(names.queue(to)),
                ..told
            },
            Destination::Merged(into) => Self {
                outcome: "merged",
                into: names.record(into),
                ..told
            },
            Destination::Hold {
                pool: waits,
                until,
                then,
                ..
            } => Self {
                outcome: "held",
                pool: Some(names.pool(waits)),
                queue: Some(names.queue(then)),
                until: Some(until.to_string()),
                ..told
            },
        }
    }
}

/// Whether what is told of these events names a record that they do not bring themselves.
pub fn names_another(events: &[Recorded]) -> bool {
    let merged = |recorded: &Recorded| {
        matches!(
            recorded.event,
            Event::RecordDealt {
                to: Destination::Merged(_),
                ..
            }
        )
    };
    events.iter().any(merged)
}
