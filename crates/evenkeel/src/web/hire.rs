//! Hire: what one rep more would win with the leads there are, and what the policy in force would
//! make of it.
//!
//! The team's rates and flow are filled in from the workspace and can be changed. A forecast by a
//! model; it hires nobody and changes nothing.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::asked::Asked;
use crate::host::hire::{self, Answer, Known, SPREAD, WORKS, lines};
use crate::host::signed::Signed;
use crate::web::asked::{choice, input};
use crate::web::form::Sent;
use crate::web::layout::{self, Here};
use crate::web::notice::Notice;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{balance, hire_answer, show, sizing, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// `GET /hire`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::AskAdvice)?;
    let known = hire::known(&app.workspace).await;
    page(&app, &signed, &known, (&Asked::default(), None)).await
}

/// `POST /hire`: reckons, and changes nothing.
pub async fn post(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::AskAdvice)?;
    let fields = sent.by(&signed)?;
    let asked = Asked::of(fields.all());
    let known = hire::known(&app.workspace).await;
    let answered = hire::ask(&app.workspace, &known, &asked).await?;
    page(&app, &signed, &known, (&asked, Some(&answered))).await
}

async fn page(
    app: &App,
    signed: &Signed,
    known: &Known,
    (asked, answered): (&Asked, Option<&Result<Answer, String>>),
) -> Result<Html<String>, Refused> {
    show::page(app, signed, Here::Books, "Hire", |scene| {
        body(scene, known, asked, answered)
    })
    .await
}

fn body(
    scene: &Scene<'_>,
    known: &Known,
    asked: &Asked,
    answered: Option<&Result<Answer, String>>,
) -> Markup {
    html! {
        div.title { h1 { "Hire" } }
        (balance::strip(scene, "/hire"))
        @if let Some(Err(why)) = answered { (Notice::form("This cannot be reckoned.", why.as_str()).show()) }
        p.lede {
            "If we hire a rep, what revenue can we expect? The same leads are shared out as well as can be, without the hire and with, "
            "and only the difference counts: in a team whose leads are scarce it is nothing."
        }
        div.columns.flip {
            (form(scene, known, asked))
            div.stack {
                @match answered {
                    Some(Ok(answer)) => {
                        (hire_answer::told(answer))
                        (hire_answer::months(answer))
                        (hire_answer::by_policy(answer))
                    }
                    _ => { (nothing_yet()) }
                }
                (team(scene, known))
            }
        }
    }
}

fn nothing_yet() -> Markup {
    html! {
        div.sheet.empty { b { "Ask" } "The team is filled in from what the workspace has dealt and closed; change what you know better." }
    }
}

fn form(scene: &Scene<'_>, known: &Known, asked: &Asked) -> Markup {
    let team = match asked.text("team") {
        "" => lines(known),
        text => text.to_owned(),
    };
    let history = &known.history;
    let number = |number: f64| format!("{number:.2}");
    let (mean, spread) = match history.valued {
        0 => (String::new(), number(SPREAD)),
        1 => (number(history.mean), number(SPREAD)),
        _ => (number(history.mean), number(history.cv)),
    };
    let valued = match &known.value {
        Some(field) if history.valued > 0 => sizing::of_won(history, field),
        _ => "to tell wins as revenue".to_owned(),
    };
    let mut likes = vec![(String::new(), "nobody: leave the policy out".to_owned())];
    let reps = known.members.iter();
    likes.extend(reps.map(|member| {
        let rep = scene.state.roster().find(&member.key);
        let name = rep.map_or_else(|| member.key.clone(), |rep| scene.name(rep));
        (member.key.clone(), name)
    }));
    html! {
        section.sheet aria-labelledby="asking" {
            header { h2 #asking { "The question" } }
            div.body {
                form.form method="post" action="/hire" {
                    (layout::csrf(scene.viewer))
                    label {
                        span { "The team " span.note { "rep, close rate, leads a month worked well; one a line" } }
                        textarea name="team" rows="8" spellcheck="false" autocomplete="off" { "\n" (team) }
                    }
                    (input(asked, "leads", "Leads a month", (&known.monthly.to_string(), "turns of the last 30 days")))
                    (input(asked, "rate", "Close rate of the hire once ramped, in percent", ("", "empty: the team’s average")))
                    (input(asked, "capacity", "Leads a month the hire works well", ("", "empty: the team’s average")))
                    (input(asked, "rate_begins", "Part of the close rate to begin with, in percent", ("50", "")))
                    (input(asked, "capacity_begins", "Part of the capacity to begin with, in percent", ("30", "")))
                    (input(asked, "ramp", "Months until ramped", ("12", "")))
                    (input(asked, "months", "Months looked at", ("12", "")))
                    (input(asked, "deal", "Mean deal", (&mean, &valued)))
                    (input(asked, "spread", "Spread of deals over their mean", (&spread, "0.8 is common")))
                    (choice(asked, "like", "Played with the policy in force, as somebody like", &likes))
                    div.acts { button.main type="submit" { "Reckon" } }
                }
            }
        }
    }
}

/// Where the team's figures come from.
fn team(scene: &Scene<'_>, known: &Known) -> Markup {
    let percent = |part: Micro| crate::web::load::percent(part);
    html! {
        section.sheet aria-labelledby="team" {
            header { h2 #team { "What the workspace knows" } span.note { "turns, and outcomes at least " (words::span(known.matures)) " old" } }
            @if known.members.is_empty() {
                div.empty { b { "Nothing yet" } "No turn was dealt, so write the team yourself." }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="team" {
                    table {
                        thead { tr {
                            th scope="col" { "Rep" } th.n scope="col" { "Won of ripe" }
                            th.n scope="col" { "Close rate, 95 %" } th.n scope="col" { "Turns in 30 days" }
                        } }
                        tbody { @for member in &known.members {
                            tr {
                                th scope="row" {
                                    @match scene.state.roster().find(&member.key) {
                                        Some(rep) => (scene.rep(rep)), None => (member.key)
                                    }
                                }
                                td.n { (member.ripe.1) " of " (member.ripe.0) }
                                td.n {
                                    (percent(member.rate.mean))
                                    " ("
                                    (percent(member.rate.low))
                                    " to "
                                    (percent(member.rate.high))
                                    ")"
                                }
                                td.n { (member.month) }
                            }
                        } }
                    }
                }
            }
            p.foot {
                "Close rates are drawn towards the team’s, as if everybody began with 60 leads at it; they forecast, and do not say that somebody is better or worse. "
                "How many leads a rep works well is not measured: " (WORKS) " is the middle of 40 to 50."
            }
        }
    }
}
