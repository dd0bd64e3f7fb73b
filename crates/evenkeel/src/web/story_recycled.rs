//! What happens to a record in recycling, in words: warned, due, kept, given back, restored.

use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::event::Event;
use evenkeel_core::event::sweeping::Sweeping;
use maud::{Markup, html};

/// Title and note of an event.
pub(super) fn told(scene: &Scene<'_>, event: &Event) -> (Markup, Markup) {
    match event {
        Event::RecordReturned { rep, reason, .. } => (
            html! { (scene.rep(*rep)) " gave it back" },
            html! { "Reason: " code { (reason) } "." },
        ),
        Event::RecordKept { rep, until, .. } => (
            html! { (scene.rep(*rep)) " keeps it" },
            html! { "With a next step; it is left alone until " (words::moment(*until)) "." },
        ),
        Event::RecordRestored { rep, sweep, .. } => (
            html! { "Back with " (scene.rep(*rep)) },
            html! { "Sweep " (sweep) " was undone." },
        ),
        Event::Sweeping(Sweeping::OwnersWarned { rule, removal, .. }) => (
            html! { "Its owner was warned by the rule “" (rule) "”" },
            html! { "Without work it is due on " (words::moment(*removal)) "." },
        ),
        Event::Sweeping(Sweeping::RecordsDue { rule, .. }) => (
            html! { "Due by the rule “" (rule) "”" },
            html! { "Nobody has worked on it for as long as the rule says." },
        ),
        Event::Sweeping(Sweeping::RecordsAvailable { entry, .. }) => (
            html! { "Its rest is over early" },
            html! { "Availability " (entry + 1) " of the policy holds." },
        ),
        Event::Sweeping(Sweeping::ContactsFound { .. }) => (
            html! { "New contacts were found" },
            html! { "Whether that ends its rest is the policy's." },
        ),
        _ => (html! {}, html! {}),
    }
}
