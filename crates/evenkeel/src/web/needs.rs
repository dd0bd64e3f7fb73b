//! What needs somebody: every exception of the workspace, the most pressing first.
//!
//! Only what is written down counts: a deadline, a review date, a leave, somebody who waits. There
//! are deliberately no thresholds of our own and no scores.

use crate::host::access::Sees;
use crate::web::scene::Scene;
use crate::web::{icons, link, overdue, words};
use evenkeel_core::holding::place::Hold;
use evenkeel_core::holding::sweeps::{Stage, Sweep};
use evenkeel_core::ids::{PoolNo, RecordNo};
use evenkeel_core::people::rep::Status;
use evenkeel_core::sentence;
use evenkeel_core::time::{HOUR, Moment, Span};
use maud::{Markup, PreEscaped, html};
use std::collections::BTreeMap;

/// How near a deadline must be to stand out.
const SOON: Span = Span(4 * HOUR.0);
/// How far ahead leave, reviews and returns are shown.
const AHEAD: Span = Span::days(2);
/// Lines shown at once; the rest are folded in.
const LINES_MAX: usize = 5;

/// One line.
#[derive(Debug)]
pub struct Need {
    /// Whether it stands out: a deadline is near or past, or nobody can take records.
    pub late: bool,
    icon: PreEscaped<&'static str>,
    /// What.
    pub title: String,
    /// Since when, until when, what happens otherwise.
    pub words: String,
    href: String,
    go: &'static str,
}

impl Need {
    /// A line: what, in a title and a sentence; and where to go, with the word for it.
    pub fn new(
        late: bool,
        icon: PreEscaped<&'static str>,
        (title, words): (String, String),
        (href, go): (String, &'static str),
    ) -> Self {
        Self {
            late,
            icon,
            title,
            words,
            href,
            go,
        }
    }
}

/// Everything that needs somebody.
///
/// *Order*: what is late, then what waits, then what is about to change; within each by moment.
pub fn of(scene: &Scene<'_>) -> Vec<Need> {
    let mut needs = Vec::new();
    needs.extend(overdue::needs(scene));
    needs.extend(held(scene));
    needs.extend(stuck_pools(scene));
    needs.extend(reviews(scene));
    needs.extend(sweeps(scene));
    needs.extend(queues(scene));
    needs.extend(absences(scene));
    needs.sort_by_key(|need| !need.late);
    needs
}

/// The list, or that there is nothing.
pub fn list(needs: &[Need]) -> Markup {
    html! {
        @if needs.is_empty() {
            div.empty {
                b { "Nothing needs you" }
                "No record waits or is overdue, no review is due, nobody's leave starts or ends in the next two days."
            }
        } @else {
            ul.needs { @for need in needs.iter().take(LINES_MAX) { (line(need)) } }
            @if needs.len() > LINES_MAX {
                details {
                    summary { "and " (needs.len() - LINES_MAX) " more" }
                    ul.needs { @for need in needs.iter().skip(LINES_MAX) { (line(need)) } }
                }
            }
        }
    }
}

fn line(need: &Need) -> Markup {
    html! {
        li.late[need.late] data-key=(need.title) {
            (need.icon)
            div { b { (need.title) } p { (need.words) } }
            a.go href=(need.href) { (need.go) span.unseen { ": " (need.title) } }
        }
    }
}

/// How many records wait in queues and holds.
pub fn waiting(scene: &Scene<'_>) -> usize {
    let queued: usize = scene
        .state
        .queues()
        .iter()
        .map(|queue| queue.records.len())
        .sum();
    queued + scene.state.held().len()
}

/// How long until, or since: `in 3 hours`, `20 minutes ago`.
pub fn until(now: Moment, at: Moment) -> String {
    match at - now {
        Span(0..) => format!("in {}", words::span(at - now)),
        _ => format!("{} ago", words::span(now - at)),
    }
}

/// Sweeps that wait for approval.
fn sweeps(scene: &Scene<'_>) -> Vec<Need> {
    let sweeps = scene.state.recycling().sweeps().iter();
    let held = sweeps.filter(|sweep| sweep.stage == Stage::Held);
    let need = |sweep: &Sweep| Need {
        late: true,
        icon: icons::RECYCLING,
        title: format!("Sweep {} waits for approval", sweep.number),
        words: format!(
            "It would take {} out of {}.",
            words::count(sweep.open.len() as u64, "record"),
            words::count(u64::from(sweep.books), "book")
        ),
        href: "/recycling".to_owned(),
        go: "Look",
    };
    held.map(need).collect()
}

fn held(scene: &Scene<'_>) -> Vec<Need> {
    let mut pools: BTreeMap<PoolNo, Vec<(RecordNo, Hold)>> = BTreeMap::new();
    for (record, hold) in scene.state.held() {
        pools.entry(hold.pool).or_default().push((record, hold));
    }
    let need = |(pool, holds): (PoolNo, Vec<(RecordNo, Hold)>)| {
        let first = holds
            .iter()
            .map(|(record, hold)| (hold.until, *record, hold.then))
            .min()?;
        let since = holds.iter().map(|(_, hold)| hold.since).min()?;
        let (deadline, record, then) = first;
        let pool = &scene.state.pool(pool).name;
        let title = match holds.len() {
            1 => format!("{} is held for {pool}", scene.state.records().key(record)),
            count => format!(
                "{} are held for {pool}",
                words::count(count as u64, "record")
            ),
        };
        let words = format!(
            "Nobody could take {} for {}. The first deadline is {}; then to the queue {}.",
            if holds.len() == 1 { "it" } else { "them" },
            words::span(scene.now - since),
            until(scene.now, deadline),
            scene.state.queue(then).name
        );
        let late = deadline <= scene.now + SOON;
        let href = match holds.len() {
            1 => link::record(scene.state.records().key(record)),
            _ => "/waiting".to_owned(),
        };
        Some((
            deadline,
            Need {
                late,
                icon: icons::WAIT,
                title,
                words,
                href,
                go: "Decide",
            },
        ))
    };
    let mut needs: Vec<(Moment, Need)> = pools.into_iter().filter_map(need).collect();
    needs.sort_by_key(|(deadline, _)| *deadline);
    needs.into_iter().map(|(_, need)| need).collect()
}

fn queues(scene: &Scene<'_>) -> Vec<Need> {
    let mut needs: Vec<(Moment, Need)> = Vec::new();
    for queue in scene.state.queues() {
        let Some(oldest) = queue.records.values().min().copied() else {
            continue;
        };
        let count = queue.records.len() as u64;
        let verb = if count == 1 { "waits" } else { "wait" };
        let title = format!("{} {verb} in {}", words::count(count, "record"), queue.name);
        let words = format!("The oldest for {}.", words::span(scene.now - oldest));
        let href = link::queue(&queue.name);
        let need = Need {
            late: false,
            icon: icons::QUEUE,
            title,
            words,
            href,
            go: "Look",
        };
        needs.push((oldest, need));
    }
    needs.sort_by_key(|(oldest, _)| *oldest);
    needs.into_iter().map(|(_, need)| need).collect()
}

/// Pools in which nobody takes part at the moment, so that every record is passed on or held.
fn stuck_pools(scene: &Scene<'_>) -> Vec<Need> {
    let mut needs = Vec::new();
    for (_, pool) in scene.pools() {
        let members = pool.ledger.members();
        let here = members
            .iter()
            .any(|entry| scene.here(&scene.state.roster().rep(entry.rep).profile));
        if here {
            continue;
        }
        let words = match members.len() {
            0 => "It has no members, so its records go where the policy says for that case.".into(),
            count => format!(
                "Of its {} everyone is on leave or out of rotation.",
                words::count(count as u64, "member")
            ),
        };
        let title = format!("Nobody in {} takes records now", pool.name);
        let href = link::pool(&pool.name);
        needs.push(Need {
            late: true,
            icon: icons::GAP,
            title,
            words,
            href,
            go: "Look",
        });
    }
    needs
}

fn reviews(scene: &Scene<'_>) -> Vec<Need> {
    let mut needs: Vec<(Moment, Need)> = Vec::new();
    for (rep, entry) in scene.state.roster().iter() {
        let Status::Paused { since, review, .. } = entry.profile.status else {
            continue;
        };
        let due = review.is_some_and(|review| review <= scene.now);
        let words = match review {
            None => format!(
                "For {}, without a review date. Set one, or resume.",
                words::span(scene.now - since)
            ),
            Some(review) if due => format!(
                "The review was due {}. Resume, or set another date.",
                until(scene.now, review)
            ),
            Some(review) if review <= scene.now + Span::days(7) => {
                format!("The review is due {}.", until(scene.now, review))
            }
            Some(_) => continue,
        };
        let title = format!("{} is out of rotation", scene.name(rep));
        let href = link::rep(&entry.key);
        let need = Need {
            late: due,
            icon: icons::PAUSE,
            title,
            words,
            href,
            go: "Review",
        };
        needs.push((review.unwrap_or(since), need));
    }
    needs.sort_by_key(|(at, _)| *at);
    needs.into_iter().map(|(_, need)| need).collect()
}

fn absences(scene: &Scene<'_>) -> Vec<Need> {
    let mut needs: Vec<(Moment, Need)> = Vec::new();
    for (rep, entry) in scene.state.roster().iter() {
        if entry.profile.status == Status::Left {
            continue;
        }
        for leave in &entry.profile.leaves {
            let near = |at: Moment| at > scene.now && at <= scene.now + AHEAD;
            let zone = &entry.profile.zone;
            let (at, title, words) = if near(leave.from) {
                let title = format!(
                    "{}’s leave starts {}",
                    scene.name(rep),
                    until(scene.now, leave.from)
                );
                let back = sentence::local(zone, leave.until);
                let book = words::count(entry.book.len() as u64, "open record");
                (
                    leave.from,
                    title,
                    format!("Back {back}. {book} in the book."),
                )
            } else if near(leave.until) {
                let title = format!(
                    "{} is back {}",
                    scene.name(rep),
                    until(scene.now, leave.until)
                );
                let away = words::span(leave.until - leave.from);
                (
                    leave.until,
                    title,
                    format!("After {away} away; takes records again by turn, with no flood."),
                )
            } else {
                continue;
            };
            let href = link::rep(&entry.key);
            needs.push((
                at,
                Need {
                    late: false,
                    icon: icons::AWAY,
                    title,
                    words,
                    href,
                    go: "Look",
                },
            ));
        }
    }
    needs.sort_by_key(|(at, _)| *at);
    needs.into_iter().map(|(_, need)| need).collect()
}

/// The mark in the rail, for those who see all records.
pub fn count_for(scene: &Scene<'_>) -> Option<usize> {
    match scene.viewer.role.sees() {
        Sees::All => Some(waiting(scene)),
        Sees::Own => None,
    }
}
