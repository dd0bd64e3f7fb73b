//! Out of rotation and back: a rep is paused until a review, stays out longer, or resumes.
//!
//! The book stays. At the date nothing happens by itself: `GET /reviews` lists who is to be decided
//! about, and leaving is asked for where it always is (`POST /reps/{key}/deactivate`).

use crate::api::body::{IdempotencyKey, Name, Raw, Unread};
use crate::api::fields;
use crate::api::moves::keyed;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::private::{Private, TEXT_MAX};
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::command::Command;
use evenkeel_core::command::pause_rep::PauseRep;
use evenkeel_core::command::resume_rep::ResumeRep;
use evenkeel_core::ids::RepNo;
use evenkeel_core::people::rep::Status;
use evenkeel_core::state::State as Workspace;
use evenkeel_core::time::Moment;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// Most reviews listed; the longest due come first.
const LIST_MAX: usize = 1_000;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::SetReps), routes!(pause))
        .add(Need::May(Verb::SetReps), routes!(resume))
        .add(Need::May(Verb::SetReps), routes!(reviews))
}

/// Take a rep out of rotation, or set another review date.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PauseRepIn {
    /// When somebody is asked what comes next, RFC 3339; ahead, at most 366 days.
    review: String,
    /// Why. Kept as personal data of the rep; absent keeps what was said before.
    #[serde(default)]
    reason: Option<String>,
}

/// Whether a rep takes part in rotation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RotationOut {
    /// Key of the rep.
    rep: String,
    /// `active`, `paused` or `left`.
    status: &'static str,
    /// Since when the rep is out.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// When somebody is asked what comes next; absent where no date was set.
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<String>,
    /// Whether that date has come, or none was set: then somebody has to answer.
    due: bool,
    /// How many open records are in the book.
    book: usize,
}

/// Reps whose review is due.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Reviews {
    /// The longest due first; those without a date before them.
    reviews: Vec<RotationOut>,
}

/// Takes a rep out of rotation until a review; the book stays. For a rep who is out already it sets
/// another date.
#[utoipa::path(
    post, path = "/reps/{key}/pause", tag = "reps", request_body = PauseRepIn,
    params(("key" = String, Path, description = "Key of the rep"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = RotationOut), (status = 404, body = Document),
        (status = 409, body = Document), (status = 422, body = Document)),
)]
async fn pause(
    State(app): State<App>,
    signed: Signed,
    Name(key): Name,
    idempotency: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<RotationOut>, Problem> {
    let PauseRepIn { review, reason } = raw.parse()?;
    let review = fields::moment(&review).ok_or_else(|| {
        let seen: String = review.chars().take(80).collect();
        let detail = format!("{seen:?} is no moment such as \"2026-03-01T09:30:00Z\".");
        Problem::own("field_malformed", detail).at("/review")
    })?;
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    if reason
        .as_ref()
        .is_some_and(|reason| reason.len() > TEXT_MAX)
    {
        let detail = format!("The reason is longer than {TEXT_MAX} bytes.");
        return Err(Problem::own("field_malformed", detail).at("/reason"));
    }
    let kept = reason.and_then(|reason| {
        let words = Private::note(&reason);
        words.row(app.workspace.new_subject())
    });
    let (row, reason) = kept.unzip();
    let command = Command::PauseRep(PauseRep {
        rep: key.clone(),
        review,
        reason,
    });
    let order = keyed(&signed, idempotency, &raw, command).with(row);
    app.workspace.submit(order).await?;
    told(&app, &key).await
}

/// Takes a rep into rotation again, with the credits as they stand.
#[utoipa::path(
    post, path = "/reps/{key}/resume", tag = "reps",
    params(("key" = String, Path, description = "Key of the rep"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = RotationOut), (status = 404, body = Document),
        (status = 409, body = Document)),
)]
async fn resume(
    State(app): State<App>,
    signed: Signed,
    Name(key): Name,
    idempotency: IdempotencyKey,
    Unread(raw): Unread,
) -> Result<axum::Json<RotationOut>, Problem> {
    let command = Command::ResumeRep(ResumeRep { rep: key.clone() });
    let order = keyed(&signed, idempotency, &raw, command);
    app.workspace.submit(order).await?;
    told(&app, &key).await
}

/// Lists the reps out of rotation about whom somebody has to decide now.
#[utoipa::path(
    get, path = "/reviews", tag = "reps", responses((status = 200, body = Reviews)),
)]
async fn reviews(State(app): State<App>) -> axum::Json<Reviews> {
    let now = app.workspace.now();
    let found = app.workspace.ask(|state| {
        let reps = (0..state.roster().len()).map(RepNo::at);
        let mut due: Vec<(Option<Moment>, RepNo)> = reps
            .filter_map(|rep| match state.roster().rep(rep).profile.status {
                Status::Paused { review, .. } if is_due(review, now) => Some((review, rep)),
                _ => None,
            })
            .collect();
        due.sort();
        let reviews = due.into_iter().take(LIST_MAX);
        Reviews {
            reviews: reviews.map(|(_, rep)| out(state, rep, now)).collect(),
        }
    });
    axum::Json(found.await)
}

fn is_due(review: Option<Moment>, now: Moment) -> bool {
    review.is_none_or(|review| review <= now)
}

async fn told(app: &App, key: &str) -> Result<axum::Json<RotationOut>, Problem> {
    let now = app.workspace.now();
    let found = app.workspace.ask(|state| {
        let rep = state.roster().find(key)?;
        Some(out(state, rep, now))
    });
    let found = found.await;
    found
        .map(axum::Json)
        .ok_or_else(|| Problem::unknown("rep", key))
}

fn out(state: &Workspace, rep: RepNo, now: Moment) -> RotationOut {
    let entry = state.roster().rep(rep);
    let (status, since, review, due) = match entry.profile.status {
        Status::Paused { since, review, .. } => {
            ("paused", Some(since), review, is_due(review, now))
        }
        Status::Active => ("active", None, None, false),
        Status::Left => ("left", None, None, false),
    };
    RotationOut {
        rep: entry.key.clone(),
        status,
        since: since.map(|since| since.to_string()),
        review: review.map(|review| review.to_string()),
        due,
        book: entry.book.len(),
    }
}
