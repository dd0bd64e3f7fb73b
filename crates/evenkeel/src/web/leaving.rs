//! The plan of a departure: who would get what, before anything moves.
//!
//! Applying it is the departure itself, bound to this plan: it is refused when it would do
//! something else by then.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::host::{leaving, secret};
use crate::web::form::{Fields, Sent};
use crate::web::layout::{self, Here};
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::rep_acts::book_goes;
use crate::web::scene::Scene;
use crate::web::{link, show, words};
use axum::extract::{Path, State as Shared};
use axum::response::Html;
use evenkeel_core::recycling::leaving::LeavePlan;
use maud::{Markup, html};

/// `POST /reps/{key}/leave/plan`
pub async fn plan(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::DeactivateReps)?;
    let fields = sent.by(&signed)?;
    let book =
        book_goes(&fields).unwrap_or(evenkeel_core::command::deactivate_rep::BookGoes::Redeal);
    show::page(
        &app,
        &signed,
        Here::Reps,
        "Leaving",
        move |scene| match leaving::plan(scene.state, &key, &book, scene.now) {
            Ok(plan) => body(scene, &key, &fields, &plan),
            Err(refusal) => html! {
                (notice::show(Some(&Notice::refusal(&refusal))))
                p { a href=(link::rep(&key)) { "Back to the rep" } }
            },
        },
    )
    .await
}

fn body(scene: &Scene<'_>, key: &str, fields: &Fields, plan: &LeavePlan) -> Markup {
    let name = scene.state.roster().find(key).map(|rep| scene.name(rep));
    let name = name.unwrap_or_else(|| key.to_owned());
    html! {
        p.eyebrow { a href="/reps" { "Reps" } " / " a href=(link::rep(key)) { (name) } }
        div.title { h1 { "If " (name) " leaves" } }
        p.lede {
            (words::count(plan.moves.len() as u64, "record")) " would move: "
            (words::count(plan.heirs.len() as u64, "rep")) " would get some, "
            (plan.queued) " would wait in queues, " (plan.held) " would be held. "
            "Nothing has moved yet."
        }
        div.stack {
            section.sheet aria-labelledby="heirs" {
                header { h2 #heirs { "Who would get them" } }
                @if plan.heirs.is_empty() {
                    div.empty { b { "Nobody" } "None of the records would go to another rep." }
                } @else {
                    div.wide role="group" tabindex="0" aria-labelledby="heirs" {
                        table {
                            thead { tr {
                                th scope="col" { "Rep" } th.num scope="col" { "Has" }
                                th.num scope="col" { "Would get" } th.num scope="col" { "Then" }
                            } }
                            tbody {
                                @for heir in &plan.heirs {
                                    tr {
                                        th scope="row" { (scene.rep(heir.rep)) }
                                        td.num { (heir.before) } td.num { (heir.gets) }
                                        td.num { (heir.before + heir.gets) }
                                    }
                                }
                            }
                        }
                    }
                }
                p.foot {
                    "Pools that draw show one possible outcome, and draw afresh when you apply it."
                }
            }
            form method="post" action=(link::rep_act(key, "deactivate")) {
                (layout::csrf(scene.viewer)) (show::once())
                @for field in ["book", "heir", "queue"] {
                    input type="hidden" name=(field) value=(fields.text(field));
                }
                input type="hidden" name="plan" value=(secret::hex(&plan.digest));
                div.acts {
                    button.grave type="submit" { "Apply this plan" }
                    a.button href=(link::rep(key)) { "Leave everything as it is" }
                }
            }
        }
    }
}
