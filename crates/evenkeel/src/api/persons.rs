//! Erasing personal data for ever: of a record, or of a rep.
//!
//! The journal keeps a salted digest that says nothing once salt and data are gone. Who erased what
//! and when is kept in the settings; backups made before still hold the data.

use crate::api::body::Name;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::api::story::by;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::order::{Denied, Order};
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::command::Command;
use evenkeel_core::command::forget::Forget;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::event::Event;
use evenkeel_core::state::{State as Workspace, rep_named};
use evenkeel_journal::setting::SettingEdit;
use serde::Serialize;
use utoipa_axum::routes;

/// The table in the settings that says who was erased by whom.
pub const TABLE: &[u8] = b"erased/";

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new()
        .add(Need::May(Verb::ErasePersons), routes!(erase_record))
        .add(Need::May(Verb::ErasePersons), routes!(erase_rep))
}

/// What was erased.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Erased {
    /// How many subjects had data that is gone now; erasing twice is no refusal.
    erased: u64,
}

/// Erases the personal data of a record, and the notes people wrote about it.
#[utoipa::path(
    delete, path = "/records/{key}/personal", tag = "records",
    params(("key" = String, Path, description = "Key of the record")),
    responses((status = 200, body = Erased), (status = 404, body = Document)),
)]
async fn erase_record(
    State(app): State<App>,
    signed: Signed,
    Name(key): Name,
) -> Result<axum::Json<Erased>, Problem> {
    let (subject, story) = app
        .workspace
        .ask(|state| {
            let record = state
                .record_no(&key)
                .ok_or_else(|| Refusal::RecordUnknown {
                    record: key.clone(),
                })?;
            let records = state.records();
            Ok::<_, Refusal>((records.private(record), records.story(record)))
        })
        .await?;
    let mut subjects: Vec<u64> = subject.iter().map(|private| private.subject).collect();
    for (_, recorded) in app.workspace.events(story).await? {
        if let Event::RecordGiven {
            note: Some(note), ..
        } = recorded.event
        {
            subjects.push(note.subject);
        }
    }
    // Nothing that stands for the person is compared any more, before the data itself goes.
    let forget = Command::Forget(Forget { record: key });
    match app
        .workspace
        .submit(Order::once(signed.actor, forget))
        .await
    {
        Ok(_) | Err(Denied::Refused(Refusal::NothingToDo)) => {}
        Err(denied) => return Err(denied.into()),
    }
    erase(&app, &signed, subjects).await
}

/// Erases the name and contact data of a rep. The key stays: choose keys that name nobody.
#[utoipa::path(
    delete, path = "/reps/{key}/personal", tag = "reps",
    params(("key" = String, Path, description = "Key of the rep")),
    responses((status = 200, body = Erased), (status = 404, body = Document)),
)]
async fn erase_rep(
    State(app): State<App>,
    signed: Signed,
    Name(key): Name,
) -> Result<axum::Json<Erased>, Problem> {
    let subject = |state: &Workspace| {
        let rep = rep_named(state, &key)?;
        let own = state.roster().rep(rep).profile.private.into_iter();
        let views = state.feedback().of(rep).iter();
        let own = own.chain(views.filter_map(|(_, said)| said.why));
        Ok::<_, Refusal>(own.map(|private| private.subject).collect())
    };
    let subjects = app.workspace.ask(subject).await?;
    erase(&app, &signed, subjects).await
}

async fn erase(
    app: &App,
    signed: &Signed,
    subjects: Vec<u64>,
) -> Result<axum::Json<Erased>, Problem> {
    let said = serde_json::json!({
        "by": by(signed.actor),
        "at": app.workspace.now().to_string(),
    });
    let said = said.to_string().into_bytes();
    // Said before it is done: a crash in between is mended by erasing again.
    let edits = subjects.iter().map(|subject| SettingEdit::Put {
        key: [TABLE, format!("{subject:020}").as_bytes()].concat(),
        value: said.clone(),
    });
    app.workspace.edit(edits.collect()).await?;
    let count = subjects.len();
    let erased = app.workspace.erase(subjects).await?;
    tracing::info!(
        by = by(signed.actor),
        subjects = count,
        erased,
        "personal data was erased"
    );
    Ok(axum::Json(Erased { erased }))
}
