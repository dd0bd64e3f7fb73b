//! Earned shares on the pages: what a manager looks at and grants, and what a rep sees of it.
//!
//! A rep sees the own tier and the own way to the gate; nobody but those who may grant sees a close
//! rate, and nobody sees a ranking: members stand in the order of the pool.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::order::{Denied, Order};
use crate::host::signed::Signed;
use crate::web::form::{Fields, Sent};
use crate::web::layout::{self, Here};
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, show, words};
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::grant_shares::GrantShares;
use evenkeel_core::earn::proposal::{self, Line, Proposal, Tier};
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::people::grants::Grant;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// Most members listed.
const MEMBERS_MAX: usize = 300;
/// Days on this page begin and end here.
const ZONE: &str = "UTC";

/// `GET /pools/{name}/earning`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(name): Path<String>,
    Query(done): Query<show::Done>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::GrantShares)?;
    page(&app, &signed, &name, Notice::done(done.word())).await
}

/// `POST /pools/{name}/earning`
pub async fn grant(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(name): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::GrantShares)?;
    let fields = sent.by(&signed)?;
    let command = match wish(&name, &fields) {
        Ok(wish) => Command::GrantShares(wish),
        Err(why) => {
            let bad = Notice::form("Nothing was granted.", why);
            let page = page(&app, &signed, &name, Some(bad)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    match app.workspace.submit(order).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=saved", link::earning(&name))).into_response()),
        Err(Denied::Refused(refusal)) => {
            let status = show::status(&refusal);
            let page = page(&app, &signed, &name, Some(Notice::refusal(&refusal))).await?;
            Ok((status, page).into_response())
        }
        Err(denied) => Err(denied.into()),
    }
}

/// What the form asks for; the error is in words.
fn wish(pool: &str, fields: &Fields) -> Result<GrantShares, String> {
    Ok(GrantShares {
        pool: pool.to_owned(),
        from: fields.day("from", ZONE)?,
        until: fields.day_after("until", ZONE)?,
        rateably: fields.text("how") == "rateably",
    })
}

async fn page(
    app: &App,
    signed: &Signed,
    name: &str,
    said: Option<Notice>,
) -> Result<Html<String>, Refused> {
    let title = format!("Earned shares in {name}");
    show::found(app, signed, Here::Pools, &title, |scene| {
        let pool = scene.state.pool_no(name)?;
        Some(body(scene, pool, said.as_ref()))
    })
    .await
}

fn body(scene: &Scene<'_>, pool: PoolNo, said: Option<&Notice>) -> Markup {
    let now = scene.now.max(scene.state.last_at());
    let proposal = proposal::of(scene.state, pool, now);
    html! {
        p.eyebrow { a href="/pools" { "Pools" } " / " (scene.pool(pool)) }
        div.title {
            h1 { "Earned shares" }
            @if let Some(proposal) = &proposal { span.tag.on { (proposal.regime().word()) } }
        }
        (notice::show(said))
        @match &proposal {
            None => div.sheet.empty {
                b { "Nothing has to be earned in this pool" }
                "All of it is dealt rateably. An " code { "earn" } " table in the policy changes that."
            },
            Some(proposal) => {
                p.lede { (proposal.advice()) }
                div.stack {
                    (outlook(proposal))
                    (members(scene, proposal))
                    (granting(scene, proposal))
                }
            },
        }
    }
}

/// The scarcity indicator, and what earning would bring here.
fn outlook(proposal: &Proposal) -> Markup {
    let ripe = proposal.ripe();
    html! {
        section.sheet aria-labelledby="outlook" {
            header {
                h2 #outlook { "What it would bring" }
                span.note { "by the model, from n = " (words::count(ripe, "ripe lead")) "; not evidence" }
            }
            div.body {
                dl.facts {
                    dt { "To be earned" } dd { (words::amount(proposal.supply.earned)) " records a month" }
                    dt { "Dealt rateably" } dd { (words::amount(proposal.supply.other)) " records a month" }
                    dt { "The team can work" } dd {
                        (words::amount(proposal.capacity)) " a month: " (percent(proposal.load)) " of it comes in"
                    }
                    dt { "Wins, as earned" } dd { (gain(proposal.gain)) " against dealing rateably" }
                    dt { "Wins, by raw close rates" } dd {
                        (gain(proposal.raw)) ", the usual mistake: chance and capacity are left out"
                    }
                }
            }
        }
    }
}

fn members(scene: &Scene<'_>, proposal: &Proposal) -> Markup {
    html! {
        section.sheet aria-labelledby="members" {
            header {
                h2 #members { "Who has earned what" }
                span.note { "in the order of the pool; only the tier is for telling" }
            }
            @if proposal.lines.is_empty() { div.empty { b { "No members" } } }
            @else {
                div.wide role="group" tabindex="0" aria-labelledby="members" {
                    table {
                        thead { tr {
                            th scope="col" { "Rep" }
                            th scope="col" { "Tier" }
                            @if proposal.needed.is_some() { th.n scope="col" { "Own wins" } }
                            th.n scope="col" { "Won of ripe" }
                            th.n scope="col" { "Close rate, 95 %" }
                            th.n scope="col" { "Share now" }
                            th.n scope="col" { "Share earned" }
                        } }
                        tbody {
                            @for line in proposal.lines.iter().take(MEMBERS_MAX) {
                                (row(scene, proposal.needed, line))
                            }
                        }
                    }
                }
                @if proposal.lines.len() > MEMBERS_MAX {
                    p.foot { "and " (proposal.lines.len() - MEMBERS_MAX) " more" }
                }
            }
            p.foot {
                "Close rates are drawn towards the team’s " (percent(proposal.team)) ", the more the fewer leads "
                "there are. They share leads out; they do not say that somebody is better or worse."
                @if let Some((_, earn)) = proposal::terms(scene.state, proposal.pool) {
                    " A lead is ripe " (words::span(earn.matures)) " after it was dealt, won or not."
                    @if let Some(gate) = &earn.gate {
                        " Own wins are those of the last " (words::span(gate.window)) "."
                    }
                }
            }
        }
    }
}

fn row(scene: &Scene<'_>, needed: Option<u32>, line: &Line) -> Markup {
    html! {
        tr.off[line.multiplier.is_none()] {
            th scope="row" { (scene.person(line.rep)) }
            td.whole { (tier_words(line.tier)) }
            @if let Some(needed) = needed { td.n { (line.wins) " of " (needed) } }
            td.n { (line.record.won) " of " (line.record.leads) }
            td.n {
                (percent(line.rate.mean)) " (" (percent(line.rate.low)) " to " (percent(line.rate.high)) ")"
            }
            td.n { (percent(line.now)) }
            td.n { (percent(line.earned)) }
        }
    }
}

/// What is granted, and the forms that grant.
fn granting(scene: &Scene<'_>, proposal: &Proposal) -> Markup {
    let pool = scene.state.pool(proposal.pool);
    let in_force = pool.grants.in_force(proposal.at);
    let action = link::earning(&pool.name);
    html! {
        section.sheet aria-labelledby="grant" {
            header { h2 #grant { "Granted" } span.note { "days begin and end at midnight UTC" } }
            div.body.stack {
                p { (granted(in_force)) }
                @for grant in pool.grants.to_come(proposal.at) {
                    p { "To come, from " (words::moment(grant.from)) ": " (granted(Some(grant))) }
                }
                @if proposal.earned() {
                    form.form method="post" action=(action) {
                        (layout::csrf(scene.viewer)) (show::once())
                        input type="hidden" name="how" value="earned";
                        label { "From" span.note { "empty: at once" } input type="date" name="from"; }
                        label {
                            "Last day" span.note { "empty: until another is granted" }
                            input type="date" name="until";
                        }
                        div.acts { button.main type="submit" { "Grant what was earned" } }
                    }
                } @else {
                    p { b { "Nobody has passed the gate yet." } " Until somebody does, all records are dealt rateably." }
                }
                @if in_force.is_some_and(Grant::earned) {
                    form method="post" action=(format!("{action}#rateably")) {
                        (layout::csrf(scene.viewer)) (show::once())
                        input type="hidden" name="how" value="rateably";
                        div.acts { button type="submit" { "Deal rateably again" } }
                    }
                }
            }
        }
    }
}

fn granted(grant: Option<&Grant>) -> Markup {
    match grant {
        Some(grant) if grant.earned() => html! {
            "Earned shares, since " (words::moment(grant.from))
            @if let Some(until) = grant.until { ", until " (words::moment(until)) } "."
        },
        _ => html! { "All records are dealt rateably." },
    }
}

/// The line about earning on a pool's page: for those who may grant, and for the rep who looks.
pub fn brief(scene: &Scene<'_>, pool: PoolNo) -> Markup {
    if proposal::terms(scene.state, pool).is_none() {
        return html! {};
    }
    let (name, grants) = {
        let pool = scene.state.pool(pool);
        (&pool.name, &pool.grants)
    };
    html! {
        section.sheet aria-labelledby="earning" {
            header {
                h2 #earning { "Earned records" }
                @if scene.viewer.role.may(Verb::GrantShares) {
                    a.more href=(link::earning(name)) { "Who has earned what" }
                }
            }
            div.body {
                p {
                    @if grants.in_force(scene.now).is_some_and(Grant::earned) {
                        "Some records here are dealt by what was earned, the others rateably."
                    } @else {
                        "Some records here can be earned; nothing is granted now, so all are dealt rateably."
                    }
                }
                @if let Some(me) = scene.me { (mine(scene, pool, me)) }
            }
        }
    }
}

/// What a rep sees of it: the own tier, and the way to the gate.
pub fn mine(scene: &Scene<'_>, pool: PoolNo, me: RepNo) -> Markup {
    let progress = proposal::progress(scene.state, pool, me, scene.now);
    let tier = proposal::tier_now(scene.state, pool, me, scene.now);
    let gate = proposal::terms(scene.state, pool).and_then(|(_, earn)| earn.gate.as_ref());
    html! {
        @if let Some((wins, needed)) = progress {
            p {
                "Own wins"
                @if let Some(gate) = gate { " in the last " (words::span(gate.window)) }
                ": " b { (wins.min(needed)) " of " (needed) }
                @if wins < needed {
                    ". " (words::count(u64::from(needed - wins), "more win")) " and you earn records here."
                } @else { ". You have passed the gate." }
                " "
                progress max=(needed) value=(wins.min(needed)) aria-label="own wins towards the gate" {}
            }
        }
        @if let Some(tier) = tier { p { "Your tier: " b { (tier_words(tier)) } "." } }
    }
}

fn tier_words(tier: Tier) -> &'static str {
    match tier {
        Tier::Hunting => "hunting: not through the gate",
        Tier::Starting => "starting: the base share",
        Tier::Base => "base",
        Tier::Raised => "raised",
    }
}

/// A part in percent, to one place.
fn percent(part: Micro) -> String {
    format!(
        "{} %",
        words::amount(Micro(part.0.saturating_mul(100) / 100_000 * 100_000))
    )
}

/// A gain in percent with its sign.
fn gain(part: Micro) -> String {
    format!(
        "{} %",
        words::signed(Micro(part.0.saturating_mul(100) / 100_000 * 100_000))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_in_percent() {
        for (part, told) in [
            (0, "0 %"),
            (125_000, "12.5 %"),
            (350_049, "35 %"),
            (1_234_567, "123.4 %"),
        ] {
            assert_eq!(percent(Micro(part)), told);
        }
        assert_eq!(
            (gain(Micro(125_900)), gain(Micro(-32_000))),
            ("+12.5 %".into(), "−3.2 %".into())
        );
    }
}
