//! Reps: who they are, when they are there, what they hold; set, and let go.

use crate::api::body::{IdempotencyKey, Name, Query, Raw, page};
use crate::api::fields::{self, RawFields};
use crate::api::moves::keyed;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Sees, Verb};
use crate::host::names::Names;
use crate::host::order::Denied;
use crate::host::private::{NAME, TEXT_MAX};
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::command::Command;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::event::Event;
use evenkeel_core::ids::RepNo;
use evenkeel_core::market::schema::{REP_ID, REP_ROLE, REP_TEAM};
use evenkeel_core::market::value::Value;
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{LEAVES_MAX, Leave, PrivateRef, Profile, Status};
use evenkeel_core::state::State as Workspace;
use evenkeel_core::time::Moment;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::SeeReps), routes!(list))
        .add(Need::May(Verb::SeeReps), routes!(look))
        .add(Need::May(Verb::SetReps), routes!(set))
        .add(Need::May(Verb::DeactivateReps), routes!(deactivate))
}

/// A rep as it is to be. What is absent is empty, except the display name, which stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepIn<'a> {
    /// Display name. Kept as personal data; absent leaves it as it is.
    #[serde(default)]
    name: Option<String>,
    /// SDR, AE, AM, or any word of the workspace.
    #[serde(default)]
    role: String,
    /// Team.
    #[serde(default)]
    team: String,
    /// Values of the rep fields the policy declares.
    #[serde(borrow, default)]
    #[schema(value_type = Object)]
    fields: RawFields<'a>,
    /// IANA time zone.
    #[serde(default = "utc")]
    zone: String,
    /// Working hours in that zone: `always`, or `Mon-Fri 09:00-17:30; Sat 10:00-14:00`.
    #[serde(default = "always")]
    hours: String,
    /// Start as a closing account executive, RFC 3339.
    #[serde(default)]
    closing_since: Option<String>,
    /// Absences.
    #[serde(default)]
    leaves: Vec<LeaveIn>,
    /// When set, the rep is out of rotation and the book stays.
    #[serde(default)]
    paused: Option<PauseIn>,
}

/// One absence.
#[derive(Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveIn {
    /// First moment away, RFC 3339.
    from: String,
    /// First moment back, RFC 3339.
    until: String,
}

/// Out of rotation.
#[derive(Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseIn {
    /// When the manager is asked what happens next, RFC 3339.
    #[serde(default)]
    review: Option<String>,
}

fn utc() -> String {
    "UTC".into()
}

fn always() -> String {
    "always".into()
}

/// A rep.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RepOut {
    key: String,
    /// Display name, for those who may see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    role: String,
    team: String,
    #[schema(value_type = Object)]
    fields: serde_json::Map<String, serde_json::Value>,
    zone: String,
    hours: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    closing_since: Option<String>,
    leaves: Vec<LeaveIn>,
    /// `active`, `paused` or `left`.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    paused: Option<PauseIn>,
    /// How many open records the rep owns.
    book: usize,
    /// How many were ever given to the rep.
    assigned: u64,
}

/// Which reps.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Go on after this `next` of the listing before.
    after: Option<u32>,
    /// How many, 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

/// A page of reps.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Reps {
    reps: Vec<RepOut>,
    /// Give this as `after` for what follows; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u32>,
}

/// Lists reps in the order of their first appearance, those who left included.
#[utoipa::path(
    get, path = "/reps", tag = "reps", params(Which), responses((status = 200, body = Reps)),
)]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(which): Query<Which>,
) -> axum::Json<Reps> {
    let (limit, names) = (page(which.limit), names(&app, &signed));
    let first = which.after.map_or(0, |after| after as usize + 1);
    let found = app.workspace.ask(|state| {
        let numbers = (first..state.roster().len()).take(limit).map(RepNo::at);
        let reps: Vec<RepOut> = numbers
            .map(|rep| rep_out(state, (&signed, names.as_deref()), rep))
            .collect();
        let last = first + reps.len();
        let next = (last < state.roster().len() && !reps.is_empty()).then(|| last as u32 - 1);
        Reps { reps, next }
    });
    axum::Json(found.await)
}

/// One rep.
#[utoipa::path(
    get, path = "/reps/{key}", tag = "reps",
    params(("key" = String, Path, description = "Key of the rep")),
    responses((status = 200, body = RepOut), (status = 404, body = Document)),
)]
async fn look(
    State(app): State<App>,
    signed: Signed,
    Name(key): Name,
) -> Result<axum::Json<RepOut>, Problem> {
    let names = names(&app, &signed);
    let found = app.workspace.ask(|state| {
        let rep = state.roster().find(&key)?;
        Some(rep_out(state, (&signed, names.as_deref()), rep))
    });
    found
        .await
        .map(axum::Json)
        .ok_or_else(|| Refusal::RepUnknown { rep: key }.into())
}

/// Sets a rep as described: new, or changed. Setting what is there already is no refusal.
#[utoipa::path(
    put, path = "/reps/{key}", tag = "reps", request_body = RepIn,
    params(("key" = String, Path, description = "Key of the rep"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = RepOut), (status = 422, body = Document)),
)]
async fn set(
    State(app): State<App>,
    signed: Signed,
    Name(key): Name,
    idempotency: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<RepOut>, Problem> {
    let wish: RepIn<'_> = raw.parse()?;
    let mut profile = app.workspace.glance(|state| profile(state, &key, &wish))?;
    let row = match &wish.name {
        Some(name) => named(&app, name, &mut profile).await?,
        None => None,
    };
    let command = Command::SetRep(Box::new(SetRep {
        key: key.clone(),
        profile,
    }));
    let order = keyed(&signed, idempotency, &raw, command).with(row);
    match app.workspace.submit(order).await {
        Ok(_) | Err(Denied::Refused(Refusal::NothingToDo)) => {}
        Err(denied) => return Err(denied.into()),
    }
    look(State(app), signed, Name(key)).await
}

/// The personal row for a new name. The name that is there already makes no new row, so that
/// setting the same rep twice changes nothing.
async fn named(
    app: &App,
    name: &str,
    profile: &mut Profile,
) -> Result<Option<evenkeel_journal::batch::PrivateRow>, Problem> {
    if name.len() > TEXT_MAX || name.chars().any(char::is_control) {
        let detail = format!("The name is not printable, or longer than {TEXT_MAX} bytes.");
        return Err(Problem::own("field_malformed", detail).at("/name"));
    }
    let known = match profile.private {
        Some(PrivateRef { subject, .. }) => app.workspace.private(subject).await?,
        None => None,
    };
    let mut private = known.unwrap_or_default();
    if private.name() == Some(name) {
        return Ok(None);
    }
    private.fields.insert(NAME.to_owned(), name.to_owned());
    let subject = profile.private.map(|private| private.subject);
    let subject = subject.unwrap_or_else(|| app.workspace.new_subject());
    let kept = private.row(subject);
    profile.private = kept.as_ref().map(|(_, reference)| *reference);
    Ok(kept.map(|(row, _)| row))
}

/// The profile that a body asks for. What the body does not say is empty.
pub fn profile(state: &Workspace, key: &str, wish: &RepIn<'_>) -> Result<Profile, Problem> {
    let known = state
        .roster()
        .find(key)
        .map(|rep| &state.roster().rep(rep).profile);
    let read = wish.fields.read(state.rep_schema())?;
    let mut attributes = read.attributes;
    for (field, text) in [
        (REP_ID, key),
        (REP_ROLE, &wish.role),
        (REP_TEAM, &wish.team),
    ] {
        if !text.is_empty() {
            attributes.set(field, Value::Text(text.into()));
        }
    }
    let hours = Hours::parse(&wish.hours)
        .map_err(|error| Problem::own("field_malformed", format!("{error}.")).at("/hours"))?;
    if wish.leaves.len() > LEAVES_MAX {
        let (limit, seen) = (LEAVES_MAX as u64, wish.leaves.len() as u64);
        return Err(Refusal::BoundExceeded {
            what: "leave intervals of one rep",
            limit,
            seen,
        }
        .into());
    }
    let leaves = wish.leaves.iter().enumerate().map(|(at, leave)| {
        let from = moment(&leave.from, || format!("/leaves/{at}/from"))?;
        let until = moment(&leave.until, || format!("/leaves/{at}/until"))?;
        Ok(Leave { from, until })
    });
    let review = match wish
        .paused
        .as_ref()
        .and_then(|paused| paused.review.as_ref())
    {
        Some(review) => Some(moment(review, || "/paused/review".into())?),
        None => None,
    };
    let (since, reason) = match known.map(|known| known.status) {
        Some(Status::Paused { since, reason, .. }) => (since, reason),
        _ => (state.last_at(), None),
    };
    let closing_since = match &wish.closing_since {
        Some(since) => Some(moment(since, || "/closing_since".into())?),
        None => None,
    };
    Ok(Profile {
        attributes,
        closing_since,
        zone: wish.zone.clone(),
        hours,
        leaves: leaves.collect::<Result<_, Problem>>()?,
        status: match wish.paused {
            Some(_) => Status::Paused {
                since,
                review,
                reason,
            },
            None => Status::Active,
        },
        private: known.and_then(|known| known.private),
    })
}

fn moment(text: &str, pointer: impl Fn() -> String) -> Result<Moment, Problem> {
    fields::moment(text).ok_or_else(|| {
        let text: String = text.chars().take(80).collect();
        let detail = format!("{text:?} is no moment such as \"2026-03-01T09:30:00Z\".");
        Problem::own("field_malformed", detail).at(pointer())
    })
}

/// What happens to the book of a rep who leaves.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeactivateIn {
    /// `redeal` by the policy, `rep:KEY` or `queue:NAME`. There is no default: nothing is left
    /// behind by accident.
    pub book: String,
}

impl DeactivateIn {
    /// Where the book goes.
    pub fn book(self) -> Result<BookGoes, Problem> {
        let Self { book } = self;
        match book.split_once(':') {
            None if book == "redeal" => Ok(BookGoes::Redeal),
            Some(("rep", key)) => Ok(BookGoes::Rep(key.to_owned())),
            Some(("queue", name)) => Ok(BookGoes::Queue(name.to_owned())),
            _ => {
                let book: String = book.chars().take(80).collect();
                let detail =
                    format!("book is {book:?}, but must be redeal, rep:KEY or queue:NAME.");
                Err(Problem::own("field_malformed", detail).at("/book"))
            }
        }
    }
}

/// What became of the book.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Deactivated {
    rep: String,
    /// Records that went to other reps.
    to_reps: usize,
    /// Records that went to queues.
    to_queues: usize,
    /// Records that are held until somebody can take them.
    held: usize,
    first_seq: u64,
    last_seq: u64,
}

/// Lets a rep leave. The book goes where the body says, in the same breath.
#[utoipa::path(
    post, path = "/reps/{key}/deactivate", tag = "reps", request_body = DeactivateIn,
    params(("key" = String, Path, description = "Key of the rep"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = Deactivated), (status = 404, body = Document),
        (status = 409, body = Document)),
)]
async fn deactivate(
    State(app): State<App>,
    signed: Signed,
    Name(rep): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<Deactivated>, Problem> {
    let book = raw.parse::<DeactivateIn>()?.book()?;
    let command = Command::DeactivateRep(DeactivateRep {
        rep: rep.clone(),
        book,
        plan: None,
    });
    let done = app
        .workspace
        .submit(keyed(&signed, key, &raw, command))
        .await?;
    let mut told = Deactivated {
        rep,
        to_reps: 0,
        to_queues: 0,
        held: 0,
        first_seq: done.first_seq,
        last_seq: done.last_seq,
    };
    for recorded in done.events.iter() {
        use evenkeel_core::verdict::Destination;
        let Event::RecordDealt { to, .. } = &recorded.event else {
            continue;
        };
        match to {
            Destination::Rep(_) => told.to_reps += 1,
            Destination::Queue(_) => told.to_queues += 1,
            // Only what comes in is merged.
            Destination::Merged(_) => {}
            Destination::Hold { .. } => told.held += 1,
        }
    }
    Ok(axum::Json(told))
}

fn names(app: &App, signed: &Signed) -> Option<std::sync::Arc<Names>> {
    signed
        .role
        .may(Verb::SeePersons)
        .then(|| app.workspace.names())
}

/// What the caller sees of a rep: of a colleague, a rep sees no field and no start as a closer.
fn rep_out(state: &Workspace, (signed, names): (&Signed, Option<&Names>), rep: RepNo) -> RepOut {
    let whole = signed.role.sees() != Sees::Own || signed.rep == Some(rep);
    let entry = state.roster().rep(rep);
    let profile = &entry.profile;
    let built_in = [REP_ID, REP_ROLE, REP_TEAM];
    let values = profile
        .attributes
        .values
        .iter()
        .map(|(field, value)| (*field, value));
    let subject = profile.private.map(|private| private.subject);
    let name = names.and_then(|names| names.subject(subject?));
    let (status, paused) = match profile.status {
        Status::Active => ("active", None),
        Status::Paused { review, .. } => (
            "paused",
            Some(PauseIn {
                review: review.map(|review| review.to_string()),
            }),
        ),
        Status::Left => ("left", None),
    };
    let leave = |leave: &Leave| LeaveIn {
        from: leave.from.to_string(),
        until: leave.until.to_string(),
    };
    RepOut {
        key: entry.key.clone(),
        name: name.map(|name| name.to_string()),
        role: profile.role().to_owned(),
        team: profile.team().to_owned(),
        fields: fields::object(
            state.rep_schema(),
            values.filter(|(field, _)| whole && !built_in.contains(field)),
        ),
        zone: profile.zone.clone(),
        hours: profile.hours.to_string(),
        closing_since: profile
            .closing_since
            .filter(|_| whole)
            .map(|since| since.to_string()),
        leaves: profile.leaves.iter().map(leave).collect(),
        status,
        paused,
        book: entry.book.len(),
        assigned: entry.assigned,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_absent_has_the_documented_meaning() {
        let wish: RepIn<'_> = serde_json::from_str("{}").expect("all is optional");
        let profile = profile(&Workspace::new(), "ana", &wish).expect("fits");
        assert_eq!(profile.zone, "UTC");
        assert!(profile.hours.is_always());
        assert_eq!(profile.status, Status::Active);
        assert_eq!(profile.private, None);
    }

    #[test]
    fn a_bad_moment_is_refused_where_it_stands() {
        let wish: RepIn<'_> =
            serde_json::from_str(r#"{"leaves":[{"from":"2026-01-01T00:00:00Z","until":"x"}]}"#)
                .expect("JSON");
        let problem = profile(&Workspace::new(), "ana", &wish).expect_err("x is no moment");
        let text = serde_json::to_string(&problem.document()).expect("JSON");
        assert!(text.contains("/leaves/0/until"), "{text}");
    }
}
