//! Records that leave a book by somebody's word: given back, kept, pulled out; and new contacts.
//!
//! A rep gives back and keeps records of the own book. What becomes of them is the policy's.

use crate::api::body::{IdempotencyKey, Name, Raw};
use crate::api::fields;
use crate::api::moves::{Said, expected, keyed, said};
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::order::Order;
use crate::host::private::{Private, TEXT_MAX};
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::command::Command;
use evenkeel_core::command::find_contacts::FindContacts;
use evenkeel_core::command::keep::Keep;
use evenkeel_core::command::retrieve::{Retrieve, RetrieveTo};
use evenkeel_core::command::return_record::Return;
use evenkeel_core::event::{Event, Freed};
use evenkeel_core::holding::place::Place;
use evenkeel_core::people::rep::PrivateRef;
use evenkeel_core::time::Moment;
use evenkeel_core::verdict::Destination;
use evenkeel_journal::batch::PrivateRow;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::ReturnRecords), routes!(give_back))
        .add(Need::May(Verb::ReturnRecords), routes!(keep))
        .add(Need::May(Verb::MoveRecords), routes!(retrieve))
        .add(Need::May(Verb::MoveRecords), routes!(contacts))
}

/// Give a record back.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ReturnIn {
    /// A reason code that the policy lists under `[returns]`.
    reason: String,
    /// When the rep wants it back, RFC 3339; for a reason that asks for a date.
    #[serde(default)]
    back_at: Option<String>,
    /// The rep's words. Kept as personal data.
    #[serde(default)]
    note: Option<String>,
    /// Key of the owner the caller saw; `null` for nobody; absent for whoever it is.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    expected_owner: Said,
}

/// Keep a record that would be taken.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct KeepIn {
    /// What comes next. Kept as personal data.
    next_step: String,
    /// Until when, RFC 3339; absent for as long as the policy allows.
    #[serde(default)]
    until: Option<String>,
    /// Key of the owner the caller saw; `null` for nobody; absent for whoever it is.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    expected_owner: Said,
}

/// Pull a record out of a book.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RetrieveIn {
    /// `rest`, `deal` or `queue:NAME`: where it goes.
    to: String,
    /// Key of the owner the caller saw; `null` for nobody; absent for whoever it is.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    expected_owner: Said,
}

/// Where a record is now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlacedOut {
    record: String,
    /// Number of the first event.
    seq: u64,
    /// `rep`, `queue`, `held`, `resting`, `closed` or `kept`.
    outcome: &'static str,
    /// Until when it rests or is left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// Gives a record back with a reason. A rep gives back records of the own book, at most as many in
/// 30 days as the policy allows.
#[utoipa::path(
    post, path = "/records/{key}/return", tag = "recycling", request_body = ReturnIn,
    params(("key" = String, Path, description = "Key of the record"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = PlacedOut), (status = 404, body = Document),
        (status = 409, body = Document), (status = 422, body = Document)),
)]
async fn give_back(
    State(app): State<App>,
    signed: Signed,
    Name(record): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<PlacedOut>, Problem> {
    let body: ReturnIn = raw.parse()?;
    let (row, note) = words(&app, body.note.as_deref(), "/note")?.unzip();
    let command = Command::Return(Return {
        expected: expected(&app, &signed, &record, body.expected_owner)?,
        back_at: moment(body.back_at.as_deref(), "/back_at")?,
        record: record.clone(),
        reason: body.reason,
        note,
    });
    placed(&app, record, keyed(&signed, key, &raw, command).with(row)).await
}

/// Keeps a record of which its owner was warned, or that is due, with a next step.
#[utoipa::path(
    post, path = "/records/{key}/keep", tag = "recycling", request_body = KeepIn,
    params(("key" = String, Path, description = "Key of the record"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = PlacedOut), (status = 404, body = Document),
        (status = 409, body = Document), (status = 422, body = Document)),
)]
async fn keep(
    State(app): State<App>,
    signed: Signed,
    Name(record): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<PlacedOut>, Problem> {
    let body: KeepIn = raw.parse()?;
    let kept = words(&app, Some(&body.next_step), "/next_step")?;
    let Some((row, next_step)) = kept else {
        let detail = "next_step is empty, but says what comes next.";
        return Err(Problem::own("field_malformed", detail).at("/next_step"));
    };
    let command = Command::Keep(Keep {
        expected: expected(&app, &signed, &record, body.expected_owner)?,
        until: moment(body.until.as_deref(), "/until")?,
        record: record.clone(),
        next_step,
    });
    placed(&app, record, keyed(&signed, key, &raw, command).with([row])).await
}

/// Pulls a record out of a book: to rest, into a queue, or dealt again at once.
#[utoipa::path(
    post, path = "/records/{key}/retrieve", tag = "recycling", request_body = RetrieveIn,
    params(("key" = String, Path, description = "Key of the record"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = PlacedOut), (status = 404, body = Document),
        (status = 409, body = Document), (status = 422, body = Document)),
)]
async fn retrieve(
    State(app): State<App>,
    signed: Signed,
    Name(record): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<PlacedOut>, Problem> {
    let body: RetrieveIn = raw.parse()?;
    let to = match body.to.split_once(':') {
        None if body.to == "rest" => RetrieveTo::Rest,
        None if body.to == "deal" => RetrieveTo::Deal,
        Some(("queue", name)) => RetrieveTo::Queue(name.to_owned()),
        _ => {
            let seen: String = body.to.chars().take(80).collect();
            let detail = format!("to is {seen:?}, but must be rest, deal or queue:NAME.");
            return Err(Problem::own("field_malformed", detail).at("/to"));
        }
    };
    let expected = expected(&app, &signed, &record, body.expected_owner)?;
    let records = vec![(record.clone(), expected)];
    let command = Command::Retrieve(Retrieve { records, to });
    placed(&app, record, keyed(&signed, key, &raw, command)).await
}

/// Says that new contacts were found at a record that nobody has; it may end its rest.
#[utoipa::path(
    post, path = "/records/{key}/contacts-found", tag = "recycling",
    params(("key" = String, Path, description = "Key of the record")),
    responses((status = 200, body = PlacedOut), (status = 404, body = Document),
        (status = 409, body = Document)),
)]
async fn contacts(
    State(app): State<App>,
    signed: Signed,
    Name(record): Name,
) -> Result<axum::Json<PlacedOut>, Problem> {
    let command = Command::FindContacts(FindContacts {
        record: record.clone(),
    });
    placed(&app, record, Order::once(signed.actor, command)).await
}

/// Submits an order about a record and tells where that is afterwards.
async fn placed(app: &App, record: String, order: Order) -> Result<axum::Json<PlacedOut>, Problem> {
    let done = app.workspace.submit(order).await?;
    let mut told = PlacedOut {
        seq: done.first_seq,
        outcome: "",
        until: None,
        record,
    };
    for recorded in done.events.iter() {
        (told.outcome, told.until) = match &recorded.event {
            Event::RecordKept { until, .. } => ("kept", Some(until.to_string())),
            Event::RecordClosed { .. } => ("closed", None),
            Event::RecordReleased { to, .. } => match to {
                Freed::Rest { until, .. } => ("resting", Some(until.to_string())),
                Freed::Queue(_) => ("queue", None),
            },
            Event::RecordDealt { to, .. } => match to {
                Destination::Rep(_) => ("rep", None),
                Destination::Queue(_) => ("queue", None),
                Destination::Hold { until, .. } => ("held", Some(until.to_string())),
                Destination::Merged(_) => ("closed", None),
            },
            Event::Sweeping(_) => app.workspace.glance(|state| {
                let place = state.record_no(&told.record).map(|one| state.place(one));
                match place {
                    Some(Place::Resting(rest)) => ("resting", Some(rest.until.to_string())),
                    Some(Place::Held(hold)) => ("held", Some(hold.until.to_string())),
                    _ => ("queue", None),
                }
            }),
            _ => continue,
        };
    }
    Ok(axum::Json(told))
}

/// The row to keep for somebody's words, and the reference for the journal.
fn words(
    app: &App,
    words: Option<&str>,
    pointer: &'static str,
) -> Result<Option<(PrivateRow, PrivateRef)>, Problem> {
    let Some(words) = words.map(str::trim).filter(|words| !words.is_empty()) else {
        return Ok(None);
    };
    if words.len() > TEXT_MAX {
        let detail = format!("The words are longer than {TEXT_MAX} bytes.");
        return Err(Problem::own("field_malformed", detail).at(pointer));
    }
    Ok(Private::note(words).row(app.workspace.new_subject()))
}

fn moment(text: Option<&str>, pointer: &'static str) -> Result<Option<Moment>, Problem> {
    text.map(|text| {
        fields::moment(text).ok_or_else(|| {
            let detail = "A moment is RFC 3339, like 2026-03-01T09:30:00Z.";
            Problem::own("field_malformed", detail).at(pointer)
        })
    })
    .transpose()
}
