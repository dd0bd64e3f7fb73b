//! Live fairness of a pool: the proved bound as it stands, what makes it so, and the worst credit
//! measured beside it; and the banner for the day on which it is passed.
//!
//! Everything shown is what the core kept while folding; nothing is worked out again.

use crate::host::fairness::{alarms, words as alarm_words};
use crate::web::picture::bound::Bound;
use crate::web::scene::Scene;
use crate::web::{link, words};
use evenkeel_core::ids::PoolNo;
use evenkeel_core::people::pool::Pool;
use evenkeel_core::rotation::fairness::Fairness;
use maud::{Markup, html};

/// The banner of one pool, or of all.
pub fn banner(scene: &Scene<'_>, only: Option<PoolNo>) -> Markup {
    let alarms = alarms(scene.state);
    let shown = alarms
        .into_iter()
        .filter(|(pool, _)| only.is_none_or(|only| only == *pool));
    html! {
        @for (pool, passed) in shown {
            div.say.bad role="alert" {
                b { "A fairness bound was passed" }
                p {
                    (alarm_words(scene.state, (pool, passed))) ", " (words::moment(passed.at)) ". "
                    "No setting can do this: the program or the journal is wrong. Run "
                    code { "evenkeel verify" } " and report it. "
                    a href=(link::pool(&scene.state.pool(pool).name)) { "To the pool" }
                }
            }
        }
    }
}

/// The sheet on the pool's page. `stream_ppm` is the part its specialists' stream is to have.
pub fn sheet(pool: &Pool, stream_ppm: Option<u32>) -> Markup {
    let fairness = pool.fairness;
    html! {
        header {
            h2 #fairness { "Fairness, live" }
            span.note { (since(fairness)) }
        }
        @if fairness.bound().0 == 0 {
            div.empty {
                b { "Nothing to be unfair about yet" }
                "The bound is there with the first turn among two members."
            }
        } @else {
            div.body {
                (Bound { id: "bound", worst: fairness.worst, bound: fairness.bound() }.draw())
                dl.facts {
                    dt { "Proved bound" } dd {
                        (words::leads(fairness.bound())) ": nobody can be further from even, whoever is away"
                    }
                    dt { "Worst measured" } dd {
                        (words::leads(fairness.worst))
                        @if fairness.passed.is_some() { " " span.warnword { "beyond the bound" } }
                    }
                    @for (what, words) in causes(fairness) { dt { (what) } dd { (words) } }
                    @if let Some(wanted) = stream_ppm {
                        dt { "Specialists’ stream" } dd { (stream(pool, wanted)) }
                    }
                }
            }
        }
    }
}

fn since(fairness: Fairness) -> Markup {
    html! {
        @match fairness.since {
            None => "nobody belonged to it yet",
            Some(since) => {
                "n = " (words::count(fairness.turns, "turn"))
                ", all counted, since the last change of members or method, "
                (words::moment(since))
            }
        }
    }
}

/// What the stream has had beside what it is to have.
fn stream(pool: &Pool, wanted: u32) -> String {
    let special = &pool.memory.special;
    let part = special.part_ppm().map_or_else(
        || "nothing yet".to_owned(),
        |part| {
            let (dealt, all) = (words::amount(special.dealt), words::amount(special.all()));
            format!(
                "{dealt} of {all} leads, {}.{} %",
                part / 10_000,
                part / 1_000 % 10
            )
        },
    );
    format!(
        "{part}; the policy says {}.{} %. It never gets more, and the base is even without it",
        wanted / 10_000,
        wanted / 1_000 % 10
    )
}

/// What makes the bound as wide as it is.
fn causes(fairness: Fairness) -> Vec<(&'static str, String)> {
    let mut causes = vec![
        (
            "Heaviest record",
            format!("counts as {}", words::leads(fairness.size_max)),
        ),
        (
            "Widest band",
            format!(
                "{}: how far below the most owed a pick may be",
                words::leads(fairness.delta_max)
            ),
        ),
        (
            "Members",
            format!(
                "{}: the bound is half of heaviest record and widest band, for each of the others",
                fairness.members
            ),
        ),
    ];
    if fairness.raised() {
        let carried = format!(
            "counts as {} instead of the first two: what somebody was owed who left, or was long away, went to the others",
            words::leads(fairness.carried)
        );
        causes.push(("Raised", carried));
    }
    causes
}
