//! Records taken in: one, or a list, on the shortest way there is.
//!
//! Who may enter, and how large a body may be, is deliberately not said here:
//! [`crate::api::routes`] and [`crate::api::body`] say it for this way as for every other.

use crate::api::body::{IdempotencyKey, Raw};
use crate::api::deal::{self, Dealt};
use crate::api::fields::{self, Borrowed, RawFields};
use crate::api::outright::{self, Outright};
use crate::api::problem::{Document, Problem};
use crate::api::routes::{Guard, Routes};
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::directory::{Directory, Naming};
use crate::host::matching::Marker;
use crate::host::order::{Done, Order};
use crate::host::signed::{Signed, TurnedAway};
use crate::host::workspace::Pending;
use axum::extract::{self, FromRequest, FromRequestParts, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::event::Recorded;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::state::State;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa_axum::routes;

/// Most records in one request.
pub const RECORDS_MAX: usize = 1_000;

/// The path that most requests have.
const EXPRESS: &str = "/api/v1/records";

/// Headers of an answer, with those that are put on at the edge.
const HEADERS: usize = 12;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::TakeIn), routes!(take_in))
}

/// A record to be taken in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RecordIn<'a> {
    /// The key the source uses; unique for ever.
    #[serde(borrow)]
    #[schema(value_type = String)]
    key: Borrowed<'a>,
    /// Values of the fields the policy declares; numbers exact, moments RFC 3339, tags as a list.
    #[serde(borrow, default)]
    #[schema(value_type = Object)]
    fields: RawFields<'a>,
    /// When it came into being at its source, RFC 3339; now when absent.
    #[serde(borrow, default)]
    #[schema(value_type = Option<String>)]
    occurred_at: Option<Borrowed<'a>>,
}

/// What became of one record of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Result1<'a> {
    /// The status this record would have been answered alone.
    status: u16,
    /// Where it went, when it was taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    dealt: Option<Dealt<'a>>,
    /// Why not, when it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Document<'a>>,
}

/// What became of a list of records, in its order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Results<'a> {
    results: Vec<Result1<'a>>,
}

/// Takes in one record, or a list of up to 1,000.
///
/// A list is answered 200 with a result for each record: one refused record does not keep the
/// others out. With an `Idempotency-Key`, sending the same body again gives the same answer.
#[utoipa::path(
    post, path = "/records", tag = "records", request_body = RecordIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 201, body = Dealt), (status = 200, body = Results),
        (status = 409, body = Document), (status = 422, body = Document)),
)]
async fn take_in(
    extract::State(app): extract::State<App>,
    signed: Signed,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<Response, Problem> {
    taken_in(&app, signed, key, raw).await
}

/// Answers a request to take records in, as the router would, for whoever the guard admits.
///
/// Records come in by the thousand, and finding the way through the router costs as much as reading
/// one. What is kept while one waits is small for the same reason.
pub async fn express(app: &App, guard: &Guard, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let admitted = guard.admit(EXPRESS, &parts.method, &parts.headers);
    let signed = match admitted {
        Ok(Some(signed)) => signed,
        Ok(None) => return Problem::from(TurnedAway::SignedOut).into_response(),
        Err(problem) => return problem.into_response(),
    };
    let key = match IdempotencyKey::from_request_parts(&mut parts, app).await {
        Ok(key) => key,
        Err(problem) => return problem.into_response(),
    };
    let answered = match Raw::from_request(Request::from_parts(parts, body), app).await {
        Ok(raw) => taken_in(app, signed, key, raw).await,
        Err(problem) => Err(problem),
    };
    answered.unwrap_or_else(IntoResponse::into_response)
}

/// Whether a request is for [`express`].
pub fn is_express(request: &Request) -> bool {
    request.method() == Method::POST && request.uri().path() == EXPRESS
}

async fn taken_in(
    app: &App,
    signed: Signed,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<Response, Problem> {
    let directory = app.workspace.directory();
    let marker = match app.workspace.marker_now(&directory) {
        Some(marker) => marker,
        // Once for each policy version, and far larger.
        None => Box::pin(app.workspace.marker(&directory)).await?,
    };
    let many = raw.bytes().iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let intake = In {
        app,
        signed,
        key: key.0,
        raw,
        directory,
        marker,
    };
    if many {
        return Box::pin(intake.many()).await;
    }
    // What was read is let go before the wait.
    let pending = intake.one()?;
    Ok(created(pending.done().await?))
}

/// A request to take records in, and what is known of the workspace to read it by.
struct In<'a> {
    app: &'a App,
    signed: Signed,
    key: Option<String>,
    raw: Raw,
    directory: Arc<Directory>,
    marker: Arc<Marker>,
}

impl In<'_> {
    fn one(self) -> Result<Pending, Problem> {
        let text = std::str::from_utf8(self.raw.bytes()).ok();
        let read = text.and_then(|text| outright::read(text, &self.directory.schema));
        let read = match read {
            Some(read) => read,
            None => at_length(&self.raw.parse()?, &self.directory.schema)?,
        };
        let order = self.order(self.key.as_deref(), read);
        Ok(self.app.workspace.enqueue(order.telling(told))?)
    }

    async fn many(self) -> Result<Response, Problem> {
        let records: Vec<RecordIn<'_>> = self.raw.parse()?;
        if records.len() > RECORDS_MAX {
            let (limit, seen) = (RECORDS_MAX as u64, records.len() as u64);
            return Err(Refusal::BoundExceeded {
                what: "records in one request",
                limit,
                seen,
            }
            .into());
        }
        let orders: Vec<Result<Order, Problem>> = records
            .iter()
            .enumerate()
            .map(|(at, record)| {
                let key = self.key.as_ref().map(|key| format!("{key}\u{1f}{at}"));
                let read = at_length(record, &self.directory.schema);
                let read = read.map_err(|problem| problem.within(&format!("/{at}")))?;
                Ok(self.order(key.as_deref(), read))
            })
            .collect();
        // All are handed in before the first is waited for, so that they share commits; and read
        // before the first is handed in, for the writer may have to wait until this worker rests.
        let handed_in: Vec<Result<Pending, Problem>> = orders
            .into_iter()
            .map(|order| Ok(self.app.workspace.enqueue(order?)?))
            .collect();
        let mut done = Vec::with_capacity(handed_in.len());
        for pending in handed_in {
            done.push(match pending {
                Ok(pending) => pending.done().await.map_err(Problem::from),
                Err(problem) => Err(problem),
            });
        }
        Ok(results(self.app, &done))
    }

    fn order(&self, key: Option<&str>, record: Outright) -> Order {
        let (read, occurred) = (record.read, record.occurred);
        let row = match read.private.fields.is_empty() {
            true => None,
            false => read.private.row(self.app.workspace.new_subject()),
        };
        let (row, private) = row.map_or((None, None), |(row, private)| (Some(row), Some(private)));
        let schema = &self.directory.schema;
        let marks = (self.marker).marks(schema, &read.attributes, &read.private);
        let command = Command::Intake(Intake {
            key: record.key,
            attributes: read.attributes.into(),
            private,
            occurred,
            marks,
        });
        let order = match key {
            Some(key) => Order::keyed(self.signed.actor, key, self.raw.digest(), command),
            None => Order::once(self.signed.actor, command),
        };
        order.with(row)
    }
}

/// Reads a record by the policy, or says what is wrong with it and where.
fn at_length(record: &RecordIn<'_>, schema: &Schema) -> Result<Outright, Problem> {
    let read = record.fields.read(schema)?;
    let occurred = match &record.occurred_at {
        None => None,
        Some(Borrowed(text)) => Some(fields::moment(text).ok_or_else(|| {
            let text: String = text.chars().take(80).collect();
            let detail = format!("occurred_at is {text:?}, but must be RFC 3339.");
            Problem::own("field_malformed", detail).at("/occurred_at")
        })?),
    };
    Ok(Outright {
        key: record.key.0.as_ref().into(),
        read,
        occurred,
    })
}

/// Tells where one record went.
fn told(state: &State, first_seq: u64, events: &[Recorded]) -> Vec<u8> {
    let mut words = Vec::with_capacity(256);
    let dealt = Dealt::of(state, first_seq, events);
    serde_json::to_writer(&mut words, &dealt).expect("a deal is JSON");
    words
}

/// Answers for one record. A repetition gets the same answer, and a header that says so.
fn created(done: Done) -> Response {
    let mut response = Response::new(done.answer.into());
    *response.status_mut() = StatusCode::CREATED;
    let headers = response.headers_mut();
    // With those of the edge: room that is made later is made twice.
    headers.reserve(HEADERS);
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    if done.repeated {
        let name = HeaderName::from_static("idempotency-replayed");
        headers.insert(name, HeaderValue::from_static("true"));
    }
    response
}

fn results(app: &App, done: &[Result<Done, Problem>]) -> Response {
    let another = |done: &Result<Done, Problem>| {
        done.as_ref()
            .is_ok_and(|done| deal::names_another(&done.events))
    };
    let body = match done.iter().any(another) {
        false => results_body(&*app.workspace.directory(), done),
        true => app.workspace.glance(|state| results_body(state, done)),
    };
    let json = (
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    (StatusCode::OK, [json], body).into_response()
}

fn results_body(names: &impl Naming, done: &[Result<Done, Problem>]) -> Vec<u8> {
    let results = done.iter().map(|done| match done {
        Ok(done) => Result1 {
            status: StatusCode::CREATED.as_u16(),
            dealt: Dealt::of(names, done.first_seq, &done.events),
            problem: None,
        },
        Err(problem) => Result1 {
            status: problem.status().as_u16(),
            dealt: None,
            problem: Some(problem.document()),
        },
    });
    let results = results.collect();
    serde_json::to_vec(&Results { results }).expect("results are always JSON")
}

#[cfg(test)]
mod tests;
