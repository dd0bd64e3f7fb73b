//! Books: every rep's load against the band the book should stay in, and what is neglected.
//!
//! A stock of open records and nothing else: how many come in a day is a cap, what has to be sold
//! is a quota, and both have their own places. A rep sees the own book.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::web::layout::Here;
use crate::web::picture::loads::Loads;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{balance, link, load, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::checkin::{Sheet, Stand};
use evenkeel_core::effort::cost::NEGLECT_USUAL;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// Most books drawn.
const BOOKS_MAX: usize = 400;

/// `GET /books`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeBooks)?;
    show::page(&app, &signed, Here::Books, "Books", body).await
}

/// The page: those furthest over their target first, those of whom nothing is known last.
pub fn body(scene: &Scene<'_>) -> Markup {
    let mut sheets = load::sheets(scene);
    sheets.sort_by_key(|sheet| {
        let used = sheet.utilization();
        (used.is_none(), std::cmp::Reverse(used), sheet.rep)
    });
    html! {
        div.title { h1 { "Books" } span.tag { (sheets.len()) } }
        (balance::strip(scene, "/books"))
        @if sheets.is_empty() { (empty(scene)) }
        @else {
            div #books data-live="" {
                p.lede { (lede(&sheets)) }
                (figures(&sheets))
                (table(scene, &sheets))
            }
        }
    }
}

fn empty(scene: &Scene<'_>) -> Markup {
    html! {
        div.sheet.empty {
            b { "No book yet" }
            @if scene.viewer.role.may(Verb::SetReps) {
                "Books belong to reps. " a href="/add-rep" { "Add the first one" }
            } @else { "You see the book of the rep you are; your sign-in belongs to no rep." }
        }
    }
}

fn lede(sheets: &[Sheet]) -> String {
    let count = |stand| sheets.iter().filter(|sheet| sheet.stand == stand).count() as u64;
    let parts = [
        (count(Stand::Overloaded), "overloaded"),
        (count(Stand::Fits), "within the band"),
        (count(Stand::Undersupplied), "under-supplied"),
        (
            count(Stand::Unknown),
            "without a known target: say since when the rep has been closing",
        ),
    ];
    let told = parts.iter().filter(|(count, _)| *count > 0);
    let told: Vec<String> = told
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    format!(
        "Of {}: {}.",
        words::count(sheets.len() as u64, "book"),
        told.join(", ")
    )
}

fn figures(sheets: &[Sheet]) -> Markup {
    let known = || {
        sheets
            .iter()
            .filter_map(|sheet| Some((sheet, sheet.target?)))
    };
    let load: Micro = known().map(|(sheet, _)| sheet.load).sum();
    let target: Micro = known().map(|(_, target)| target.accounts).sum();
    let free: Micro = sheets.iter().filter_map(Sheet::headroom).sum();
    let open: usize = sheets.iter().map(|sheet| sheet.open).sum();
    let neglected: usize = sheets.iter().map(|sheet| sheet.neglected.count).sum();
    let over = sheets
        .iter()
        .filter(|sheet| sheet.stand == Stand::Overloaded);
    let over: Micro = over
        .filter_map(|sheet| Some(sheet.load - sheet.target?.most))
        .sum();
    html! {
        dl.sheet.figures {
            div {
                dt { "In use" }
                dd {
                    (load::percent(load::part(load, target)))
                    small {
                        (words::amount(load)) " of " (words::amount(target)) " standard accounts, in " (words::count(known().count() as u64, "book")) " with a target"
                    }
                }
            }
            div {
                dt { "Free" }
                dd { (words::amount(free)) small { "standard accounts below target, book by book" } }
            }
            div {
                dt { "Over the band" }
                dd { (words::amount(over)) small { "standard accounts above what overloaded books may hold" } }
            }
            div {
                dt { "Neglected" }
                dd {
                    (load::percent(load::part(Micro(neglected as i64), Micro(open.max(1) as i64))))
                    small {
                        (words::thousands(neglected as u64)) " of " (words::count(open as u64, "open record"))
                    }
                }
            }
        }
    }
}

fn table(scene: &Scene<'_>, sheets: &[Sheet]) -> Markup {
    let picture = Loads::new(sheets.iter().map(|sheet| (sheet.load, sheet.target)));
    html! {
        section.sheet aria-labelledby="loads" {
            header {
                h2 #loads { "Load against the band" }
                span.note { "in standard accounts" }
            }
            div.wide role="group" tabindex="0" aria-labelledby="loads" {
                table.drawn data-sort="" {
                    thead { tr {
                        th scope="col" { "Rep" }
                        th.roomy scope="col" { "Tier" }
                        th.plot scope="col" {
                            span.unseen { "Load and band" } (picture.head("loads-axis"))
                        }
                        th.n scope="col" { "Load" }
                        th.n scope="col" { "Target" }
                        th.n scope="col" { "Used" }
                        th.n.roomy scope="col" { "Free" }
                        th.n scope="col" { "Neglected" }
                        th scope="col" { "Stands" }
                    } }
                    tbody {
                        @for sheet in sheets.iter().take(BOOKS_MAX) {
                            (row(scene, &picture, sheet))
                        }
                    }
                }
            }
            @if sheets.len() > BOOKS_MAX { p.foot { "and " (sheets.len() - BOOKS_MAX) " more" } }
            (legend())
            p.foot { (definitions(scene)) }
        }
    }
}

fn row(scene: &Scene<'_>, picture: &Loads, sheet: &Sheet) -> Markup {
    let name = scene.name(sheet.rep);
    let key = &scene.state.roster().rep(sheet.rep).key;
    let amount = |amount: Option<Micro>| amount.map_or("–".to_owned(), words::amount);
    let used = sheet.utilization();
    html! {
        tr {
            th scope="row" {
                a.person href=(link::checkin(key)) {
                    span.face aria-hidden="true" { (words::initials(&name)) }
                    span { (name) }
                }
            }
            td.roomy {
                @if let Some(target) = sheet.target {
                    (load::tier(scene, target).unwrap_or_default())
                    @if target.excepted { " " span.tag { "exception" } }
                }
            }
            td.plot { (picture.row(&name, sheet.load, sheet.target, sheet.stand)) }
            td.n data-v=(sheet.load.0) { (words::amount(sheet.load)) }
            td.n { (amount(sheet.target.map(|target| target.accounts))) }
            td.n data-v=(used.map_or(-1, |used| used.0)) {
                (used.map_or("–".to_owned(), load::percent))
            }
            td.n.roomy { (amount(sheet.headroom())) }
            td.n data-v=(sheet.neglected.share.0) {
                (words::thousands(sheet.neglected.count as u64))
                " of "
                (words::thousands(sheet.open as u64))
            }
            td { (load::mark(sheet.stand)) }
        }
    }
}

fn legend() -> Markup {
    let bar = |class: &str| {
        html! {
            svg width="22" height="11" aria-hidden="true" { rect class=(class) width="22" height="11" rx="2" {} }
        }
    };
    html! {
        p.legend {
            span { (bar("load")) "within the band" }
            span { (bar("load over")) "overloaded" }
            span { (bar("load under")) "under-supplied" }
            span { (bar("band")) "band" }
            span {
                svg width="6" height="14" aria-hidden="true" { line.target x1="3" x2="3" y1="0" y2="14" {} }
                "target"
            }
        }
    }
}

/// What the figures mean.
fn definitions(scene: &Scene<'_>) -> Markup {
    let document = scene.state.policy().map(|policy| policy.document());
    let effort = document.and_then(|document| document.effort.as_ref());
    let tiers = document.is_some_and(|document| document.capacity.is_some());
    let neglect = effort.map_or(NEGLECT_USUAL, |effort| effort.neglect);
    html! {
        "Load is what the open records of a book cost: "
        @if effort.is_some() { "each by the policy’s " code { "[effort]" } ". " }
        @else { "one standard account each, as the policy has no " code { "[effort]" } ". " }
        "Target and band come from time as a closer, "
        @if tiers { "by the policy’s " code { "[capacity]" } ". " }
        @else { "by the usual tiers (60, 100 and 150 accounts), as the policy has no " code { "[capacity]" } ". " }
        "A record is neglected when nothing was done about it for " (words::span(neglect))
        " since its owner got it. Shares are counts of what is open now, not estimates."
    }
}
