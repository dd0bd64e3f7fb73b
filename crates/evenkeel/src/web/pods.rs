//! Pods on the pools page, and a rep's partners on the rep's page: who hands to whom, who stands
//! in, and how far fixed handoffs are from what the pool would have given.

use crate::web::handoff::called;
use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::handoff::journey::Apart;
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::policy::document::{Document, PodSpec, Seat};
use evenkeel_core::sentence::leads;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// Most pods drawn.
const LIST_MAX: usize = 100;

/// Every pod of the policy in force; nothing without pods.
pub fn section(scene: &Scene<'_>) -> Markup {
    let document = scene.state.policy().map(|policy| policy.document());
    let Some(document) = document.filter(|document| !document.pods.is_empty()) else {
        return html! {};
    };
    let more = document.pods.len().saturating_sub(LIST_MAX);
    html! {
        section aria-labelledby="pods-title" {
            h2 #pods-title { "Pods" }
            p.note {
                "In a pod everybody hands to a fixed partner. The figures say how far that is from "
                "what the pool would have given."
            }
            div.columns.even #pods data-live="" {
                @for pod in document.pods.iter().take(LIST_MAX) { (sheet(scene, document, pod)) }
            }
            @if more > 0 { p.note { "and " (more) " more, which the policy names" } }
        }
    }
}

fn sheet(scene: &Scene<'_>, document: &Document, pod: &PodSpec) -> Markup {
    html! {
        section.sheet {
            header { h3 { (pod.name) } }
            div.body.stack {
                dl.facts {
                    @for seat in &pod.seats {
                        dt { (document.steps[seat.step].name) }
                        dd { (names(scene, &seat.reps)) }
                    }
                    @for pair in &pod.pairs {
                        dt { (called(scene, &pair.from)) " hands to" }
                        dd {
                            (called(scene, &pair.to))
                            @if !pair.stand_in.is_empty() {
                                span.note { ", else " (names(scene, &pair.stand_in)) }
                            }
                        }
                    }
                }
                @for seat in &pod.seats { (apart(scene, seat)) }
            }
        }
    }
}

fn names(scene: &Scene<'_>, keys: &[String]) -> String {
    let names = keys.iter().map(|key| called(scene, key));
    names.collect::<Vec<String>>().join(", ")
}

/// How far apart fixed handoffs have brought the reps of a seat.
fn apart(scene: &Scene<'_>, seat: &Seat) -> Markup {
    let Some(pool) = seat.pool.map(|at| scene.state.pool_at(at)) else {
        return html! {};
    };
    let rows: Vec<(RepNo, Apart)> = scene.state.journeys().apart(pool).collect();
    html! {
        @if rows.is_empty() {
            p.note { "No fixed handoff yet that the pool " (scene.pool(pool)) " could have dealt." }
        } @else {
            (table(scene, pool, &rows))
        }
    }
}

fn table(scene: &Scene<'_>, pool: PoolNo, rows: &[(RepNo, Apart)]) -> Markup {
    let total: u64 = rows
        .iter()
        .map(|(_, apart)| apart.fixed + apart.stood_in)
        .sum();
    let worst = rows.iter().map(|(_, apart)| apart.owed.abs()).max();
    html! {
        p {
            "Furthest from what " (scene.pool(pool)) " would have given: "
            b { (words::leads(worst.unwrap_or(Micro(0)))) } ", over "
            (words::count(total, "fixed handoff")) "."
        }
        div.wide role="group" tabindex="0" aria-label="Fixed handoffs" {
            table {
                thead {
                    tr {
                        th scope="col" { "Rep" }
                        th.n scope="col" { "As partner" }
                        th.n scope="col" { "Standing in" }
                        th scope="col" { "Against the pool" }
                    }
                }
                tbody {
                    @for (rep, apart) in rows {
                        tr {
                            th scope="row" { (scene.rep(*rep)) }
                            td.n { (apart.fixed) }
                            td.n { (apart.stood_in) }
                            td { (leads(apart.owed)) }
                        }
                    }
                }
            }
        }
    }
}

/// To whom a rep hands, who stands in, and who hands to the rep; nothing for a rep in no pod.
pub fn partners(scene: &Scene<'_>, rep: RepNo) -> Markup {
    let key = &scene.state.roster().rep(rep).key;
    let document = scene.state.policy().map(|policy| policy.document());
    let pods = document.map_or(&[][..], |document| &document.pods);
    let pairs = || {
        pods.iter()
            .flat_map(|pod| pod.pairs.iter().map(move |pair| (pod, pair)))
    };
    let gives: Vec<_> = pairs().filter(|(_, pair)| pair.from == *key).collect();
    let takes: Vec<_> = pairs().filter(|(_, pair)| pair.to == *key).collect();
    let stands: Vec<_> = pairs()
        .filter(|(_, pair)| pair.stand_in.contains(key))
        .collect();
    html! {
        @if !gives.is_empty() || !takes.is_empty() || !stands.is_empty() {
            section.sheet aria-labelledby="partners-title" {
                header { h2 #partners-title { "Partners" } }
                div.body {
                    dl.facts {
                        @for (pod, pair) in gives {
                            dt { "hands to" }
                            dd {
                                (called(scene, &pair.to)) span.note { ", pod " (pod.name) }
                                @if !pair.stand_in.is_empty() {
                                    span.note {
                                        "; else " (names(scene, &pair.stand_in))
                                    }
                                }
                            }
                        }
                        @for (pod, pair) in takes {
                            dt { "takes from" }
                            dd { (called(scene, &pair.from)) span.note { ", pod " (pod.name) } }
                        }
                        @for (_, pair) in stands {
                            dt { "stands in for" }
                            dd { (called(scene, &pair.to)) }
                        }
                    }
                }
            }
        }
    }
}
