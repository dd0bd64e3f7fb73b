//! The route table of the API: every route is added together with what it needs.
//!
//! A route that is not in the table is not entered (deny by default), so forgetting one is a
//! failing test and never an open door.

use crate::api::problem::Problem;
use crate::app::App;
use crate::host::access::{Need, Route};
use crate::host::signed::{self, Signed, TurnedAway};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::util::Either;
use tower::util::future::EitherResponseFuture;
use tower::{Layer, Service};
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

    /// Who may enter the route of this path as the table writes it; nobody in particular where it
    /// needs nobody.
    ///
    /// *Refuses*, in order: a route that is not in the table; what [`signed::caller`] refuses; a
    /// forged form; a role that may not.
    pub fn admit(
        &self,
        path: &str,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Option<Signed>, Problem> {
        let verb = match self.need(path, method) {
            Some(Need::Nothing) => return Ok(None),
            Some(Need::May(verb)) => verb,
            None => {
                let detail = format!("This address does not know {method}.");
                return Err(Problem::own("method_not_allowed", detail));
            }
        };
        let signed = signed::caller(&self.0.app.sign_in, method, headers)?;
        if !method.is_safe() {
            signed.own_form(csrf(headers))?;
        }
        if let Err(why) = signed.may(verb) {
            tracing::warn!(actor = ?signed.actor, role = signed.role.word(), ?verb, "turned away");
            return Err(TurnedAway::into(why));
        }
        Ok(Some(signed))
    }

    fn check(&self, request: &mut Request) -> Result<(), Problem> {
        let path = request.extensions().get::<MatchedPath>();
        // A route without a path is not in the table either.
        let path = path.map_or("", MatchedPath::as_str);
        if let Some(signed) = self.admit(path, request.method(), request.headers())? {
            request.extensions_mut().insert(signed);
        }
        Ok(())
    }
}

fn csrf(headers: &HeaderMap) -> &str {
    headers
        .get("x-csrf-token")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
}

impl<S> Layer<S> for Guard {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        let guard = self.clone();
        Guarded { guard, inner }
    }
}

/// A route that lets in whoever may, and nobody else.
#[derive(Clone, Debug)]
pub struct Guarded<S> {
    guard: Guard,
    inner: S,
}

impl<S: Service<Request, Response = Response>> Service<Request> for Guarded<S> {
    type Response = Response;
    type Error = S::Error;
    type Future = EitherResponseFuture<Ready<Result<Response, S::Error>>, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let mut way = match self.guard.check(&mut request) {
            Ok(()) => Either::Right(&mut self.inner),
            Err(problem) => Either::Left(Refused(Some(problem.into_response()), PhantomData)),
        };
        way.call(request)
    }
}

/// Answers one request with a refusal, whatever it is.
struct Refused<E>(Option<Response>, PhantomData<E>);

impl<E> Service<Request> for Refused<E> {
    type Response = Response;
    type Error = E;
    type Future = Ready<Result<Response, E>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), E>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        let response = self.0.take();
        ready(Ok(response.expect("it is made for one request")))
    }
}
