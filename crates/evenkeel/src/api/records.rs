//! Records: looked at, and the story of each. How they come in stands in [`crate::api::intake`].

use crate::api::body::{Name, Query, page};
use crate::api::fields;
use crate::api::handoff::{HolderOut, holders};
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::api::story::{self, Step};
use crate::app::App;
use crate::host::access::{Need, Sees, Verb};
use crate::host::planner;
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::holding::place::{AfterRest, Place};
use evenkeel_core::ids::{QueueNo, RecordNo, RepNo};
use evenkeel_core::state::State as Workspace;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::SeeRecords), routes!(list))
        .add(Need::May(Verb::SeeRecords), routes!(look))
        .add(Need::May(Verb::SeeRecords), routes!(tell))
}

/// Which records.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Go on after this `next` of the listing before.
    after: Option<u32>,
    /// How many, 1 to 1,000; 100 when absent.
    limit: Option<usize>,
    /// Only those in this rep's book. One of `rep`, `queue` and `place` at a time.
    rep: Option<String>,
    /// Only those in this queue.
    queue: Option<String>,
    /// Only `held` ones.
    place: Option<String>,
}

/// A page of records.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Records {
    records: Vec<RecordOut>,
    /// Give this as `after` for what follows; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u32>,
}

/// A record.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RecordOut {
    /// The key the source uses.
    key: String,
    /// Where it is.
    place: PlaceOut,
    /// Its public fields.
    #[schema(value_type = Object)]
    fields: serde_json::Map<String, serde_json::Value>,
    /// When it came into being at its source.
    occurred_at: String,
    /// How often it was dealt or given so far.
    deals: u32,
    /// Who had it at which step of the lifecycle, in the order reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<HolderOut>,
    /// Open records that are the same by the policy's duplicates; only of a single record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    duplicates: Vec<String>,
    /// Key of the record it was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged_into: Option<String>,
    /// Personal data; only for those who may see it, and only of a single record.
    #[serde(skip_serializing_if = "Option::is_none")]
    personal: Option<BTreeMap<String, String>>,
}

/// Where a record is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlaceOut {
    /// `book`, `queue`, `held` or `closed`.
    kind: &'static str,
    /// The owner, for `book`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rep: Option<String>,
    /// The queue, for `queue`; where it goes at the deadline, for `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    /// The pool waited for, for `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<String>,
    /// Since when, for `queue` and `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    /// The deadline, for `held`.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// Lists records in the order of their intake. A rep sees the own book.
#[utoipa::path(
    get, path = "/records", tag = "records", params(Which),
    responses((status = 200, body = Records), (status = 404, body = Document)),
)]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(which): Query<Which>,
) -> Result<axum::Json<Records>, Problem> {
    let limit = page(which.limit);
    let found = app
        .workspace
        .ask(|state| listed(state, &signed, &which, limit))
        .await?;
    Ok(axum::Json(found))
}

/// What a listing is narrowed to. A book, a queue and the held ones are looked through by
/// themselves, so that a listing of a few does not walk over all.
enum Among {
    Book(RepNo),
    Queue(QueueNo),
    Held,
    All,
    Nothing,
}

impl Among {
    fn of(state: &Workspace, signed: &Signed, which: &Which) -> Result<Self, Problem> {
        let unknown = |rep: &String| Refusal::RepUnknown { rep: rep.clone() };
        let among = match (&which.rep, &which.queue, which.place.as_deref()) {
            (Some(key), None, None) => {
                Self::Book(state.roster().find(key).ok_or_else(|| unknown(key))?)
            }
            (None, Some(name), None) => {
                let queue = name.clone();
                Self::Queue(
                    state
                        .queue_no(name)
                        .ok_or(Refusal::QueueUnknown { queue })?,
                )
            }
            (None, None, Some("held")) => Self::Held,
            (None, None, None) => Self::All,
            _ => {
                let detail = "Ask for one of rep, queue, or place=held at a time.";
                return Err(Problem::own("query_malformed", detail));
            }
        };
        Ok(match (among, signed.role.sees(), signed.rep) {
            (Self::All, Sees::Own, Some(rep)) => Self::Book(rep),
            (Self::All, Sees::Own, None) => Self::Nothing,
            (among, ..) => among,
        })
    }

    /// The first `most` of them after `after`, in the order of intake.
    fn find(self, state: &Workspace, after: Option<u32>, most: usize) -> Vec<RecordNo> {
        let first = RecordNo::at(after.map_or(0, |after| after as usize + 1));
        match self {
            Self::Book(rep) => {
                let book = &state.roster().rep(rep).book;
                book.range(first..).take(most).copied().collect()
            }
            Self::Queue(queue) => {
                let waiting = state.queue(queue).records.range(first..);
                waiting.take(most).map(|(record, _)| *record).collect()
            }
            Self::Held => {
                let held = state.held().map(|(record, _)| record);
                let mut held: Vec<RecordNo> = held.filter(|record| *record >= first).collect();
                held.sort();
                held.truncate(most);
                held
            }
            Self::All => {
                let all = first.index()..state.records().len();
                all.map(RecordNo::at).take(most).collect()
            }
            Self::Nothing => Vec::new(),
        }
    }
}

fn listed(
    state: &Workspace,
    signed: &Signed,
    which: &Which,
    limit: usize,
) -> Result<Records, Problem> {
    let among = Among::of(state, signed, which)?;
    let mut found = among.find(state, which.after, limit + 1);
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|record| record.0);
    found.retain(|record| signed.sees(state.place(*record)));
    let records = found.into_iter().map(|record| record_out(state, record));
    Ok(Records {
        records: records.collect(),
        next,
    })
}

fn record_out(state: &Workspace, record: RecordNo) -> RecordOut {
    let records = state.records();
    let schema = state.record_schema();
    let values = (0..schema.fields().len()).map(evenkeel_core::ids::FieldNo::at);
    let fields = values
        .filter_map(|field| {
            let value = records.columns.value(field, record.index())?;
            Some((schema.field(field)?.name.clone(), fields::json(&value)))
        })
        .collect();
    RecordOut {
        key: records.key(record).to_owned(),
        place: place_out(state, record),
        fields,
        occurred_at: records.occurred(record).to_string(),
        deals: records.deals(record),
        steps: holders(state, record),
        duplicates: Vec::new(),
        merged_into: records
            .merged_into(record)
            .map(|into| records.key(into).to_owned()),
        personal: None,
    }
}

fn place_out(state: &Workspace, record: RecordNo) -> PlaceOut {
    let nowhere = |kind| PlaceOut {
        kind,
        rep: None,
        queue: None,
        pool: None,
        since: None,
        until: None,
    };
    match state.place(record) {
        Place::Book(rep) => PlaceOut {
            rep: Some(state.roster().rep(rep).key.clone()),
            ..nowhere("book")
        },
        Place::Queue(queue) => {
            let queue = state.queue(queue);
            let since = queue.records.get(&record).map(ToString::to_string);
            PlaceOut {
                queue: Some(queue.name.clone()),
                since,
                ..nowhere("queue")
            }
        }
        Place::Held(hold) => PlaceOut {
            queue: Some(state.queue(hold.then).name.clone()),
            pool: Some(state.pool(hold.pool).name.clone()),
            since: Some(hold.since.to_string()),
            until: Some(hold.until.to_string()),
            ..nowhere("held")
        },
        Place::Resting(rest) => PlaceOut {
            rep: match rest.then {
                AfterRest::Back(rep) => Some(state.roster().rep(rep).key.clone()),
                AfterRest::Deal | AfterRest::Queue(_) => None,
            },
            queue: match rest.then {
                AfterRest::Queue(queue) => Some(state.queue(queue).name.clone()),
                AfterRest::Deal | AfterRest::Back(_) => None,
            },
            since: Some(rest.since.to_string()),
            until: Some(rest.until.to_string()),
            ..nowhere("resting")
        },
        Place::Closed => nowhere("closed"),
    }
}

/// The record behind a key, if the caller sees it; else it is not there.
pub fn visible(state: &Workspace, signed: &Signed, key: &str) -> Result<RecordNo, Refusal> {
    state
        .record_no(key)
        .filter(|record| signed.sees(state.place(*record)))
        .ok_or_else(|| Refusal::RecordUnknown {
            record: key.chars().take(200).collect(),
        })
}

/// One record, with its personal data for those who may see it.
#[utoipa::path(
    get, path = "/records/{key}", tag = "records",
    params(("key" = String, Path, description = "Key of the record")),
    responses((status = 200, body = RecordOut), (status = 404, body = Document)),
)]
async fn look(
    State(app): State<App>,
    signed: Signed,
    Name(key): Name,
) -> Result<axum::Json<RecordOut>, Problem> {
    let (mut out, private) = app
        .workspace
        .ask(|state| {
            let record = visible(state, &signed, &key)?;
            let private = state.records().private(record);
            let mut out = record_out(state, record);
            let alike = state.alike(record).into_iter();
            let alike = alike.filter(|other| signed.sees(state.place(*other)));
            out.duplicates = alike
                .map(|other| state.records().key(other).to_owned())
                .collect();
            Ok::<_, Refusal>((out, private))
        })
        .await?;
    if let Some(private) = private.filter(|_| signed.role.may(Verb::SeePersons)) {
        out.personal = app
            .workspace
            .private(private.subject)
            .await?
            .map(|kept| kept.fields);
    }
    Ok(axum::Json(out))
}

/// A record's whole story, oldest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Story<'a> {
    /// Key of the record.
    record: Cow<'a, str>,
    /// What happened.
    steps: Vec<Step>,
}

/// Everything that happened to a record, with every verdict and its sentence.
#[utoipa::path(
    get, path = "/records/{key}/story", tag = "records",
    params(("key" = String, Path, description = "Key of the record")),
    responses((status = 200, body = Story), (status = 404, body = Document)),
)]
async fn tell(
    State(app): State<App>,
    signed: Signed,
    Name(key): Name,
) -> Result<axum::Json<Story<'static>>, Problem> {
    let seqs = app
        .workspace
        .ask(|state| visible(state, &signed, &key).map(|record| state.records().story(record)))
        .await?;
    let events = planner::story(&app.workspace, &key, seqs).await?;
    let names = signed
        .role
        .may(Verb::SeePersons)
        .then(|| app.workspace.names());
    let steps = app.workspace.glance(|state| {
        let names = names.as_deref();
        let steps = events
            .iter()
            .filter_map(|(seq, one)| story::step(state, names, *seq, one));
        match signed.role.sees() {
            Sees::All => steps.collect(),
            Sees::Own => steps
                .map(|step| step.for_rep(signed.own_key(state)))
                .collect(),
        }
    });
    Ok(axum::Json(Story {
        record: key.into(),
        steps,
    }))
}
