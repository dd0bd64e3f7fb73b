//! What can be done with a record: give it by hand, let the policy reassign it, close it.
//!
//! Only the forms; what they send is read in [`crate::web::record`].

use crate::host::access::Verb;
use crate::web::notice::{Notice, kept};
use crate::web::scene::Scene;
use crate::web::{layout, link, pick, show};
use evenkeel_core::ids::RecordNo;
use maud::{Markup, html};

/// Everything the viewer may do with an open record; what was just refused is filled in again.
pub fn acts(scene: &Scene<'_>, record: RecordNo, notice: Option<&Notice>) -> Markup {
    let key = scene.state.records().key(record);
    let owner = scene.state.place(record).owner();
    html! {
        @if scene.viewer.role.may(Verb::MoveRecords) {
            section.sheet aria-labelledby="move-title" {
                header { h2 #move-title { "Another owner" } }
                div.body.stack {
                    form.form method="post" action=(link::record_act(key, "assign")) {
                        (hidden(scene, record))
                        label {
                            "Give it to"
                            (pick::rep(scene, "rep", owner, Some(kept(notice, "assigned", "rep"))))
                        }
                        label {
                            "Why" span.note { "kept with the story; can be erased" }
                            input name="note" maxlength="500" autocomplete="off"
                                value=(kept(notice, "assigned", "note"));
                        }
                        div.acts { button.main type="submit" { "Assign by hand" } }
                    }
                    form method="post" action=(link::record_act(key, "reassign"))
                        data-confirm="The policy chooses another owner now. The present one will not get it back by this." {
                        (hidden(scene, record))
                        div.acts {
                            button type="submit" { "Let the policy reassign it" }
                        }
                    }
                }
            }
        }
        @if scene.viewer.role.may(Verb::CloseRecords) { (close(scene, record, notice)) }
    }
}

fn close(scene: &Scene<'_>, record: RecordNo, notice: Option<&Notice>) -> Markup {
    let action = link::record_act(scene.state.records().key(record), "close");
    html! {
        section.sheet aria-labelledby="close-title" {
            header { h2 #close-title { "Done with it" } }
            div.body {
                form.form method="post" action=(action)
                    data-confirm="A closed record leaves its book for good." {
                    (hidden(scene, record))
                    label {
                        "Reason" span.note { "a code of your own: won, lost, poor-fit" }
                        input name="reason" required maxlength="60" pattern="[a-z0-9_\\-]+"
                            title="lower-case letters, digits, _ or -" autocomplete="off"
                            value=(kept(notice, "closed", "reason"));
                    }
                    div.acts { button.grave type="submit" { "Close" } }
                }
            }
        }
    }
}

/// What every form carries: the session's token, a key of its own, and the owner it was drawn with.
fn hidden(scene: &Scene<'_>, record: RecordNo) -> Markup {
    let owner = scene.state.place(record).owner();
    let owner = owner.map_or("", |rep| scene.state.roster().rep(rep).key.as_str());
    html! {
        (layout::csrf(scene.viewer)) (show::once())
        input type="hidden" name="owner" value=(owner);
    }
}
