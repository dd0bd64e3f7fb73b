//! A rep's own first page: what they are owed, when their turn comes, what is in their book.

use crate::web::manner::count_since;
use crate::web::picture::keel::Keel;
use crate::web::scene::Scene;
use crate::web::{ahead, earning, feed, link, overdue, returns, words};
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::people::pool::Pool;
use evenkeel_core::people::rep::Status;
use evenkeel_core::sentence;
use evenkeel_core::time::DAY;
use maud::{Markup, html};

/// How far ahead the rep's own turn is looked for.
const AHEAD: usize = 50;
/// Most records of the book listed.
const BOOK_MAX: usize = 25;

/// The page.
pub fn body(scene: &Scene<'_>) -> Markup {
    let Some(me) = scene.me else {
        return html! {
            div.title { h1 { "Welcome" } }
            div.sheet.empty {
                b { "You are not yet a rep here" }
                "Ask whoever runs the workspace to connect your sign-in with your rep key."
            }
        };
    };
    let entry = scene.state.roster().rep(me);
    let today = count_since(entry.history.moments(), scene.now - DAY) as u64;
    html! {
        div.hero #hero data-live="" {
            h1 {
                "Hello " (scene.name(me)) ". "
                span.quiet {
                    @match entry.profile.status {
                        Status::Paused { .. } => "You are out of rotation for now; your book stays yours.",
                        Status::Left => "You are no longer in rotation.",
                        Status::Active => {
                            @if let Some(leave) = entry.profile.leave_at(scene.now) {
                                "You are on leave until " (sentence::local(&entry.profile.zone, leave.until)) "."
                            } @else {
                                (words::count(today, "record")) " came to you in the last 24 hours, "
                                (words::thousands(entry.book.len() as u64)) " in your book."
                            }
                        }
                    }
                }
            }
        }
        (overdue::due(scene, me))
        div #warned data-live="" { (returns::warned(scene, me)) }
        div.columns {
            section.sheet aria-labelledby="book" {
                header {
                    h2 #book { "Your book" }
                    span.note { "newest first" }
                    a.more href="/records" { "All" }
                }
                div #book-live data-live="" { (book(scene, me)) }
            }
            section.sheet aria-labelledby="turns" {
                header { h2 #turns { "Your turn" } }
                div #turns-live data-live="" { (pools(scene, me)) }
            }
        }
    }
}

fn book(scene: &Scene<'_>, me: RepNo) -> Markup {
    let book = &scene.state.roster().rep(me).book;
    html! {
        @if book.is_empty() {
            div.empty {
                b { "Your book is empty" } "The next record that comes to you is here at once."
            }
        }
        @else {
            ul.feed {
                @for record in book.iter().rev().take(BOOK_MAX) {
                    li data-key=(record.0) {
                        (words::ago(scene.now, scene.state.records().occurred(*record)))
                        div.what {
                            (scene.record(*record)) span.tag { (feed::kind(scene, *record)) }
                            (scene.title(*record))
                        }
                    }
                }
            }
        }
    }
}

fn pools(scene: &Scene<'_>, me: RepNo) -> Markup {
    let mine: Vec<(PoolNo, &Pool)> = scene
        .pools()
        .into_iter()
        .filter(|(_, pool)| pool.ledger.entry(me).is_some())
        .collect();
    html! {
        @if mine.is_empty() { div.empty { b { "You are in no pool" } } }
        ul.keels {
            @for (number, pool) in mine {
                li {
                    div.line {
                        a.name href=(link::pool(&pool.name)) { (pool.name) }
                        span.note { (position(scene, number, me)) }
                    }
                    (Keel {
                        id: format!("keel-{}", number.0),
                        pool: pool.name.clone(),
                        members: scene.credits(pool),
                        bound: pool.fairness.bound(),
                    }.draw())
                    @if let Some(entry) = pool.ledger.entry(me) {
                        p { "You are " b { (words::owed(entry.credit)) } "." }
                    }
                    (earning::mine(scene, number, me))
                }
            }
        }
    }
}

/// When the next turn comes if nothing changes.
fn position(scene: &Scene<'_>, pool: PoolNo, me: RepNo) -> String {
    let turns = ahead::of(scene, pool, AHEAD).turns;
    let mine = turns.iter().position(|turn| turn.rep == me);
    match mine {
        Some(0) => "you are next".to_owned(),
        Some(before) => format!("{} before you", before),
        None => format!(
            "not among the next {}",
            words::count(turns.len() as u64, "turn")
        ),
    }
}
