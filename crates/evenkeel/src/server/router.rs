//! Everything that can be asked for.

use crate::api::assemble;
use crate::api::routes::Guard;
use crate::app::App;
use crate::config::BODY_BYTES_MAX;
use crate::host::access::{Need, Route};
use crate::server::health;
use crate::web;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get};

/// The whole router over an app, and the guard of its API.
pub fn router(app: App) -> (Router, Guard) {
    let (api, guard) = assemble::router(&app);
    let router = Router::new()
        .route("/healthz", get(health::lives))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::figures))
        .route("/api/{*rest}", any(assemble::nowhere))
        .merge(api)
        .merge(web::routes().layer(DefaultBodyLimit::max(BODY_BYTES_MAX)))
        .with_state(app);
    (router, guard)
}

/// What every route of the server needs.
pub fn access() -> Vec<Route> {
    let open = |path: &str| Route {
        method: "GET",
        path: path.to_owned(),
        need: Need::Nothing,
    };
    let mut table = vec![open("/healthz"), open("/readyz"), open("/metrics")];
    table.extend(assemble::table());
    table.extend(web::access());
    table
}
