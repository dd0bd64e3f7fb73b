//! Moving records: given by hand, dealt again by the policy, closed.
//!
//! The caller may say which owner was in view; if it is another one by now, nothing is done.

use crate::api::body::{IdempotencyKey, Name, Raw};
use crate::api::deal::Dealt;
use crate::api::problem::{Document, Problem};
use crate::api::records::visible;
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Sees, Verb};
use crate::host::order::{Done, Order};
use crate::host::private::{Private, TEXT_MAX};
use crate::host::signed::Signed;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::reassign::Reassign;
use evenkeel_core::command::refusal::Refusal;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::MoveRecords), routes!(assign))
        .add(Need::May(Verb::MoveRecords), routes!(reassign))
        .add(Need::May(Verb::CloseRecords), routes!(close))
}

/// Give a record to a rep by hand.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct AssignIn {
    /// Key of the rep.
    rep: String,
    /// Key of the owner the caller saw; `null` for nobody; absent for whoever it is.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    expected_owner: Said,
    /// The giver's words. Kept as personal data.
    #[serde(default)]
    note: Option<String>,
}

/// Let the policy choose another owner.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReassignIn {
    /// Key of the owner the caller saw; `null` for nobody; absent for whoever it is.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    expected_owner: Said,
}

/// Close a record.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CloseIn {
    /// A reason code of the workspace: 1 to 60 lower-case letters, digits, `_` or `-`.
    reason: String,
    /// Key of the owner the caller saw; `null` for nobody; absent for whoever it is.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    expected_owner: Said,
}

/// A record is closed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Closed<'a> {
    record: &'a str,
    seq: u64,
    at: String,
    outcome: &'static str,
    reason: &'a str,
}

/// What the caller said about the owner: nothing, nobody, or somebody.
#[derive(Debug, Default)]
pub struct Said(Option<Option<String>>);

/// Reads what the caller said: absent, `null` and a key are three things.
pub fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Said, D::Error> {
    Option::<String>::deserialize(deserializer).map(|owner| Said(Some(owner)))
}

impl From<Said> for Expected {
    fn from(said: Said) -> Self {
        said.0.map_or(Self::Any, Self::Owner)
    }
}

/// Gives a record to a rep by hand. The policy's `manual_counts` says whether it uses up a turn.
#[utoipa::path(
    post, path = "/records/{key}/assign", tag = "records", request_body = AssignIn,
    params(("key" = String, Path, description = "Key of the record"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = Dealt), (status = 404, body = Document),
        (status = 409, body = Document)),
)]
async fn assign(
    State(app): State<App>,
    signed: Signed,
    Name(record): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<Response, Problem> {
    let AssignIn {
        rep,
        expected_owner,
        note,
    } = raw.parse()?;
    let note = note.filter(|note| !note.trim().is_empty());
    if note.as_ref().is_some_and(|note| note.len() > TEXT_MAX) {
        let detail = format!("The note is longer than {TEXT_MAX} bytes.");
        return Err(Problem::own("field_malformed", detail).at("/note"));
    }
    let kept = note.and_then(|note| Private::note(&note).row(app.workspace.new_subject()));
    let (row, note) = kept.map_or((None, None), |(row, note)| (Some(row), Some(note)));
    let expected = expected_owner.into();
    let command = Command::Assign(Assign {
        record,
        rep,
        expected,
        note,
    });
    let done = app
        .workspace
        .submit(keyed(&signed, key, &raw, command).with(row))
        .await?;
    Ok(dealt(&app, &done))
}

/// Lets the policy choose another owner; the present one does not get it back.
#[utoipa::path(
    post, path = "/records/{key}/reassign", tag = "records", request_body = ReassignIn,
    params(("key" = String, Path, description = "Key of the record"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = Dealt), (status = 404, body = Document),
        (status = 409, body = Document)),
)]
async fn reassign(
    State(app): State<App>,
    signed: Signed,
    Name(record): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<Response, Problem> {
    let ReassignIn { expected_owner } = raw.parse()?;
    let command = Command::Reassign(Reassign {
        record,
        expected: expected_owner.into(),
    });
    let done = app
        .workspace
        .submit(keyed(&signed, key, &raw, command))
        .await?;
    Ok(dealt(&app, &done))
}

/// Closes a record. A rep closes records of the own book.
#[utoipa::path(
    post, path = "/records/{key}/close", tag = "records", request_body = CloseIn,
    params(("key" = String, Path, description = "Key of the record"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = Closed), (status = 404, body = Document),
        (status = 409, body = Document)),
)]
async fn close(
    State(app): State<App>,
    signed: Signed,
    Name(record): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<Response, Problem> {
    let CloseIn {
        reason,
        expected_owner,
    } = raw.parse()?;
    let expected = expected(&app, &signed, &record, expected_owner)?;
    let command = Command::Close(Close {
        record: record.clone(),
        expected,
        reason: reason.clone(),
    });
    let done = app
        .workspace
        .submit(keyed(&signed, key, &raw, command))
        .await?;
    let at = done
        .events
        .last()
        .map(|recorded| recorded.at.to_string())
        .unwrap_or_default();
    let (record, reason) = (record.as_str(), reason.as_str());
    let closed = Closed {
        record,
        seq: done.last_seq,
        at,
        outcome: "closed",
        reason,
    };
    Ok(axum::Json(closed).into_response())
}

/// The owner a command goes by: what the caller said, and for those who act on their own book only,
/// themselves. It is checked again when it is decided, since the owner may change in between.
pub fn expected(
    app: &App,
    signed: &Signed,
    record: &str,
    owner: Said,
) -> Result<Expected, Problem> {
    if signed.role.sees() != Sees::Own {
        return Ok(owner.into());
    }
    let own = app.workspace.glance(|state| {
        visible(state, signed, record)?;
        let rep = signed.rep.map(|rep| state.roster().rep(rep).key.clone());
        Ok::<_, Refusal>(rep)
    })?;
    Ok(Expected::Owner(own))
}

/// An order under the caller's key, or one that is made once.
pub fn keyed<const MAX: usize>(
    signed: &Signed,
    key: IdempotencyKey,
    raw: &Raw<MAX>,
    command: Command,
) -> Order {
    match key.0 {
        Some(key) => Order::keyed(signed.actor, &key, raw.digest(), command),
        None => Order::once(signed.actor, command),
    }
}

/// The answer to an order that sent a record somewhere.
pub fn dealt(app: &App, done: &Done) -> Response {
    let body = app.workspace.glance(|state| {
        let dealt = Dealt::of(state, done.first_seq, &done.events);
        serde_json::to_vec(&dealt).expect("a deal is always JSON")
    });
    let json = (
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    (StatusCode::OK, [json], body).into_response()
}
