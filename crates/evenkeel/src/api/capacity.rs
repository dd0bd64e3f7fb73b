//! Capacity as the policy has it: tiers, ramp and exceptions; and what reps and leads say of it.
//!
//! Read only; it is changed in the policy. What each book should hold is in [`crate::api::books`].

use crate::api::fields::exact;
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use axum::extract::State;
use evenkeel_core::effort::capacity::Capacity;
use evenkeel_core::state::State as Workspace;
use serde::Serialize;
use serde_json::Value;
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::SeePolicy), routes!(look))
}

/// One band of experience, in standard accounts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TierOut {
    tier: String,
    /// From so many years as a closer on.
    #[schema(value_type = f64)]
    years: Value,
    #[schema(value_type = f64)]
    accounts: Value,
    #[schema(value_type = f64)]
    least: Value,
    #[schema(value_type = f64)]
    most: Value,
}

/// A capacity that somebody decided for one rep.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ExceptionOut {
    rep: String,
    #[schema(value_type = f64)]
    accounts: Value,
    reason: String,
    by: String,
    /// Absent for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// What somebody last said would be right for a rep's book.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ViewOut {
    rep: String,
    /// What the rep said last, in standard accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    by_rep: Option<Value>,
    /// What those who run the team said last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    by_lead: Option<Value>,
}

/// Capacity in force.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CapacityOut {
    /// Whether the policy says it; else these are the usual tiers.
    by_policy: bool,
    tiers: Vec<TierOut>,
    /// Part of the target in the first months of 30 days, oldest last; then all of it.
    #[schema(value_type = Vec<f64>)]
    ramp: Vec<Value>,
    exceptions: Vec<ExceptionOut>,
    /// Views of the right number, the rep's beside the lead's.
    views: Vec<ViewOut>,
}

/// Tiers, ramp and exceptions in force, and views of the right number.
#[utoipa::path(get, path = "/capacity", tag = "books",
    responses((status = 200, body = CapacityOut)))]
async fn look(State(app): State<App>) -> axum::Json<CapacityOut> {
    axum::Json(app.workspace.ask(out).await)
}

fn out(state: &Workspace) -> CapacityOut {
    let document = state.policy().map(|policy| policy.document());
    let said = document.and_then(|document| document.capacity.clone());
    let by_policy = said.is_some();
    let capacity = said.unwrap_or_else(Capacity::usual);
    let tiers = capacity.tiers.iter().map(|tier| TierOut {
        tier: tier.name.clone(),
        years: exact(tier.years),
        accounts: exact(tier.accounts),
        least: exact(tier.least),
        most: exact(tier.most),
    });
    let exceptions = capacity.exceptions.iter();
    let exceptions = exceptions.map(|(rep, one)| ExceptionOut {
        rep: rep.clone(),
        accounts: exact(one.accounts),
        reason: one.reason.clone(),
        by: one.by.clone(),
        until: one.until.map(|until| until.to_string()),
    });
    let feedback = state.feedback();
    let views = feedback.reps().map(|rep| {
        let right = |by_rep| Some(exact(feedback.latest(rep, by_rep)?.1.accounts?));
        ViewOut {
            rep: state.roster().rep(rep).key.clone(),
            by_rep: right(true),
            by_lead: right(false),
        }
    });
    CapacityOut {
        by_policy,
        tiers: tiers.collect(),
        ramp: capacity.ramp.iter().map(|part| exact(*part)).collect(),
        exceptions: exceptions.collect(),
        views: views.collect(),
    }
}
