//! One plan: its figures, every book before and after, what moves and why, what clashes, how it
//! differs from another, and what can be done with it.
//!
//! Everything was settled when the plan was made; only what has changed since is looked up.

use crate::web::layout;
use crate::web::notice::{self, Notice};
use crate::web::picture::change::Changes;
use crate::web::plan::uneven;
use crate::web::scene::Scene;
use crate::web::{balance, show, words};
use evenkeel_core::event::Actor;
use evenkeel_core::holding::planned::{Book, Cost, Kept, Lost, Move, Spot, Stage, Sum};
use evenkeel_core::ids::RepNo;
use evenkeel_core::plan::beside::differing;
use evenkeel_core::plan::since::changes;
use evenkeel_core::plan::words::{Names, points, why};
use evenkeel_core::units::Micro;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Most moves listed; the API has all of them.
const MOVES_MAX: usize = 500;
/// Moves that are not folded in.
const OPEN_MAX: usize = 25;
/// Most books drawn.
const BOOKS_MAX: usize = 400;

/// The page.
pub fn body(
    scene: &Scene<'_>,
    kept: &Kept,
    (beside, by): (Option<&Kept>, &str),
    (said, who): (Option<&Notice>, &[(Stage, String)]),
) -> Markup {
    let made = &kept.made;
    html! {
        p.eyebrow { a href="/plan" { "Plan" } }
        div.title { h1 { "Plan " (made.number) } (mark(kept.stage)) }
        (balance::strip(scene, "/plan"))
        (notice::show(said))
        p.lede {
            "Of " (words::count(u64::from(made.records), "record")) ", "
            strong {
                (words::thousands(made.moves.len() as u64))
                @if made.moves.len() == 1 { " moves" } @else { " move" }
            }
            " and the others stay. No plan can cost less than " (points(made.cost.bound)) " points; this one costs "
            (points(made.cost.objective)) "."
        }
        (figures(kept))
        (clashes(scene, kept))
        div.columns.tale {
            div.stack {
                (books(scene, kept, by))
                @if let Some(other) = beside { (compared(scene, kept, other)) }
                (moves(scene, kept))
            }
            div.stack {
                (decide(scene, kept))
                (history(kept, who))
                (lost(scene, kept))
                (others(scene, kept))
                (costs(&made.cost))
            }
        }
    }
}

/// Where a plan stands, as a mark.
pub fn mark(stage: Stage) -> Markup {
    html! {
        @match stage {
            Stage::Made => span.tag { "proposed" },
            Stage::Approved | Stage::Applied => span.tag.on { (stage.word()) },
            Stage::Undone | Stage::Dropped => span.tag { (stage.word()) },
        }
    }
}

/// By how much less any plan could cost at most.
pub fn gap(cost: &Cost) -> String {
    if cost.objective == 0 {
        return "0 %".to_owned();
    }
    let gap = (cost.objective - cost.bound) as f64 / cost.objective as f64 * 100.0;
    format!("{:.2} %", (gap * 100.0).ceil() / 100.0)
}

fn figures(kept: &Kept) -> Markup {
    let books = &kept.made.books;
    let of = |pick: fn(&Book) -> Micro| uneven(books.iter().map(pick));
    let counts = |pick: fn(&Book) -> &Sum| {
        let each = books.iter().map(|book| pick(book).records);
        (each.clone().min().unwrap_or(0), each.max().unwrap_or(0))
    };
    let (before, after) = (counts(|book| &book.before), counts(|book| &book.after));
    let none = || "–".to_owned();
    html! {
        dl.sheet.figures {
            div {
                dt { "Value, from book to book" }
                dd {
                    (of(|book| book.after.value).unwrap_or_else(none))
                    small {
                        "standard deviation over mean of " (books.len()) " books; " (of(|book| book.before.value).unwrap_or_else(none)) " now"
                    }
                }
            }
            div {
                dt { "Records in a book" }
                dd { (after.0) " to " (after.1) small { (before.0) " to " (before.1) " now" } }
            }
            div {
                dt { "Moves" }
                dd {
                    (words::thousands(kept.made.moves.len() as u64))
                    small {
                        "of "
                        (words::count(u64::from(kept.made.records), "record"))
                        @if kept.made.unplaced > 0 { "; " (kept.made.unplaced) " have no place and stay" }
                    }
                }
            }
            div {
                dt { "From the best at most" }
                dd { (gap(&kept.made.cost)) small { "by a bound that prices prove" } }
            }
        }
    }
}

fn clashes(scene: &Scene<'_>, kept: &Kept) -> Markup {
    let rep = |rep: RepNo| scene.name(rep);
    let names = Names {
        state: scene.state,
        rep: &rep,
    };
    html! {
        @if !kept.made.clashes.is_empty() {
            div.say.bad {
                b { "Not every promise can be kept." }
                @for clash in &kept.made.clashes { p { (names.clash(clash)) "." } }
            }
        }
    }
}

/// Which measure is drawn.
fn measure(by: &str) -> (&'static str, fn(&Sum) -> Micro) {
    match by {
        "records" => ("Records", |sum| Micro::whole(i64::from(sum.records))),
        "effort" => ("Effort", |sum| sum.effort),
        _ => ("Value", |sum| sum.value),
    }
}

fn books(scene: &Scene<'_>, kept: &Kept, by: &str) -> Markup {
    let (what, amount) = measure(by);
    let books = &kept.made.books;
    let rows: Vec<(Micro, Micro)> = books
        .iter()
        .map(|book| (amount(&book.before), amount(&book.after)))
        .collect();
    let picture = Changes::new(&rows);
    let mut moved: BTreeMap<RepNo, (u32, u32)> = BTreeMap::new();
    for line in &kept.made.moves {
        moved.entry(line.to).or_default().0 += 1;
        if let Spot::Book(rep) = line.from {
            moved.entry(rep).or_default().1 += 1;
        }
    }
    let path = |by: &str| format!("/plan/{}?by={by}", kept.made.number);
    html! {
        section.sheet aria-labelledby="books" {
            header {
                h2 #books { "Every book, before and after" }
                span.note {
                    "drawn by "
                    @for (at, name) in ["value", "records", "effort"].into_iter().enumerate() {
                        @if at > 0 { " · " }
                        @if what.eq_ignore_ascii_case(name) { b { (name) } } @else {
                            a href=(path(name)) { (name) }
                        }
                    }
                }
            }
            div.wide role="group" tabindex="0" aria-labelledby="books" {
                table.drawn data-sort="" {
                    thead { tr {
                        th scope="col" { "Rep" }
                        th.plot scope="col" { span.unseen { (what) } (picture.head("books-axis", what)) }
                        th.n scope="col" { "Before" }
                        th.n scope="col" { "After" }
                        th.n.roomy scope="col" { "Best" }
                        th.n scope="col" { "Come" }
                        th.n scope="col" { "Go" }
                    } }
                    tbody {
                        @for (book, (before, after)) in books.iter().zip(&rows).take(BOOKS_MAX) {
                            @let (come, go) = moved.get(&book.rep).copied().unwrap_or_default();
                            tr {
                                th scope="row" { (scene.person(book.rep)) }
                                td.plot { (picture.row(&scene.name(book.rep), *before, *after)) }
                                td.n data-v=(before.0) { (words::amount(*before)) }
                                td.n data-v=(after.0) { (words::amount(*after)) }
                                td.n.roomy { (book.after.best) }
                                td.n { (come) }
                                td.n { (go) }
                            }
                        }
                    }
                }
            }
            (legend(picture.mean()))
        }
    }
}

fn legend(mean: Micro) -> Markup {
    html! {
        p.legend {
            span { svg width="12" height="12" aria-hidden="true" { circle.was cx="6" cy="6" r="4.5" {} } "as it is" }
            span {
                svg width="12" height="12" aria-hidden="true" { circle.turn cx="6" cy="6" r="5.5" {} } "as it would be"
            }
            span {
                svg width="6" height="14" aria-hidden="true" { line.mean x1="3" x2="3" y1="0" y2="14" {} }
                "mean afterwards: " (words::amount(mean))
            }
            span { "Best: records after that are among the best by value" }
        }
    }
}

fn spot(scene: &Scene<'_>, spot: Spot) -> Markup {
    match spot {
        Spot::Book(rep) => scene.rep(rep),
        Spot::Queue(queue) => html! { "queue " (scene.queue(queue)) },
    }
}

fn moves(scene: &Scene<'_>, kept: &Kept) -> Markup {
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
                div.wide role="group" tabindex="0" aria-labelledby="moves" {
                    table {
                        (head()) tbody { @for line in moves.iter().take(OPEN_MAX) { (row(line)) } }
                    }
                }
                @if moves.len() > OPEN_MAX {
                    details.more {
                        summary { "and " (words::thousands((moves.len() - OPEN_MAX) as u64)) " more" }
                        div.wide role="group" tabindex="0" aria-label="Further moves" {
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

/// What can be done with it, and why not.
fn decide(scene: &Scene<'_>, kept: &Kept) -> Markup {
    let open = matches!(kept.stage, Stage::Made | Stage::Approved);
    let stale = match open.then(|| changes(scene.state, &kept.made)) {
        Some(Ok(changes)) => {
            let rep = |rep: RepNo| scene.name(rep);
            let names = Names {
                state: scene.state,
                rep: &rep,
            };
            changes.iter().map(|change| names.change(change)).collect()
        }
        Some(Err(refusal)) => vec![refusal.message()],
        None => Vec::new(),
    };
    html! {
        section.sheet aria-labelledby="decide" {
            header { h2 #decide { "Decide" } }
            div.body.stack {
                @if !stale.is_empty() {
                    p { b { "The books have moved since it was made." } }
                    ul.rules { @for words in stale.iter().take(8) { li { (words) } } }
                    @if stale.len() > 8 { p.note { "and " (stale.len() - 8) " more" } }
                    p.note { "Make a new plan; this one is refused as it is." }
                } @else if open && kept.made.moves.is_empty() {
                    p { "There is nothing to carry out." }
                }
                @match kept.stage {
                    Stage::Made => {
                        @if stale.is_empty() && !kept.made.moves.is_empty() {
                            (button(scene, kept, "approve", "Approve", None))
                        }
                        (button(scene, kept, "drop", "Drop it", None))
                    }
                    Stage::Approved => {
                        @if stale.is_empty() {
                            (button(scene, kept, "apply", "Carry it out", Some("Every record of the plan goes to its new owner at once. It can be taken back.")))
                        }
                        (button(scene, kept, "drop", "Drop it", None))
                    }
                    Stage::Applied => {
                        p { "Carried out. What has not moved since can still go back." }
                        (button(scene, kept, "undo", "Take it back", Some("What has not moved since goes back to its former owner; the rest is listed.")))
                    }
                    Stage::Undone => p { "Taken back." },
                    Stage::Dropped => p { "Nobody wants it." },
                }
            }
        }
    }
}

fn button(
    scene: &Scene<'_>,
    kept: &Kept,
    then: &str,
    name: &str,
    question: Option<&str>,
) -> Markup {
    html! {
        form method="post" action=(format!("/plan/{}", kept.made.number)) data-confirm=[question] {
            (layout::csrf(scene.viewer)) (show::once())
            input type="hidden" name="then" value=(then);
            div.acts { button.main[then != "drop" && then != "undo"] type="submit" { (name) } }
        }
    }
}

/// Who did something, in words. Users are called by the name they sign in with.
pub fn actor(users: &BTreeMap<u32, String>, actor: Actor) -> String {
    match actor {
        Actor::System => "the program".to_owned(),
        Actor::User(number) => match users.get(&number) {
            Some(name) => name.clone(),
            None => format!("user {number}"),
        },
        Actor::Key(number) => format!("API key {number}"),
    }
}

fn history(kept: &Kept, who: &[(Stage, String)]) -> Markup {
    html! {
        section.sheet aria-labelledby="history" {
            header { h2 #history { "What happened" } }
            div.body {
                dl.facts {
                    @for (stage, at, _) in &kept.since {
                        dt { (stage.word()) }
                        dd {
                            (words::moment(*at))
                            @if let Some((_, name)) = who.iter().find(|(known, _)| known == stage) {
                                " by " (name)
                            }
                        }
                    }
                    dt { "policy" } dd { "version " (kept.made.policy) }
                }
            }
        }
    }
}

fn lost(scene: &Scene<'_>, kept: &Kept) -> Markup {
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

fn others(scene: &Scene<'_>, kept: &Kept) -> Markup {
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

fn compared(scene: &Scene<'_>, kept: &Kept, other: &Kept) -> Markup {
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

fn costs(cost: &Cost) -> Markup {
    html! {
        section.sheet aria-labelledby="costs" {
            header { h2 #costs { "What it costs" } span.note { "in points" } }
            div.body {
                dl.facts {
                    dt { "Uneven books" } dd { (points(cost.books)) }
                    dt { "Moves" } dd { (points(cost.moves)) }
                    dt { "Misses" } dd { (points(cost.misses)) }
                    dt { "Without a rep" } dd { (points(cost.without)) }
                    dt { "Together" } dd { b { (points(cost.objective)) } }
                    dt { "Lower bound" } dd { (points(cost.bound)) ": no plan costs less" }
                }
            }
            p.foot { "A point is what moving one record costs unless the policy says otherwise." }
        }
    }
}
