//! Check-ins: the sheet that a manager and a rep talk over every week or two, to read or to print.
//!
//! Load, age, neglect, where records pile up, and what came and went. It ranks nobody; what a rep
//! says in the talk is not here.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::quota::Quotas;
use crate::host::signed::Signed;
use crate::host::turnover::Then;
use crate::web::availability::{self, CapUsed};
use crate::web::layout::Here;
use crate::web::notice::{self, Notice};
use crate::web::picture::loads::Loads;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::workload::{self, Whys};
use crate::web::{balance, checkin_changes, link, load, quota, show, skills, words};
use axum::extract::{Path, Query, State as Shared};
use axum::response::Html;
use evenkeel_core::checkin::Sheet;
use evenkeel_core::time::Span;
use maud::{Markup, html};
use serde::Deserialize;

/// Most sheets on one page.
const SHEETS_MAX: usize = 100;

/// How long ago the last talk was.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// 7 or 14; anything else is 7.
    #[serde(default)]
    days: u8,
}

impl Since {
    fn days(self) -> i64 {
        if self.days == 14 { 14 } else { 7 }
    }
}

/// `GET /checkin`
pub async fn all(
    Shared(app): Shared<App>,
    signed: Signed,
    Query(since): Query<Since>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeBooks)?;
    let then = Then::of(&app.workspace, since.days()).await?;
    show::page(&app, &signed, Here::Books, "Check-in", |scene| {
        team(scene, since.days(), &then)
    })
    .await
}

/// What to look at on one sheet.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    #[serde(default)]
    days: u8,
    #[serde(default)]
    done: Option<String>,
}

/// `GET /checkin/{key}`
pub async fn one(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    Query(look): Query<Look>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeBooks)?;
    let since = Since { days: look.days };
    let said = Notice::done(look.done.as_deref());
    sheet_of(&app, &signed, &key, (since.days(), said)).await
}

/// One sheet, with a notice at the top.
pub async fn page(
    app: &App,
    signed: &Signed,
    key: &str,
    said: Option<Notice>,
) -> Result<Html<String>, Refused> {
    sheet_of(app, signed, key, (7, said)).await
}

async fn sheet_of(
    app: &App,
    signed: &Signed,
    key: &str,
    (days, said): (i64, Option<Notice>),
) -> Result<Html<String>, Refused> {
    let whys = workload::whys(app, signed, key).await?;
    let then = Then::of(&app.workspace, days).await?;
    let title = format!("Check-in {key}");
    show::found(app, signed, Here::Books, &title, |scene| {
        let rep = scene.state.roster().find(key)?;
        let sheets = load::sheets_since(scene, &then.last());
        let sheet = sheets.iter().find(|sheet| sheet.rep == rep)?;
        Some(single(scene, sheet, (days, &then), (said.as_ref(), &whys)))
    })
    .await
}

/// Everybody's sheet, by name, each on a leaf of its own when printed.
fn team(scene: &Scene<'_>, days: i64, then: &Then) -> Markup {
    let mut sheets = load::sheets_since(scene, &then.last());
    let quotas = Quotas::of(scene.state, scene.now.max(scene.state.last_at()));
    sheets.sort_by_cached_key(|sheet| (scene.name(sheet.rep), sheet.rep));
    html! {
        div.title { h1 { "Check-in" } span.tag { (sheets.len()) } }
        (balance::strip(scene, "/checkin"))
        p.lede {
            "One sheet per rep for the talk every week or two. Print this page and each rep has a leaf."
        }
        (stretch("/checkin", days))
        @if sheets.is_empty() {
            div.sheet.empty {
                b { "Nobody to check in with yet" }
                @if scene.viewer.role.may(Verb::SetReps) { a href="/add-rep" { "Add the first rep" } }
            }
        }
        div.stack {
            @for sheet in sheets.iter().take(SHEETS_MAX) {
                @let key = &scene.state.roster().rep(sheet.rep).key;
                section.sheet.leaf aria-labelledby=(format!("rep-{}", sheet.rep.0)) {
                    header {
                        h2 #(format!("rep-{}", sheet.rep.0)) {
                            a href=(link::checkin(key)) { (scene.name(sheet.rep)) }
                        }
                        (load::mark(sheet.stand))
                        span.note { (words::moment(scene.now)) }
                    }
                    div.body {
                        (facts(scene, sheet, (days, quotas.as_ref())))
                        h3 { "In the last " (days) " days" }
                        (checkin_changes::section(scene, then, sheet))
                    }
                    (neglected(scene, sheet))
                }
            }
        }
        @if !sheets.is_empty() {
            p.note { (checkin_changes::definition()) " " (quota::definition(quotas.as_ref())) }
        }
        @if sheets.len() > SHEETS_MAX { p.note { "and " (sheets.len() - SHEETS_MAX) " more, each on its own page from Books" } }
    }
}

fn single(
    scene: &Scene<'_>,
    sheet: &Sheet,
    (days, then): (i64, &Then),
    (said, whys): (Option<&Notice>, &Whys),
) -> Markup {
    let entry = scene.state.roster().rep(sheet.rep);
    let quotas = Quotas::of(scene.state, scene.now.max(scene.state.last_at()));
    html! {
        p.eyebrow { a href="/books" { "Books" } " / " (scene.rep(sheet.rep)) }
        div.title {
            h1 { "Check-in: " (scene.name(sheet.rep)) }
            (load::mark(sheet.stand))
        }
        (notice::show(said))
        (stretch(&link::checkin(&entry.key), days))
        div.columns {
            div.stack {
                section.sheet aria-labelledby="load" {
                    header { h2 #load { "The book" } span.note { (words::moment(scene.now)) } }
                    div.body {
                        (picture(scene, sheet))
                        (facts(scene, sheet, (days, quotas.as_ref())))
                    }
                    p.foot { (quota::definition(quotas.as_ref())) }
                }
                section.sheet aria-labelledby="changes" {
                    header { h2 #changes { "What came and went" } span.note { "in the last " (days) " days" } }
                    div.body { (checkin_changes::section(scene, then, sheet)) }
                    p.foot { (checkin_changes::definition()) }
                }
                section.sheet aria-labelledby="quiet" {
                    header { h2 #quiet { "Neglected" } span.note { "untouched for longest first" } }
                    (neglected(scene, sheet))
                }
            }
            div.stack {
                (workload::section(scene, sheet, whys))
                (skills::section(scene, sheet.rep))
                (talk(sheet))
            }
        }
    }
}

/// Since the last talk: one week or two.
fn stretch(path: &str, days: i64) -> Markup {
    html! {
        p.lede {
            "What changed in the last "
            @for (choice, name) in [(7, "week"), (14, "two weeks")] {
                @if choice == 14 { " · " }
                @if choice == days { b { (name) } }
                @else { a href=(format!("{path}?days={choice}")) { (name) } }
            }
        }
    }
}

fn picture(scene: &Scene<'_>, sheet: &Sheet) -> Markup {
    let loads = Loads::new([(sheet.load, sheet.target)].into_iter());
    let name = scene.name(sheet.rep);
    html! {
        figure.picture {
            (loads.head("load-axis"))
            (loads.row(&name, sheet.load, sheet.target, sheet.stand))
        }
    }
}

fn facts(scene: &Scene<'_>, sheet: &Sheet, (days, quotas): (i64, Option<&Quotas>)) -> Markup {
    let since = scene.now - Span::days(days);
    let caps = availability::caps(scene, sheet.rep);
    let full: Vec<String> = caps
        .iter()
        .filter(|cap| cap.reached())
        .map(CapUsed::named)
        .collect();
    html! {
        dl.facts {
            dt { "Load" }
            dd {
                (words::amount(sheet.load)) " standard accounts in " (words::count(sheet.open as u64, "open record"))
            }
            dt { "Should hold" }
            dd { (should_hold(scene, sheet)) }
            @if let Some(age) = sheet.age {
                dt { "Age of what is open" }
                dd { "oldest " (words::span(age.oldest)) ", the middle one " (words::span(age.median)) }
            }
            dt { "Neglected" }
            dd {
                (words::thousands(sheet.neglected.count as u64))
                " of "
                (words::thousands(sheet.open as u64))
                @if sheet.open > 0 { " (" (load::percent(sheet.neglected.share)) ")" }
            }
            @if sheet.misfits != (0, 0) {
                dt { "Do not suit the tier" }
                dd { (sheet.misfits.0) " lighter, " (sheet.misfits.1) " heavier" }
            }
            dt { "Piles up" }
            dd {
                @match sheet.bottlenecks.first() {
                    None if full.is_empty() => "nowhere",
                    None => { "at no step; but nothing more can come: " (full.join("; ")) }
                    Some(pile) => {
                        (scene.state.journeys().name(pile.step))
                        ": "
                        (words::count(pile.records as u64, "record"))
                        ", there for " (words::span(pile.median)) " in the middle"
                    }
                }
            }
            @if let Some(learned) = skills::since(scene, sheet.rep, since) {
                dt { "Skills in " (days) " days" }
                dd { (learned) }
            }
            dt { "Caps" }
            dd {
                @if caps.is_empty() { "none" }
                @for (at, cap) in caps.iter().enumerate() {
                    @if at > 0 { "; " }
                    (cap.named()) @if cap.reached() { " " span.tag.warn { "full" } }
                }
            }
            (quota::facts(scene, quotas, sheet.rep))
        }
    }
}

fn should_hold(scene: &Scene<'_>, sheet: &Sheet) -> Markup {
    let Some(target) = sheet.target else {
        return html! { "not known: nobody said since when this rep has been closing" };
    };
    html! {
        (words::amount(target.accounts)) " standard accounts, band " (words::amount(target.least)) " to "
        (words::amount(target.most))
        @if let Some(tier) = load::tier(scene, target) { " (" (tier) ")" }
        @if target.excepted { ", by an exception" }
        @if let Some(used) = sheet.utilization() { "; " (load::percent(used)) " in use" }
        @if let Some(free) = sheet.headroom() { ", " (words::amount(free)) " free" }
    }
}

fn neglected(scene: &Scene<'_>, sheet: &Sheet) -> Markup {
    let longest = &sheet.neglected.longest;
    html! {
        @if longest.is_empty() {
            div.empty { b { "Nothing is neglected" } "Somebody worked on every record of this book lately." }
        } @else {
            div.wide role="group" tabindex="0" aria-label="Neglected records" {
                table {
                    thead { tr {
                        th scope="col" { "Record" } th scope="col" { "Last sign of life" }
                    } }
                    tbody {
                        @for (record, since) in longest {
                            tr {
                                th scope="row" { (scene.record(*record)) " " (scene.title(*record)) }
                                td { (words::ago(scene.now, *since)) }
                            }
                        }
                    }
                }
            }
            @if sheet.neglected.count > longest.len() {
                p.foot { "and " (sheet.neglected.count - longest.len()) " more" }
            }
        }
    }
}

/// What to ask; the sheet does not know the answers.
fn talk(sheet: &Sheet) -> Markup {
    html! {
        section.sheet aria-labelledby="talk" {
            header { h2 #talk { "To talk about" } }
            div.body {
                ul.rules {
                    li { "Is it too much, too little, or right? Why?" }
                    @if sheet.neglected.count > 0 {
                        li { "Which of the neglected ones should somebody else have?" }
                    }
                    @if let Some(age) = sheet.age {
                        li { "What keeps the oldest open for " (words::span(age.oldest)) "?" }
                    }
                    @if !sheet.bottlenecks.is_empty() { li { "What would move on what piles up?" } }
                    @if sheet.misfits != (0, 0) {
                        li { "Which accounts do not suit the experience, and who could take them?" }
                    }
                    li { "What was learned since last time, and what would help?" }
                }
            }
        }
    }
}
