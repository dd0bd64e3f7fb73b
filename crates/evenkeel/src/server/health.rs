//! Whether the server lives, whether it can take work, and its figures.
//!
//! `/healthz` answers while the process runs; `/readyz` says no when changes are not taken, so that
//! a balancer sends them elsewhere; `/metrics` is for this machine, or for a caller who may see it.

use crate::app::{Address, App};
use crate::host::access::Verb;
use crate::host::alarm::brief;
use crate::host::fairness;
use crate::host::live::Health;
use crate::host::signed;
use crate::server::waiting;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use evenkeel_core::clocks::Stage;
use evenkeel_core::time::Span;
use evenkeel_core::waiting::overdue;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

/// How often samples are summed up.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Most pools with figures of their own: every label is kept for ever.
const POOLS_MAX: usize = 100;

static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts counting. Only the first call in a process does anything.
pub fn start_counting() {
    FIGURES.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        // An error means that something else in this process counts already; then it has the
        // figures, and ours stay empty.
        let _ = metrics::set_global_recorder(recorder);
        handle
    });
}

/// Sums up what was counted, now and then: samples would pile up until somebody looks.
pub async fn keep_counting() {
    loop {
        tokio::time::sleep(UPKEEP_EVERY).await;
        if let Some(figures) = FIGURES.get() {
            figures.run_upkeep();
        }
    }
}

/// `GET /healthz`
pub async fn lives() -> &'static str {
    "alive\n"
}

/// `GET /readyz`
pub async fn ready(State(app): State<App>) -> Response {
    if *app.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    let health = app.workspace.health().borrow().clone();
    match health {
        Health::Well => format!("ready\n{}", detail(&app)).into_response(),
        Health::Stalled(why) | Health::ReadOnly(why) | Health::Dead(why) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("not ready: {why}\n"),
        )
            .into_response(),
    }
}

/// What does not keep the server from working, but must be looked at.
fn detail(app: &App) -> String {
    let now = app.workspace.now();
    app.workspace.glance(|state| {
        let alarms = fairness::alarms(state).into_iter();
        let alarms = alarms.map(|alarm| fairness::words(state, alarm));
        let late = overdue(state, now).map(|late| brief(&late));
        let told = alarms.chain(late);
        told.map(|words| format!("alarm: {words}\n")).collect()
    })
}

/// `GET /metrics`
pub async fn figures(State(app): State<App>, from: Address, headers: HeaderMap) -> Response {
    let near = from.0.is_loopback() && !app.config.behind_proxy;
    if !near {
        let may = signed::caller(&app.sign_in, &Method::GET, &headers)
            .and_then(|signed| signed.may(Verb::SeeMetrics));
        if let Err(why) = may {
            return why.into_response();
        }
    }
    gauge(&app);
    let text = FIGURES
        .get()
        .map(PrometheusHandle::render)
        .unwrap_or_default();
    let media = HeaderValue::from_static("text/plain; version=0.0.4");
    ([(header::CONTENT_TYPE, media)], text).into_response()
}

/// Figures that are read off when somebody looks.
fn gauge(app: &App) {
    let now = app.workspace.now();
    app.workspace.glance(|state| {
        waiting::gauge(state, now);
        metrics::gauge!("evenkeel_journal_seq").set(state.seq() as f64);
        metrics::gauge!("evenkeel_records").set(state.records().len() as f64);
        metrics::gauge!("evenkeel_reps").set(state.roster().len() as f64);
        metrics::gauge!("evenkeel_policy_version").set(f64::from(state.version()));
        metrics::gauge!("evenkeel_held_records").set(state.held().len() as f64);
        let oldest = state
            .held()
            .next()
            .map_or(Span(0), |(_, hold)| now - hold.since);
        metrics::gauge!("evenkeel_held_oldest_seconds").set((oldest.0 / 1_000) as f64);
        let running = state.clocks().running();
        let overdue = running.filter(|(_, clock)| clock.stage >= Stage::Breached);
        metrics::gauge!("evenkeel_sla_overdue").set(overdue.count() as f64);
        metrics::gauge!("evenkeel_sla_running").set(state.clocks().running().len() as f64);
        metrics::gauge!("evenkeel_timers_held").set(f64::from(u8::from(state.timers_held())));
        for queue in state.queues() {
            let oldest = queue
                .records
                .values()
                .min()
                .map_or(Span(0), |since| now - *since);
            let name = queue.name.clone();
            metrics::gauge!("evenkeel_queue_records", "queue" => name.clone())
                .set(queue.records.len() as f64);
            metrics::gauge!("evenkeel_queue_oldest_seconds", "queue" => name)
                .set((oldest.0 / 1_000) as f64);
        }
        for pool in state.pools().iter().take(POOLS_MAX) {
            let name = pool.name.clone();
            metrics::gauge!("evenkeel_fairness_worst", "pool" => name.clone())
                .set(pool.fairness.worst.0 as f64 / 1e6);
            metrics::gauge!("evenkeel_fairness_bound", "pool" => name)
                .set(pool.fairness.bound().0 as f64 / 1e6);
        }
        metrics::gauge!("evenkeel_fairness_passed").set(fairness::alarms(state).len() as f64);
    });
    metrics::gauge!("evenkeel_commands_waiting").set(app.workspace.waiting() as f64);
}
