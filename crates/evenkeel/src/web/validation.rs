//! Validation: how much of what was dealt is worked and how soon, how far records came, what was no
//! fit, and what changed since a day.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::reports::history::Source;
use crate::reports::table::{Cell, Report, Table};
use crate::reports::validation::{Change, Question, Read};
use crate::web::drawn::{self, Drawn};
use crate::web::layout::Here;
use crate::web::picture::steps;
use crate::web::picture::worked::Worked;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, report, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::measure::periods::{WEEK, Well};
use evenkeel_core::measure::validation::{By, Validation, WAYS};
use evenkeel_core::time::Span;
use maud::{Markup, html};

const PATH: &str = "/validation";

/// `GET /validation`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    report::Asked(question): report::Asked<Question>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeReports)?;
    let drawn = drawn::draw(&app, question).await?;
    let body = |scene: &Scene<'_>| body(scene, &drawn);
    show::page(&app, &signed, Here::Results, "Validation", body).await
}

fn body(scene: &Scene<'_>, drawn: &Drawn<Question>) -> Markup {
    html! {
        (report::head(PATH, "Validation", "How much of what was dealt is worked, how soon, and what \
            became of it. This is the first thing to look at: what nobody works cannot be won."))
        (drawn.wrong())
        div.stack {
            (form(scene, drawn))
            (drawn.notice())
            @if let Some(answer) = drawn.known() {
                @let (report, read, found) = (answer.shown(scene), &answer.read, &answer.found);
                (report::unknown(&report, drawn::begin()))
                @if let Ok(validation) = &found.validation {
                    (results(scene, drawn, validation, &report))
                }
                @if let Some(change) = &found.change {
                    (around(scene, drawn, (read, change), &report))
                }
            }
        }
    }
}

fn form(scene: &Scene<'_>, drawn: &Drawn<Question>) -> Markup {
    let question = &drawn.question;
    let read = drawn.read();
    let every = std::iter::once(("", "every pool".to_owned()));
    let pools = scene.state.pools().iter();
    let pools: Vec<(&str, String)> = every
        .chain(pools.map(|pool| (pool.name.as_str(), pool.name.clone())))
        .collect();
    let pool = read.and_then(|read| read.pool);
    let pool = pool.map_or("", |pool| scene.state.pool(pool).name.as_str());
    let ways = WAYS.map(|by| (by.word(), apart(by).to_owned()));
    let wells = [
        (Well::Worked.word(), "worked within 7 days".to_owned()),
        (Well::Won.word(), "won".to_owned()),
    ];
    let well = read.map_or(Well::Worked, |read| read.well.0);
    html! {
        form.sheet action=(PATH) method="get" {
            div.body {
                div.form.flat.tight {
                    (drawn.sources(&[Source::Own, Source::Imported, Source::Both]))
                    (report::choice("pool", "Pool", &pools, pool))
                    (report::choice("by", "Apart by", &ways, read.map_or(By::All, |read| read.by).word()))
                    (report::choice("what", "Before and after", &wells, well.word()))
                    (report::text("change", "Change", "v2, or 2026-03-31", question.change.as_ref()))
                    (report::text("kinds", "Worked is", "any work, or call,meeting", question.kinds.as_ref()))
                    (report::text("touches", "Times at least", "1", question.touches.as_ref()))
                    (report::text("account", "Field of accounts", "a text field", question.account.as_ref()))
                    (report::text("worth", "Field of worth", "a number field", question.worth.as_ref()))
                    (report::as_of(question.as_of.as_ref()))
                    div.acts { button.main type="submit" { "Show" } }
                }
            }
        }
    }
}

fn apart(by: By) -> &'static str {
    match by {
        By::All => "nothing",
        By::Rep => "rep",
        By::Pool => "pool",
        By::Policy => "version of the policy",
        By::Month => "month",
    }
}

fn export(question: &Question) -> String {
    link::question(
        "/api/v1/reports/validation",
        &[
            ("source", question.source.as_ref()),
            ("pool", question.pool.as_ref()),
            ("by", question.by.as_ref()),
            ("what", question.what.as_ref()),
            ("change", question.change.as_ref()),
            ("horizon", question.horizon.as_ref()),
            ("kinds", question.kinds.as_ref()),
            ("touches", question.touches.as_ref()),
            ("worth", question.worth.as_ref()),
            ("account", question.account.as_ref()),
            ("won", question.won.as_ref()),
            ("lost", question.lost.as_ref()),
            ("as_of", question.as_of.as_ref()),
        ],
    )
}

fn results(
    scene: &Scene<'_>,
    drawn: &Drawn<Question>,
    validation: &Validation,
    report: &Report,
) -> Markup {
    let export = export(&drawn.question);
    let table = |name: &str| report.table(name);
    html! {
        section.sheet aria-labelledby="curve" {
            @if let Some(table) = table("curve") {
                header {
                    h2 #curve { (table.title) }
                    span.note { (table.n) }
                    (report::download(table, &export))
                }
                div.body.stack {
                    @for said in report.said.iter().take(2) { p { (said) } }
                    (Worked { id: "curve-picture", points: &validation.curve }
                        .draw(report::grid(scene, table)))
                    (report::caveats(report))
                }
                p.foot { (table.definition) }
            }
        }
        @if let Some(table) = table("parts") { (report::sheet(scene, table, &export)) }
        @if let Some(table) = table("productivity") {
            (report::sheet(scene, &table.clone().without(0), &export))
        }
        div.columns.even {
            @if let Some(table) = table("funnel") { (funnel(validation, table, &export)) }
            @if let Some(table) = table("disqualified") { (report::sheet(scene, table, &export)) }
        }
    }
}

fn funnel(validation: &Validation, table: &Table, export: &str) -> Markup {
    let came = validation.whole.funnel.came.max(1) as f64;
    html! {
        section.sheet aria-labelledby="funnel" {
            header {
                h2 #funnel { (table.title) }
                span.note { (table.n) }
                (report::download(table, export))
            }
            div.wide role="group" tabindex="0" aria-labelledby="funnel" {
                table.drawn {
                    thead { tr {
                        th scope="col" { "Records that" }
                        th.plot scope="col" { "Of all" }
                        th.n scope="col" { "Records" }
                    } }
                    tbody {
                        @for row in &table.rows {
                            @if let [_, Cell::Text(name), Cell::Count(records), ..] = &row[..] {
                                tr {
                                    th scope="row" { (name) }
                                    td.plot { (steps::counted(name, *records as f64 / came)) }
                                    td.n { (words::thousands(*records)) }
                                }
                            }
                        }
                    }
                }
            }
            p.foot { (table.definition) }
        }
    }
}

fn around(
    scene: &Scene<'_>,
    drawn: &Drawn<Question>,
    (read, change): (&Read, &Change),
    report: &Report,
) -> Markup {
    let export = export(&drawn.question);
    let Some(table) = report.table("weeks") else {
        return html! {};
    };
    html! {
        section.sheet aria-labelledby="around" {
            header {
                h2 #around { "Before and after " (report::day(change.at)) }
                span.note { (table.n) }
                (report::download(table, &export))
            }
            div.body.stack {
                @match &change.outcome {
                    Ok(outcome) => {
                        p { (outcome.sentence()) }
                        @if !outcome.unlike.is_empty() {
                            div.say.bad role="note" {
                                b { "The two sides are unlike" }
                                p { @for unlike in &outcome.unlike { (unlike.sentence()) " " } }
                            }
                        }
                    }
                    Err(unknown) => p { (unknown.sentence()) }
                }
                p.note {
                    "A rollout in stages, by pod and at random, is the way to know: see Experiments."
                }
            }
            (weeks(scene, (read, change), table))
            p.foot { (table.definition) }
        }
    }
}

fn weeks(scene: &Scene<'_>, (read, change): (&Read, &Change), table: &Table) -> Markup {
    let name = read.well.0.rate();
    let rows = table.rows.iter().enumerate();
    html! {
        @if table.rows.is_empty() { div.empty { b { "No weeks yet" } } }
        @else {
            div.wide role="group" tabindex="0" aria-labelledby="around" {
                table.drawn {
                    thead { tr {
                        th scope="col" { "Week from" }
                        th.plot scope="col" { (name) ", 0 to 100 %" }
                        th scope="col" { "Side" }
                        th scope="col" { "In the comparison" }
                        th.n scope="col" { "Records" }
                    } }
                    tbody {
                        @for (at, row) in rows.rev().take(report::ROWS_MAX) {
                            @let from = change.weeks.begin + Span(WEEK.0 * at as i64);
                            tr.off[row[2] == Cell::Text("left out".to_owned())] {
                                th scope="row" { (report::day(from)) }
                                td.plot {
                                    @if let Cell::Shares(figure) = &row[4] {
                                        @let past = from >= change.at;
                                        (steps::estimated(&report::day(from), figure, past))
                                    }
                                }
                                td { (row[1].shown(&|rep| scene.name(rep))) }
                                td { (row[2].shown(&|rep| scene.name(rep))) }
                                td.n { (row[3].shown(&|rep| scene.name(rep))) }
                            }
                        }
                    }
                }
            }
        }
    }
}
