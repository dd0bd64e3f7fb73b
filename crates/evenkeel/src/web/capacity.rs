//! Capacity: what the policy says of stock, flow and quota, kept apart; tiers, ramp, support and
//! exceptions; and what that comes to for every rep.
//!
//! Read only: whoever agrees with a change writes it into the policy, where it has a version and an
//! author. What the own records take is worked out when somebody asks for it.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::quota::Quotas;
use crate::host::signed::Signed;
use crate::web::layout::Here;
use crate::web::picture::loads::Loads;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{availability, balance, effort_advice, load, quota, show, words, workload};
use axum::extract::{Query, State as Shared};
use axum::response::Html;
use evenkeel_core::checkin::{Stand, stands};
use evenkeel_core::effort::capacity::{Capacity, Target};
use evenkeel_core::effort::cost::Effort;
use evenkeel_core::ids::{FieldNo, RepNo};
use evenkeel_core::units::{Micro, ONE};
use maud::{Markup, html};
use serde::Deserialize;

/// Most reps listed.
const REPS_MAX: usize = 400;

/// Whether to learn from the own activities, and from how many days.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    #[serde(default)]
    learn: Option<u16>,
}

/// `GET /capacity`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Query(ask): Query<Ask>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeePolicy)?;
    let asked = effort_advice::read(&app, ask.learn).await?;
    show::page(&app, &signed, Here::Books, "Capacity", |scene| {
        body(scene, asked.as_ref())
    })
    .await
}

fn body(scene: &Scene<'_>, asked: Option<&effort_advice::Asked>) -> Markup {
    let document = scene.state.policy().map(|policy| policy.document());
    let said = document.and_then(|document| document.capacity.as_ref());
    let capacity = said.cloned().unwrap_or_else(Capacity::usual);
    let effort = document.and_then(|document| document.effort.as_ref());
    html! {
        div.title {
            h1 { "Capacity" }
            @if said.is_none() { span.tag { "the usual tiers" } }
            @if scene.viewer.role.may(Verb::TryPolicy) {
                div.acts { a.button href="/policy/edit" { "Change it in the policy" } }
            }
        }
        (balance::strip(scene, "/capacity"))
        p.lede {
            "Three capacities, kept apart: how much a book holds at once, how many records come in a while, and what has to be sold. "
            "A rep gets a record only if the first two leave room."
        }
        div.columns {
            div.stack {
                @if let Some(asked) = asked { (effort_advice::section(scene, effort, asked)) }
                (tiers(scene, &capacity)) (views(scene))
            }
            div.stack {
                (modifiers(scene, &capacity))
                (exceptions(scene, &capacity))
                (efforts(scene, effort))
            }
        }
        (reps(scene))
    }
}

fn tiers(scene: &Scene<'_>, capacity: &Capacity) -> Markup {
    let now = scene.now.max(scene.state.last_at());
    let all = stands(scene.state, now);
    let target = |at: usize| {
        let tier = &capacity.tiers[at];
        Target {
            tier: Some(at),
            accounts: tier.accounts,
            least: tier.least,
            most: tier.most,
            most_fits: at + 1 == capacity.tiers.len(),
            ramp: ONE,
            support: ONE,
            excepted: false,
        }
    };
    let targets: Vec<Target> = (0..capacity.tiers.len()).map(target).collect();
    let picture = Loads::new(targets.iter().map(|target| (Micro(0), Some(*target))));
    let rows = capacity.tiers.iter().zip(&targets);
    let count = |at: usize| {
        let of = all
            .iter()
            .filter(|(_, _, target, _)| target.is_some_and(|target| target.tier == Some(at)));
        of.count()
    };
    html! {
        section.sheet aria-labelledby="tiers" {
            header { h2 #tiers { "Stock: tiers by time as a closer" } span.note { "in standard accounts" } }
            div.wide role="group" tabindex="0" aria-labelledby="tiers" {
                table.drawn {
                    thead { tr {
                        th scope="col" { "Tier" } th.n scope="col" { "From" }
                        th.plot scope="col" { span.unseen { "Band" } (picture.head("tiers-axis")) }
                        th.n scope="col" { "Target" } th.n scope="col" { "Reps" }
                    } }
                    tbody {
                        @for (at, (tier, target)) in rows.enumerate() {
                            tr {
                                th scope="row" { (tier.name) }
                                td.n { (words::amount(tier.years)) @if tier.years == ONE { " year" } @else { " years" } }
                                td.plot {
                                    (picture.row(&tier.name, Micro(0), Some(*target), Stand::Fits))
                                }
                                td.n { (words::amount(tier.accounts)) }
                                td.n { (count(at)) }
                            }
                        }
                    }
                }
            }
            p.foot { "Time as SDR or BDR does not count. A book below its band is too small, one above it too large; where a band begins at nothing, below three quarters of the target. Bands are half-open, the last one closed." }
        }
    }
}

/// What reps and leads say beside the policy's number.
fn views(scene: &Scene<'_>) -> Markup {
    let now = scene.now.max(scene.state.last_at());
    let all = stands(scene.state, now);
    let target = |rep: RepNo| {
        let of = all.iter().find(|(known, ..)| *known == rep);
        of.and_then(|(_, _, target, _)| target.map(|target| target.accounts))
    };
    workload::views(scene, &target)
}

/// Names of these fields.
fn names(scene: &Scene<'_>, fields: &[FieldNo]) -> String {
    let schema = scene.state.rep_schema();
    let name = |field: &FieldNo| Some(schema.field(*field)?.name.clone());
    fields
        .iter()
        .filter_map(name)
        .collect::<Vec<_>>()
        .join(", ")
}

fn modifiers(scene: &Scene<'_>, capacity: &Capacity) -> Markup {
    html! {
        section.sheet aria-labelledby="ramp" {
            header { h2 #ramp { "Ramp and support" } }
            div.body {
                @if capacity.ramp.is_empty() { p { "No ramp: a newcomer has the whole target from the first day." } }
                @else {
                    p {
                        "Newcomers have "
                        @for (at, part) in capacity.ramp.iter().enumerate() {
                            @if at > 0 { ", " } (load::percent(*part)) " in month " (at + 1)
                        }
                        ", then all of it."
                        @if let Some(field) = capacity.ramp_since {
                            " Counted from " code { (names(scene, &[field])) } "."
                        }
                    }
                }
                p {
                    @if capacity.support.is_empty() { "Tools and support staff multiply nothing." }
                    @else { "Multiplied by " code { (names(scene, &capacity.support)) } ": tools and support staff." }
                }
            }
        }
    }
}

fn exceptions(scene: &Scene<'_>, capacity: &Capacity) -> Markup {
    html! {
        section.sheet aria-labelledby="exceptions" {
            header { h2 #exceptions { "Exceptions" } span.note { "decided by somebody, against what experience says" } }
            @if capacity.exceptions.is_empty() {
                div.empty { b { "None" } "An " code { "exception" } " in the policy has a reason, who decided it, and an end." }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="exceptions" {
                    table {
                        thead { tr {
                            th scope="col" { "Rep" }
                            th.n scope="col" { "Target" }
                            th scope="col" { "Reason" }
                            th scope="col" { "By" }
                            th scope="col" { "Until" }
                        } }
                        tbody {
                            @for (key, one) in &capacity.exceptions {
                                tr.off[one.until.is_some_and(|until| until <= scene.now)] {
                                    th scope="row" {
                                        @match scene.state.roster().find(key) {
                                            Some(rep) => (scene.rep(rep)), None => (key)
                                        }
                                    }
                                    td.n { (words::amount(one.accounts)) }
                                    td { code { (one.reason) } }
                                    td { (one.by) }
                                    td {
                                        @match one.until {
                                            Some(until) => (words::moment(until)), None => "for good"
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn efforts(scene: &Scene<'_>, effort: Option<&Effort>) -> Markup {
    let schema = scene.state.record_schema();
    html! {
        section.sheet aria-labelledby="effort" {
            header { h2 #effort { "What a record costs" } }
            div.body {
                @match effort {
                    None => p { "One standard account each. " code { "[effort]" } " in the policy weighs size, cycle, contract value and activity." },
                    Some(effort) => {
                        p { "A base of " (words::amount(effort.base)) ", multiplied by:" }
                        ul.rules {
                            @for factor in &effort.factors {
                                li {
                                    (factor.kind.word())
                                    @if let Some(field) = schema.field(factor.field) {
                                        ", from " code { (field.name) }
                                    }
                                }
                            }
                        }
                        p.note { "Neglected without activity for " (words::span(effort.neglect)) "." }
                    }
                }
            }
            (effort_advice::link(effort))
        }
    }
}

fn reps(scene: &Scene<'_>) -> Markup {
    let now = scene.now.max(scene.state.last_at());
    let all = stands(scene.state, now);
    let quotas = Quotas::of(scene.state, now);
    html! {
        section.sheet aria-labelledby="three" {
            header { h2 #three { "The three, rep by rep" } }
            @if all.is_empty() { div.empty { b { "No rep yet" } } }
            @else {
                div.wide role="group" tabindex="0" aria-labelledby="three" {
                    table data-sort="" {
                        thead { tr {
                            th scope="col" { "Rep" } th scope="col" { "Tier" }
                            th.n scope="col" { "Stock: holds of target" } th.roomy scope="col" { "Ramp, support" }
                            th scope="col" { "Flow: caps" }
                            @if quotas.is_some() {
                                th.n scope="col" { "Quota: booked" } th scope="col" { "Chance of quota" }
                            }
                        } }
                        tbody {
                            @for (rep, held, target, _) in all.iter().take(REPS_MAX) {
                                (row(scene, (*rep, *held, *target), quotas.as_ref()))
                            }
                        }
                    }
                }
                @if all.len() > REPS_MAX { p.foot { "and " (all.len() - REPS_MAX) " more" } }
            }
            p.foot { (quota::definition(quotas.as_ref())) }
        }
    }
}

fn row(
    scene: &Scene<'_>,
    (rep, held, target): (RepNo, Micro, Option<Target>),
    quotas: Option<&Quotas>,
) -> Markup {
    let caps = availability::caps(scene, rep);
    let stands = quotas.and_then(|quotas| quotas.rep(scene.state, rep));
    html! {
        tr {
            th scope="row" { (scene.person(rep)) }
            td {
                @match target {
                    Some(target) => {
                        (load::tier(scene, target).unwrap_or_default())
                        @if target.excepted { " " span.tag { "exception" } }
                    }
                    None => span.note { "not known" },
                }
            }
            td.n data-v=(held.0) {
                (words::amount(held))
                @if let Some(target) = target { " of " (words::amount(target.accounts)) }
            }
            td.roomy {
                @if let Some(target) = target {
                    @if target.ramp != ONE { "ramp " (load::percent(target.ramp)) " " }
                    @if target.support != ONE { "support × " (words::amount(target.support)) }
                }
            }
            td {
                @match caps.iter().find(|cap| cap.reached()).or(caps.first()) {
                    Some(cap) if cap.reached() => span.tag.warn { (cap.named()) },
                    Some(cap) => span.note { (cap.named()) },
                    None => span.note { "none" },
                }
            }
            @if quotas.is_some() {
                td.n {
                    @match &stands {
                        Some((stands, _)) => (quota::attained(stands)),
                        None => "–",
                    }
                }
                td {
                    @if let Some((stands, _)) = &stands { (quota::chance(stands)) }
                }
            }
        }
    }
}
