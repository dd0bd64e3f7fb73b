//! Giving a turn back: what was dealt was no lead.
//!
//! The core wants the verdict of the deal as the journal holds it; it is read here and checked
//! there. A rep gives back turns of the own book, within the limit the policy sets.

use crate::api::body::{IdempotencyKey, Name, Raw};
use crate::api::moves::keyed;
use crate::api::problem::{Document, Problem};
use crate::api::records::visible;
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::given_back::void_of;
use crate::host::order::Done;
use crate::host::signed::Signed;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use evenkeel_core::event::Event;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::VoidTurns), routes!(void))
}

/// Give a turn back.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct VoidIn {
    /// A reason code that the policy lists under `[voids]`.
    reason: String,
}

/// A turn is given back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Voided<'a> {
    record: &'a str,
    /// Number of the event.
    seq: u64,
    at: String,
    /// `voided`.
    outcome: &'static str,
    reason: &'a str,
    /// Number of the deal that was taken back.
    dealt: u64,
    /// `closed`, `moved` or `stays`: what became of the record, as the policy says.
    then: &'static str,
}

/// Gives the turn back by which a record came to its owner: a bad lead, a no-show, a duplicate.
///
/// Everybody's credit from that turn is made up for over the next ones. A rep gives back turns of
/// the own book only, at most as many in 30 days as the policy allows.
#[utoipa::path(
    post, path = "/records/{key}/void", tag = "records", request_body = VoidIn,
    params(("key" = String, Path, description = "Key of the record"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = Voided), (status = 404, body = Document),
        (status = 409, body = Document), (status = 422, body = Document)),
)]
async fn void(
    State(app): State<App>,
    signed: Signed,
    Name(record): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<Response, Problem> {
    let VoidIn { reason } = raw.parse()?;
    let seen = app.workspace.ask(|state| visible(state, &signed, &record));
    seen.await?;
    let command = void_of(&app.workspace, &record, &reason).await?;
    let order = keyed(&signed, key, &raw, command);
    let done = app.workspace.submit(order).await?;
    Ok(axum::Json(voided(&record, &done)).into_response())
}

fn voided<'a>(key: &'a str, done: &'a Done) -> Voided<'a> {
    let mut told = Voided {
        record: key,
        seq: done.first_seq,
        at: String::new(),
        outcome: "voided",
        reason: "",
        dealt: 0,
        then: "stays",
    };
    for recorded in done.events.iter() {
        match &recorded.event {
            Event::TurnVoided { dealt, reason, .. }
            | Event::HandoffVoided { dealt, reason, .. } => {
                told.at = recorded.at.to_string();
                (told.dealt, told.reason) = (*dealt, reason);
            }
            Event::RecordClosed { .. } => told.then = "closed",
            Event::RecordDealt { .. } => told.then = "moved",
            _ => {}
        }
    }
    told
}
