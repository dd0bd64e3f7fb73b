//! Steadiness: how even results are period by period, whether reps grow apart, and how long reps
//! take to a target.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::reports::asking::Answer;
use crate::reports::credit;
use crate::reports::history::Source;
use crate::reports::steadiness::{self, Found, Question, Read};
use crate::reports::table::{Report, Table};
use crate::reports::to_target::{self, Aim};
use crate::web::drawn::{self, Drawn};
use crate::web::layout::Here;
use crate::web::picture::over_time::{OverTime, Point};
use crate::web::picture::reach::Reach;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, report, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::measure::calendar::STRETCHES;
use evenkeel_core::measure::figure::{Figure, number};
use evenkeel_core::measure::proportion::Tally;
use evenkeel_core::measure::reached::Reached;
use evenkeel_core::measure::spread::Spread;
use evenkeel_core::measure::steadiness::Steadiness;
use evenkeel_core::measure::survival::Curve;
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::time::DAY;
use maud::{Markup, html};

const PATH: &str = "/steadiness";

/// `GET /steadiness`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    report::Asked(question): report::Asked<Question>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeReports)?;
    let drawn = drawn::draw(&app, question).await?;
    let body = |scene: &Scene<'_>| body(scene, &drawn);
    show::page(&app, &signed, Here::Results, "Steadiness", body).await
}

fn body(scene: &Scene<'_>, drawn: &Drawn<Question>) -> Markup {
    html! {
        (report::head(PATH, "Steadiness", "How even results are period by period, whether the best pull \
            away from the others, and how long it takes until a target is reached."))
        (drawn.wrong())
        div.stack {
            (form(scene, drawn))
            (drawn.notice())
            @if let Some(answer) = drawn.known() {
                @let (report, both) = (answer.shown(scene), (scene, answer));
                (report::unknown(&report, "It takes whole periods whose wins are known: try months, or \
                    fewer days to win in."))
                @if let Ok(steady) = &answer.found.steadiness {
                    (results(both, drawn, (&answer.read, steady), &report))
                }
                (target(both, drawn, (&answer.read, &answer.found), &report))
            }
        }
    }
}

fn form(scene: &Scene<'_>, drawn: &Drawn<Question>) -> Markup {
    let question = &drawn.question;
    let read = drawn.read();
    let periods = STRETCHES.map(|(word, _)| (word, format!("{word}s")));
    let period = read.map_or("month", |read| read.asked.stretch.word());
    let every = std::iter::once(("", "every pool".to_owned()));
    let pools = scene.state.pools().iter();
    let pools: Vec<(&str, String)> = every
        .chain(pools.map(|pool| (pool.name.as_str(), pool.name.clone())))
        .collect();
    let pool = read.and_then(|read| read.asked.pool);
    let pool = pool.map_or("", |pool| scene.state.pool(pool).name.as_str());
    let leads = [
        ("all", "all of them: described".to_owned()),
        ("drawn", "drawn by chance: comparable".to_owned()),
    ];
    let rules: Vec<(&str, String)> = credit::RULES
        .iter()
        .map(|(word, rule)| (*word, rule.words().to_owned()))
        .collect();
    let rule = read.map_or("outcome", |read| credit::word(read.asked.rule));
    let only = read.is_some_and(|read| read.asked.drawn);
    html! {
        form.sheet action=(PATH) method="get" {
            div.body {
                div.form.flat.tight {
                    (drawn.sources(&[Source::Own, Source::Imported, Source::Both]))
                    (report::choice("period", "Periods", &periods, period))
                    (report::text("target", "Target a period", "wins, or a field of reps", question.target.as_ref()))
                    (report::choice("pool", "Pool", &pools, pool))
                    (report::choice("leads", "Leads", &leads, if only { "drawn" } else { "all" }))
                    (report::choice("credit", "A win counts for", &rules, rule))
                    (report::text("horizon", "Within days", "when 90 % of wins come", question.horizon.as_ref()))
                    (report::text("won", "Reasons that are wins", "won", question.won.as_ref()))
                    (report::as_of(question.as_of.as_ref()))
                    div.acts { button.main type="submit" { "Show" } }
                }
            }
        }
    }
}

fn export(question: &Question) -> String {
    link::question(
        "/api/v1/reports/steadiness",
        &[
            ("source", question.source.as_ref()),
            ("period", question.period.as_ref()),
            ("pool", question.pool.as_ref()),
            ("leads", question.leads.as_ref()),
            ("credit", question.credit.as_ref()),
            ("target", question.target.as_ref()),
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
    (read, steady): (&Read, &Steadiness),
    report: &Report,
) -> Markup {
    let export = export(&drawn.question);
    let name = |rep| answer.called(scene, rep);
    html! {
        (even((scene, answer), (read, steady), report.table("reps"), &export))
        section.sheet aria-labelledby="sentences" {
            header { h2 #sentences { "In words" } span.note { "to be read aloud" } }
            div.body.stack {
                @for said in steadiness::said(steady, read, &name) { p { (said) } }
                (report::caveats(report))
            }
        }
        @if let Some(table) = report.table("periods") { (report::sheet(scene, table, &export)) }
        @if let Some(table) = report.table("rates") { (report::folded(scene, table, &export)) }
    }
}

/// Everybody’s rates over the periods.
fn even(
    (scene, answer): (&Scene<'_>, &Answer<Question>),
    (read, steady): (&Read, &Steadiness),
    table: Option<&Table>,
    export: &str,
) -> Markup {
    let figure = |tally: &Tally| (tally.trials > 0.0).then(|| tally.figure());
    let all = steady.reps.iter().flat_map(|line| &line.periods);
    let tops = all.filter(|one| one.trials > 0.0).map(Tally::rate);
    let picture = OverTime::new(steady.periods.len(), tops.fold(0.0, f64::max));
    let name = |at: usize| read.asked.stretch.name(steady.periods[at].number);
    let ends = (name(0), name(steady.periods.len() - 1));
    let points = |periods: &[Tally]| -> Vec<Point> {
        let each = periods.iter().enumerate();
        each.map(|(at, tally)| Point {
            name: name(at),
            rate: figure(tally),
            team: figure(&steady.periods[at].all).map(|team| team.value),
        })
        .collect()
    };
    let team: Vec<Tally> = steady.periods.iter().map(|line| line.all).collect();
    html! {
        section.sheet aria-labelledby="even" {
            header {
                h2 #even { "Close rates period by period" }
                span.note {
                    "n = " (words::count(steady.leads, "lead")) " in "
                    (words::count(steady.periods.len() as u64, read.asked.stretch.word()))
                }
                @if let Some(table) = table { (report::download(table, export)) }
            }
            div.wide role="group" tabindex="0" aria-labelledby="even" {
                table.drawn {
                    thead { tr {
                        th scope="col" { "Rep" }
                        th.plot scope="col" { (picture.head("even-picture", (&ends.0, &ends.1))) }
                        th.n scope="col" { "Swing, points" }
                        th scope="col" { "Is that known?" }
                    } }
                    tbody {
                        tr {
                            th scope="row" { "The team" }
                            td.plot { (picture.row("The team", &points(&team))) }
                            (swing(&steady.team))
                        }
                        @for line in steady.reps.iter().take(report::ROWS_MAX) {
                            tr {
                                th scope="row" { (answer.person(scene, line.rep)) }
                                @let name = answer.called(scene, line.rep);
                                td.plot { (picture.row(&name, &points(&line.periods))) }
                                (swing(&line.within))
                            }
                        }
                    }
                }
            }
            (rates_legend())
            @if let Some(table) = table {
                (report::twin(scene, table))
            }
        }
    }
}

/// What the marks of rates are.
fn rates_legend() -> Markup {
    html! {
        div.legend {
            span { svg width="12" height="12" aria-hidden="true" { circle.turn cx="6" cy="6" r="4" {} }
                "rate of a period" }
            span { svg width="12" height="12" aria-hidden="true" {
                line.way x1="6" x2="6" y1="0" y2="12" {} } "95 % interval" }
            span { svg width="12" height="12" aria-hidden="true" {
                line.zero x1="0" x2="12" y1="6" y2="6" {} } "the team’s" }
        }
    }
}

/// What the marks of the way to the target are.
fn reach_legend() -> Markup {
    html! {
        div.legend {
            span { svg width="12" height="12" aria-hidden="true" { circle.turn cx="6" cy="6" r="5" {} }
                "half have it" }
            span { svg width="12" height="12" aria-hidden="true" {
                line.due x1="0" x2="12" y1="6" y2="6" {} } "95 % interval" }
            span { svg width="12" height="12" aria-hidden="true" {
                rect.bar.part x="0" y="3" width="12" height="6" {} } "share with it by the end" }
        }
    }
}

/// How far somebody swings, and whether that is more than chance.
fn swing(within: &Result<Spread, Unknown>) -> Markup {
    let Ok(spread) = within else {
        return html! { td.n { "–" } td { span.tag { "too early" } } };
    };
    let swings = spread.between.interval.low > 0.001;
    html! {
        td.n { (number(spread.between.value * 100.0)) }
        td {
            span.tag.warn[swings].on[!swings] {
                (if swings { "more than chance" } else { "may be chance" })
            }
        }
    }
}

/// The way to the target, or what to do to see it.
fn target(
    (scene, answer): (&Scene<'_>, &Answer<Question>),
    drawn: &Drawn<Question>,
    (read, found): (&Read, &Found),
    report: &Report,
) -> Markup {
    let export = export(&drawn.question);
    html! {
        @match (&found.reached, &read.aim) {
            (None, _) | (_, None) => {
                div.sheet.empty {
                    b { "No target was named" }
                    "Write how many wins a period are the target, or the name of a number field of the reps \
                     that holds each rep’s, and see how long it takes."
                }
            }
            (Some(Err(unknown)), _) => {
                div.sheet.empty {
                    b { "Nothing is known of the target" }
                    (unknown.sentence()) " A rep who ever had a lead and has a target is looked at."
                }
            }
            (Some(Ok(reached)), Some(aim)) => {
                (reach((scene, answer), (aim, reached), report.table("target"), &export))
                @if let Some(table) = report.table("target_periods") {
                    (report::sheet(scene, table, &export))
                }
            }
        }
    }
}

fn reach(
    (scene, answer): (&Scene<'_>, &Answer<Question>),
    (aim, reached): (&Aim, &Reached),
    table: Option<&Table>,
    export: &str,
) -> Markup {
    let days = to_target::longest(aim.stretch).0 / DAY.0;
    let picture = Reach::new(days);
    let line = |name: &str, curve: &Curve| {
        let half: Option<Figure> = to_target::in_days(curve.median());
        let by_end = curve.over_by(curve.longest()).value;
        html! {
            td.plot { (picture.row(name, half.as_ref(), by_end)) }
            td.n { (curve.ended()) " of " (curve.n()) }
            td.n { @match half { Some(half) => { (number(half.value)) " days" }, None => "fewer" } }
        }
    };
    let name = |rep| answer.called(scene, rep);
    html! {
        section.sheet aria-labelledby="reach" {
            header {
                h2 #reach { "How long until the target" }
                span.note {
                    "n = " (words::count(reached.team.n() as u64, "period")) " of "
                    (words::count(reached.reps.len() as u64, "rep"))
                }
                @if let Some(table) = table { (report::download(table, export)) }
            }
            div.body.stack { p { (to_target::team(reached, aim)) } }
            div.wide role="group" tabindex="0" aria-labelledby="reach" {
                table.drawn {
                    thead { tr {
                        th scope="col" { "Rep" }
                        th.plot scope="col" { (picture.head("reach-picture")) }
                        th.n scope="col" { "With the target" }
                        th.n scope="col" { "Half after" }
                    } }
                    tbody {
                        tr { th scope="row" { "The team" } (line("The team", &reached.team)) }
                        @for one in reached.reps.iter().take(report::ROWS_MAX) {
                            tr {
                                th scope="row" { (answer.person(scene, one.rep)) }
                                (line(&answer.called(scene, one.rep), &one.curve))
                            }
                        }
                    }
                }
            }
            (reach_legend())
            div.body.stack {
                details.twin {
                    summary { "Where each stands in the running period, in words" }
                    @for said in to_target::on_the_way(reached, aim, &name) { p.note { (said) } }
                }
                @if let Some(table) = table {
                    details.twin {
                        summary { "Every figure as a table" }
                        (report::grid(scene, table))
                    }
                }
            }
            @if let Some(table) = table { p.foot { (table.definition) } }
        }
    }
}
