//! Verdicts: why one decision came out as it did, down to every clause.

use crate::api::body::Number;
use crate::api::deal::Dealt;
use crate::api::problem::{Document, Problem};
use crate::api::records::visible;
use crate::api::routes::Routes;
use crate::api::verdict::VerdictOut;
use crate::app::App;
use crate::host::access::{Need, Sees, Verb};
use crate::host::signed::Signed;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use evenkeel_core::event::Event;
use serde::Serialize;
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::SeeRecords), routes!(look))
}

/// A decision and why.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DecisionOut<'a> {
    #[serde(flatten)]
    dealt: Dealt<'a>,
    verdict: VerdictOut,
}

/// The verdict of one decision, by the number of its event.
#[utoipa::path(
    get, path = "/verdicts/{seq}", tag = "records",
    params(("seq" = u64, Path, description = "Number of the deciding event")),
    responses((status = 200, body = DecisionOut), (status = 404, body = Document)),
)]
async fn look(
    State(app): State<App>,
    signed: Signed,
    Number(seq): Number,
) -> Result<Response, Problem> {
    let unknown = || Problem::unknown("decision", &seq.to_string());
    let head = *app.workspace.head().borrow();
    if seq == 0 || seq > head {
        return Err(unknown());
    }
    let events = app.workspace.events(vec![seq]).await?;
    let recorded = events
        .into_iter()
        .next()
        .map(|(_, recorded)| recorded)
        .ok_or_else(unknown)?;
    let Event::RecordDealt {
        record,
        to,
        verdict,
        ..
    } = &recorded.event
    else {
        return Err(unknown());
    };
    let policy = app.workspace.edition(verdict.policy).await?;
    let names = signed
        .role
        .may(Verb::SeePersons)
        .then(|| app.workspace.names());
    app.workspace.glance(|state| {
        // A rep sees the verdicts of records in the own book only.
        let key = state.records().key(*record);
        visible(state, &signed, key).map_err(|_| unknown())?;
        let mut told = VerdictOut::of(state, names.as_deref(), verdict, to);
        if let Some(policy) = &policy {
            told = told.with_rules(policy, verdict);
        }
        if signed.role.sees() == Sees::Own {
            told = told.for_rep(signed.own_key(state));
        }
        let dealt = Dealt::of(state, seq, std::slice::from_ref(&recorded)).ok_or_else(unknown)?;
        Ok(axum::Json(DecisionOut {
            dealt,
            verdict: told,
        })
        .into_response())
    })
}
