//! The reps: who is there this week, how much of their caps is used, how large their books are.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::web::layout::Here;
use crate::web::picture::week;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{availability, show, words};
use axum::extract::{Query, State as Shared};
use axum::response::Html;
use evenkeel_core::ids::RepNo;
use evenkeel_core::people::rep::Status;
use evenkeel_core::time::Span;
use maud::{Markup, html};
use serde::Deserialize;

/// Most reps on one page.
const PAGE: usize = 60;

/// Which part of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// From 1.
    #[serde(default)]
    page: usize,
}

/// `GET /reps`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Query(part): Query<Part>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeReps)?;
    let page = part.page.max(1);
    show::page(&app, &signed, Here::Reps, "Reps", move |scene| {
        body(scene, page)
    })
    .await
}

/// The list: by team, then by name; those who left come last.
pub fn body(scene: &Scene<'_>, page: usize) -> Markup {
    let mut reps: Vec<(bool, String, String, RepNo)> = scene
        .state
        .roster()
        .iter()
        .map(|(rep, entry)| {
            let left = entry.profile.status == Status::Left;
            (left, entry.profile.team().to_owned(), scene.name(rep), rep)
        })
        .collect();
    reps.sort();
    let total = reps.len();
    let pages = total.div_ceil(PAGE).max(1);
    let page = page.min(pages);
    let shown: Vec<RepNo> = reps
        .into_iter()
        .skip((page - 1) * PAGE)
        .take(PAGE)
        .map(|(.., rep)| rep)
        .collect();
    html! {
        div.title {
            h1 { "Reps" }
            span.tag { (total) }
            @if scene.viewer.role.may(Verb::SetReps) {
                div.acts { a.button.main href="/add-rep" { "Add a rep" } }
            }
        }
        p.lede {
            "The next seven days in each rep’s own zone: wide bars are working hours, thin ones leave, the line is now."
        }
        section.sheet aria-labelledby="reps-title" {
            h2.unseen #reps-title { "All reps" }
            @if shown.is_empty() {
                div.empty {
                    b { "No rep yet" }
                    @if scene.viewer.role.may(Verb::SetReps) {
                        a href="/add-rep" { "Add the first one" }
                    }
                }
            } @else {
                div.wide #reps data-live="" role="group" tabindex="0" aria-labelledby="reps-title" {
                    table.drawn data-sort="" {
                        thead { tr {
                            th scope="col" { "Rep" }
                            th.roomy scope="col" { "Team" }
                            th scope="col" { "Now" }
                            th.plot.week scope="col" {
                                span.unseen { "The next seven days" } (week::head())
                            }
                            th.n scope="col" { "7 days" }
                            th.n scope="col" { "Book" }
                            th scope="col" { "Caps" }
                        } }
                        tbody { @for rep in shown { (row(scene, rep)) } }
                    }
                }
            }
        }
        @if pages > 1 {
            p.legend {
                @if page > 1 { a href=(format!("/reps?page={}", page - 1)) { "← Before" } }
                span { "Page " (page) " of " (pages) }
                @if page < pages { a href=(format!("/reps?page={}", page + 1)) { "After →" } }
            }
        }
    }
}

fn row(scene: &Scene<'_>, rep: RepNo) -> Markup {
    let entry = scene.state.roster().rep(rep);
    let profile = &entry.profile;
    let name = scene.name(rep);
    let words = availability::week_words(profile, &name, scene.now);
    let caps = availability::caps(scene, rep);
    let week = crate::web::manner::count_since(entry.history.moments(), scene.now - Span::days(7));
    html! {
        tr.off[!scene.here(profile)] {
            th scope="row" { (scene.person(rep)) }
            td.roomy {
                (profile.team())
                @if !profile.role().is_empty() { " " span.note { (profile.role()) } }
            }
            td { (availability::mark(profile, scene.now)) }
            td.plot.week {
                @if profile.status != Status::Left {
                    (availability::week(profile, scene.now).draw(&words, false))
                }
            }
            td.n data-v=(week) { (week) }
            td.n data-v=(entry.book.len()) { (words::thousands(entry.book.len() as u64)) }
            td {
                @match caps.iter().find(|cap| cap.reached()) {
                    Some(cap) => span.tag.warn { (cap.words()) },
                    None => {
                        @match caps.first() {
                            Some(cap) => span.note { (cap.words()) },
                            None => span.note { "none" },
                        }
                    }
                }
            }
        }
    }
}
