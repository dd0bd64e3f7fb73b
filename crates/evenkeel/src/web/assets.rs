//! Style, script and icon: part of the program, served under a name that changes with the content.
//!
//! So browsers may keep them for a year, and a new version is never mixed with an old one.
//! Deliberately nothing is read from disk and nothing is loaded from elsewhere.

use crate::web::icons;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::LazyLock;

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    name: String,
    kind: &'static str,
    body: &'static str,
}

impl Asset {
    fn new(stem: &str, ending: &str, kind: &'static str, body: &'static str) -> Self {
        let digest = crate::host::secret::digest(&[body.as_bytes()]);
        let hash = crate::host::secret::hex(&digest[..6]);
        Self {
            name: format!("{stem}-{hash}.{ending}"),
            kind,
            body,
        }
    }

    /// Where it is: `/assets/app-0123456789ab.css`.
    pub fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

/// How the pages look.
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "app",
        "css",
        "text/css; charset=utf-8",
        concat!(
            include_str!("assets/app.css"),
            include_str!("assets/picture.css")
        ),
    )
});
/// What makes them quicker to use.
pub static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "app",
        "js",
        "text/javascript; charset=utf-8",
        include_str!("assets/app.js"),
    )
});
/// The mark in the browser's tab.
pub static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("keel", "svg", "image/svg+xml", icons::TAB));

/// `GET /assets/{name}`
pub async fn get(Path(name): Path<String>) -> Response {
    let known = [&*STYLE, &*SCRIPT, &*ICON]
        .into_iter()
        .find(|asset| asset.name == name);
    match known {
        Some(asset) => {
            let kept = "public, max-age=31536000, immutable";
            (
                [
                    (header::CONTENT_TYPE, asset.kind),
                    (header::CACHE_CONTROL, kept),
                ],
                asset.body,
            )
                .into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_with_content_and_nothing_comes_from_elsewhere() {
        let one = Asset::new("app", "css", "text/css", "a{}");
        let other = Asset::new("app", "css", "text/css", "b{}");
        assert_ne!(one.path(), other.path());
        for asset in [&*STYLE, &*SCRIPT] {
            assert!(!asset.body.contains("://") && !asset.body.contains("@import"));
            assert!(!asset.body.contains("url("));
        }
    }

    #[test]
    fn the_script_stays_small() {
        let lines = SCRIPT
            .body
            .lines()
            .filter(|line| !line.trim().is_empty())
            .count();
        assert!(
            lines <= 220,
            "{lines} lines; the pages must work without it"
        );
    }
}
