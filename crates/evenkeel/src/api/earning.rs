//! Earned shares of a pool: who has earned how much as things stand, and granting it.
//!
//! Only for those who may grant: the close rates of colleagues are nobody else's. A rep sees the
//! own tier and the way to the gate on the own page.

use crate::api::body::{IdempotencyKey, Name, Raw};
use crate::api::fields::{self, exact};
use crate::api::moves::keyed;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::command::Command;
use evenkeel_core::command::grant_shares::GrantShares;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::earn::proposal::{self, Line, Proposal};
use evenkeel_core::people::grants::Grant;
use evenkeel_core::state::State as Workspace;
use evenkeel_core::time::Moment;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::GrantShares), routes!(look))
        .add(Need::May(Verb::GrantShares), routes!(grant))
}

/// What the members of a pool have earned, and what is granted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EarningOut {
    pool: String,
    /// As of when.
    at: String,
    /// The grant in force; absent while everything is dealt rateably.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_force: Option<GrantOut>,
    /// Grants that have not begun.
    to_come: Vec<GrantOut>,
    /// `scarce`, `tight`, `enough` or `plenty`: records over what the team can work.
    regime: &'static str,
    /// What to make of it.
    advice: &'static str,
    /// Records a month over capacity; 1 is all that the team can work.
    #[schema(value_type = f64)]
    load: Value,
    /// Earned records a month.
    #[schema(value_type = f64)]
    earned_a_month: Value,
    /// Records a month that are dealt rateably whatever is granted.
    #[schema(value_type = f64)]
    other_a_month: Value,
    /// Records a month that all members together work well.
    #[schema(value_type = f64)]
    capacity: Value,
    /// Close rate of the team on comparable records.
    #[schema(value_type = f64)]
    team_rate: Value,
    /// What the proposal would bring in wins against dealing rateably; 0.1 is 10 % more.
    #[schema(value_type = f64)]
    gain: Value,
    /// What shares in proportion to raw close rates would bring.
    #[schema(value_type = f64)]
    gain_by_raw_rates: Value,
    /// What `gain` rests on: `model`, never evidence.
    basis: &'static str,
    /// Own wins the gate asks for; absent without a gate.
    #[serde(skip_serializing_if = "Option::is_none")]
    wins_needed: Option<u32>,
    /// Members, by rep.
    reps: Vec<EarnerOut>,
}

/// A grant.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct GrantOut {
    /// First moment it holds.
    from: String,
    /// First moment it no longer holds; absent is until another is granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    /// Whether it deals everything rateably.
    rateably: bool,
}

/// One member.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EarnerOut {
    /// Key of the rep.
    rep: String,
    /// `hunting`, `starting`, `base` or `raised`.
    tier: &'static str,
    /// Own wins within the gate's window.
    own_wins: u32,
    /// Comparable records dealt to the rep whose outcome is ripe.
    leads: u32,
    /// Those won.
    won: u32,
    /// Close rate, drawn towards the team's.
    #[schema(value_type = f64)]
    rate: Value,
    /// Lower and upper end of an interval of about 95 %.
    #[schema(value_type = [f64; 2])]
    interval: [Value; 2],
    /// Records a month the rep works well.
    #[schema(value_type = f64)]
    capacity: Value,
    /// Part of the earned records now.
    #[schema(value_type = f64)]
    now: Value,
    /// Part by the proposal.
    #[schema(value_type = f64)]
    earned: Value,
}

/// Grant what was earned.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct GrantSharesIn {
    /// When it comes into force, RFC 3339; absent is at once.
    #[serde(default)]
    from: Option<String>,
    /// First moment it no longer holds, RFC 3339; absent is until another is granted.
    #[serde(default)]
    until: Option<String>,
    /// Whether everything is dealt rateably instead.
    #[serde(default)]
    rateably: bool,
}

/// Who has earned how much of a pool's records, as things stand. Changes nothing.
#[utoipa::path(
    get, path = "/pools/{name}/earning", tag = "pools",
    params(("name" = String, Path, description = "Name of the pool")),
    responses((status = 200, body = EarningOut), (status = 404, body = Document),
        (status = 409, body = Document)),
)]
async fn look(State(app): State<App>, Name(name): Name) -> Result<axum::Json<EarningOut>, Problem> {
    told(&app, name).await
}

/// Grants what was earned, from a moment until another; or deals everything rateably again.
#[utoipa::path(
    post, path = "/pools/{name}/earning", tag = "pools", request_body = GrantSharesIn,
    params(("name" = String, Path, description = "Name of the pool"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = EarningOut), (status = 404, body = Document),
        (status = 409, body = Document), (status = 422, body = Document)),
)]
async fn grant(
    State(app): State<App>,
    signed: Signed,
    Name(pool): Name,
    idempotency: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<EarningOut>, Problem> {
    let GrantSharesIn {
        from,
        until,
        rateably,
    } = raw.parse()?;
    let command = Command::GrantShares(GrantShares {
        pool: pool.clone(),
        from: moment(from, "/from")?,
        until: moment(until, "/until")?,
        rateably,
    });
    let order = keyed(&signed, idempotency, &raw, command);
    app.workspace.submit(order).await?;
    told(&app, pool).await
}

fn moment(text: Option<String>, pointer: &'static str) -> Result<Option<Moment>, Problem> {
    let Some(text) = text else { return Ok(None) };
    match fields::moment(&text) {
        Some(moment) => Ok(Some(moment)),
        None => {
            let seen: String = text.chars().take(80).collect();
            let detail = format!("{seen:?} is no moment such as \"2026-03-01T09:30:00Z\".");
            Err(Problem::own("field_malformed", detail).at(pointer))
        }
    }
}

async fn told(app: &App, pool: String) -> Result<axum::Json<EarningOut>, Problem> {
    let now = app.workspace.now();
    let found = app.workspace.ask(|state| {
        let number = state.pool_no(&pool);
        let number = number.ok_or_else(|| Refusal::PoolUnknown { pool: pool.clone() })?;
        let now = now.max(state.last_at());
        let proposal = proposal::of(state, number, now);
        let proposal = proposal.ok_or_else(|| Refusal::PoolRateable { pool: pool.clone() })?;
        Ok::<_, Refusal>(earning(state, &proposal))
    });
    Ok(axum::Json(found.await?))
}

fn earning(state: &Workspace, proposal: &Proposal) -> EarningOut {
    let pool = state.pool(proposal.pool);
    let in_force = pool.grants.in_force(proposal.at);
    let to_come = pool.grants.to_come(proposal.at);
    EarningOut {
        pool: pool.name.clone(),
        at: proposal.at.to_string(),
        in_force: in_force.map(grant_out),
        to_come: to_come.map(grant_out).collect(),
        regime: proposal.regime().word(),
        advice: proposal.advice(),
        load: exact(proposal.load),
        earned_a_month: exact(proposal.supply.earned),
        other_a_month: exact(proposal.supply.other),
        capacity: exact(proposal.capacity),
        team_rate: exact(proposal.team),
        gain: exact(proposal.gain),
        gain_by_raw_rates: exact(proposal.raw),
        basis: "model",
        wins_needed: proposal.needed,
        reps: proposal
            .lines
            .iter()
            .map(|line| earner(state, line))
            .collect(),
    }
}

fn grant_out(grant: &Grant) -> GrantOut {
    GrantOut {
        from: grant.from.to_string(),
        until: grant.until.map(|until| until.to_string()),
        rateably: !grant.earned(),
    }
}

fn earner(state: &Workspace, line: &Line) -> EarnerOut {
    EarnerOut {
        rep: state.roster().rep(line.rep).key.clone(),
        tier: line.tier.word(),
        own_wins: line.wins,
        leads: line.record.leads,
        won: line.record.won,
        rate: exact(line.rate.mean),
        interval: [exact(line.rate.low), exact(line.rate.high)],
        capacity: exact(line.capacity),
        now: exact(line.now),
        earned: exact(line.earned),
    }
}
