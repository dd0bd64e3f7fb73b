//! Users: listed, added, changed. Passwords come in and never go out.

use crate::api::body::{Json, Number};
use crate::api::keys::role;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Role, Verb};
use crate::host::users::User;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::ManageUsers), routes!(list))
        .add(Need::May(Verb::ManageUsers), routes!(add))
        .add(Need::May(Verb::ManageUsers), routes!(change))
}

/// A user.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct UserOut {
    id: u32,
    /// The name they sign in with.
    name: String,
    /// `admin`, `manager`, `rep` or `integration`.
    role: &'static str,
    /// Key of the rep they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    rep: Option<String>,
    /// Whether they may no longer sign in.
    disabled: bool,
}

/// All users.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Users {
    users: Vec<UserOut>,
}

/// A user to be added.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct UserIn {
    /// The name they sign in with.
    name: String,
    /// `admin`, `manager`, `rep` or `integration`.
    role: String,
    /// Key of the rep they are; for the role `rep`, and only for it.
    #[serde(default)]
    rep: Option<String>,
    /// At least 8 characters; 15 or more are advised. Without one they cannot sign in yet.
    #[serde(default)]
    password: Option<String>,
}

/// What is to be changed of a user; what is absent stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct UserChangeIn {
    #[serde(default)]
    role: Option<String>,
    /// Key of the rep they are; a role other than `rep` drops it.
    #[serde(default)]
    rep: Option<String>,
    #[serde(default)]
    disabled: Option<bool>,
    #[serde(default)]
    password: Option<String>,
}

/// Lists all users.
#[utoipa::path(get, path = "/users", tag = "accounts", responses((status = 200, body = Users)))]
async fn list(State(app): State<App>) -> axum::Json<Users> {
    axum::Json(Users {
        users: app.sign_in.users().iter().map(user_out).collect(),
    })
}

/// Adds a user.
#[utoipa::path(
    post, path = "/users", tag = "accounts", request_body = UserIn,
    responses((status = 201, body = UserOut), (status = 422, body = Document)),
)]
async fn add(
    State(app): State<App>,
    Json(wish): Json<UserIn>,
) -> Result<(StatusCode, axum::Json<UserOut>), Problem> {
    let role = role(&wish.role)?;
    let user = app
        .sign_in
        .add_user(&wish.name, role, wish.rep, wish.password)
        .await?;
    Ok((StatusCode::CREATED, axum::Json(user_out(&user))))
}

/// Changes a user. Their sessions end, so the change counts from the next request.
#[utoipa::path(
    patch, path = "/users/{id}", tag = "accounts", request_body = UserChangeIn,
    params(("id" = u32, Path, description = "Number of the user")),
    responses((status = 200, body = UserOut), (status = 404, body = Document),
        (status = 422, body = Document)),
)]
async fn change(
    State(app): State<App>,
    Number(id): Number,
    Json(wish): Json<UserChangeIn>,
) -> Result<axum::Json<UserOut>, Problem> {
    let number = u32::try_from(id).map_err(|_| Problem::unknown("user", &id.to_string()))?;
    let role = wish.role.as_deref().map(role).transpose()?;
    let changed = app.sign_in.change_user(number, wish.password, |user| {
        user.role = role.unwrap_or(user.role);
        user.rep = wish
            .rep
            .or(user.rep.take())
            .filter(|_| user.role == Role::Rep);
        user.disabled = wish.disabled.unwrap_or(user.disabled);
    });
    Ok(axum::Json(user_out(&changed.await?)))
}

fn user_out(user: &User) -> UserOut {
    UserOut {
        id: user.id,
        name: user.name.clone(),
        role: user.role().word(),
        rep: user.rep.clone(),
        disabled: user.disabled,
    }
}
