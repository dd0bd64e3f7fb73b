//! Recycling: the rules, what is due and warned, the next cadence, the sweeps and what to do with
//! them.
//!
//! The plan says what a sweep would take if nobody worked on anything until then.

use crate::api::body::{Number, Query};
use crate::api::problem::{Document, Problem};
use crate::api::recycled::excess;
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::order::Order;
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::command::Command;
use evenkeel_core::command::settle_sweep::{SettleSweep, Verdict};
use evenkeel_core::holding::activity::Stamp;
use evenkeel_core::holding::sweeps::{Stage, Sweep};
use evenkeel_core::policy::document::recycling::{Onward, Recycling};
use evenkeel_core::recycling::plan::{self, BookShare, Line, SweepPlan};
use evenkeel_core::state::State as Workspace;
use evenkeel_core::time::Moment;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::routes;

/// Most records of a plan that are listed.
const LINES_MAX: usize = 10_000;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::MoveRecords), routes!(look))
        .add(Need::May(Verb::MoveRecords), routes!(plan_ahead))
        .add(Need::May(Verb::SettleSweeps), routes!(approve))
        .add(Need::May(Verb::SettleSweeps), routes!(dismiss))
        .add(Need::May(Verb::SettleSweeps), routes!(undo))
}

/// Where recycling stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RecyclingOut {
    /// Names of the removal rules, in order.
    rules: Vec<String>,
    /// Records whose owners were warned and that are not due yet.
    warned: usize,
    /// Records that are due.
    due: usize,
    /// Since when the oldest of them.
    due_since: Option<String>,
    /// Resting records.
    resting: usize,
    /// The next moment of the cadence; absent when everything goes at once.
    next: Option<String>,
    /// The same on the wall clock, with its zone.
    next_local: Option<String>,
    /// The sweeps, newest first.
    sweeps: Vec<SweepOut>,
}

/// One sweep.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SweepOut {
    sweep: u32,
    /// `held for approval`, `running`, `done`, `dropped`, `being undone` or `undone`.
    stage: &'static str,
    rules: Vec<String>,
    /// The moment of the cadence; absent for what goes at once.
    cadence: Option<String>,
    planned: String,
    begun: Option<String>,
    ended: Option<String>,
    /// Records it was planned with.
    records: u32,
    /// Out of how many books.
    books: u32,
    taken: usize,
    restored: u32,
    /// Whole days from due to taken, on average.
    waited_days: Option<u64>,
}

/// What a sweep would take.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PlanOut {
    /// By when.
    at: String,
    records: usize,
    /// Each book: the largest part of one first.
    books: Vec<BookOut>,
    /// Why somebody would have to approve it; empty when nobody would.
    #[schema(value_type = Vec<Object>)]
    excess: Vec<Value>,
    /// Each record, ascending; the first 10,000.
    lines: Vec<LineOut>,
}

/// What a sweep would take out of one book.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BookOut {
    rep: String,
    records: u32,
    held: u32,
    /// The most that goes without approval.
    most: u32,
}

/// One record that a sweep would take.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LineOut {
    record: String,
    rep: String,
    rule: String,
    idle_since: String,
    due_since: Option<String>,
    /// `deal` or `queue:NAME`, after the rest.
    then: String,
}

/// By when.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ByWhen {
    /// `now`, or `next` for the next cadence; `now` when absent.
    at: Option<String>,
}

/// Where recycling stands: rules, what is warned and due, the next cadence, the sweeps.
#[utoipa::path(get, path = "/recycling", tag = "recycling",
    responses((status = 200, body = RecyclingOut)))]
async fn look(State(app): State<App>) -> axum::Json<RecyclingOut> {
    axum::Json(app.workspace.ask(recycling_out).await)
}

fn recycling_out(state: &Workspace) -> RecyclingOut {
    let recycling = state.recycling();
    let due = recycling.watched().filter(|(_, one)| one.due > Stamp(0));
    let due: Vec<Stamp> = due.map(|(_, one)| one.due).collect();
    let since = due.iter().min().and_then(|stamp| stamp.moment());
    let next = recycling.next();
    RecyclingOut {
        rules: policy(state).map_or_else(Vec::new, |policy| {
            let names = policy.removals.iter().map(|one| one.name.clone());
            names.collect()
        }),
        warned: recycling.watched().len() - due.len(),
        due: due.len(),
        due_since: since.map(|at| at.to_string()),
        resting: state.resting().len(),
        next: next.map(|next| next.at.to_string()),
        next_local: next.map(|next| next.local.clone()),
        sweeps: recycling.sweeps().iter().rev().map(sweep_out).collect(),
    }
}

fn policy(state: &Workspace) -> Option<&Recycling> {
    state.policy()?.document().recycling.as_ref()
}

fn sweep_out(sweep: &Sweep) -> SweepOut {
    let text = |at: Option<Moment>| at.map(|at| at.to_string());
    SweepOut {
        sweep: sweep.number,
        stage: sweep.stage.word(),
        rules: sweep.rules.clone(),
        cadence: text(sweep.cadence),
        planned: sweep.planned.to_string(),
        begun: text(sweep.begun),
        ended: text(sweep.ended.filter(|_| sweep.stage != Stage::Running)),
        records: sweep.records,
        books: sweep.books,
        taken: sweep.taken.len(),
        restored: sweep.restored,
        waited_days: sweep
            .waited
            .checked_div(sweep.taken.len() as u64)
            .map(|seconds| seconds / 86_400),
    }
}

/// What a sweep would take now, or at the next cadence if nobody worked on anything until then.
#[utoipa::path(get, path = "/recycling/plan", tag = "recycling", params(ByWhen),
    responses((status = 200, body = PlanOut), (status = 404, body = Document)))]
async fn plan_ahead(
    State(app): State<App>,
    Query(by): Query<ByWhen>,
) -> Result<axum::Json<PlanOut>, Problem> {
    let now = app.workspace.now();
    let next = by.at.as_deref() == Some("next");
    let told = app.workspace.ask(|state| {
        let recycling = policy(state)?;
        let cadence = state.recycling().next().filter(|_| next);
        let at = cadence.map_or(now, |cadence| cadence.at.max(now));
        let plan = plan::ahead(state, recycling, at);
        Some(plan_out(state, recycling, &plan, at))
    });
    let told = told.await.map(axum::Json);
    told.ok_or_else(|| Problem::own("not_found", "The policy in force recycles nothing."))
}

fn plan_out(state: &Workspace, recycling: &Recycling, plan: &SweepPlan, at: Moment) -> PlanOut {
    let rep = |rep| state.roster().rep(rep).key.clone();
    let book = |book: &BookShare| BookOut {
        rep: rep(book.rep),
        records: book.records,
        held: book.held,
        most: book.most,
    };
    let line = |line: &Line| LineOut {
        record: state.records().key(line.record).to_owned(),
        rep: rep(line.rep),
        rule: recycling.removals[line.rule].name.clone(),
        idle_since: line.idle_since.to_string(),
        due_since: line.due_since.map(|at| at.to_string()),
        then: match line.then {
            Onward::Deal => "deal".to_owned(),
            Onward::Queue(at) => format!("queue:{}", state.queue(state.queue_at(at)).name),
        },
    };
    PlanOut {
        at: at.to_string(),
        records: plan.lines.len(),
        books: plan.books.iter().map(book).collect(),
        excess: plan.excess.iter().map(|one| excess(state, one)).collect(),
        lines: plan.lines.iter().take(LINES_MAX).map(line).collect(),
    }
}

/// Lets a held sweep run. What was worked on or kept since is out of it.
#[utoipa::path(post, path = "/recycling/sweeps/{number}/approve", tag = "recycling",
    params(("number" = u64, Path, description = "Number of the sweep")),
    responses((status = 200, body = SweepOut), (status = 404, body = Document),
        (status = 409, body = Document)))]
async fn approve(
    State(app): State<App>,
    signed: Signed,
    Number(sweep): Number,
) -> Result<axum::Json<SweepOut>, Problem> {
    settle(&app, &signed, sweep, Verdict::Approve).await
}

/// Drops a held sweep: it takes nothing, and its records are left alone for a while.
#[utoipa::path(post, path = "/recycling/sweeps/{number}/drop", tag = "recycling",
    params(("number" = u64, Path, description = "Number of the sweep")),
    responses((status = 200, body = SweepOut), (status = 404, body = Document),
        (status = 409, body = Document)))]
async fn dismiss(
    State(app): State<App>,
    signed: Signed,
    Number(sweep): Number,
) -> Result<axum::Json<SweepOut>, Problem> {
    settle(&app, &signed, sweep, Verdict::Drop).await
}

/// Undoes a sweep: what nobody has got since goes back to its former owner.
#[utoipa::path(post, path = "/recycling/sweeps/{number}/undo", tag = "recycling",
    params(("number" = u64, Path, description = "Number of the sweep")),
    responses((status = 200, body = SweepOut), (status = 404, body = Document),
        (status = 409, body = Document)))]
async fn undo(
    State(app): State<App>,
    signed: Signed,
    Number(sweep): Number,
) -> Result<axum::Json<SweepOut>, Problem> {
    settle(&app, &signed, sweep, Verdict::Undo).await
}

async fn settle(
    app: &App,
    signed: &Signed,
    number: u64,
    verdict: Verdict,
) -> Result<axum::Json<SweepOut>, Problem> {
    let sweep = u32::try_from(number).unwrap_or(u32::MAX);
    let command = Command::SettleSweep(SettleSweep { sweep, verdict });
    let order = Order::once(signed.actor, command);
    app.workspace.submit(order).await?;
    let told = app.workspace.glance(|state| {
        let sweep = state.recycling().sweeps().find(sweep);
        sweep.map(sweep_out)
    });
    let told = told.map(axum::Json);
    told.ok_or_else(|| Problem::own("not_found", "The sweep is forgotten by now."))
}
