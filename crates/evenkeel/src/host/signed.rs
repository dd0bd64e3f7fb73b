//! Whoever is behind a request, and why somebody is turned away.
//!
//! [`Signed`] is an extractor: a handler that takes it is never entered by nobody. What the caller
//! may do is asked with [`Signed::may`], against the one table of [`crate::host::access`].

use crate::host::access::{Role, Sees, Verb};
use crate::host::sign_in::SignIn;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use evenkeel_core::event::Actor;
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::RepNo;
use evenkeel_core::state::State;
use std::sync::Arc;

/// Where somebody who is not signed in is sent by a page.
pub const SIGN_IN_PAGE: &str = "/sign-in";

/// A signed-in caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Who, as the journal names it.
    pub actor: Actor,
    /// What they may do.
    pub role: Role,
    /// The user's name, or the label of the key.
    pub name: Arc<str>,
    /// The rep they are.
    pub rep: Option<RepNo>,
    /// The token every form of this session carries; empty for an API key, which needs none.
    pub csrf: String,
}

/// Why a caller is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnedAway {
    /// Nobody is signed in, or no longer.
    SignedOut,
    /// The role does not allow it.
    MayNot {
        /// What was wanted.
        verb: Verb,
        /// What the caller is.
        role: Role,
    },
    /// The request came from another site, or without the token of its session.
    Forged,
}

impl Signed {
    /// Refuses a verb that the role does not allow.
    pub fn may(&self, verb: Verb) -> Result<(), TurnedAway> {
        if self.role.may(verb) {
            Ok(())
        } else {
            Err(TurnedAway::MayNot {
                verb,
                role: self.role,
            })
        }
    }

    /// Refuses a form without the token of this session.
    pub fn own_form(&self, csrf: &str) -> Result<(), TurnedAway> {
        let right = self.csrf.is_empty() || same_text(csrf, &self.csrf);
        if right {
            Ok(())
        } else {
            Err(TurnedAway::Forged)
        }
    }

    /// Key of the rep they are.
    pub fn own_key<'s>(&self, state: &'s State) -> Option<&'s str> {
        self.rep.map(|rep| state.roster().rep(rep).key.as_str())
    }

    /// Whether this caller sees a record that is at `place`.
    pub fn sees(&self, place: Place) -> bool {
        match self.role.sees() {
            Sees::All => true,
            Sees::Own => self.rep.is_some() && place.owner() == self.rep,
        }
    }
}

impl TurnedAway {
    /// What is wrong, in words.
    pub fn message(self) -> String {
        match self {
            Self::SignedOut => "Nobody is signed in, or no longer.".into(),
            Self::MayNot { verb, role } => {
                format!(
                    "The role {} does not allow to {}.",
                    role.word(),
                    verb.words()
                )
            }
            Self::Forged => {
                "The request did not come from a page of this session, so nothing was done.".into()
            }
        }
    }

    /// What to do about it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::SignedOut => "Sign in, or send an API key as `Authorization: Bearer ek_…`.",
            Self::MayNot { .. } => "Ask an admin of the workspace for the role that allows it.",
            Self::Forged => {
                "Load the page again and repeat; programs send the session's token as `X-CSRF-Token`."
            }
        }
    }

    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::MayNot { .. } | Self::Forged => StatusCode::FORBIDDEN,
        }
    }
}

impl IntoResponse for TurnedAway {
    /// The plainest form; pages and the API render their own.
    fn into_response(self) -> Response {
        (self.status(), self.message()).into_response()
    }
}

/// A page's answer to somebody who is turned away before it could render anything.
#[derive(Debug)]
pub struct SentAway {
    why: TurnedAway,
    /// The page to come back to, when the request was for one.
    next: Option<String>,
}

impl IntoResponse for SentAway {
    fn into_response(self) -> Response {
        match (self.why, self.next) {
            (TurnedAway::SignedOut, Some(next)) => {
                let mut to = format!("{SIGN_IN_PAGE}?next=");
                percent_encode(&next, &mut to);
                Redirect::to(&to).into_response()
            }
            (TurnedAway::SignedOut, None) => Redirect::to(SIGN_IN_PAGE).into_response(),
            (why, _) => why.into_response(),
        }
    }
}

impl<S> FromRequestParts<S> for Signed
where
    S: Send + Sync,
    Arc<SignIn>: FromRef<S>,
{
    type Rejection = SentAway;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, SentAway> {
        if let Some(signed) = parts.extensions.get::<Self>() {
            return Ok(signed.clone());
        }
        let sign_in = Arc::<SignIn>::from_ref(state);
        caller(&sign_in, &parts.method, &parts.headers).map_err(|why| {
            let path = parts
                .uri
                .path_and_query()
                .map(|path| path.as_str().to_owned());
            SentAway {
                why,
                next: path.filter(|_| parts.method == Method::GET),
            }
        })
    }
}

/// Who sends this request.
///
/// *Refuses*, in order: nobody known; a change asked for by another site.
pub fn caller(
    sign_in: &SignIn,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Signed, TurnedAway> {
    let signed = sign_in.caller(headers).ok_or(TurnedAway::SignedOut)?;
    if !method.is_safe() && !signed.csrf.is_empty() {
        same_site(headers)?;
    }
    Ok(signed)
}

/// Refuses a request that a browser says another site has set off.
pub fn same_site(headers: &HeaderMap) -> Result<(), TurnedAway> {
    match headers.get("sec-fetch-site").map(|value| value.as_bytes()) {
        None | Some(b"same-origin" | b"none") => Ok(()),
        Some(_) => Err(TurnedAway::Forged),
    }
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// Whether two texts are equal, in the same time wherever they differ.
fn same_text(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one
            .bytes()
            .zip(other.bytes())
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}

fn percent_encode(text: &str, into: &mut String) {
    use std::fmt::Write;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            into.push(char::from(byte));
        } else {
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (
                name.parse().expect("a name"),
                value.parse().expect("a value"),
            )
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn cookies_are_found_among_others() {
        let all = headers(&[("cookie", "a=1; evenkeel=xyz;b=2"), ("cookie", "c=3")]);
        assert_eq!(cookie(&all, "evenkeel"), Some("xyz"));
        assert_eq!(cookie(&all, "c"), Some("3"));
        assert_eq!(cookie(&all, "keel"), None);
    }

    #[test]
    fn another_site_changes_nothing() {
        assert!(same_site(&headers(&[])).is_ok());
        assert!(same_site(&headers(&[("sec-fetch-site", "same-origin")])).is_ok());
        for site in ["cross-site", "same-site", "x"] {
            assert_eq!(
                same_site(&headers(&[("sec-fetch-site", site)])),
                Err(TurnedAway::Forged)
            );
        }
    }

    #[test]
    fn a_form_needs_the_token_of_its_session() {
        let signed = |csrf: &str| Signed {
            actor: Actor::User(1),
            role: Role::Admin,
            name: "ana".into(),
            rep: None,
            csrf: csrf.into(),
        };
        assert!(signed("abc").own_form("abc").is_ok());
        assert_eq!(signed("abc").own_form("abd"), Err(TurnedAway::Forged));
        assert_eq!(signed("abc").own_form(""), Err(TurnedAway::Forged));
        assert!(signed("").own_form("").is_ok());
    }

    #[test]
    fn a_path_to_come_back_to_is_one_value() {
        let mut text = String::new();
        percent_encode("/records/L 1?x=1&y=ä", &mut text);
        assert_eq!(text, "/records/L%201%3Fx%3D1%26y%3D%C3%A4");
    }
}
