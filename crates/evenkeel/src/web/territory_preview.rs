//! What a new territory table would change, before it is saved. A part of the page on territories.

use crate::host::access::Verb;
use crate::web::layout;
use crate::web::scene::Scene;
use crate::web::{show, words};
use evenkeel_core::territory::preview::Preview;
use maud::{Markup, html};

/// Most ways of moving shown.
const MOVES_SHOWN: usize = 30;

/// The preview, with the form that saves it or sends it mended.
pub fn sheet(scene: &Scene<'_>, seen: &Preview, text: &str) -> Markup {
    html! {
        section.sheet aria-labelledby="preview" {
            header {
                h2 #preview { "What changes" }
                @if seen.accepted { span.tag.on { "can be saved" } }
                @else { span.tag.warn { "cannot be saved" } }
            }
            div.body.stack {
                @if seen.accepted {
                    (changes(seen))
                } @else {
                    p role="status" { "Mend these first; nothing was changed." }
                }
                @if !seen.problems.is_empty() { (problems(seen)) }
                (forms(scene, seen, text))
            }
        }
    }
}

fn changes(seen: &Preview) -> Markup {
    let [added, removed, changed] = seen.keys;
    html! {
        p role="status" {
            (words::count(seen.rows, "row")) ": " (words::thousands(added)) " new, "
            (words::thousands(removed)) " gone, " (words::thousands(changed))
            " in another territory. "
            @if seen.records > 0 {
                "Of the newest " (words::count(seen.records, "record")) " "
                (words::thousands(seen.moved)) " would fall elsewhere, and "
                (words::thousands(seen.findings.nowhere)) " into no territory."
            }
        }
        @if !seen.moves.is_empty() {
            table {
                caption { "Where records would fall; what was dealt stays where it is." }
                thead {
                    tr {
                        th scope="col" { "Now" } th scope="col" { "Then" }
                        th.n scope="col" { "Records" }
                    }
                }
                tbody {
                    @for (from, to, count) in seen.moves.iter().take(MOVES_SHOWN) {
                        tr { td { (from) } td { (to) } td.n { (words::thousands(*count)) } }
                    }
                }
            }
        }
        @if !seen.findings.holes.is_empty() {
            p.note {
                "No row takes "
                @for (at, hole) in seen.findings.holes.iter().take(5).enumerate() {
                    @if at > 0 { ", " }
                    (hole.values) " (" (words::count(hole.count, "record")) ")"
                }
                "."
            }
        }
    }
}

fn problems(seen: &Preview) -> Markup {
    html! {
        ul {
            @for problem in &seen.problems {
                li {
                    @if problem.is_error() { b { "Error " } } @else { "Warning " }
                    (problem)
                }
            }
        }
    }
}

fn forms(scene: &Scene<'_>, seen: &Preview, text: &str) -> Markup {
    let saves = seen.accepted && scene.viewer.role.may(Verb::PublishPolicy);
    html! {
        form.form method="post" action="/territories/check" {
            (layout::csrf(scene.viewer)) (show::once())
            input type="hidden" name="based_on" value=(seen.based_on);
            label {
                "The table"
                textarea name="csv" rows="10" spellcheck="false" autocomplete="off" wrap="off" {
                    "\n" (text)
                }
            }
            div.acts {
                button type="submit" { "Look again" }
                @if saves {
                    button.main type="submit" formaction="/territories/set" { "Save" }
                }
            }
        }
    }
}
