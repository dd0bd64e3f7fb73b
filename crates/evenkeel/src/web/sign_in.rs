//! Signing in and out.
//!
//! A wrong name and a wrong password get the same answer; who may come in is decided by
//! [`crate::host::sign_in`].

use crate::app::{Address, App};
use crate::host::sign_in::{Entered, NotEntered};
use crate::host::signed::{Signed, same_site};
use crate::web::form::Sent;
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::{layout, words};
use axum::extract::{Query, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

/// Where to go afterwards, and a link that signs in once.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    next: Option<String>,
    once: Option<String>,
}

/// `GET /sign-in`
pub async fn get(Shared(app): Shared<App>, Query(asked): Query<Asked>) -> Response {
    if app.sign_in.needs_first_admin() {
        return Redirect::to("/first-run").into_response();
    }
    match asked.once {
        Some(once) => Html(link_page(&once).into_string()).into_response(),
        None => Html(page(own(asked.next.as_deref()), "", None).into_string()).into_response(),
    }
}

/// `POST /sign-in`
pub async fn post(
    Shared(app): Shared<App>,
    address: Address,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Refused> {
    same_site(&headers)?;
    let fields = sent.by_anyone();
    let (once, name) = (fields.text("once"), fields.text("name"));
    let next = own(Some(fields.text("next")));
    let entered = match once {
        "" => {
            app.sign_in
                .enter(name, fields.raw("password"), address.0)
                .await
        }
        once => app.sign_in.enter_once(once, address.0).await,
    };
    match entered {
        Ok(entered) => Ok(inside(&entered, next)),
        Err(why) => {
            let (status, notice) = not_entered(why)?;
            Ok((status, Html(page(next, name, Some(&notice)).into_string())).into_response())
        }
    }
}

/// `POST /sign-out`
pub async fn leave(
    Shared(app): Shared<App>,
    signed: Signed,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Refused> {
    sent.by(&signed)?;
    let cookie = app.sign_in.leave(&headers).await?;
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response())
}

/// The answer that lets somebody in.
pub fn inside(entered: &Entered, next: &str) -> Response {
    (
        [(header::SET_COOKIE, entered.cookie.clone())],
        Redirect::to(next),
    )
        .into_response()
}

/// Why not, in words. A storage fault is a page of its own.
pub fn not_entered(why: NotEntered) -> Result<(StatusCode, Notice), Refused> {
    match why {
        NotEntered::Wrong => Ok((
            StatusCode::UNAUTHORIZED,
            Notice::form(
                "That was not right.",
                "Look at name and password again. Links and tokens work once, for an hour.",
            ),
        )),
        NotEntered::Wait(span) => Ok((
            StatusCode::TOO_MANY_REQUESTS,
            Notice::form(
                "Too many tries.",
                format!("Try again in {}.", words::span(span)),
            ),
        )),
        NotEntered::Refused(why) => Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            Notice::form("Not accepted.", format!("{why}.")),
        )),
        NotEntered::Fault(fault) => Err(fault.into()),
    }
}

/// A path on this server; anything else leads to the first page.
fn own(next: Option<&str>) -> &str {
    match next {
        Some(path)
            if path.starts_with('/')
                && !path.starts_with("//")
                && !path.contains(['\\', '\n', '\r']) =>
        {
            path
        }
        _ => "/",
    }
}

fn page(next: &str, name: &str, notice: Option<&Notice>) -> Markup {
    layout::alone(
        "Sign in",
        html! {
            h1 { "Sign in" }
            p.note { "Every record to the right rep, and the proof of it." }
            form.form method="post" action="/sign-in" {
                (notice::show(notice))
                input type="hidden" name="next" value=(next);
                label {
                    "Name"
                    input name="name" value=(name) required autocomplete="username" maxlength="100"
                    autofocus;
                }
                label {
                    "Password"
                    input type="password" name="password" required autocomplete="current-password";
                }
                button.main type="submit" { "Sign in" }
            }
        },
    )
}

/// A link must not sign in by being looked at (mail scanners do), so it asks for one press.
fn link_page(once: &str) -> Markup {
    layout::alone(
        "Sign in",
        html! {
            h1 { "Come aboard" }
            p.note { "This link signs you in once." }
            form.form method="post" action="/sign-in" {
                input type="hidden" name="once" value=(once);
                button.main type="submit" autofocus { "Sign in" }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for (next, path) in [
            (Some("/records/L-1"), "/records/L-1"),
            (Some("//evil.example"), "/"),
            (Some("https://evil.example"), "/"),
            (Some("/\\evil.example"), "/"),
            (Some("/a\r\nSet-Cookie: x"), "/"),
            (None, "/"),
        ] {
            assert_eq!(own(next), path);
        }
    }

    #[test]
    fn what_was_typed_is_escaped_and_the_password_never_comes_back() {
        let page = page("/\"><script>", "\"><script>", None).into_string();
        assert_eq!(page.matches("<script").count(), 1);
        assert!(!page.contains("type=\"password\" value"));
    }
}
