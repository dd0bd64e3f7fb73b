//! The records of a plan: what moves and why, what has no place in it, and what could not go back.
//!
//! Read from the plan as it was made.

use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::holding::planned::{Kept, Lost, Move, Spot, Stage, Without};
use evenkeel_core::plan::words::{barred, why};
use maud::{Markup, html};

/// Most moves listed; the API has all of them.
pub const MOVES_MAX: usize = 500;
/// Moves that are not folded in.
const OPEN_MAX: usize = 25;
/// Records without a place that are not folded in, for one reason.
const NAMED_OPEN: usize = 12;

fn spot(scene: &Scene<'_>, spot: Spot) -> Markup {
    match spot {
        Spot::Book(rep) => scene.rep(rep),
        Spot::Queue(queue) => html! { "queue " (scene.queue(queue)) },
    }
}

/// What moves.
pub fn section(scene: &Scene<'_>, kept: &Kept) -> Markup {
    let moves = &kept.made.moves;
    let head = || {
        html! {
            thead { tr {
                th scope="col" { "Record" } th scope="col" { "From" } th scope="col" { "To" } th scope="col" { "Why" }
            } }
        }
    };
    let row = |line: &Move| {
        html! {
            tr {
                th scope="row" { (scene.record(line.record)) " " (scene.title(line.record)) }
                td { (spot(scene, line.from)) }
                td { (scene.rep(line.to)) }
                td { (why(line.why)) }
            }
        }
    };
    html! {
        section.sheet aria-labelledby="moves" {
            header { h2 #moves { "What moves" } span.note { (words::count(moves.len() as u64, "record")) } }
            @if moves.is_empty() {
                div.empty { b { "Nothing moves" } "The books are as even as a plan can make them at this price of a move." }
            } @else {
                div.wide.lines role="group" tabindex="0" aria-labelledby="moves" {
                    table {
                        (head()) tbody { @for line in moves.iter().take(OPEN_MAX) { (row(line)) } }
                    }
                }
                @if moves.len() > OPEN_MAX {
                    details.more {
                        summary { "and " (words::thousands((moves.len() - OPEN_MAX) as u64)) " more" }
                        div.wide.lines role="group" tabindex="0" aria-label="Further moves" {
                            table {
                                (head())
                                tbody {
                                    @for line in moves.iter().take(MOVES_MAX).skip(OPEN_MAX) {
                                        (row(line))
                                    }
                                }
                            }
                        }
                    }
                }
                @if moves.len() > MOVES_MAX {
                    p.foot { "Only " (MOVES_MAX) " are listed; " code { "GET /api/v1/plans/" (kept.made.number) "/moves" } " has all of them" }
                }
            }
        }
    }
}

/// What has no place in the plan and stays where it is, by reason.
pub fn without(scene: &Scene<'_>, kept: &Kept) -> Markup {
    let count = kept.made.unplaced;
    html! {
        @if count > 0 {
            section.sheet aria-labelledby="without" {
                header {
                    h2 #without { "Without a place" }
                    span.note { (words::count(u64::from(count), "record")) ", each stays where it is" }
                }
                @if kept.without.is_empty() {
                    div.body { p { "This plan was made before such records were kept by name. A new plan names them." } }
                } @else {
                    div.wide role="group" tabindex="0" aria-labelledby="without" {
                        table {
                            thead { tr {
                                th scope="col" { "Why" } th.n scope="col" { "Records" } th scope="col" { "Which" }
                            } }
                            tbody { @for group in &kept.without { (left_out(scene, group)) } }
                        }
                    }
                }
                p.foot {
                    "Make room (a higher " code { "high" } " or " code { "effort" } " of a " code { "[[plan.book]]" }
                    "), let more reps have them, or close what nobody should have; then make a new plan."
                }
            }
        }
    }
}

fn left_out(scene: &Scene<'_>, group: &Without) -> Markup {
    let (open, folded) = group.records.split_at(group.records.len().min(NAMED_OPEN));
    let beyond = (group.count as usize).saturating_sub(group.records.len());
    html! {
        tr {
            th scope="row" { (barred(&group.why)) }
            td.n { (words::thousands(u64::from(group.count))) }
            td {
                @for (at, record) in open.iter().enumerate() {
                    @if at > 0 { ", " }
                    (scene.record(*record))
                }
                @if !folded.is_empty() {
                    details.more {
                        summary { "and " (folded.len()) " more" }
                        @for (at, record) in folded.iter().enumerate() {
                            @if at > 0 { ", " }
                            (scene.record(*record))
                        }
                        @if beyond > 0 { ", and " (words::thousands(beyond as u64)) " that are not named" }
                    }
                }
            }
        }
    }
}

/// What could not go back.
pub fn lost(scene: &Scene<'_>, kept: &Kept) -> Markup {
    let word = |lost: Lost| match lost {
        Lost::Closed => "closed",
        Lost::Moved => "moved since",
        Lost::Left => "its former owner has left",
    };
    html! {
        @if kept.stage == Stage::Undone && !kept.lost.is_empty() {
            section.sheet aria-labelledby="lost" {
                header { h2 #lost { "Could not go back" } span.note { (words::count(kept.lost.len() as u64, "record")) } }
                div.body {
                    ul.rules {
                        @for (record, why) in kept.lost.iter().take(MOVES_MAX) {
                            li { (scene.record(*record)) ": " (word(*why)) }
                        }
                    }
                }
            }
        }
    }
}
