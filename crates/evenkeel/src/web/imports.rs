//! Imports: which files of past history this workspace was told, and how to tell it more.
//!
//! Nothing is taken in here: an import needs the store to itself, so it is a command.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::signed::Signed;
use crate::reports::imports;
use crate::reports::table::Report;
use crate::web::layout::Here;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{report, show};
use axum::extract::State as Shared;
use axum::response::Html;
use maud::{Markup, html};

const PATH: &str = "/imports";
const EXPORT: &str = "/api/v1/reports/imports";

/// `GET /imports`
pub async fn get(Shared(app): Shared<App>, signed: Signed) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeeReports)?;
    let cut = app.workspace.cut().await?;
    let body = |scene: &Scene<'_>| body(scene, &imports::report(scene.state, cut));
    show::page(&app, &signed, Here::Results, "Imports", body).await
}

fn body(scene: &Scene<'_>, report: &Report) -> Markup {
    html! {
        (report::head(PATH, "Imports", "What the team did before: who was given what, who owned it, what \
            was done on it and how it ended, as files of a CRM tell it."))
        div.stack {
            @if let Some(why) = &report.unknown {
                div.sheet.empty { b { "Nothing was imported yet" } (why) " The commands below do it." }
            } @else {
                section.sheet aria-labelledby="words" {
                    header { h2 #words { "In words" } }
                    div.body.stack {
                        @for said in &report.said { p { (said) } }
                        @for caveat in &report.caveats { p.note { (caveat) } }
                        p {
                            "See it in: "
                            a href="/validation?source=imported" { "Validation" } ", "
                            a href="/scorecard?source=imported&leads=all" { "Scorecard" } ", "
                            a href="/steadiness?source=imported" { "Steadiness" } ", "
                            a href="/volume?source=imported" { "Volume" } ", "
                            a href="/audit?source=imported" { "Audit" } "."
                        }
                    }
                }
                @for table in &report.tables { (report::sheet(scene, table, EXPORT)) }
            }
            (commands())
        }
    }
}

fn commands() -> Markup {
    html! {
        section.sheet aria-labelledby="how" {
            header { h2 #how { "Import history" } span.note { "at the command line" } }
            div.body.stack {
                p {
                    "An import has the store to itself: stop the server, run one command for each file, \
                     start the server again. The same file twice adds nothing."
                }
                div.wide role="group" tabindex="0" aria-label="Commands" {
                    pre {
                        "evenkeel import history deals.csv --data keel.db --what deals --map map.toml\n"
                        "evenkeel import history owners.csv --data keel.db --what owners\n"
                        "evenkeel import history activities.csv --data keel.db --what activities"
                    }
                }
                p.note {
                    "Columns: deals need " code { "record" } " and " code { "outcome" }
                    ", and may have " code { "rep" } ", " code { "created_at" } ", "
                    code { "assigned_at" } ", " code { "closed_at" } ", " code { "value" } ", "
                    code { "reason" } " and " code { "origin" } " (" code { "self_sourced" }
                    " for what reps brought). What your CRM calls them, the mapping says. Names and notes stay in the file."
                }
                p.note {
                    "Without activities nobody knows what was worked; without created or assigned dates, how \
                     long anything took; without owners on lost and open deals, no rate."
                }
            }
        }
    }
}
