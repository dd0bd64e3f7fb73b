//! Giving a turn back on a record's page: what it does, the reasons there are, what is left.
//!
//! Shown where there is a turn to give back, also of a closed record. What is left of a rep's limit
//! is told for the rep who has the record; the limit itself is kept by the core.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::given_back::void_of;
use crate::host::signed::Signed;
use crate::web::form::Sent;
use crate::web::notice::{Notice, kept};
use crate::web::record::{order, ordered};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{layout, link, show, words};
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use evenkeel_core::command::void;
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::policy::document::{VoidThen, Voids};
use maud::{Markup, html};

/// `POST /records/{key}/void`
pub async fn post(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::VoidTurns)?;
    let fields = sent.by(&signed)?;
    show::visible(&app, &signed, &key).await?;
    let command = void_of(&app.workspace, &key, fields.text("reason")).await?;
    let order = order(&signed, &fields, command);
    ordered(&app, &signed, (&key, &fields), order, "voided").await
}

/// The form, where the viewer may give the record's turn back.
pub fn form(scene: &Scene<'_>, record: RecordNo, notice: Option<&Notice>) -> Markup {
    let chosen = kept(notice, "voided", "reason");
    let policy = scene.state.policy().map(|policy| policy.document());
    let voids = policy.and_then(|policy| policy.voids.as_ref());
    let turn = scene.state.records().turn(record);
    let (Some(voids), Some(_), true) = (voids, turn, scene.viewer.role.may(Verb::VoidTurns)) else {
        return html! {};
    };
    let key = scene.state.records().key(record);
    let owner = scene.state.place(record).owner();
    html! {
        section.sheet aria-labelledby="void-title" {
            header { h2 #void-title { "It was no lead" } }
            div.body {
                form.form method="post" action=(link::record_act(key, "void"))
                    data-confirm="The turn is given back; this cannot be undone." {
                    (layout::csrf(scene.viewer)) (show::once())
                    p.note { (what_it_does(scene, record, voids)) }
                    label {
                        "Reason"
                        select name="reason" required {
                            option value="" { "Choose a reason" }
                            @for reason in &voids.reasons {
                                option value=(reason) selected[reason == chosen] { (reason) }
                            }
                        }
                    }
                    @if let Some(owner) = owner { (left(scene, owner, voids)) }
                    div.acts { button.grave type="submit" { "Give the turn back" } }
                }
            }
        }
    }
}

/// What giving it back does, in plain words.
fn what_it_does(scene: &Scene<'_>, record: RecordNo, voids: &Voids) -> String {
    let queue = |at: usize| &scene.state.queue(scene.state.queue_at(at)).name;
    let then = match voids.then {
        _ if scene.state.place(record) == Place::Closed => "The record stays closed.".to_owned(),
        VoidThen::Close => "The record is closed with the reason.".to_owned(),
        VoidThen::Stay => "The record stays where it is.".to_owned(),
        VoidThen::Queue(at) => format!("The record goes to the queue {}.", queue(at)),
        VoidThen::Back { otherwise } => format!(
            "The record goes back to whoever handed it on, or to the queue {}.",
            queue(otherwise)
        ),
    };
    format!(
        "The rep gets the turn back, spread over the next ones, so that nobody is flooded. {then} \
         Close rates go on counting it."
    )
}

/// What is left of the owner's limit.
fn left(scene: &Scene<'_>, owner: RepNo, voids: &Voids) -> Markup {
    let rep = scene.state.roster().rep(owner);
    html! {
        @if let Some(left) = void::left(rep, voids.per_month, scene.now) {
            p.note {
                (scene.name(owner)) " may give back "
                (words::count(u64::from(left), "more turn")) " now, of "
                (voids.per_month.unwrap_or_default()) " in any 30 days."
            }
        }
    }
}
