//! Hire: what one rep more would win with the leads there are, and what the policy in force would
//! make of it.
//!
//! The team's rates and flow are filled in from the workspace and can be changed. A forecast by a
//! model; it hires nobody and changes nothing.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::fault::Fault;
use crate::host::hiring::{self, Member};
use crate::host::signed::Signed;
use crate::web::asked::{Asked, choice, input};
use crate::web::form::Sent;
use crate::web::layout::{self, Here};
use crate::web::notice::Notice;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{balance, hire_answer, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::market::value::Attributes;
use evenkeel_core::measure::hire::{Hire, Ramped, Seat, Worth, worth};
use evenkeel_core::measure::hire_deal::{LEADS_MAX, Play, Played, play};
use evenkeel_core::measure::hire_range::{Doubt, Range, range};
use evenkeel_core::measure::history::History;
use evenkeel_core::people::rep::Profile;
use evenkeel_core::rehearsal::Base;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::{Micro, ONE};
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Key of the made-up rep.
pub const NEWCOMER: &str = "new-hire";
/// Leads a month that a rep works well, where nothing else is said (seed 002: 40 to 50).
const WORKS: u64 = 45;
/// Spread of deals over their mean, where the workspace has too few to tell.
const SPREAD: f64 = 0.8;
/// Most reps of the team.
const TEAM_MAX: usize = 500;
/// Most leads that are dealt through the policy from a page.
pub const PLAYED_MAX: usize = LEADS_MAX / 10;

/// What the workspace knows.
struct Known {
    members: Vec<Member>,
    matures: Span,
    monthly: u64,
    /// Deals of the workspace.
    history: History,
    /// The field that tells what a deal is worth.
    value: Option<String>,
    now: Moment,
}

/// The policy of the workspace, and who would be hired into it.
struct Stage {
    base: Base,
    profile: Profile,
    leads: Vec<Arc<Attributes>>,
}

/// What is asked, read.
pub struct Question {
    pub team: Vec<(String, Seat)>,
    pub hire: Hire,
    pub leads: u64,
    pub months: u64,
    /// What a deal is worth, and the spread of deals over it; 0 is not known.
    pub deal: f64,
    pub spread: f64,
    /// Turns behind each rate of the team.
    pub behind: Vec<u64>,
}

/// What comes out.
pub struct Answer {
    pub question: Question,
    pub worth: Worth,
    /// How wide it is.
    pub range: Range,
    /// By the policy in force, if it was played.
    pub played: Option<Result<Played, Refusal>>,
}

/// `GET /hire`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::AskAdvice)?;
    let known = known(&app).await;
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
    let known = known(&app).await;
    let question = question(&asked, &known);
    let like = asked.text("like").to_owned();
    let stage = app.workspace.glance(|state| {
        let profile = hiring::newcomer(state, &like, known.now)?;
        Some(Stage {
            base: Base::of(state),
            profile,
            leads: hiring::leads(state),
        })
    });
    let now = known.now;
    let work = move || question.map(|question| answer(question, stage, now));
    let answered = tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Refused::from(Fault::Stopping))?;
    page(&app, &signed, &known, (&asked, Some(&answered))).await
}

async fn known(app: &App) -> Known {
    let now = app.workspace.now();
    app.workspace
        .ask(|state| {
            let now = now.max(state.last_at());
            let matures = hiring::matures(state, now);
            let members = hiring::members(state, now, (matures, "won"));
            let field = hiring::value_field(state);
            let name = |field| Some(state.record_schema().field(field)?.name.clone());
            Known {
                history: History::of(state, now, (matures, &["won".to_owned()]), field),
                value: field.and_then(name),
                monthly: members.iter().map(|member| member.month).sum(),
                members,
                matures,
                now,
            }
        })
        .await
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

/// The team as lines of key, rate and leads a month, as the workspace has it.
fn lines(known: &Known) -> String {
    let line = |member: &Member| {
        let rate = Micro(member.rate.mean.0 / 1_000 * 1_000);
        format!("{}, {rate}, {WORKS}\n", member.key)
    };
    known.members.iter().map(line).collect()
}

fn question(asked: &Asked, known: &Known) -> Result<Question, String> {
    let team = match asked.text("team") {
        "" => lines(known),
        text => text.to_owned(),
    };
    let team = team.lines().filter(|line| !line.trim().is_empty());
    let team = team.map(seat).collect::<Result<Vec<_>, _>>()?;
    if team.is_empty() || team.len() > TEAM_MAX {
        return Err(format!(
            "The team has {} lines; it needs 1 to {TEAM_MAX}.",
            team.len()
        ));
    }
    let average = |of: fn(&Seat) -> Micro| {
        let sum: Micro = team.iter().map(|(_, seat)| of(seat)).sum();
        sum.0 as f64 / 1e6 / team.len() as f64
    };
    let micro = |number: f64| Micro((number * 1e6).round() as i64);
    let part = |name, label, usual| {
        let percent = asked.number((name, label), usual, (0.0, 100.0))?;
        Ok::<Micro, String>(micro(percent / 100.0))
    };
    let seat = Seat {
        rate: part("rate", "Close rate", average(|seat| seat.rate) * 100.0)?,
        capacity: micro(asked.number(
            ("capacity", "Leads worked well"),
            average(|seat| seat.capacity),
            (0.0, 1e5),
        )?),
    };
    let begins = Ramped {
        rate: part("rate_begins", "Close rate to begin with", 50.0)?,
        capacity: part("capacity_begins", "Capacity to begin with", 30.0)?,
    };
    let ramp = asked.number(("ramp", "Ramp"), 12.0, (1.0, 36.0))? as u32;
    let months = asked.number(("months", "Months"), 12.0, (1.0, 60.0))? as u64;
    let leads = asked.number(("leads", "Leads a month"), known.monthly as f64, (0.0, 1e5))?;
    let behind = team.iter().map(|(key, _)| {
        let known = known.members.iter().find(|member| member.key == *key);
        hiring::PRIOR_TURNS + known.map_or(0, |member| member.ripe.0)
    });
    let behind = behind.collect();
    let history = &known.history;
    let mean = if history.valued > 0 {
        history.mean
    } else {
        0.0
    };
    let spread = if history.valued > 1 {
        history.cv
    } else {
        SPREAD
    };
    Ok(Question {
        behind,
        spread: asked.number(("spread", "Spread"), spread, (0.0, 10.0))?,
        team,
        hire: Hire::ramping(seat, begins, ramp, months as usize),
        leads: leads as u64,
        months,
        deal: asked.number(("deal", "Mean deal"), mean, (0.0, 1e12))?,
    })
}

/// One line of the team: key, close rate, leads a month.
fn seat(line: &str) -> Result<(String, Seat), String> {
    let mut cells = line.split([',', ';', '\t']).map(str::trim);
    let (key, rate, capacity) = (cells.next(), cells.next(), cells.next());
    let number = |text: Option<&str>| Micro::parse(text?).filter(|number| *number >= Micro(0));
    let read = key.zip(number(rate).zip(number(capacity)));
    let Some((key, (rate, capacity))) = read.filter(|(_, (rate, _))| *rate <= ONE) else {
        let seen: String = line.chars().take(60).collect();
        return Err(format!(
            "“{seen}” is no line of the team: write the rep, a close rate from 0 to 1 and leads a month, such as ana, 0.22, 45."
        ));
    };
    Ok((key.to_owned(), Seat { rate, capacity }))
}

fn answer(question: Question, stage: Option<Stage>, now: Moment) -> Answer {
    let seats: Vec<Seat> = question.team.iter().map(|(_, seat)| *seat).collect();
    let supply = Micro::whole(i64::try_from(question.leads).unwrap_or(i64::MAX / 2_000_000));
    let worth = worth(&seats, &question.hire, supply);
    let team: Vec<(Seat, u64)> = seats.into_iter().zip(question.behind.clone()).collect();
    let range = range(&Doubt {
        team: &team,
        hire: (&question.hire, hiring::PRIOR_TURNS),
        supply,
        deals: (question.deal, question.spread),
    });
    let few = question.leads * question.months <= PLAYED_MAX as u64;
    let played = stage.filter(|_| few && question.leads > 0).map(|stage| {
        let seats: BTreeMap<String, Seat> = question.team.iter().cloned().collect();
        play(&Play {
            base: &stage.base,
            seats: &seats,
            hire: (NEWCOMER, &stage.profile, &question.hire),
            leads: &stage.leads,
            monthly: question.leads as usize,
            stays: Span::days(30),
            from: now,
        })
    });
    Answer {
        worth,
        range,
        played,
        question,
    }
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
                    Some(Ok(answer)) => { (hire_answer::told(answer)) (hire_answer::months(answer)) (hire_answer::by_policy(answer)) }
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
        Some(field) if history.valued > 0 => {
            format!("mean of {} won ones by {field}", history.valued)
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_team_is_read_or_named() {
        let (key, seat_read) = seat(" ana , 0.22, 45").expect("a line");
        assert_eq!(
            (key.as_str(), seat_read.rate, seat_read.capacity),
            ("ana", Micro(220_000), Micro::whole(45))
        );
        for line in ["ana", "ana, 1.2, 45", "ana, x, 45", "ana, 0.2, -1"] {
            assert!(seat(line).is_err_and(|why| why.contains(line)), "{line}");
        }
    }
}
