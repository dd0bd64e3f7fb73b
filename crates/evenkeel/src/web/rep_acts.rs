//! What a manager sets on a rep's page: leave and departure. Rotation is in [`crate::web::review`].
//!
//! Every form changes one thing of the profile as it stands now; the rest of it stays as it is.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::order::{Denied, Order};
use crate::host::secret;
use crate::host::signed::Signed;
use crate::web::form::{Fields, Sent};
use crate::web::layout::Here;
use crate::web::notice::Notice;
use crate::web::preview::Form;
use crate::web::refused::Refused;
use crate::web::rep::page;
use crate::web::{link, preview, show};
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::people::rep::{Leave, Profile};
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;

/// `POST /reps/{key}/leave`
pub async fn leave(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::SetReps)?;
    let fields = sent.by(&signed)?;
    changed(&app, &signed, &key, &fields, "leave", |profile| {
        let from = fields
            .day("from", &profile.zone)?
            .ok_or("Say on which day the leave begins.")?;
        let until = fields
            .day_after("until", &profile.zone)?
            .ok_or("Say which day is the last one away.")?;
        profile.leaves.push(Leave { from, until });
        Ok(())
    })
    .await
}

/// `POST /reps/{key}/leave/remove`
pub async fn remove_leave(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::SetReps)?;
    let fields = sent.by(&signed)?;
    changed(&app, &signed, &key, &fields, "saved", |profile| {
        let moment = |name| fields.text(name).parse().map(Moment).ok();
        let gone = moment("from")
            .zip(moment("until"))
            .map(|(from, until)| Leave { from, until });
        profile.leaves.retain(|leave| Some(*leave) != gone);
        Ok(())
    })
    .await
}

/// `POST /reps/{key}/deactivate`
pub async fn deactivate(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::DeactivateReps)?;
    let fields = sent.by(&signed)?;
    let Some(book) = book_goes(&fields) else {
        let bad = Notice::form("Nothing was done.", "Say where the book goes.");
        let page = page(&app, &signed, &key, Some(bad)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let command = Command::DeactivateRep(DeactivateRep {
        rep: key.clone(),
        book,
        plan: match fields.text("plan") {
            "" => None,
            // What is no digest of ours is no plan that could still hold.
            digest => Some(secret::unhex(digest).unwrap_or_default()),
        },
    });
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    ordered(&app, &signed, (&key, &fields), order, "left").await
}

/// Where the form sends the book; `None` when it does not say.
pub fn book_goes(fields: &Fields) -> Option<BookGoes> {
    match fields.text("book") {
        "rep" => Some(BookGoes::Rep(fields.text("heir").to_owned())),
        "queue" => Some(BookGoes::Queue(fields.text("queue").to_owned())),
        "redeal" => Some(BookGoes::Redeal),
        _ => None,
    }
}

/// Changes the profile as it stands now, and submits it.
async fn changed(
    app: &App,
    signed: &Signed,
    key: &str,
    fields: &Fields,
    done: &'static str,
    change: impl FnOnce(&mut Profile) -> Result<(), String>,
) -> Result<Response, Refused> {
    let known = app.workspace.glance(|state| {
        state
            .roster()
            .find(key)
            .map(|rep| state.roster().rep(rep).profile.clone())
    });
    let mut profile = known.ok_or(Refused::missing("rep"))?;
    if let Err(why) = change(&mut profile) {
        let page = page(
            app,
            signed,
            key,
            Some(Notice::form("Nothing was changed.", why).keeping(done, fields)),
        )
        .await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let command = Command::SetRep(Box::new(SetRep {
        key: key.to_owned(),
        profile,
    }));
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    ordered(app, signed, (key, fields), order, done).await
}

/// Where the form of what would be done is sent, and what it is called.
fn looked_at(done: &str) -> Option<(&'static str, &'static str)> {
    match done {
        "leave" => Some(("leave", "Leave")),
        "saved" => Some(("leave/remove", "No leave")),
        "paused" => Some(("pause", "Out of rotation")),
        "resumed" => Some(("resume", "Back in rotation")),
        "left" => Some(("deactivate", "Leaves for good")),
        _ => None,
    }
}

/// What the rep is called; the key when nobody has it.
fn called(app: &App, key: &str) -> String {
    let names = app.workspace.names();
    let name = |state: &State| Some(names.rep(state, state.roster().find(key)?));
    app.workspace.glance(name).unwrap_or_else(|| key.to_owned())
}

/// Submits an order about a rep, or looks at what it would mean, when the form asks for that; and
/// shows the rep's page again.
pub async fn ordered(
    app: &App,
    signed: &Signed,
    (key, fields): (&str, &Fields),
    order: Order,
    done: &'static str,
) -> Result<Response, Refused> {
    if let Some((act, what)) = looked_at(done).filter(|_| preview::wanted(fields)) {
        let form = Form {
            here: Here::Reps,
            what: format!("{what}: {}", called(app, key)),
            action: link::rep_act(key, act),
            back: link::rep(key),
        };
        return preview::page(app, signed, fields, &order.command, form).await;
    }
    match app.workspace.submit(order).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?done={done}", link::rep(key))).into_response()),
        Err(Denied::Refused(refusal)) => {
            let status = show::status(&refusal);
            let bad = Notice::refusal(&refusal).keeping(done, fields);
            let page = page(app, signed, key, Some(bad)).await?;
            Ok((status, page).into_response())
        }
        Err(denied) => Err(denied.into()),
    }
}
