//! Plan: who should have which book, made from the books as they are; approved, carried out and
//! taken back by a person.
//!
//! The list and what is done; one plan is drawn in [`crate::web::plan_sheet`]. Nothing moves
//! because somebody looked.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::order::{Denied, Order};
use crate::host::planner;
use crate::host::signed::Signed;
use crate::web::form::Sent;
use crate::web::layout::{self, Here};
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{balance, load, plan_sheet, show, words};
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::settle_plan::{SettlePlan, Settlement};
use evenkeel_core::event::Event;
use evenkeel_core::holding::planned::{Kept, Stage};
use evenkeel_core::units::Micro;
use maud::{Markup, html};
use serde::Deserialize;

/// What to look at.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Look {
    /// What was done last.
    done: Option<String>,
    /// Number of a plan to compare with.
    beside: Option<u32>,
    /// `value`, `records` or `effort`.
    by: Option<String>,
}

/// `GET /plan`
pub async fn list(
    Shared(app): Shared<App>,
    signed: Signed,
    Query(done): Query<show::Done>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::PlanBooks)?;
    listing(&app, &signed, Notice::done(done.word())).await
}

async fn listing(
    app: &App,
    signed: &Signed,
    said: Option<Notice>,
) -> Result<Html<String>, Refused> {
    show::page(app, signed, Here::Books, "Plan", |scene| {
        body(scene, said.as_ref())
    })
    .await
}

/// `GET /plan/{number}`
pub async fn one(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(number): Path<u32>,
    Query(look): Query<Look>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::PlanBooks)?;
    let said = Notice::done(look.done.as_deref());
    single(&app, &signed, number, (&look, said)).await
}

async fn single(
    app: &App,
    signed: &Signed,
    number: u32,
    (look, said): (&Look, Option<Notice>),
) -> Result<Html<String>, Refused> {
    let by = look.by.as_deref().unwrap_or("value");
    let who = who(app, number).await?;
    let title = format!("Plan {number}");
    show::found(app, signed, Here::Books, &title, |scene| {
        let kept = scene.state.plans().find(number)?;
        let beside = look
            .beside
            .and_then(|other| scene.state.plans().find(other));
        let told = (said.as_ref(), who.as_slice());
        Some(plan_sheet::body(scene, kept, (beside, by), told))
    })
    .await
}

/// Who made, approved, carried out and took back a plan, by what is in the journal.
async fn who(app: &App, number: u32) -> Result<Vec<(Stage, String)>, Refused> {
    let since = app.workspace.glance(|state| {
        let kept = state.plans().find(number)?;
        Some(kept.since.clone())
    });
    let since = since.unwrap_or_default();
    let seqs = since.iter().map(|(.., seq)| *seq).collect();
    let events = app.workspace.events(seqs).await?;
    let actors: Vec<_> = events.iter().map(|(_, recorded)| recorded.actor).collect();
    let users = actors.iter().filter_map(|actor| match actor {
        evenkeel_core::event::Actor::User(number) => Some(*number),
        _ => None,
    });
    let names = show::user_names(app, users);
    let stages = since.iter().map(|(stage, ..)| *stage);
    let told = stages.zip(actors);
    Ok(told
        .map(|(stage, actor)| (stage, plan_sheet::actor(&names, actor)))
        .collect())
}

/// `POST /plan`
pub async fn make(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::PlanBooks)?;
    let fields = sent.by(&signed)?;
    let once = fields.once();
    match planner::make(&app.workspace, signed.actor, (&once, fields.digest())).await {
        Ok(done) => {
            let plan = done
                .events
                .iter()
                .find_map(|recorded| match &recorded.event {
                    Event::Planned(planned) => Some(planned.plan()),
                    _ => None,
                });
            let plan = plan.unwrap_or_default();
            Ok(Redirect::to(&format!("/plan/{plan}?done=planned")).into_response())
        }
        Err(Denied::Refused(refusal)) => {
            let page = listing(&app, &signed, Some(Notice::refusal(&refusal))).await?;
            Ok((status(&refusal), page).into_response())
        }
        Err(denied) => Err(denied.into()),
    }
}

/// `POST /plan/{number}`
pub async fn settle(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(number): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::PlanBooks)?;
    let fields = sent.by(&signed)?;
    let (settlement, done) = match fields.text("then") {
        "approve" => (Settlement::Approve, "plan-approved"),
        "apply" => (Settlement::Apply, "plan-applied"),
        "undo" => (Settlement::Undo, "plan-undone"),
        "drop" => (Settlement::Drop, "plan-dropped"),
        _ => return Err(Refused::form("Say what to do with the plan.".to_owned())),
    };
    let plan = number
        .parse::<u32>()
        .map_err(|_| Refused::missing("plan"))?;
    let command = Command::SettlePlan(SettlePlan { plan, settlement });
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    match app.workspace.submit(order).await {
        Ok(_) => Ok(Redirect::to(&format!("/plan/{plan}?done={done}")).into_response()),
        Err(Denied::Refused(refusal)) => {
            let said = Some(Notice::refusal(&refusal));
            let page = single(&app, &signed, plan, (&Look::default(), said)).await?;
            Ok((status(&refusal), page).into_response())
        }
        Err(denied) => Err(denied.into()),
    }
}

fn status(refusal: &Refusal) -> StatusCode {
    show::status(refusal)
}

fn body(scene: &Scene<'_>, said: Option<&Notice>) -> Markup {
    let plans = scene.state.plans();
    html! {
        div.title { h1 { "Plan" } span.tag { (plans.iter().len()) } }
        (balance::strip(scene, "/plan"))
        (notice::show(said))
        p.lede {
            "A plan says who should have which records so that books are even and as few as can be change hands, "
            "with a number that no plan can beat. It is a proposal: nothing moves until somebody approves it and carries it out."
        }
        div.columns {
            div.stack {
                section.sheet aria-labelledby="plans" {
                    header { h2 #plans { "Plans" } span.note { "newest first; the last 12 are kept" } }
                    @if plans.iter().len() == 0 {
                        div.empty { b { "No plan yet" } "Make the first one; it changes nothing." }
                    } @else { (table(scene)) }
                }
            }
            div.stack { (making(scene)) }
        }
    }
}

fn table(scene: &Scene<'_>) -> Markup {
    html! {
        div.wide role="group" tabindex="0" aria-labelledby="plans" {
            table {
                thead { tr {
                    th scope="col" { "Plan" }
                    th scope="col" { "Made" }
                    th scope="col" { "Stands" }
                    th.n scope="col" { "Records" }
                    th.n scope="col" { "Moves" }
                    th.n scope="col" { "Gap at most" }
                } }
                tbody { @for kept in scene.state.plans().iter().rev() { (row(scene, kept)) } }
            }
        }
    }
}

fn row(scene: &Scene<'_>, kept: &Kept) -> Markup {
    let made = &kept.made;
    html! {
        tr {
            th scope="row" { a href=(format!("/plan/{}", made.number)) { "Plan " (made.number) } }
            td { @if let Some(at) = kept.at(Stage::Made) { (words::ago(scene.now, at)) } }
            td { (plan_sheet::mark(kept.stage)) }
            td.n { (words::thousands(u64::from(made.records))) }
            td.n { (words::thousands(made.moves.len() as u64)) }
            td.n { (plan_sheet::gap(&made.cost)) }
        }
    }
}

/// What would be planned, and the button.
fn making(scene: &Scene<'_>) -> Markup {
    let planning = scene.state.policy().map(|policy| &policy.document().plan);
    let field = |field| {
        scene
            .state
            .record_schema()
            .field(field)
            .map(|field| &field.name)
    };
    html! {
        section.sheet aria-labelledby="making" {
            header { h2 #making { "Make a plan" } }
            div.body.stack {
                @match planning {
                    None => p { "Publish a policy first; its " code { "[plan]" } " says what books should hold." },
                    Some(planning) => {
                        dl.facts {
                            dt { "Planned" }
                            dd {
                                @if planning.accounts.is_some() { "records that the policy’s " code { "accounts" } " names, in books and in queues" }
                                @else { "every record in a book" }
                            }
                            dt { "Value" }
                            dd {
                                @match planning.value.and_then(field) {
                                    Some(name) => code { (name) }, None => "none: only counts are evened out"
                                }
                            }
                            dt { "A move costs" } dd { (words::amount(planning.moving)) " points" }
                            dt { "Books" }
                            dd {
                                @match planning.books.len() {
                                    0 => "as many for everybody, as far as the pools allow",
                                    lines => (words::count(lines as u64, "line")),
                                }
                            }
                        }
                        form method="post" action="/plan" {
                            (layout::csrf(scene.viewer)) (show::once())
                            div.acts { button.main type="submit" { "Make a plan" } }
                        }
                    }
                }
            }
            p.foot {
                "What counts how much stands under " code { "[plan]" } " in the policy"
                @if scene.viewer.role.may(Verb::TryPolicy) { ": " a href="/policy/edit" { "change it" } }
                "."
            }
        }
    }
}

/// How uneven amounts are: standard deviation over mean, in percent with one place.
pub fn uneven(amounts: impl Iterator<Item = Micro> + Clone) -> Option<String> {
    let count = amounts.clone().count() as f64;
    let mean = amounts.clone().map(|one| one.0 as f64).sum::<f64>() / count;
    let squares: f64 = amounts.map(|one| (one.0 as f64 - mean).powi(2)).sum();
    let part = (squares / count).sqrt() / mean;
    part.is_finite().then(|| match part * 100.0 {
        small if small > 0.0 && small < 0.1 => "< 0.1 %".to_owned(),
        percent if percent < 10.0 => format!("{percent:.1} %"),
        percent => load::percent(Micro((percent * 10_000.0) as i64)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unevenness_is_told_as_it_is() {
        let of = |amounts: &[i64]| uneven(amounts.iter().map(|one| Micro::whole(*one)));
        assert_eq!(of(&[5, 5, 5]).as_deref(), Some("0.0 %"));
        assert_eq!(of(&[4, 6]).as_deref(), Some("20 %"));
        assert_eq!(of(&[99, 101]).as_deref(), Some("1.0 %"));
        assert_eq!(of(&[0, 0]), None);
        assert_eq!(of(&[]), None);
    }
}
