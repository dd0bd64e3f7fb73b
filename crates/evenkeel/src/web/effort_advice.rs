//! Factors of effort learned from the own activities, before and after: a part of the page
//! Capacity.
//!
//! A proposal. Whoever agrees opens it in the policy's editor, sees what the analysis says, and
//! publishes it there or not; nothing here writes.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::effort::{DAYS, DAYS_USUAL, own};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{layout, show, words};
use evenkeel_core::effort::cost::Effort;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::measure::calibration::{Learned, Proposal, learn};
use evenkeel_core::measure::jackknife::GROUPS;
use evenkeel_core::measure::own_effort::Own;
use evenkeel_core::policy::new_effort::set;
use evenkeel_core::time::Moment;
use maud::{Markup, html};

/// What was read for the answer.
#[derive(Debug)]
pub struct Asked {
    days: u16,
    touches: Vec<(RecordNo, Moment)>,
}

/// Reads what the answer needs; `None` when nobody asked.
pub async fn read(app: &App, days: Option<u16>) -> Result<Option<Asked>, Refused> {
    let Some(days) = days else {
        return Ok(None);
    };
    let days = if DAYS.contains(&days) {
        days
    } else {
        DAYS_USUAL
    };
    let touches = app.workspace.touches().await?;
    Ok(Some(Asked { days, touches }))
}

/// The way there, for whoever has not asked yet.
pub fn link(effort: Option<&Effort>) -> Markup {
    html! {
        p.foot {
            @if effort.is_some_and(|effort| !effort.factors.is_empty()) {
                a href="/capacity?learn=90#learned" { "Learn from your own activities" }
                ", as a proposal; from minutes with " code { "evenkeel advise effort" } "."
            } @else {
                "Once " code { "[effort]" } " names fields, such as "
                code { "size = \"record.employees\"" }
                ", what your own records take can be learned here."
            }
        }
    }
}

/// The proposal, or what is missing for one.
pub fn section(scene: &Scene<'_>, effort: Option<&Effort>, asked: &Asked) -> Markup {
    html! {
        section.sheet aria-labelledby="learned" {
            header {
                h2 #learned { "What your own records take" }
                span.note { "a proposal; nothing has changed" }
            }
            @match effort.filter(|effort| !effort.factors.is_empty()) {
                None => div.empty {
                    b { "There are no factors to learn" }
                    "Name the fields in the policy first: " code { "[effort]" } " with "
                    code { "size = \"record.employees\"" } ", " code { "cycle" } ", "
                    code { "acv" } " or " code { "activity" } "."
                },
                Some(effort) => (answer(scene, effort, asked)),
            }
        }
    }
}

fn answer(scene: &Scene<'_>, effort: &Effort, asked: &Asked) -> Markup {
    let own = own(scene.state, effort, &asked.touches, (scene.now, asked.days));
    html! {
        div.body {
            p {
                "Looking back "
                @for (at, days) in DAYS.into_iter().enumerate() {
                    @if at > 0 { " · " }
                    @if days == asked.days { b { (days) " days" } }
                    @else { a href=(format!("/capacity?learn={days}#learned")) { (days) " days" } }
                }
            }
            p {
                "From " (words::count(own.samples.len() as u64, "record"))
                " that one rep has had for all of that time, and what was done on them: "
                (words::thousands(own.activities)) " activities. Younger ones in books, left out: "
                (words::thousands(own.young)) "."
            }
        }
        @match learn(effort, &own.samples) {
            None => (missing(&own, asked.days)),
            Some(proposal) => (told(scene, effort, &proposal)),
        }
    }
}

/// Why there is nothing to propose.
fn missing(own: &Own, days: u16) -> Markup {
    html! {
        div.empty {
            @if own.samples.is_empty() {
                b { "No record has been with one rep for " (days) " days yet" }
                "Look back over fewer days, or come back later."
            } @else {
                b { "Nobody has logged an activity on these records" }
                "Send them with " code { "POST /api/v1/activities" } " or "
                code { "evenkeel import activities" }
                ". Where minutes are kept, " code { "evenkeel advise effort" } " learns from them."
            }
        }
    }
}

fn told(scene: &Scene<'_>, effort: &Effort, proposal: &Proposal) -> Markup {
    html! {
        div.wide role="group" tabindex="0" aria-labelledby="learned" {
            table {
                thead { tr {
                    th scope="col" { "Level" } th.n scope="col" { "Records" }
                    th.n scope="col" { "Now" } th.n scope="col" { "Learned" }
                    th.n scope="col" { "95 % interval" }
                } }
                tbody {
                    @for factor in &proposal.factors { (rows(factor)) }
                }
            }
        }
        div.body.stack {
            @if proposal.records < GROUPS {
                p { span.tag.warn { "too few" } " Of fewer than " (GROUPS) " records nothing can be told with any certainty." }
            }
            p {
                "A record that no factor makes heavier takes " (format!("{:.1}", proposal.minutes))
                " activities in that time. Of the differences between records the factors explain "
                b { (part(proposal.explained_before)) } " now, and "
                b { (part(proposal.explained_after)) } " as learned."
            }
            (publish(scene, effort, proposal))
        }
        p.foot {
            "Each factor is compared with its first level, which is 1. Levels with few records stay near what they are. "
            "The interval is what the factor would be without each twentieth of the records in turn, from " (GROUPS) " records on. "
            "Activities are counted alike, a call like a meeting."
        }
    }
}

/// A part in percent; what explains less than nothing explains nothing.
fn part(part: f64) -> String {
    format!("{:.0} %", part.max(0.0) * 100.0)
}

fn rows(factor: &Learned) -> Markup {
    html! {
        @for level in &factor.levels {
            tr {
                th scope="row" { (factor.kind.word()) " " (level.name) }
                td.n { (words::thousands(level.records as u64)) }
                td.n { (format!("{:.2}", level.before)) }
                td.n { b { (format!("{:.2}", level.after)) } }
                td.n {
                    @match level.interval {
                        Some((low, high)) => (format!("{low:.2} to {high:.2}")),
                        None => "–",
                    }
                }
            }
        }
    }
}

/// The way into the policy, for those who may go it.
fn publish(scene: &Scene<'_>, effort: &Effort, proposal: &Proposal) -> Markup {
    let text = scene.state.policy_text();
    let levels = proposal.levels(effort);
    let as_it_is = effort
        .factors
        .iter()
        .map(|factor| (factor.kind, &factor.levels));
    let same = as_it_is.eq(levels.iter().map(|(kind, levels)| (*kind, levels)));
    let written = set(text, &levels);
    html! {
        @if same {
            p { "To two places this is what the policy says already." }
        } @else if !scene.viewer.role.may(Verb::TryPolicy) {
            p { "Whoever writes the policy can open this in its editor." }
        } @else if let Some(written) = written {
            form.form method="post" action="/policy/check" {
                (layout::csrf(scene.viewer)) (show::once())
                input type="hidden" name="based_on" value=(scene.state.version());
                input type="hidden" name="text" value=(written);
                div.acts {
                    button.main type="submit" { "Open as a new version" }
                    span.note { "in the editor; it counts when it is published there" }
                }
            }
        } @else {
            p { "This policy’s text cannot take factors from a page. Write them under " code { "[effort]" } "." }
        }
    }
}
