//! What was dealt and to whom: the newest decisions as lines, newest first.
//!
//! The reason is the recorded verdict's own sentence; nothing is worked out again here.

use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::ids::RecordNo;
use evenkeel_core::market::schema::RECORD_KIND;
use evenkeel_core::market::value::Value;
use evenkeel_core::verdict::Destination;
use maud::{Markup, html};

/// How many events of the journal are looked through.
pub const LOOK_BACK: usize = 250;
/// Most lines shown.
const LINES_MAX: usize = 9;

/// The lines of `events`, which come oldest first.
pub fn lines(scene: &Scene<'_>, events: &[(u64, Recorded)]) -> Markup {
    let lines: Vec<Markup> = events
        .iter()
        .rev()
        .filter_map(|(seq, recorded)| line(scene, *seq, recorded))
        .take(LINES_MAX)
        .collect();
    html! {
        @if lines.is_empty() {
            div.empty {
                b { "No record yet" }
                "Send one: " code { "POST /api/v1/records" } ", or try the policy on one first."
            }
        } @else {
            ul.feed { @for line in lines { (line) } }
        }
    }
}

fn line(scene: &Scene<'_>, seq: u64, recorded: &Recorded) -> Option<Markup> {
    let (record, to, why) = match &recorded.event {
        Event::RecordDealt {
            record,
            to,
            verdict,
            ..
        } => {
            let why = scene.words(|words| words.verdict(verdict, to));
            (*record, destination(scene, to), why)
        }
        Event::RecordGiven { record, rep, .. } => {
            (*record, scene.person(*rep), "Given by hand.".to_owned())
        }
        Event::RecordClaimed {
            record,
            rep,
            queue,
            claim,
        } => {
            let why = scene.words(|words| words.claimed(*rep, *queue, claim));
            (*record, scene.person(*rep), why)
        }
        Event::HoldExpired { record, queue } => {
            let to = html! { "queue " (scene.queue(*queue)) };
            (
                *record,
                to,
                "Nobody became able before the deadline.".to_owned(),
            )
        }
        _ => return None,
    };
    Some(html! {
        li data-key=(seq) {
            (words::ago(scene.now, recorded.at))
            div {
                div.what {
                    (scene.record(record))
                    span.tag { (kind(scene, record)) }
                    span.arrow aria-hidden="true" { "→" }
                    span.unseen { "to" }
                    (to)
                }
                p.why { (why) }
            }
        }
    })
}

fn destination(scene: &Scene<'_>, to: &Destination) -> Markup {
    match to {
        Destination::Rep(rep) => scene.person(*rep),
        Destination::Queue(queue) => html! { span { "queue " (scene.queue(*queue)) } },
        Destination::Merged(into) => html! { span { "merged into " (scene.record(*into)) } },
        Destination::Hold { pool, .. } => {
            html! { span { span.warnword { "held" } " for " (scene.pool(*pool)) } }
        }
    }
}

/// The record's kind, or the word for any.
pub fn kind(scene: &Scene<'_>, record: RecordNo) -> String {
    match scene
        .state
        .records()
        .columns
        .value(RECORD_KIND, record.index())
    {
        Some(Value::Text(kind)) => kind.into(),
        _ => "record".to_owned(),
    }
}
