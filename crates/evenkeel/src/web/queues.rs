//! All queues: for a rep what can be taken from each, for others what waits in each and who takes.

use crate::app::App;
use crate::host::access::{Sees, Verb};
use crate::host::signed::Signed;
use crate::web::layout::Here;
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, my_queue, show, words};
use axum::extract::{Query, State as Shared};
use axum::response::Html;
use evenkeel_core::claiming::hand::may_pull;
use evenkeel_core::ids::QueueNo;
use maud::{Markup, html};

/// `GET /queues`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Query(done): Query<show::Done>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeQueues)?;
    let notice = Notice::done(done.word());
    show::page(&app, &signed, Here::Queues, "Queues", |scene| {
        html! {
            (notice::show(notice.as_ref()))
            @match scene.viewer.role.sees() {
                Sees::Own => (mine(scene)),
                Sees::All => (all(scene)),
            }
        }
    })
    .await
}

/// The queues of the policy in force, in its order.
fn in_force(scene: &Scene<'_>) -> Vec<QueueNo> {
    let policy = scene.state.policy();
    let count = policy.map_or(0, |policy| policy.document().queues.len());
    (0..count).map(|at| scene.state.queue_at(at)).collect()
}

fn mine(scene: &Scene<'_>) -> Markup {
    let mut queues = in_force(scene);
    queues.retain(|queue| {
        let pull = scene.state.pull(*queue);
        let both = scene.me.zip(pull);
        both.is_some_and(|(me, pull)| may_pull(scene.state, pull, me))
    });
    html! {
        div.title { h1 { "My queue" } }
        @match (scene.me, queues.is_empty()) {
            (Some(me), false) => {
                p.lede { "Take what you can work; the order is the same for everybody." }
                div.stack {
                    @for queue in queues { (my_queue::sheets(scene, queue, me)) }
                }
            }
            _ => div.sheet.empty {
                b { "You take records from no queue" }
                "Records come to you by turn. A manager can name your pool in a queue of the policy."
            }
        }
    }
}

fn all(scene: &Scene<'_>) -> Markup {
    let queues = in_force(scene);
    let adds = scene.viewer.role.may(Verb::PublishPolicy);
    html! {
        div.title {
            h1 { "Queues" }
            div.acts { @if adds { a.button.main href="/add-queue" { "Add a queue" } } }
        }
        p.lede {
            "Records that reps take themselves, the first of an order that is the same for everybody."
        }
        section.sheet aria-labelledby="queues" {
            header { h2 #queues { "In the policy" } }
            @if queues.is_empty() {
                div.empty {
                    b { "No queue yet" }
                    "A queue needs a name and nothing else; everything can be added later. "
                    @if adds { a href="/add-queue" { "Add the first one" } }
                }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="queues" {
                    table #queues-live data-live="" {
                        thead { tr {
                            th scope="col" { "Queue" } th.n scope="col" { "Waiting" }
                            th scope="col" { "Oldest" } th scope="col" { "Who takes from it" }
                            th.n scope="col" { "Claims in 30 days" }
                        } }
                        tbody { @for queue in queues { (row(scene, queue)) } }
                    }
                }
            }
        }
    }
}

fn row(scene: &Scene<'_>, queue: QueueNo) -> Markup {
    let line = scene.state.queue(queue);
    let pool = scene.state.pull(queue).and_then(|pull| pull.pool);
    let month = evenkeel_core::time::Span::days(30);
    let hands = scene.state.claims().hands(queue);
    let claims: usize = hands
        .map(|(_, hand)| hand.since(scene.now, month).len())
        .sum();
    html! {
        tr {
            th scope="row" { a href=(link::queue(&line.name)) { (line.name) } }
            td.n { (words::thousands(line.records.len() as u64)) }
            td { @if let Some((since, _)) = line.order.first() { (words::ago(scene.now, *since)) } }
            td {
                @match pool {
                    Some(pool) => (scene.pool(scene.state.pool_at(pool))),
                    None => "everybody",
                }
            }
            td.n { (words::thousands(claims as u64)) }
        }
    }
}
