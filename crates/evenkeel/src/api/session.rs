//! The caller's own session: signed in with a password, looked at, ended. Programs use keys.

use crate::api::body::Json;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::{Address, App};
use crate::host::access::{Need, Verb};
use crate::host::sign_in::Entered;
use crate::host::signed::{Signed, same_site};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::Nothing, routes!(enter))
        .add(Need::Nothing, routes!(first_admin))
        .add(Need::May(Verb::OwnSession), routes!(look))
        .add(Need::May(Verb::OwnSession), routes!(leave))
}

/// Name and password.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EnterIn {
    name: String,
    password: String,
}

/// The first admin of a new store.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct FirstAdminIn {
    /// The one-time token that `init` or `serve` printed.
    token: String,
    name: String,
    password: String,
}

/// Who is signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SessionOut {
    /// The user's name, or the label of the key.
    name: String,
    role: &'static str,
    /// Send this as `X-CSRF-Token` with every request that changes something; empty for a key.
    csrf: String,
}

/// Signs in. The answer sets the session's cookie.
#[utoipa::path(
    post, path = "/session", tag = "accounts", request_body = EnterIn,
    responses((status = 201, body = SessionOut), (status = 401, body = Document),
        (status = 429, body = Document)),
)]
async fn enter(
    State(app): State<App>,
    address: Address,
    headers: HeaderMap,
    Json(wish): Json<EnterIn>,
) -> Result<Response, Problem> {
    same_site(&headers)?;
    let entered = app
        .sign_in
        .enter(&wish.name, &wish.password, address.0)
        .await?;
    Ok(came_in(&entered))
}

/// Makes the first admin of a new store with the one-time token, and signs them in.
#[utoipa::path(
    post, path = "/session/first", tag = "accounts", request_body = FirstAdminIn,
    responses((status = 201, body = SessionOut), (status = 401, body = Document),
        (status = 422, body = Document), (status = 429, body = Document)),
)]
async fn first_admin(
    State(app): State<App>,
    address: Address,
    headers: HeaderMap,
    Json(wish): Json<FirstAdminIn>,
) -> Result<Response, Problem> {
    same_site(&headers)?;
    let FirstAdminIn {
        token,
        name,
        password,
    } = wish;
    let entered = app
        .sign_in
        .first_admin(&token, &name, &password, address.0)
        .await?;
    Ok(came_in(&entered))
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/session", tag = "accounts",
    responses((status = 200, body = SessionOut), (status = 401, body = Document)),
)]
async fn look(signed: Signed) -> axum::Json<SessionOut> {
    let (name, role) = (signed.name.to_string(), signed.role.word());
    axum::Json(SessionOut {
        name,
        role,
        csrf: signed.csrf,
    })
}

/// Ends the session.
#[utoipa::path(delete, path = "/session", tag = "accounts", responses((status = 204)))]
async fn leave(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let cookie = app.sign_in.leave(&headers).await?;
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, value(&cookie))],
    )
        .into_response())
}

fn came_in(entered: &Entered) -> Response {
    let Entered { user, cookie, csrf } = entered;
    let (name, role) = (user.name.clone(), user.role().word());
    let out = SessionOut {
        name,
        role,
        csrf: csrf.clone(),
    };
    let cookie = [(header::SET_COOKIE, value(cookie))];
    (StatusCode::CREATED, cookie, axum::Json(out)).into_response()
}

fn value(cookie: &str) -> HeaderValue {
    HeaderValue::from_str(cookie).expect("a cookie of ours is printable ASCII")
}
