//! What recycling did: a funnel over the sweeps remembered, why records were given back, and
//! whether the cadence is kept.
//!
//! A part of the page Recycling. Counts of everything that is remembered, not samples of it.

use crate::host::access::Verb;
use crate::web::recycling_plan::act;
use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::holding::place::Place;
use evenkeel_core::holding::sweeps::{Counts, Stage, Sweep};
use evenkeel_core::policy::document::recycling::{Cadence, Recycling};
use evenkeel_core::recycling::moving;
use evenkeel_core::time::{DAY, Span};
use maud::{Markup, html};

/// Most sweeps listed.
const LIST_MAX: usize = 40;
/// Sweeps over which the trend is told: so many, and as many before them.
const TREND: usize = 4;
/// Returns are counted this far back.
const RETURNS: Span = Span::days(90);

/// From due to worked on again.
pub fn funnel(scene: &Scene<'_>) -> Markup {
    let recycling = scene.state.recycling();
    let mut counts = recycling.counts();
    let (mut taken, mut rested, mut owned, mut worked) = (0u64, 0u64, 0u64, 0u64);
    for sweep in recycling.sweeps().iter() {
        counts = sum(counts, sweep.before);
        taken += sweep.taken.len() as u64 - u64::from(sweep.restored);
        for one in &sweep.taken {
            let place = scene.state.place(one.record);
            let activity = &scene.state.records().activity;
            let again = activity.owned_since(one.record) > one.at.moment();
            let restored = place.owner().is_some() && !again;
            rested += u64::from(!restored && !matches!(place, Place::Resting(_)));
            owned += u64::from(again);
            worked += u64::from(again && activity.worked_at(one.record).is_some());
        }
    }
    let steps = [
        ("warned", u64::from(counts.warned)),
        ("worked on after it", u64::from(counts.worked)),
        ("kept with a next step", u64::from(counts.kept)),
        ("due", u64::from(counts.due)),
        ("taken back", taken),
        ("rested to the end", rested),
        ("in a book again", owned),
        ("worked on there", worked),
    ];
    let most = steps.iter().map(|(_, count)| *count).max().unwrap_or(0);
    html! {
        section.sheet aria-labelledby="funnel-title" {
            header {
                h2 #funnel-title { "What became of them" }
                span.note { "since " (words::count(recycling.sweeps().iter().len() as u64, "sweep")) }
            }
            @if most == 0 {
                div.empty { b { "Nothing yet" } "The first warning or sweep shows here." }
            } @else {
                div.body {
                    table.funnel {
                        thead.unseen { tr {
                            th scope="col" { "What" } th scope="col" { "Records" }
                            th scope="col" { "Picture" }
                        } }
                        tbody {
                            @for (name, count) in steps {
                                tr {
                                    th scope="row" { (name) }
                                    td.num { (words::thousands(count)) }
                                    td.picture { (bar(count, most)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn sum(one: Counts, other: Counts) -> Counts {
    Counts {
        warned: one.warned + other.warned,
        due: one.due + other.due,
        kept: one.kept + other.kept,
        worked: one.worked + other.worked,
    }
}

fn bar(count: u64, most: u64) -> Markup {
    let part = count * 1_000 / most.max(1);
    let width = format!("{}.{}%", part / 10, part % 10);
    html! {
        svg width="100%" height="20" aria-hidden="true" {
            rect.got x="0" y="4" height="12" rx="2" width=(width) {}
        }
    }
}

/// Why records were given back.
pub fn returns(scene: &Scene<'_>) -> Markup {
    let counts = scene
        .state
        .outcomes()
        .returns_by_reason(scene.now - RETURNS);
    let all: u64 = counts.iter().map(|(_, count)| u64::from(*count)).sum();
    html! {
        @if all > 0 {
            section.sheet aria-labelledby="returns-title" {
                header {
                    h2 #returns-title { "Given back by reps" }
                    span.note { (words::count(all, "record")) " in " (RETURNS) }
                }
                div.body {
                    table.funnel {
                        thead.unseen { tr {
                            th scope="col" { "Reason" } th scope="col" { "Records" }
                            th scope="col" { "Picture" }
                        } }
                        tbody {
                            @for (reason, count) in counts {
                                tr {
                                    th scope="row" { code { (reason) } }
                                    td.num { (count) }
                                    td.picture { (bar(u64::from(count), all)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Every sweep, and whether the cadence is kept.
pub fn sweeps(scene: &Scene<'_>, recycling: &Recycling) -> Markup {
    let sweeps: Vec<&Sweep> = scene.state.recycling().sweeps().iter().rev().collect();
    html! {
        section.sheet aria-labelledby="sweeps-title" {
            header {
                h2 #sweeps-title { "Sweeps" }
                span.note { (words::count(sweeps.len() as u64, "sweep")) " remembered, newest first" }
            }
            @if let Cadence::Every(_) = recycling.cadence { (on_time(&sweeps)) }
            @if sweeps.is_empty() {
                div.empty { b { "No sweep yet" } "The first one shows here, with what it took." }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="sweeps-title" {
                    table {
                        thead { tr {
                            th.num scope="col" { "Sweep" } th scope="col" { "Planned" }
                            th scope="col" { "Executed" } th.num scope="col" { "Due" }
                            th.num scope="col" { "Taken" } th.num scope="col" { "Days due" }
                            th scope="col" { "Stands" } th scope="col" { span.unseen { "Undo" } }
                        } }
                        tbody { @for sweep in sweeps.iter().take(LIST_MAX) { (row(scene, sweep)) } }
                    }
                }
            }
        }
    }
}

fn row(scene: &Scene<'_>, sweep: &Sweep) -> Markup {
    let taken = sweep.taken.len() as u64;
    let days = (sweep.waited)
        .checked_div(taken)
        .map(|seconds| seconds / 86_400);
    let back = sweep.taken.iter();
    let back = back
        .filter(|one| moving::restorable(scene.state, one))
        .count() as u64;
    let undo = matches!(sweep.stage, Stage::Running | Stage::Done) && back > 0;
    html! {
        tr {
            th.num scope="row" { (sweep.number) }
            td { (words::moment(sweep.cadence.unwrap_or(sweep.planned))) }
            td {
                @if let Some(begun) = sweep.begun { (words::moment(begun)) } @else { "not" }
            }
            td.num { (sweep.records) } td.num { (taken) }
            td.num { @if let Some(days) = days { (days) } @else { "–" } }
            td {
                (sweep.stage.word())
                @if sweep.restored > 0 { ", " (sweep.restored) " back" }
            }
            td {
                @if undo && scene.viewer.role.may(Verb::SettleSweeps) {
                    (act(scene, sweep, "undo", "grave", &format!("Undo {back}")))
                }
            }
        }
    }
}

/// Whether a sweep of the cadence was executed within a day of its moment.
fn punctual(sweep: &Sweep) -> bool {
    let at = sweep.cadence.zip(sweep.begun);
    at.is_some_and(|(planned, begun)| begun - planned <= DAY)
}

fn on_time(sweeps: &[&Sweep]) -> Markup {
    let planned: Vec<&&Sweep> = sweeps.iter().filter(|one| one.cadence.is_some()).collect();
    let share = |part: &[&&Sweep]| {
        let kept = part.iter().filter(|sweep| punctual(sweep)).count();
        (kept, part.len())
    };
    let (kept, all) = share(&planned);
    let (recent, rest) = planned.split_at(TREND.min(planned.len()));
    let (now, before) = (share(recent), share(&rest[..TREND.min(rest.len())]));
    html! {
        @if all > 0 {
            p.body {
                b { (kept) " of " (all) } " sweeps of the cadence were on time, within a day. "
                @if before.1 > 0 {
                    "Of the last " (now.1) ": " (now.0) "; of the " (before.1) " before: " (before.0)
                    "."
                } @else { "Too few yet for a trend." }
            }
        }
    }
}
