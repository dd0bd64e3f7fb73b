//! The route table of the API: every route is added together with what it needs.
//!
//! A route that is not in the table is not entered (deny by default), so forgetting one is a
//! failing test and never an open door.

use crate::api::problem::Problem;
use crate::app::App;
use crate::host::access::{Need, Route};
use crate::host::signed::{self, TurnedAway};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::openapi::path::PathItem;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

/// Where the API is.
pub const BASE: &str = "/api/v1";

/// Routes with their needs.
pub struct Routes {
    /// The handlers and their description.
    pub router: OpenApiRouter<App>,
    /// What each needs.
    pub table: Vec<Route>,
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routes")
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}

impl Routes {
    /// No routes.
    pub fn new() -> Self {
        Self {
            router: OpenApiRouter::new(),
            table: Vec::new(),
        }
    }

    /// Adds the handlers of one path that need the same.
    pub fn add(mut self, need: Need, handlers: UtoipaMethodRouter<App>) -> Self {
        let (schemas, mut paths, handlers) = handlers;
        // Written out in full, so that no request pays for taking a prefix off.
        paths.paths = std::mem::take(&mut paths.paths)
            .into_iter()
            .map(|(path, item)| (format!("{BASE}{path}"), item))
            .collect();
        for (path, item) in &paths.paths {
            let methods = methods(item).into_iter();
            self.table.extend(methods.map(|method| Route {
                method,
                path: path.clone(),
                need,
            }));
        }
        self.router = self.router.routes((schemas, paths, handlers));
        self
    }

    /// Adds all routes of another resource.
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self
    }
}

impl Default for Routes {
    fn default() -> Self {
        Self::new()
    }
}

fn methods(item: &PathItem) -> Vec<&'static str> {
    let known = [
        ("GET", item.get.is_some()),
        ("POST", item.post.is_some()),
        ("PUT", item.put.is_some()),
        ("PATCH", item.patch.is_some()),
        ("DELETE", item.delete.is_some()),
    ];
    known
        .into_iter()
        .filter(|(_, here)| *here)
        .map(|(method, _)| method)
        .collect()
}

/// What each route needs, ready to be asked.
#[derive(Clone, Debug)]
pub struct Guard(Arc<Table>);

#[derive(Debug)]
struct Table {
    app: App,
    needs: HashMap<String, Vec<(&'static str, Need)>>,
}

impl Guard {
    /// A guard over a table.
    pub fn new(app: App, table: &[Route]) -> Self {
        let mut needs: HashMap<String, Vec<(&'static str, Need)>> = HashMap::new();
        for Route { method, path, need } in table {
            needs.entry(path.clone()).or_default().push((method, *need));
        }
        Self(Arc::new(Table { app, needs }))
    }

    fn need(&self, path: &str, method: &Method) -> Option<Need> {
        let method = if method == Method::HEAD {
            "GET"
        } else {
            method.as_str()
        };
        let methods = self.0.needs.get(path)?;
        methods
            .iter()
            .find(|(known, _)| *known == method)
            .map(|(_, need)| *need)
    }

    fn check(&self, request: &mut Request) -> Result<(), Problem> {
        let path = request
            .extensions()
            .get::<MatchedPath>()
            .map(MatchedPath::as_str);
        let need = path.and_then(|path| self.need(path, request.method()));
        let verb = match need {
            Some(Need::Nothing) => return Ok(()),
            Some(Need::May(verb)) => verb,
            None => {
                let detail = format!("This address does not know {}.", request.method());
                return Err(Problem::own("method_not_allowed", detail));
            }
        };
        let signed = signed::caller(&self.0.app.sign_in, request.method(), request.headers())?;
        if !request.method().is_safe() {
            signed.own_form(csrf(request.headers()))?;
        }
        if let Err(why) = signed.may(verb) {
            tracing::warn!(actor = ?signed.actor, role = signed.role.word(), ?verb, "turned away");
            return Err(TurnedAway::into(why));
        }
        request.extensions_mut().insert(signed);
        Ok(())
    }
}

fn csrf(headers: &HeaderMap) -> &str {
    headers
        .get("x-csrf-token")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
}

/// Lets in whoever may, and nobody else.
pub async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    match guard.check(&mut request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}
