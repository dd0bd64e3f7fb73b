//! From a request to a page: look at the workspace once, draw within that look, wrap the frame.
//!
//! Drawing while looking means that everything on one page belongs to one moment of the journal.

use crate::app::App;
use crate::host::secret;
use crate::host::signed::Signed;
use crate::web::layout::{self, Here, Viewer};
use crate::web::needs;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use axum::http::StatusCode;
use axum::response::Html;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::refusal::plan::NotPlanned;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The page with this body.
pub async fn page(
    app: &App,
    signed: &Signed,
    here: Here,
    title: &str,
    body: impl Fn(&Scene<'_>) -> Markup + Send + Sync,
) -> Result<Html<String>, Refused> {
    found(app, signed, here, title, |scene| Some(body(scene))).await
}

/// The page with this body, or that there is no such thing.
pub async fn found(
    app: &App,
    signed: &Signed,
    here: Here,
    title: &str,
    body: impl Fn(&Scene<'_>) -> Option<Markup> + Send + Sync,
) -> Result<Html<String>, Refused> {
    let names = app.workspace.names();
    let now = app.workspace.now();
    let (viewer, body) = app
        .workspace
        .ask(|state| {
            let mut viewer = Viewer {
                name: signed.name.to_string(),
                role: signed.role,
                csrf: signed.csrf.clone(),
                waiting: None,
            };
            let scene = Scene {
                state,
                names: &names,
                now,
                viewer: &viewer,
                me: signed.rep,
            };
            let (waiting, body) = (needs::count_for(&scene), body(&scene));
            viewer.waiting = waiting;
            (viewer, body)
        })
        .await;
    let body = body.ok_or(Refused::missing("thing"))?;
    Ok(Html(layout::page(&viewer, here, title, body).into_string()))
}

/// Whether there is a record with this key that the caller may see.
pub async fn visible(app: &App, signed: &Signed, key: &str) -> Result<(), Refused> {
    let seen = app
        .workspace
        .ask(|state| {
            state
                .record_no(key)
                .is_some_and(|record| signed.sees(state.place(record)))
        })
        .await;
    if seen {
        Ok(())
    } else {
        Err(Refused::missing("record"))
    }
}

/// What was done last, as a word in the address.
#[derive(Debug, Default, Deserialize)]
pub struct Done {
    done: Option<String>,
}

impl Done {
    /// The word.
    pub fn word(&self) -> Option<&str> {
        self.done.as_deref()
    }
}

/// The hidden field that makes sending a form twice one order.
pub fn once() -> Markup {
    html! { input type="hidden" name="once" value=(secret::hex(&secret::random::<16>())); }
}

/// The status of a page that shows a refusal.
pub fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::RecordUnknown { .. }
        | Refusal::RepUnknown { .. }
        | Refusal::StepUnknown { .. }
        | Refusal::PoolUnknown { .. }
        | Refusal::QueueUnknown { .. }
        | Refusal::Plan(NotPlanned::PlanUnknown { .. }) => StatusCode::NOT_FOUND,
        Refusal::PolicyRejected { .. }
        | Refusal::TerritoriesRejected { .. }
        | Refusal::BoundExceeded { .. }
        | Refusal::ValueRefused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    }
}

/// The names that these users sign in with.
pub fn user_names(app: &App, numbers: impl Iterator<Item = u32>) -> BTreeMap<u32, String> {
    let users = app.sign_in.users();
    let name = |number: u32| {
        users
            .iter()
            .find(|user| user.id == number)
            .map(|user| (number, user.name.clone()))
    };
    numbers.filter_map(name).collect()
}
