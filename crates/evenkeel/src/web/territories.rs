//! Territories: the table in force, where it has holes, who is in each territory, and the forms
//! that look at a new table, set it, and turn territories on and off.
//!
//! What the table does with records is the core's; the pools in the territories are the policy's.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::order::{Denied, Order};
use crate::host::signed::Signed;
use crate::territories::sheet;
use crate::web::form::{Fields, Sent};
use crate::web::layout::{self, Here};
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{link, show, territory_preview, words};
use axum::extract::{Query, State as Shared};
use axum::response::{Html, IntoResponse, Redirect, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::set_territories::SetTerritories;
use evenkeel_core::policy::document::Territories;
use evenkeel_core::policy::switch as switched;
use evenkeel_core::state::State;
use evenkeel_core::territory::findings::{self, Findings};
use evenkeel_core::territory::preview::{Preview, preview};
use maud::{Markup, html};
use serde::Deserialize;

/// Most rows of the table drawn.
const ROWS_SHOWN: usize = 200;

/// What stands below the table on a page.
enum Below<'a> {
    /// The form for a new table, holding this text.
    Form(&'a str),
    /// What a new table would change, with the text it was made from.
    Preview(&'a Preview, &'a str),
}

/// What the form holds to begin with: nothing, or with `table` the table in force.
#[derive(Debug, Default, Deserialize)]
pub struct Begin {
    with: Option<String>,
}

/// The table in force, as it would be pasted.
fn in_force(state: &State) -> String {
    let table = state.territories().table();
    sheet::text(&table.sheet(state.record_schema()))
}

/// `GET /territories`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Query(done): Query<show::Done>,
    Query(begin): Query<Begin>,
) -> Result<Html<String>, Refused> {
    signed.may(Verb::SeePolicy)?;
    let notice = Notice::done(done.word());
    let text = match begin.with.as_deref() {
        Some("table") => app.workspace.ask(in_force).await,
        _ => String::new(),
    };
    page(&app, &signed, notice, &Below::Form(&text)).await
}

/// `POST /territories/check`
pub async fn check(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::TryPolicy)?;
    let fields = sent.by(&signed)?;
    let text = text_of(&fields);
    let seen = match sheet::read("the table", &text) {
        Ok(sheet) => app.workspace.ask(|state| preview(state, &sheet)).await,
        Err(refusal) => Err(refusal),
    };
    match seen {
        Ok(seen) => {
            let below = Below::Preview(&seen, &text);
            Ok(page(&app, &signed, None, &below).await?.into_response())
        }
        Err(refusal) => refused(&app, &signed, &refusal, &text).await,
    }
}

/// `POST /territories/set`
pub async fn set(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::PublishPolicy)?;
    let fields = sent.by(&signed)?;
    let text = text_of(&fields);
    let sheet = match sheet::read("the table", &text) {
        Ok(sheet) => sheet,
        Err(refusal) => return refused(&app, &signed, &refusal, &text).await,
    };
    let based_on = fields.text("based_on").parse().ok();
    let set = SetTerritories { sheet, based_on };
    let command = Command::SetTerritories(Box::new(set));
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    match app.workspace.submit(order).await {
        Ok(_) => Ok(Redirect::to("/territories?done=territories").into_response()),
        Err(Denied::Refused(refusal)) => refused(&app, &signed, &refusal, &text).await,
        Err(denied) => Err(denied.into()),
    }
}

/// `POST /territories/switch`
pub async fn switch(
    Shared(app): Shared<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::PublishPolicy)?;
    let fields = sent.by(&signed)?;
    let on = fields.text("on") == "yes";
    let (text, version) = app
        .workspace
        .glance(|state| (state.policy_text().to_owned(), state.version()));
    let text = switched::territories(&text, on).ok_or(Refused::missing("territory"))?;
    let based_on = Some(version);
    let command = Command::PublishPolicy(PublishPolicy { text, based_on });
    let order = Order::keyed(signed.actor, &fields.once(), fields.digest(), command);
    match app.workspace.submit(order).await {
        Ok(_) => Ok(Redirect::to("/territories?done=switched").into_response()),
        Err(Denied::Refused(refusal)) => refused(&app, &signed, &refusal, "").await,
        Err(denied) => Err(denied.into()),
    }
}

/// The page with the reason and what was sent.
async fn refused(
    app: &App,
    signed: &Signed,
    refusal: &Refusal,
    text: &str,
) -> Result<Response, Refused> {
    let notice = Notice::refusal(refusal);
    let page = page(app, signed, Some(notice), &Below::Form(text)).await?;
    Ok((show::status(refusal), page).into_response())
}

/// Browsers send line ends as CR LF.
fn text_of(fields: &Fields) -> String {
    fields.raw("csv").replace("\r\n", "\n")
}

async fn page(
    app: &App,
    signed: &Signed,
    notice: Option<Notice>,
    below: &Below<'_>,
) -> Result<Html<String>, Refused> {
    show::page(app, signed, Here::Policy, "Territories", |scene| {
        body(scene, notice.as_ref(), below)
    })
    .await
}

fn body(scene: &Scene<'_>, notice: Option<&Notice>, below: &Below<'_>) -> Markup {
    let policy = scene.state.policy();
    let declared = policy.and_then(|policy| policy.document().territories.as_ref());
    html! {
        (notice::show(notice))
        p.eyebrow { a href="/policy" { "Policy" } }
        @match declared {
            None => (without(scene)),
            Some(territories) => (with(scene, territories, below)),
        }
    }
}

fn without(scene: &Scene<'_>) -> Markup {
    html! {
        div.title { h1 { "Territories" } }
        div.sheet.empty {
            b { "No territories yet" }
            "Without them every rep can get every record, which is the even way and often the \
             better one. To deal by place, size or anything else a table can say, declare "
            code { "[territories]" } " and a " code { "[[territory]]" } " for each in the policy; "
            "the table is set here afterwards. "
            @if scene.viewer.role.may(Verb::TryPolicy) {
                a href="/policy/edit" { "To the policy" }
            }
        }
    }
}

fn with(scene: &Scene<'_>, territories: &Territories, below: &Below<'_>) -> Markup {
    let standing = scene.state.territories();
    let found = findings::find(scene.state, standing.table());
    html! {
        div.title {
            h1 { "Territories" }
            @if territories.on { span.tag.on { "on" } } @else { span.tag.warn { "off" } }
            @if standing.in_policy() { span.tag { "rows in the policy" } }
            @else if standing.version() > 0 { span.tag { "table " (standing.version()) } }
            div.acts {
                @if scene.viewer.role.may(Verb::TryPolicy) && territories.joint.is_some() {
                    a.button href="/territories/cost" { "What they cost" }
                }
                (switch_form(scene, territories))
            }
        }
        p.lede {
            "A table says which territory a record falls into; each territory has a pool of its \
             own. In the last column in which two rows differ, the row that says more wins. "
            (seen(&found))
        }
        div.columns {
            div.stack {
                (overview(&found))
                @match below {
                    Below::Form(text) if !standing.in_policy() => (form(scene, text)),
                    Below::Form(_) => {},
                    Below::Preview(seen, text) => (territory_preview::sheet(scene, seen, text)),
                }
            }
            div.stack { (holes(scene, &found)) (rows(scene, &found)) }
        }
    }
}

fn seen(found: &Findings) -> String {
    match found.records {
        0 => "No record has asked it yet.".to_owned(),
        records => format!(
            "Of the newest {} that ask it, {} fall into no territory.",
            words::count(records, "record"),
            words::thousands(found.nowhere)
        ),
    }
}

fn switch_form(scene: &Scene<'_>, territories: &Territories) -> Markup {
    let able = territories.joint.is_some() && scene.viewer.role.may(Verb::PublishPolicy);
    html! {
        @if able {
            form method="post" action="/territories/switch" data-confirm=(asked(territories)) {
                (layout::csrf(scene.viewer)) (show::once())
                input type="hidden" name="on" value=(if territories.on { "no" } else { "yes" });
                button type="submit" {
                    @if territories.on { "Turn off" } @else { "Turn on" }
                }
            }
        }
    }
}

/// What is asked before the switch is thrown.
fn asked(territories: &Territories) -> &'static str {
    match territories.on {
        true => {
            "From the next record on, everything that goes by territory is dealt from the joint \
             pool. The table stays, and a new version of the policy says it."
        }
        false => {
            "From the next record on, records go by the table again. A new version of the policy \
             says it."
        }
    }
}

/// The territories with their pools, and what is wrong with them.
fn overview(found: &Findings) -> Markup {
    html! {
        section.sheet aria-labelledby="overview" {
            header { h2 #overview { "Who serves what" } }
            div.wide role="group" tabindex="0" aria-labelledby="overview" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Territory" } th scope="col" { "Pool" }
                            th.n scope="col" { "Active reps" } th.n scope="col" { "Rows" }
                            th.n scope="col" { "Records" } th scope="col" { "Remark" }
                        }
                    }
                    tbody {
                        @for one in &found.territories {
                            tr {
                                th scope="row" { (one.name) }
                                td {
                                    @if let Some(pool) = &one.pool {
                                        a href=(link::pool(pool)) { (pool) }
                                    } @else { "–" }
                                }
                                td.n { (one.active) " of " (one.members) }
                                td.n { (words::thousands(one.rows)) }
                                td.n { (words::thousands(one.records)) }
                                td { (remark(one)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn remark(one: &findings::Territory) -> &'static str {
    match (&one.pool, one.active, one.rows) {
        (None, _, _) => "the policy does not have it",
        (Some(_), 0, _) => "nobody active in its pool",
        (Some(_), _, 0) => "no row puts a record here",
        _ => "",
    }
}

/// What no row takes.
fn holes(scene: &Scene<'_>, found: &Findings) -> Markup {
    html! {
        section.sheet aria-labelledby="holes" {
            header { h2 #holes { "Holes" } span.note { "among records seen" } }
            @if found.holes.is_empty() {
                div.body { p { "Every record seen falls into a territory." } }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="holes" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Values" } th.n scope="col" { "Records" }
                                th scope="col" { "For example" }
                            }
                        }
                        tbody {
                            @for hole in &found.holes {
                                tr {
                                    th scope="row" { (hole.values) }
                                    td.n { (words::thousands(hole.count)) }
                                    td {
                                        (example(scene, &hole.example))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The record of a hole, as a link; nothing when it is not there any more.
fn example(scene: &Scene<'_>, key: &str) -> Markup {
    let record = scene.state.record_no(key);
    record.map_or_else(|| html! {}, |record| scene.record(record))
}

/// The rows in force, in order.
fn rows(scene: &Scene<'_>, found: &Findings) -> Markup {
    let table = scene.state.territories().table();
    let more = table.rows.len().saturating_sub(ROWS_SHOWN);
    html! {
        section.sheet aria-labelledby="rows" {
            header {
                h2 #rows { "Rows" }
                span.note {
                    (words::thousands(table.rows.len() as u64)) " in all, "
                    (words::thousands(found.idle_rows)) " took no record seen"
                }
            }
            @if table.rows.is_empty() {
                div.body {
                    p {
                        "No row yet: every record goes where the policy sends what is in no \
                         territory."
                    }
                }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="rows" {
                    table {
                        thead {
                            tr { th scope="col" { "Key" } th scope="col" { "Territory" } }
                        }
                        tbody {
                            @for (at, row) in table.rows.iter().take(ROWS_SHOWN).enumerate() {
                                tr { th scope="row" { (row.key()) } td { (table.territory(at)) } }
                            }
                        }
                    }
                }
                @if more > 0 { p.foot { "and " (words::thousands(more as u64)) " more" } }
            }
        }
    }
}

/// Paste a table, or choose a file.
fn form(scene: &Scene<'_>, text: &str) -> Markup {
    if !scene.viewer.role.may(Verb::TryPolicy) {
        return html! {};
    }
    html! {
        section.sheet aria-labelledby="new" {
            header { h2 #new { "A new table" } span.note { "nothing changes until you save" } }
            div.body {
                form.form method="post" action="/territories/check" {
                    (layout::csrf(scene.viewer))
                    @if text.is_empty() && !scene.state.territories().table().rows.is_empty() {
                        p.note {
                            "It takes the place of the whole table. "
                            a href="/territories?with=table#new" { "Begin with the one in force" }
                            "."
                        }
                    }
                    label {
                        "Paste it, straight from a spreadsheet if you like"
                        textarea name="csv" rows="10" spellcheck="false" autocomplete="off"
                            wrap="off" required placeholder="country,state,postcode*,territory" {
                            "\n" (text)
                        }
                    }
                    label hidden {
                        "or choose a file"
                        input type="file" accept=".csv,.tsv,.txt" data-into="csv";
                    }
                    p.note {
                        "One column is called territory; the others are fields of records, coarse \
                         to fine. An empty cell takes anything, 94* takes what begins with 94, and \
                         a column called postcode* takes every cell so. Numbers are bands like \
                         200..1000."
                    }
                    div.acts { button.main type="submit" { "See what changes" } }
                }
            }
        }
    }
}
