//! Assignments: every time a rep got a record, in the order of the journal.

use crate::api::body::{Query, page};
use crate::api::deal::Dealt;
use crate::api::problem::Problem;
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Sees, Verb};
use crate::host::signed::Signed;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::ids::RepNo;
use evenkeel_core::state::State as Workspace;
use evenkeel_core::verdict::Destination;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

/// Events one request looks at; a page may end before it is full.
const LOOK_MAX: usize = 20_000;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::SeeRecords), routes!(list))
}

/// Which assignments.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Go on after this `next` of the listing before; from the beginning when absent.
    after: Option<u64>,
    /// How many at most, 1 to 1,000; 100 when absent.
    limit: Option<usize>,
}

/// A page of assignments.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Assignments<'a> {
    assignments: Vec<Dealt<'a>>,
    /// Give this as `after` for what follows. At the end it is the end of the journal: asking again
    /// later gives what came since.
    next: u64,
    /// Whether there is more now.
    more: bool,
}

/// Lists assignments in the order of the journal. A rep sees those of records in the own book.
#[utoipa::path(
    get, path = "/assignments", tag = "records", params(Which),
    responses((status = 200, body = Assignments)),
)]
async fn list(
    State(app): State<App>,
    signed: Signed,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let (mut next, limit) = (which.after.unwrap_or(0), page(which.limit));
    let head = *app.workspace.head().borrow();
    next = next.min(head);
    let events = app.workspace.events_after(next, LOOK_MAX).await?;
    let response = app.workspace.glance(|state| {
        let mut assignments = Vec::new();
        for (seq, recorded) in &events {
            if assignments.len() == limit {
                break;
            }
            next = *seq;
            if assigned(state, &signed, recorded) {
                assignments.extend(Dealt::of(state, *seq, std::slice::from_ref(recorded)));
            }
        }
        axum::Json(Assignments {
            assignments,
            next,
            more: next < head,
        })
        .into_response()
    });
    Ok(response)
}

fn assigned(state: &Workspace, signed: &Signed, recorded: &Recorded) -> bool {
    let (record, rep): (_, RepNo) = match recorded.event {
        Event::RecordDealt {
            record,
            to: Destination::Rep(rep),
            ..
        } => (record, rep),
        Event::RecordGiven { record, rep, .. } | Event::RecordClaimed { record, rep, .. } => {
            (record, rep)
        }
        _ => return false,
    };
    match signed.role.sees() {
        Sees::All => true,
        Sees::Own => signed.rep == Some(rep) && signed.sees(state.place(record)),
    }
}
