//! Out of rotation on a rep's page: taken out with a date and a reason, and the question then.
//!
//! At the date there are three answers: back in rotation, out until another date, or leaving with
//! the book placed. None is given by itself.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::order::Order;
use crate::host::private::{Private, TEXT_MAX};
use crate::host::signed::Signed;
use crate::web::form::{Fields, Sent};
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::rep::page;
use crate::web::rep_acts::ordered;
use crate::web::scene::Scene;
use crate::web::{layout, link, preview, show, words};
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::pause_rep::PauseRep;
use evenkeel_core::command::resume_rep::ResumeRep;
use evenkeel_core::ids::RepNo;
use evenkeel_core::people::rep::Status;
use evenkeel_core::sentence;
use maud::{Markup, html};

/// `POST /reps/{key}/pause`
pub async fn pause(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::SetReps)?;
    let fields = sent.by(&signed)?;
    let wish = wish(&app, &key, &fields);
    let (review, reason) = match wish {
        Ok(wish) => wish,
        Err(why) => {
            let bad = Notice::form("Nothing was changed.", why).keeping("paused", &fields);
            let page = page(&app, &signed, &key, Some(bad)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let kept = reason.and_then(|words| {
        let words = Private::note(&words);
        words.row(app.workspace.new_subject())
    });
    let (row, reason) = kept.unzip();
    let command = Command::PauseRep(PauseRep {
        rep: key.clone(),
        review,
        reason,
    });
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command).with(row);
    ordered(&app, &signed, (&key, &fields), order, "paused").await
}

/// The review date and the reason, if one is told; the error is in words.
fn wish(
    app: &App,
    key: &str,
    fields: &Fields,
) -> Result<(evenkeel_core::time::Moment, Option<String>), String> {
    let zone = app.workspace.glance(|state| {
        let rep = state.roster().find(key)?;
        Some(state.roster().rep(rep).profile.zone.clone())
    });
    let review = fields.day("review", zone.as_deref().unwrap_or("UTC"))?;
    let review = review.ok_or("Say on which day somebody is asked what comes next.")?;
    let reason = fields.text("reason");
    if reason.len() > TEXT_MAX {
        return Err(format!("The reason is longer than {TEXT_MAX} bytes."));
    }
    Ok((review, (!reason.is_empty()).then(|| reason.to_owned())))
}

/// `POST /reps/{key}/resume`
pub async fn resume(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::SetReps)?;
    let fields = sent.by(&signed)?;
    let command = Command::ResumeRep(ResumeRep { rep: key.clone() });
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    ordered(&app, &signed, (&key, &fields), order, "resumed").await
}

/// The section about rotation; `reason` is what was said when the rep was taken out, for those who
/// may see it; what was refused just now is filled in again.
pub fn section(
    scene: &Scene<'_>,
    rep: RepNo,
    reason: Option<&str>,
    notice: Option<&Notice>,
) -> Markup {
    let kept = |field| notice::kept(notice, "paused", field);
    let entry = scene.state.roster().rep(rep);
    let key = &entry.key;
    let out = match entry.profile.status {
        Status::Paused { since, review, .. } => Some((since, review)),
        Status::Active | Status::Left => None,
    };
    let due = out.is_some_and(|(_, review)| review.is_none_or(|review| review <= scene.now));
    html! {
        section.sheet aria-labelledby="rotation" {
            header { h2 #rotation { "Rotation" } span.note { "the book stays" } }
            div.body.stack {
                @if let Some((since, review)) = out {
                    p {
                        "Out for " (words::span(scene.now - since))
                        @if let Some(review) = review {
                            ", to be reviewed on " (sentence::local(&entry.profile.zone, review))
                        } @else { ", without a review date" } "."
                    }
                    @if let Some(reason) = reason { p { "“" (reason) "”" } }
                    @if due {
                        p role="status" {
                            b { "The review is due. What comes next?" }
                            " Back in rotation, out until another date, or leaving for good with the "
                            a href="#departure" { "book placed" } ". Nothing happens by itself."
                        }
                    }
                    form method="post" action=(link::rep_act(key, "resume")) {
                        (hidden(scene))
                        div.acts {
                            button.main type="submit" { "Back in rotation" } (preview::button())
                        }
                    }
                }
                form.form method="post" action=(link::rep_act(key, "pause")) {
                    (hidden(scene))
                    label {
                        @if out.is_some() { "Out until another review on" } @else { "To be reviewed on" }
                        input type="date" name="review" required value=(kept("review"));
                    }
                    label {
                        "Why" span.note { "kept as personal data; managers and the rep see it" }
                        input name="reason" maxlength="500" autocomplete="off"
                            value=(kept("reason"));
                    }
                    div.acts {
                        button type="submit" {
                            @if out.is_some() { "Set the date" } @else { "Take out of rotation" }
                        }
                        @if out.is_none() { (preview::button()) }
                    }
                }
            }
        }
    }
}

fn hidden(scene: &Scene<'_>) -> Markup {
    html! { (layout::csrf(scene.viewer)) (show::once()) }
}
