//! Experiments: deal the starting weeks of a rollout over groups at random, and look whether what
//! began made a difference.
//!
//! Who begins when is dealt here or told; nothing is kept, and no policy is changed by this page.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::secret;
use crate::host::signed::Signed;
use crate::reports::asked;
use crate::reports::experiments::{self, Found, Question};
use crate::reports::table::Report;
use crate::web::drawn::{self, Drawn};
use crate::web::layout::Here;
use crate::web::picture::difference::Difference;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, report, show};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::measure::periods::Well;
use evenkeel_core::time::Moment;
use maud::{Markup, html};
use serde::Deserialize;

const PATH: &str = "/experiments";
const ROLLOUT: &str = "/experiments/rollout";
/// Most groups whose starts are dealt.
const GROUPS_MAX: usize = 200;

/// `GET /experiments`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    report::Asked(question): report::Asked<Question>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeReports)?;
    let drawn = drawn::draw(&app, question).await?;
    let body = |scene: &Scene<'_>| body(scene, &drawn);
    show::page(&app, &signed, Here::Results, "Experiments", body).await
}

/// The groups whose starts are to be dealt.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Groups {
    groups: Option<String>,
    steps: Option<String>,
}

/// `GET /experiments/rollout`
pub async fn rollout(
    Shared(app): Shared<App>,
    signed: Signed,
    report::Asked(groups): report::Asked<Groups>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeReports)?;
    let names: Vec<String> = asked::given(groups.groups.as_ref())
        .unwrap_or("")
        .split([',', '\n'])
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .take(GROUPS_MAX)
        .collect();
    let steps = asked::given(groups.steps.as_ref()).and_then(|steps| steps.parse().ok());
    let key = DrawKey(secret::random::<32>());
    let now = app.workspace.now();
    let starts = experiments::deal(&names, steps.unwrap_or(2), &key, now);
    show::page(&app, &signed, Here::Results, "A rollout", |_| {
        dealt(&starts)
    })
    .await
}

fn dealt(starts: &[(String, Moment)]) -> Markup {
    let day = |at: &Moment| at.to_string().chars().take(10).collect::<String>();
    let lines = starts
        .iter()
        .map(|(name, at)| format!("{name}={}", day(at)));
    let all = lines.collect::<Vec<String>>().join(", ");
    let random = "random".to_owned();
    let href = link::question(PATH, &[("starts", Some(&all)), ("dealt", Some(&random))]);
    html! {
        (report::head(ROLLOUT, "A rollout in stages", "Dealt at random just now: who begins in which week. \
            Write it down before anybody knows how it goes; dealt again, it would come out otherwise."))
        @if starts.is_empty() {
            div.sheet.empty { b { "No groups were named" } a href=(PATH) { "Name them" } }
        } @else {
            section.sheet aria-labelledby="dealt" {
                header { h2 #dealt { "Who begins when" } span.note { "n = " (starts.len()) " groups" } }
                div.wide role="group" tabindex="0" aria-labelledby="dealt" {
                    table {
                        thead { tr { th scope="col" { "Group" } th scope="col" { "Begins" } } }
                        tbody {
                            @for (name, at) in starts {
                                tr { th scope="row" { (name) } td { (report::day(*at)) } }
                            }
                        }
                    }
                }
                p.foot {
                    "Keep this address: " a href=(href) { "what came of it, from then on" }
                    ". Change the policy for each group in its week, for instance by a rule on the group."
                }
            }
        }
    }
}

fn body(scene: &Scene<'_>, drawn: &Drawn<Question>) -> Markup {
    html! {
        (report::head(PATH, "Experiments", "Whether a change worked, from groups that began with it at \
            different times. Dealt at random, that is evidence; chosen, it is weaker; all at once, it is \
            suggestive."))
        (drawn.wrong())
        div.stack {
            (form(drawn))
            @if let Some(answer) = drawn.known() {
                @let (report, found) = (answer.shown(scene), &answer.found);
                (report::unknown(&report, "Deal the starts below, and come back when they have begun."))
                @if report.unknown.is_none() { (results(scene, drawn, found, &report)) }
            }
            (deal())
        }
    }
}

fn form(drawn: &Drawn<Question>) -> Markup {
    let question = &drawn.question;
    let read = drawn.read();
    let grounds = [
        ("chosen", "chosen by somebody".to_owned()),
        ("random", "dealt at random".to_owned()),
    ];
    let wells = [
        (Well::Worked.word(), "worked in time".to_owned()),
        (Well::Won.word(), "won in time".to_owned()),
    ];
    let random = read.is_some_and(|read| read.random);
    let well = read.map_or(Well::Worked, |read| read.well.0);
    html! {
        form.sheet action=(PATH) method="get" {
            div.body.form {
                (report::text("starts", "Which group began when", "north=2026-03-02, south=2026-03-16, west=never",
                    question.starts.as_ref()))
                div.form.flat.tight {
                    (report::choice("dealt", "The dates were", &grounds, if random { "random" } else { "chosen" }))
                    (report::choice("what", "Compared", &wells, well.word()))
                    (report::text("horizon", "Within days", "7, or 30 for won", question.horizon.as_ref()))
                    (report::as_of(question.as_of.as_ref()))
                    div.acts { button.main type="submit" { "Show" } }
                }
                p.note { "A group is the name of a pod or pool, or the key of a rep." }
            }
        }
    }
}

fn results(scene: &Scene<'_>, drawn: &Drawn<Question>, found: &Found, report: &Report) -> Markup {
    let question = &drawn.question;
    let export = link::question(
        "/api/v1/reports/experiments",
        &[
            ("starts", question.starts.as_ref()),
            ("dealt", question.dealt.as_ref()),
            ("what", question.what.as_ref()),
            ("horizon", question.horizon.as_ref()),
            ("won", question.won.as_ref()),
            ("as_of", question.as_of.as_ref()),
        ],
    );
    html! {
        section.sheet aria-labelledby="came" {
            header {
                h2 #came { "What came of it" }
                span.note { "n = " (found.weeks.len()) " groups over " (found.counted) " weeks" }
            }
            div.body.stack {
                @for said in &report.said { p { (said) } }
                @if let Ok(effect) = &found.effect {
                    (Difference { id: "effect-picture", figure: effect.size }.draw())
                }
                (report::caveats(report))
            }
        }
        @for table in &report.tables { (report::sheet(scene, table, &export)) }
    }
}

fn deal() -> Markup {
    html! {
        form.sheet action=(ROLLOUT) method="get" aria-labelledby="deal" {
            header { h2 #deal { "Begin one" } span.note { "the normal way to switch a policy" } }
            div.body.form {
                (report::text("groups", "Groups", "north, south, east, west", None))
                div.form.flat.tight {
                    (report::text("steps", "In how many steps", "2, two weeks apart", None))
                    div.acts { button type="submit" { "Deal the starts" } }
                }
                p.note {
                    "The more groups, the more can be told: with fewer than 20 ways to arrange the starts \
                     nothing can be evidence. Six groups in two steps have exactly 20."
                }
            }
        }
    }
}
