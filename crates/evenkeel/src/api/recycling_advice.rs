//! After how many days a record should go back, by the workspace's own history.
//!
//! Advice only: what is done is the policy's. Every figure has its n and its interval; what cannot
//! be told says what it takes.

use crate::api::body::Query;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::advice;
use axum::extract::State;
use evenkeel_core::measure::own_history::{self, Ask, Told};
use serde::Deserialize;
use serde_json::Value;
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::MoveRecords), routes!(look))
}

/// What is asked.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// How much of what is taken back may have been alive, above 0 to 1; 0.1 when absent.
    wrong: Option<f64>,
    /// When to warn: where so much would have been alive; 0.25 when absent.
    warn: Option<f64>,
    /// Not touched for so many days is abandoned, 1 to 3,650; 180, or as far as the history goes,
    /// when absent.
    horizon: Option<u32>,
    /// The part of gaps that never end, 0 to 1; by the data when absent.
    abandoned: Option<f64>,
    /// The reason of closing that counts as an answer; `won` when absent.
    won: Option<String>,
}

impl Asked {
    fn told(self) -> Told {
        Told {
            wrong: self.wrong,
            warn: self.warn,
            horizon: self.horizon,
            abandoned: self.abandoned,
            won: self.won,
        }
    }
}

/// Advice on when records go back: the threshold, the recycling time, and whether the stated times
/// can both be true.
#[utoipa::path(get, path = "/recycling/advice", tag = "recycling", params(Asked),
    responses((status = 200, body = Object), (status = 422, body = Document)))]
async fn look(
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<axum::Json<Value>, Problem> {
    let ask = Ask::of(asked.told()).map_err(|(name, wanted)| {
        Problem::own("field_malformed", format!("{name} must be {wanted}.")).at(format!("/{name}"))
    })?;
    let touches = app.workspace.touches().await?;
    let now = app.workspace.now();
    let told = app.workspace.glance(|state| {
        let touches = touches.iter().copied();
        advice::told(&own_history::advise(state, touches, &ask, now))
    });
    Ok(axum::Json(told))
}
