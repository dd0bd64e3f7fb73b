//! Queues: what waits in them, as everybody and as one rep sees it, and taking a record.
//!
//! What a rep may take is the core's to say; a rep sees and takes for nobody else.

use crate::api::body::{IdempotencyKey, Name, Query, Raw, page};
use crate::api::deal::Dealt;
use crate::api::fields::{self, exact};
use crate::api::moves::{dealt, keyed};
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Sees, Verb};
use crate::host::queues::known_here;
use crate::host::signed::Signed;
use axum::extract::State;
use axum::response::Response;
use evenkeel_core::claiming::counter::Counter;
use evenkeel_core::claiming::hand::{budget, in_hand};
use evenkeel_core::command::Command;
use evenkeel_core::command::claim::{Claim, Pick};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::ids::{QueueNo, RecordNo, RepNo};
use evenkeel_core::policy::document::pull::{Pull, Show};
use evenkeel_core::queue::line::Rank;
use evenkeel_core::state::{State as Workspace, rep_named};
use evenkeel_core::time::Moment;
use evenkeel_core::verdict::Window;
use evenkeel_core::verdict::claim::Budget;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::SeeQueues), routes!(list))
        .add(Need::May(Verb::SeeQueues), routes!(look))
        .add(Need::May(Verb::ClaimRecords), routes!(claim))
}

/// A queue in short.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct QueueOut {
    name: String,
    /// Whether the policy in force still has it.
    in_force: bool,
    /// How many records wait in it.
    waiting: usize,
    /// Since when the oldest waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest: Option<String>,
    /// The pool whose members take records; absent where every active rep may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<String>,
    /// `all`, `first` or `blind`: what a rep may choose from.
    #[serde(skip_serializing_if = "Option::is_none")]
    show: Option<&'static str>,
    /// How many, for `first`.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u32>,
    /// Names of its grades, the best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    grades: Vec<String>,
}

/// All queues.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Queues {
    queues: Vec<QueueOut>,
}

/// A queue with what waits in it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct QueueWhole {
    #[serde(flatten)]
    queue: QueueOut,
    /// What waits, in the order in which it is taken; as a rep sees it, only what is on offer.
    records: Vec<WaitingOut>,
    /// How it stands for the rep asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    rep: Option<RepOut>,
}

/// A record that waits.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WaitingOut {
    key: String,
    /// When it came into the queue.
    arrived_at: String,
    /// Since when it waits, which is later if it was claimed and came back.
    waits_since: String,
    /// Its score, 0 to 1.
    #[schema(value_type = f64)]
    score: Value,
    /// Its grade, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    grade: Option<String>,
    /// Its public fields.
    #[schema(value_type = Object)]
    fields: serde_json::Map<String, Value>,
}

/// How a queue stands for one rep.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RepOut {
    key: String,
    /// Whether the rep could take the next record now.
    may_claim: bool,
    /// Why not: the code that claiming would be refused with, and its words.
    #[serde(skip_serializing_if = "Option::is_none")]
    why_not: Option<WhyNot>,
    /// Claimed here and not worked yet.
    unworked: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    unworked_limit: Option<u32>,
    /// Claimed here and still in the book.
    open: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_limit: Option<u32>,
    /// What is left of the claims in each window with a limit.
    budget: Vec<BudgetOut>,
    /// Claims in hand.
    claims: Vec<HeldOut>,
}

/// Why a rep may take nothing now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct WhyNot {
    code: &'static str,
    detail: String,
    hint: &'static str,
}

/// Claims in one sliding window.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BudgetOut {
    /// `day`, `week` or `month`: the last 24 hours, 7 or 30 days.
    window: &'static str,
    count: u32,
    /// The most for this rep now.
    allowed: u32,
    /// The most for a rep who works enough of them in time.
    cap: u32,
    /// When there is room again, once there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    frees: Option<String>,
}

/// A claim in hand.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct HeldOut {
    record: String,
    claimed_at: String,
    worked: bool,
    /// When it goes back if it is not worked.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// As whom, and how many.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct As {
    /// As this rep sees it; a rep sees it as themselves.
    rep: Option<String>,
    /// How many records, 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

/// Take a record: name one, or none for the next.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ClaimIn {
    /// Key of the rep; a rep takes for themselves.
    #[serde(default)]
    rep: Option<String>,
    /// Key of the record; absent for the next one.
    #[serde(default)]
    record: Option<String>,
}

/// All queues that a policy ever had, in the order in which they were first named.
#[utoipa::path(
    get, path = "/queues", tag = "queues",
    responses((status = 200, body = Queues)),
)]
async fn list(State(app): State<App>) -> axum::Json<Queues> {
    let queues = app.workspace.glance(|state| {
        let numbers = (0..state.queues().len()).map(QueueNo::at);
        numbers.map(|queue| queue_out(state, queue)).collect()
    });
    axum::Json(Queues { queues })
}

/// One queue: everything that waits, or what a rep may take.
#[utoipa::path(
    get, path = "/queues/{name}", tag = "queues",
    params(("name" = String, Path, description = "Name of the queue"), As),
    responses((status = 200, body = QueueWhole), (status = 404, body = Document),
        (status = 422, body = Document)),
)]
async fn look(
    State(app): State<App>,
    signed: Signed,
    Name(name): Name,
    Query(asked): Query<As>,
) -> Result<axum::Json<QueueWhole>, Problem> {
    let (now, limit) = (app.workspace.now(), page(asked.limit));
    let whole = app
        .workspace
        .ask(|state| {
            let queue = state.queue_no(&name).ok_or_else(|| Refusal::QueueUnknown {
                queue: name.chars().take(200).collect(),
            })?;
            let rep = who(state, &signed, asked.rep.as_deref())?;
            Ok::<_, Refusal>(whole(state, queue, rep, (now, limit)))
        })
        .await?;
    Ok(axum::Json(whole))
}

/// Takes a record from a queue. Whoever is second hears who was faster.
#[utoipa::path(
    post, path = "/queues/{name}/claim", tag = "queues", request_body = ClaimIn,
    params(("name" = String, Path, description = "Name of the queue"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = Dealt), (status = 404, body = Document),
        (status = 409, body = Document), (status = 422, body = Document)),
)]
async fn claim(
    State(app): State<App>,
    signed: Signed,
    Name(queue): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<Response, Problem> {
    let ClaimIn { rep, record } = raw.parse()?;
    let rep = app.workspace.glance(|state| {
        let rep = who(state, &signed, rep.as_deref())?;
        if let (Sees::Own, Some(record)) = (signed.role.sees(), record.as_deref()) {
            known_here(state, &queue, record)?;
        }
        Ok::<_, Refusal>(rep.map(|rep| state.roster().rep(rep).key.clone()))
    })?;
    let Some(rep) = rep else {
        let detail = "It does not say who takes the record.";
        return Err(Problem::own("field_malformed", detail).at("/rep"));
    };
    let pick = record.map_or(Pick::Next, Pick::This);
    let command = Command::Claim(Claim { queue, rep, pick });
    let order = keyed(&signed, key, &raw, command);
    let done = app.workspace.submit(order).await?;
    Ok(dealt(&app, &done))
}

/// Whom a caller asks for: a rep only for themselves.
fn who(state: &Workspace, signed: &Signed, asked: Option<&str>) -> Result<Option<RepNo>, Refusal> {
    let rep = asked.map(|key| rep_named(state, key)).transpose();
    if signed.role.sees() == Sees::All {
        return rep;
    }
    let own = signed.rep.filter(|own| {
        let other = rep.as_ref().ok().copied().flatten();
        asked.is_none() || other == Some(*own)
    });
    own.map(Some).ok_or_else(|| Refusal::RepUnknown {
        rep: asked.unwrap_or_default().chars().take(200).collect(),
    })
}

fn queue_out(state: &Workspace, queue: QueueNo) -> QueueOut {
    let line = state.queue(queue);
    let pull = state.pull(queue);
    let pool = pull.and_then(|pull| pull.pool);
    let (show, first) = match pull.map(|pull| pull.show) {
        None => (None, None),
        Some(Show::All) => (Some("all"), None),
        Some(Show::First(count)) => (Some("first"), Some(count)),
        Some(Show::Blind) => (Some("blind"), None),
    };
    let grades = pull.map_or(&[][..], |pull| &pull.grades);
    QueueOut {
        name: line.name.clone(),
        in_force: pull.is_some(),
        waiting: line.records.len(),
        oldest: line.order.first().map(|(since, _)| since.to_string()),
        pool: pool.map(|pool| state.pool(state.pool_at(pool)).name.clone()),
        show,
        first,
        grades: grades.iter().map(|grade| grade.name.clone()).collect(),
    }
}

fn whole(
    state: &Workspace,
    queue: QueueNo,
    rep: Option<RepNo>,
    (now, limit): (Moment, usize),
) -> QueueWhole {
    let counter = rep.and_then(|rep| Counter::of(state, queue, rep, now));
    let records: Vec<(RecordNo, Rank)> = match (&counter, rep) {
        (Some(counter), _) if counter.pull().show == Show::Blind => Vec::new(),
        (Some(counter), _) => {
            let most = limit.min(counter.pull().choice());
            let offers = counter.offers(most).into_iter();
            offers.map(|offer| (offer.record, offer.rank)).collect()
        }
        (None, Some(_)) => Vec::new(),
        (None, None) => state.queue(queue).in_order().take(limit).collect(),
    };
    let pull = state.pull(queue);
    let records = records.into_iter();
    QueueWhole {
        queue: queue_out(state, queue),
        records: records
            .map(|(record, rank)| waiting_out(state, queue, pull, (record, rank)))
            .collect(),
        rep: rep.map(|rep| rep_out(state, queue, rep, now)),
    }
}

fn waiting_out(
    state: &Workspace,
    queue: QueueNo,
    pull: Option<&Pull>,
    (record, rank): (RecordNo, Rank),
) -> WaitingOut {
    let (line, records) = (state.queue(queue), state.records());
    let attributes = records.columns.attributes(record.index());
    let values = attributes.values.iter();
    let values = values.map(|(field, value)| (*field, value));
    let moment = |at: Option<Moment>| at.map(|at| at.to_string()).unwrap_or_default();
    let grade = pull.and_then(|pull| pull.grades.get(rank.grade));
    WaitingOut {
        key: records.key(record).to_owned(),
        arrived_at: moment(line.arrival(record)),
        waits_since: moment(line.records.get(&record).copied()),
        score: exact(rank.score),
        grade: grade.map(|grade| grade.name.clone()),
        fields: fields::object(state.record_schema(), values),
    }
}

fn rep_out(state: &Workspace, queue: QueueNo, rep: RepNo, now: Moment) -> RepOut {
    let key = state.roster().rep(rep).key.clone();
    let next = Claim {
        queue: state.queue(queue).name.clone(),
        rep: key.clone(),
        pick: Pick::Next,
    };
    let refused = next.foresee(state, now).err();
    let nothing = Pull::default();
    let pull = state.pull(queue).unwrap_or(&nothing);
    let hand = in_hand(state, queue, pull, rep);
    let budget = budget(pull, state.claims().hand(queue, rep), now);
    let book = state.roster().rep(rep).book.iter();
    let own = book.filter_map(|record| Some((record, state.claims().of(*record)?)));
    let own = own.filter(|(_, claim)| claim.queue == queue);
    let held = own.map(|(record, claim)| HeldOut {
        record: state.records().key(*record).to_owned(),
        claimed_at: claim.at.to_string(),
        worked: claim.worked,
        until: claim.until.map(|until| until.to_string()),
    });
    RepOut {
        key,
        may_claim: refused.is_none(),
        why_not: refused.map(|refusal| WhyNot {
            code: refusal.code(),
            detail: refusal.message(),
            hint: refusal.hint(),
        }),
        unworked: hand.unworked,
        unworked_limit: hand.unworked_max,
        open: hand.open,
        open_limit: hand.open_max,
        budget: budget.iter().map(budget_out).collect(),
        claims: held.collect(),
    }
}

fn budget_out(budget: &Budget) -> BudgetOut {
    BudgetOut {
        window: match budget.window {
            Window::Day => "day",
            Window::Week => "week",
            Window::Month => "month",
        },
        count: budget.count,
        allowed: budget.allowed,
        cap: budget.cap,
        frees: budget.frees.map(|frees| frees.to_string()),
    }
}
