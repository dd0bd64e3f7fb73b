//! Skills of a rep: which, since when, and how they grew.
//!
//! Read off the fields that the policy names under `[skills]`; they are set with the rep.

use crate::api::body::Name;
use crate::api::feedback::near;
use crate::api::fields::exact;
use crate::api::problem::{Document, Problem};
use crate::api::routes::Routes;
use crate::app::App;
use crate::host::access::{Need, Verb};
use crate::host::signed::Signed;
use axum::extract::State;
use evenkeel_core::people::skills::{Change, Growth, Skill};
use evenkeel_core::state::State as Workspace;
use serde::Serialize;
use serde_json::Value;
use utoipa_axum::routes;

/// The routes of this resource.
pub fn routes() -> Routes {
    Routes::new().add(Need::May(Verb::SeeBooks), routes!(look))
}

/// A skill that a rep has.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SkillOut {
    /// The rep field.
    field: String,
    /// Of tags, which one.
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    /// The number of a number field; 1 otherwise.
    #[schema(value_type = f64)]
    level: Value,
    /// Since when the rep has it.
    since: String,
    /// Whether it was there already then, when the policy first named its field.
    before: bool,
}

/// One change of one skill.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct GrowthOut {
    at: String,
    field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    /// `added`, `raised`, `lowered` or `removed`.
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    from: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<f64>)]
    to: Option<Value>,
}

/// A rep's skills.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SkillsOut {
    rep: String,
    skills: Vec<SkillOut>,
    /// What changed, oldest first; the last 200.
    growth: Vec<GrowthOut>,
}

/// A rep's skills, and how they grew. A rep sees the own ones.
#[utoipa::path(get, path = "/reps/{key}/skills", tag = "reps",
    params(("key" = String, Path, description = "Key of the rep")),
    responses((status = 200, body = SkillsOut), (status = 404, body = Document)))]
async fn look(
    State(app): State<App>,
    signed: Signed,
    Name(rep): Name,
) -> Result<axum::Json<SkillsOut>, Problem> {
    near(&app, &signed, &rep)?;
    let told = app.workspace.ask(|state| {
        let number = state.roster().find(&rep)?;
        let known = state.skills().of(number);
        let held = known.into_iter().flat_map(|known| known.held());
        let changes = known.map_or(&[][..], |known| known.changes());
        Some(SkillsOut {
            rep: rep.clone(),
            skills: held
                .map(|(skill, held)| {
                    let (field, tag) = named(state, skill);
                    SkillOut {
                        field,
                        tag,
                        level: exact(held.level),
                        since: held.since.to_string(),
                        before: held.before,
                    }
                })
                .collect(),
            growth: changes.iter().map(|change| grown(state, change)).collect(),
        })
    });
    let told = told
        .await
        .ok_or_else(|| Problem::own("not_found", "There is no such rep."))?;
    Ok(axum::Json(told))
}

fn named(state: &Workspace, (field, tag): &Skill) -> (String, Option<String>) {
    let known = state.rep_schema().field(*field);
    let field = known.map_or_else(String::new, |field| field.name.clone());
    (field, (!tag.is_empty()).then(|| tag.to_string()))
}

fn grown(state: &Workspace, change: &Change) -> GrowthOut {
    let (field, tag) = named(state, &change.skill);
    GrowthOut {
        at: change.at.to_string(),
        field,
        tag,
        what: match change.growth() {
            Growth::Added => "added",
            Growth::Raised => "raised",
            Growth::Lowered => "lowered",
            Growth::Removed => "removed",
        },
        from: change.from.map(exact),
        to: change.to.map(exact),
    }
}
