//! Promised draws: the digest of each day's secret, and the secret once the day is over.
//!
//! With a revealed secret anybody can make that day's random picks again; nobody learns a secret
//! here before the journal shows it.

use crate::api::body::{Query, page};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::secret::hex;
use axum::extract::State;
use evenkeel_core::drawing::Promise;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::SeePools), routes!(list))
}

/// One day's draws.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DrawOut {
    /// The day in UTC, `2026-03-02`.
    period: String,
    /// SHA-256 over `evenkeel draw commitment 1` and the secret's 32 bytes, in hex.
    commitment: String,
    /// When the promise was journalled.
    promised_at: String,
    /// Number of that event.
    seq: u64,
    /// Whether it was promised before the day began.
    ahead: bool,
    /// When the secret is shown: the end of the day.
    reveals_at: String,
    /// The secret in hex; absent until it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

/// Days, the newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Draws {
    draws: Vec<DrawOut>,
    /// Give this as `before` for earlier days; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Days before this one, `2026-03-02`; the newest when absent.
    before: Option<String>,
    /// How many, 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

/// What was promised of each day's draws, and what is shown of it.
#[utoipa::path(
    get, path = "/draws", tag = "pools", params(Which), responses((status = 200, body = Draws)),
)]
async fn list(State(app): State<App>, Query(which): Query<Which>) -> axum::Json<Draws> {
    let limit = page(which.limit);
    let found = app.workspace.ask(|state| {
        let days = state.promises().all().iter().rev().map(DrawOut::of);
        let wanted = |day: &DrawOut| {
            which
                .before
                .as_ref()
                .is_none_or(|before| day.period < *before)
        };
        let mut draws: Vec<DrawOut> = days.filter(wanted).take(limit + 1).collect();
        let more = draws.len() > limit;
        draws.truncate(limit);
        let next = draws.last().filter(|_| more).map(|day| day.period.clone());
        Draws { draws, next }
    });
    axum::Json(found.await)
}

impl DrawOut {
    fn of(promise: &Promise) -> Self {
        Self {
            period: promise.period.to_string(),
            commitment: hex(&promise.commitment),
            promised_at: promise.promised.to_string(),
            seq: promise.seq,
            ahead: promise.ahead(),
            reveals_at: promise.period.ends().to_string(),
            secret: promise.secret.map(|secret| hex(&secret.0)),
        }
    }
}
