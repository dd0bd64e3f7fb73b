//! Feedback about how much a book is: a rep's own, and the view of those who run the team.

use crate::api::body::{IdempotencyKey, Name, Raw};
use crate::api::fields::exact;
use crate::api::moves::keyed;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Sees, Verb};
use crate::host::private::{Private, TEXT_MAX};
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::command::Command;
use evenkeel_core::command::file_feedback::FileFeedback;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::ids::RepNo;
use evenkeel_core::people::feedback::{Feels, Said};
use evenkeel_core::state::State as Workspace;
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::GiveFeedback), routes!(list, say))
}

/// The event for the journal's readers.
pub fn told(state: &Workspace, rep: RepNo, said: &Said) -> Value {
    json!({
        "type": "feedback_filed", "rep": state.roster().rep(rep).key,
        "by": if said.by_rep { "rep" } else { "lead" }, "feels": said.feels.code(),
        "accounts": said.accounts.map(exact),
    })
}

/// A view of a book.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct FeedbackIn {
    /// `too_much`, `too_little` or `right`.
    feels: String,
    /// How much would be right, in standard accounts, as a decimal.
    #[serde(default)]
    accounts: Option<String>,
    /// Why. Kept as personal data.
    #[serde(default)]
    why: Option<String>,
}

/// A view that was kept.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FeedbackOut {
    at: String,
    /// `rep`, or `lead` for those who run the team.
    by: &'static str,
    /// `too_much`, `too_little` or `right`.
    feels: &'static str,
    /// How much would be right.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    accounts: Option<Value>,
}

/// Views of one book, oldest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Views {
    rep: String,
    views: Vec<FeedbackOut>,
}

/// It is kept.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Filed {
    rep: String,
    seq: u64,
}

fn out(view: &(Moment, Said)) -> FeedbackOut {
    let (at, said) = view;
    FeedbackOut {
        at: at.to_string(),
        by: if said.by_rep { "rep" } else { "lead" },
        feels: said.feels.code(),
        accounts: said.accounts.map(exact),
    }
}

/// Whether the caller may see and say something about this rep's book.
pub fn near(app: &App, signed: &Signed, rep: &str) -> Result<(), Problem> {
    let unknown = || {
        let rep = rep.to_owned();
        Problem::from(Refusal::RepUnknown { rep })
    };
    let number = app.workspace.glance(|state| state.roster().find(rep));
    let number = number.ok_or_else(unknown)?;
    match signed.role.sees() == Sees::All || signed.rep == Some(number) {
        true => Ok(()),
        false => Err(unknown()),
    }
}

/// What was said about how much a rep's book is. A rep sees the own one. Why is not told here.
#[utoipa::path(
    get, path = "/reps/{key}/feedback", tag = "reps",
    params(("key" = String, Path, description = "Key of the rep")),
    responses((status = 200, body = Views), (status = 404, body = Document)),
)]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Name(rep): Name,
) -> Result<axum::Json<Views>, Problem> {
    near(&app, &signed, &rep)?;
    let views = app.workspace.ask(|state| match state.roster().find(&rep) {
        Some(number) => state.feedback().of(number).iter().map(out).collect(),
        None => Vec::new(),
    });
    let views = views.await;
    Ok(axum::Json(Views { rep, views }))
}

/// Says how much a rep's book is: the rep's own view when the rep says so, else the team lead's. It
/// changes no capacity.
#[utoipa::path(
    post, path = "/reps/{key}/feedback", tag = "reps", request_body = FeedbackIn,
    params(("key" = String, Path, description = "Key of the rep"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = Filed), (status = 404, body = Document),
        (status = 422, body = Document)),
)]
async fn say(
    State(app): State<App>,
    signed: Signed,
    Name(rep): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<Filed>, Problem> {
    near(&app, &signed, &rep)?;
    let FeedbackIn {
        feels,
        accounts,
        why,
    } = raw.parse()?;
    let bad =
        |at: &'static str, detail: &str| Problem::own("field_malformed", detail.to_owned()).at(at);
    let feels = Feels::from_code(&feels)
        .ok_or_else(|| bad("/feels", "It must be too_much, too_little or right."))?;
    let accounts = match accounts {
        None => None,
        Some(text) => Some(
            Micro::parse(&text).ok_or_else(|| bad("/accounts", "It must be a plain decimal."))?,
        ),
    };
    let why = why.filter(|why| !why.trim().is_empty());
    if why.as_ref().is_some_and(|why| why.len() > TEXT_MAX) {
        return Err(bad("/why", "It is too long."));
    }
    let own = app.workspace.glance(|state| state.roster().find(&rep));
    let kept = why.and_then(|why| Private::note(&why).row(app.workspace.new_subject()));
    let (row, why) = kept.unzip();
    let said = Said {
        by_rep: own.is_some() && signed.rep == own,
        feels,
        accounts,
        why,
    };
    let command = Command::FileFeedback(FileFeedback {
        rep: rep.clone(),
        said,
    });
    let order = keyed(&signed, key, &raw, command).with(row);
    let done = app.workspace.submit(order).await?;
    let seq = done.last_seq;
    Ok(axum::Json(Filed { rep, seq }))
}
