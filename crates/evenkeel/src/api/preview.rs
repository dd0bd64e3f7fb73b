//! Previews: what a change would mean for the next turns, asked with the body of the change itself.
//!
//! Nothing is changed and nothing is remembered, so no idempotency key is needed.

use crate::api::body::{Name, Raw};
use crate::api::policy::{POLICY_BYTES_MAX, PublishIn};
use crate::api::problem::{Document, Problem};
use crate::api::reps::{DeactivateIn, RepIn, profile};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use axum::extract::State;
use evenkeel_core::command::Command;
use evenkeel_core::command::deactivate_rep::DeactivateRep;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::ids::RepNo;
use evenkeel_core::preview::{Assumed, Lane, PoolAhead, Preview, RepAhead, Side};
use serde::Serialize;
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::SetReps), routes!(rep))
        .add(Need::May(Verb::DeactivateReps), routes!(departure))
        .add(Need::May(Verb::TryPolicy), routes!(policy))
}

/// What a change would mean.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PreviewOut {
    /// The pools whose turns or members would be others.
    pools: Vec<PoolAheadOut>,
    /// Pools that are touched, without a change in these turns.
    same: Vec<String>,
    /// Touched pools that were not looked at.
    more: usize,
}

/// One pool, without the change and with it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PoolAheadOut {
    pool: String,
    /// How many of the newest records of this pool are assumed to come again, over and over; 0 when
    /// none came yet, and made-up ones of one turn are.
    assumed_records: usize,
    /// When the turns are dealt, all at one moment, RFC 3339.
    from: String,
    /// Whether some turns are drawn: then it is one possible order.
    example: bool,
    /// Without the change; absent for a new pool.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Vec<String>>,
    /// With it; absent for a pool that is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Vec<String>>,
    /// When somebody who would be away is back, RFC 3339; absent when nobody would be away.
    #[serde(skip_serializing_if = "Option::is_none")]
    back_at: Option<String>,
    /// The turns from then on.
    #[serde(skip_serializing_if = "Option::is_none")]
    back: Option<Vec<String>>,
    /// Everybody who is a member on either side.
    reps: Vec<RepAheadOut>,
}

/// One rep's turns.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RepAheadOut {
    /// Key of the rep.
    rep: String,
    before: LaneOut,
    after: LaneOut,
    /// From the return on.
    #[serde(skip_serializing_if = "Option::is_none")]
    back: Option<LaneOut>,
}

/// Some of the next turns.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LaneOut {
    /// How many.
    turns: usize,
    /// Number of the first, from 1; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<usize>,
    /// Most in a row.
    run: usize,
}

/// What setting a rep would mean for the next 50 turns of every pool it touches.
///
/// The body is that of `PUT /reps/{key}`. An absence that is new is looked at from its beginning
/// on, and once more from the return on. Changes nothing.
#[utoipa::path(
    post, path = "/preview/reps/{key}", tag = "preview", request_body = RepIn,
    params(("key" = String, Path, description = "Key of the rep, known or new")),
    responses((status = 200, body = PreviewOut), (status = 409, body = Document),
        (status = 422, body = Document)),
)]
async fn rep(
    State(app): State<App>,
    Name(key): Name,
    raw: Raw,
) -> Result<axum::Json<PreviewOut>, Problem> {
    let wish: RepIn<'_> = raw.parse()?;
    let profile = app.workspace.glance(|state| profile(state, &key, &wish))?;
    asked(&app, Command::SetRep(Box::new(SetRep { key, profile }))).await
}

/// What letting a rep leave would mean, its book included.
///
/// The body is that of `POST /reps/{key}/deactivate`. Changes nothing.
#[utoipa::path(
    post, path = "/preview/reps/{key}/deactivate", tag = "preview", request_body = DeactivateIn,
    params(("key" = String, Path, description = "Key of the rep")),
    responses((status = 200, body = PreviewOut), (status = 404, body = Document),
        (status = 409, body = Document)),
)]
async fn departure(
    State(app): State<App>,
    Name(rep): Name,
    raw: Raw,
) -> Result<axum::Json<PreviewOut>, Problem> {
    let book = raw.parse::<DeactivateIn>()?.book()?;
    asked(
        &app,
        Command::DeactivateRep(DeactivateRep {
            rep,
            book,
            plan: None,
        }),
    )
    .await
}

/// What publishing a policy would mean for the next 50 turns of every pool.
///
/// The body is that of `PUT /policy`. Changes nothing.
#[utoipa::path(
    post, path = "/preview/policy", tag = "preview", request_body = PublishIn,
    responses((status = 200, body = PreviewOut), (status = 409, body = Document),
        (status = 422, body = Document)),
)]
async fn policy(
    State(app): State<App>,
    raw: Raw<POLICY_BYTES_MAX>,
) -> Result<axum::Json<PreviewOut>, Problem> {
    let PublishIn { text, based_on } = raw.parse()?;
    asked(
        &app,
        Command::PublishPolicy(PublishPolicy { text, based_on }),
    )
    .await
}

async fn asked(app: &App, command: Command) -> Result<axum::Json<PreviewOut>, Problem> {
    let preview = app.workspace.preview(&command).await?;
    let Preview { pools, same, more } = preview;
    let pools = pools.iter().map(pool_out).collect();
    Ok(axum::Json(PreviewOut { pools, same, more }))
}

fn pool_out(pool: &PoolAhead) -> PoolAheadOut {
    let back = pool.back.as_ref();
    let sides = [&pool.before, &pool.after].into_iter().flatten();
    let keys = |side: &Side| side.turns.iter().map(|rep| key(pool, *rep)).collect();
    PoolAheadOut {
        pool: pool.pool.clone(),
        assumed_records: match pool.assumed {
            Assumed::Newest(count) => count,
            Assumed::MadeUp => 0,
        },
        from: pool.from.to_string(),
        example: sides
            .chain(back.map(|(_, side)| side))
            .any(|side| side.drawn),
        before: pool.before.as_ref().map(keys),
        after: pool.after.as_ref().map(keys),
        back_at: back.map(|(at, _)| at.to_string()),
        back: back.map(|(_, side)| keys(side)),
        reps: pool
            .reps
            .iter()
            .map(|rep| rep_out(rep, back.is_some()))
            .collect(),
    }
}

fn key(pool: &PoolAhead, rep: RepNo) -> String {
    let row = pool.reps.iter().find(|row| row.rep == rep);
    row.map(|row| row.key.clone()).unwrap_or_default()
}

fn rep_out(rep: &RepAhead, back: bool) -> RepAheadOut {
    RepAheadOut {
        rep: rep.key.clone(),
        before: lane_out(&rep.before),
        after: lane_out(&rep.after),
        back: back.then(|| lane_out(&rep.back)),
    }
}

fn lane_out(lane: &Lane) -> LaneOut {
    LaneOut {
        turns: lane.turns.len(),
        first: lane.first(),
        run: lane.run(),
    }
}
