//! Skills of a rep: which, since when, and how they grew; a part of the rep's page and of the
//! check-in.
//!
//! Read off the fields that the policy names under `[skills]`; they are set where all fields of a
//! rep are set. Nobody is compared with anybody.

use crate::host::access::Verb;
use crate::web::link;
use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::ids::{FieldNo, RepNo};
use evenkeel_core::market::schema::FieldType;
use evenkeel_core::people::skills::{CHANGES_MAX, Change, Growth, Held, Skill};
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use maud::{Markup, html};

/// Most changes shown on one page.
const SHOWN_MAX: usize = 20;

/// What the rep can do now, and the way there. Nothing where no field holds skills, except for
/// those who could name one.
pub fn section(scene: &Scene<'_>, rep: RepNo) -> Markup {
    let skills = scene.state.skills();
    let named = !skills.fields().is_empty();
    if !named && !scene.viewer.role.may(Verb::TryPolicy) {
        return html! {};
    }
    let known = skills.of(rep);
    let held: Vec<(&Skill, &Held)> = known.into_iter().flat_map(|known| known.held()).collect();
    let changes = known.map_or(&[][..], |known| known.changes());
    html! {
        section.sheet aria-labelledby="skills" {
            header {
                h2 #skills { "Skills" }
                @if named { span.note { (words::count(held.len() as u64, "skill")) } }
            }
            @if !named {
                div.empty {
                    b { "No field holds skills" }
                    "Name the rep fields that do in the policy, as in " code { "[skills]" } " "
                    code { "fields = [\"rep.languages\"]" } "; from then on their growth is kept."
                }
            } @else if held.is_empty() && changes.is_empty() {
                div.empty {
                    b { "None recorded yet" }
                    @if scene.viewer.role.may(Verb::SetReps) {
                        a href=(link::rep_act(&scene.state.roster().rep(rep).key, "edit")) { "Add one" }
                    }
                }
            } @else {
                @if !held.is_empty() { div.body { (list(scene, rep, &held)) } }
                @if !changes.is_empty() { (growth(scene, rep, changes)) }
            }
        }
    }
}

fn list(scene: &Scene<'_>, rep: RepNo, held: &[(&Skill, &Held)]) -> Markup {
    let zone = &scene.state.roster().rep(rep).profile.zone;
    html! {
        dl.facts {
            @for (skill, held) in held {
                dt { (name(scene, skill)) }
                dd {
                    @if is_level(scene, skill.0) { b { (words::amount(held.level)) } ", " }
                    @if held.before { "before " } @else { "since " }
                    (words::day(zone, held.since))
                }
            }
        }
    }
}

fn growth(scene: &Scene<'_>, rep: RepNo, changes: &[Change]) -> Markup {
    let zone = &scene.state.roster().rep(rep).profile.zone;
    html! {
        div.wide role="group" tabindex="0" aria-label="How skills grew" {
            table {
                thead { tr { th scope="col" { "Day" } th scope="col" { "What changed" } } }
                tbody {
                    @for change in changes.iter().rev().take(SHOWN_MAX) {
                        tr {
                            th scope="row" { (words::day(zone, change.at)) }
                            td { (told(scene, change)) }
                        }
                    }
                }
            }
        }
        @if changes.len() == CHANGES_MAX {
            p.foot { "The last " (SHOWN_MAX) " changes; what is older than the last " (CHANGES_MAX) " is in the journal." }
        } @else if changes.len() > SHOWN_MAX {
            p.foot { "The last " (SHOWN_MAX) " of " (changes.len()) " changes." }
        }
    }
}

/// What changed since the last talk, for the sheet; `None` where no field holds skills.
pub fn since(scene: &Scene<'_>, rep: RepNo, since: Moment) -> Option<Markup> {
    let skills = scene.state.skills();
    if skills.fields().is_empty() {
        return None;
    }
    let changes = skills.of(rep).map_or(&[][..], |known| known.changes());
    let lately: Vec<&Change> = changes.iter().filter(|one| one.at > since).collect();
    Some(html! {
        @if lately.is_empty() { "nothing new" }
        @for (at, change) in lately.iter().rev().take(SHOWN_MAX).enumerate() {
            @if at > 0 { "; " } (told(scene, change))
        }
    })
}

/// `added languages: German`, `raised certified from 2 to 3`.
fn told(scene: &Scene<'_>, change: &Change) -> String {
    let name = name(scene, &change.skill);
    let level = |level: Option<Micro>| level.map(words::amount).unwrap_or_default();
    let (from, to) = (level(change.from), level(change.to));
    let number = is_level(scene, change.skill.0);
    match change.growth() {
        Growth::Added if number => format!("added {name} at {to}"),
        Growth::Added => format!("added {name}"),
        Growth::Raised => format!("raised {name} from {from} to {to}"),
        Growth::Lowered => format!("lowered {name} from {from} to {to}"),
        Growth::Removed => format!("removed {name}"),
    }
}

/// `languages: German`, `certified`.
fn name(scene: &Scene<'_>, (field, tag): &Skill) -> String {
    let known = scene.state.rep_schema().field(*field);
    let field = known.map_or("", |field| field.name.as_str());
    match tag.as_ref() {
        "" => field.to_owned(),
        tag => format!("{field}: {tag}"),
    }
}

fn is_level(scene: &Scene<'_>, field: FieldNo) -> bool {
    let known = scene.state.rep_schema().field(field);
    known.is_some_and(|field| field.kind == FieldType::Number)
}
