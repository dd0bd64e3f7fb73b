//! Adding a rep, and changing what the policy knows of one.
//!
//! Availability has forms of its own on the rep's page; this one is for what seldom changes. The
//! display name goes into the side table for personal data, everything else into the profile.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::order::{Denied, Order};
use crate::host::private::{NAME, Private};
use crate::host::signed::Signed;
use crate::web::form::{Fields, Sent};
use crate::web::layout::{self, Here};
use crate::web::notice::{self, Notice};
use crate::web::preview::Form;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, preview, show};
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::schema::{Field, FieldType, REP_ID, Schema};
use evenkeel_core::market::value::{Attributes, Facts, Value};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Profile, REP_KEY_MAX, Status};
use maud::{Markup, html};

/// What the form shows: what is known, or what was typed.
#[derive(Clone, Debug, Default)]
struct Draft {
    key: String,
    name: String,
    zone: String,
    hours: String,
    values: Vec<String>,
}

/// `GET /add-rep`
pub async fn add(Shared(app): Shared<App>, signed: Signed) -> Result<Response, Refused> {
    signed.may(Verb::SetReps)?;
    let draft = Draft {
        zone: "UTC".into(),
        hours: "Mon-Fri 09:00-17:30".into(),
        ..Draft::default()
    };
    Ok(page(&app, &signed, &draft, None, None)
        .await?
        .into_response())
}

/// `POST /add-rep`
pub async fn added(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::SetReps)?;
    let fields = sent.by(&signed)?;
    let key = fields.text("key").to_owned();
    if app
        .workspace
        .glance(|state| state.roster().find(&key).is_some())
    {
        let words = "Choose another key, or change the rep who has it.";
        let notice = Notice::form("There is already a rep with this key.", words);
        let page = page(
            &app,
            &signed,
            &typed(&app, &fields, &key),
            None,
            Some(notice),
        )
        .await?;
        return Ok((StatusCode::CONFLICT, page).into_response());
    }
    save(&app, &signed, &fields, &key, None).await
}

/// `GET /reps/{key}/edit`
pub async fn edit(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
) -> Result<Response, Refused> {
    signed.may(Verb::SetReps)?;
    let names = app.workspace.names();
    let draft = app.workspace.ask(|state| {
        let rep = state.roster().find(&key)?;
        let profile = &state.roster().rep(rep).profile;
        let value = |at| profile.attributes.fact(FieldNo::at(at));
        let text = |at| value(at).map(Value::to_string).unwrap_or_default();
        Some(Draft {
            key: key.clone(),
            name: names.rep(state, rep),
            zone: profile.zone.clone(),
            hours: profile.hours.to_string(),
            values: (0..state.rep_schema().fields().len()).map(text).collect(),
        })
    });
    let draft = draft.await.ok_or(Refused::missing("rep"))?;
    Ok(page(&app, &signed, &draft, Some(&key), None)
        .await?
        .into_response())
}

/// `POST /reps/{key}/edit`
pub async fn edited(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::SetReps)?;
    let fields = sent.by(&signed)?;
    let known = app.workspace.glance(|state| {
        state
            .roster()
            .find(&key)
            .map(|rep| state.roster().rep(rep).profile.clone())
    });
    let known = known.ok_or(Refused::missing("rep"))?;
    save(&app, &signed, &fields, &key, Some(known)).await
}

async fn save(
    app: &App,
    signed: &Signed,
    fields: &Fields,
    key: &str,
    known: Option<Profile>,
) -> Result<Response, Refused> {
    let schema = app.workspace.glance(|state| state.rep_schema().clone());
    let mut profile = match read(fields, &schema, known.clone()) {
        Ok(profile) => profile,
        Err(why) => {
            return again(
                app,
                signed,
                fields,
                key,
                known.is_some(),
                Notice::form("Nothing was saved.", why),
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await;
        }
    };
    let before = match known.as_ref().and_then(|known| known.private) {
        Some(reference) => app
            .workspace
            .private(reference.subject)
            .await?
            .unwrap_or_default(),
        None => Private::default(),
    };
    let mut private = before.clone();
    match fields.text("name") {
        "" => private.fields.remove(NAME),
        name => private.fields.insert(NAME.to_owned(), name.to_owned()),
    };
    let mut row = None;
    if private != before {
        row = private.row(app.workspace.new_subject());
        profile.private = row.as_ref().map(|(_, reference)| *reference);
    }
    let command = Command::SetRep(Box::new(SetRep {
        key: key.to_owned(),
        profile,
    }));
    if preview::wanted(fields) {
        return look(app, signed, fields, &command, (key, known.is_some())).await;
    }
    let row = row.map(|(row, _)| row);
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command).with(row);
    match app.workspace.submit(order).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?done=saved", link::rep(key))).into_response()),
        Err(Denied::Refused(refusal)) => {
            let status = show::status(&refusal);
            again(
                app,
                signed,
                fields,
                key,
                known.is_some(),
                Notice::refusal(&refusal),
                status,
            )
            .await
        }
        Err(denied) => Err(denied.into()),
    }
}

/// What saving would mean.
async fn look(
    app: &App,
    signed: &Signed,
    fields: &Fields,
    command: &Command,
    (key, known): (&str, bool),
) -> Result<Response, Refused> {
    let (what, action) = match known {
        true => (format!("Change {key}"), link::rep_act(key, "edit")),
        false => (format!("New rep {key}"), "/add-rep".to_owned()),
    };
    let form = Form {
        here: Here::Reps,
        what,
        back: action.clone(),
        action,
    };
    preview::page(app, signed, fields, command, form).await
}

async fn again(
    app: &App,
    signed: &Signed,
    fields: &Fields,
    key: &str,
    known: bool,
    notice: Notice,
    status: StatusCode,
) -> Result<Response, Refused> {
    let draft = typed(app, fields, key);
    let page = page(app, signed, &draft, known.then_some(key), Some(notice)).await?;
    Ok((status, page).into_response())
}

/// The profile as the form says, with everything the form does not show as it was.
fn read(fields: &Fields, schema: &Schema, known: Option<Profile>) -> Result<Profile, String> {
    let hours = Hours::parse(fields.text("hours")).map_err(|why| format!("{why}."))?;
    let mut profile = known.unwrap_or(Profile {
        attributes: Attributes::default(),
        closing_since: None,
        zone: String::new(),
        hours: Hours::ALWAYS,
        leaves: Vec::new(),
        status: Status::Active,
        private: None,
    });
    profile.zone = fields.text("zone").to_owned();
    profile.hours = hours;
    for (number, field) in shown(schema) {
        let value = fields.value(&field_name(number), field)?;
        profile
            .attributes
            .values
            .retain(|(other, _)| *other != number);
        if let Some(value) = value {
            profile.attributes.set(number, value);
        }
    }
    Ok(profile)
}

/// Fields that people fill in: not the key, and nothing personal.
fn shown(schema: &Schema) -> impl Iterator<Item = (FieldNo, &Field)> {
    let numbered = schema
        .fields()
        .iter()
        .enumerate()
        .map(|(at, field)| (FieldNo::at(at), field));
    numbered.filter(|(number, field)| *number != REP_ID && !field.private)
}

fn field_name(number: FieldNo) -> String {
    format!("field-{}", number.0)
}

fn typed(app: &App, fields: &Fields, key: &str) -> Draft {
    let count = app
        .workspace
        .glance(|state| state.rep_schema().fields().len());
    Draft {
        key: key.to_owned(),
        name: fields.text("name").to_owned(),
        zone: fields.text("zone").to_owned(),
        hours: fields.text("hours").to_owned(),
        values: (0..count)
            .map(|at| fields.text(&field_name(FieldNo::at(at))).to_owned())
            .collect(),
    }
}

async fn page(
    app: &App,
    signed: &Signed,
    draft: &Draft,
    known: Option<&str>,
    notice: Option<Notice>,
) -> Result<axum::response::Html<String>, Refused> {
    let title = known.map_or("Add a rep".to_owned(), |key| format!("Edit rep {key}"));
    show::page(app, signed, Here::Reps, &title, |scene| {
        body(scene, draft, known, notice.as_ref())
    })
    .await
}

fn body(scene: &Scene<'_>, draft: &Draft, known: Option<&str>, notice: Option<&Notice>) -> Markup {
    let action = known.map_or("/add-rep".to_owned(), |key| link::rep_act(key, "edit"));
    html! {
        (notice::show(notice))
        p.eyebrow { a href="/reps" { "Reps" } }
        div.title { h1 { @if known.is_some() { "Edit " (draft.name) } @else { "Add a rep" } } }
        p.lede {
            "What the policy may look at. A newcomer starts exactly even in every pool: no flood, no drought."
        }
        section.sheet {
            div.body {
                form.form method="post" action=(action) {
                    (layout::csrf(scene.viewer)) (show::once())
                    div.form.flat {
                        @if known.is_none() {
                            label {
                                "Key" span.note {
                                    "short, for ever, not a name: used in policies and addresses"
                                }
                                input name="key" value=(draft.key) required maxlength=(REP_KEY_MAX) autocomplete="off";
                            }
                        }
                        label {
                            "Name" span.note { "what people see; can be erased" }
                            input name="name" value=(draft.name) maxlength="200" autocomplete="off";
                        }
                        label {
                            "Time zone" span.note { "such as Europe/Lisbon" }
                            input name="zone" value=(draft.zone) required maxlength="60" autocomplete="off" spellcheck="false";
                        }
                        label {
                            "Working hours" span.note { "Mon-Fri 09:00-17:30, or always" }
                            input name="hours" value=(draft.hours) required maxlength="500" autocomplete="off" spellcheck="false";
                        }
                        @for (number, field) in shown(scene.state.rep_schema()) {
                            @let value = draft.values.get(number.index());
                            (input(&field_name(number), field, value.map_or("", String::as_str)))
                        }
                    }
                    div.acts {
                        button.main type="submit" { @if known.is_some() { "Save" } @else { "Add" } }
                        (preview::button())
                        a.button href=(known.map_or("/reps".to_owned(), link::rep)) { "Go back" }
                    }
                }
            }
        }
    }
}

/// The input for one schema field, by its type.
pub fn input(name: &str, field: &Field, value: &str) -> Markup {
    html! {
        label {
            (field.name)
            @match field.kind {
                FieldType::Flag => {
                    select name=(name) {
                        @for (word, label) in [("", "not known"), ("yes", "yes"), ("no", "no")] {
                            option value=(word) selected[word == value] { (label) }
                        }
                    }
                }
                FieldType::Number => input name=(name) value=(value) inputmode="decimal" autocomplete="off";,
                FieldType::Tags => input name=(name) value=(value) placeholder="one, two" autocomplete="off";,
                FieldType::Time => input name=(name) value=(value) placeholder="2026-03-01T09:30:00Z" autocomplete="off";,
                FieldType::Text => input name=(name) value=(value) autocomplete="off";,
            }
        }
    }
}
