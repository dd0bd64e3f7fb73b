//! Reading what callers send: bodies, keys and cursors, strictly and within bounds.
//!
//! Unknown and repeated fields, other types and other encodings are refused with the place they
//! stand at. Numbers are not read here at all: they stay text until their field's type is known.

use crate::api::problem::Problem;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// Longest idempotency key in characters.
pub const KEY_MAX: usize = 255;
/// Most items a listing gives at once.
pub const PAGE_MAX: usize = 1_000;
/// Items a listing gives when not told otherwise.
pub const PAGE: usize = 100;

/// A JSON body, not parsed yet, at most `MAX` bytes.
#[derive(Debug)]
pub struct Raw<const MAX: usize = { crate::config::BODY_BYTES_MAX }> {
    bytes: Bytes,
    method: Method,
    address: Uri,
}

impl<S: Send + Sync, const MAX: usize> FromRequest<S> for Raw<MAX> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        is_json(&parts.headers)?;
        let bytes = collect(&parts, body, MAX).await?;
        Ok(Self {
            bytes,
            method: parts.method,
            address: parts.uri,
        })
    }
}

impl<const MAX: usize> Raw<MAX> {
    /// Digest of method, address and body: what an idempotency key is tied to.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(self.method.as_str());
        hasher.update(b" ");
        hasher.update(self.address.path());
        hasher.update(b"\n");
        hasher.update(&self.bytes);
        hasher.finalize().into()
    }

    /// The body as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads the body.
    ///
    /// *Refuses* with `json_malformed`: what is not JSON (also repeated fields, numbers that are
    /// none, halves of surrogate pairs), a field this address does not know, another type.
    pub fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
        // The short way first; only a failure is worth finding out where. A text looked through
        // once need not be looked through again value by value.
        let text = std::str::from_utf8(&self.bytes).ok();
        let parsed = text.and_then(|text| serde_json::from_str(text).ok());
        parsed.map_or_else(|| self.parse_slowly(), Ok)
    }

    fn parse_slowly<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
        let mut reader = serde_json::Deserializer::from_slice(&self.bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let pointer = pointer_of(error.path());
            malformed(error.inner()).at(pointer)
        })?;
        reader.end().map_err(|error| malformed(&error))?;
        Ok(value)
    }
}

/// A body of which nothing is read, and that need not be there.
#[derive(Debug)]
pub struct Unread(pub Raw);

impl<S: Send + Sync> FromRequest<S> for Unread {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let undeclared = !request.headers().contains_key(header::CONTENT_TYPE);
        if !undeclared || !request.body().is_end_stream() {
            return Raw::from_request(request, state).await.map(Self);
        }
        let (parts, _) = request.into_parts();
        Ok(Self(Raw {
            bytes: Bytes::new(),
            method: parts.method,
            address: parts.uri,
        }))
    }
}

/// A parsed JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let raw = Raw::<{ crate::config::BODY_BYTES_MAX }>::from_request(request, state).await?;
        Ok(Self(raw.parse()?))
    }
}

/// The caller's idempotency key, if one was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let fits = |key: &&str| !key.trim().is_empty() && key.len() <= KEY_MAX;
        let key = value.to_str().ok().filter(fits).ok_or_else(|| {
            let detail = format!("The key must have 1 to {KEY_MAX} printable ASCII characters.");
            Problem::own("key_malformed", detail)
                .hint("A random UUID is a good key; use a new one for every new request.")
        })?;
        Ok(Self(Some(key.to_owned())))
    }
}

/// The parameters of an address.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        read.map(|query| Self(query.0)).map_err(|error| {
            Problem::own("query_malformed", error.body_text())
                .hint("The parameters of every address are in /api/v1/openapi.json.")
        })
    }
}

/// A part of the path, decoded.
#[derive(Debug)]
pub struct Name(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<String>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0))
            .map_err(|_| Problem::own("query_malformed", "The address is not UTF-8."))
    }
}

/// A number in the path.
#[derive(Debug)]
pub struct Number(pub u64);

impl<S: Send + Sync> FromRequestParts<S> for Number {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<u64>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0))
            .map_err(|_| Problem::own("query_malformed", "The address ends in no whole number."))
    }
}

/// How many items, within bounds.
pub fn page(limit: Option<usize>) -> usize {
    limit.unwrap_or(PAGE).clamp(1, PAGE_MAX)
}

fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let encoding = headers.get(header::CONTENT_ENCODING);
    let encoding = encoding.map_or("identity", |value| value.to_str().unwrap_or("?"));
    if !encoding.eq_ignore_ascii_case("identity") {
        let encoding: String = encoding.chars().take(80).collect();
        let detail = format!("The body is declared as encoded with {encoding:?}.");
        return Err(
            Problem::own("not_json", detail).hint("Send it as it is, without `Content-Encoding`.")
        );
    }
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media = media.unwrap_or("").split(';').next().unwrap_or("").trim();
    let json = media.eq_ignore_ascii_case("application/json")
        || media.len() > 5 && media[media.len() - 5..].eq_ignore_ascii_case("+json");
    if json {
        return Ok(());
    }
    Err(
        Problem::own("not_json", format!("The body is declared as {media:?}."))
            .hint("Send JSON, with `Content-Type: application/json`."),
    )
}

async fn collect(parts: &Parts, body: Body, max: usize) -> Result<Bytes, Problem> {
    let too_large = || {
        Problem::own("too_large", format!("The body is longer than {max} bytes."))
            .hint("Send less at once.")
    };
    let declared = parts.headers.get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > max) {
        return Err(too_large());
    }
    axum::body::to_bytes(body, max)
        .await
        .map_err(|_| too_large())
}

/// What serde says, for people: without the names of our types.
fn malformed(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let mut words = error.to_string();
    if let Some(end) = words.find(" at line ") {
        words.truncate(end);
    }
    if let Some(start) = words.find("struct ") {
        words.replace_range(start.., "an object");
    }
    let detail = format!("Line {line}, column {column}: {words}.");
    Problem::own("json_malformed", detail)
        .hint("The form of every body is in /api/v1/openapi.json.")
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}
