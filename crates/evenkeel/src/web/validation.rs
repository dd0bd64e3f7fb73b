//! Validation: how much of what was dealt is worked and how soon, how far records came, what was no
//! fit, and what changed since a day.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::fault::Fault;
use crate::host::signed::Signed;
use crate::reports::asked;
use crate::reports::table::{Cell, Report, Table};
use crate::reports::validation::{self, Change, Found, Question, Read};
use crate::web::layout::Here;
use crate::web::picture::steps;
use crate::web::picture::worked::Worked;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, report, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::measure::life::Lives;
use evenkeel_core::measure::periods::{WEEK, Well};
use evenkeel_core::measure::validation::{By, Validation, WAYS};
use evenkeel_core::time::Span;
use maud::{Markup, html};
use std::sync::Arc;

const PATH: &str = "/validation";

/// What the page shows.
struct Drawn {
    question: Question,
    lives: Arc<Lives>,
    /// What was read of the question, and found; the error is in words.
    found: Result<(Read, Found), String>,
}

/// `GET /validation`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    report::Asked(question): report::Asked<Question>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeReports)?;
    let drawn = draw(&app, question).await?;
    let body = |scene: &Scene<'_>| body(scene, &drawn);
    show::page(&app, &signed, Here::Results, "Validation", body).await
}

async fn draw(app: &App, question: Question) -> Result<Drawn, Refused> {
    let instant = asked::instant(question.as_of.as_ref());
    let lives = app.workspace.lives(instant.clone().unwrap_or(None)).await?;
    let read = match instant {
        Ok(_) => app.workspace.ask(|state| question.read(state)).await,
        Err(wrong) => Err(wrong),
    };
    let found = match read {
        Ok(read) => {
            let (lives, asked) = (Arc::clone(&lives), read.clone());
            let work = move || validation::find(&lives, &asked);
            let found = tokio::task::spawn_blocking(work).await;
            Ok((read, found.map_err(|_| Refused::from(Fault::Stopping))?))
        }
        Err(wrong) => Err(wrong.message()),
    };
    Ok(Drawn {
        question,
        lives,
        found,
    })
}

fn body(scene: &Scene<'_>, drawn: &Drawn) -> Markup {
    html! {
        (report::head(PATH, "Validation", "How much of what was dealt is worked, how soon, and what \
            became of it. This is the first thing to look at: what nobody works cannot be won."))
        (report::wrong(drawn.found.as_ref().err().map(String::as_str)))
        div.stack {
            (form(scene, drawn))
            @if let Ok((read, found)) = &drawn.found {
                @let part = |part| validation::key(scene.state, part);
                @let report = validation::report(&drawn.lives, read, found, &part);
                (report::unknown(&report, "Records that come to reps are counted here by themselves."))
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

fn form(scene: &Scene<'_>, drawn: &Drawn) -> Markup {
    let question = &drawn.question;
    let read = drawn.found.as_ref().ok().map(|(read, _)| read);
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
                    (report::choice("pool", "Pool", &pools, pool))
                    (report::choice("by", "Apart by", &ways, read.map_or(By::All, |read| read.by).word()))
                    (report::choice("what", "Before and after", &wells, well.word()))
                    (report::text("change", "Change", "v2, or 2026-03-31", question.change.as_ref()))
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
            ("pool", question.pool.as_ref()),
            ("by", question.by.as_ref()),
            ("what", question.what.as_ref()),
            ("change", question.change.as_ref()),
            ("horizon", question.horizon.as_ref()),
            ("worth", question.worth.as_ref()),
            ("won", question.won.as_ref()),
            ("lost", question.lost.as_ref()),
            ("as_of", question.as_of.as_ref()),
        ],
    )
}

fn results(scene: &Scene<'_>, drawn: &Drawn, validation: &Validation, report: &Report) -> Markup {
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
    drawn: &Drawn,
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
