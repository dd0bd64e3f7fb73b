//! What happens to a record after it was dealt, in words: worked on, claimed, released.
//!
//! The rest of its story is told in [`crate::web::story`].

use crate::web::scene::Scene;
use crate::web::{story_recycled, words};
use evenkeel_core::event::{Event, Freed, Release};
use evenkeel_core::holding::place::AfterRest;
use maud::{Markup, html};

/// Title and note of an event.
pub(super) fn told(scene: &Scene<'_>, event: &Event) -> (Markup, Markup) {
    match event {
        Event::RecordsTouched { touches } => {
            let by = touches.first().and_then(|touch| touch.rep);
            (
                html! { "Worked on" @if let Some(rep) = by { " by " (scene.rep(rep)) } },
                html! { "Its clocks start again from there." },
            )
        }
        Event::RecordReleased { why, to, .. } => (released(why), goes(scene, to)),
        Event::RecordClaimed {
            rep, queue, claim, ..
        } => (
            html! { "Taken by " (scene.rep(*rep)) " from " (scene.queue(*queue)) },
            html! { (scene.words(|words| words.claimed(*rep, *queue, claim))) },
        ),
        Event::SlaWarned { rep, sla, .. } => (
            html! { (scene.rep(*rep)) " was warned: no work on it yet" },
            html! { "The line “" (sla) "” of the policy." },
        ),
        Event::SlaBreached {
            rep,
            sla,
            waited,
            business,
            ..
        } => (
            html! { "Overdue: " (scene.rep(*rep)) " did not work on it in time" },
            html! {
                "It had waited for " (words::span(*waited)) ", in working hours "
                (words::span(*business)) "; the line “" (sla) "” of the policy."
            },
        ),
        Event::SlaEscalated { rep, sla, .. } => (
            html! { "The manager was told that it still waits for " (scene.rep(*rep)) },
            html! { "The line “" (sla) "” of the policy." },
        ),
        event => story_recycled::told(scene, event),
    }
}

fn released(why: &Release) -> Markup {
    match why {
        Release::Returned(reason) => html! { "Given back: " code { (reason) } },
        Release::Removed { rule, .. } => html! { "Taken back by the rule “" (rule) "”" },
        Release::Retrieved => html! { "Pulled out by hand" },
        Release::ClaimExpired => html! { "Claimed and not worked in time" },
        Release::Overdue => html! { "Not touched in time, and nobody else could take it" },
        Release::Closed(reason) => html! { "Comes back after " code { (reason) } },
    }
}

fn goes(scene: &Scene<'_>, to: &Freed) -> Markup {
    match to {
        Freed::Queue(queue) => html! { "It went to the queue " (scene.queue(*queue)) "." },
        Freed::Rest { until, then } => html! {
            "It rests until " (words::moment(*until)) " at the latest, then "
            @match then {
                AfterRest::Deal => "the policy deals it again.",
                AfterRest::Queue(queue) => { "it goes to the queue " (scene.queue(*queue)) "." }
                AfterRest::Back(rep) => { "it goes back to " (scene.rep(*rep)) "." }
            }
        },
    }
}
