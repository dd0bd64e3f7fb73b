//! Sizing: how many accounts a rep needs for a stated chance of quota, with the doubt of little
//! history; what share of the market that is.
//!
//! Figures of the workspace are filled in where it has them; whoever asks may say others. It
//! advises and sets nothing.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::asked::Asked;
use crate::host::fault::Fault;
use crate::host::signed::Signed;
use crate::host::sizing::{
    Answer, Known, Question, answer, known, question, usual_mean, usual_spread,
};
use crate::web::asked::input;
use crate::web::layout::Here;
use crate::web::notice::Notice;
use crate::web::picture::curve::Curve;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{balance, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::measure::history::History;
use evenkeel_core::measure::market::Coverage;
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// `GET /sizing`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    asked: Asked,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::AskAdvice)?;
    let now = app.workspace.now();
    let known = app.workspace.ask(|state| known(state, now)).await;
    let question = question(&asked, &known);
    let work = move || question.and_then(answer);
    let answered = match asked.anything() {
        false => None,
        true => Some(
            tokio::task::spawn_blocking(work)
                .await
                .map_err(|_| Refused::from(Fault::Stopping))?,
        ),
    };
    show::page(&app, &signed, Here::Books, "Sizing", |scene| {
        body(scene, &asked, &known, answered.as_ref())
    })
    .await
}

fn body(
    scene: &Scene<'_>,
    asked: &Asked,
    known: &Known,
    answered: Option<&Result<Answer, String>>,
) -> Markup {
    html! {
        div.title { h1 { "Sizing" } }
        (balance::strip(scene, "/sizing"))
        @if let Some(Err(why)) = answered { (Notice::form("This cannot be reckoned.", why.as_str()).show()) }
        p.lede {
            "How many accounts does a rep need to reach quota? Plain division gives the number that is enough in about every other "
            "year; here is the number for the chance you want, with the doubt that little history leaves."
        }
        div.columns.flip {
            (form(asked, known))
            div.stack {
                @match answered {
                    Some(Ok(answer)) => { (told(answer)) (coverage(answer)) }
                    _ => div.sheet.empty { b { "Ask" } "Fill in the quota; what the workspace knows is filled in already." },
                }
            }
        }
    }
}

/// What the mean deal rests on: most wins may say nothing of their worth, and then its product
/// with the conversion of all counts too much.
pub fn of_won(history: &History, field: &str) -> String {
    let (valued, won) = (history.valued, history.won);
    match valued < won {
        true => format!(
            "mean of {valued} of {won} won ones by {field}; the others tell no worth: if they bring less, write the mean of all"
        ),
        false => format!("mean of {valued} won ones by {field}"),
    }
}

fn form(asked: &Asked, known: &Known) -> Markup {
    let history = &known.history;
    let days = known.matures.0 / evenkeel_core::time::DAY.0;
    let ripe = format!("turns at least {days} days old: {}", history.of);
    let valued = match &known.value {
        Some(field) => of_won(history, field),
        None => "no field of records tells it".to_owned(),
    };
    let number = |number: f64| format!("{number:.2}");
    html! {
        section.sheet aria-labelledby="asking" {
            header { h2 #asking { "The question" } span.note { "figures of the workspace are filled in" } }
            div.body {
                form.form method="get" action="/sizing" {
                    (input(asked, "quota", "Quota of one rep for the period", ("250000", "")))
                    (input(asked, "chance", "Chance of reaching it, in percent", ("80", "50 to 99")))
                    (input(asked, "won", "Accounts that closed", (&history.won.to_string(), "reason “won”, by whoever got them")))
                    (input(asked, "of", "of so many worked", (&history.of.to_string(), &ripe)))
                    (input(asked, "deal", "Mean deal", (&number(usual_mean(known)), &valued)))
                    (input(asked, "spread", "Spread of deals over their mean", (&number(usual_spread(known)), "0.8 is common")))
                    (input(asked, "reps", "Reps with such a quota", (&known.reps.to_string(), "")))
                    (input(asked, "market", "Accounts in the market", (&known.market.to_string(), "open records of the workspace")))
                    div.acts { button.main type="submit" { "Reckon" } }
                }
            }
        }
    }
}

fn percent(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}

fn told(answer: &Answer) -> Markup {
    let (question, need) = (&answer.question, &answer.need);
    let accounts = need.accounts.map(words::thousands);
    let curve = Curve {
        id: "curve",
        title: "Chance of quota by number of accounts",
        unit: "accounts",
        steps: answer.steps.clone(),
        named: std::iter::once((need.plain, "division"))
            .chain(need.accounts.map(|accounts| (accounts, "asked for")))
            .collect(),
        asked: Micro((question.chance * 1e6) as i64),
    };
    html! {
        dl.sheet.figures {
            div {
                dt { "For a chance of " (percent(question.chance)) }
                dd {
                    @match &accounts { Some(accounts) => (accounts), None => "no number" }
                    small {
                        @match need.chance {
                            Some(_) => "accounts a rep, by the formula",
                            None => "so little history leaves more doubt than any number of accounts can make good: collect more",
                        }
                    }
                }
            }
            div {
                dt { "By plain division" }
                dd { (words::thousands(need.plain)) small { "accounts: quota over what one brings on average" } }
            }
            div {
                dt { "Conversion reckoned with" }
                dd {
                    (format!("{:.1} %", answer.conversion * 100.0))
                    small { (question.won) " of " (question.of) " closed, drawn a little towards the middle (Jeffreys)" }
                }
            }
            div {
                dt { "Expected deals" }
                dd {
                    (format!("{:.1}", answer.conversion * need.accounts.unwrap_or(need.plain) as f64))
                    small { "conversion times accounts; from eight on the formula is within three points of the exact chance" }
                }
            }
        }
        section.sheet aria-labelledby="chance" {
            header { h2 #chance { "Chance of quota by number of accounts" } }
            div.body { (curve.draw()) }
            (both(answer))
            p.foot {
                "A forecast by a model: deals are lognormal and accounts alike. The bars and the number asked for are the formula’s; "
                "worked out exactly is the same model without the formula, account by account on a grid of amounts. "
                "The rest is up to the rep; distribution only increases the chance."
            }
        }
    }
}

/// The two numbers that have names, by the formula and worked out.
fn both(answer: &Answer) -> Markup {
    let (question, need) = (&answer.question, &answer.need);
    let asked = need.accounts.zip(answer.formula.1).zip(need.chance);
    let row = |what: &str, accounts: u64, formula: f64, exact: f64| {
        html! {
            tr {
                th scope="row" { (what) }
                td.n { (words::thousands(accounts)) }
                td.n { (percent(formula)) }
                td.n { (percent(exact)) }
            }
        }
    };
    html! {
        div.wide role="group" tabindex="0" aria-labelledby="chance" {
            table {
                thead { tr {
                    th scope="col" { span.unseen { "Number" } }
                    th.n scope="col" { "Accounts" }
                    th.n scope="col" { "Chance by the formula" }
                    th.n scope="col" { "Worked out exactly" }
                } }
                tbody {
                    (row("Plain division", need.plain, answer.formula.0, need.plain_chance))
                    @if let Some(((accounts, formula), exact)) = asked {
                        (row(&format!("For {}", percent(question.chance)), accounts, formula, exact))
                    }
                }
            }
        }
    }
}

fn coverage(answer: &Answer) -> Markup {
    let Question { reps, market, .. } = answer.question;
    let booked = answer
        .need
        .accounts
        .map(|accounts| accounts.saturating_mul(reps));
    let coverage = booked.map(|booked| Coverage { booked, market });
    let part = coverage.as_ref().and_then(Coverage::part);
    let rest = coverage.as_ref().and_then(|one| one.rest(Span::days(30)));
    html! {
        @if let (Some(booked), Some(part)) = (booked, part) {
            section.sheet aria-labelledby="market" {
                header { h2 #market { "The market" } }
                div.body {
                    @if booked > market {
                        p {
                            b { "Not enough." } " " (words::count(reps, "rep")) " need " (words::thousands(booked)) " accounts together, and the market has "
                            (words::thousands(market)) "."
                        }
                    } @else {
                        p {
                            (words::count(reps, "rep")) " work " b { (crate::web::load::percent(part)) } " of the market at a time ("
                            (words::thousands(booked)) " of " (words::thousands(market)) " accounts)."
                            @if let Some(rest) = rest { " After 30 days in a book an account rests " (words::span(rest)) "." }
                        }
                    }
                    @if let Some(needed) = answer.need.accounts {
                        div.acts {
                            a.button href=(format!("/approach?needed={needed}&market={market}")) {
                                "Named accounts or a queue for that?"
                            }
                        }
                    }
                }
            }
        }
    }
}
