//! Another plan beside one: which records they send to different reps, and the figures of both.
//!
//! Both are as they were made; nothing is worked out again.

use crate::web::plan::uneven;
use crate::web::plan_moves::MOVES_MAX;
use crate::web::plan_sheet::gap;
use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::holding::planned::Kept;
use evenkeel_core::ids::RepNo;
use evenkeel_core::plan::beside::differing;
use evenkeel_core::plan::words::points;
use maud::{Markup, html};

/// Which plans it can be compared with.
pub fn others(scene: &Scene<'_>, kept: &Kept) -> Markup {
    let number = kept.made.number;
    let others = scene.state.plans().iter().rev();
    let others: Vec<u32> = others
        .map(|other| other.made.number)
        .filter(|other| *other != number)
        .collect();
    html! {
        @if !others.is_empty() {
            section.sheet aria-labelledby="others" {
                header { h2 #others { "Compare with" } }
                div.body.acts {
                    @for other in others {
                        a.button href=(format!("/plan/{number}?beside={other}#beside")) { "Plan " (other) }
                    }
                }
            }
        }
    }
}

/// The two side by side.
pub fn section(scene: &Scene<'_>, kept: &Kept, other: &Kept) -> Markup {
    let lines = differing(&kept.made, &other.made);
    let stays = |rep: Option<RepNo>| match rep {
        Some(rep) => scene.rep(rep),
        None => html! { span.note { "stays" } },
    };
    let (one, two) = (&kept.made, &other.made);
    let uneven = |made: &evenkeel_core::holding::planned::Made| {
        uneven(made.books.iter().map(|book| book.after.value)).unwrap_or_else(|| "–".to_owned())
    };
    html! {
        section.sheet aria-labelledby="beside" {
            header {
                h2 #beside { "Beside plan " (two.number) }
                span.note { (words::count(lines.len() as u64, "record")) " go to different reps" }
            }
            div.wide role="group" tabindex="0" aria-labelledby="beside" {
                table {
                    thead { tr {
                        th scope="col" { span.unseen { "Figure" } }
                        th.n scope="col" { "Plan " (one.number) }
                        th.n scope="col" { "Plan " (two.number) }
                    } }
                    tbody {
                        tr {
                            th scope="row" { "Moves" } td.n { (one.moves.len()) } td.n { (two.moves.len()) }
                        }
                        tr {
                            th scope="row" { "Points" }
                            td.n { (points(one.cost.objective)) }
                            td.n { (points(two.cost.objective)) }
                        }
                        tr { th scope="row" { "Value, from book to book" } td.n { (uneven(one)) } td.n { (uneven(two)) } }
                        tr {
                            th scope="row" { "From the best at most" } td.n { (gap(&one.cost)) } td.n { (gap(&two.cost)) }
                        }
                    }
                }
            }
            @if one.basis != two.basis {
                p.foot { "The two were made on different books, so their points do not compare exactly." }
            }
            @if !lines.is_empty() {
                div.wide role="group" tabindex="0" aria-label="Records that go to different reps" {
                    table {
                        thead { tr {
                            th scope="col" { "Record" }
                            th scope="col" { "Plan " (one.number) }
                            th scope="col" { "Plan " (two.number) }
                        } }
                        tbody {
                            @for line in lines.iter().take(MOVES_MAX) {
                                tr {
                                    th scope="row" { (scene.record(line.record)) }
                                    td { (stays(line.one)) }
                                    td { (stays(line.other)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
