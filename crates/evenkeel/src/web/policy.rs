//! The policy: the document with its analysis beside the line, editing, checking, publishing, and
//! every version there ever was.
//!
//! The text is the truth; the forms only carry it. Analysis is the core's.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::fault::Fault;
use crate::host::order::{Denied, Order};
use crate::host::signed::Signed;
use crate::web::form::{Fields, Sent};
use crate::web::layout::{self, Here};
use crate::web::notice::{self, Notice};
use crate::web::preview::Form;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, paper, preview, show, words};
use axum::extract::{Path, Query, State as Shared};
use axum::response::{Html, IntoResponse, Redirect, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::event::Event;
use evenkeel_core::market::value::Attributes;
use evenkeel_core::policy::analysis::{self, Known};
use evenkeel_core::policy::document::{Document, Target};
use evenkeel_core::policy::problem::Problem;
use maud::{Markup, html};

/// Most versions listed.
const VERSIONS_MAX: usize = 20;
/// What a workspace without a policy starts from.
const START: &str = include_str!("assets/start.toml");

/// `GET /policy`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Query(done): Query<show::Done>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeePolicy)?;
    let notice = Notice::done(done.word());
    let text = app
        .workspace
        .ask(|state| state.policy_text().to_owned())
        .await;
    let problems = match text.as_str() {
        "" => Vec::new(),
        _ => analysed(&app, text).await?,
    };
    let title = "Policy";
    show::page(&app, &signed, Here::Policy, title, |scene| {
        body(scene, &problems, notice.as_ref())
    })
    .await
}

/// `GET /policy/versions/{number}`
pub async fn version(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(number): Path<u32>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeePolicy)?;
    let seq = app.workspace.glance(|state| {
        state
            .versions()
            .iter()
            .find(|version| version.number == number)
            .map(|version| version.seq)
    });
    let seq = seq.ok_or(Refused::missing("policy version"))?;
    let events = app.workspace.events(vec![seq]).await?;
    let text = events
        .iter()
        .find_map(|(_, recorded)| match &recorded.event {
            Event::PolicyPublished { text, .. } => Some(text.as_str()),
            _ => None,
        });
    let text = text.ok_or(Refused::missing("policy version"))?;
    let title = format!("Policy, version {number}");
    show::page(&app, &signed, Here::Policy, &title, |scene| {
        html! {
            p.eyebrow { a href="/policy" { "Policy" } }
            div.title {
                h1 { "Version " (number) }
                @if number == scene.state.version() { span.tag.on { "in force" } }
            }
            section.sheet { (paper::document(text, &[])) }
        }
    })
    .await
}

/// `GET /policy/edit`
pub async fn edit(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::TryPolicy)?;
    let (text, version) = app
        .workspace
        .ask(|state| (state.policy_text().to_owned(), state.version()))
        .await;
    let text = if version == 0 { START.to_owned() } else { text };
    editor(&app, &signed, &text, version, None).await
}

/// `POST /policy/check`
pub async fn check(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::TryPolicy)?;
    let fields = sent.by(&signed)?;
    editor(&app, &signed, &text_of(&fields), based_on(&fields), None).await
}

/// `POST /policy/publish`
pub async fn publish(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::PublishPolicy)?;
    let fields = sent.by(&signed)?;
    let (text, based_on) = (text_of(&fields), based_on(&fields));
    let publish = PublishPolicy {
        text: text.clone(),
        based_on: Some(based_on),
    };
    let command = Command::PublishPolicy(publish);
    if preview::wanted(&fields) {
        let form = Form {
            here: Here::Policy,
            what: "The new policy".into(),
            action: "/policy/publish".into(),
            back: "/policy/edit".into(),
        };
        return preview::page(&app, &signed, &fields, &command, form).await;
    }
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    match app.workspace.submit(order).await {
        Ok(_) => Ok(Redirect::to("/policy?done=published").into_response()),
        Err(Denied::Refused(refusal)) => {
            let notice = match &refusal {
                Refusal::PolicyRejected { .. } => Notice::form(
                    "Not published: the document has errors.",
                    "They are shown at their lines below.",
                ),
                _ => Notice::refusal(&refusal),
            };
            let page = editor(&app, &signed, &text, based_on, Some(notice)).await?;
            Ok((show::status(&refusal), page).into_response())
        }
        Err(denied) => Err(denied.into()),
    }
}

/// Browsers send line ends as CR LF; documents have LF.
fn text_of(fields: &Fields) -> String {
    fields.raw("text").replace("\r\n", "\n")
}

fn based_on(fields: &Fields) -> u32 {
    fields.text("based_on").parse().unwrap_or(0)
}

/// The policy in force.
pub fn body(scene: &Scene<'_>, problems: &[Problem], notice: Option<&Notice>) -> Markup {
    let Some(policy) = scene.state.policy() else {
        return html! {
            (notice::show(notice))
            div.title { h1 { "Policy" } }
            div.sheet.empty {
                b { "No policy yet" }
                "A policy says which fields records have, who is in which pool, and where each record goes. "
                @if scene.viewer.role.may(Verb::TryPolicy) {
                    a href="/policy/edit" { "Write the first one" }
                }
            }
        };
    };
    let document = policy.document();
    let text = scene.state.policy_text();
    html! {
        (notice::show(notice))
        div.title {
            h1 { "Policy" }
            span.tag.on { "version " (scene.state.version()) }
            div.acts {
                @if scene.viewer.role.may(Verb::TryPolicy) {
                    a.button href="/policy/try" { "Try a record" }
                    a.button href="/territories" { "Territories" }
                    a.button.main href="/policy/edit" { "Edit" }
                }
            }
        }
        p.lede {
            "“" (document.name) "”: " (words::count(document.rules.len() as u64, "rule")) " in order, the first that says "
            "yes wins; " (words::count(document.pools.len() as u64, "pool")) ", "
            (words::count(document.queues.len() as u64, "queue")) ". " (findings(problems))
        }
        div.columns {
            section.sheet aria-labelledby="document" {
                header {
                    h2 #document { "The document" }
                    button.bare type="button" data-copy=(text) hidden { "Copy" }
                }
                (paper::document(text, problems))
            }
            div.stack { (rules(scene)) (versions(scene)) }
        }
    }
}

fn findings(problems: &[Problem]) -> String {
    let errors = problems.iter().filter(|problem| problem.is_error()).count() as u64;
    let warnings = problems.len() as u64 - errors;
    match (errors, warnings) {
        (0, 0) => "The analysis has nothing to say against it.".into(),
        (0, _) => format!("The analysis has {}.", words::count(warnings, "warning")),
        _ => format!(
            "The analysis has {} and {}.",
            words::count(errors, "error"),
            words::count(warnings, "warning")
        ),
    }
}

fn rules(scene: &Scene<'_>) -> Markup {
    let Some(policy) = scene.state.policy() else {
        return html! {};
    };
    let document = policy.document();
    html! {
        section.sheet aria-labelledby="rules" {
            header { h2 #rules { "Who gets what" } span.note { "in this order" } }
            div.wide role="group" tabindex="0" aria-labelledby="rules" {
                table {
                    thead { tr { th scope="col" { "Rule" } th scope="col" { "Goes to" } } }
                    tbody {
                        @for rule in document.rules.iter().take(100) {
                            tr {
                                th scope="row" { (rule.name) } td { (target(document, &rule.to)) }
                            }
                        }
                        tr {
                            th scope="row" { "Fallback" }
                            td { (target(document, &document.fallback)) }
                        }
                    }
                }
            }
        }
    }
}

fn target(document: &Document, target: &Target) -> Markup {
    html! {
        @match target {
            Target::Pool(pool) => {
                "pool "
                a href=(link::pool(&document.pools[*pool].name)) { (document.pools[*pool].name) }
            }
            Target::Queue(queue) => { "queue " (document.queues[*queue].name) }
            Target::Rep { rep, otherwise } => {
                a href=(link::rep(rep)) { (rep) } ", else queue " (document.queues[*otherwise].name)
            }
            Target::Territories => { a href="/territories" { "its territory" } }
            Target::Territory(at) => {
                "territory "
                @if let Some(territories) = &document.territories {
                    a href="/territories" { (territories.list[*at].name) }
                }
            }
        }
    }
}

fn versions(scene: &Scene<'_>) -> Markup {
    html! {
        section.sheet aria-labelledby="versions" {
            header { h2 #versions { "Versions" } span.note { "kept for ever" } }
            div.wide role="group" tabindex="0" aria-labelledby="versions" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Version" }
                            th scope="col" { "In force since" }
                            th.n scope="col" { "Rules" }
                        }
                    }
                    tbody {
                        @for version in scene.state.versions().iter().rev().take(VERSIONS_MAX) {
                            tr {
                                th scope="row" {
                                    a href=(link::version(version.number)) {
                                        "Version " (version.number)
                                    }
                                }
                                td { (words::moment(version.at)) }
                                td.n { (version.rules.len()) }
                            }
                        }
                    }
                }
            }
        }
    }
}

async fn editor(
    app: &App,
    signed: &Signed,
    text: &str,
    based_on: u32,
    notice: Option<Notice>,
) -> Result<Html<String>, Refused> {
    let problems = analysed(app, text.to_owned()).await?;
    show::page(app, signed, Here::Policy, "Edit the policy", |scene| {
        editor_body(scene, text, based_on, &problems, notice.as_ref())
    })
    .await
}

/// What the analysis finds, worked out beside the writer and off the threads that answer requests.
async fn analysed(app: &App, text: String) -> Result<Vec<Problem>, Refused> {
    let (records, reps, roster) = app.workspace.glance(|state| {
        let known = state.known();
        let own =
            |(key, attributes): &(&str, &Attributes)| ((*key).to_owned(), (*attributes).clone());
        let roster: Vec<(String, Attributes)> = known.reps.iter().map(own).collect();
        (
            known.record_schema.clone(),
            known.rep_schema.clone(),
            roster,
        )
    });
    let work = move || {
        let roster = roster
            .iter()
            .map(|(key, attributes)| (key.as_str(), attributes))
            .collect();
        let known = Known {
            record_schema: &records,
            rep_schema: &reps,
            reps: roster,
        };
        analysis::check(&text, &known).problems
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Refused::from(Fault::Stopping))
}

fn editor_body(
    scene: &Scene<'_>,
    text: &str,
    based_on: u32,
    problems: &[Problem],
    notice: Option<&Notice>,
) -> Markup {
    let rows = text.lines().count().clamp(18, 44) + 2;
    html! {
        (notice::show(notice))
        p.eyebrow { a href="/policy" { "Policy" } }
        div.title { h1 { "Edit the policy" } span.tag { "based on version " (based_on) } }
        p.lede {
            "Checking shows what the analysis finds and changes nothing. Publishing counts from the next "
            "record on; what was dealt before stays where it is."
        }
        div.columns.even {
            section.sheet aria-labelledby="text-title" {
                header {
                    h2 #text-title { "The document" } span.note { "TOML, with conditions in CEL" }
                }
                div.body {
                    form.form method="post" action="/policy/publish" {
                        (layout::csrf(scene.viewer)) (show::once())
                        input type="hidden" name="based_on" value=(based_on);
                        label {
                            span.unseen { "The document" }
                            // A line break right after the tag is not part of the text.
                            textarea name="text" rows=(rows) spellcheck="false" autocomplete="off" wrap="off" {
                                "\n" (text)
                            }
                        }
                        div.acts {
                            button type="submit" formaction="/policy/check" { "Check" }
                            @if scene.viewer.role.may(Verb::PublishPolicy) {
                                (preview::button())
                                button.main type="submit" { "Publish" }
                            }
                        }
                    }
                }
            }
            section.sheet aria-labelledby="analysis" {
                header { h2 #analysis { "What the analysis says" } }
                div.body {
                    p role="status" { (findings(problems)) }
                }
                (paper::problems(text, problems))
            }
        }
    }
}
