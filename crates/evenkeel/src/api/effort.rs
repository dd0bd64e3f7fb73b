//! Factors of effort learned from the own activities: a proposal, before and after.
//!
//! Advice only; whoever agrees publishes a policy with them.

use crate::api::body::Query;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::effort::{DAYS, DAYS_USUAL, own};
use axum::extract::State;
use evenkeel_core::measure::calibration::{Level, Proposal, learn};
use evenkeel_core::measure::own_effort::Own;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::SeePolicy), routes!(look))
}

/// What is asked.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EffortAsked {
    /// How many days to look back: 30, 60, 90 or 180; 90 when absent.
    days: Option<u16>,
}

/// One level of a factor.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LevelOut {
    level: String,
    /// Records at it.
    records: usize,
    /// The factor in force.
    before: f64,
    /// The one learned; the first level of a factor is 1.
    after: f64,
    /// Its interval of 95 %; absent where it cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    interval: Option<[f64; 2]>,
}

/// One factor.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FactorOut {
    /// `size`, `cycle`, `acv` or `activity`.
    factor: &'static str,
    levels: Vec<LevelOut>,
}

/// What the own records take.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct EffortOut {
    days: u16,
    /// Records that one rep has had for all of that time.
    records: usize,
    /// Activities on them.
    activities: u64,
    /// Younger records in books, left out.
    young: u64,
    /// The proposal by factor; empty when there is nothing to learn from.
    factors: Vec<FactorOut>,
    /// Part of the differences between records that the factors explain now, and as learned.
    #[serde(skip_serializing_if = "Option::is_none")]
    explained: Option<[f64; 2]>,
}

/// Factors of effort as the own activities tell them. Nothing is changed; without factors in
/// `[effort]` there is nothing to learn, and the answer has none.
#[utoipa::path(get, path = "/advice/effort", tag = "advice", params(EffortAsked),
    responses((status = 200, body = EffortOut), (status = 422, body = Document)))]
async fn look(
    State(app): State<App>,
    Query(asked): Query<EffortAsked>,
) -> Result<axum::Json<EffortOut>, Problem> {
    let days = asked.days.unwrap_or(DAYS_USUAL);
    if !DAYS.contains(&days) {
        let why = format!("days is {days}, and must be 30, 60, 90 or 180.");
        return Err(Problem::own("field_malformed", why).at("/days"));
    }
    let touches = app.workspace.touches().await?;
    let now = app.workspace.now();
    let told = app.workspace.ask(|state| {
        let effort = state.policy()?.document().effort.as_ref()?;
        let own = own(state, effort, &touches, (now, days));
        let proposal = learn(effort, &own.samples);
        Some(out(days, &own, proposal.as_ref()))
    });
    let none = || EffortOut {
        days,
        records: 0,
        activities: 0,
        young: 0,
        factors: Vec::new(),
        explained: None,
    };
    Ok(axum::Json(told.await.unwrap_or_else(none)))
}

fn out(days: u16, own: &Own, proposal: Option<&Proposal>) -> EffortOut {
    let level = |level: &Level| LevelOut {
        level: level.name.clone(),
        records: level.records,
        before: level.before,
        after: level.after,
        interval: level.interval.map(|(low, high)| [low, high]),
    };
    let factors = proposal.iter().flat_map(|proposal| &proposal.factors);
    EffortOut {
        days,
        records: own.samples.len(),
        activities: own.activities,
        young: own.young,
        factors: factors
            .map(|factor| FactorOut {
                factor: factor.kind.word(),
                levels: factor.levels.iter().map(level).collect(),
            })
            .collect(),
        explained: proposal.map(|one| [one.explained_before, one.explained_after]),
    }
}
