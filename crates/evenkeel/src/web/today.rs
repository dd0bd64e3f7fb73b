//! Today: what needs me, what came in and to whom, and whether the pools lie even.
//!
//! The first page. For a rep it is their own: what they are owed, when their turn comes, what is in
//! their book ([`crate::web::mine`]).

use crate::app::App;
use crate::host::access::{Sees, Verb};
use crate::host::signed::Signed;
use crate::web::layout::Here;
use crate::web::picture::days::Days;
use crate::web::picture::keel::Keel;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{ahead, alarm, fairness, feed, link, mine, needs, overdue, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::event::Recorded;
use evenkeel_core::ids::PoolNo;
use evenkeel_core::people::pool::Pool;
use evenkeel_core::people::rep::Status;
use evenkeel_core::time::{DAY, Moment, Span};
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// How many days the picture of assignments shows.
const DAYS: i64 = 14;
/// How many of the next turns are shown per pool.
const NEXT: usize = 4;
/// Most pools drawn on this page.
const POOLS_MAX: usize = 8;

/// `GET /`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeRecords)?;
    if signed.role.sees() == Sees::Own {
        return show::page(&app, &signed, Here::Today, "Today", mine::body).await;
    }
    let events = app.workspace.recent(feed::LOOK_BACK).await?;
    show::page(&app, &signed, Here::Today, "Today", move |scene| {
        body(scene, &events)
    })
    .await
}

/// The page for those who see all records.
pub fn body(scene: &Scene<'_>, events: &[(u64, Recorded)]) -> Markup {
    if scene.state.policy().is_none() || scene.state.roster().is_empty() {
        return first_steps(scene);
    }
    let needs = needs::of(scene);
    html! {
        div #unfair data-live="" { (fairness::banner(scene, None)) }
        div #clock data-live="" { (overdue::banner(scene)) }
        div #alarm data-live="" { (alarm::banner(scene)) }
        div.hero #hero data-live="" { (hero(scene, &needs)) }
        dl.sheet.figures #figures data-live="" { (figures(scene)) }
        div.columns {
            div.stack {
                section.sheet aria-labelledby="needs-title" {
                    header { h2 #needs-title { "What needs you" } }
                    div #needs data-live="" { (needs::list(&needs)) }
                }
                section.sheet aria-labelledby="feed-title" {
                    header {
                        h2 #feed-title { "Just dealt" }
                        span.note { span.pulse aria-hidden="true" {} "newest first" }
                        a.more href="/records" { "All records" }
                    }
                    div #feed data-live="" { (feed::lines(scene, events)) }
                }
            }
            div.stack {
                section.sheet aria-labelledby="keel-title" {
                    header {
                        h2 #keel-title { "On an even keel" }
                        a.more href="/pools" { "All pools" }
                    }
                    div #keels data-live="" { (keels(scene)) }
                    p.foot {
                        "A dot per rep: right of the line is owed, left is ahead. The posts are the "
                        "bound that is proved for any leave, cap or change."
                    }
                }
                section.sheet aria-labelledby="days-title" {
                    header { h2 #days-title { "Assignments per day" } span.note { "in UTC" } }
                    div.body #days data-live="" { (days(scene).draw()) }
                }
            }
        }
    }
}

fn hero(scene: &Scene<'_>, needs: &[needs::Need]) -> Markup {
    let late = needs.iter().filter(|need| need.late).count();
    let waiting = needs::waiting(scene);
    let assigned = assigned_since(scene, scene.now - DAY);
    let (worst, bound) = evenness(scene);
    html! {
        p.eyebrow { (date(scene.now)) }
        h1 {
            @match (late, waiting) {
                (0, 0) => "Nothing waits. ",
                (0, 1) => { a href="/waiting" { "One record" } " waits, and has its place. " }
                (0, count) => {
                    a href="/waiting" { (words::thousands(count as u64)) " records" }
                    " wait, each in its place. "
                }
                (1, _) => { span.warn { "One thing is pressing. " } }
                (late, _) => { span.warn { (late) " things are pressing. " } }
            }
            span.quiet {
                (words::count(assigned, "assignment")) " in 24 hours; "
                @if bound.0 > 0 { "nobody is owed more than " (words::leads(worst)) "." }
                @else { "no turn has been dealt yet." }
            }
        }
    }
}

/// The largest amount anybody is owed in any pool now, and the bound of that pool.
fn evenness(scene: &Scene<'_>) -> (Micro, Micro) {
    let most = |pool: &Pool| {
        pool.ledger
            .members()
            .iter()
            .map(|entry| entry.credit)
            .max()
            .unwrap_or_default()
    };
    scene
        .pools()
        .iter()
        .map(|(_, pool)| (most(pool), pool.fairness.bound()))
        .max_by_key(|(most, bound)| (*most, *bound))
        .unwrap_or_default()
}

fn figures(scene: &Scene<'_>) -> Markup {
    let assigned = assigned_since(scene, scene.now - DAY);
    let week = assigned_since(scene, scene.now - Span::days(7));
    let held = scene.state.held().len() as u64;
    let oldest_held = scene.state.held().map(|(_, hold)| hold.since).min();
    let queues = scene.state.queues().iter();
    let queued: u64 = queues.clone().map(|queue| queue.records.len() as u64).sum();
    let oldest = queues
        .filter_map(|queue| queue.records.values().min())
        .min()
        .copied();
    let reps: Vec<_> = scene
        .state
        .roster()
        .iter()
        .filter(|(_, rep)| rep.profile.status != Status::Left)
        .collect();
    let here = reps
        .iter()
        .filter(|(_, rep)| scene.here(&rep.profile))
        .count() as u64;
    let age = |since: Option<Moment>, none: &str| match since {
        Some(since) => format!("the oldest for {}", words::span(scene.now - since)),
        None => none.to_owned(),
    };
    html! {
        div {
            dt { "Assigned, 24 hours" }
            dd {
                (words::thousands(assigned))
                small { (words::thousands(week)) " in 7 days, by turn, rule or hand" }
            }
        }
        div {
            dt { "Held now" }
            dd { (words::thousands(held)) small { (age(oldest_held, "everyone found somebody")) } }
        }
        div {
            dt { "In queues now" }
            dd { (words::thousands(queued)) small { (age(oldest, "every queue is empty")) } }
        }
        div {
            dt { "Reps in rotation" }
            dd {
                (words::thousands(here)) " of " (words::thousands(reps.len() as u64))
                small { "not paused, not on leave" }
            }
        }
    }
}

fn keels(scene: &Scene<'_>) -> Markup {
    let pools = scene.pools();
    let more = pools.len().saturating_sub(POOLS_MAX);
    html! {
        ul.keels {
            @for (number, pool) in pools.into_iter().take(POOLS_MAX) {
                li {
                    div.line {
                        a.name href=(link::pool(&pool.name)) { (pool.name) }
                        (worst_against_bound(pool))
                    }
                    (Keel {
                        id: format!("keel-{}", number.0),
                        pool: pool.name.clone(),
                        members: scene.credits(pool),
                        bound: pool.fairness.bound(),
                    }.draw())
                    (next(scene, number))
                }
            }
        }
        @if more > 0 { p.foot { a href="/pools" { "and " (more) " more" } } }
    }
}

fn worst_against_bound(pool: &Pool) -> Markup {
    let credits = pool.ledger.members().iter().map(|entry| entry.credit.abs());
    let (worst, bound) = (credits.max().unwrap_or_default(), pool.fairness.bound());
    html! {
        @if bound.0 == 0 {
            span.note { "no turn yet" }
        } @else {
            span.note {
                "worst now " span.warnword[worst > bound] { (words::amount(worst)) }
                ", bound " (words::amount(bound))
            }
        }
    }
}

fn next(scene: &Scene<'_>, pool: PoolNo) -> Markup {
    let mut ahead = ahead::of(scene, pool, NEXT);
    if ahead.from.is_some() {
        // Who else is back by the later turns is not looked at; the first one is sure.
        ahead.turns.truncate(1);
    }
    html! {
        @match (&ahead.from, ahead.turns.is_empty()) {
            (_, true) => p.note { "Nobody can take a record, and nobody is about to." },
            (from, false) => {
                ol.next aria-label=(format!("Next in {}", scene.state.pool(pool).name)) {
                    @for (at, turn) in ahead.turns.iter().enumerate() {
                        li { i aria-hidden="true" { (at + 1) } (scene.name(turn.rep)) }
                    }
                }
                @if let Some(from) = from {
                    p.note { "nobody can just now; from " (words::moment(*from)) }
                }
            }
        }
    }
}

fn assigned_since(scene: &Scene<'_>, since: Moment) -> u64 {
    let after = |moments: &[Moment]| moments.len() - moments.partition_point(|at| *at <= since);
    scene
        .state
        .roster()
        .iter()
        .map(|(_, rep)| after(rep.history.moments()) as u64)
        .sum()
}

fn days(scene: &Scene<'_>) -> Days {
    let today = scene.now.0.div_euclid(DAY.0);
    let mut counts = vec![0; DAYS as usize];
    for (_, rep) in scene.state.roster().iter() {
        for at in rep.history.moments() {
            let back = today - at.0.div_euclid(DAY.0);
            if (0..DAYS).contains(&back) {
                counts[(DAYS - 1 - back) as usize] += 1;
            }
        }
    }
    let label = |at: usize| {
        let day = Moment((today - DAYS + 1 + at as i64) * DAY.0);
        jiff::Timestamp::from_millisecond(day.0).map_or_else(
            |_| day.to_string(),
            |day| day.strftime("%a %-d %b").to_string(),
        )
    };
    let days = counts
        .into_iter()
        .enumerate()
        .map(|(at, count)| (label(at), count))
        .collect();
    Days {
        id: "per-day".into(),
        days,
    }
}

fn date(now: Moment) -> String {
    jiff::Timestamp::from_millisecond(now.0).map_or_else(
        |_| now.to_string(),
        |now| now.strftime("%A, %-d %B %Y").to_string(),
    )
}

fn first_steps(scene: &Scene<'_>) -> Markup {
    let policy = scene.state.policy().is_some();
    let reps = !scene.state.roster().is_empty();
    let step = |done: bool, title: &str, words: &str, href: &str| {
        html! {
            li {
                (crate::web::icons::QUEUE)
                div { b { (title) } p { (words) } }
                @if done { span.tag.on { "done" } } @else {
                    a.go href=(href) { "Do it" span.unseen { ": " (title) } }
                }
            }
        }
    };
    html! {
        div.hero {
            p.eyebrow { (date(scene.now)) }
            h1 { "Welcome aboard. " span.quiet { "Three steps, and records find their reps." } }
        }
        section.sheet {
            ul.needs {
                (step(policy, "Publish a policy", "Fields, pools, rules, and where a record goes that nobody can take.", "/policy/edit"))
                (step(reps, "Add reps", "Who takes records, when they work, which team they belong to.", "/add-rep"))
                (step(false, "Send records", "POST /api/v1/records takes one or a thousand at once; each is dealt at once.", "/policy/try"))
            }
        }
    }
}
