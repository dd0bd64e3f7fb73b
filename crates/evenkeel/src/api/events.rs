//! The journal as a stream of lines: every event after a number, oldest first.
//!
//! Numbers are replaced by keys and names; personal data is not in the journal and so not here.

use crate::api::body::Query;
use crate::api::claims;
use crate::api::clocks;
use crate::api::feedback;
use crate::api::fields;
use crate::api::planned;
use crate::api::problem::Problem;
use crate::api::routes::Routes;
use crate::api::story::{by, cause, outcome};
use crate::api::{life, recycled};
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::directory::Naming;
use crate::host::secret::hex;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::ids::{PoolNo, RecordNo, RepNo};
use evenkeel_core::people::rep::{Leave, Profile, Status};
use evenkeel_core::state::State as Workspace;
use evenkeel_core::territory::table::{SheetRow, Table};
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa_axum::routes;

/// Most events of one answer.
pub const EVENTS_MAX: usize = 100_000;
/// Events read at once.
const PAGE: usize = 1_000;
/// Pages that may wait for a slow reader; the journal waits for nobody.
const PAGES_WAITING: usize = 2;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::SeeEvents), routes!(stream))
}

/// Which events.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Go on after this number; from the beginning when absent.
    after: Option<u64>,
    /// How many at most, 1 to 100,000; 10,000 when absent.
    limit: Option<usize>,
}

/// Streams events as NDJSON, one a line, up to the end of the journal as it is now.
#[utoipa::path(
    get, path = "/events", tag = "journal", params(Which),
    responses((status = 200, content_type = "application/x-ndjson", body = String)),
)]
async fn stream(State(app): State<App>, Query(which): Query<Which>) -> Result<Response, Problem> {
    let head = *app.workspace.head().borrow();
    let after = which.after.unwrap_or(0).min(head);
    let most = which.limit.unwrap_or(10_000).clamp(1, EVENTS_MAX) as u64;
    let end = head.min(after.saturating_add(most));
    let (lines, waiting) = mpsc::channel::<Result<Bytes, Infallible>>(PAGES_WAITING);
    tokio::spawn(pages(app, after, end, lines));
    let media = HeaderValue::from_static("application/x-ndjson");
    let body = Body::from_stream(ReceiverStream::new(waiting));
    Ok(([(header::CONTENT_TYPE, media)], body).into_response())
}

/// Sends pages of lines until the end, the caller's going, or a fault. A stream that was cut is
/// told by its last number.
async fn pages(app: App, mut after: u64, end: u64, lines: mpsc::Sender<Result<Bytes, Infallible>>) {
    while after < end {
        let count = PAGE.min((end - after) as usize);
        let events = match app.workspace.events_after(after, count).await {
            Ok(events) => events,
            Err(fault) => {
                tracing::warn!(%fault, after, "a stream of events was cut");
                return;
            }
        };
        let Some((last, _)) = events.last() else {
            return;
        };
        after = *last;
        let page = app.workspace.glance(|state| {
            let mut page = Vec::new();
            for (seq, recorded) in &events {
                let line = line(state, *seq, recorded);
                serde_json::to_writer(&mut page, &line).expect("a vector grows");
                page.push(b'\n');
            }
            page
        });
        if lines.send(Ok(page.into())).await.is_err() {
            return;
        }
    }
}

/// One event as JSON.
fn line(state: &Workspace, seq: u64, recorded: &Recorded) -> Value {
    let mut line = told(state, &recorded.event);
    let head = json!({
        "seq": seq,
        "at": recorded.at.to_string(),
        "by": by(recorded.actor),
        "command": hex(&recorded.command.0),
    });
    if let (Value::Object(line), Value::Object(mut head)) = (&mut line, head) {
        head.append(line);
        return Value::Object(head);
    }
    line
}

fn territories_set(state: &Workspace, version: u32, table: &Table) -> Value {
    let sheet = table.sheet(state.record_schema());
    let row = |row: SheetRow| json!({"cells": row.cells, "territory": row.territory});
    let rows: Vec<Value> = sheet.rows.into_iter().map(row).collect();
    json!({
        "type": "territories_set", "version": version, "columns": sheet.columns,
        "rows": rows,
    })
}

fn told(state: &Workspace, event: &Event) -> Value {
    match event {
        Event::PolicyPublished { version, text } => {
            json!({"type": "policy_published", "version": version, "text": text})
        }
        Event::RepSet { key, profile, .. } => rep_set(state, key, profile),
        Event::PoolChanged { .. } | Event::CreditClamped { .. } | Event::SharesGranted { .. } => {
            pool_event(state, event)
        }
        Event::RecordTaken {
            key,
            attributes,
            occurred,
            ..
        } => {
            let values = attributes
                .values
                .iter()
                .map(|(field, value)| (*field, value));
            json!({
                "type": "record_taken", "record": key,
                "fields": fields::object(state.record_schema(), values),
                "occurred_at": occurred.to_string(),
            })
        }
        Event::RecordDealt { .. }
        | Event::RecordGiven { .. }
        | Event::HoldExpired { .. }
        | Event::RecordClosed { .. }
        | Event::TurnVoided { .. }
        | Event::HandoffVoided { .. }
        | Event::RecordMerged { .. }
        | Event::MarksForgotten { .. } => record_event(state, event),
        Event::RecordsTouched { .. } | Event::RecordReleased { .. } => life::told(state, event),
        Event::RecordClaimed { .. } => claims::told(state, event),
        Event::ClockSet { .. }
        | Event::SlaWarned { .. }
        | Event::SlaBreached { .. }
        | Event::SlaEscalated { .. }
        | Event::FirstWorked { .. }
        | Event::TimersHeld(_)
        | Event::TimersConfirmed => clocks::told(state, event),
        Event::RecordReturned { .. }
        | Event::RecordKept { .. }
        | Event::RecordRestored { .. }
        | Event::Sweeping(_) => recycled::told(state, event),
        Event::HistoryImported(import) => life::imported(import),
        Event::Planned(planned) => planned::told(state, planned),
        Event::FeedbackFiled { rep, said } => feedback::told(state, *rep, said),
        Event::RepPaused {
            rep, since, review, ..
        } => json!({
            "type": "rep_paused", "rep": state.roster().rep(*rep).key,
            "since": since.to_string(), "review": review.to_string(),
        }),
        Event::RepResumed { rep } => {
            json!({"type": "rep_resumed", "rep": state.roster().rep(*rep).key})
        }
        Event::DrawCommitted { period, commitment } => json!({
            "type": "draw_committed", "period": period.to_string(),
            "commitment": hex(commitment),
        }),
        Event::DrawRevealed { period, secret } => json!({
            "type": "draw_revealed", "period": period.to_string(), "secret": hex(&secret.0),
        }),
        Event::TerritoriesSet { version, table } => territories_set(state, *version, table),
    }
}

fn rep_set(state: &Workspace, key: &str, profile: &Profile) -> Value {
    let values = profile
        .attributes
        .values
        .iter()
        .map(|(field, value)| (*field, value));
    let leaves = profile.leaves.iter();
    let leave =
        |leave: &Leave| json!({"from": leave.from.to_string(), "until": leave.until.to_string()});
    json!({
        "type": "rep_set",
        "rep": key,
        "fields": fields::object(state.rep_schema(), values),
        "zone": profile.zone,
        "hours": profile.hours.to_string(),
        "leaves": leaves.map(leave).collect::<Vec<_>>(),
        "status": match profile.status {
            Status::Active => "active",
            Status::Paused { .. } => "paused",
            Status::Left => "left",
        },
    })
}

fn pool_event(state: &Workspace, event: &Event) -> Value {
    let rep = |rep: RepNo| state.roster().rep(rep).key.clone();
    let pool = |pool: PoolNo| state.pool(pool).name.as_str();
    let reps = |all: &[RepNo]| all.iter().map(|one| rep(*one)).collect::<Vec<_>>();
    match event {
        Event::PoolChanged {
            pool: changed,
            joined,
            left,
            ..
        } => json!({
            "type": "pool_changed", "pool": pool(*changed),
            "joined": reps(joined), "left": reps(left),
        }),
        Event::CreditClamped {
            pool: changed,
            rep: away,
            credit,
            ..
        } => json!({
            "type": "credit_clamped", "pool": pool(*changed), "rep": rep(*away),
            "owed": fields::exact(*credit),
        }),
        Event::SharesGranted {
            pool: granted,
            grant,
        } => json!({
            "type": "shares_granted", "pool": pool(*granted), "from": grant.from.to_string(),
            "until": grant.until.map(|until| until.to_string()),
            "rateably": !grant.earned(),
            "reps": reps(&grant.shares.iter().map(|(rep, _)| *rep).collect::<Vec<_>>()),
        }),
        _ => Value::Null,
    }
}

fn record_event(state: &Workspace, event: &Event) -> Value {
    let record = |record: RecordNo| state.records().key(record);
    match event {
        Event::RecordDealt {
            record: dealt,
            to,
            cause: set_off,
            verdict,
        } => {
            let (outcome, to, queue) = outcome(state, to);
            let pool = verdict
                .picked()
                .map(|(turn, _)| state.pool(turn.pool).name.as_str());
            json!({
                "type": "record_dealt", "record": record(*dealt), "cause": cause(*set_off),
                "outcome": outcome, "rep": to, "queue": queue, "pool": pool,
                "rule": state.rule(verdict), "policy": verdict.policy,
            })
        }
        Event::RecordGiven {
            record: given, rep, ..
        } => json!({
            "type": "record_given", "record": record(*given),
            "rep": state.roster().rep(*rep).key,
        }),
        Event::HoldExpired {
            record: held,
            queue,
        } => json!({
            "type": "hold_expired", "record": record(*held), "queue": state.queue(*queue).name,
        }),
        Event::RecordMerged {
            record: absorbed,
            into,
            back,
        } => json!({
            "type": "record_merged", "record": record(*absorbed), "into": record(*into),
            "turn_back": back.as_ref().map(|back| back.dealt),
        }),
        Event::MarksForgotten { record: forgotten } => {
            json!({"type": "marks_forgotten", "record": record(*forgotten)})
        }
        Event::RecordClosed {
            record: closed,
            reason,
        } => {
            json!({"type": "record_closed", "record": record(*closed), "reason": reason})
        }
        Event::TurnVoided {
            record: voided,
            dealt,
            reason,
            ..
        } => json!({
            "type": "turn_voided", "record": record(*voided), "dealt": dealt, "reason": reason,
        }),
        Event::HandoffVoided {
            record: voided,
            dealt,
            rep,
            reason,
            ..
        } => json!({
            "type": "handoff_voided", "record": record(*voided), "dealt": dealt,
            "rep": state.roster().rep(*rep).key, "reason": reason,
        }),
        _ => Value::Null,
    }
}
