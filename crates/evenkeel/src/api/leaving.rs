//! A rep leaves by plan and apply: who would get what is looked at before anything moves.
//!
//! The plan's digest goes with `apply`, which is refused when it would do something else by then.
//! Pools that draw show one possible outcome in the plan, and draw afresh when it is applied.

use crate::api::body::{IdempotencyKey, Name, Raw};
use crate::api::moves::keyed;
use crate::api::problem::{Document, Problem};
use crate::api::reps::DeactivateIn;
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::leaving;
use crate::host::secret;
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::command::Command;
use evenkeel_core::command::deactivate_rep::DeactivateRep;
use evenkeel_core::recycling::leaving::LeavePlan;
use evenkeel_core::state::State as Workspace;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::DeactivateReps), routes!(plan))
        .add(Need::May(Verb::DeactivateReps), routes!(apply))
}

/// Apply a plan.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ApplyIn {
    /// `redeal`, `rep:KEY` or `queue:NAME`, as in the plan.
    book: String,
    /// Digest of the plan.
    plan: String,
}

/// What a departure would do, or did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LeaveOut {
    rep: String,
    /// How many records move.
    records: usize,
    /// Who gets something, the most first.
    heirs: Vec<HeirOut>,
    /// Records that go into queues.
    to_queues: usize,
    /// Records that are held until somebody can take them.
    held: usize,
    /// Goes with `apply`.
    digest: String,
}

/// One rep who gets something.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct HeirOut {
    rep: String,
    /// Open records before.
    before: usize,
    /// How many come.
    gets: usize,
}

/// Shows where the book of a rep who leaves would go. Changes nothing.
#[utoipa::path(
    post, path = "/reps/{key}/leave/plan", tag = "reps", request_body = DeactivateIn,
    params(("key" = String, Path, description = "Key of the rep")),
    responses((status = 200, body = LeaveOut), (status = 404, body = Document),
        (status = 409, body = Document)),
)]
async fn plan(
    State(app): State<App>,
    Name(rep): Name,
    raw: Raw,
) -> Result<axum::Json<LeaveOut>, Problem> {
    let book = raw.parse::<DeactivateIn>()?.book()?;
    let now = app.workspace.now();
    let told = app.workspace.ask(|state| {
        let plan = leaving::plan(state, &rep, &book, now)?;
        Ok::<_, Problem>(told(state, &rep, &plan))
    });
    told.await.map(axum::Json)
}

/// Lets the rep leave as planned.
#[utoipa::path(
    post, path = "/reps/{key}/leave/apply", tag = "reps", request_body = ApplyIn,
    params(("key" = String, Path, description = "Key of the rep"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = LeaveOut), (status = 404, body = Document),
        (status = 409, body = Document)),
)]
async fn apply(
    State(app): State<App>,
    signed: Signed,
    Name(rep): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<LeaveOut>, Problem> {
    let ApplyIn { book, plan } = raw.parse()?;
    let book = DeactivateIn { book }.book()?;
    let Some(plan) = secret::unhex::<32>(&plan) else {
        let detail = "plan is no digest: 64 hexadecimal digits, as the plan gave.";
        return Err(Problem::own("field_malformed", detail).at("/plan"));
    };
    let command = Command::DeactivateRep(DeactivateRep {
        rep: rep.clone(),
        book,
        plan: Some(plan),
    });
    let order = keyed(&signed, key, &raw, command);
    let done = app.workspace.submit(order).await?;
    let events = done.events.iter().map(|recorded| recorded.event.clone());
    let events: Vec<_> = events.collect();
    let told = app.workspace.glance(|state| {
        let mut plan = LeavePlan::of(state, &events);
        for heir in &mut plan.heirs {
            heir.before = heir.before.saturating_sub(heir.gets);
        }
        told(state, &rep, &plan)
    });
    Ok(axum::Json(told))
}

fn told(state: &Workspace, rep: &str, plan: &LeavePlan) -> LeaveOut {
    let heirs = plan.heirs.iter().map(|heir| HeirOut {
        rep: state.roster().rep(heir.rep).key.clone(),
        before: heir.before,
        gets: heir.gets,
    });
    LeaveOut {
        rep: rep.to_owned(),
        records: plan.moves.len(),
        heirs: heirs.collect(),
        to_queues: plan.queued,
        held: plan.held,
        digest: secret::hex(&plan.digest),
    }
}
