//! Before a change is saved: its next turns, without it and with it, and then Save or Back.
//!
//! Every form that has a button `preview` may ask for it. The form is sent as it is to where it
//! always goes; what would be submitted there is looked at instead, and the page carries all that
//! was filled in, so that Save sends the very same form. Nothing is kept here.

use crate::app::App;
use crate::host::order::Denied;
use crate::host::signed::Signed;
use crate::web::form::Fields;
use crate::web::layout::Here;
use crate::web::notice::Notice;
use crate::web::picture::ahead::Ahead;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{show, words};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use evenkeel_core::command::Command;
use evenkeel_core::preview::{Assumed, PoolAhead, Preview, RepAhead, TURNS};
use maud::{Markup, html};

/// The name of the button that asks for a preview.
pub const BUTTON: &str = "preview";
/// Most reps listed in one pool: those whose turns change most.
const REPS_MAX: usize = 100;

/// Where a form goes, and where Back leads.
#[derive(Clone, Debug)]
pub struct Form {
    /// The page it belongs to.
    pub here: Here,
    /// What would be done, in words: `Leave of ana`.
    pub what: String,
    /// Where it is sent.
    pub action: String,
    /// Where Back leads.
    pub back: String,
}

/// The button beside Save.
pub fn button() -> Markup {
    html! { button type="submit" name=(BUTTON) value="yes" { "Preview" } }
}

/// Whether the form asks for a preview.
pub fn wanted(fields: &Fields) -> bool {
    !fields.text(BUTTON).is_empty()
}

/// The page, or why the change would be refused.
pub async fn page(
    app: &App,
    signed: &Signed,
    fields: &Fields,
    command: &Command,
    form: Form,
) -> Result<Response, Refused> {
    let (preview, notice, status) = match app.workspace.preview(command).await {
        Ok(preview) => (Some(preview), None, StatusCode::OK),
        Err(Denied::Refused(refusal)) => {
            let status = show::status(&refusal);
            (None, Some(Notice::refusal(&refusal)), status)
        }
        Err(denied) => return Err(denied.into()),
    };
    let title = format!("Preview: {}", form.what);
    let page = show::page(app, signed, form.here, &title, |scene| {
        body(scene, preview.as_ref(), notice.as_ref(), &form, fields)
    });
    Ok((status, page.await?).into_response())
}

fn body(
    scene: &Scene<'_>,
    preview: Option<&Preview>,
    notice: Option<&Notice>,
    form: &Form,
    fields: &Fields,
) -> Markup {
    html! {
        (crate::web::notice::show(notice))
        p.eyebrow { "Preview" }
        div.title { h1 { (form.what) } span.tag.warn { "not saved yet" } }
        @if let Some(preview) = preview {
            p.lede { (summary(preview)) }
        }
        div.sheet {
            div.body {
                form.acts method="post" action=(form.action) {
                    @for (name, text) in fields.all().filter(|(name, _)| *name != BUTTON) {
                        input type="hidden" name=(name) value=(text);
                    }
                    @if preview.is_some() { button.main type="submit" { "Save" } }
                    a.button href=(form.back) { "Go back" }
                }
            }
        }
        @if let Some(preview) = preview {
            div.stack {
                @for (at, pool) in preview.pools.iter().enumerate() { (sheet(scene, at, pool)) }
            }
            (rest(preview))
        }
    }
}

fn summary(preview: &Preview) -> String {
    let touched = preview.pools.len();
    match touched {
        0 => format!("None of the next {TURNS} turns of any pool would be another."),
        _ => format!(
            "The next {TURNS} turns of {}, dealt by the pool’s own rule without the change and with it. \
             It shows what the rule does, and is no promise of which record comes.",
            words::count(touched as u64, "pool")
        ),
    }
}

fn rest(preview: &Preview) -> Markup {
    html! {
        @if !preview.same.is_empty() {
            p.note { "No turn changes in " (preview.same.join(", ")) "." }
        }
        @if preview.more > 0 {
            p.note { (words::count(preview.more as u64, "more pool")) " not looked at." }
        }
    }
}

fn sheet(scene: &Scene<'_>, at: usize, pool: &PoolAhead) -> Markup {
    let id = format!("pool-{at}");
    let before = pool.before.as_ref().map_or(0, |side| side.turns.len());
    let after = pool.after.as_ref().map_or(0, |side| side.turns.len());
    let picture = Ahead {
        count: before.max(after),
    };
    let mut reps: Vec<&RepAhead> = pool.reps.iter().collect();
    let moved = |rep: &RepAhead| rep.after.turns.len().abs_diff(rep.before.turns.len());
    reps.sort_by_key(|rep| (std::cmp::Reverse(moved(rep)), rep.rep));
    let back = pool.back.is_some();
    html! {
        section.sheet aria-labelledby=(id) {
            header { h2 #(id) { (pool.pool) } span.note { (assumed(scene, pool)) } }
            @match (&pool.before, &pool.after) {
                (None, _) => p.foot { "A new pool: everybody starts exactly even." }
                (_, None) => p.foot { "The pool is gone with the change; nobody has turns in it." }
                _ => {}
            }
            div.wide role="group" tabindex="0" aria-labelledby=(id) {
                table.drawn {
                    thead { tr {
                        th scope="col" { "Rep" }
                        th.plot scope="col" { (picture.head(&format!("{id}-turns"))) }
                        th.n scope="col" { "Without" }
                        th.n scope="col" { "With" }
                        th.n scope="col" { "First" }
                        th.n scope="col" { "In a row" }
                        @if back { th.n scope="col" { "After return" } th.n scope="col" { "First" } }
                    } }
                    tbody {
                        @for rep in reps.iter().take(REPS_MAX) {
                            (row(scene, picture, rep, back))
                        }
                    }
                }
            }
            p.legend {
                span {
                    svg width="10" height="10" aria-hidden="true" {
                        circle.was cx="5" cy="5" r="3.5" {}
                    }
                    "without the change"
                }
                span {
                    svg width="10" height="10" aria-hidden="true" {
                        circle.turn cx="5" cy="5" r="4" {}
                    }
                    "with it"
                }
            }
            @if reps.len() > REPS_MAX {
                p.foot { "and " (reps.len() - REPS_MAX) " more, whose turns change less" }
            }
            @if let Some((back, side)) = &pool.back {
                p.foot {
                    "After return: the " (words::count(side.turns.len() as u64, "turn")) " from "
                    (words::moment(*back)) " on, on the credits as these turns leave them."
                }
            }
        }
    }
}

fn row(scene: &Scene<'_>, picture: Ahead, rep: &RepAhead, back: bool) -> Markup {
    let known = rep.rep.index() < scene.state.roster().len();
    let name = match known {
        true => scene.name(rep.rep),
        false => rep.key.clone(),
    };
    let first = |first: Option<usize>| first.map_or("–".to_owned(), |turn| turn.to_string());
    html! {
        tr {
            th scope="row" {
                @if known { (scene.person(rep.rep)) } @else { (name) " " span.tag.on { "new" } }
            }
            td.plot { (picture.row(&name, &rep.before.turns, &rep.after.turns)) }
            td.n { (rep.before.turns.len()) }
            td.n { (rep.after.turns.len()) }
            td.n { (first(rep.after.first())) }
            td.n { (rep.after.run()) }
            @if back {
                td.n { (rep.back.turns.len()) }
                td.n { (first(rep.back.first())) }
            }
        }
    }
}

/// What is assumed about what comes.
fn assumed(scene: &Scene<'_>, pool: &PoolAhead) -> Markup {
    let records = match pool.assumed {
        Assumed::Newest(1) => "the newest record that goes here comes again and again".to_owned(),
        Assumed::Newest(count) => {
            format!("the newest {count} records that go here come again, in their order")
        }
        Assumed::MadeUp => {
            "no record went here yet, so made-up ones of one turn each come".to_owned()
        }
    };
    let sides = [&pool.before, &pool.after];
    html! {
        "assumed: " (records)
        @if pool.from > scene.now { ", all on " (words::moment(pool.from)) }
        @else { ", all at this moment" }
        @if sides.into_iter().flatten().any(|side| side.drawn) {
            "; drawn turns are shown in one possible order"
        }
    }
}
