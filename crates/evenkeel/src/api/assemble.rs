//! All resources together: the router, its description (OpenAPI 3.1) and its access table.

use crate::api::problem::Problem;
use crate::api::routes::{Guard, Routes};
use crate::api::{
    activities, approach, assignments, books, capacity, clocks, draws, earning, effort, events,
    feedback, handoff, hire, intake, keys, leaving, merge, moves, past, pauses, persons, plans,
    policy, pools, preview, queues, records, recycling, recycling_advice, reports, reps, returns,
    session, sizing, skills, territories, users, verdicts, void,
};
use crate::app::App;
use crate::host::access::{Need, Route};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Router, body::Bytes};
use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use std::sync::LazyLock;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, InfoBuilder, OpenApi, SecurityRequirement};

/// Where the description is.
pub const DOCUMENT: &str = "/api/v1/openapi.json";

/// Every resource. A new one is one line here.
fn resources() -> Routes {
    Routes::new()
        .merge(intake::routes())
        .merge(records::routes())
        .merge(moves::routes())
        .merge(merge::routes())
        .merge(void::routes())
        .merge(returns::routes())
        .merge(recycling::routes())
        .merge(recycling_advice::routes())
        .merge(leaving::routes())
        .merge(handoff::routes())
        .merge(activities::routes())
        .merge(clocks::routes())
        .merge(persons::routes())
        .merge(assignments::routes())
        .merge(verdicts::routes())
        .merge(reps::routes())
        .merge(pools::routes())
        .merge(queues::routes())
        .merge(past::routes())
        .merge(reports::routes())
        .merge(earning::routes())
        .merge(draws::routes())
        .merge(pauses::routes())
        .merge(plans::routes())
        .merge(feedback::routes())
        .merge(books::routes())
        .merge(capacity::routes())
        .merge(skills::routes())
        .merge(sizing::routes())
        .merge(hire::routes())
        .merge(approach::routes())
        .merge(effort::routes())
        .merge(policy::routes())
        .merge(preview::routes())
        .merge(territories::routes())
        .merge(events::routes())
        .merge(users::routes())
        .merge(keys::routes())
        .merge(session::routes())
}

/// The routes of the API over an app, and the guard that stands before each of them.
pub fn router(app: &App) -> (Router<App>, Guard) {
    let Routes { router, mut table } = resources();
    let (router, _) = router.split_for_parts();
    table.push(document_route());
    let guard = Guard::new(app.clone(), &table);
    let router = Router::new()
        .merge(router)
        .route(DOCUMENT, get(document_answer))
        .route_layer(guard.clone());
    (router, guard)
}

/// What each route of the API needs.
pub fn table() -> Vec<Route> {
    let mut table = resources().table;
    table.push(document_route());
    table
}

fn document_route() -> Route {
    Route {
        method: "GET",
        path: DOCUMENT.to_owned(),
        need: Need::Nothing,
    }
}

/// The description of the API.
pub fn document() -> OpenApi {
    let mut described = resources().router.into_openapi();
    let info = InfoBuilder::new()
        .title("Evenkeel")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Every record to the right rep, every book on an even keel.",
        ))
        .build();
    described.info = info;
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    let cookie = ApiKey::Cookie(ApiKeyValue::new("evenkeel"));
    let components = described.components.get_or_insert_with(Components::new);
    components.add_security_scheme("key", SecurityScheme::Http(bearer));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    described.security = Some(vec![
        SecurityRequirement::new::<_, [&str; 0], &str>("key", []),
        SecurityRequirement::new::<_, [&str; 0], &str>("session", []),
    ]);
    described
}

/// The description as it is served and compared: a line a value, indented by one space, since half
/// of it is depth.
pub fn document_text() -> String {
    let mut text = Vec::new();
    let form = PrettyFormatter::with_indent(b" ");
    let mut writer = serde_json::Serializer::with_formatter(&mut text, form);
    let written = document().serialize(&mut writer);
    written.expect("a description is always JSON");
    text.push(b'\n');
    String::from_utf8(text).expect("JSON is text")
}

async fn document_answer() -> impl IntoResponse {
    static TEXT: LazyLock<Bytes> = LazyLock::new(|| document_text().into());
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], TEXT.clone())
}

/// The answer to an address that is none.
pub async fn nowhere() -> Problem {
    Problem::own("not_found", "There is nothing at this address.")
        .hint("Every address is in /api/v1/openapi.json.")
}
