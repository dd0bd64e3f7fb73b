//! Choosing a rep in a form: from a list by name, or by key where a list would be too long.

use crate::web::scene::Scene;
use evenkeel_core::ids::RepNo;
use evenkeel_core::people::rep::{REP_KEY_MAX, Status};
use maud::{Markup, html};

/// Most reps in one list.
const LIST_MAX: usize = 300;

/// The input called `name`: everybody who has not left, by name, but for `except`.
///
/// With `wanted` somebody must be chosen, and whoever has that key is; empty is nobody.
///
/// *Bounds*: above [`LIST_MAX`] reps the key is typed.
pub fn rep(scene: &Scene<'_>, name: &str, except: Option<RepNo>, wanted: Option<&str>) -> Markup {
    let required = wanted.is_some();
    let roster = scene.state.roster();
    let there = roster
        .iter()
        .filter(|(rep, entry)| entry.profile.status != Status::Left && Some(*rep) != except);
    let mut reps: Vec<(String, &str, &str)> = there
        .take(LIST_MAX + 1)
        .map(|(rep, entry)| {
            let here = scene.here(&entry.profile);
            let away = if here { "" } else { " (away or paused)" };
            (scene.name(rep), entry.key.as_str(), away)
        })
        .collect();
    reps.sort();
    html! {
        @if reps.len() > LIST_MAX {
            input name=(name) required[required] maxlength=(REP_KEY_MAX) autocomplete="off"
                placeholder="The rep’s key" value=[wanted];
        } @else {
            select name=(name) required[required] {
                option value="" { "Choose a rep" }
                @for (name, key, away) in &reps {
                    option value=(key) selected[wanted == Some(*key)] { (name) (away) }
                }
            }
        }
    }
}
