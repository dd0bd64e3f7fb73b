//! Work on a record's page: what was done on it, and the form by which its owner logs more.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::logged::{self, BY_HAND};
use crate::host::signed::Signed;
use crate::web::form::Sent;
use crate::web::notice::{Notice, kept};
use crate::web::record::ordered;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{layout, link, show, words};
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use evenkeel_core::command::log_activities::Activity;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::market::code::CODE_MAX;
use evenkeel_core::time::{Moment, Span};
use evenkeel_journal::activity::{ActivityRow, ActivityTally};
use maud::{Markup, html};

/// Most activities listed on a page: the latest.
pub const ROWS_MAX: usize = 50;
/// Longest ago that work is logged by hand, in minutes: 30 days.
const AGO_MAX: i64 = 43_200;

/// `POST /records/{key}/work`
pub async fn post(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::LogActivities)?;
    let fields = sent.by(&signed)?;
    show::visible(&app, &signed, &key).await?;
    let minutes = fields.text("ago").parse::<i64>().unwrap_or(0);
    let ago = Span(minutes.clamp(0, AGO_MAX) * 60_000);
    let rep = app
        .workspace
        .glance(|state| signed.own_key(state).map(str::to_owned));
    let activity = Activity {
        record: key.clone(),
        rep,
        at: app.workspace.now() - ago,
        kind: fields.text("kind").to_owned(),
        verified: false,
    };
    let once = fields.once();
    let told = vec![(Some(once.clone()), activity)];
    let order = logged::order(signed.actor, Some((&once, fields.digest())), BY_HAND, told);
    ordered(&app, &signed, (&key, &fields), order, "worked").await
}

/// What was done on a record, the latest first.
pub async fn of(app: &App, key: &str) -> Result<Vec<ActivityRow>, Refused> {
    let number = app.workspace.glance(|state| state.record_no(key));
    Ok(match number {
        Some(record) => app.workspace.activities(record, 0, ROWS_MAX).await?,
        None => Vec::new(),
    })
}

/// What was done on the record, the latest first, and the form for its owner.
pub fn section(
    scene: &Scene<'_>,
    record: RecordNo,
    rows: &[ActivityRow],
    notice: Option<&Notice>,
) -> Markup {
    let owner = scene.state.place(record).owner();
    let own = owner.is_some() && owner == scene.me;
    let logs = own && scene.viewer.role.may(Verb::LogActivities);
    if rows.is_empty() && !logs && owner.is_none() {
        return html! {};
    }
    html! {
        section.sheet aria-labelledby="work-title" {
            header {
                h2 #work-title { "Work on it" }
                @if rows.len() == ROWS_MAX { span.note { "the latest " (ROWS_MAX) } }
            }
            @if rows.is_empty() {
                div.empty { b { "Nothing yet" } "Calls, e-mails and meetings appear here as they are logged." }
            } @else {
                ul.feed { @for row in rows { (line(scene, row)) } }
            }
            @if logs { (form(scene, record, notice)) }
        }
    }
}

fn line(scene: &Scene<'_>, row: &ActivityRow) -> Markup {
    let at = Moment(row.at_ms);
    html! {
        li {
            (words::ago(scene.now, at))
            div.what {
                b { (row.kind) }
                @match row.rep {
                    Some(rep) => { " by " (scene.rep(RepNo(rep))) }
                    None => span.note { " by somebody who is no rep here" },
                }
                span.tag.on[row.verified] {
                    @if row.verified { "verified, " (row.source) } @else { "self-logged" }
                }
            }
        }
    }
}

fn form(scene: &Scene<'_>, record: RecordNo, notice: Option<&Notice>) -> Markup {
    let key = scene.state.records().key(record);
    let policy = scene.state.policy().map(|policy| policy.document());
    let kinds = policy.and_then(|policy| policy.activity.works.as_deref());
    let chosen = kept(notice, "worked", "kind");
    html! {
        div.body {
            form.form method="post" action=(link::record_act(key, "work")) {
                (layout::csrf(scene.viewer)) (show::once())
                label {
                    "What you did"
                    @match kinds {
                        Some(kinds) => {
                            select name="kind" required {
                                @for kind in kinds {
                                    option value=(kind) selected[kind == chosen] { (kind) }
                                }
                            }
                        }
                        None => {
                            input name="kind" required maxlength=(CODE_MAX) pattern="[a-z0-9_\\-]+"
                                placeholder="call, email, meeting" autocomplete="on" value=(chosen)
                                title="lower-case letters, digits, _ or -";
                        }
                    }
                }
                label {
                    "Minutes ago" span.note { "0 is now" }
                    input name="ago" type="number" min="0" max=(AGO_MAX) value="0" inputmode="numeric";
                }
                div.acts { button.main type="submit" { "Log work" } }
            }
        }
    }
}

/// What a rep did lately, by kind, on the rep's page.
pub fn tally(days: i64, tally: &[ActivityTally]) -> Markup {
    html! {
        section.sheet aria-labelledby="tally-title" {
            header { h2 #tally-title { "Activities" } span.note { "in " (days) " days" } }
            @if tally.is_empty() {
                div.empty { b { "None known" } "They come by import, by the API, or from the record's page." }
            } @else {
                div.body {
                    dl.facts {
                        @for row in tally {
                            dt {
                                (row.kind)
                                @if row.verified { " (verified)" } @else { " (self-logged)" }
                            }
                            dd {
                                (words::thousands(row.count)) ", the last "
                                (words::moment(Moment(row.last_ms)))
                            }
                        }
                    }
                }
            }
        }
    }
}
