//! Handoffs: a record goes on to another step, who had it at which, and what pods mean for pools.

use crate::api::body::{IdempotencyKey, Name, Raw};
use crate::api::deal::Dealt;
use crate::api::fields::exact;
use crate::api::moves::{Said, dealt, expected, keyed, said};
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::signed::Signed;
use axum::extract::State;
use axum::response::Response;
use evenkeel_core::command::Command;
use evenkeel_core::command::hand_off::HandOff;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::policy::document::PodSpec;
use evenkeel_core::sentence::Words;
use evenkeel_core::state::State as Workspace;
use evenkeel_core::verdict::{Link, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::HandOff), routes!(hand_off))
        .add(Need::May(Verb::SeePools), routes!(pods))
}

/// Hand a record on.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct HandOffIn {
    /// Name of the step.
    step: String,
    /// Key of the owner the caller saw; `null` for nobody; absent for whoever it is.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<String>)]
    expected_owner: Said,
}

/// Hands a record on to another step of the lifecycle. A rep hands on records of the own book.
#[utoipa::path(
    post, path = "/records/{key}/handoff", tag = "records", request_body = HandOffIn,
    params(("key" = String, Path, description = "Key of the record"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = Dealt), (status = 404, body = Document),
        (status = 409, body = Document), (status = 422, body = Document)),
)]
async fn hand_off(
    State(app): State<App>,
    signed: Signed,
    Name(record): Name,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<Response, Problem> {
    let HandOffIn {
        step,
        expected_owner,
    } = raw.parse()?;
    let expected = expected(&app, &signed, &record, expected_owner)?;
    let command = Command::HandOff(HandOff {
        record,
        step,
        expected,
    });
    let order = keyed(&signed, key, &raw, command);
    let done = app.workspace.submit(order).await?;
    Ok(dealt(&app, &done))
}

/// A record at one step.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HolderOut {
    /// The step.
    step: String,
    /// Key of the rep who has or had it there; absent while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    rep: Option<String>,
    /// When it came there.
    since: String,
    /// Whether it is there now.
    now: bool,
}

/// Who had a record at which step, in the order in which it reached them.
pub fn holders(state: &Workspace, record: RecordNo) -> Vec<HolderOut> {
    let journeys = state.journeys();
    let now = journeys.stage(record).map(|stage| stage.step);
    let stages = journeys.stages(record).iter();
    stages
        .map(|stage| HolderOut {
            step: journeys.name(stage.step).to_owned(),
            rep: stage.rep.map(|rep| state.roster().rep(rep).key.clone()),
            since: stage.since.to_string(),
            now: now == Some(stage.step),
        })
        .collect()
}

/// How a record came to a step.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct StepOut {
    /// The step.
    name: String,
    /// Whether it was handed there; otherwise it began there by the rules.
    handed: bool,
    /// Key of the rep who handed it on.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// The pod it was handed on in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pod: Option<String>,
    /// Who was asked outside rotation, in order; only the last can have taken it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    asked: Vec<AskedOut>,
}

/// One rep asked outside rotation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct AskedOut {
    /// Key of the rep.
    rep: String,
    /// `before`, `fixed`, `stand_in` or `returned`.
    link: &'static str,
    /// What stopped the rep, such as `on_leave`.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<&'static str>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

/// The step of a verdict, if the policy had steps.
pub fn step_out(words: &Words<'_>, verdict: &Verdict) -> Option<StepOut> {
    let at = verdict.step.as_ref()?;
    let state = words.state;
    let asked = at.tried.iter().map(|tried| {
        let named = &tried.named;
        let why = |rep| named.stop.as_ref().map(|stop| words.stop(rep, stop));
        AskedOut {
            rep: named.key.clone(),
            link: link(tried.link),
            stopped: named.stop.as_ref().map(|stop| stop.code()),
            why: named.rep.and_then(why),
        }
    });
    Some(StepOut {
        name: state.journeys().name(at.step).to_owned(),
        handed: at.handed,
        from: at.from.map(|rep| state.roster().rep(rep).key.clone()),
        pod: at.pod.clone(),
        asked: asked.collect(),
    })
}

fn link(link: Link) -> &'static str {
    match link {
        Link::Before => "before",
        Link::Fixed => "fixed",
        Link::StandIn => "stand_in",
        Link::Returned => "returned",
    }
}

/// The pods of the policy in force.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Pods {
    pods: Vec<PodOut>,
}

/// One pod.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PodOut {
    name: String,
    /// Who sits at which step.
    seats: Vec<SeatOut>,
    /// Who hands to whom.
    pairs: Vec<PairOut>,
}

/// The reps of a pod at one step.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SeatOut {
    step: String,
    reps: Vec<String>,
    /// The pool that deals what fixed reps and stand-ins cannot take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pool: Option<String>,
    /// How far fixed handoffs are from what that pool would have given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    apart: Vec<ApartOut>,
}

/// What fixed handoffs gave one rep.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ApartOut {
    rep: String,
    /// Records handed to the rep as the fixed one.
    fixed: u64,
    /// Records taken standing in.
    stood_in: u64,
    /// Leads the pool would have given more; negative when the rep is ahead.
    #[schema(value_type = f64)]
    owed: Value,
}

/// A fixed handoff.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PairOut {
    from: String,
    to: String,
    step: String,
    stand_in: Vec<String>,
}

/// The pods: who sits where, who hands to whom, and how far that is from what a pool would do.
#[utoipa::path(get, path = "/pods", tag = "pools", responses((status = 200, body = Pods)))]
async fn pods(State(app): State<App>, _: Signed) -> axum::Json<Pods> {
    let pods = app.workspace.ask(|state| {
        let policy = state.policy().map(|policy| policy.document());
        let specs = policy.map_or(&[][..], |document| &document.pods);
        specs.iter().map(|pod| pod_out(state, pod)).collect()
    });
    axum::Json(Pods { pods: pods.await })
}

fn pod_out(state: &Workspace, pod: &PodSpec) -> PodOut {
    let steps = state.policy().map(|policy| &policy.document().steps);
    let step = |at: usize| steps.map_or_else(String::new, |steps| steps[at].name.clone());
    let key = |rep| state.roster().rep(rep).key.clone();
    let seats = pod.seats.iter().map(|seat| {
        let pool = seat.pool.map(|at| state.pool_at(at));
        let apart = pool
            .into_iter()
            .flat_map(|pool| state.journeys().apart(pool));
        SeatOut {
            step: step(seat.step),
            reps: seat.reps.clone(),
            pool: pool.map(|pool| state.pool(pool).name.clone()),
            apart: apart
                .map(|(rep, apart)| ApartOut {
                    rep: key(rep),
                    fixed: apart.fixed,
                    stood_in: apart.stood_in,
                    owed: exact(apart.owed),
                })
                .collect(),
        }
    });
    let pairs = pod.pairs.iter().map(|pair| PairOut {
        from: pair.from.clone(),
        to: pair.to.clone(),
        step: step(pair.step),
        stand_in: pair.stand_in.clone(),
    });
    PodOut {
        name: pod.name.clone(),
        seats: seats.collect(),
        pairs: pairs.collect(),
    }
}
