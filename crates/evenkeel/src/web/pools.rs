//! The pools: how even each is, how it deals, who is in it.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::web::layout::Here;
use crate::web::manner::{evenness, method_word, spec_of};
use crate::web::picture::keel::Keel;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{fairness, link, pods, show, words};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::ids::PoolNo;
use evenkeel_core::people::pool::Pool;
use maud::{Markup, html};

/// Most pools drawn.
const LIST_MAX: usize = 200;

/// `GET /pools`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeePools)?;
    show::page(&app, &signed, Here::Pools, "Pools", body).await
}

/// The list.
pub fn body(scene: &Scene<'_>) -> Markup {
    let pools = scene.pools();
    let more = pools.len().saturating_sub(LIST_MAX);
    html! {
        div.title { h1 { "Pools" } span.tag #count data-live="" { (pools.len()) } }
        div #unfair data-live="" { (fairness::banner(scene, None)) }
        p.lede {
            "A pool is a set of reps who share one way to deal. Each keeps a ledger of what every "
            "member is owed; however leave, caps and weights change, nobody can be further from "
            "their fair share than the bound."
        }
        @if pools.is_empty() {
            div.sheet.empty {
                b { "No pool yet" }
                "Pools are declared in the policy. "
                @if scene.viewer.role.may(Verb::SeePolicy) { a href="/policy" { "To the policy" } }
            }
        }
        div.columns.even #pools data-live="" {
            @for (number, pool) in pools.into_iter().take(LIST_MAX) { (sheet(scene, number, pool)) }
        }
        @if more > 0 { p.note { "and " (more) " more, which the policy names" } }
        (pods::section(scene))
    }
}

fn sheet(scene: &Scene<'_>, number: PoolNo, pool: &Pool) -> Markup {
    let members = pool.ledger.members();
    let here = members
        .iter()
        .filter(|entry| scene.here(&scene.state.roster().rep(entry.rep).profile))
        .count();
    let keel = Keel {
        id: format!("keel-{}", number.0),
        pool: pool.name.clone(),
        members: scene.credits(pool),
        bound: pool.fairness.bound(),
    };
    html! {
        section.sheet aria-labelledby=(format!("pool-{}", number.0)) {
            header {
                h2 #(format!("pool-{}", number.0)) {
                    a href=(link::pool(&pool.name)) { (pool.name) }
                }
                @if let Some(spec) = spec_of(scene, pool) { span.tag { (method_word(spec)) } }
                span.note {
                    (here) " of " (words::count(members.len() as u64, "member")) " in rotation"
                }
            }
            div.body {
                (keel.draw())
                p.note { (evenness(pool, &keel)) }
            }
        }
    }
}
