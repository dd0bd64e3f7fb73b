//! One step of a record's story: what happened, who did it, and why.

use crate::api::claims::{self, ClaimOut};
use crate::api::life;
use crate::api::verdict::VerdictOut;
use crate::host::directory::Naming;
use crate::host::names::Names;
use evenkeel_core::event::{Actor, Cause, Event, Recorded};
use evenkeel_core::ids::RecordNo;
use evenkeel_core::state::State;
use evenkeel_core::verdict::Destination;
use serde::Serialize;

/// One step.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Step {
    /// Number of the event.
    pub seq: u64,
    /// When it was recorded.
    pub at: String,
    /// Who did it: `system`, `user:3` or `key:2`.
    pub by: String,
    /// `taken_in`, `dealt`, `given`, `claimed`, `hold_expired`, `worked_on`, `released`, `closed`,
    /// …
    pub what: &'static str,
    /// What set a deal off: `intake`, `reassign`, `owner_left` or `waited`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'static str>,
    /// `rep`, `queue` or `held`: where it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<&'static str>,
    /// The rep who got it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rep: Option<String>,
    /// The queue it went to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// Key of the record that was absorbed, for a merge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absorbed: Option<String>,
    /// Key of the record it was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// The reason code, for `closed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The rule that matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<VerdictOut>,
    /// Why the rep could take it, for `claimed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimOut>,
}

impl Step {
    /// Leaves out the weights and amounts of everybody but this rep.
    pub fn for_rep(mut self, own: Option<&str>) -> Self {
        self.verdict = self.verdict.map(|verdict| verdict.for_rep(own));
        self.claim = self.claim.map(|claim| claim.for_rep(own));
        self
    }
}

/// Who, as the API names them.
pub fn by(actor: Actor) -> String {
    match actor {
        Actor::System => "system".into(),
        Actor::User(number) => format!("user:{number}"),
        Actor::Key(number) => format!("key:{number}"),
    }
}

/// What set a deal off, as the API names it.
pub fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Intake => "intake",
        Cause::Reassign => "reassign",
        Cause::OwnerLeft => "owner_left",
        Cause::Waited => "waited",
        Cause::Voided => "voided",
        Cause::HandedOn => "handed_on",
        Cause::Returned => "returned",
        Cause::Rested => "rested",
        Cause::Overdue => "overdue",
        Cause::GivenBack => "given_back",
        Cause::ToppedUp => "topped_up",
        Cause::Retrieved => "retrieved",
    }
}

/// Where a deal sent the record: the word, the rep, the queue.
pub fn outcome(state: &State, to: &Destination) -> (&'static str, Option<String>, Option<String>) {
    match to {
        Destination::Rep(rep) => ("rep", Some(state.roster().rep(*rep).key.clone()), None),
        Destination::Queue(queue) => ("queue", None, Some(state.queue(*queue).name.clone())),
        Destination::Merged(_) => ("merged", None, None),
        Destination::Hold { then, .. } => ("held", None, Some(state.queue(*then).name.clone())),
    }
}

/// The step an event is in a record's story; nothing for events that are in none.
pub fn step(state: &State, names: Option<&Names>, seq: u64, recorded: &Recorded) -> Option<Step> {
    let step = |what| Step {
        seq,
        at: recorded.at.to_string(),
        by: by(recorded.actor),
        what,
        ..Step::default()
    };
    let key = |record: RecordNo| state.records().key(record).to_owned();
    Some(match &recorded.event {
        Event::RecordMerged { record, into, .. } => Step {
            absorbed: Some(key(*record)),
            into: Some(key(*into)),
            ..step("merged")
        },
        Event::MarksForgotten { .. } => step("marks_forgotten"),
        Event::RecordTaken { .. } => step("taken_in"),
        Event::RecordDealt {
            record,
            to,
            cause: set_off,
            verdict,
        } => {
            let (outcome, rep, queue) = outcome(state, to);
            let (absorbed, into) = match to {
                Destination::Merged(into) => (Some(key(*record)), Some(key(*into))),
                _ => (None, None),
            };
            Step {
                absorbed,
                into,
                cause: Some(cause(*set_off)),
                outcome: Some(outcome),
                rep,
                queue,
                rule: state.rule(verdict).map(str::to_owned),
                verdict: Some(VerdictOut::of(state, names, verdict, to)),
                ..step("dealt")
            }
        }
        Event::RecordGiven { rep, .. } => Step {
            outcome: Some("rep"),
            rep: Some(state.roster().rep(*rep).key.clone()),
            ..step("given")
        },
        Event::HoldExpired { queue, .. } => Step {
            outcome: Some("queue"),
            queue: Some(state.queue(*queue).name.clone()),
            ..step("hold_expired")
        },
        Event::TurnVoided { reason, .. } | Event::HandoffVoided { reason, .. } => Step {
            reason: Some(reason.clone()),
            ..step("turn_voided")
        },
        Event::RecordClosed { reason, .. } => Step {
            reason: Some(reason.clone()),
            ..step("closed")
        },
        Event::RecordClaimed { .. } => {
            return claims::step(state, names, recorded, step("claimed"));
        }
        event => return life::step(state, event, step("")),
    })
}
