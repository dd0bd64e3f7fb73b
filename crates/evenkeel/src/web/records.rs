//! Records: find one by its key, and the newest.
//!
//! Only keys are searched, never names: what is typed here ends up in the address.

use crate::app::App;
use crate::host::access::{Sees, Verb};
use crate::host::signed::Signed;
use crate::web::layout::Here;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{feed, link, show, words};
use axum::extract::{Query, State as Shared};
use axum::response::{IntoResponse, Redirect, Response};
use evenkeel_core::ids::RecordNo;
use maud::{Markup, html};
use serde::Deserialize;

/// Most records listed.
const LIST_MAX: usize = 50;
/// How many of the newest records are looked through for a part of a key.
const LOOK_MAX: usize = 20_000;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// A key or a part of one.
    #[serde(default)]
    key: String,
}

/// `GET /records`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    signed.may(Verb::SeeRecords)?;
    let key = asked.key.trim().to_owned();
    if !key.is_empty()
        && app
            .workspace
            .glance(|state| state.record_no(&key).is_some())
    {
        return Ok(Redirect::to(&link::record(&key)).into_response());
    }
    let page = show::page(&app, &signed, Here::Records, "Records", move |scene| {
        body(scene, &key)
    });
    Ok(page.await?.into_response())
}

/// The list: the newest, or those with `part` in their key.
pub fn body(scene: &Scene<'_>, part: &str) -> Markup {
    let found = find(scene, part);
    let total = scene.state.records().len() as u64;
    let own = scene.viewer.role.sees() == Sees::Own;
    html! {
        div.title {
            h1 { @if own { "Your records" } @else { "Records" } }
            @if !own { span.tag { (words::thousands(total)) " in all" } }
        }
        p.lede {
            @if part.is_empty() {
                "The newest first. Open one for its whole story: which rule, who could take it, why this rep."
            }
            @else { "Records with “" (part) "” in their key, the newest first." }
        }
        section.sheet aria-labelledby="list" {
            h2.unseen #list { "Records" }
            @if found.is_empty() {
                div.empty {
                    @if part.is_empty() {
                        b { "No record yet" }
                        "Send one: " code { "POST /api/v1/records" } "."
                    } @else {
                        b { "No record with “" (part) "” in its key" }
                        "Among the newest " (words::thousands(LOOK_MAX as u64)) ". An older one is found by its whole key."
                    }
                }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="list" {
                    table data-sort="" {
                        thead { tr {
                            th scope="col" { "Record" }
                            th scope="col" { "Where it is" }
                            th scope="col" { "Kind" }
                            th.n scope="col" { "Times dealt" }
                            th scope="col" { "At its source" }
                        } }
                        tbody { @for record in found { (row(scene, record)) } }
                    }
                }
            }
        }
    }
}

fn row(scene: &Scene<'_>, record: RecordNo) -> Markup {
    let records = scene.state.records();
    let occurred = records.occurred(record);
    html! {
        tr {
            th scope="row" { (scene.record(record)) }
            td { (scene.place(records.place(record))) }
            td { (feed::kind(scene, record)) " " (scene.title(record)) }
            td.n data-v=(records.deals(record)) { (records.deals(record)) }
            td data-v=(occurred.0) { (words::ago(scene.now, occurred)) }
        }
    }
}

fn find(scene: &Scene<'_>, part: &str) -> Vec<RecordNo> {
    let records = scene.state.records();
    let matches = |record: &RecordNo| part.is_empty() || records.key(*record).contains(part);
    if scene.viewer.role.sees() == Sees::Own {
        let book = scene.me.map(|me| &scene.state.roster().rep(me).book);
        return book
            .into_iter()
            .flat_map(|book| book.iter().rev().copied())
            .filter(matches)
            .take(LIST_MAX)
            .collect();
    }
    let newest = (0..records.len()).rev().take(LOOK_MAX).map(RecordNo::at);
    newest.filter(matches).take(LIST_MAX).collect()
}
