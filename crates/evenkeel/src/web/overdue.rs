//! Clocks on first work, as people see them: what is overdue and what to do, what is due soon, how
//! fast first touches are, and the clock that jumped.
//!
//! Everything is read from the state; nothing is due because somebody looked.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::order::{Denied, Order};
use crate::host::signed::Signed;
use crate::web::form::Sent;
use crate::web::needs::{Need, until};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{icons, layout, link, show, words};
use axum::extract::State as Shared;
use axum::response::{IntoResponse, Redirect, Response};
use evenkeel_core::clocks::{Running, SPEEDS_MAX, Speed, Stage};
use evenkeel_core::command::Command;
use evenkeel_core::command::confirm_clock::ConfirmClock;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::time::Span;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Most records of one rep listed.
const DUE_MAX: usize = 25;

/// `POST /clock/confirm`
pub async fn confirm(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::ConfirmClock)?;
    let fields = sent.by(&signed)?;
    let command = Command::ConfirmClock(ConfirmClock);
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    match app.workspace.submit(order).await {
        // Confirmed by somebody else meanwhile is as good.
        Ok(_) | Err(Denied::Refused(_)) => Ok(Redirect::to("/").into_response()),
        Err(denied) => Err(denied.into()),
    }
}

/// The banner over Today while timers are held.
pub fn banner(scene: &Scene<'_>) -> Markup {
    let Some(held) = scene.state.clocks().held() else {
        return html! {};
    };
    html! {
        div.say.bad role="alert" {
            b { "The clock jumped by " (words::span(held.to - held.from)) "." }
            p {
                "From " (words::moment(held.from)) " to " (words::moment(held.to)) ". Time would have taken "
                (words::count(u64::from(held.due), "record")) " out of books at once, so nothing is taken. "
                "Look whether the time of day is right now, then let it go on."
            }
            @if scene.viewer.role.may(Verb::ConfirmClock) {
                form method="post" action="/clock/confirm"
                    data-confirm="What is overdue goes to other reps from now on." {
                    (layout::csrf(scene.viewer)) (show::once())
                    div.acts { button type="submit" { "The clock is right, go on" } }
                }
            }
        }
    }
}

/// What is overdue, then what will be soon, by rep; the longest wait first.
pub fn needs(scene: &Scene<'_>) -> Vec<Need> {
    let mut overdue: BTreeMap<RepNo, Vec<(RecordNo, &Running)>> = BTreeMap::new();
    let mut soon: BTreeMap<RepNo, Vec<(RecordNo, &Running)>> = BTreeMap::new();
    for (record, running) in scene.state.clocks().running() {
        match running.stage {
            Stage::Running => continue,
            Stage::Warned => soon.entry(running.rep).or_default(),
            Stage::Breached | Stage::Escalated => overdue.entry(running.rep).or_default(),
        }
        .push((record, running));
    }
    let mut needs = Vec::new();
    for (late, by_rep) in [(true, overdue), (false, soon)] {
        let mut lines: Vec<_> = by_rep.into_iter().collect();
        lines.sort_by_key(|(rep, clocks)| {
            let first = clocks.iter().map(|(_, running)| running.clock.due_at).min();
            (first, *rep)
        });
        needs.extend(
            lines
                .iter()
                .map(|(rep, clocks)| need(scene, late, *rep, clocks)),
        );
    }
    needs
}

fn need(scene: &Scene<'_>, late: bool, rep: RepNo, clocks: &[(RecordNo, &Running)]) -> Need {
    let name = scene.name(rep);
    let first = clocks
        .iter()
        .min_by_key(|(record, running)| (running.clock.due_at, *record));
    let (record, running) = first.expect("a rep is listed with a clock");
    let key = scene.state.records().key(*record);
    let state = if late { "overdue" } else { "due soon" };
    let (title, href) = match clocks.len() {
        1 => (format!("{key} is {state} with {name}"), link::record(key)),
        count => (
            format!(
                "{} are {state} with {name}",
                words::count(count as u64, "record")
            ),
            link::rep(&scene.state.roster().rep(rep).key),
        ),
    };
    let clock = &running.clock;
    let mut told = match late {
        true => format!(
            "No work on {} for {}; “{}” wanted it {}.",
            if clocks.len() == 1 {
                "it"
            } else {
                "the oldest"
            },
            words::span(scene.now - clock.started),
            clock.sla,
            until(scene.now, clock.due_at)
        ),
        false => format!(
            "No work yet; “{}” wants it {}.",
            clock.sla,
            until(scene.now, clock.due_at)
        ),
    };
    let escalated = clocks
        .iter()
        .filter(|(_, running)| running.stage == Stage::Escalated)
        .count();
    if escalated > 0 {
        told.push_str(&match clocks.len() {
            1 => " It was escalated to the manager.".to_owned(),
            _ => format!(" {escalated} escalated to the manager."),
        });
    }
    told.push_str(&match clock.lapse {
        Some(_) if scene.state.timers_held() => {
            " It stays until the clock is confirmed.".to_owned()
        }
        Some(lapse) => format!(" It goes to somebody else {}.", until(scene.now, lapse.at)),
        None => " It stays there: ask, or give it to somebody else.".to_owned(),
    });
    Need::new(late, icons::WAIT, (title, told), (href, "Open"))
}

/// What a rep must work on first; nothing where no clock runs and the policy sets none.
pub fn due(scene: &Scene<'_>, rep: RepNo) -> Markup {
    let running = scene.state.clocks().running();
    let mut own: Vec<_> = running.filter(|(_, running)| running.rep == rep).collect();
    own.sort_by_key(|(record, running)| (running.clock.due_at, *record));
    if own.is_empty() && !sets_clocks(scene) {
        return html! {};
    }
    html! {
        section.sheet aria-labelledby="due-title" #due data-live="" {
            header {
                h2 #due-title { "To be worked on" }
                span.note { (words::count(own.len() as u64, "clock")) " running, due first at the top" }
            }
            @if own.is_empty() {
                div.empty { b { "Nothing is due" } "Every record that needed a first touch has had it." }
            } @else if !scene.sees_book(rep) {
                p.foot { "Only their owner and managers see which." }
            } @else {
                ul.feed {
                    @for (record, running) in own.iter().take(DUE_MAX) {
                        (line(scene, *record, running))
                    }
                }
                @if own.len() > DUE_MAX {
                    p.foot { "and " (words::thousands((own.len() - DUE_MAX) as u64)) " more" }
                }
            }
        }
    }
}

fn line(scene: &Scene<'_>, record: RecordNo, running: &Running) -> Markup {
    let clock = &running.clock;
    let late = running.stage >= Stage::Breached;
    html! {
        li data-key=(record.0) {
            span.note {
                @if late { span.warnword { "overdue" } } @else { "due" }
                " " (until(scene.now, clock.due_at))
            }
            div.what {
                (scene.record(record)) span.tag { (clock.sla) }
                @if let Some(lapse) = clock.lapse {
                    span.note { "goes to somebody else " (until(scene.now, lapse.at)) }
                }
            }
        }
    }
}

/// Where the clock of a record stands, on its page.
pub fn stands(scene: &Scene<'_>, record: RecordNo) -> Markup {
    let Some(running) = scene.state.clocks().of(record) else {
        return html! {};
    };
    let clock = &running.clock;
    html! {
        span {
            @if running.stage >= Stage::Breached {
                " " span.warnword { "Overdue" } ": the first work was wanted "
            } @else { " The first work is wanted " }
            (until(scene.now, clock.due_at)) " (“" (clock.sla) "”)."
            @if let Some(lapse) = clock.lapse {
                " Without any it goes to somebody else " (until(scene.now, lapse.at)) "."
            }
        }
    }
}

/// How soon these reps work on what they get: a median on both clocks, with what it rests on.
pub fn speeds(scene: &Scene<'_>, reps: &[RepNo]) -> Markup {
    let clocks = scene.state.clocks();
    let all: Vec<&Speed> = reps.iter().flat_map(|rep| clocks.speeds(*rep)).collect();
    let waiting = clocks
        .running()
        .filter(|(_, running)| reps.contains(&running.rep));
    let waiting = waiting.count() as u64;
    if all.is_empty() && waiting == 0 && !sets_clocks(scene) {
        return html! {};
    }
    html! {
        section.sheet aria-labelledby="speed-title" #speed data-live="" {
            header {
                h2 #speed-title { "Speed to first touch" }
                span.note { "n = " (words::thousands(all.len() as u64)) " first touches, at most " (SPEEDS_MAX) " of each rep" }
            }
            @if all.is_empty() {
                div.empty {
                    b { "No first touch known yet" }
                    "It appears with the first work that is logged or imported."
                }
            } @else {
                div.body {
                    dl.facts {
                        dt { "Median, always running" }
                        dd { (words::span(median(&all, |speed| speed.waited))) }
                        dt { "Median, in working hours" }
                        dd { (words::span(median(&all, |speed| speed.business))) }
                        dt { "Still waiting for theirs" }
                        dd { (words::count(waiting, "record")) " with a clock, not in the medians" }
                    }
                }
            }
        }
    }
}

/// The middle one; of two in the middle the lower.
fn median(speeds: &[&Speed], of: impl Fn(&Speed) -> Span) -> Span {
    let mut all: Vec<Span> = speeds.iter().map(|speed| of(speed)).collect();
    all.sort_unstable();
    all[(all.len() - 1) / 2]
}

fn sets_clocks(scene: &Scene<'_>) -> bool {
    let policy = scene.state.policy();
    policy.is_some_and(|policy| !policy.document().slas.is_empty())
}
