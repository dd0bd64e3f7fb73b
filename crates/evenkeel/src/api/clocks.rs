//! Clocks on first work: which run, what they said, and letting held timers go.

use crate::api::body::{IdempotencyKey, Query, Raw, page};
use crate::api::moves::keyed;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::api::story::Step;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::clocks::{Running, Stage};
use evenkeel_core::command::Command;
use evenkeel_core::command::confirm_clock::ConfirmClock;
use evenkeel_core::event::Event;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::state::State as Workspace;
use evenkeel_core::time::Moment;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::SeeRecords), routes!(list))
        .add(Need::May(Verb::ConfirmClock), routes!(confirm))
}

/// The event for the journal's readers.
pub fn told(state: &Workspace, event: &Event) -> Value {
    let key = |record: &RecordNo| state.records().key(*record);
    let rep_key = |rep| &state.roster().rep(rep).key;
    let moment = |at: Option<Moment>| at.map(|at| at.to_string());
    match event {
        Event::ClockSet { record, rep, clock } => json!({
            "type": "clock_set", "record": key(record), "rep": rep_key(*rep), "sla": clock.sla,
            "started": clock.started.to_string(), "warn_at": moment(clock.warn_at),
            "due_at": clock.due_at.to_string(), "escalate_at": clock.escalate_at.to_string(),
            "reassign_at": moment(clock.lapse.map(|lapse| lapse.at)),
            "offset_seconds": clock.offset_seconds,
        }),
        Event::SlaWarned { record, rep, sla } => json!({
            "type": "sla_warned", "record": key(record), "rep": rep_key(*rep), "sla": sla,
        }),
        Event::SlaBreached {
            record,
            rep,
            sla,
            waited,
            business,
        } => json!({
            "type": "sla_breached", "record": key(record), "rep": rep_key(*rep), "sla": sla,
            "waited_ms": waited.0, "business_ms": business.0,
        }),
        Event::SlaEscalated { record, rep, sla } => json!({
            "type": "sla_escalated", "record": key(record), "rep": rep_key(*rep), "sla": sla,
        }),
        Event::FirstWorked {
            record,
            rep,
            started,
            waited,
            business,
        } => json!({
            "type": "first_worked", "record": key(record), "rep": rep_key(*rep),
            "started": started.to_string(), "waited_ms": waited.0, "business_ms": business.0,
        }),
        Event::TimersHeld(held) => json!({
            "type": "timers_held", "from": held.from.to_string(), "to": held.to.to_string(),
            "due": held.due,
        }),
        Event::TimersConfirmed => json!({"type": "timers_confirmed"}),
        _ => Value::Null,
    }
}

/// The event as a step of a record's story, filled into `blank`; nothing for events in no story.
pub fn step(state: &Workspace, event: &Event, blank: Step) -> Option<Step> {
    let (what, rep, sla) = match event {
        Event::SlaWarned { rep, sla, .. } => ("sla_warned", rep, sla),
        Event::SlaBreached { rep, sla, .. } => ("sla_breached", rep, sla),
        Event::SlaEscalated { rep, sla, .. } => ("sla_escalated", rep, sla),
        _ => return None,
    };
    Some(Step {
        what,
        rep: Some(state.roster().rep(*rep).key.clone()),
        reason: Some(sla.clone()),
        ..blank
    })
}

/// Which of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// How many of those due first to pass over; the `next` of the listing before.
    skip: Option<usize>,
    /// How many, 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

/// Clocks that run, and whether timers are held.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Clocks {
    clocks: Vec<ClockOut>,
    /// Give this as `skip` for what follows; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
    /// The jump of the clock because of which nothing is taken out of books until it is confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<HeldOut>,
}

/// A record that waits for its owner's first work.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ClockOut {
    record: String,
    rep: String,
    /// The line of the policy.
    sla: String,
    /// `running`, `warned`, `breached` or `escalated`.
    stage: &'static str,
    started: String,
    due_at: String,
    /// When it goes to somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    reassign_at: Option<String>,
}

/// A jump of the clock.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct HeldOut {
    from: String,
    to: String,
    /// How many records timers would have moved.
    due: u32,
}

/// Lists the records that wait for their owner's first work, those due first at the top. A rep sees
/// their own.
#[utoipa::path(
    get, path = "/clocks", tag = "records", params(Which),
    responses((status = 200, body = Clocks)),
)]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(which): Query<Which>,
) -> axum::Json<Clocks> {
    let (skip, limit) = (which.skip.unwrap_or(0), page(which.limit));
    let told = app
        .workspace
        .ask(|state| listed(state, &signed, skip, limit));
    axum::Json(told.await)
}

fn listed(state: &Workspace, signed: &Signed, skip: usize, limit: usize) -> Clocks {
    let running = state.clocks().running();
    let mut seen: Vec<_> = running
        .filter(|(record, _)| signed.sees(state.place(*record)))
        .collect();
    seen.sort_by_key(|(record, running)| (running.clock.due_at, *record));
    let next = (seen.len() > skip.saturating_add(limit)).then_some(skip + limit);
    let told = seen.into_iter().skip(skip).take(limit);
    Clocks {
        clocks: told
            .map(|(record, running)| out(state, record, running))
            .collect(),
        next,
        held: state.clocks().held().map(|held| HeldOut {
            from: held.from.to_string(),
            to: held.to.to_string(),
            due: held.due,
        }),
    }
}

fn out(state: &Workspace, record: RecordNo, running: &Running) -> ClockOut {
    let clock = &running.clock;
    ClockOut {
        record: state.records().key(record).to_owned(),
        rep: state.roster().rep(running.rep).key.clone(),
        sla: clock.sla.clone(),
        stage: match running.stage {
            Stage::Running => "running",
            Stage::Warned => "warned",
            Stage::Breached => "breached",
            Stage::Escalated => "escalated",
        },
        started: clock.started.to_string(),
        due_at: clock.due_at.to_string(),
        reassign_at: clock.lapse.map(|lapse| lapse.at.to_string()),
    }
}

/// The timers go on.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Confirmed {
    seq: u64,
}

/// Says that the clock is right after a jump: what it held goes on with the next ticks.
#[utoipa::path(
    post, path = "/clock/confirm", tag = "records",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 characters")),
    responses((status = 200, body = Confirmed), (status = 409, body = Document)),
)]
async fn confirm(
    State(app): State<App>,
    signed: Signed,
    key: IdempotencyKey,
    raw: Raw,
) -> Result<axum::Json<Confirmed>, Problem> {
    let order = keyed(&signed, key, &raw, Command::ConfirmClock(ConfirmClock));
    let done = app.workspace.submit(order).await?;
    Ok(axum::Json(Confirmed { seq: done.last_seq }))
}
