//! API keys: made, listed, revoked. The text of a key is shown once, when it is made.

use crate::api::body::{Json, Number};
use crate::api::fields;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Role, Verb};
use crate::host::keys::Key;
use axum::extract::State;
use axum::http::StatusCode;
use evenkeel_core::time::Moment;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::ManageKeys), routes!(list))
        .add(Need::May(Verb::ManageKeys), routes!(make))
        .add(Need::May(Verb::ManageKeys), routes!(revoke))
}

/// A key, without its text.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct KeyOut {
    id: u32,
    /// What people call it.
    label: String,
    /// `integration`, `manager` or `admin`.
    role: &'static str,
    /// When it was made.
    made_at: String,
    /// When it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<String>,
    /// Whether it was revoked.
    revoked: bool,
    /// The key itself; shown once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

/// All keys.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Keys {
    keys: Vec<KeyOut>,
}

/// A key to be made.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyIn {
    /// What people call it.
    label: String,
    /// `integration` when absent.
    #[serde(default)]
    role: Option<String>,
    /// When it ends by itself, RFC 3339.
    #[serde(default)]
    ends_at: Option<String>,
}

/// Lists all keys, revoked ones included.
#[utoipa::path(get, path = "/keys", tag = "accounts", responses((status = 200, body = Keys)))]
async fn list(State(app): State<App>) -> axum::Json<Keys> {
    let keys = app
        .sign_in
        .keys()
        .iter()
        .map(|key| key_out(key, None))
        .collect();
    axum::Json(Keys { keys })
}

/// Makes a key. Keep its text: it is not shown again.
#[utoipa::path(
    post, path = "/keys", tag = "accounts", request_body = KeyIn,
    responses((status = 201, body = KeyOut), (status = 422, body = Document)),
)]
async fn make(
    State(app): State<App>,
    Json(wish): Json<KeyIn>,
) -> Result<(StatusCode, axum::Json<KeyOut>), Problem> {
    let word = wish.role.as_deref().unwrap_or("integration");
    let role = role(word)?;
    let ends = match &wish.ends_at {
        None => None,
        Some(text) => Some(fields::moment(text).ok_or_else(|| {
            Problem::own("field_malformed", "ends_at is not RFC 3339.").at("/ends_at")
        })?),
    };
    let (key, text) = app.sign_in.make_key(&wish.label, role, ends).await?;
    Ok((StatusCode::CREATED, axum::Json(key_out(&key, Some(text)))))
}

/// Revokes a key for ever.
#[utoipa::path(
    delete, path = "/keys/{id}", tag = "accounts",
    params(("id" = u32, Path, description = "Number of the key")),
    responses((status = 200, body = KeyOut), (status = 404, body = Document)),
)]
async fn revoke(State(app): State<App>, Number(id): Number) -> Result<axum::Json<KeyOut>, Problem> {
    let number = u32::try_from(id).map_err(|_| Problem::unknown("key", &id.to_string()))?;
    let key = app.sign_in.revoke_key(number).await?;
    Ok(axum::Json(key_out(&key, None)))
}

/// The role behind a word.
pub fn role(word: &str) -> Result<Role, Problem> {
    Role::from_word(word).ok_or_else(|| {
        let word: String = word.chars().take(80).collect();
        let detail = format!("role is {word:?}, but must be admin, manager, rep or integration.");
        Problem::own("field_malformed", detail).at("/role")
    })
}

fn key_out(key: &Key, text: Option<String>) -> KeyOut {
    KeyOut {
        id: key.id,
        label: key.label.clone(),
        role: key.role().word(),
        made_at: Moment(key.made).to_string(),
        ends_at: key.ends.map(|ends| Moment(ends).to_string()),
        revoked: key.revoked,
        key: text,
    }
}
