//! The scorecard: every rep of a pool beside the team, as far as chance allows to say anything.
//!
//! One plain sentence a rep, and never more than the core says. Reps stand in the order in which
//! they came, not by rate: a ranking would say more than is known.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::reports::asking::Answer;
use crate::reports::credit;
use crate::reports::history::Source;
use crate::reports::scorecard::{Question, word};
use crate::reports::table::Report;
use crate::web::drawn::{self, Drawn};
use crate::web::layout::Here;
use crate::web::picture::forest::Forest;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, report, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::measure::figure::number;
use evenkeel_core::measure::grade::Grade;
use evenkeel_core::measure::scorecard::{RepLine, Scorecard};
use maud::{Markup, html};

const PATH: &str = "/scorecard";

/// `GET /scorecard`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    report::Asked(question): report::Asked<Question>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeReports)?;
    let drawn = drawn::draw(&app, question).await?;
    show::page(&app, &signed, Here::Results, "Scorecard", |scene| {
        body(scene, &drawn)
    })
    .await
}

fn body(scene: &Scene<'_>, drawn: &Drawn<Question>) -> Markup {
    html! {
        (report::head(PATH, "Scorecard", "Who closes what was dealt to them, and whether anything can \
            be said of it yet. Nobody is ranked; a difference is only told when it is evidence."))
        (drawn.wrong())
        div.stack {
            (form(scene, drawn))
            (drawn.notice())
            @if let Some(answer) = drawn.known() {
                @let (report, both) = (answer.shown(scene), (drawn, answer));
                (report::unknown(&report, what_to_do(drawn, answer)))
                @if let Ok(card) = &*answer.found { (results(scene, both, card, &report)) }
            }
        }
    }
}

/// Where no rate can be told: the same question of all leads, or how to begin.
fn what_to_do(drawn: &Drawn<Question>, answer: &Answer<Question>) -> Markup {
    if answer.history.lives.all.is_empty() {
        return drawn::begin();
    }
    let (all, question) = ("all".to_owned(), &drawn.question);
    let mut parts = parts(question);
    parts.retain(|(name, _)| *name != "leads");
    parts.push(("leads", Some(&all)));
    html! {
        @if !answer.read.asked.all {
            "Figures of "
            a href=(link::question(PATH, &parts)) { "all leads, which compare nobody" }
            " can be shown all the same."
        }
    }
}

fn form(scene: &Scene<'_>, drawn: &Drawn<Question>) -> Markup {
    let question = &drawn.question;
    let read = drawn.read();
    let every = read.is_some_and(|read| read.asked.pool.is_none());
    let every = every.then(|| ("", "every record".to_owned()));
    let pools = scene.state.pools().iter();
    let pools: Vec<(&str, String)> = every
        .into_iter()
        .chain(pools.map(|pool| (pool.name.as_str(), pool.name.clone())))
        .collect();
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
                    (drawn.sources(&[Source::Own, Source::Imported, Source::Both]))
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

fn results(
    scene: &Scene<'_>,
    (drawn, answer): (&Drawn<Question>, &Answer<Question>),
    card: &Scorecard,
    report: &Report,
) -> Markup {
    let export = link::question("/api/v1/reports/scorecard", &parts(&drawn.question));
    let called = |rep| answer.called(scene, rep);
    html! {
        @if !card.comparable {
            div.say.bad role="note" {
                b { "Not comparable" }
                p { "These leads were not dealt by chance. No rate here says that somebody is better or worse." }
            }
        }
        (forest(scene, (answer, card), report, &export))
        section.sheet aria-labelledby="sentences" {
            header { h2 #sentences { "In words" } span.note { "to be read aloud" } }
            div.body.stack {
                p { (card.rates.sentence()) }
                @for (place, line) in card.reps.iter().enumerate() {
                    p { (card.sentence(place, &called(line.rep))) }
                }
                @if card.comparable {
                    details.twin {
                        summary { "Wins the others would have made more of the same leads" }
                        @for rate in &card.rates.reps {
                            p.note { (rate.wasted_sentence(&called(rate.counted.rep))) }
                        }
                    }
                }
                (report::caveats(report))
            }
        }
        @if let Some(trap) = card.quarters.sentence() {
            div.say role="note" {
                b { "The quarter-end trap" }
                p { (trap) }
                @if let Some(pace) = card.quarters.pace_sentence() { p { (pace) } }
            }
        }
        section.sheet aria-labelledby="matters" {
            header { h2 #matters { "Does the rule of credit matter?" } }
            div.body { p { (card.matters(&called)) } }
        }
        @for table in report.tables.iter().skip(1) { (report::sheet(scene, table, &export)) }
    }
}

/// The question, as an address has it.
fn parts(question: &Question) -> Vec<(&'static str, Option<&String>)> {
    vec![
        ("source", question.source.as_ref()),
        ("pool", question.pool.as_ref()),
        ("credit", question.credit.as_ref()),
        ("leads", question.leads.as_ref()),
        ("horizon", question.horizon.as_ref()),
        ("won", question.won.as_ref()),
        ("lost", question.lost.as_ref()),
        ("as_of", question.as_of.as_ref()),
    ]
}

fn forest(
    scene: &Scene<'_>,
    (answer, card): (&Answer<Question>, &Scorecard),
    report: &Report,
    export: &str,
) -> Markup {
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
                                th scope="row" { (answer.person(scene, line.rep)) }
                                @let name = answer.called(scene, line.rep);
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
                (report::twin(scene, table))
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
