//! Promised draws on a drawing pool's page: the last days, what was promised, what is shown.

use crate::host::secret::hex;
use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::drawing::{Period, Promise};
use evenkeel_core::policy::document::{Method, PoolSpec};
use maud::{Markup, html};

/// How many days are shown.
const DAYS: usize = 8;

/// The section; nothing for a pool that draws nothing.
pub fn section(scene: &Scene<'_>, spec: &PoolSpec) -> Markup {
    let draws = match spec.method {
        Method::Random { .. } => true,
        Method::Mix { random_ppm, .. } => random_ppm > 0,
        _ => false,
    };
    if !draws {
        return html! {};
    }
    let made = scene.state.promises().all();
    html! {
        section.sheet aria-labelledby="draws" {
            header {
                h2 #draws { "Draws that can be checked" }
                span.note { "a secret a day, in UTC, the same for every pool" }
            }
            @if made.is_empty() {
                div.empty { b { "Nothing is promised yet" } "The first promise comes with the next record." }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="draws" {
                    table {
                        thead { tr {
                            th scope="col" { "Day" } th scope="col" { "Promised" }
                            th scope="col" { "Its secret" }
                        } }
                        tbody {
                            @for promise in made.iter().rev().take(DAYS) { (row(scene, promise)) }
                        }
                    }
                }
            }
            p.foot {
                "The digest of a day’s secret is in the journal before anything is drawn with it. "
                "Once the day is over the secret is there too, and every draw can be made again: "
                code { "evenkeel verify" } " does it, and anybody can by hand."
            }
        }
    }
}

fn row(scene: &Scene<'_>, promise: &Promise) -> Markup {
    let today = Period::of(scene.now) == promise.period;
    html! {
        tr {
            th scope="row" { (promise.period) @if today { " " span.tag.on { "today" } } }
            td {
                code { (hex(&promise.commitment)) } " "
                @if promise.ahead() { span.note { "before the day began" } }
                @else { span.note.warnword { "only after it had begun" } }
            }
            td {
                @match promise.secret {
                    Some(secret) => code { (hex(&secret.0)) },
                    None if promise.period.ends() <= scene.now => "is about to be shown",
                    None => { "is shown after " (words::moment(promise.period.ends())) }
                }
            }
        }
    }
}
