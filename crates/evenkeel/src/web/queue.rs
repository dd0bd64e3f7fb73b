//! One queue: for whoever runs the team its order and its people; for a rep what can be taken.

use crate::app::App;
use crate::host::access::{Sees, Verb};
use crate::host::order::{Denied, Order};
use crate::host::queues::known_here;
use crate::host::signed::Signed;
use crate::web::form::Sent;
use crate::web::layout::Here;
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{feed, link, my_queue, queue_people, show, words};
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::claim::{Claim, Pick};
use evenkeel_core::ids::QueueNo;
use evenkeel_core::policy::document::pull::{Pull, Show};
use evenkeel_core::time::Span;
use maud::{Markup, html};

/// Most records listed, in the order in which they are taken.
const LIST_MAX: usize = 200;

/// `GET /queues/{name}`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(name): Path<String>,
    Query(done): Query<show::Done>,
) -> Result<Response, Refused> {
    signed.may(Verb::SeeQueues)?;
    let notice = Notice::done(done.word());
    Ok(page(&app, &signed, &name, notice).await?.into_response())
}

/// `POST /queues/{name}/claim`: for the rep who is signed in.
pub async fn claim(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(name): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::ClaimRecords)?;
    let fields = sent.by(&signed)?;
    let record = match fields.text("record") {
        "" => None,
        record => Some(record.to_owned()),
    };
    let known = app.workspace.glance(|state| {
        let known = record.as_ref().filter(|_| signed.role.sees() == Sees::Own);
        let known = known.map_or(Ok(()), |record| known_here(state, &name, record));
        (signed.own_key(state).map(str::to_owned), known)
    });
    let (Some(rep), known) = known else {
        let why = "Your sign-in is no rep; give the record to somebody by hand instead.";
        return Err(Refused::form(why));
    };
    if let Err(refusal) = known {
        return again(
            &app,
            &signed,
            &name,
            Notice::refusal(&refusal),
            show::status(&refusal),
        )
        .await;
    }
    let command = Command::Claim(Claim {
        queue: name.clone(),
        rep,
        pick: record.map_or(Pick::Next, Pick::This),
    });
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    match app.workspace.submit(order).await {
        Ok(_) => {
            let back = format!("{}?done=claimed", link::queue(&name));
            Ok(Redirect::to(&back).into_response())
        }
        Err(Denied::Refused(refusal)) => {
            let notice = Notice::refusal(&refusal);
            again(&app, &signed, &name, notice, show::status(&refusal)).await
        }
        Err(denied) => Err(denied.into()),
    }
}

async fn again(
    app: &App,
    signed: &Signed,
    name: &str,
    notice: Notice,
    status: StatusCode,
) -> Result<Response, Refused> {
    let page = page(app, signed, name, Some(notice)).await?;
    Ok((status, page).into_response())
}

async fn page(
    app: &App,
    signed: &Signed,
    name: &str,
    notice: Option<Notice>,
) -> Result<axum::response::Html<String>, Refused> {
    let title = format!("Queue {name}");
    show::found(app, signed, Here::Queues, &title, move |scene| {
        let queue = scene.state.queue_no(name)?;
        Some(html! {
            (notice::show(notice.as_ref()))
            p.eyebrow { a href="/queues" { "Queues" } }
            div.title { h1 { "Queue " (name) } }
            @match scene.viewer.role.sees() {
                Sees::Own => (own(scene, queue)),
                Sees::All => (whole(scene, queue)),
            }
        })
    })
    .await
}

fn own(scene: &Scene<'_>, queue: QueueNo) -> Markup {
    html! {
        @match scene.me {
            Some(me) => (my_queue::sheets(scene, queue, me)),
            None => div.sheet.empty {
                b { "You are not yet a rep here" }
                "Ask whoever runs the workspace to connect your sign-in with your rep key."
            }
        }
    }
}

fn whole(scene: &Scene<'_>, queue: QueueNo) -> Markup {
    html! {
        @match scene.state.pull(queue) {
            Some(pull) => {
                p.lede { (told(pull)) }
                div.stack {
                    @if let Some(me) = scene.me { (my_queue::sheets(scene, queue, me)) }
                    (queue_people::sheets(scene, queue, pull))
                    (order(scene, queue, pull))
                }
            }
            None => {
                p.lede { "The policy in force no longer has this queue; nobody can take from it." }
                (order(scene, queue, &Pull::default()))
            }
        }
    }
}

/// How the queue works, in a few sentences.
fn told(pull: &Pull) -> String {
    let mut parts = vec![match pull.overtake {
        Span(0) => "The oldest is first.".to_owned(),
        window => {
            format!("Better records come earlier, but pass an older one by {window} at most.")
        }
    }];
    parts.push(match pull.show {
        Show::All => "Reps may choose among all that are for them.".to_owned(),
        Show::First(1) | Show::Blind => "Reps take the next one and do not choose.".to_owned(),
        Show::First(count) => format!("Reps choose among the first {count} that are for them."),
    });
    if let Some(fair) = pull.fair {
        parts.push(format!(
            "Of a grade nobody gets more than {} ahead of the others; what waits {} is open to more.",
            words::amount(fair.band),
            fair.leak
        ));
    }
    if let Some(span) = pull.work_within {
        parts.push(format!(
            "What is not worked in {span} goes back to its place."
        ));
    }
    parts.join(" ")
}

fn order(scene: &Scene<'_>, queue: QueueNo, pull: &Pull) -> Markup {
    let line = scene.state.queue(queue);
    let count = line.records.len();
    let scored = !pull.axes.is_empty();
    html! {
        section.sheet aria-labelledby="order" {
            header {
                h2 #order { "In order" }
                span.note { (words::count(count as u64, "record")) ", the next one first" }
            }
            @if count == 0 {
                div.empty { b { "Nothing waits" } "New records appear here the moment they come in." }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="order" {
                    table {
                        thead { tr {
                            th.n scope="col" { "Place" } th scope="col" { "Record" }
                            th scope="col" { "About" }
                            @if scored { th scope="col" { "Grade" } th.n scope="col" { "Score" } }
                            th scope="col" { "Came in" } th scope="col" { "Waits" }
                        } }
                        tbody #order-live data-live="" {
                            @let listed = line.in_order().take(LIST_MAX);
                            @for (at, (record, rank)) in listed.enumerate() {
                                tr {
                                    td.n { (at + 1) }
                                    th scope="row" {
                                        (scene.record(record)) " "
                                        span.tag { (feed::kind(scene, record)) }
                                    }
                                    td { (scene.title(record)) }
                                    @if scored {
                                        td {
                                            @if let Some(grade) = pull.grades.get(rank.grade) {
                                                span.tag.on { (grade.name) }
                                            }
                                        }
                                        td.n { (words::amount(rank.score)) }
                                    }
                                    td {
                                        @if let Some(at) = line.arrival(record) {
                                            (words::ago(scene.now, at))
                                        }
                                    }
                                    td {
                                        @if let Some(since) = line.records.get(&record) {
                                            (words::ago(scene.now, *since))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                @if count > LIST_MAX {
                    p.foot { "and " (words::thousands((count - LIST_MAX) as u64)) " more" }
                }
            }
        }
    }
}
