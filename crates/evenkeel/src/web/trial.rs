//! Trying a record: which rule would take it, what every clause answers, who would get it now.
//!
//! Changes nothing and keeps nothing: the values travel in the form and back, never in an address.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::web::form::{Fields, Sent};
use crate::web::layout::{self, Here};
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::rep_form::input;
use crate::web::rule_path::RulePath;
use crate::web::scene::Scene;
use crate::web::{show, verdict};
use axum::extract::State as Shared;
use axum::response::Html;
use evenkeel_core::choose::Draft;
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::schema::{Field, Schema};
use evenkeel_core::market::value::Attributes;
use maud::{Markup, html};

/// `GET /policy/try`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::TryPolicy)?;
    page(&app, &signed, None).await
}

/// `POST /policy/try`
pub async fn post(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::TryPolicy)?;
    let fields = sent.by(&signed)?;
    page(&app, &signed, Some(&fields)).await
}

async fn page(
    app: &App,
    signed: &Signed,
    fields: Option<&Fields>,
) -> Result<Html<String>, Refused> {
    show::page(app, signed, Here::Policy, "Try a record", |scene| {
        body(scene, fields)
    })
    .await
}

/// The form, and below it what would happen.
pub fn body(scene: &Scene<'_>, fields: Option<&Fields>) -> Markup {
    let schema = scene.state.record_schema();
    let tried = fields.map(|fields| attributes(fields, schema));
    html! {
        p.eyebrow { a href="/policy" { "Policy" } }
        div.title { h1 { "Try a record" } }
        p.lede {
            "Fill in what you know and see which rule takes it, what every clause answers, and who "
            "would get it now. Nothing is changed or kept. What you leave empty is unknown."
        }
        @if let Some(Err(why)) = &tried {
            (Notice::form("This could not be tried.", why.as_str()).show())
        }
        div.columns.flip {
            section.sheet aria-labelledby="fields" {
                header { h2 #fields { "The record" } }
                div.body {
                    form.form method="post" action="/policy/try#outcome" {
                        (layout::csrf(scene.viewer))
                        div.form.flat.tight {
                            @for (number, field) in shown(schema) {
                                @let name = field_name(number);
                                @let value = fields.map_or("", |fields| fields.text(&name));
                                (input(&name, field, value))
                            }
                        }
                        div.acts { button.main type="submit" { "Try it" } }
                    }
                }
            }
            div.stack #outcome {
                @match &tried {
                    Some(Ok(attributes)) => (outcome(scene, attributes)),
                    _ => div.sheet.empty { b { "Nothing tried yet" } "The answer appears here." },
                }
            }
        }
    }
}

fn outcome(scene: &Scene<'_>, attributes: &Attributes) -> Markup {
    let Some(policy) = scene.state.policy() else {
        return notice::show(Some(&Notice::form(
            "There is no policy yet.",
            "Publish one first.",
        )));
    };
    let envelope = scene.envelope();
    let mut draft = Draft::new(scene.state, policy, &envelope);
    let (to, verdict) = draft.deal_attributes("a record on trial", attributes, 0, None);
    let path = RulePath::of(policy, &verdict);
    html! {
        h2 { "If it came in now" }
        (verdict::block(scene, &verdict, &to, path.as_ref(), "trial", true))
        p.note { "A random pool shows one possible draw, never the real next one." }
    }
}

fn attributes(fields: &Fields, schema: &Schema) -> Result<Attributes, String> {
    let mut attributes = Attributes::default();
    for (number, field) in shown(schema) {
        if let Some(value) = fields.value(&field_name(number), field)? {
            attributes.set(number, value);
        }
    }
    Ok(attributes)
}

/// Fields a condition can ask about: nothing personal.
fn shown(schema: &Schema) -> impl Iterator<Item = (FieldNo, &Field)> {
    let numbered = schema
        .fields()
        .iter()
        .enumerate()
        .map(|(at, field)| (FieldNo::at(at), field));
    numbered.filter(|(_, field)| !field.private)
}

fn field_name(number: FieldNo) -> String {
    format!("field-{}", number.0)
}
