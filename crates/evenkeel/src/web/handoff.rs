//! A record's way through the steps: who had it at each, and the form that hands it on.

use crate::app::App;
use crate::host::access::{Sees, Verb};
use crate::host::signed::Signed;
use crate::web::form::Sent;
use crate::web::record::{expected, order, ordered};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{layout, link, show, words};
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Redirect, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::hand_off::{HandOff, next, present};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::{RecordNo, RepNo};
use maud::{Markup, html};

/// `POST /records/{key}/handoff`
pub async fn post(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::HandOff)?;
    let fields = sent.by(&signed)?;
    show::visible(&app, &signed, &key).await?;
    let hand_off = HandOff {
        record: key.clone(),
        step: fields.text("step").to_owned(),
        expected: expected(&fields),
    };
    let order = order(&signed, &fields, Command::HandOff(hand_off));
    let answer = ordered(&app, &signed, (&key, &fields), order, "handed-on").await?;
    // A rep no longer sees what is in somebody else's book.
    let gone = signed.role.sees() == Sees::Own && answer.status().is_redirection();
    Ok(match gone {
        true => Redirect::to("/").into_response(),
        false => answer,
    })
}

/// Who has and had it at which step, and where it can go from here; nothing without steps.
pub fn section(scene: &Scene<'_>, record: RecordNo) -> Markup {
    let journeys = scene.state.journeys();
    let stages = journeys.stages(record);
    let now = journeys.stage(record).map(|stage| stage.step);
    let next = ahead(scene, record);
    html! {
        @if !stages.is_empty() || !next.is_empty() {
            section.sheet aria-labelledby="steps-title" {
                header { h2 #steps-title { "Steps" } }
                div.body.stack {
                    @if !stages.is_empty() {
                        dl.facts {
                            @for stage in stages {
                                dt {
                                    (journeys.name(stage.step))
                                    @if now == Some(stage.step) { " " span.tag { "now" } }
                                }
                                dd {
                                    @match stage.rep {
                                        Some(rep) => (scene.rep(rep)),
                                        None => "nobody",
                                    }
                                    ", since " (words::moment(stage.since))
                                }
                            }
                        }
                    }
                    @if !next.is_empty() { (form(scene, record, &next)) }
                }
            }
        }
    }
}

/// The steps to which the viewer may hand the record.
fn ahead(scene: &Scene<'_>, record: RecordNo) -> Vec<String> {
    let may = scene.viewer.role.may(Verb::HandOff);
    let open = scene.state.place(record) != Place::Closed;
    let policy = scene.state.policy().filter(|_| may && open);
    let Some(document) = policy.map(|policy| policy.document()) else {
        return Vec::new();
    };
    match present(scene.state, document, record) {
        Some(now) => next(document, now).map(str::to_owned).collect(),
        None => document
            .steps
            .iter()
            .map(|step| step.name.clone())
            .collect(),
    }
}

fn form(scene: &Scene<'_>, record: RecordNo, next: &[String]) -> Markup {
    let key = scene.state.records().key(record);
    let owner = scene.state.place(record).owner();
    let owner_key = owner.map_or("", |rep| scene.state.roster().rep(rep).key.as_str());
    html! {
        form.form method="post" action=(link::record_act(key, "handoff")) {
            (layout::csrf(scene.viewer)) (show::once())
            input type="hidden" name="owner" value=(owner_key);
            label {
                "Hand it on to"
                select name="step" required {
                    @for step in next { option value=(step) { (step) } }
                }
            }
            @if let Some(words) = owner.and_then(|owner| whom(scene, owner, next)) {
                p.note { (words) }
            }
            div.acts { button.main type="submit" { "Hand on" } }
        }
    }
}

/// To whom the owner hands on in a pod, for the steps at hand.
fn whom(scene: &Scene<'_>, owner: RepNo, next: &[String]) -> Option<String> {
    let document = scene.state.policy()?.document();
    let key = &scene.state.roster().rep(owner).key;
    let steps = document.steps.iter().enumerate();
    let mut pairs = steps.filter(|(_, step)| next.contains(&step.name));
    pairs.find_map(|(at, step)| {
        let (pod, pair) = document.pod_of(key, at)?;
        let to = called(scene, &pair?.to);
        Some(format!(
            "In the pod {}, {} hands to {to} at the step {}.",
            pod.name,
            scene.name(owner),
            step.name
        ))
    })
}

/// A rep of the policy by display name.
pub fn called(scene: &Scene<'_>, key: &str) -> String {
    let rep = scene.state.roster().find(key);
    rep.map_or_else(|| key.to_owned(), |rep| scene.name(rep))
}
