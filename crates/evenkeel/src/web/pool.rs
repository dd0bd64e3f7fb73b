//! One pool: who is owed what, the next turns, share received against share entitled, and who
//! cannot take a record now and why.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::web::layout::Here;
use crate::web::manner::{count_since, evenness, manner, method_word, spec_of};
use crate::web::picture::keel::Keel;
use crate::web::picture::owed::Owed;
use crate::web::picture::shares::Shares;
use crate::web::picture::turns::Turns;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{ahead, draws, earning, fairness, overdue, show, words};
use axum::extract::{Path, State as Shared};
use axum::response::Html;
use evenkeel_core::choose::Draft;
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::people::pool::{Pool, Tally};
use evenkeel_core::time::DAY;
use evenkeel_core::verdict::{Standing, Stop, Turn};
use maud::{Markup, html};
use std::cmp::Reverse;

/// How many turns are previewed.
const NEXT: usize = 20;
/// Most members listed: the most owed.
const MEMBERS_MAX: usize = 300;

/// `GET /pools/{name}`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(name): Path<String>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeePools)?;
    let title = format!("Pool {name}");
    show::found(&app, &signed, Here::Pools, &title, move |scene| {
        let pool = scene.state.pool_no(&name)?;
        Some(body(scene, pool))
    })
    .await
}

/// The page.
pub fn body(scene: &Scene<'_>, number: PoolNo) -> Markup {
    let pool = scene.state.pool(number);
    let spec = spec_of(scene, pool);
    let keel = Keel {
        id: "keel".into(),
        pool: pool.name.clone(),
        members: scene.credits(pool),
        bound: pool.fairness.bound(),
    };
    let draft = scene
        .state
        .policy()
        .filter(|_| spec.is_some())
        .map(|policy| Draft::new(scene.state, policy, &scene.envelope()).ballot(number));
    let ballot = draft.flatten();
    html! {
        p.eyebrow { a href="/pools" { "Pools" } }
        div.title {
            h1 { (pool.name) }
            @match spec {
                Some(spec) => span.tag.on { (method_word(spec)) },
                None => span.tag.warn { "no longer in the policy" },
            }
            span.tag { (words::count(pool.ledger.members().len() as u64, "member")) }
        }
        div #unfair data-live="" { (fairness::banner(scene, Some(number))) }
        p.lede #lede data-live="" { (evenness(pool, &keel)) }
        div.stack {
            section.sheet aria-labelledby="scale" #credits data-live="" {
                header {
                    h2 #scale { "Who is owed what" }
                    span.note { "in leads; all members together are exactly even" }
                }
                div.body { (keel.draw()) }
                (members(scene, pool, ballot.as_ref(), &keel))
                (legend())
            }
            section.sheet aria-labelledby="next" #turns data-live="" { (next_turns(scene, number)) }
            section.sheet aria-labelledby="fairness" #fairness-live data-live="" {
                (fairness::sheet(pool, spec.and_then(|spec| spec.stream_ppm)))
            }
            (overdue::speeds(scene, &reps_of(pool)))
            section.sheet aria-labelledby="shares" #shares-live data-live="" {
                (shares(scene, pool))
            }
            (earning::brief(scene, number))
            @if let Some(spec) = spec {
                section.sheet aria-labelledby="manner" {
                    header {
                        h2 #manner { "How it deals" }
                        @if scene.viewer.role.may(Verb::SeePolicy) {
                            a.more href="/policy" { "The policy" }
                        }
                    }
                    div.body {
                        dl.facts {
                            @for (what, words)
                            in manner(scene, spec) { dt { (what) } dd { (words) } }
                        }
                    }
                }
                (draws::section(scene, spec))
            }
        }
    }
}

fn reps_of(pool: &Pool) -> Vec<RepNo> {
    pool.ledger
        .members()
        .iter()
        .map(|entry| entry.rep)
        .collect()
}

fn members(scene: &Scene<'_>, pool: &Pool, ballot: Option<&Turn>, keel: &Keel) -> Markup {
    let mut entries: Vec<_> = pool.ledger.members().iter().collect();
    entries.sort_by_key(|entry| (Reverse(entry.credit), entry.rep));
    if entries.is_empty() {
        return html! { div.empty { b { "No members" } "The policy says who belongs to a pool." } };
    }
    let owed = Owed::new(keel.worst(), pool.fairness.bound());
    html! {
        div.wide role="group" tabindex="0" aria-labelledby="scale" {
            table.drawn data-sort="" {
                thead { tr {
                    th scope="col" { "Rep" }
                    th.plot scope="col" { (owed.head("owed")) }
                    th.n scope="col" { "Owed" }
                    th.n scope="col" { "Weight" }
                    th.n scope="col" { "24 h" }
                    th scope="col" { "Now" }
                } }
                tbody {
                    @for entry in entries.iter().take(MEMBERS_MAX) {
                        @let stop = ballot.and_then(|turn| stop_of(turn, entry.rep));
                        tr.off[stop.is_some()] {
                            th scope="row" { (scene.person(entry.rep)) }
                            td.plot { (owed.row(&scene.name(entry.rep), entry.credit)) }
                            td.n data-v=(entry.credit.0) { (words::signed(entry.credit)) }
                            td.n { (weight_of(ballot, entry.rep)) }
                            td.n { (day_count(scene, pool, entry.rep)) }
                            td { (now_words(scene, entry.rep, stop)) }
                        }
                    }
                }
            }
        }
        @if entries.len() > MEMBERS_MAX {
            p.foot { "and " (entries.len() - MEMBERS_MAX) " more, who are owed less" }
        }
    }
}

fn legend() -> Markup {
    html! {
        p.legend {
            span {
                svg width="14" height="10" aria-hidden="true" {
                    rect.owed width="14" height="10" rx="2" {}
                }
                "owed: comes sooner"
            }
            span {
                svg width="14" height="10" aria-hidden="true" {
                    rect.ahead width="14" height="10" rx="2" {}
                }
                "ahead: comes later"
            }
            span {
                svg width="6" height="12" aria-hidden="true" {
                    line.bound x1="3" x2="3" y1="0" y2="12" {}
                }
                "the proved bound, to scale in the line above"
            }
        }
    }
}

fn stop_of(turn: &Turn, rep: RepNo) -> Option<Stop> {
    turn.candidates
        .iter()
        .find(|one| one.rep == rep)
        .and_then(|one| match one.standing {
            Standing::Stopped(stop) => Some(stop),
            Standing::Able { .. } => None,
        })
}

fn weight_of(ballot: Option<&Turn>, rep: RepNo) -> String {
    let member = ballot.and_then(|turn| turn.candidates.iter().find(|one| one.rep == rep));
    member.map_or_else(|| "–".to_owned(), |one| words::weight(one.weight))
}

fn now_words(scene: &Scene<'_>, rep: RepNo, stop: Option<Stop>) -> Markup {
    match stop {
        None => html! { "can take records" },
        Some(stop) => html! {
            span data-tip=(scene.words(|words| words.stop(rep, &stop))) {
                (brief(scene, rep, stop))
            }
        },
    }
}

/// The stop in a few words; the whole of it is shown when pointed at, and on the rep's page.
fn brief(scene: &Scene<'_>, rep: RepNo, stop: Stop) -> String {
    let zone = &scene.state.roster().rep(rep).profile.zone;
    match stop {
        Stop::Paused { .. } => "paused".into(),
        Stop::OnLeave { until } => format!("on leave, back {}", words::short(zone, until)),
        Stop::OutOfHours { opens: Some(opens) } => {
            format!("outside hours, back {}", words::short(zone, opens))
        }
        Stop::CapReached { frees, .. } => format!("at a cap until {}", words::short(zone, frees)),
        stop => scene.words(|words| words.stop(rep, &stop)),
    }
}

/// Turns in the last 24 hours, against the cap where there is one.
fn day_count(scene: &Scene<'_>, pool: &Pool, rep: RepNo) -> String {
    let moments = pool
        .tally(rep)
        .map_or(&[][..], |tally| tally.history.moments());
    let count = count_since(moments, scene.now - DAY);
    match spec_of(scene, pool).and_then(|spec| spec.caps.day) {
        Some(cap) => format!("{count} of {cap}"),
        None => count.to_string(),
    }
}

fn next_turns(scene: &Scene<'_>, pool: PoolNo) -> Markup {
    let ahead = ahead::of(scene, pool, NEXT);
    let turns = &ahead.turns;
    let mut lanes: Vec<(RepNo, Vec<usize>)> = Vec::new();
    for (at, turn) in turns.iter().enumerate() {
        match lanes.iter_mut().find(|(lane, _)| *lane == turn.rep) {
            Some((_, turns)) => turns.push(at),
            None => lanes.push((turn.rep, vec![at])),
        }
    }
    let picture = Turns { count: turns.len() };
    html! {
        header {
            h2 #next { "The next " @if !turns.is_empty() { (turns.len()) " " } "turns" }
            span.note {
                @if let Some(from) = ahead.from {
                    "nobody can just now; so from " (words::moment(from)) ", "
                }
                "if nothing changes and every record uses up one turn; a random pool shows one possible order"
            }
        }
        @if turns.is_empty() {
            div.empty {
                b { "Nobody can take a record, and nobody is about to" }
                "What the policy says for that case happens."
            }
        } @else {
            table.drawn.lanes {
                thead { tr {
                    th scope="col" { "Rep" }
                    th.plot scope="col" { (picture.head("next-turns")) }
                    th.n scope="col" { "Turns" }
                } }
                tbody {
                    @for (rep, lane) in &lanes {
                        tr {
                            th scope="row" { (scene.person(*rep)) }
                            td.plot { (picture.row(&scene.name(*rep), lane)) }
                            td.n { (lane.len()) }
                        }
                    }
                }
            }
        }
    }
}

fn shares(scene: &Scene<'_>, pool: &Pool) -> Markup {
    let mut tallies: Vec<_> = pool
        .tallies
        .iter()
        .filter(|tally| tally.turns > 0 || tally.entitled.0 > 0)
        .collect();
    tallies.sort_by_key(|tally| (Reverse(tally.entitled), tally.rep));
    let most = tallies
        .iter()
        .map(|tally| tally.entitled.max(tally.received))
        .max();
    let picture = Shares::new(most.unwrap_or_default(), pool.dealt);
    let bar = |tally: &Tally| picture.row(&scene.name(tally.rep), tally.received, tally.entitled);
    html! {
        header {
            h2 #shares { "Received against entitled" }
            span.note {
                "n = " (words::count(pool.dealt, "turn")) " since the pool began, all counted: not a sample, so no interval"
            }
        }
        @if tallies.is_empty() {
            div.empty { b { "No turn yet" } }
        } @else {
            div.wide role="group" tabindex="0" aria-labelledby="shares" {
                table.drawn data-sort="" {
                    thead { tr {
                        th scope="col" { "Rep" }
                        th.plot scope="col" { (picture.head("share-bars")) }
                        th.n scope="col" { "Received" }
                        th.n scope="col" { "Entitled" }
                        th.n scope="col" { "Difference" }
                        th.n scope="col" { "Given back" }
                    } }
                    tbody {
                        @for tally in tallies.iter().take(MEMBERS_MAX) {
                            @let difference = tally.received - tally.entitled;
                            tr {
                                th scope="row" { (scene.person(tally.rep)) }
                                td.plot { (bar(tally)) }
                                td.n data-v=(tally.received.0) { (words::amount(tally.received)) }
                                td.n data-v=(tally.entitled.0) { (words::amount(tally.entitled)) }
                                td.n data-v=(difference.0) { (words::signed(difference)) }
                                td.n { (tally.voided) }
                            }
                        }
                    }
                }
            }
            (bars_legend())
            p.foot {
                "Entitled: the part of every record a rep could have taken, by weight. While members stay, "
                "the difference is what the rep is ahead by or owed; it grows with no number of turns."
            }
        }
    }
}

fn bars_legend() -> Markup {
    html! {
        p.legend {
            span {
                svg width="14" height="10" aria-hidden="true" {
                    rect.got width="14" height="10" rx="2" {}
                }
                "received"
            }
            span {
                svg width="6" height="12" aria-hidden="true" {
                    line.due x1="3" x2="3" y1="0" y2="12" {}
                }
                "entitled"
            }
        }
    }
}
