//! Who takes from a queue: what each has in hand and did in time, each one's part of every grade,
//! whether somebody picks the best, and which limit the team's own pace suggests.
//!
//! Counts are whole, so they have no interval; figures that are estimates come from the core's
//! statistics with theirs.

use crate::web::picture::shares::Shares;
use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::ids::{QueueNo, RepNo};
use evenkeel_core::measure::cherry::{self, Pick};
use evenkeel_core::measure::little::{self, Flow};
use evenkeel_core::measure::survival::Observed;
use evenkeel_core::policy::document::pull::Pull;
use evenkeel_core::queue::grade_book::GradeBook;
use evenkeel_core::queue::hand::{Fate, Hand};
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// Most reps listed.
const REPS_MAX: usize = 200;
/// How far back the figures look.
const MONTH: Span = Span::days(30);

/// The sheets.
pub fn sheets(scene: &Scene<'_>, queue: QueueNo, pull: &Pull) -> Markup {
    let hands: Vec<(RepNo, &Hand)> = scene.state.claims().hands(queue).collect();
    html! {
        (people(scene, pull, &hands))
        @for grade in &pull.grades {
            @if let Some(book) = scene.state.claims().grade(queue, &grade.name) {
                (shared(scene, (queue, &grade.name), book, pull))
            }
        }
        (choosing(scene, &hands))
        (suggestion(scene, pull, &hands))
    }
}

fn people(scene: &Scene<'_>, pull: &Pull, hands: &[(RepNo, &Hand)]) -> Markup {
    html! {
        section.sheet aria-labelledby="people" {
            header {
                h2 #people { "Who takes from it" }
                span.note { "claims of the last 30 days, all counted" }
            }
            @if hands.is_empty() {
                div.empty { b { "Nobody has taken anything yet" } "Reps find it under Queues." }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="people" {
                    table data-sort="" {
                        thead { tr {
                            th scope="col" { "Rep" } th.n scope="col" { "Claims" }
                            th.n scope="col" { "Not worked yet" } th.n scope="col" { "In the book" }
                            th.n scope="col" { "Worked in time" } th.n scope="col" { "Went back, ever" }
                            th.n scope="col" { "Out of order, ever" }
                        } }
                        tbody {
                            @for (rep, hand) in hands.iter().take(REPS_MAX) {
                                (person(scene, pull, *rep, hand))
                            }
                        }
                    }
                }
                p.foot {
                    "Worked in time: of the claims that had to be worked by now or were. Out of order: not the "
                    "first of those on offer, of all claims."
                }
            }
        }
    }
}

fn person(scene: &Scene<'_>, pull: &Pull, rep: RepNo, hand: &Hand) -> Markup {
    let (ripe, worked) = hand.worked_in_time(scene.now);
    let of = |most: Option<u32>| most.map(|most| format!(" of {most}")).unwrap_or_default();
    html! {
        tr {
            th scope="row" { (scene.person(rep)) }
            td.n { (hand.since(scene.now, MONTH).len()) }
            td.n data-v=(hand.unworked) { (hand.unworked) (of(pull.limit.unworked)) }
            td.n data-v=(hand.open) { (hand.open) (of(pull.limit.open)) }
            td.n data-v=(worked) { (worked) " of " (ripe) }
            td.n { (hand.expired) }
            td.n data-v=(hand.out_of_order) { (hand.out_of_order) " of " (hand.claims) }
        }
    }
}

/// Each rep's part of a grade beside the even one.
fn shared(
    scene: &Scene<'_>,
    (queue, name): (QueueNo, &str),
    book: &GradeBook,
    pull: &Pull,
) -> Markup {
    let whole = |records: u64| Micro::whole(i64::try_from(records).unwrap_or(i64::MAX / 1_000_000));
    let taken = &book.taken;
    let total: u64 = taken.values().map(|taken| taken.records).sum();
    let most = taken
        .values()
        .map(|taken| taken.entitled.max(whole(taken.records)));
    let picture = Shares::new(most.max().unwrap_or_default(), total);
    let id = format!("grade-{}-{name}", queue.0);
    let id: String = id
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    html! {
        section.sheet aria-labelledby=(id) {
            header {
                h2 #(id) { "Grade " (name) ": taken against the even part" }
                span.note {
                    "n = " (words::count(total, "record"))
                    ", all counted: not a sample, so no interval"
                }
            }
            div.wide role="group" tabindex="0" aria-labelledby=(id) {
                table.drawn data-sort="" {
                    thead { tr {
                        th scope="col" { "Rep" }
                        th.plot scope="col" { (picture.head(&format!("{id}-bars"))) }
                        th.n scope="col" { "Taken" } th.n scope="col" { "Even part" }
                        th.n scope="col" { "Of it" } th.n scope="col" { "Owed" }
                    } }
                    tbody {
                        @for (rep, one) in taken.iter().take(REPS_MAX) {
                            tr {
                                th scope="row" { (scene.person(*rep)) }
                                @let name = scene.name(*rep);
                                td.plot { (picture.row(&name, whole(one.records), one.entitled)) }
                                td.n { (one.records) }
                                td.n data-v=(one.entitled.0) { (words::amount(one.entitled)) }
                                td.n { (part(one.records, one.entitled)) }
                                td.n {
                                    @if let Some(entry) = book.ledger.entry(*rep) {
                                        (words::signed(entry.credit))
                                    }
                                }
                            }
                        }
                    }
                }
            }
            p.foot {
                "Even part: of every record of the grade, an even part for everybody active in the queue then. "
                @if pull.fair.is_some() {
                    "Nobody was further from even than " (words::amount(book.fairness.worst))
                    " since the last change of people; proved is at most " (words::amount(book.fairness.bound())) "."
                } @else {
                    "Nothing shares it out; " code { "fair = true" } " would."
                }
            }
        }
    }
}

/// Received as a part of the entitled, in hundredths.
fn part(records: u64, entitled: Micro) -> String {
    match u64::try_from(entitled.0) {
        Ok(entitled) if entitled > 0 => {
            let hundredths = u128::from(records) * 100_000_000 / u128::from(entitled);
            format!("{}.{:02}", hundredths / 100, hundredths % 100)
        }
        _ => "–".to_owned(),
    }
}

/// Whether somebody picks the best, where there is a choice at all.
fn choosing(scene: &Scene<'_>, hands: &[(RepNo, &Hand)]) -> Markup {
    let picks = |hand: &Hand| -> Vec<Pick> {
        let choices = hand.since(scene.now, MONTH).iter();
        let choices = choices.filter_map(|logged| logged.choice);
        let pick = |choice: evenkeel_core::verdict::claim::Choice| Pick {
            below: choice.below,
            shown: choice.shown,
        };
        choices.map(pick).collect()
    };
    let told = hands.iter().map(|(rep, hand)| (*rep, picks(hand)));
    let told: Vec<(RepNo, Vec<Pick>)> = told.filter(|(_, picks)| !picks.is_empty()).collect();
    html! {
        @if !told.is_empty() {
            section.sheet aria-labelledby="choosing" {
                header {
                    h2 #choosing { "Picking the best" }
                    span.note { "picks out of order in 30 days, among the others on offer" }
                }
                ul.feed {
                    @for (rep, picks) in told.iter().take(REPS_MAX) {
                        li {
                            div {
                                div.what { (scene.person(*rep)) }
                                p.why { (cherry::index(picks).sentence()) }
                            }
                        }
                    }
                }
                p.foot {
                    "Without a preference picks average 50 of 100. It says that somebody prefers the better ones, "
                    "not that it is wrong."
                }
            }
        }
    }
}

/// The limit in hand that Little's law suggests from the team's own claims.
fn suggestion(scene: &Scene<'_>, pull: &Pull, hands: &[(RepNo, &Hand)]) -> Markup {
    let length = |span: Span| u64::try_from(span.0).unwrap_or(0);
    let logs = hands.iter().map(|(_, hand)| hand.since(scene.now, MONTH));
    let waits: Vec<Observed> = logs
        .flatten()
        .map(|logged| {
            let (length, ended) = match logged.fate {
                Fate::Worked(after) => (length(after), true),
                Fate::Late(after) | Fate::Gone(after) => (length(after), false),
                Fate::Unworked => (length(scene.now - logged.at), false),
            };
            Observed { length, ended }
        })
        .collect();
    let firsts = hands
        .iter()
        .filter_map(|(_, hand)| hand.since(scene.now, MONTH).first());
    let days = firsts
        .map(|first| (scene.now - first.at).0 / Span::days(1).0 + 1)
        .max();
    let reps = hands
        .iter()
        .filter(|(_, hand)| !hand.since(scene.now, MONTH).is_empty());
    let flow = Flow {
        waits: &waits,
        reps: reps.count(),
        days: u32::try_from(days.unwrap_or(1)).unwrap_or(30),
        hold: length(pull.work_within.unwrap_or(MONTH)),
    };
    html! {
        @if !waits.is_empty() {
            section.sheet aria-labelledby="limit" {
                header { h2 #limit { "Which limit fits" } span.note { "by the team's own pace" } }
                div.body {
                    p {
                        @match little::limit(flow) {
                            Ok(limit) => (limit.sentence()),
                            Err(few) => (few.sentence()),
                        }
                    }
                    p.note {
                        "Now: "
                        @match pull.limit.unworked {
                            Some(most) => { (most) " not worked yet." }
                            None => { "no limit. " code { "limit = { unworked = … }" } " sets one." }
                        }
                    }
                }
            }
        }
    }
}
