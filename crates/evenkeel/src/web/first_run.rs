//! The first run: the token from the server's own output makes the first admin.

use crate::app::{Address, App};
use crate::host::signed::same_site;
use crate::web::form::Sent;
use crate::web::layout;
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::sign_in::{inside, not_entered};
use axum::extract::{Query, State as Shared};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

/// The token, when it came by a link.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[serde(default)]
    token: String,
}

/// `GET /first-run`
pub async fn get(Shared(app): Shared<App>, Query(asked): Query<Asked>) -> Response {
    if !app.sign_in.needs_first_admin() {
        return Redirect::to("/sign-in").into_response();
    }
    Html(page(&asked.token, "", None).into_string()).into_response()
}

/// `POST /first-run`
pub async fn post(
    Shared(app): Shared<App>,
    address: Address,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Refused> {
    same_site(&headers)?;
    if !app.sign_in.needs_first_admin() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let fields = sent.by_anyone();
    let (token, name) = (fields.text("token"), fields.text("name"));
    match app
        .sign_in
        .first_admin(token, name, fields.raw("password"), address.0)
        .await
    {
        Ok(entered) => Ok(inside(&entered, "/")),
        Err(why) => {
            let (status, notice) = not_entered(why)?;
            Ok((status, Html(page(token, name, Some(&notice)).into_string())).into_response())
        }
    }
}

fn page(token: &str, name: &str, notice: Option<&Notice>) -> Markup {
    layout::alone(
        "Welcome",
        html! {
            h1 { "Welcome aboard" }
            p.note {
                "You are the first here. The token stands in the output of the server, and in the file "
                "beside the store; it works once, for an hour."
            }
            form.form method="post" action="/first-run" {
                (notice::show(notice))
                label {
                    "Token"
                    input name="token" value=(token) required autocomplete="off" spellcheck="false";
                }
                label {
                    "Your name"
                    input name="name" value=(name) required autocomplete="username" maxlength="100";
                }
                label {
                    "A password"
                    span.note { "at least 8 characters; 15 or more are better" }
                    input type="password" name="password" required minlength="8" autocomplete="new-password";
                }
                button.main type="submit" { "Begin" }
            }
        },
    )
}
