//! Every book of a plan, before and after: how much it holds, and how it stands to what it should
//! hold.
//!
//! Amounts are as they were when the plan was made; targets are today's.

use crate::web::picture::change::Changes;
use crate::web::scene::Scene;
use crate::web::{load, words};
use evenkeel_core::checkin::{self, Stand};
use evenkeel_core::effort::capacity::Target;
use evenkeel_core::holding::planned::{Book, Kept, Spot, Stage, Sum};
use evenkeel_core::ids::RepNo;
use evenkeel_core::units::Micro;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Most books drawn.
const BOOKS_MAX: usize = 400;

/// How each book stands before and after.
struct Stands {
    /// What each book should hold, and what of it lies outside the plan.
    known: BTreeMap<RepNo, (Option<Target>, Micro)>,
    /// Whether the plan counts effort as the workspace does.
    comparable: bool,
    /// Whether books hold records beside those planned.
    partly: bool,
}

impl Stands {
    fn of(scene: &Scene<'_>, kept: &Kept) -> Self {
        let planning = scene.state.policy().map(|policy| &policy.document().plan);
        let comparable = planning.is_some_and(|planning| planning.effort.is_none());
        let partly = planning.is_some_and(|planning| planning.accounts.is_some());
        let now = scene.now.max(scene.state.last_at());
        let planned = |rep: RepNo| {
            let book = kept.made.books.iter().find(|book| book.rep == rep);
            let there = book.map(|book| match kept.stage {
                Stage::Applied => book.after.effort,
                _ => book.before.effort,
            });
            there.unwrap_or_default()
        };
        let all = checkin::stands(scene.state, now).into_iter();
        let known = all.map(|(rep, load, target, _)| {
            let beside = if partly {
                load - planned(rep)
            } else {
                Micro(0)
            };
            (rep, (target, beside.max(Micro(0))))
        });
        Self {
            known: known.collect(),
            comparable,
            partly,
        }
    }

    fn cell(&self, book: &Book) -> Markup {
        let (target, beside) = self.known.get(&book.rep).copied().unwrap_or_default();
        let target = target.filter(|_| self.comparable);
        let stand = |sum: &Sum| match target {
            Some(target) => target.stand(sum.effort + beside),
            None => Stand::Unknown,
        };
        let (before, after) = (stand(&book.before), stand(&book.after));
        html! {
            (load::mark(after))
            @if let Some(target) = target {
                " " span.note {
                    "of " (words::amount(target.accounts))
                    @if before != after { ", was " (stand_word(before)) }
                }
            }
        }
    }

    fn definition(&self) -> Markup {
        html! {
            @if self.comparable {
                "Stands: the effort of the book afterwards against the band of its tier as today, of which target in standard accounts, and how it stands now where the plan changes that"
                @if self.partly { "; what of the book is not planned counts with what it weighs now" }
                "."
            } @else {
                "How books stand to their targets is not known here: effort is the field that " code { "[plan]" } " names, and targets are in standard accounts."
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

/// How a book stands, as a word in a sentence.
fn stand_word(stand: Stand) -> &'static str {
    match stand {
        Stand::Overloaded => "overloaded",
        Stand::Fits => "within the band",
        Stand::Undersupplied => "under-supplied",
        Stand::Unknown => "not known",
    }
}

/// Every book of a plan, and how each stands.
pub fn section(scene: &Scene<'_>, kept: &Kept, by: &str) -> Markup {
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
    let stands = Stands::of(scene, kept);
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
                        th.n scope="col" { "Come, go" }
                        th scope="col" { "Stands" }
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
                                td.n data-v=(come + go) { "+" (come) " −" (go) }
                                td { (stands.cell(book)) }
                            }
                        }
                    }
                }
            }
            (legend(picture.mean()))
            p.foot { (stands.definition()) }
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
