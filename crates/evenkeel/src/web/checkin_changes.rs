//! What has changed in a book since the last talk: how it was and is, what came in, what went out
//! and how, what came back.
//!
//! The book of then is folded from the journal; nothing of it is remembered from an earlier sheet.

use crate::host::turnover::Then;
use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::checkin::{Last, Sheet};
use evenkeel_core::time::Moment;
use evenkeel_core::turnover::Out;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// The table and the sentence of one sheet.
pub fn section(scene: &Scene<'_>, then: &Then, sheet: &Sheet) -> Markup {
    let Some((turnover, last)) = &then.known else {
        return html! {
            p.note { "The workspace is younger than that: there is nothing to compare with yet." }
        };
    };
    let flow = turnover.of(sheet.rep);
    let ways = Out::ALL.into_iter().filter(|way| flow.out(*way) > 0);
    let ways: Vec<String> = ways
        .map(|way| format!("{} {}", words::thousands(flow.out(way)), way.words()))
        .collect();
    html! {
        @match (last.get(&sheet.rep), sheet.changes) {
            (Some(last), Some(changes)) => (table(then.since, sheet, last, changes.load)),
            _ => p.note { (scene.name(sheet.rep)) " was not here then." },
        }
        dl.facts {
            dt { "Came in" }
            dd { (words::thousands(flow.came)) " for the first time, " (words::thousands(flow.back)) " came back" }
            dt { "Went out" }
            dd {
                (words::thousands(flow.gone()))
                @if !ways.is_empty() { ": " (ways.join(", ")) }
            }
        }
    }
}

fn table(since: Moment, sheet: &Sheet, last: &Last, load: Micro) -> Markup {
    let row = |name: &str, then: usize, now: usize| {
        let change = Micro::whole(now as i64 - then as i64);
        html! {
            tr {
                th scope="row" { (name) }
                td.n { (words::thousands(then as u64)) }
                td.n { (words::thousands(now as u64)) }
                td.n { (words::signed(change)) }
            }
        }
    };
    html! {
        table.then {
            thead { tr {
                th scope="col" { span.unseen { "Figure" } }
                th.n scope="col" { (words::short("UTC", since)) }
                th.n scope="col" { "Now" }
                th.n scope="col" { "Change" }
            } }
            tbody {
                tr {
                    th scope="row" { "Load" }
                    td.n { (words::amount(last.load)) }
                    td.n { (words::amount(sheet.load)) }
                    td.n { (words::signed(load)) }
                }
                (row("Open records", last.open, sheet.open))
                (row("Neglected", last.neglected, sheet.neglected.count))
            }
        }
    }
}

/// What the figures mean.
pub fn definition() -> &'static str {
    "Counted from the beginning of the day in UTC; the book of then weighs by the policy then in force. Every coming and going counts, also of a record that \
     came and went again. Came back: the rep had it before. Recycled: a rule took it, idle or overdue."
}
