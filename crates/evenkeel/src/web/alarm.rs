//! The banner over Today when records wait longer than the policy's alarm allows.

use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::waiting::{self, COUNT_MAX, Spot};
use maud::{Markup, html};

/// The banner; nothing when nothing waits too long.
pub fn banner(scene: &Scene<'_>) -> Markup {
    let Some(late) = waiting::overdue(scene.state, scene.now) else {
        return html! {};
    };
    let more = if late.records == COUNT_MAX {
        "at least "
    } else {
        ""
    };
    let verb = if late.records == 1 { "waits" } else { "wait" };
    html! {
        div.say.bad role="alert" {
            b {
                (more) (words::count(late.records as u64, "record")) " " (verb) " longer than "
                (words::span(late.limit)) "."
            }
            p {
                "The oldest for " (words::span(scene.now - late.oldest)) ", "
                @match late.spot {
                    Spot::Pool(pool) => { "held for " (scene.pool(pool)) }
                    Spot::Queue(queue) => { "in the queue " (scene.queue(queue)) }
                }
                ". " a href="/waiting" { "Everything that waits" }
            }
        }
    }
}
