//! Merging by hand: two records turn out to be the same.
//!
//! The core wants the verdict of the absorbed record's turn as the journal holds it; it is read
//! here and checked there. What comes in as a duplicate is merged by the policy, not here.

use crate::api::body::{IdempotencyKey, Name, Raw};
use crate::api::moves::{Said, keyed, said};
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::given_back::turn_of;
use crate::host::signed::Signed;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::merge::Merge;
use evenkeel_core::event::Event;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::MoveRecords), routes!(merge))
}

/// Merge a record into another.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct MergeIn {
    /// Key of the record that survives and stays where it is.
    into: String,
    /// Key of the owner of the absorbed record the caller saw; `null` for nobody; absent for
    /// whoever it is.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    expected_owner: Said,
}

/// A record is merged into another and closed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MergeOut<'a> {
    record: &'a str,
    /// Number of the event.
    seq: u64,
    at: String,
    /// `merged`.
    outcome: &'static str,
    into: &'a str,
    /// Number of the deal whose turn came back; absent when none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    turn_back: Option<u64>,
}

/// Merges a record into another: it is closed and points at the survivor.
///
/// Of two turns one comes back, to whoever had the absorbed record, over the next ones.
#[utoipa::path(
    post, path = "/records/{key}/merge", tag = "records", request_body = MergeIn,
    params(("key" = String, Path, description = "Key of the record that is absorbed"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = MergeOut), (status = 404, body = Document),
        (status = 409, body = Document), (status = 422, body = Document)),
)]
async fn merge(
    State(app): State<App>,
    signed: Signed,
    Name(record): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<Response, Problem> {
    let MergeIn {
        into,
        expected_owner,
    } = raw.parse()?;
    let turn = turn_of(&app.workspace, &record).await?;
    let command = Command::Merge(Box::new(Merge {
        record: record.clone(),
        into: into.clone(),
        expected: expected_owner.into(),
        turn,
    }));
    let order = keyed(&signed, key, &raw, command);
    let done = app.workspace.submit(order).await?;
    let merged = done.events.last();
    let turn_back = merged.and_then(|recorded| match &recorded.event {
        Event::RecordMerged { back, .. } => back.as_ref().map(|back| back.dealt),
        _ => None,
    });
    let out = MergeOut {
        record: &record,
        seq: done.last_seq,
        at: merged
            .map(|recorded| recorded.at.to_string())
            .unwrap_or_default(),
        outcome: "merged",
        into: &into,
        turn_back,
    };
    Ok(axum::Json(out).into_response())
}
