//! What a question in an address asks: figures read within bounds, each with its default.
//!
//! For pages that only answer; nothing here changes anything.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The fields of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked(BTreeMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let read = Query::<BTreeMap<String, String>>::try_from_uri(&parts.uri);
        Ok(Self(read.map(|read| read.0).unwrap_or_default()))
    }
}

impl Asked {
    /// From pairs.
    pub fn of<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let own = |(name, text): (&str, &str)| (name.to_owned(), text.to_owned());
        Self(pairs.map(own).collect())
    }

    /// Whether anything was asked.
    pub fn anything(&self) -> bool {
        !self.0.is_empty()
    }

    /// The text of a field, without space around it; empty when it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// The number in a field; the default when it is missing or left empty.
    ///
    /// *Refuses* in words what is no number within `least` and `most`.
    pub fn number(
        &self,
        (name, label): (&str, &str),
        usual: f64,
        (least, most): (f64, f64),
    ) -> Result<f64, String> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(usual);
        }
        let plain = text.replace([',', ' ', '_'], "");
        let number = plain.parse::<f64>().ok();
        let number = number.filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| {
            let seen: String = text.chars().take(40).collect();
            format!("{label} is “{seen}”, but must be a number from {least} to {most}.")
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_within_their_bounds() {
        let asked = Asked::of([("a", " 1,250 "), ("b", "NaN"), ("c", "-1")].into_iter());
        let read = |name| asked.number((name, "It"), 7.0, (0.0, 9_999.0));
        assert_eq!(read("a"), Ok(1_250.0));
        assert_eq!(read("none"), Ok(7.0));
        assert!(read("b").is_err() && read("c").is_err());
    }
}
