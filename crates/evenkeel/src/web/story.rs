//! A record's story: everything that happened to it as a timeline, newest first.

use crate::host::private::{NOTE, Private};
use crate::web::rule_path::RulePath;
use crate::web::scene::Scene;
use crate::web::story_life;
use crate::web::{merge, verdict, words};
use evenkeel_core::event::{Actor, Cause, Event, Recorded};
use evenkeel_core::ids::RecordNo;
use evenkeel_core::policy::compiled::Compiled;
use evenkeel_core::verdict::{Destination, Verdict};
use evenkeel_journal::activity::ActivityRow;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// What a story needs besides the state.
#[derive(Debug, Default)]
pub struct Told {
    /// The record's events, oldest first.
    pub events: Vec<(u64, Recorded)>,
    /// Earlier policy versions that decided about it, by number.
    pub policies: BTreeMap<u32, Compiled>,
    /// Personal data by subject: the record's own, and the words of those who moved it.
    pub private: BTreeMap<u64, Private>,
    /// Names of users by number.
    pub users: BTreeMap<u32, String>,
    /// What was done on it, the latest first.
    pub work: Vec<ActivityRow>,
}

/// The timeline. The newest verdict lies open.
pub fn timeline(scene: &Scene<'_>, told: &Told) -> Markup {
    let newest = told
        .events
        .iter()
        .rev()
        .find(|(_, recorded)| matches!(recorded.event, Event::RecordDealt { .. }))
        .map(|(seq, _)| *seq);
    html! {
        ol.story {
            @for (seq, recorded) in told.events.iter().rev() {
                (step(scene, told, *seq, recorded, newest == Some(*seq)))
            }
        }
    }
}

fn step(scene: &Scene<'_>, told: &Told, seq: u64, recorded: &Recorded, open: bool) -> Markup {
    let by = actor(told, recorded.actor);
    let head = |title: Markup| {
        html! {
            div.when {
                h3 { (title) }
                (words::moment(recorded.at))
                span.note { (by) ", event " (words::thousands(seq)) }
            }
        }
    };
    match &recorded.event {
        Event::RecordTaken { occurred, .. } => {
            let came = words::moment(*occurred);
            let note = html! { "It came into being at its source on " (came) "." };
            html! { li.plain { (head(html! { "Came in" })) p.note { (note) } } }
        }
        Event::RecordDealt {
            record,
            to,
            cause,
            verdict,
        } => {
            let path = path(scene, told, verdict);
            html! {
                li.wait[!matches!(to, Destination::Rep(_))] {
                    (head(dealt(scene, *record, to, *cause)))
                    (verdict::block(scene, verdict, to, path.as_ref(), &format!("v{seq}"), open))
                }
            }
        }
        Event::RecordGiven {
            rep, counted, note, ..
        } => {
            let note = note.and_then(|note| told.private.get(&note.subject));
            let title = head(html! { "Given to " (scene.rep(*rep)) " by hand" });
            given(title, note, counted.is_empty())
        }
        Event::HoldExpired { queue, .. } => html! {
            li.wait {
                (head(html! { "Went to the queue " (scene.queue(*queue)) }))
                p.note { "Nobody became able before the deadline." }
            }
        },
        event if silent(event) => html! {},
        event => {
            let (title, note) = ending(scene, event);
            html! { li.plain { (head(title)) p.note { (note) } } }
        }
    }
}

/// Whether an event is in no record's story. No wildcard: a new event must be thought about here.
fn silent(event: &Event) -> bool {
    match event {
        Event::PolicyPublished { .. }
        | Event::TerritoriesSet { .. }
        | Event::RepSet { .. }
        | Event::PoolChanged { .. }
        | Event::CreditClamped { .. }
        | Event::SharesGranted { .. }
        | Event::RepPaused { .. }
        | Event::RepResumed { .. }
        | Event::DrawCommitted { .. }
        | Event::DrawRevealed { .. }
        | Event::ClockSet { .. }
        | Event::FirstWorked { .. }
        | Event::TimersHeld(_)
        | Event::TimersConfirmed => true,
        Event::RecordTaken { .. }
        | Event::RecordDealt { .. }
        | Event::RecordGiven { .. }
        | Event::HoldExpired { .. }
        | Event::RecordClosed { .. }
        | Event::TurnVoided { .. }
        | Event::RecordReturned { .. }
        | Event::RecordKept { .. }
        | Event::RecordRestored { .. }
        | Event::Sweeping(_)
        | Event::HandoffVoided { .. }
        | Event::RecordMerged { .. }
        | Event::MarksForgotten { .. }
        | Event::RecordsTouched { .. }
        | Event::SlaWarned { .. }
        | Event::SlaBreached { .. }
        | Event::SlaEscalated { .. }
        | Event::RecordReleased { .. }
        | Event::RecordClaimed { .. } => false,
    }
}

/// What is said of an event that ends something: its title and a note.
fn ending(scene: &Scene<'_>, event: &Event) -> (Markup, Markup) {
    match event {
        Event::RecordClosed { reason, .. } => {
            (html! { "Closed" }, html! { "Reason: " code { (reason) } })
        }
        Event::TurnVoided { reason, .. } | Event::HandoffVoided { reason, .. } => (
            html! { "Turn given back" },
            html! { "Reason: " code { (reason) } ". The turn is made up for over the next ones." },
        ),
        Event::RecordMerged { record, into, back } => (
            html! { (scene.record(*record)) " merged into " (scene.record(*into)) },
            html! { (merge::told(back.is_some())) },
        ),
        Event::MarksForgotten { .. } => (
            html! { "Its personal data is no longer compared" },
            html! { "So no record is found to be the same by it." },
        ),
        event => story_life::told(scene, event),
    }
}

/// The way through the rules of the policy version that decided.
fn path(scene: &Scene<'_>, told: &Told, verdict: &Verdict) -> Option<RulePath> {
    match told.policies.get(&verdict.policy) {
        Some(policy) => RulePath::of(policy, verdict),
        None => scene
            .state
            .policy()
            .filter(|_| verdict.policy == scene.state.version())
            .and_then(|policy| RulePath::of(policy, verdict)),
    }
}

fn given(title: Markup, note: Option<&Private>, gift: bool) -> Markup {
    html! {
        li {
            (title)
            @if let Some(words) = note.and_then(|note| note.fields.get(NOTE)) {
                p { "“" (words) "”" }
            }
            p.note {
                @if gift { "It counts nothing against the rep’s turns." }
                @else { "It counts against the rep’s turns, spread over the next ones." }
            }
        }
    }
}

fn dealt(scene: &Scene<'_>, record: RecordNo, to: &Destination, cause: Cause) -> Markup {
    let because = match cause {
        Cause::Intake => "",
        Cause::Reassign => ", as another owner was wanted",
        Cause::OwnerLeft => ", as its owner left",
        Cause::Waited => ", after waiting",
        Cause::Voided => ", as its turn was given back",
        Cause::HandedOn => ", handed on",
        Cause::Returned => ", as nobody need stand in any more",
        Cause::Rested => ", after its rest",
        Cause::Overdue => ", as it was not touched in time",
        Cause::GivenBack => ", as its owner gave it back",
        Cause::ToppedUp => ", to fill up a book below its target",
    };
    html! {
        @match to {
            Destination::Rep(rep) => { "Went to " (scene.rep(*rep)) }
            Destination::Queue(queue) => { "Went to the queue " (scene.queue(*queue)) }
            Destination::Merged(into) => {
                (scene.record(record)) " merged into " (scene.record(*into))
            }
            Destination::Hold { pool, until, .. } => {
                "Held for " (scene.pool(*pool)) " until " (words::utc(*until))
            }
        }
        (because)
    }
}

/// Who did it. Users are called by the name they sign in with.
fn actor(told: &Told, actor: Actor) -> String {
    match actor {
        Actor::System => "by the program".to_owned(),
        Actor::User(number) => match told.users.get(&number) {
            Some(name) => format!("by {name}"),
            None => format!("by user {number}"),
        },
        Actor::Key(number) => format!("by API key {number}"),
    }
}
