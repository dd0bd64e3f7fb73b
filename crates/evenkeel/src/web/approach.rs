//! Approach: named accounts, a queue or a mix, by five questions, each answer with what it speaks
//! for.
//!
//! What nobody answers is answered by figures of the workspace where it has them, and not counted
//! where it has none. It advises and sets nothing up.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::hiring;
use crate::host::quota::Quotas;
use crate::host::signed::Signed;
use crate::web::asked::{Asked, choice, input};
use crate::web::layout::Here;
use crate::web::notice::Notice;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{balance, show};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::measure::approach::{
    Approach, Figures, Inputs, Question, Reason, Way, advise, inbound,
};
use evenkeel_core::measure::history::History;
use evenkeel_core::people::rep::Status;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
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

/// The chance of quota for which accounts are counted where nobody says how many a rep needs.
const CHANCE: f64 = 0.8;

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

/// What the workspace knows.
fn figures(scene: &Scene<'_>) -> Figures {
    let state = scene.state;
    let now = scene.now.max(state.last_at());
    let here = state.roster().iter();
    let here = here.filter(|(_, rep)| rep.profile.status != Status::Left);
    let territories = state.policy().map(|policy| &policy.document().territories);
    let won = ["won".to_owned()];
    let ripe = (hiring::matures(state, now), &won[..]);
    let history = History::of(state, now, ripe, None);
    let market = hiring::market(state);
    Figures {
        reps: Some(here.count() as u64),
        territories: territories.map(|one| one.as_ref().is_some_and(|one| one.on)),
        market: (market > 0).then_some(market),
        needed: needed(state, now),
        wins: (history.of > 0).then_some(history.won),
    }
}

/// Accounts that the middle one of the reps' quotas takes in four of five cases, as Sizing says.
fn needed(state: &State, now: Moment) -> Option<u64> {
    let quotas = Quotas::of(state, now)?;
    let reps = state.roster().iter();
    let goals = reps.filter_map(|(rep, entry)| {
        let here = entry.profile.status != Status::Left;
        let (stands, _) = quotas.rep(state, rep).filter(|_| here)?;
        Some(stands.goal.quota)
    });
    let mut goals: Vec<f64> = goals.filter(|quota| *quota > 0.0).collect();
    goals.sort_by(f64::total_cmp);
    let middle = goals.get(goals.len().checked_sub(1)? / 2)?;
    let deals = quotas.deals().ok()?;
    deals.needed(*middle, CHANCE)
}

fn body(scene: &Scene<'_>, asked: &Asked) -> Markup {
    let answer = |name: &str| match asked.text(name) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let [many, strict, large, sure, revops] = QUESTIONS.map(|(name, ..)| answer(name));
    let inputs = Inputs {
        reps_many: many,
        territories_strict: strict,
        market_large: large,
        confident: sure,
        revops,
    };
    let mut figures = figures(scene);
    let needed = asked.number(("needed", "Accounts a rep needs"), 0.0, (0.0, 1e9));
    let market = asked.number(("market", "Accounts in the market"), 0.0, (0.0, 1e9));
    let load = asked.number(("load", "Inbound leads"), 0.0, (0.0, 1_000.0));
    let acv = asked.number(("acv", "Contract value"), 0.0, (0.0, 1e12));
    let wrong = [&needed, &market, &load, &acv]
        .into_iter()
        .find_map(|one| one.as_ref().err());
    if let Ok(needed) = needed
        && needed >= 1.0
    {
        figures.needed = Some(needed as u64);
    }
    if let Ok(market) = market
        && market >= 1.0
    {
        figures.market = Some(market as u64);
    }
    let approach = advise(inputs, figures);
    let micro = |number: f64| Micro((number * 1e6) as i64);
    let earned = match (&load, &acv) {
        (Ok(load), Ok(acv)) if *load > 0.0 => Some(inbound(
            (*acv > 0.0).then(|| micro(*acv)),
            micro(load / 100.0),
        )),
        _ => None,
    };
    html! {
        div.title { h1 { "Approach" } }
        (balance::strip(scene, "/approach"))
        @if let Some(why) = wrong { (Notice::form("One figure was left out.", why.as_str()).show()) }
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
            Some(needed) => format!("{market} accounts, and a rep needs {needed}"),
            None => format!("{market} accounts; say how many a rep needs"),
        }),
        "sure" => figures
            .wins
            .map(|wins| format!("{wins} wins in its history")),
        _ => None,
    };
    let told = |figure: Option<u64>| figure.map_or_else(String::new, |figure| figure.to_string());
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
                    (input(asked, "needed", "Accounts one rep needs for quota", (&told(figures.needed), "as Sizing says; with it the market is judged")))
                    (input(asked, "market", "Accounts in the market", (&told(figures.market), "open records of the workspace, unless you know better")))
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
