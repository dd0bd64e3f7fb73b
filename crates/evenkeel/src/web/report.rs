//! What the report pages share: their tabs, what is to be known before a figure, tables with their
//! n, their definition and their export, and the empty state.

use crate::reports::table::{Cell, Kind, Report, Table};
use crate::web::notice::Notice;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::words;
use axum::extract::{FromRequestParts, Query};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use evenkeel_core::ids::RepNo;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use maud::{Markup, html};
use serde::de::DeserializeOwned;

/// Most rows of one table on a page; the export has all.
pub const ROWS_MAX: usize = 300;

/// Longest words that are never broken.
const SHORT_MAX: usize = 50;

/// The report pages, in the order in which they are asked.
const TABS: [(&str, &str); 8] = [
    ("/scorecard", "Scorecard"),
    ("/steadiness", "Steadiness"),
    ("/volume", "Volume"),
    ("/validation", "Validation"),
    ("/audit", "Audit"),
    ("/backtest", "Back-test"),
    ("/experiments", "Experiments"),
    ("/imports", "Imports"),
];

/// The question in an address.
#[derive(Clone, Debug)]
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(question)) => Ok(Self(question)),
            Err(why) => Err(Refused::form(why.body_text())),
        }
    }
}

/// The head of a report page.
pub fn head(here: &str, title: &str, lede: &str) -> Markup {
    html! {
        nav.tabs aria-label="Reports" {
            @for (path, name) in TABS {
                a href=(path) aria-current=[(path == here).then_some("true")] { (name) }
            }
        }
        div.title { h1 { (title) } }
        p.lede { (lede) }
    }
}

/// What could not be read of the question, or nothing.
pub fn wrong(message: Option<&str>) -> Markup {
    html! {
        @if let Some(message) = message {
            (Notice::form("The question could not be read.", message).show())
        }
    }
}

/// Why there are no figures, with what to do.
pub fn unknown(report: &Report, what_to_do: impl maud::Render) -> Markup {
    html! {
        @if let Some(why) = &report.unknown {
            div.sheet.empty { b { "No figures yet" } (why) " " (what_to_do) }
        }
    }
}

/// What is to be known before any figure.
pub fn caveats(report: &Report) -> Markup {
    html! {
        @for caveat in &report.caveats { p.note { (caveat) } }
        p.note { "Known up to " (words::moment(report.until)) "." }
    }
}

/// One table in its sheet. `export` is the address of the report in the API with its question.
pub fn sheet(scene: &Scene<'_>, table: &Table, export: &str) -> Markup {
    html! {
        section.sheet aria-labelledby=(table.name) {
            header {
                h2 id=(table.name) { (table.title) }
                span.note { (table.n) }
                (download(table, export))
            }
            (grid(scene, table))
            p.foot { (table.definition) }
        }
    }
}

/// A long table in its sheet, folded in: who looks for one line opens it.
pub fn folded(scene: &Scene<'_>, table: &Table, export: &str) -> Markup {
    html! {
        section.sheet aria-labelledby=(table.name) {
            header {
                h2 id=(table.name) { (table.title) }
                span.note { (table.n) }
                (download(table, export))
            }
            div.body {
                details.twin {
                    summary { "Every line" span.unseen { " of " (table.title) } }
                    (grid(scene, table))
                }
            }
            p.foot { (table.definition) }
        }
    }
}

/// The link to the export of a table.
pub fn download(table: &Table, export: &str) -> Markup {
    let joint = if export.contains('?') { '&' } else { '?' };
    let href = format!("{export}{joint}format=csv&table={}", table.name);
    html! {
        a.more href=(href) download=(format!("{}.csv", table.name)) {
            "Export" span.unseen { " " (table.title) " as CSV" }
        }
    }
}

/// A table as a file.
pub fn csv(state: &State, table: &Table) -> Response {
    let key = |rep: RepNo| state.roster().rep(rep).key.clone();
    let named = format!("attachment; filename=\"{}.csv\"", table.name);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, named),
    ];
    (headers, table.csv(&key)).into_response()
}

/// A picture's table, folded, and under it what its columns mean: the end of a picture's sheet.
pub fn twin(scene: &Scene<'_>, table: &Table) -> Markup {
    html! {
        div.body {
            details.twin {
                summary { "Every figure as a table" }
                (grid(scene, table))
            }
        }
        p.foot { (table.definition) }
    }
}

/// The table itself.
pub fn grid(scene: &Scene<'_>, table: &Table) -> Markup {
    html! {
        @if table.rows.is_empty() { div.empty { b { "Nothing to show" } } }
        @else {
            div.wide role="group" tabindex="0" aria-label=(table.title) {
                table data-sort="" {
                    thead { tr {
                        @for column in &table.columns {
                            th.n[column.kind != Kind::Words] scope="col" { (column.head) }
                        }
                    } }
                    tbody {
                        @for row in table.rows.iter().take(ROWS_MAX) { (line(scene, table, row)) }
                    }
                }
            }
            @if table.rows.len() > ROWS_MAX {
                p.foot { "and " (table.rows.len() - ROWS_MAX) " more in the export" }
            }
        }
    }
}

fn line(scene: &Scene<'_>, table: &Table, row: &[Cell]) -> Markup {
    html! {
        tr {
            @for (at, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                @if at == 0 { th scope="row" { (shown(scene, cell)) } }
                @else if column.kind == Kind::Words {
                    td.whole[is_short(cell)] { (shown(scene, cell)) }
                }
                @else { td.n.whole { (shown(scene, cell)) } }
            }
        }
    }
}

/// Words that stand in one line however narrow the page is: dates, codes, short notes.
fn is_short(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if text.chars().count() <= SHORT_MAX)
}

fn shown(scene: &Scene<'_>, cell: &Cell) -> Markup {
    let rep = |rep| scene.name(rep);
    match cell {
        Cell::Rep(rep) => scene.person(*rep),
        Cell::Count(count) => html! { (words::thousands(*count)) },
        cell => html! { (cell.shown(&rep)) },
    }
}

/// One choice of a question.
pub fn choice(name: &str, label: &str, options: &[(&str, String)], now: &str) -> Markup {
    html! {
        label {
            (label)
            select name=(name) {
                @for (value, words) in options {
                    option value=(value) selected[*value == now] { (words) }
                }
            }
        }
    }
}

/// A short text of a question.
pub fn text(name: &str, label: &str, hint: &str, now: Option<&String>) -> Markup {
    html! {
        label {
            (label)
            input name=(name) maxlength="200" autocomplete="off" placeholder=(hint)
                value=[now];
        }
    }
}

/// The instant a report is of.
pub fn as_of(now: Option<&String>) -> Markup {
    text("as_of", "As of", "now, or 2026-03-31", now)
}

/// A moment as a day for the eye.
pub fn day(at: Moment) -> String {
    words::day("UTC", at)
}
