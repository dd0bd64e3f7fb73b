//! The scorecard: every rep of a pool beside the team, as far as chance allows to say anything.
//!
//! One plain sentence a rep, and never more than the core says. Reps stand in the order in which
//! they came, not by rate: a ranking would say more than is known.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::reports::asked::{self, Wrong};
use crate::reports::credit;
use crate::reports::scorecard::{self, Question, Read, word};
use crate::reports::table::Report;
use crate::web::layout::Here;
use crate::web::picture::forest::Forest;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, report, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::measure::figure::number;
use evenkeel_core::measure::grade::Grade;
use evenkeel_core::measure::life::Lives;
use evenkeel_core::measure::scorecard::{RepLine, Scorecard};
use evenkeel_core::measure::unknown::Unknown;
use maud::{Markup, html};
use std::sync::Arc;

const PATH: &str = "/scorecard";

/// What the page shows.
struct Drawn {
    question: Question,
    lives: Arc<Lives>,
    /// What was read of the question; the error is in words.
    read: Result<Read, String>,
    card: Option<Result<Scorecard, Unknown>>,
}

/// `GET /scorecard`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    report::Asked(question): report::Asked<Question>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeReports)?;
    let drawn = draw(&app, question).await?;
    show::page(&app, &signed, Here::Results, "Scorecard", |scene| {
        body(scene, &drawn)
    })
    .await
}

async fn draw(app: &App, question: Question) -> Result<Drawn, Refused> {
    let instant = asked::instant(question.as_of.as_ref());
    let lives = app.workspace.lives(instant.clone().unwrap_or(None)).await?;
    let read = match instant {
        Ok(_) => {
            app.workspace
                .ask(|state| question.read(state, &lives))
                .await
        }
        Err(wrong) => Err(wrong),
    };
    let read = read.map_err(|wrong: Wrong| wrong.message());
    let card = match &read {
        Ok(read) => {
            let (lives, read) = (Arc::clone(&lives), read.clone());
            let work = move || scorecard::draw_up(&lives, &read);
            let card = tokio::task::spawn_blocking(work).await;
            Some(card.map_err(|_| Refused::from(crate::host::fault::Fault::Stopping))?)
        }
        Err(_) => None,
    };
    Ok(Drawn {
        question,
        lives,
        read,
        card,
    })
}

fn body(scene: &Scene<'_>, drawn: &Drawn) -> Markup {
    let message = drawn.read.as_ref().err().map(String::as_str);
    html! {
        (report::head(PATH, "Scorecard", "Who closes what was dealt to them, and whether anything can \
            be said of it yet. Nobody is ranked; a difference is only told when it is evidence."))
        (report::wrong(message))
        div.stack {
            (form(scene, drawn))
            @if let (Ok(read), Some(card)) = (&drawn.read, &drawn.card) {
                @let name = |rep| scene.name(rep);
                @let report = scorecard::report(&drawn.lives, read, card, &name);
                (report::unknown(&report, "Or look at all leads, which compares nobody."))
                @if let Ok(card) = card { (results(scene, drawn, card, &report)) }
            }
        }
    }
}

fn form(scene: &Scene<'_>, drawn: &Drawn) -> Markup {
    let question = &drawn.question;
    let pools: Vec<(&str, String)> = scene
        .state
        .pools()
        .iter()
        .map(|pool| (pool.name.as_str(), pool.name.clone()))
        .collect();
    let read = drawn.read.as_ref().ok();
    let pool = read.and_then(|read| read.asked.pool);
    let pool = pool.map_or("", |pool| scene.state.pool(pool).name.as_str());
    let rules: Vec<(&str, String)> = credit::RULES
        .iter()
        .map(|(word, rule)| (*word, rule.words().to_owned()))
        .collect();
    let rule = read.map_or("outcome", |read| credit::word(read.asked.rule));
    let all = read.is_some_and(|read| read.asked.all);
    let leads = [
        ("drawn", "drawn by chance: comparable".to_owned()),
        ("all", "all of them: not comparable".to_owned()),
    ];
    html! {
        form.sheet action=(PATH) method="get" {
            div.body {
                div.form.flat.tight {
                    (report::choice("pool", "Pool", &pools, pool))
                    (report::choice("leads", "Leads", &leads, if all { "all" } else { "drawn" }))
                    (report::choice("credit", "A win counts for", &rules, rule))
                    (report::text("horizon", "Within days", "when 90 % of wins come",
                        question.horizon.as_ref()))
                    (report::text("won", "Reasons that are wins", "won", question.won.as_ref()))
                    (report::as_of(question.as_of.as_ref()))
                    div.acts { button.main type="submit" { "Show" } }
                }
            }
        }
    }
}

fn results(scene: &Scene<'_>, drawn: &Drawn, card: &Scorecard, report: &Report) -> Markup {
    let export = export(&drawn.question);
    html! {
        @if !card.comparable {
            div.say.bad role="note" {
                b { "Not comparable" }
                p { "These leads were not dealt by chance. No rate here says that somebody is better or worse." }
            }
        }
        (forest(scene, card, report, &export))
        section.sheet aria-labelledby="sentences" {
            header { h2 #sentences { "In words" } span.note { "to be read aloud" } }
            div.body.stack {
                p { (card.rates.sentence()) }
                @for (place, line) in card.reps.iter().enumerate() {
                    p { (card.sentence(place, &scene.name(line.rep))) }
                }
                @if card.comparable {
                    details.twin {
                        summary { "Wins the others would have made more of the same leads" }
                        @for rate in &card.rates.reps {
                            p.note { (rate.wasted_sentence(&scene.name(rate.counted.rep))) }
                        }
                    }
                }
                (report::caveats(report))
            }
        }
        section.sheet aria-labelledby="matters" {
            header { h2 #matters { "Does the rule of credit matter?" } }
            div.body { p { (card.matters(&|rep| scene.name(rep))) } }
        }
        @for table in report.tables.iter().skip(1) { (report::sheet(scene, table, &export)) }
    }
}

/// The address of the same question in the API.
fn export(question: &Question) -> String {
    link::question(
        "/api/v1/reports/scorecard",
        &[
            ("pool", question.pool.as_ref()),
            ("credit", question.credit.as_ref()),
            ("leads", question.leads.as_ref()),
            ("horizon", question.horizon.as_ref()),
            ("won", question.won.as_ref()),
            ("lost", question.lost.as_ref()),
            ("as_of", question.as_of.as_ref()),
        ],
    )
}

fn forest(scene: &Scene<'_>, card: &Scorecard, report: &Report, export: &str) -> Markup {
    let rates = card.rates.reps.iter();
    let both = rates.map(|rate| (&rate.standing.rate, rate.own.value));
    let picture = Forest::new(&card.rates.team, both);
    let table = report.tables.first();
    html! {
        section.sheet aria-labelledby="forest-head" {
            header {
                h2 #forest-head { "Close rates with their intervals" }
                span.note {
                    "n = " (words::count(card.leads, "lead")) " of "
                    (words::thousands(card.given)) " given"
                }
                @if let Some(table) = table { (report::download(table, export)) }
            }
            div.wide role="group" tabindex="0" aria-labelledby="forest-head" {
                table.drawn {
                    thead { tr {
                        th scope="col" { "Rep" }
                        th.plot scope="col" { (picture.head("forest")) }
                        th scope="col" { "What may be said" }
                        th.n scope="col" { "Won of leads" }
                        th.n scope="col" { "Leads a win" }
                    } }
                    tbody {
                        @for (line, rate) in card.reps.iter().zip(&card.rates.reps) {
                            tr {
                                th scope="row" { (scene.person(line.rep)) }
                                @let name = scene.name(line.rep);
                                td.plot {
                                    (picture.row(&name, &rate.standing.rate, rate.own.value))
                                }
                                td { (said(line)) }
                                td.n {
                                    (number(rate.counted.tally.wins)) " of "
                                    (number(rate.counted.tally.trials))
                                }
                                td.n { (number(rate.leads_per_win.leads)) }
                            }
                        }
                    }
                }
            }
            div.legend {
                span { svg width="12" height="12" aria-hidden="true" { circle.turn cx="6" cy="6" r="5" {} }
                    "drawn towards the team’s" }
                span { svg width="12" height="12" aria-hidden="true" { circle.was cx="6" cy="6" r="4" {} }
                    "own rate" }
                span { svg width="12" height="12" aria-hidden="true" {
                    line.due x1="0" x2="12" y1="6" y2="6" {} } "95 % interval" }
            }
            @if let Some(table) = table {
                div.body {
                    details.twin {
                        summary { "Every figure as a table" }
                        (report::grid(scene, table))
                    }
                }
                p.foot { (table.definition) }
            }
        }
    }
}

fn said(line: &RepLine) -> Markup {
    let Some(known) = line.known else {
        return html! { span.tag { "not comparable" } };
    };
    let grade = known.grade();
    html! {
        span.tag.warn[matches!(grade, Grade::Below | Grade::Watch { .. })]
            .on[grade == Grade::NoSign] { (word(grade)) }
        @if let Grade::TooEarly { more: Some(more) } | Grade::Watch { more: Some(more) } = grade {
            " " span.note { "about " (more) " more" }
        }
    }
}
