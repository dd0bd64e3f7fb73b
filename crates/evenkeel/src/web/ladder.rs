//! What was asked before the rules, on a page: every rung with what it found.
//!
//! Read from the recorded verdict; nothing is looked up again.

use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::verdict::Verdict;
use evenkeel_core::verdict::rung::{Rung, Said};
use maud::{Markup, html};

/// The rungs that were asked, in order; nothing when none was.
pub fn rungs(scene: &Scene<'_>, verdict: &Verdict, open: bool) -> Markup {
    if verdict.rungs.is_empty() {
        return html! {};
    }
    let settled = verdict.settled().is_some();
    let last = verdict.rungs.len() - 1;
    html! {
        details open[open] {
            summary {
                "Before the rules "
                small {
                    (words::count(verdict.rungs.len() as u64, "question")) " asked, "
                    @if settled { "the last one settled it" } @else { "none settled it" }
                }
            }
            ol.rules {
                @for (at, rung) in verdict.rungs.iter().enumerate() {
                    li.hit[settled && at == last] {
                        p {
                            (at + 1) ". " b { (scene.words(|words| words.rung(verdict, rung))) } " "
                            span.note { (found(scene, rung)) }
                        }
                    }
                }
            }
        }
    }
}

fn found(scene: &Scene<'_>, rung: &Rung) -> Markup {
    let record = rung.found.map(|found| scene.record(found));
    let rep = rung.rep.map(|rep| scene.rep(rep));
    html! {
        @match &rung.said {
            Said::Blank => "has nothing to match by",
            Said::Nothing => "found nothing",
            _ => {
                "found " @if let Some(record) = record { (record) }
                @if let Some(rep) = rep { " of " (rep) }
            }
        }
        @match &rung.said {
            Said::Blank | Said::Nothing | Said::Took(_) => {}
            Said::Ownerless => ", which is in nobody’s book",
            Said::Flagged => ", and only marks it",
            Said::Merged => ", and merged it",
            Said::Passed(stop) | Said::Waits(stop) => {
                @if let Some(rep) = rung.rep {
                    ", who " (scene.words(|words| words.stop(rep, stop)))
                }
            }
        }
    }
}
