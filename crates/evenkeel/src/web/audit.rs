//! The audit: does every decision follow, was it really a rotation, who gained by hand, and what
//! would other draws have given?

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::reports::audit::{Found, Question};
use crate::reports::history::Source;
use crate::reports::table::{Report, Table};
use crate::web::drawn::{self, Drawn};
use crate::web::layout::Here;
use crate::web::picture::forest::Forest;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, report, show};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::audit::Redealt;
use evenkeel_core::measure::figure::{Figure, number};
use evenkeel_core::measure::proportion::Tally;
use maud::{Markup, html};

const PATH: &str = "/audit";
/// A longer table is folded.
const LONG: usize = 40;

/// `GET /audit`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    report::Asked(question): report::Asked<Question>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeReports)?;
    let drawn = drawn::draw(&app, question).await?;
    let body = |scene: &Scene<'_>| body(scene, &drawn);
    show::page(&app, &signed, Here::Results, "Audit", body).await
}

fn body(scene: &Scene<'_>, drawn: &Drawn<Question>) -> Markup {
    html! {
        (report::head(PATH, "Audit", "Whether what was recorded follows from the rules, and who gained \
            where somebody went past them. Every decision is made again each time this page is asked for."))
        (drawn.wrong())
        div.stack {
            (form(scene, drawn))
            (drawn.notice())
            @if let Some(answer) = drawn.known() {
                @let (report, found) = (answer.shown(scene), &answer.found);
                (report::unknown(&report, drawn::begin()))
                @if report.unknown.is_none() { (results(scene, drawn, found, &report)) }
            }
        }
    }
}

fn form(scene: &Scene<'_>, drawn: &Drawn<Question>) -> Markup {
    let question = &drawn.question;
    let read = drawn.read();
    let pools = scene.state.pools().iter();
    let pools: Vec<(&str, String)> = pools
        .map(|pool| (pool.name.as_str(), pool.name.clone()))
        .collect();
    let pool = read.and_then(|read| read.pool);
    let pool = pool.map_or("", |pool| scene.state.pool(pool).name.as_str());
    let again = [
        ("no", "no".to_owned()),
        ("yes", "yes, with fresh draws (takes a while)".to_owned()),
    ];
    let asked = read.is_some_and(|read| read.again);
    html! {
        form.sheet action=(PATH) method="get" {
            div.body {
                div.form.flat.tight {
                    (drawn.sources(&[Source::Own, Source::Imported]))
                    (report::choice("pool", "Pool", &pools, pool))
                    (report::choice("deal_again", "Deal the cards again", &again, if asked { "yes" } else { "no" }))
                    (report::text("won", "Reasons that are wins", "won", question.won.as_ref()))
                    (report::as_of(question.as_of.as_ref()))
                    div.acts { button.main type="submit" { "Audit" } }
                }
            }
        }
    }
}

fn results(scene: &Scene<'_>, drawn: &Drawn<Question>, found: &Found, report: &Report) -> Markup {
    let question = &drawn.question;
    let export = link::question(
        "/api/v1/reports/audit",
        &[
            ("source", question.source.as_ref()),
            ("pool", question.pool.as_ref()),
            ("deal_again", question.deal_again.as_ref()),
            ("won", question.won.as_ref()),
            ("as_of", question.as_of.as_ref()),
        ],
    );
    let decided = found.decided.as_ref();
    let again = decided.and_then(|decided| decided.redealt.as_ref());
    html! {
        @if decided.is_some_and(|decided| !decided.checked.follows()) {
            div.say.bad role="alert" {
                b { "Not every decision follows" }
                p { "The program or the journal is wrong, or the journal was written by another version. Run "
                    code { "evenkeel verify" } " and report it." }
            }
        }
        section.sheet aria-labelledby="words" {
            header { h2 #words { "In words" } }
            div.body.stack {
                @for said in &report.said { p { (said) } }
                (report::caveats(report))
            }
        }
        @if let Some(Ok(redealt)) = again { (redeal(scene, redealt, report, &export)) }
        @for table in report.tables.iter().filter(|table| table.name != "redealt") {
            @if table.rows.len() > LONG { (long(scene, table, &export)) }
            @else { (report::sheet(scene, table, &export)) }
        }
    }
}

/// A long list in its sheet, to be unfolded.
fn long(scene: &Scene<'_>, table: &Table, export: &str) -> Markup {
    html! {
        section.sheet aria-labelledby=(table.name) {
            header {
                h2 id=(table.name) { (table.title) }
                span.note { (table.n) }
                (report::download(table, export))
            }
            div.body {
                details.twin { summary { "Show the list" } (report::grid(scene, table)) }
            }
            p.foot { (table.definition) }
        }
    }
}

fn redeal(
    scene: &Scene<'_>,
    redealt: &[(RepNo, Redealt)],
    report: &Report,
    export: &str,
) -> Markup {
    let all = redealt.iter().fold(Tally::default(), |sum, (_, one)| {
        sum + Tally::of(one.rate.value * one.rate.n, one.rate.n)
    });
    let figures: Vec<Figure> = redealt.iter().map(|(_, one)| one.rate).collect();
    let forest = Forest::new(&all.figure(), figures.iter().map(|rate| (rate, rate.value)));
    let Some(table) = report.table("redealt") else {
        return html! {};
    };
    html! {
        section.sheet aria-labelledby="redealt" {
            header {
                h2 #redealt { (table.title) }
                span.note { (table.n) }
                (report::download(table, export))
            }
            div.wide role="group" tabindex="0" aria-labelledby="redealt" {
                table.drawn {
                    thead { tr {
                        th scope="col" { "Rep" }
                        th.plot scope="col" { (forest.head("redealt-picture")) }
                        th.n scope="col" { "Leads" }
                        th.n scope="col" { "So low or lower" }
                        th.n scope="col" { "So high or higher" }
                    } }
                    tbody {
                        @for (rep, one) in redealt {
                            tr {
                                th scope="row" { (scene.person(*rep)) }
                                @let name = scene.name(*rep);
                                td.plot { (forest.row(&name, &one.rate, one.rate.value)) }
                                td.n { (number(one.rate.n)) }
                                td.n { (number(one.low)) }
                                td.n { (number(one.high)) }
                            }
                        }
                    }
                }
            }
            p.foot { (table.definition) }
        }
    }
}
