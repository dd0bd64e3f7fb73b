//! Plans of the books: made, looked at, compared, approved, carried out, taken back.

use crate::api::body::{IdempotencyKey, Number, Query, Raw, Unread, page};
use crate::api::moves::keyed;
use crate::api::planned::{SpotOut, WithoutOut, left_out, lost_word, spot};
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::order::Done;
use crate::host::planner;
use crate::host::secret;
use crate::host::signed::Signed;
use axum::extract::State;
use axum::http::StatusCode;
use evenkeel_core::command::Command;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::refusal::plan::NotPlanned;
use evenkeel_core::command::settle_plan::{SettlePlan, Settlement};
use evenkeel_core::event::Event;
use evenkeel_core::event::planned::Planned;
use evenkeel_core::holding::planned::{Kept, Move, Sum};
use evenkeel_core::ids::RepNo;
use evenkeel_core::plan::beside::differing;
use evenkeel_core::plan::since::changes;
use evenkeel_core::plan::words::{self, Names, points};
use evenkeel_core::state::State as Workspace;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    let plan = Need::May(Verb::PlanBooks);
    Routes::new()
        .add(plan, routes!(list, make))
        .add(plan, routes!(one))
        .add(plan, routes!(moves))
        .add(plan, routes!(settle))
}

/// A plan in figures.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlanOut {
    plan: u32,
    /// `made`, `approved`, `applied`, `undone` or `dropped`.
    stage: &'static str,
    made_at: String,
    /// The policy version it follows.
    policy: u32,
    /// Digest of everything it was made on.
    basis: String,
    /// How many records were planned.
    records: u32,
    /// How many it moves.
    moves: usize,
    /// How many have no place in it and stay where they are.
    unplaced: u32,
    /// What it costs, in points.
    objective: String,
    /// No plan can cost less.
    bound: String,
    /// By how much less any plan could cost at most, in percent of what books, moves and misses
    /// cost.
    gap_percent: f64,
    /// What clashes, in words.
    clashes: Vec<String>,
}

/// A plan with its books.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlanWhole {
    #[serde(flatten)]
    plan: PlanOut,
    books: Vec<BookOut>,
    /// What has changed since it was made and touches it; empty when it can be carried out.
    stale: Vec<String>,
    /// What has no place in it and stays where it is, by reason.
    without: Vec<WithoutOut>,
    /// What could not go back when it was undone.
    lost: Vec<LostOut>,
    /// With `beside`: records that the two plans send to different reps.
    #[serde(skip_serializing_if = "Option::is_none")]
    differing: Option<Vec<DifferingOut>>,
}

/// One book before and after.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BookOut {
    rep: String,
    before: SumOut,
    after: SumOut,
    /// Room for effort; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<String>,
}

/// What a book holds.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SumOut {
    records: u32,
    best: u32,
    value: String,
    effort: String,
}

/// A record that did not go back.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LostOut {
    record: String,
    /// `closed`, `moved` or `owner_left`.
    why: &'static str,
}

/// A record on which two plans differ; absent is that it stays.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DifferingOut {
    record: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    this: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<String>,
}

/// The remembered plans, newest first.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Plans {
    plans: Vec<PlanOut>,
}

fn rep_key(state: &Workspace, rep: RepNo) -> String {
    state.roster().rep(rep).key.clone()
}

fn out(state: &Workspace, kept: &Kept) -> PlanOut {
    let made = &kept.made;
    let rep = |rep: RepNo| rep_key(state, rep);
    let names = Names { state, rep: &rep };
    let first = kept.since.first().map(|(_, at, _)| at.to_string());
    PlanOut {
        plan: made.number,
        stage: kept.stage.word(),
        made_at: first.unwrap_or_default(),
        policy: made.policy,
        basis: secret::hex(&made.basis),
        records: made.records,
        moves: made.moves.len(),
        unplaced: made.unplaced,
        objective: points(made.cost.objective),
        bound: points(made.cost.bound),
        gap_percent: made.cost.gap() as f64 / 100.0,
        clashes: made.clashes.iter().map(|one| names.clash(one)).collect(),
    }
}

fn sum(sum: &Sum) -> SumOut {
    SumOut {
        records: sum.records,
        best: sum.best,
        value: sum.value.to_string(),
        effort: sum.effort.to_string(),
    }
}

/// Lists the remembered plans of the books, newest first.
#[utoipa::path(get, path = "/plans", tag = "plans", responses((status = 200, body = Plans)))]
async fn list(State(app): State<App>) -> axum::Json<Plans> {
    let told = app.workspace.ask(|state| Plans {
        plans: state
            .plans()
            .iter()
            .rev()
            .map(|one| out(state, one))
            .collect(),
    });
    axum::Json(told.await)
}

/// A plan is there.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlanMade {
    plan: u32,
    seq: u64,
}

/// Works out a plan of the books as they are, by `[plan]` of the policy in force. Nothing moves.
#[utoipa::path(
    post, path = "/plans", tag = "plans",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 201, body = PlanMade), (status = 409, body = Document),
        (status = 422, body = Document), (status = 503, body = Document)),
)]
async fn make(
    State(app): State<App>,
    signed: Signed,
    key: IdempotencyKey,
    Unread(raw): Unread,
) -> Result<(StatusCode, axum::Json<PlanMade>), Problem> {
    let once = key
        .0
        .unwrap_or_else(|| format!("plan-{}", secret::hex(&secret::random::<16>())));
    let told = (once.as_str(), raw.digest());
    let done = planner::make(&app.workspace, signed.actor, told).await?;
    let plan = number(&done);
    let seq = done.last_seq;
    Ok((StatusCode::CREATED, axum::Json(PlanMade { plan, seq })))
}

/// Number of the plan that a done order is about.
fn number(done: &Done) -> u32 {
    let mut events = done.events.iter();
    let plan = events.find_map(|recorded| match &recorded.event {
        Event::Planned(planned) => Some(planned.plan()),
        _ => None,
    });
    plan.unwrap_or_default()
}

/// Which plan to compare with.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Beside {
    /// Number of another plan.
    beside: Option<u32>,
}

/// The number of a plan; one that is out of bounds is of none.
fn small(number: u64) -> Result<u32, Problem> {
    u32::try_from(number).map_err(|_| unknown(u32::MAX))
}

fn unknown(plan: u32) -> Problem {
    Problem::from(Refusal::Plan(NotPlanned::PlanUnknown { plan }))
}

/// A plan with its books, and what has changed since it was made.
#[utoipa::path(
    get, path = "/plans/{number}", tag = "plans",
    params(("number" = u32, Path, description = "Number of the plan"), Beside),
    responses((status = 200, body = PlanWhole), (status = 404, body = Document)),
)]
async fn one(
    State(app): State<App>,
    Number(number): Number,
    Query(which): Query<Beside>,
) -> Result<axum::Json<PlanWhole>, Problem> {
    let plan = small(number)?;
    let told = app
        .workspace
        .ask(|state| whole(state, state.plans().find(plan)?, which.beside));
    let told = told.await.ok_or_else(|| unknown(plan))?;
    Ok(axum::Json(told))
}

fn whole(state: &Workspace, kept: &Kept, beside: Option<u32>) -> Option<PlanWhole> {
    let rep = |rep: RepNo| rep_key(state, rep);
    let names = Names { state, rep: &rep };
    let stale = match changes(state, &kept.made) {
        Ok(changes) => changes.iter().map(|change| names.change(change)).collect(),
        Err(refusal) => vec![refusal.message()],
    };
    let book = kept.made.books.iter().map(|book| BookOut {
        rep: rep(book.rep),
        before: sum(&book.before),
        after: sum(&book.after),
        room: book.room.map(|room| room.to_string()),
    });
    let lost = kept.lost.iter().map(|(record, why)| LostOut {
        record: state.records().key(*record).to_owned(),
        why: lost_word(*why),
    });
    let differing = match beside {
        None => None,
        Some(other) => {
            let other = state.plans().find(other)?;
            let lines = differing(&kept.made, &other.made).into_iter();
            let line = lines.map(|one| DifferingOut {
                record: state.records().key(one.record).to_owned(),
                this: one.one.map(rep),
                beside: one.other.map(rep),
            });
            Some(line.collect())
        }
    };
    Some(PlanWhole {
        plan: out(state, kept),
        books: book.collect(),
        stale,
        without: kept
            .without
            .iter()
            .map(|one| left_out(state, one))
            .collect(),
        lost: lost.collect(),
        differing,
    })
}

/// Which part of the moves.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Part {
    /// How many to pass over; the `next` of the listing before.
    skip: Option<usize>,
    /// How many, 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

/// What a plan moves.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MovesOut {
    moves: Vec<MoveOut>,
    /// Give this as `skip` for what follows; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
}

/// One move.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct MoveOut {
    record: String,
    from: SpotOut,
    /// Key of the rep who should have it.
    to: String,
    /// Why.
    why: &'static str,
}

/// What a plan moves, by record.
#[utoipa::path(
    get, path = "/plans/{number}/moves", tag = "plans",
    params(("number" = u32, Path, description = "Number of the plan"), Part),
    responses((status = 200, body = MovesOut), (status = 404, body = Document)),
)]
async fn moves(
    State(app): State<App>,
    Number(number): Number,
    Query(part): Query<Part>,
) -> Result<axum::Json<MovesOut>, Problem> {
    let plan = small(number)?;
    let (skip, limit) = (part.skip.unwrap_or(0), page(part.limit));
    let told = app.workspace.ask(|state| {
        let moves = &state.plans().find(plan)?.made.moves;
        let line = |line: &Move| MoveOut {
            record: state.records().key(line.record).to_owned(),
            from: spot(state, line.from),
            to: rep_key(state, line.to),
            why: words::why(line.why),
        };
        Some(MovesOut {
            moves: moves.iter().skip(skip).take(limit).map(line).collect(),
            next: (moves.len() > skip.saturating_add(limit)).then_some(skip + limit),
        })
    });
    let told = told.await.ok_or_else(|| unknown(plan))?;
    Ok(axum::Json(told))
}

/// A decision about a plan.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SettleIn {
    /// What is decided.
    then: Then,
}

/// What is decided.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
enum Then {
    Approve,
    Drop,
    Apply,
    Undo,
}

/// The decision is in the journal.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Settled {
    plan: u32,
    seq: u64,
    /// Records that changed their places.
    moved: usize,
    /// Records that could not go back.
    lost: usize,
}

/// Approves a plan, carries it out, takes it back, or drops it. A plan that the books have moved
/// away from is refused, with what changed.
#[utoipa::path(
    post, path = "/plans/{number}/settle", tag = "plans", request_body = SettleIn,
    params(("number" = u32, Path, description = "Number of the plan"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = Settled), (status = 404, body = Document),
        (status = 409, body = Document)),
)]
async fn settle(
    State(app): State<App>,
    signed: Signed,
    Number(number): Number,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<Settled>, Problem> {
    let plan = small(number)?;
    let SettleIn { then } = raw.parse()?;
    let settlement = match then {
        Then::Approve => Settlement::Approve,
        Then::Drop => Settlement::Drop,
        Then::Apply => Settlement::Apply,
        Then::Undo => Settlement::Undo,
    };
    let command = Command::SettlePlan(SettlePlan { plan, settlement });
    let done = app
        .workspace
        .submit(keyed(&signed, key, &raw, command))
        .await?;
    let mut settled = Settled {
        plan,
        seq: done.last_seq,
        moved: 0,
        lost: 0,
    };
    for recorded in done.events.iter() {
        if let Event::Planned(planned) = &recorded.event {
            settled.moved = planned.shifts().len();
        }
        if let Event::Planned(Planned::Undone { lost, .. }) = &recorded.event {
            settled.lost = lost.len();
        }
    }
    Ok(axum::Json(settled))
}
