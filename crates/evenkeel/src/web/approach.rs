//! Approach: named accounts, a queue or a mix, by five questions, each answer with what it speaks
//! for.
//!
//! What nobody answers is answered by figures of the workspace where it has them, and not counted
//! where it has none. It advises and sets nothing up.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::approach::{Told, told};
use crate::host::asked::Asked;
use crate::host::signed::Signed;
use crate::web::asked::{choice, input};
use crate::web::layout::Here;
use crate::web::notice::Notice;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{balance, show};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::measure::approach::{Approach, Figures, Question, Reason, Way};
use maud::{Markup, html};

/// The questions: field of the form, words, what yes and no are called.
const QUESTIONS: [(&str, &str, &str, &str); 5] = [
    ("many", "How many reps?", "many", "few"),
    (
        "strict",
        "Territories?",
        "strictly defined",
        "loose, or none",
    ),
    (
        "large",
        "The market, for the accounts that all reps need?",
        "large",
        "small",
    ),
    ("sure", "Sure how many accounts a quota takes?", "yes", "no"),
    (
        "revops",
        "Somebody in RevOps with time for named books?",
        "yes",
        "no",
    ),
];

/// `GET /approach`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    asked: Asked,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::AskAdvice)?;
    show::page(&app, &signed, Here::Books, "Approach", |scene| {
        body(scene, &asked)
    })
    .await
}

fn body(scene: &Scene<'_>, asked: &Asked) -> Markup {
    let Told {
        approach,
        figures,
        earned,
        wrong,
    } = told(scene.state, scene.now, asked);
    html! {
        div.title { h1 { "Approach" } }
        (balance::strip(scene, "/approach"))
        @if let Some(why) = &wrong { (Notice::form("One figure was left out.", why.as_str()).show()) }
        p.lede {
            "Named accounts, a queue, or a mix? Five questions, each of which speaks for one way. Leave open what you do not know: the "
            "workspace answers where it can, and what nobody knows is not counted."
        }
        div.columns.flip {
            (form(asked, &figures))
            div.stack {
                (advice(&approach))
                @if let Some(earned) = earned {
                    section.sheet aria-labelledby="inbound" {
                        header { h2 #inbound { "Inbound leads" } }
                        div.body { p { (earned) } }
                    }
                }
                div.columns.even { (ways(Way::Named, "Named accounts")) (ways(Way::Queue, "Queue")) }
            }
        }
    }
}

fn form(asked: &Asked, figures: &Figures) -> Markup {
    let known = |name: &str| match name {
        "many" => figures
            .reps
            .map(|reps| format!("{reps} reps in the workspace")),
        "strict" => figures.territories.map(|on| {
            let words = if on {
                "the policy deals by territory"
            } else {
                "the policy deals without"
            };
            words.to_owned()
        }),
        "large" => figures.market.map(|market| match figures.needed {
            Some(needed) => format!("{market} accounts, {needed} a rep"),
            None => format!("{market} accounts"),
        }),
        "sure" => figures
            .wins
            .map(|wins| format!("{wins} wins in its history")),
        _ => None,
    };
    let filled = |figure: Option<u64>| figure.map_or_else(String::new, |figure| figure.to_string());
    html! {
        section.sheet aria-labelledby="asking" {
            header { h2 #asking { "The questions" } }
            div.body {
                form.form method="get" action="/approach" {
                    @for (name, words, yes, no) in QUESTIONS {
                        @let open = match known(name) {
                            Some(figure) => format!("as the figures say: {figure}"),
                            None => "not known".to_owned(),
                        };
                        (choice(asked, name, words, &[
                            (String::new(), open),
                            ("yes".to_owned(), yes.to_owned()),
                            ("no".to_owned(), no.to_owned()),
                        ]))
                    }
                    (input(asked, "needed", "Accounts one rep needs for quota", (&filled(figures.needed), "as Sizing says; with it the market is judged")))
                    (input(asked, "market", "Accounts in the market", (&filled(figures.market), "open records of the workspace, unless you know better")))
                    (input(asked, "load", "Inbound leads, in percent of what the team can work", ("", "says whether to have them earned")))
                    (input(asked, "acv", "Contract value a year of inbound leads", ("", "")))
                    div.acts { button.main type="submit" { "Advise" } a.button href="/sizing" { "To Sizing" } }
                }
            }
        }
    }
}

fn way(way: Way) -> &'static str {
    match way {
        Way::Named => "named accounts",
        Way::Queue => "a queue",
    }
}

fn question(question: Question) -> &'static str {
    match question {
        Question::Reps => "Reps",
        Question::Territories => "Territories",
        Question::Market => "Market",
        Question::Confidence => "Accounts for quota",
        Question::RevOps => "RevOps",
    }
}

fn advice(approach: &Approach) -> Markup {
    let (named, queue) = approach.votes;
    let row = |reason: &Reason| {
        html! {
            tr.off[reason.speaks_for.is_none()] {
                th scope="row" { (question(reason.question)) }
                td { (reason.because) }
                td {
                    @match reason.speaks_for {
                        Some(speaks) => span.tag.on { (way(speaks)) }, None => span.note { "not counted" }
                    }
                }
            }
        }
    };
    html! {
        section.sheet aria-labelledby="advice" {
            header {
                h2 #advice { "What suits" }
                span.note { (named) " of the answers speak for named accounts, " (queue) " for a queue" }
            }
            p.quote { (approach.advice.sentence()) }
            div.wide role="group" tabindex="0" aria-labelledby="advice" {
                table {
                    thead { tr { th scope="col" { "Question" } th scope="col" { "Answer" } th scope="col" { "Speaks for" } } }
                    tbody { @for reason in &approach.reasons { (row(reason)) } }
                }
            }
            p.foot {
                "Two answers at least, and four for each one against, decide for one way; anything less is a mix. Nothing is weighed beyond counting, "
                "so change an answer and see what it does."
            }
        }
    }
}

fn ways(way: Way, title: &str) -> Markup {
    let (pros, cons) = way.pros_and_cons();
    let id = match way {
        Way::Named => "named",
        Way::Queue => "queue",
    };
    html! {
        section.sheet aria-labelledby=(id) {
            header { h2 #(id) { (title) } }
            div.body {
                h3 { "For it" }
                ul.rules { @for line in pros { li.hit { (line) } } }
                h3 { "Against it" }
                ul.rules { @for line in cons { li { (line) } } }
            }
        }
    }
}
