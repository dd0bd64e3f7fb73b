//! Activities: logged many at once, and listed for a record.
//!
//! What came before, under the same id of the same source, adds nothing and is told as a duplicate;
//! so sending a list again is safe with and without an `Idempotency-Key`.

use crate::api::body::{IdempotencyKey, Name, Query, Raw, page};
use crate::api::fields;
use crate::api::problem::{Document, Problem};
use crate::api::records::visible;
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Sees, Verb};
use crate::host::logged::{self, Fate};
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::command::log_activities::{ACTIVITIES_MAX, Activity};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::event::Event;
use evenkeel_core::ids::RepNo;
use evenkeel_core::market::code::{CODE_FORM, is_code};
use evenkeel_core::state::State as Workspace;
use evenkeel_core::time::Moment;
use evenkeel_journal::activity::ActivityRow;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The source of what an API caller tells without naming one.
const SOURCE: &str = "api";

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::LogActivities), routes!(log))
        .add(Need::May(Verb::SeeRecords), routes!(list))
}

/// What was done on records.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct LogIn {
    /// Who tells it, 1 to 60 lower-case letters, digits, `_` or `-`; `api` when absent. Ids are
    /// unique within a source.
    #[serde(default)]
    source: Option<String>,
    /// Up to 5,000 of them.
    activities: Vec<ActivityIn>,
}

/// One activity.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ActivityIn {
    /// What the source calls it; without one, it is told apart by record, rep, moment and kind.
    #[serde(default)]
    id: Option<String>,
    /// Key of the record.
    record: String,
    /// Key of the rep; absent when it was no rep. A rep logs only their own.
    #[serde(default)]
    rep: Option<String>,
    /// When it was done, RFC 3339; at most a day ahead.
    at: String,
    /// What was done, such as `call`: 1 to 60 lower-case letters, digits, `_` or `-`.
    kind: String,
    /// Whether somebody else than the rep says so, such as the CRM. Never so of what a rep logs.
    #[serde(default)]
    verified: bool,
}

/// What became of a list of activities.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
struct LogOut {
    /// How many are kept.
    kept: usize,
    /// How many were there already.
    duplicates: usize,
    /// How many are about a record nobody knows (or the caller does not see), and not kept.
    records_unknown: usize,
    /// How many were done by a rep nobody knows; they are kept as somebody's work.
    reps_unknown: usize,
    /// How many are not of the needed form, and not kept.
    refused: usize,
    /// How many decided something: a first work, or a sign of life.
    decided: usize,
    /// What became of each, in order: `kept`, `duplicate`, `record_unknown` or `refused`.
    results: Vec<&'static str>,
    /// What is wrong with those refused, the first ten of them.
    #[schema(value_type = Vec<Object>)]
    problems: Vec<serde_json::Value>,
}

/// Most problems told.
const PROBLEMS_MAX: usize = 10;

/// Logs up to 5,000 activities. One that is refused keeps no other out.
///
/// A rep logs work of their own on records of their own book, as self-logged.
#[utoipa::path(
    post, path = "/activities", tag = "records", request_body = LogIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = LogOut), (status = 422, body = Document)),
)]
async fn log(
    State(app): State<App>,
    signed: Signed,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<LogOut>, Problem> {
    let LogIn { source, activities } = raw.parse()?;
    let source = source.unwrap_or_else(|| SOURCE.to_owned());
    if !is_code(&source) || source == logged::BY_HAND {
        let detail = format!("source is {source:?}, but must be {CODE_FORM}, and not \"page\".");
        return Err(Problem::own("field_malformed", detail).at("/source"));
    }
    if activities.len() > ACTIVITIES_MAX {
        let (limit, seen) = (ACTIVITIES_MAX as u64, activities.len() as u64);
        let what = "activities at once";
        return Err(Refusal::BoundExceeded { what, limit, seen }.into());
    }
    let now = app.workspace.now();
    let (mut out, mut told) = (LogOut::default(), Vec::new());
    app.workspace.glance(|state| {
        for (at, activity) in activities.into_iter().enumerate() {
            let result = match read(state, &signed, activity, now) {
                Ok(Some(activity)) => {
                    let rep = activity.1.rep.as_ref();
                    let stranger = rep.is_some_and(|rep| state.roster().find(rep).is_none());
                    out.reps_unknown += usize::from(stranger);
                    told.push(activity);
                    "kept"
                }
                Ok(None) => "record_unknown",
                Err(problem) => {
                    let problem = problem.within(&format!("/activities/{at}"));
                    if out.problems.len() < PROBLEMS_MAX {
                        let told = serde_json::to_value(problem.document());
                        out.problems.push(told.expect("a problem is JSON"));
                    }
                    "refused"
                }
            };
            out.results.push(result);
        }
    });
    if !told.is_empty() {
        let key = key.0.as_deref().map(|key| (key, raw.digest()));
        let order = logged::order(signed.actor, key, &source, told);
        let done = app.workspace.submit(order).await?;
        let handed_in = out.results.iter_mut().filter(|result| **result == "kept");
        for (result, fate) in handed_in.zip(Fate::read(&done.answer)) {
            *result = fate.word();
        }
        let touches = done.events.iter().map(|recorded| match &recorded.event {
            Event::RecordsTouched { touches } => touches.len(),
            _ => 0,
        });
        out.decided = touches.sum();
    }
    let count = |word| out.results.iter().filter(|result| **result == word).count();
    (out.kept, out.duplicates) = (count("kept"), count("duplicate"));
    (out.records_unknown, out.refused) = (count("record_unknown"), count("refused"));
    Ok(axum::Json(out))
}

/// One activity as it is logged; `None` when nobody knows the record, or the caller sees it not.
fn read(
    state: &Workspace,
    signed: &Signed,
    told: ActivityIn,
    now: Moment,
) -> Result<Option<(Option<String>, Activity)>, Problem> {
    let malformed =
        |what: &str, detail: String| Problem::own("field_malformed", detail).at(format!("/{what}"));
    let at = fields::moment(&told.at).ok_or_else(|| {
        let text: String = told.at.chars().take(80).collect();
        malformed("at", format!("at is {text:?}, but must be RFC 3339."))
    })?;
    let mut rep = told.rep;
    if signed.role.sees() == Sees::Own {
        let own = signed.rep.map(|rep| state.roster().rep(rep).key.clone());
        if told.verified {
            let detail = "What a rep logs is the rep's own word, and not verified.";
            return Err(malformed("verified", detail.to_owned()));
        }
        if rep.is_some() && rep != own {
            let detail = "A rep logs only their own work.";
            return Err(malformed("rep", detail.to_owned()));
        }
        rep = own;
    }
    let activity = Activity {
        record: told.record,
        rep,
        at,
        kind: told.kind,
        verified: told.verified,
    };
    activity.fits(now)?;
    let seen = visible(state, signed, &activity.record).is_ok();
    Ok(seen.then_some((told.id, activity)))
}

/// Which of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// How many of the latest to pass over; the `next` of the listing before.
    skip: Option<usize>,
    /// How many, 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

/// A page of activities, the latest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Activities {
    activities: Vec<ActivityOut>,
    /// Give this as `skip` for what follows; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

/// An activity.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ActivityOut {
    /// Key of the rep; absent when it was no rep of the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    rep: Option<String>,
    at: String,
    kind: String,
    /// Whether somebody else than the rep says so.
    verified: bool,
    /// Who told it.
    source: String,
}

/// Lists what was done on a record, the latest first. A rep sees the own book.
#[utoipa::path(
    get, path = "/records/{key}/activities", tag = "records",
    params(("key" = String, Path, description = "Key of the record"), Which),
    responses((status = 200, body = Activities), (status = 404, body = Document)),
)]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Name(record): Name,
    Query(which): Query<Which>,
) -> Result<axum::Json<Activities>, Problem> {
    let record = app
        .workspace
        .ask(|state| visible(state, &signed, &record))
        .await?;
    let (skip, limit) = (which.skip.unwrap_or(0), page(which.limit));
    let mut rows = app.workspace.activities(record, skip, limit + 1).await?;
    let next = (rows.len() > limit).then_some(skip + limit);
    rows.truncate(limit);
    let told = app.workspace.glance(|state| {
        let told = rows.into_iter().map(|row| activity_out(state, row));
        told.collect()
    });
    Ok(axum::Json(Activities {
        activities: told,
        next,
    }))
}

fn activity_out(state: &Workspace, row: ActivityRow) -> ActivityOut {
    let key = |rep: u32| state.roster().rep(RepNo(rep)).key.clone();
    ActivityOut {
        rep: row.rep.map(key),
        at: Moment(row.at_ms).to_string(),
        kind: row.kind,
        verified: row.verified,
        source: row.source,
    }
}
