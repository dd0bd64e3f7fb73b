//! Promised draws: the digest of each day's secret, and the secret once the day is over.
//!
//! With a revealed secret anybody can make that day's random picks again; nobody learns a secret
//! here before the journal shows it.

use crate::api::body::{Query, page};
use crate::api::fields;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::secret::hex;
use axum::extract::State;
use evenkeel_core::drawing::{Period, Promise};
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
    get, path = "/draws", tag = "pools", params(Which),
    responses((status = 200, body = Draws), (status = 400, body = Document)),
)]
async fn list(
    State(app): State<App>,
    Query(which): Query<Which>,
) -> Result<axum::Json<Draws>, Problem> {
    let limit = page(which.limit);
    let before = which.before.as_deref().map(day).transpose()?;
    let found = app.workspace.ask(|state| {
        let days = state.promises().all().iter().rev();
        let wanted = |day: &&Promise| before.is_none_or(|before| day.period < before);
        let days = days.filter(wanted).take(limit + 1);
        let mut draws: Vec<DrawOut> = days.map(DrawOut::of).collect();
        let more = draws.len() > limit;
        draws.truncate(limit);
        let next = draws.last().filter(|_| more).map(|day| day.period.clone());
        Draws { draws, next }
    });
    Ok(axum::Json(found.await))
}

/// The day behind a date.
fn day(date: &str) -> Result<Period, Problem> {
    let begins = fields::moment(&format!("{date}T00:00:00Z"));
    let period = begins.map(Period::of);
    // Read and written again it is the same, so no other form of a date gets through.
    period.filter(|day| day.to_string() == date).ok_or_else(|| {
        let seen: String = date.chars().take(80).collect();
        let detail = format!("before: {seen:?} is no date such as \"2026-03-02\".");
        Problem::own("query_malformed", detail)
    })
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
