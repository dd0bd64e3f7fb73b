//! A queue for the rep who takes from it: what can be taken next, why other records are not for
//! them now, what is in hand and by when, and how much room is left.
//!
//! What may be taken is the core's to say; the forms only ask for it.

use crate::host::access::Verb;
use crate::web::scene::Scene;
use crate::web::{feed, layout, link, show, words};
use evenkeel_core::claiming::counter::{Counter, NotYours, Offer};
use evenkeel_core::claiming::hand::{budget, in_hand};
use evenkeel_core::command::claim::{Claim, Pick};
use evenkeel_core::ids::{QueueNo, RecordNo, RepNo};
use evenkeel_core::policy::document::pull::{Pull, Show};
use evenkeel_core::queue::claims::Claim as Held;
use evenkeel_core::sentence;
use evenkeel_core::verdict::Window;
use evenkeel_core::verdict::claim::{Budget, InHand};
use maud::{Markup, html};

/// Most records listed of what is on offer.
const OFFERS_MAX: usize = 25;
/// Most records said not to be for the rep now.
const NOT_MAX: usize = 5;

/// Everything about one queue for one rep.
pub fn sheets(scene: &Scene<'_>, queue: QueueNo, me: RepNo) -> Markup {
    let name = &scene.state.queue(queue).name;
    let Some(counter) = Counter::of(scene.state, queue, me, scene.now) else {
        return html! {};
    };
    let next = Claim {
        queue: name.clone(),
        rep: scene.state.roster().rep(me).key.clone(),
        pick: Pick::Next,
    };
    let refused = next.foresee(scene.state, scene.now).err();
    let pull = counter.pull();
    let offers = counter.offers(pull.choice().min(OFFERS_MAX));
    let id = format!("offers-{}", queue.0);
    let waiting = scene.state.queue(queue).records.len();
    html! {
        div.columns {
            section.sheet aria-labelledby=(id) {
                header {
                    h2 #(id) { (name) }
                    span.note { (words::count(waiting as u64, "record")) " waiting" }
                }
                div.body {
                    @match &refused {
                        None => (take_next(scene, name)),
                        Some(refusal) => {
                            p { b { (refusal.message()) } }
                            p.note { (refusal.hint()) }
                        }
                    }
                }
                @if pull.show != Show::Blind && !offers.is_empty() {
                    (list(scene, (queue, pull), &offers, refused.is_none()))
                }
                (not_yours(scene, queue, &counter))
            }
            div.stack {
                (room(scene, queue, pull, me))
                (held(scene, queue, me))
            }
        }
    }
}

fn take_next(scene: &Scene<'_>, queue: &str) -> Markup {
    html! {
        @if scene.viewer.role.may(Verb::ClaimRecords) {
            form.form method="post" action=(link::claim(queue)) {
                (layout::csrf(scene.viewer)) (show::once())
                div.acts { button.main type="submit" { "Take the next one" } }
            }
        }
    }
}

fn list(
    scene: &Scene<'_>,
    (queue, pull): (QueueNo, &Pull),
    offers: &[Offer],
    open: bool,
) -> Markup {
    let line = scene.state.queue(queue);
    let label = format!("list-{}", queue.0);
    let graded = !pull.grades.is_empty();
    html! {
        div.wide role="group" tabindex="0" aria-labelledby=(format!("offers-{}", queue.0)) {
            table #(label) {
                thead { tr {
                    th scope="col" { "Record" } th scope="col" { span.unseen { "Take it" } }
                    th scope="col" { "About" }
                    @if graded { th scope="col" { "Grade" } }
                    th scope="col" { "Came in" }
                } }
                tbody {
                    @for offer in offers {
                        @let key = scene.state.records().key(offer.record);
                        tr {
                            th scope="row" {
                                (scene.record(offer.record)) " "
                                span.tag { (feed::kind(scene, offer.record)) }
                            }
                            td {
                                @if open { (take_this(scene, &line.name, key)) }
                            }
                            td { (scene.title(offer.record)) }
                            @if graded { td { (grade(pull, offer)) } }
                            td {
                                @if let Some(at) = line.arrival(offer.record) {
                                    (words::ago(scene.now, at))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn grade(pull: &Pull, offer: &Offer) -> Markup {
    html! {
        @match pull.grades.get(offer.rank.grade) {
            Some(grade) => span.tag.on { (grade.name) },
            None => span.note { "–" },
        }
    }
}

fn take_this(scene: &Scene<'_>, queue: &str, key: &str) -> Markup {
    html! {
        form method="post" action=(link::claim(queue)) {
            (layout::csrf(scene.viewer)) (show::once())
            input type="hidden" name="record" value=(key);
            button type="submit" { "Take " span.unseen { (key) } }
        }
    }
}

/// The first records of the queue that are for others now, and why.
fn not_yours(scene: &Scene<'_>, queue: QueueNo, counter: &Counter<'_>) -> Markup {
    let order = scene.state.queue(queue).in_order().take(200);
    let not = order.filter_map(|(record, _)| Some((record, counter.why_not(record)?)));
    let not: Vec<(RecordNo, NotYours)> = not.take(NOT_MAX).collect();
    html! {
        @if !not.is_empty() {
            details {
                summary { "Not for you now, and why" }
                ul.feed {
                    @for (record, why) in not {
                        li {
                            div {
                                div.what { (scene.record(record)) }
                                p.why { (because(scene, why)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn because(scene: &Scene<'_>, why: NotYours) -> String {
    match why {
        NotYours::Cooling { until } => format!(
            "You had it before; it can be yours again from {}.",
            words::utc(until)
        ),
        NotYours::SpokenFor {
            grade,
            ahead,
            loosens,
            ..
        } => format!(
            "The next {grade} is for colleagues who are owed more; yours comes after {}. If nobody takes it, \
             it is for you from {}.",
            words::count(u64::from(ahead), "more"),
            sentence::local(&zone(scene), loosens)
        ),
    }
}

fn zone(scene: &Scene<'_>) -> String {
    let me = scene.me.map(|me| scene.state.roster().rep(me));
    me.map_or_else(|| "UTC".to_owned(), |me| me.profile.zone.clone())
}

/// How much room is left, as meters; nothing in a queue without limits.
fn room(scene: &Scene<'_>, queue: QueueNo, pull: &Pull, me: RepNo) -> Markup {
    let hand = in_hand(scene.state, queue, pull, me);
    let budget = budget(pull, scene.state.claims().hand(queue, me), scene.now);
    if limits(&hand).is_empty() && budget.is_empty() {
        return html! {};
    }
    let id = format!("room-{}", queue.0);
    html! {
        section.sheet aria-labelledby=(id) {
            header { h2 #(id) { "Your room in " (scene.state.queue(queue).name) } }
            div.body {
                @for (words, seen, most) in limits(&hand) { (meter(words, seen, most, "")) }
                @for budget in &budget {
                    (meter(window(budget.window), budget.count, budget.allowed, &less(budget)))
                }
            }
        }
    }
}

fn limits(hand: &InHand) -> Vec<(&'static str, u32, u32)> {
    let unworked = hand.unworked_max;
    let unworked = unworked.map(|most| ("In hand and not worked yet", hand.unworked, most));
    let open = hand.open_max;
    let open = open.map(|most| ("In your book from here", hand.open, most));
    unworked.into_iter().chain(open).collect()
}

fn window(window: Window) -> &'static str {
    match window {
        Window::Day => "Taken in 24 hours",
        Window::Week => "Taken in 7 days",
        Window::Month => "Taken in 30 days",
    }
}

/// Why a rep may take fewer than the policy allows, and when there is room again.
fn less(budget: &Budget) -> String {
    let fewer = match budget.allowed < budget.cap {
        true => format!(
            "{} instead of {}, as too few were worked in time. ",
            budget.allowed, budget.cap
        ),
        false => String::new(),
    };
    let again = budget
        .frees
        .map(|frees| format!("Room again from {}.", words::utc(frees)));
    fewer + &again.unwrap_or_default()
}

fn meter(label: &str, seen: u32, most: u32, note: &str) -> Markup {
    html! {
        p {
            label {
                (label) ": " b { (seen) " of " (most) } " "
                meter min="0" max=(most) value=(seen) { (seen) " of " (most) }
            }
            @if !note.is_empty() { br; span.note { (note) } }
        }
    }
}

/// What the rep has in hand from the queue, the most urgent first.
fn held(scene: &Scene<'_>, queue: QueueNo, me: RepNo) -> Markup {
    let book = scene.state.roster().rep(me).book.iter();
    let own = book.filter_map(|record| Some((*record, *scene.state.claims().of(*record)?)));
    let mut own: Vec<(RecordNo, Held)> = own.filter(|(_, claim)| claim.queue == queue).collect();
    own.sort_by_key(|(record, claim)| (claim.worked, claim.until.is_none(), claim.until, *record));
    let id = format!("held-{}", queue.0);
    html! {
        section.sheet aria-labelledby=(id) {
            header {
                h2 #(id) { "In your hands from " (scene.state.queue(queue).name) }
                span.note { (words::count(own.len() as u64, "record")) }
            }
            @if own.is_empty() {
                div.empty { b { "Nothing taken from here" } "What you take stands here until it is done." }
            } @else {
                ul.feed {
                    @for (record, claim) in own.into_iter().take(OFFERS_MAX) {
                        li {
                            (words::ago(scene.now, claim.at))
                            div {
                                div.what {
                                    (scene.record(record))
                                    span.tag { (feed::kind(scene, record)) }
                                    (scene.title(record))
                                }
                                p.why { (due(scene, &claim)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn due(scene: &Scene<'_>, claim: &Held) -> String {
    match (claim.worked, claim.until) {
        (true, _) => "Worked.".to_owned(),
        (false, None) => "Not worked yet.".to_owned(),
        (false, Some(until)) => format!(
            "To be worked by {}, or it goes back.",
            sentence::local(&zone(scene), until)
        ),
    }
}
