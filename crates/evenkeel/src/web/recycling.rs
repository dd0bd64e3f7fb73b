//! Recycling: the rules in words, what is warned and due, what a sweep would do, and what it did.
//!
//! The plan and the history are parts of their own; here is the page, and what is sent from it.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::order::Denied;
use crate::host::signed::Signed;
use crate::web::form::Sent;
use crate::web::layout::Here;
use crate::web::notice::{self, Notice};
use crate::web::record::order;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{recycling_health, recycling_plan, show, words};
use axum::extract::{Path, Query, State as Shared};
use axum::response::{Html, IntoResponse, Redirect, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::settle_sweep::{SettleSweep, Verdict};
use evenkeel_core::holding::activity::Stamp;
use evenkeel_core::holding::sweeps::Stage;
use evenkeel_core::policy::document::recycling::{
    Availability, Cadence, Onward, Recycling, Removal,
};
use maud::{Markup, html};

/// `GET /recycling`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Query(done): Query<show::Done>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::MoveRecords)?;
    page(&app, &signed, Notice::done(done.word())).await
}

/// `POST /recycling/sweeps/{number}/approve`
pub async fn approve(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(number): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    settle(&app, &signed, &number, sent, (Verdict::Approve, "approved")).await
}

/// `POST /recycling/sweeps/{number}/drop`
pub async fn dismiss(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(number): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    settle(&app, &signed, &number, sent, (Verdict::Drop, "dropped")).await
}

/// `POST /recycling/sweeps/{number}/undo`
pub async fn undo(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(number): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    settle(&app, &signed, &number, sent, (Verdict::Undo, "undone")).await
}

async fn settle(
    app: &App,
    signed: &Signed,
    number: &str,
    sent: Sent,
    (verdict, done): (Verdict, &'static str),
) -> Result<Response, Refused> {
    signed.may(Verb::SettleSweeps)?;
    let fields = sent.by(signed)?;
    let sweep = number.parse().map_err(|_| Refused::missing("sweep"))?;
    let command = Command::SettleSweep(SettleSweep { sweep, verdict });
    match app.workspace.submit(order(signed, &fields, command)).await {
        Ok(_) => Ok(Redirect::to(&format!("/recycling?done={done}")).into_response()),
        Err(Denied::Refused(refusal)) => {
            let status = show::status(&refusal);
            let page = page(app, signed, Some(Notice::refusal(&refusal))).await?;
            Ok((status, page).into_response())
        }
        Err(denied) => Err(denied.into()),
    }
}

async fn page(app: &App, signed: &Signed, notice: Option<Notice>) -> Result<Html<String>, Refused> {
    show::page(app, signed, Here::Recycling, "Recycling", move |scene| {
        body(scene, notice.as_ref())
    })
    .await
}

fn policy<'s>(scene: &Scene<'s>) -> Option<&'s Recycling> {
    scene.state.policy()?.document().recycling.as_ref()
}

/// The page.
pub fn body(scene: &Scene<'_>, notice: Option<&Notice>) -> Markup {
    let Some(recycling) = policy(scene) else {
        return nothing(scene);
    };
    html! {
        (notice::show(notice))
        div.title { h1 { "Recycling" } }
        p.lede { (lede(scene, recycling)) }
        div #held-sweeps data-live="" { (recycling_plan::held(scene)) }
        dl.sheet.figures #recycling-figures data-live="" { (figures(scene)) }
        div.columns {
            div.stack {
                (recycling_plan::ahead(scene, recycling))
                (recycling_plan::watched(scene))
                (recycling_plan::swaps(scene))
            }
            div.stack {
                (rules(scene, recycling))
                (recycling_health::funnel(scene))
                (recycling_health::returns(scene))
            }
        }
        (recycling_health::sweeps(scene, recycling))
    }
}

fn nothing(scene: &Scene<'_>) -> Markup {
    html! {
        div.title { h1 { "Recycling" } }
        div.sheet.empty {
            b { "Nothing is taken back" }
            "A record that nobody works on stays where it is. Say in the policy when it should go: a "
            "[recycling] table with a cadence, a rest and at least one rule."
            @if scene.viewer.role.may(Verb::PublishPolicy) {
                div.acts { a.button.main href="/policy/edit" { "Edit the policy" } }
            }
        }
    }
}

fn lede(scene: &Scene<'_>, recycling: &Recycling) -> Markup {
    html! {
        "What nobody works on is taken back, rests for " (recycling.rest) ", and is given out again. "
        @match (&recycling.cadence, scene.state.recycling().next()) {
            (Cadence::Every(schedule), Some(next)) => {
                "The next sweep is " (words::moment(next.at)) " (" (next.local) ", "
                (schedule.period.word()) ")."
            }
            _ => "What is due is taken at once.",
        }
    }
}

fn figures(scene: &Scene<'_>) -> Markup {
    let recycling = scene.state.recycling();
    let due = recycling.watched().filter(|(_, one)| one.due > Stamp(0));
    let due: Vec<Stamp> = due.map(|(_, one)| one.due).collect();
    let since = due.iter().min().and_then(|stamp| stamp.moment());
    let resting = scene.state.resting();
    let first = scene.state.resting().next();
    let ago = |since| format!("the oldest for {}", words::span(scene.now - since));
    let guard = recycling.sweeps().iter();
    let held = guard.filter(|sweep| sweep.stage == Stage::Held).count();
    html! {
        div {
            dt { "Warned" }
            dd {
                (words::thousands((recycling.watched().len() - due.len()) as u64))
                small { "not due yet" }
            }
        }
        div {
            dt { "Due" }
            dd {
                (words::thousands(due.len() as u64))
                small { (since.map_or_else(|| "nothing is to be taken".to_owned(), ago)) }
            }
        }
        div {
            dt { "Resting" }
            dd {
                (words::thousands(resting.len() as u64))
                small {
                    @if let Some((until, _)) = first {
                        a href="/waiting" { "the first for another " (words::span(until - scene.now)) }
                    } @else { "each with a date" }
                }
            }
        }
        div {
            dt { "Sweeps that wait for approval" }
            dd { (held) small { "more than may go unseen" } }
        }
    }
}

/// The rules in words.
fn rules(scene: &Scene<'_>, recycling: &Recycling) -> Markup {
    let guard = scene.state.policy().map(|policy| policy.document().guard);
    let cooldown = scene
        .state
        .policy()
        .map(|policy| policy.document().cooldown);
    html! {
        section.sheet aria-labelledby="rules-title" {
            header {
                h2 #rules-title { "The rules" }
                a.more href="/policy" { "The policy" }
            }
            div.body {
                @if recycling.removals.is_empty() {
                    p { "There is no rule yet that takes anything." }
                }
                @for removal in &recycling.removals {
                    p { b { (removal.name) } ": " (in_words(scene, recycling, removal)) }
                }
                @for entry in &recycling.available { p.note { (ends_early(entry)) } }
                p.note {
                    @if let Some(warn) = recycling.warn { "Owners are warned " (warn) " before. " }
                    @else { "Owners are not warned. " }
                    "They may keep a record for up to " (recycling.keep) " with a next step, "
                    (recycling.keeps) " times in a row. "
                    @if let Some(cooldown) = cooldown {
                        "It does not go back to anybody who had it for " (cooldown) ". "
                    }
                    @if let Some(guard) = guard {
                        "A sweep of more than " (percent(guard.book_ppm)) " of a book or of "
                        (words::count(u64::from(guard.records), "record")) " waits for approval."
                    }
                }
            }
        }
    }
}

fn percent(ppm: u32) -> String {
    match (ppm / 10_000, ppm % 10_000) {
        (whole, 0) => format!("{whole} %"),
        (whole, rest) => format!("{whole}.{:02} %", rest / 100),
    }
}

fn in_words(scene: &Scene<'_>, recycling: &Recycling, removal: &Removal) -> Markup {
    html! {
        @if let Some(idle) = removal.idle { "nobody worked on it for " (idle) }
        @if removal.idle.is_some() && !removal.reasons.is_empty() { ", or " }
        @if !removal.reasons.is_empty() {
            "closed as " (removal.reasons.join(", "))
        }
        @if let Some(when) = &removal.when { "; only where " code { (when.text) } }
        ". It is taken "
        @if recycling.is_at_once(removal) { "at once" } @else { "with the cadence" }
        ", and after its rest "
        @match removal.then {
            Onward::Deal => "the policy deals it again.",
            Onward::Queue(at) => {
                "it goes to the queue " (scene.queue(scene.state.queue_at(at))) "."
            }
        }
    }
}

fn ends_early(entry: &Availability) -> Markup {
    let idle = entry
        .idle
        .map(|idle| format!("nobody worked on it for {idle}"));
    let contacts = entry
        .new_contacts
        .then(|| "new contacts were found".to_owned());
    let when = entry
        .when
        .as_ref()
        .map(|when| format!("{} holds", when.text));
    let parts: Vec<String> = [idle, contacts, when].into_iter().flatten().collect();
    html! { "A rest is over early when " (parts.join(" and ")) "." }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn parts_in_percent() {
        assert_eq!(percent(50_000), "5 %");
        assert_eq!(percent(12_500), "1.25 %");
    }
}
