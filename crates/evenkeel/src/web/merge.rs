//! Records that are the same: which they are, and merging them by hand.
//!
//! What the policy merges by itself when it comes in is in the story; here is what a person does.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::given_back::turn_of;
use crate::host::order::Order;
use crate::host::signed::Signed;
use crate::web::form::Sent;
use crate::web::notice::{Notice, kept};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{layout, link, record, show};
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use evenkeel_core::command::Command;
use evenkeel_core::command::intake::RECORD_KEY_MAX;
use evenkeel_core::command::merge::{Merge, gives_back};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::RecordNo;
use maud::{Markup, html};

/// Most alike records listed.
const ALIKE_MAX: usize = 20;

/// `POST /records/{key}/merge`
pub async fn post(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::MoveRecords)?;
    let fields = sent.by(&signed)?;
    let merge = Merge {
        record: key.clone(),
        into: fields.text("into").to_owned(),
        expected: record::expected(&fields),
        turn: turn_of(&app.workspace, &key).await?,
    };
    let command = Command::Merge(Box::new(merge));
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    record::ordered(&app, &signed, (&key, &fields), order, "merged").await
}

/// What a merge did to turns, for the story.
pub fn told(turn_back: bool) -> &'static str {
    match turn_back {
        true => {
            "They are the same. The turn of the one that is closed comes back, made up for over \
             the next ones."
        }
        false => "They are the same. No turn comes back.",
    }
}

/// Which records are the same as this one, what it was merged into, and the form to merge it.
pub fn section(scene: &Scene<'_>, record: RecordNo, notice: Option<&Notice>) -> Markup {
    let records = scene.state.records();
    let open = scene.state.place(record) != Place::Closed;
    let alike: Vec<RecordNo> = match open {
        true => scene.state.alike(record),
        false => Vec::new(),
    };
    let absorbed: Vec<RecordNo> = records.absorbed(record).collect();
    let into = records.merged_into(record);
    let may = open && scene.viewer.role.may(Verb::MoveRecords);
    html! {
        @if may || into.is_some() || !alike.is_empty() || !absorbed.is_empty() {
            section.sheet aria-labelledby="same-title" {
                header { h2 #same-title { "The same once more" } }
                div.body.stack {
                    @if let Some(into) = into {
                        p { "Merged into " (scene.record(into)) ", which stands for it now." }
                    }
                    @if !absorbed.is_empty() {
                        p { "Merged into this one: " (listed(scene, &absorbed)) "." }
                    }
                    @if !alike.is_empty() {
                        p { "The same by the policy: " (listed(scene, &alike)) "." }
                    }
                    @if may { (form(scene, record, &alike, kept(notice, "merged", "into"))) }
                }
            }
        }
    }
}

fn listed(scene: &Scene<'_>, records: &[RecordNo]) -> Markup {
    html! {
        @for (at, record) in records.iter().take(ALIKE_MAX).enumerate() {
            @if at > 0 { ", " }
            (scene.record(*record))
        }
        @if records.len() > ALIKE_MAX { " and " (records.len() - ALIKE_MAX) " more" }
    }
}

/// The form; `typed` is what was refused just now.
fn form(scene: &Scene<'_>, record: RecordNo, alike: &[RecordNo], typed: &str) -> Markup {
    let records = scene.state.records();
    let key = records.key(record);
    let owner = scene.state.place(record).owner();
    let owner = owner.map_or("", |rep| scene.state.roster().rep(rep).key.as_str());
    let first = alike.iter().find(|other| scene.sees(**other));
    let guess = first.map_or("", |other| records.key(*other));
    let into = if typed.is_empty() { guess } else { typed };
    let back = first.and_then(|into| gives_back(scene.state, record, *into));
    html! {
        form.form method="post" action=(link::record_act(key, "merge"))
            data-confirm="This record is closed and points at the other one. That cannot be undone." {
            (layout::csrf(scene.viewer)) (show::once())
            input type="hidden" name="owner" value=(owner);
            label {
                "Merge it into"
                span.note { "the key of the record that stays where it is" }
                input name="into" required maxlength=(RECORD_KEY_MAX) autocomplete="off"
                    value=(into);
            }
            p.note {
                @match (first, back) {
                    (Some(_), Some(_)) => {
                        "Both took a turn, so the one of this record comes back over the next ones."
                    }
                    (Some(_), None) => "No turn comes back.",
                    (None, _) => "If both took a turn, the one of this record comes back.",
                }
            }
            div.acts { button.grave type="submit" { "Merge" } }
        }
    }
}
