//! Volume: up to how many leads a month each rep follows up, as a picture and as advice.
//!
//! Nothing here caps anybody; the page says what a cap might be and where it is set.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::reports::asking::Answer;
use crate::reports::history::Source;
use crate::reports::table::Report;
use crate::reports::volume::{self, Question};
use crate::web::drawn::{self, Drawn};
use crate::web::layout::Here;
use crate::web::picture::months::{Drop, Month, Months};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, report, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::measure::calendar::Stretch;
use evenkeel_core::measure::figure::number;
use evenkeel_core::measure::volume::{RepMonths, Volume};
use maud::{Markup, html};

const PATH: &str = "/volume";

/// `GET /volume`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    report::Asked(question): report::Asked<Question>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeReports)?;
    let drawn = drawn::draw(&app, question).await?;
    let body = |scene: &Scene<'_>| body(scene, &drawn);
    show::page(&app, &signed, Here::Results, "Volume", body).await
}

fn body(scene: &Scene<'_>, drawn: &Drawn<Question>) -> Markup {
    html! {
        (report::head(PATH, "Volume", "Up to how many leads a month each rep follows up, and what one \
            more brings. Some handle twice as many as others; nobody has to guess who."))
        (drawn.wrong())
        div.stack {
            (form(drawn))
            (drawn.notice())
            @if let Some(answer) = drawn.known() {
                @let report = answer.shown(scene);
                (report::unknown(&report, "It takes whole months: come back when some are over."))
                @if let Ok(volume) = &*answer.found {
                    (results((scene, answer), drawn, volume, &report))
                }
            }
        }
    }
}

fn form(drawn: &Drawn<Question>) -> Markup {
    let question = &drawn.question;
    html! {
        form.sheet action=(PATH) method="get" {
            div.body {
                div.form.flat.tight {
                    (drawn.sources(&[Source::Own, Source::Imported, Source::Both]))
                    (report::text("follow", "To be worked within days", "7", question.follow.as_ref()))
                    (report::text("horizon", "Won within days", "90", question.horizon.as_ref()))
                    (report::text("won", "Reasons that are wins", "won", question.won.as_ref()))
                    (report::text("lost", "Reasons that are losses", "lost", question.lost.as_ref()))
                    (report::as_of(question.as_of.as_ref()))
                    div.acts { button.main type="submit" { "Show" } }
                }
            }
        }
    }
}

fn export(question: &Question) -> String {
    link::question(
        "/api/v1/reports/volume",
        &[
            ("source", question.source.as_ref()),
            ("follow", question.follow.as_ref()),
            ("horizon", question.horizon.as_ref()),
            ("won", question.won.as_ref()),
            ("lost", question.lost.as_ref()),
            ("as_of", question.as_of.as_ref()),
        ],
    )
}

fn results(
    (scene, answer): (&Scene<'_>, &Answer<Question>),
    drawn: &Drawn<Question>,
    volume: &Volume,
    report: &Report,
) -> Markup {
    let export = export(&drawn.question);
    html! {
        div.say role="note" { b { "Advice, never applied by itself" } p { (volume::ADVICE) } }
        (picture((scene, answer), volume, report, &export))
        section.sheet aria-labelledby="sentences" {
            header { h2 #sentences { "In words" } span.note { "to be read aloud" } }
            div.body.stack {
                @for said in &report.said { p { (said) } }
                p.note {
                    "A cap is set in the " a href="/policy" { "policy" } ", for everybody under "
                    code { "[caps]" } " or as " code { "cap" } " of a pool. Try it first: "
                    a href="/backtest" { "Back-test" } "."
                }
                (report::caveats(report))
            }
        }
        @for table in report.tables.iter().skip(1) { (report::folded(scene, table, &export)) }
    }
}

fn picture(
    (scene, answer): (&Scene<'_>, &Answer<Question>),
    volume: &Volume,
    report: &Report,
    export: &str,
) -> Markup {
    let all = volume.reps.iter().flat_map(|one| &one.months);
    let picture = Months::new(all.map(|(_, month)| month.leads).max().unwrap_or(0));
    let table = report.table("reps");
    html! {
        section.sheet aria-labelledby="where" {
            header {
                h2 #where { "Follow-up and close rate against monthly volume" }
                span.note {
                    "n = " (words::count(volume.leads, "lead")) " of "
                    (words::count(volume.reps.len() as u64, "rep"))
                }
                @if let Some(table) = table { (report::download(table, export)) }
            }
            div.wide role="group" tabindex="0" aria-labelledby="where" {
                table.drawn {
                    thead { tr {
                        th scope="col" { "Rep" }
                        th.plot scope="col" { (picture.head("months-picture")) }
                        th scope="col" { "Follow-up" }
                        th.n scope="col" { "Drops beyond" }
                        th.n scope="col" { "Wins of one more" }
                    } }
                    tbody {
                        @for one in volume.reps.iter().take(report::ROWS_MAX) {
                            (row((scene, answer), &picture, one))
                        }
                    }
                }
            }
            div.legend {
                span { svg width="12" height="12" aria-hidden="true" { circle.dot cx="6" cy="6" r="4.5" {} }
                    "a month, share followed up" }
                span { svg width="12" height="12" aria-hidden="true" { circle.was cx="6" cy="6" r="3" {} }
                    "the same month, share closed" }
                span { svg width="12" height="12" aria-hidden="true" {
                    line.mean x1="6" x2="6" y1="0" y2="12" {} } "where follow-up drops" }
                span { svg width="12" height="12" aria-hidden="true" {
                    line.grid x1="0" x2="12" y1="6" y2="6" {} } "0, 50 and 100 %" }
            }
            @if let Some(table) = table {
                (report::twin(scene, table))
            }
        }
    }
}

fn row(
    (scene, answer): (&Scene<'_>, &Answer<Question>),
    picture: &Months,
    one: &RepMonths,
) -> Markup {
    let told = one.told.as_ref().ok();
    let drop = told.and_then(|told| told.drop);
    let followed = told.and_then(|told| told.follow_up);
    let share = |part: u32, of: u32| (of > 0).then(|| f64::from(part) / f64::from(of));
    let marks: Vec<Month> = one
        .months
        .iter()
        .map(|(number, month)| Month {
            name: Stretch::Month.name(*number),
            leads: month.leads,
            followed_up: share(month.followed_up, month.known),
            closed: month.wins.and_then(|wins| share(wins, month.leads)),
        })
        .collect();
    let line = drop.map(|drop| Drop {
        up_to: drop.up_to,
        below: drop.below.value,
        above: drop.above.value,
    });
    let further = told.map(|told| told.marginal_wins);
    let further = further.filter(|figure| figure.interval.high.is_finite());
    html! {
        tr {
            th scope="row" { (answer.person(scene, one.rep)) }
            td.plot { (picture.row(&answer.called(scene, one.rep), &marks, line)) }
            td {
                span.tag.warn[drop.is_some()].on[drop.is_none() && followed.is_some()] {
                    (volume::word(&one.told))
                }
                " " span.note { (words::count(one.months.len() as u64, "month")) }
            }
            td.n { @match drop { Some(drop) => { (drop.up_to) " a month" }, None => "–" } }
            td.n { @match further { Some(figure) => (number(figure.value)), None => "–" } }
        }
    }
}
