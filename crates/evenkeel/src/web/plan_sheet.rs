//! One plan: its figures, what clashes, what can be done with it, and what happened to it.
//!
//! Everything was settled when the plan was made; only what has changed since is looked up. Its
//! books are in [`crate::web::plan_books`], its records in [`crate::web::plan_moves`], and another
//! plan beside it in [`crate::web::plan_beside`].

use crate::web::layout;
use crate::web::notice::{self, Notice};
use crate::web::plan::uneven;
use crate::web::scene::Scene;
use crate::web::{balance, plan_beside, plan_books, plan_moves, show, words};
use evenkeel_core::event::Actor;
use evenkeel_core::holding::planned::{Book, Cost, Kept, Stage, Sum};
use evenkeel_core::ids::RepNo;
use evenkeel_core::plan::since::changes;
use evenkeel_core::plan::words::{Names, points};
use evenkeel_core::units::Micro;
use maud::{Markup, html};
use std::collections::BTreeMap;

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
                (plan_books::section(scene, kept, by))
                @if let Some(other) = beside { (plan_beside::section(scene, kept, other)) }
                (plan_moves::without(scene, kept))
                (plan_moves::section(scene, kept))
            }
            div.stack {
                (decide(scene, kept))
                (history(kept, who))
                (plan_moves::lost(scene, kept))
                (plan_beside::others(scene, kept))
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

/// By how much less any plan could cost at most, of what books, moves and misses cost.
pub fn gap(cost: &Cost) -> String {
    match cost.gap() {
        0 => "0 %".to_owned(),
        parts => format!("{}.{:02} %", parts / 100, parts % 100),
    }
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
                        @if kept.made.unplaced > 0 { "; " a href="#without" { (kept.made.unplaced) " without a place stay" } }
                    }
                }
            }
            div {
                dt { "From the best at most" }
                dd { (gap(&kept.made.cost)) small { "of what books, moves and misses cost, by a bound that prices prove" } }
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
