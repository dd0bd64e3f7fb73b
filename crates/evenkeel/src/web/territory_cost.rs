//! What territories cost: the recorded arrivals dealt twice, told side by side with what every
//! figure means and how many records it is about.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::fault::Fault;
use crate::host::signed::Signed;
use crate::territories::{arrivals, figures};
use crate::web::layout::Here;
use crate::web::notice::Notice;
use crate::web::refused::Refused;
use crate::web::{show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::rehearsal::Base;
use evenkeel_core::territory::cost::{self, Asked, Cost};
use maud::{Markup, html};

/// `GET /territories/cost`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::TryPolicy)?;
    let base = app.workspace.glance(Base::of);
    let arrivals = arrivals::recorded(&app.workspace).await?;
    let work = move || cost::compare(&base, &arrivals, Asked::default());
    let cost = tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Refused::from(Fault::Stopping))?;
    let title = "What territories cost";
    show::page(&app, &signed, Here::Policy, title, |_| body(&cost)).await
}

fn body(cost: &Result<Cost, Refusal>) -> Markup {
    html! {
        p.eyebrow { a href="/territories" { "Territories" } }
        div.title { h1 { "What territories cost" } }
        @match cost {
            Err(refusal) => { (Notice::refusal(refusal).show()) }
            Ok(cost) => {
                p.lede { (figures::headline(cost)) }
                div.columns {
                    div.stack { (sides(cost)) (ones(cost)) }
                    (means(cost))
                }
            }
        }
    }
}

fn sides(cost: &Cost) -> Markup {
    html! {
        section.sheet aria-labelledby="sides" {
            header {
                h2 #sides { "The same records, dealt twice" }
                span.note { "n = " (words::thousands(cost.records)) }
            }
            div.wide role="group" tabindex="0" aria-labelledby="sides" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Records" }
                            th.n scope="col" { "With territories" }
                            th.n scope="col" { "From one pool" }
                        }
                    }
                    tbody {
                        @for (name, on, off) in figures::figures(cost) {
                            tr { th scope="row" { (name) } td.n { (on) } td.n { (off) } }
                        }
                    }
                }
            }
            p.foot {
                (words::count(cost.rescued, "record")) " somebody took only without territories, "
                (words::thousands(cost.lost)) " only with them."
            }
        }
    }
}

fn ones(cost: &Cost) -> Markup {
    html! {
        section.sheet aria-labelledby="ones" {
            header { h2 #ones { "Territory by territory" } }
            div.wide role="group" tabindex="0" aria-labelledby="ones" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Territory" } th.n scope="col" { "Reps" }
                            th.n scope="col" { "Records" } th.n scope="col" { "Per rep" }
                            th.n scope="col" { "Nobody could take" }
                        }
                    }
                    tbody {
                        @for one in &cost.territories {
                            tr {
                                th scope="row" { (one.name) }
                                td.n { (one.reps) }
                                td.n { (words::thousands(one.records)) }
                                td.n {
                                    @match (one.records * 10).checked_div(one.reps) {
                                        Some(tenths) => { (tenths / 10) "." (tenths % 10) }
                                        None => "–",
                                    }
                                }
                                td.n { (words::thousands(one.nobody)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A figure as this page calls it; the API has its short name.
fn called(figure: &'static str) -> &'static str {
    match figure {
        "nobody" => "nobody could take",
        "to change hands" => "would have to change hands",
        "rescued" => "only without",
        "lost" => "only with",
        figure => figure,
    }
}

fn means(cost: &Cost) -> Markup {
    html! {
        section.sheet aria-labelledby="means" {
            header { h2 #means { "What this is" } }
            div.body {
                p {
                    "Arithmetic about what was recorded, dealt again with today’s reps, policy and \
                     table. It is no forecast, and no evidence that anybody would have sold more: \
                     what reps would have made of other records nobody knows."
                }
                @if let Some((first, last)) = cost.between {
                    p.note { "From " (words::moment(first)) " to " (words::moment(last)) "." }
                }
                p.note {
                    "Over capacity is more than " (words::thousands(cost.most_per_week))
                    " in 7 days."
                }
                dl.facts {
                    @for (figure, means) in cost::DEFINITIONS {
                        dt { (called(figure)) } dd { (means) }
                    }
                }
            }
        }
    }
}
