//! Adding a queue on one screen: a name is enough, everything else can stay as it is.
//!
//! The form writes into the policy's text and publishes it; whether the policy is sound is the
//! core's to say, and what it says is shown above the form.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::order::{Denied, Order};
use crate::host::signed::Signed;
use crate::web::form::{Fields, Sent};
use crate::web::layout::{self, Here};
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, show};
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::market::schema::FieldType;
use evenkeel_core::policy::new_queue::{NewQueue, ScoreBy, add};
use maud::{Markup, html};

/// `GET /add-queue`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::PublishPolicy)?;
    page(&app, &signed, &usual(), None).await
}

/// `POST /add-queue`
pub async fn post(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::PublishPolicy)?;
    let fields = sent.by(&signed)?;
    let new = match read(&fields) {
        Ok(new) => new,
        Err(why) => {
            let notice = Notice::form("Nothing was added.", why);
            return again(
                &app,
                &signed,
                &fields,
                notice,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await;
        }
    };
    let (text, version) = app
        .workspace
        .ask(|state| (state.policy_text().to_owned(), state.version()))
        .await;
    let Some(text) = add(&text, &new).filter(|_| version > 0) else {
        let words = "Write the first policy, or add the queue in its text.";
        let notice = Notice::form("This policy’s text cannot take a queue from a form.", words);
        return again(&app, &signed, &fields, notice, StatusCode::CONFLICT).await;
    };
    let command = Command::PublishPolicy(PublishPolicy {
        text,
        based_on: Some(version),
    });
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    match app.workspace.submit(order).await {
        Ok(_) => {
            let back = format!("{}?done=queue-added", link::queue(&new.name));
            Ok(Redirect::to(&back).into_response())
        }
        Err(Denied::Refused(refusal)) => {
            let notice = match &refusal {
                Refusal::PolicyRejected { problems } => {
                    let first = problems.iter().find(|problem| problem.is_error());
                    let said = first.map(|problem| (problem.message.clone(), problem.hint.clone()));
                    let (message, hint) = said.unwrap_or_default();
                    Notice::form(format!("Not added: {message}."), hint)
                }
                _ => Notice::refusal(&refusal),
            };
            again(&app, &signed, &fields, notice, show::status(&refusal)).await
        }
        Err(denied) => Err(denied.into()),
    }
}

/// What the form begins with: limits that end hoarding, and nothing that needs thought.
fn usual() -> Fields {
    Fields::of(&[
        ("show", "5"),
        ("unworked", "5"),
        ("work_days", "2"),
        ("from", "0"),
        ("to", "100"),
        ("overtake_days", "5"),
        ("fair", "on"),
    ])
}

fn read(fields: &Fields) -> Result<NewQueue, String> {
    let number = |name: &str, what: &str| match fields.text(name) {
        "" => Ok(0),
        text => text
            .parse::<u32>()
            .map_err(|_| format!("{what} must be a whole number, or empty.")),
    };
    let bound = |name: &str, what: &str| {
        let text = fields.text(name);
        text.parse::<i64>()
            .map_err(|_| format!("{what} must be a whole number."))
    };
    if fields.text("name").is_empty() {
        return Err("The queue needs a name.".to_owned());
    }
    let score = match fields.text("field") {
        "" => None,
        field => Some(ScoreBy {
            field: field.to_owned(),
            from: bound("from", "The worst value")?,
            to: bound("to", "The best value")?,
            overtake_days: number("overtake_days", "The days of overtaking")?,
            fair: fields.text("fair") == "on",
        }),
    };
    Ok(NewQueue {
        name: fields.text("name").to_owned(),
        when: fields.text("when").to_owned(),
        pool: fields.text("pool").to_owned(),
        score,
        show: number("show", "The choice")?,
        unworked: number("unworked", "The limit")?,
        work_days: number("work_days", "The days to work it")?,
    })
}

async fn again(
    app: &App,
    signed: &Signed,
    fields: &Fields,
    notice: Notice,
    status: StatusCode,
) -> Result<Response, Refused> {
    let page = page(app, signed, fields, Some(notice)).await?;
    Ok((status, page).into_response())
}

async fn page(
    app: &App,
    signed: &Signed,
    fields: &Fields,
    notice: Option<Notice>,
) -> Result<Html<String>, Refused> {
    show::page(app, signed, Here::Queues, "Add a queue", |scene| {
        html! {
            (notice::show(notice.as_ref()))
            p.eyebrow { a href="/queues" { "Queues" } }
            div.title { h1 { "Add a queue" } }
            p.lede {
                "A name is enough: every rep may then take records from it, the oldest first. "
                "It becomes a new version of the policy, where everything can be changed later."
            }
            section.sheet aria-labelledby="new" {
                header { h2 #new { "The queue" } }
                div.body { (form(scene, fields)) }
            }
        }
    })
    .await
}

fn form(scene: &Scene<'_>, fields: &Fields) -> Markup {
    let text = |name: &str| fields.text(name).to_owned();
    html! {
        form.form method="post" action="/add-queue" {
            (layout::csrf(scene.viewer)) (show::once())
            label {
                "Name"
                input name="name" required maxlength="100" autocomplete="off" value=(text("name"));
            }
            label {
                "Which records"
                span.note {
                    "a condition, like " code { "record.kind == \"lead\"" }
                    "; empty: what rules send there"
                }
                input name="when" autocomplete="off" spellcheck="false"
                    value=(text("when"));
            }
            label {
                "Who takes from it"
                select name="pool" {
                    option value="" { "Everybody" }
                    @for pool in pools(scene) {
                        option value=(pool) selected[pool == text("pool")] { (pool) }
                    }
                }
            }
            label {
                "What makes a record better"
                span.note { "a number field; without one the oldest is first" }
                select name="field" {
                    option value="" { "Nothing: the oldest first" }
                    @for field in numbers(scene) {
                        option value=(field) selected[field == text("field")] { (field) }
                    }
                }
            }
            label { "Worst value" input name="from" inputmode="numeric" value=(text("from")); }
            label { "Best value" input name="to" inputmode="numeric" value=(text("to")); }
            label {
                "The best passes older ones by at most, in days"
                input name="overtake_days" inputmode="numeric" value=(text("overtake_days"));
            }
            label {
                "The best of them (a score of 0.7 and more)"
                select name="fair" {
                    option value="on" selected[text("fair") == "on"] { "are shared out evenly" }
                    option value="" selected[text("fair").is_empty()] { "go to whoever comes first" }
                }
            }
            label {
                "A rep chooses among the first"
                span.note { "empty: among all" }
                input name="show" inputmode="numeric" value=(text("show"));
            }
            label {
                "Most that a rep holds unworked"
                span.note { "empty: no limit" }
                input name="unworked" inputmode="numeric" value=(text("unworked"));
            }
            label {
                "Unworked ones go back after, in days"
                span.note { "empty: never" }
                input name="work_days" inputmode="numeric" value=(text("work_days"));
            }
            div.acts { button.main type="submit" { "Add the queue" } }
        }
    }
}

fn pools<'a>(scene: &Scene<'a>) -> Vec<&'a str> {
    let policy = scene.state.policy();
    let pools = policy.map_or(&[][..], |policy| &policy.document().pools);
    pools.iter().map(|pool| pool.name.as_str()).collect()
}

fn numbers<'a>(scene: &Scene<'a>) -> Vec<&'a str> {
    let Some(policy) = scene.state.policy() else {
        return Vec::new();
    };
    let fields = policy.document().record_fields.iter();
    let numbers = fields.filter(|field| field.kind == FieldType::Number && !field.private);
    numbers.map(|field| field.name.as_str()).collect()
}
