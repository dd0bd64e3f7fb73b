//! Everything that waits: held records with their deadlines, and the queues.
//!
//! Nothing is moved from here; each record leads to its own page.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::web::layout::Here;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{feed, link, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::holding::place::{AfterRest, Rest};
use evenkeel_core::ids::{QueueNo, RecordNo};
use evenkeel_core::time::Moment;
use maud::{Markup, html};

/// Most records listed; the oldest come first.
const LIST_MAX: usize = 200;

/// `GET /waiting`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::MoveRecords)?;
    show::page(&app, &signed, Here::Today, "Waiting", body).await
}

/// Held records and all queues.
pub fn body(scene: &Scene<'_>) -> Markup {
    let held = scene.state.held();
    let count = held.len();
    html! {
        div.title { h1 { "Waiting" } }
        p.lede {
            "Every record is in exactly one place. These are the ones without an owner: held until "
            "somebody can take them or the deadline passes, resting until a date, or in a queue."
        }
        div.stack {
            section.sheet aria-labelledby="held" {
                header {
                    h2 #held { "Held" }
                    span.note { (words::count(count as u64, "record")) ", longest wait first" }
                }
                @if count == 0 {
                    div.empty {
                        b { "Nothing is held" } "Everyone found somebody who could take it."
                    }
                } @else {
                    div.wide role="group" tabindex="0" aria-labelledby="held" {
                        table data-sort="" {
                            thead { tr {
                                th scope="col" { "Record" } th scope="col" { "Kind" }
                                th scope="col" { "Waits for" } th scope="col" { "Began to wait" }
                                th scope="col" { "Deadline" } th scope="col" { "Then" }
                            } }
                            tbody {
                                @for (record, hold) in held.take(LIST_MAX) {
                                    tr {
                                        th scope="row" { (scene.record(record)) }
                                        td { (feed::kind(scene, record)) }
                                        td { (scene.pool(hold.pool)) }
                                        td data-v=(hold.since.0) {
                                            (words::ago(scene.now, hold.since))
                                        }
                                        td data-v=(hold.until.0) { (words::moment(hold.until)) }
                                        td { "queue " (scene.queue(hold.then)) }
                                    }
                                }
                            }
                        }
                    }
                    @if count > LIST_MAX { p.foot { "and " (count - LIST_MAX) " more" } }
                }
            }
            (resting(scene))
            @for (at, queue) in scene.state.queues().iter().enumerate() {
                @if !queue.records.is_empty() { (queue_sheet(scene, QueueNo::at(at), 25)) }
            }
        }
    }
}

/// What rests, the longest first, with why and until when.
fn resting(scene: &Scene<'_>) -> Markup {
    let rests = scene.state.records().places.resting();
    let mut rests: Vec<(RecordNo, Rest)> = rests.map(|(record, rest)| (record, *rest)).collect();
    rests.sort_by_key(|(record, rest)| (rest.since, *record));
    let count = rests.len();
    html! {
        @if count > 0 {
            section.sheet aria-labelledby="resting" {
                header {
                    h2 #resting { "Resting" }
                    span.note { (words::count(count as u64, "record")) ", longest rest first" }
                    a.more href="/recycling" { "Recycling" }
                }
                div.wide role="group" tabindex="0" aria-labelledby="resting" {
                    table data-sort="" {
                        thead { tr {
                            th scope="col" { "Record" } th scope="col" { "Kind" }
                            th scope="col" { "Was with" } th scope="col" { "Rests since" }
                            th scope="col" { "Until at the latest" } th scope="col" { "Then" }
                        } }
                        tbody {
                            @for (record, rest) in rests.into_iter().take(LIST_MAX) {
                                tr {
                                    th scope="row" { (scene.record(record)) }
                                    td { (feed::kind(scene, record)) }
                                    td { @if let Some(rep) = rest.from { (scene.rep(rep)) } }
                                    td data-v=(rest.since.0) {
                                        (words::ago(scene.now, rest.since))
                                    }
                                    td data-v=(rest.until.0) { (words::moment(rest.until)) }
                                    td {
                                        @match rest.then {
                                            AfterRest::Deal => "dealt again",
                                            AfterRest::Queue(queue) => {
                                                "queue " (scene.queue(queue))
                                            }
                                            AfterRest::Back(rep) => { "back to " (scene.rep(rep)) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                @if count > LIST_MAX { p.foot { "and " (count - LIST_MAX) " more" } }
            }
        }
    }
}

fn queue_sheet(scene: &Scene<'_>, number: QueueNo, most: usize) -> Markup {
    let queue = scene.state.queue(number);
    let mut records: Vec<(Moment, RecordNo)> = queue
        .records
        .iter()
        .map(|(record, since)| (*since, *record))
        .collect();
    records.sort();
    let id = format!("queue-{}", number.0);
    html! {
        section.sheet aria-labelledby=(id) {
            header {
                h2 #(id) { "Queue " (queue.name) }
                span.note { (words::count(records.len() as u64, "record")) }
                @if records.len() > most {
                    a.more href=(link::queue(&queue.name)) { "All of them" }
                }
            }
            @if records.is_empty() {
                div.empty { b { "The queue is empty" } }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby=(id) {
                    table data-sort="" {
                        thead { tr {
                            th scope="col" { "Record" } th scope="col" { "Kind" } th scope="col" {
                                "Began to wait"
                            }
                        } }
                        tbody {
                            @for (since, record) in records.into_iter().take(most) {
                                tr {
                                    th scope="row" { (scene.record(record)) }
                                    td { (feed::kind(scene, record)) }
                                    td data-v=(since.0) { (words::ago(scene.now, since)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
