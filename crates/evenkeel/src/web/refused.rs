//! Pages that say no, in plain words: not found, not allowed, not possible now.
//!
//! Every one says what is wrong and what to do, and none shows what the viewer may not see: a
//! record of somebody else and a record that is not there look the same.

use crate::host::fault::Fault;
use crate::host::order::Denied;
use crate::host::signed::TurnedAway;
use crate::web::layout;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::html;

/// A page that says no.
#[derive(Debug)]
pub enum Refused {
    /// The caller may not.
    Away(TurnedAway),
    /// There is no such thing, or the caller may not see it.
    Missing(&'static str),
    /// A form could not be read.
    Form(String),
    /// Try again in a moment.
    Busy,
    /// The machine could not, or takes no changes.
    Fault(String),
}

impl Refused {
    /// There is no such thing.
    pub fn missing(what: &'static str) -> Self {
        Self::Missing(what)
    }

    /// A form could not be read.
    pub fn form(why: impl Into<String>) -> Self {
        Self::Form(why.into())
    }

    fn parts(self) -> (StatusCode, &'static str, String, String) {
        match self {
            Self::Away(away) => {
                let title = match away {
                    TurnedAway::MayNot { .. } => "Your role does not allow this",
                    TurnedAway::Forged => "This form is no longer good",
                    TurnedAway::SignedOut => "You are not signed in",
                };
                (away.status(), title, away.message(), away.hint().to_owned())
            }
            Self::Missing(what) => (
                StatusCode::NOT_FOUND,
                "Not here",
                format!("There is no such {what}, or it is not yours to see."),
                "Maybe the key is spelled differently. Search for it, or go back to the first page.".into(),
            ),
            Self::Form(why) => (
                StatusCode::BAD_REQUEST,
                "The form could not be read",
                why,
                "Go back, look at it again, and send it once more.".into(),
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Too much is waiting",
                "Nothing was done.".into(),
                "Try again in a moment.".into(),
            ),
            Self::Fault(why) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The server could not do this",
                format!("Nothing was changed: {why}."),
                "Try again; if it stays so, whoever runs the server finds the cause with “evenkeel doctor”.".into(),
            ),
        }
    }
}

impl From<TurnedAway> for Refused {
    fn from(away: TurnedAway) -> Self {
        Self::Away(away)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault.to_string())
    }
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Refused(refusal) => Self::Form(refusal.message()),
            Denied::Busy => Self::Busy,
            Denied::IdReused => {
                Self::Form("This form was sent before, with something else in it.".into())
            }
            denied @ (Denied::Fault(_) | Denied::ReadOnly(_)) => Self::Fault(denied.to_string()),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        if matches!(self, Self::Away(TurnedAway::SignedOut)) {
            return Redirect::to(crate::host::signed::SIGN_IN_PAGE).into_response();
        }
        let busy = matches!(self, Self::Busy);
        let (status, title, words, hint) = self.parts();
        let page = layout::alone(
            title,
            html! {
                h1 { (title) }
                p { (words) }
                p.note { (hint) }
                p { a href="/" { "To the first page" } }
            },
        );
        let mut answer = (status, Html(page.into_string())).into_response();
        if busy {
            answer
                .headers_mut()
                .insert(header::RETRY_AFTER, header::HeaderValue::from_static("2"));
        }
        answer
    }
}

/// Every address that is no page.
pub async fn nowhere() -> Refused {
    Refused::missing("page")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::access::{Role, Verb};

    #[test]
    fn every_no_has_its_status_and_words() {
        let may_not = TurnedAway::MayNot {
            verb: Verb::PublishPolicy,
            role: Role::Rep,
        };
        for (refused, status) in [
            (Refused::from(may_not), 403),
            (Refused::from(TurnedAway::Forged), 403),
            (Refused::missing("record"), 404),
            (Refused::form("<script>"), 400),
            (Refused::Busy, 503),
            (Refused::from(Fault::Stopping), 503),
        ] {
            assert_eq!(refused.into_response().status().as_u16(), status);
        }
        let answer = Refused::from(TurnedAway::SignedOut).into_response();
        assert_eq!(answer.headers()["location"], "/sign-in");
    }
}
