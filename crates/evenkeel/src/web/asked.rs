//! A question in an address, and its form with what was asked or what the workspace knows.
//!
//! For pages that only answer; how figures are read is [`crate::host::asked`]'s.

use crate::host::asked::Asked;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use maud::{Markup, html};
use std::collections::BTreeMap;

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let read = Query::<BTreeMap<String, String>>::try_from_uri(&parts.uri);
        Ok(Self::from(read.map(|read| read.0).unwrap_or_default()))
    }
}

/// A number field of a question, filled in with what was asked, or with a figure of the workspace.
pub fn input(asked: &Asked, name: &str, label: &str, (usual, note): (&str, &str)) -> Markup {
    let value = match asked.text(name) {
        "" => usual,
        text => text,
    };
    html! {
        label {
            span { (label) @if !note.is_empty() { " " span.note { (note) } } }
            input type="text" inputmode="decimal" name=(name) value=(value) maxlength="40" autocomplete="off";
        }
    }
}

/// A choice of a question.
pub fn choice(asked: &Asked, name: &str, label: &str, options: &[(String, String)]) -> Markup {
    let chosen = asked.text(name);
    html! {
        label {
            (label)
            select name=(name) {
                @for (value, words) in options {
                    option value=(value) selected[value == chosen] { (words) }
                }
            }
        }
    }
}
