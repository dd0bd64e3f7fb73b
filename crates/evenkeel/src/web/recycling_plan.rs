//! What a sweep would do, book by book; the ones that wait for approval; who is warned and due.
//!
//! A part of the page Recycling.

use crate::host::access::Verb;
use crate::web::picture::taken;
use crate::web::scene::Scene;
use crate::web::{layout, show, words};
use evenkeel_core::event::sweeping::Excess;
use evenkeel_core::holding::activity::Stamp;
use evenkeel_core::holding::sweeps::{Stage, Sweep};
use evenkeel_core::policy::document::recycling::Recycling;
use evenkeel_core::recycling::plan::{self, BookShare, SweepPlan};
use evenkeel_core::recycling::swap;
use evenkeel_core::time::Span;
use maud::{Markup, html};

/// Most records listed.
const LIST_MAX: usize = 12;
/// Books shown at once; the rest are folded in.
const BOOKS_MAX: usize = 6;
/// What idles in a book for this long is looked at for a swap.
const SWAP_IDLE: Span = Span::days(14);

/// Sweeps that wait for approval, each with what it would do.
pub fn held(scene: &Scene<'_>) -> Markup {
    let sweeps = scene.state.recycling().sweeps();
    let held: Vec<&Sweep> = sweeps
        .iter()
        .filter(|one| one.stage == Stage::Held)
        .collect();
    html! {
        @for sweep in held {
            @let plan = plan::of_sweep(scene.state, sweep);
            @let title = format!("sweep-{}", sweep.number);
            section.sheet.late aria-labelledby=(title) {
                header {
                    h2 id=(title) { "Sweep " (sweep.number) " waits for approval" }
                    span.note { "planned " (words::moment(sweep.planned)) }
                }
                div.body {
                    p {
                        "It would take " (words::count(plan.lines.len() as u64, "record"))
                        " out of " (words::count(plan.books.len() as u64, "book")) ". "
                        "What is worked on or kept until then is left out."
                    }
                    (why(scene, &plan))
                    @if scene.viewer.role.may(Verb::SettleSweeps) {
                        div.acts {
                            (act(scene, sweep, "approve", "main", "Let it run"))
                            (act(scene, sweep, "drop", "", "Take nothing"))
                        }
                    }
                }
                (books(scene, &plan, &format!("books-{}", sweep.number)))
            }
        }
    }
}

/// A button that decides about a sweep.
pub fn act(scene: &Scene<'_>, sweep: &Sweep, act: &str, class: &str, words: &str) -> Markup {
    let action = format!("/recycling/sweeps/{}/{act}", sweep.number);
    html! {
        form method="post" action=(action) {
            (layout::csrf(scene.viewer)) (show::once())
            button class=(class) type="submit" {
                (words) span.unseen { ": sweep " (sweep.number) }
            }
        }
    }
}

fn why(scene: &Scene<'_>, plan: &SweepPlan) -> Markup {
    let books = plan
        .excess
        .iter()
        .filter(|one| matches!(one, Excess::Book { .. }));
    let books = books.count() as u64;
    let first = plan
        .excess
        .iter()
        .find(|one| matches!(one, Excess::Book { .. }));
    html! {
        p.note {
            @for excess in &plan.excess {
                @if let Excess::Records { records, most } = excess {
                    (words::count(u64::from(*records), "record")) " in all, " (most) " may go. "
                }
            }
            @if let Some(Excess::Book { rep, records, held, .. }) = first {
                "More of " (words::count(books, "book")) " than may go, the most of "
                (scene.rep(*rep)) ": " (records) " of " (held) "."
            }
        }
    }
}

/// What the next sweep would take if nobody worked on anything until then.
pub fn ahead(scene: &Scene<'_>, recycling: &Recycling) -> Markup {
    let next = scene.state.recycling().next();
    let at = next.map_or(scene.now, |next| next.at.max(scene.now));
    let plan = plan::ahead(scene.state, recycling, at);
    html! {
        section.sheet aria-labelledby="ahead-title" {
            header {
                h2 #ahead-title { "What a sweep would take" }
                span.note {
                    @if next.is_some() { "by " (words::moment(at)) ", if nobody works on anything" }
                    @else { "now, warned or not" }
                }
            }
            @if plan.lines.is_empty() {
                div.empty {
                    b { "Nothing would go" } "Somebody has worked on every record lately enough."
                }
            } @else {
                div.body {
                    p {
                        (words::count(plan.lines.len() as u64, "record")) " out of "
                        (words::count(plan.books.len() as u64, "book")) ". "
                        @if plan.excess.is_empty() { "It would go without approval." }
                        @else { "It would wait for approval:" }
                    }
                    (why(scene, &plan))
                }
                (books(scene, &plan, "ahead-books"))
            }
        }
    }
}

/// One row a book: how much of it goes.
fn books(scene: &Scene<'_>, plan: &SweepPlan, id: &str) -> Markup {
    let (first, rest) = plan.books.split_at(BOOKS_MAX.min(plan.books.len()));
    html! {
        (table(scene, first, id))
        @if !rest.is_empty() {
            details {
                summary.foot { "and " (words::count(rest.len() as u64, "more book")) }
                (table(scene, rest, &format!("{id}-more")))
            }
        }
    }
}

fn table(scene: &Scene<'_>, books: &[BookShare], id: &str) -> Markup {
    html! {
        div.wide role="group" tabindex="0" aria-label="Books" id=(id) {
            table {
                thead { tr {
                    th scope="col" { "Book" } th.num scope="col" { "Goes" }
                    th.num scope="col" { "Of" } th scope="col" {
                        "Part of the book" span.note { " line: without approval" }
                    }
                } }
                tbody {
                    @for book in books {
                        tr {
                            th scope="row" { (scene.rep(book.rep)) }
                            td.num { (book.records) } td.num { (book.held) }
                            td.picture {
                                (taken::row(
                                    &scene.name(book.rep),
                                    (book.records, book.held),
                                    book.most,
                                ))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Records that are warned of or due, those due longest first.
pub fn watched(scene: &Scene<'_>) -> Markup {
    let recycling = scene.state.recycling();
    let mut watched: Vec<_> = recycling.watched().collect();
    watched.sort_by_key(|(record, one)| (one.due == Stamp(0), one.due, one.removal, *record));
    let count = watched.len();
    html! {
        section.sheet aria-labelledby="watched-title" {
            header {
                h2 #watched-title { "Warned and due" }
                span.note { (words::count(count as u64, "record")) ", the longest due first" }
            }
            @if count == 0 {
                div.empty { b { "Nobody is warned" } "A sweep looks every minute." }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="watched-title" {
                    table data-sort="" {
                        thead { tr {
                            th scope="col" { "Record" } th scope="col" { "Owner" }
                            th scope="col" { "Rule" } th scope="col" { "Stands" }
                        } }
                        tbody {
                            @for (record, one) in watched.iter().take(LIST_MAX) {
                                tr {
                                    th scope="row" { (scene.record(*record)) }
                                    td {
                                        @if let Some(rep) = scene.state.place(*record).owner() {
                                            (scene.rep(rep))
                                        }
                                    }
                                    td { (recycling.rule(one.rule)) }
                                    td data-v=(one.due.0.max(one.removal.0)) {
                                        @if let Some(due) = one.due.moment() {
                                            "due for " (words::span(scene.now - due))
                                        } @else if let Some(removal) = one.removal.moment() {
                                            "due in " (words::span(removal - scene.now))
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

/// Best out, worst in: pool by pool, where a pool says what is promising.
pub fn swaps(scene: &Scene<'_>) -> Markup {
    let policy = scene.state.policy();
    let pools = policy.map_or(&[][..], |policy| &policy.document().pools);
    html! {
        @for (at, spec) in pools.iter().enumerate() {
            @if let Some(top_up) = spec.top_up.as_ref().filter(|one| one.best.is_some()) {
                @let pool = scene.state.pool_at(at);
                @let pairs = swap::pairs(scene.state, pool, top_up, SWAP_IDLE, scene.now);
                @let id = format!("swap-{at}");
                section.sheet aria-labelledby=(id) {
                    header {
                        h2 id=(id) { "Better waits: " (scene.pool(pool)) }
                        span.note { "idle for " (SWAP_IDLE) " or more" }
                    }
                    @if pairs.is_empty() {
                        div.empty { b { "Nothing better waits" } "The books hold the best there is." }
                    } @else {
                        div.wide role="group" tabindex="0" aria-labelledby=(id) {
                            table {
                                thead { tr {
                                    th scope="col" { "In a book" } th scope="col" { "Whose" }
                                    th.num scope="col" { "Worth" } th scope="col" { "Waits" }
                                    th.num scope="col" { "Worth" }
                                } }
                                tbody {
                                    @for pair in pairs.iter().take(LIST_MAX) {
                                        tr {
                                            th scope="row" { (scene.record(pair.out)) }
                                            td { (scene.rep(pair.rep)) }
                                            td.num {
                                                @if let Some(worth) = pair.out_worth {
                                                    (words::amount(worth))
                                                } @else { "not known" }
                                            }
                                            td { (scene.record(pair.into)) }
                                            td.num { (words::amount(pair.into_worth)) }
                                        }
                                    }
                                }
                            }
                        }
                        p.foot { "Pull the ones on the left out; the books are filled with the right ones." }
                    }
                }
            }
        }
    }
}
