//! As of when: the books of then, and the parameter by which other resources answer for then.
//!
//! Past states are folded from the journal and kept for a while ([`crate::host::past`]). What was
//! personal and is erased stays erased, whenever is asked for.

use crate::api::body::Query;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::past::Instant;
use axum::extract::State;
use evenkeel_core::people::rep::Status;
use evenkeel_core::state::State as Workspace;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::SeeEvents), routes!(books))
}

/// As of when.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// The number of an event, a date (its first moment in UTC) or a moment, RFC 3339; now when
    /// absent.
    as_of: Option<String>,
}

impl AsOf {
    /// Reads from the workspace as it stood then.
    pub async fn read<T: Send>(
        &self,
        app: &App,
        read: impl Fn(&Workspace) -> T + Send,
    ) -> Result<T, Problem> {
        let Some(text) = &self.as_of else {
            return Ok(app.workspace.ask(read).await);
        };
        let instant = Instant::parse(text).ok_or_else(|| {
            let seen: String = text.chars().take(80).collect();
            let detail = format!("as_of: {seen:?} is no number of an event, date or moment.");
            Problem::own("query_malformed", detail)
        })?;
        let state = app.workspace.at(instant).await?;
        Ok(read(&state))
    }

    /// Whether a time other than now is meant.
    pub fn is_past(&self) -> bool {
        self.as_of.is_some()
    }
}

/// The books of a moment.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Books {
    /// Number of the last event before it.
    seq: u64,
    /// When that was recorded, RFC 3339.
    at: String,
    books: Vec<BookOut>,
    /// Records in queues.
    queued: usize,
    /// Records held for somebody, resting ones included.
    held: usize,
}

/// One rep's book.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BookOut {
    /// Key of the rep.
    rep: String,
    /// `active`, `paused` or `left`.
    status: &'static str,
    /// How many open records the rep owned.
    open: usize,
    /// How many were ever given to the rep until then.
    assigned: u64,
}

/// The books as of a moment: everybody who had any, or took part.
#[utoipa::path(
    get, path = "/past/books", tag = "past", params(AsOf),
    responses((status = 200, body = Books), (status = 400, body = Document)),
)]
async fn books(
    State(app): State<App>,
    Query(as_of): Query<AsOf>,
) -> Result<axum::Json<Books>, Problem> {
    as_of.read(&app, books_out).await.map(axum::Json)
}

fn books_out(state: &Workspace) -> Books {
    let reps = state.roster().iter().map(|(_, rep)| rep);
    let here = reps.filter(|rep| rep.profile.status != Status::Left || !rep.book.is_empty());
    let books = here.map(|rep| BookOut {
        rep: rep.key.clone(),
        status: match rep.profile.status {
            Status::Active => "active",
            Status::Paused { .. } => "paused",
            Status::Left => "left",
        },
        open: rep.book.len(),
        assigned: rep.assigned,
    });
    let queues = state.queues().iter();
    Books {
        seq: state.seq(),
        at: state.last_at().to_string(),
        books: books.collect(),
        queued: queues.map(|queue| queue.records.len()).sum(),
        held: state.held().len() + state.resting().len(),
    }
}
