//! A record's page: giving it back, keeping it, pulling it out.
//!
//! Shown to whoever may, while the record is in a book. What becomes of it is told before anything
//! is pressed.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::private::{Private, TEXT_MAX};
use crate::host::signed::Signed;
use crate::web::form::Sent;
use crate::web::notice::{Notice, kept};
use crate::web::record::{expected, order, ordered, page};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{layout, link, show, words};
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::keep::Keep;
use evenkeel_core::command::retrieve::{Retrieve, RetrieveTo};
use evenkeel_core::command::return_record::{Return, left};
use evenkeel_core::holding::recycling::Watched;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::policy::document::recycling::{ReturnThen, Returns};
use maud::{Markup, html};

/// Most records of one rep listed that will be taken back.
const WARNED_MAX: usize = 8;

/// `POST /records/{key}/return`
pub async fn give_back(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::ReturnRecords)?;
    let fields = sent.by(&signed)?;
    show::visible(&app, &signed, &key).await?;
    let back_at = fields.day("back_at", "UTC").unwrap_or_default();
    let words = fields.text("note");
    let kept = (!words.is_empty() && words.len() <= TEXT_MAX)
        .then(|| Private::note(words).row(app.workspace.new_subject()));
    let (row, note) = kept.flatten().unzip();
    let command = Command::Return(Return {
        record: key.clone(),
        expected: expected(&fields),
        reason: fields.text("reason").to_owned(),
        back_at,
        note,
    });
    let order = order(&signed, &fields, command).with(row);
    ordered(&app, &signed, (&key, &fields), order, "returned").await
}

/// `POST /records/{key}/keep`
pub async fn keep(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::ReturnRecords)?;
    let fields = sent.by(&signed)?;
    show::visible(&app, &signed, &key).await?;
    let words = fields.text("next_step");
    let kept =
        (words.len() <= TEXT_MAX).then(|| Private::note(words).row(app.workspace.new_subject()));
    let Some((row, next_step)) = kept.flatten().filter(|_| !words.is_empty()) else {
        let title = "Nothing was changed.";
        let bad = Notice::form(title, "Say what comes next, in a few words.");
        let page = page(&app, &signed, &key, Some(bad.keeping("kept", &fields))).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let command = Command::Keep(Keep {
        record: key.clone(),
        expected: expected(&fields),
        next_step,
        until: None,
    });
    let order = order(&signed, &fields, command).with([row]);
    ordered(&app, &signed, (&key, &fields), order, "kept").await
}

/// `POST /records/{key}/retrieve`
pub async fn retrieve(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::MoveRecords)?;
    let fields = sent.by(&signed)?;
    let to = match fields.text("to").split_once(':') {
        Some(("queue", name)) => RetrieveTo::Queue(name.to_owned()),
        _ if fields.text("to") == "deal" => RetrieveTo::Deal,
        _ => RetrieveTo::Rest,
    };
    let records = vec![(key.clone(), expected(&fields))];
    let command = Command::Retrieve(Retrieve { records, to });
    let order = order(&signed, &fields, command);
    ordered(&app, &signed, (&key, &fields), order, "retrieved").await
}

/// The forms, where the viewer may.
pub fn forms(scene: &Scene<'_>, record: RecordNo, notice: Option<&Notice>) -> Markup {
    let Some(owner) = scene.state.place(record).owner() else {
        return html! {};
    };
    let policy = scene.state.policy().map(|policy| policy.document());
    let returns = policy.and_then(|policy| policy.returns.as_ref());
    let may = scene.viewer.role.may(Verb::ReturnRecords);
    html! {
        @if may && scene.state.recycling().watch(record).is_some() {
            (keep_form(scene, record, notice))
        }
        @if let Some(returns) = returns.filter(|_| may) {
            (return_form(scene, record, (owner, returns), notice))
        }
        @if scene.viewer.role.may(Verb::MoveRecords) { (retrieve_form(scene, record)) }
    }
}

fn hidden(scene: &Scene<'_>, record: RecordNo) -> Markup {
    let owner = scene.state.place(record).owner();
    let owner = owner.map_or("", |rep| scene.state.roster().rep(rep).key.as_str());
    html! {
        (layout::csrf(scene.viewer)) (show::once())
        input type="hidden" name="owner" value=(owner);
    }
}

/// What the rep will lose without work, the first due first, each with the click that keeps it.
pub fn warned(scene: &Scene<'_>, me: RepNo) -> Markup {
    let recycling = scene.state.recycling();
    let book = scene.state.roster().rep(me).book.iter();
    let watched = book.filter_map(|record| Some((*recycling.watch(*record)?, *record)));
    let mut watched: Vec<(Watched, RecordNo)> = watched.collect();
    watched.sort_unstable_by_key(|(one, record)| (one.removal, *record));
    let count = watched.len();
    html! {
        @if count > 0 {
            section.sheet aria-labelledby="warned-title" {
                header {
                    h2 #warned-title { "It will be taken back" }
                    span.note {
                        (words::count(count as u64, "record")) " that nobody has worked on, the "
                        "first to go first"
                    }
                }
                ul.feed.keep {
                    @for (one, record) in watched.into_iter().take(WARNED_MAX) {
                        li data-key=(record.0) {
                            div.what {
                                (scene.record(record)) (scene.title(record))
                                span.note { (goes(scene, &one)) }
                            }
                            (keep_line(scene, record))
                        }
                    }
                }
                @if count > WARNED_MAX {
                    p.foot { "and " (count - WARNED_MAX) " more; these go first" }
                }
            }
        }
    }
}

/// When it goes.
fn goes(scene: &Scene<'_>, one: &Watched) -> String {
    let removal = one.removal.moment().unwrap_or(scene.now);
    match one.due.moment() {
        Some(due) => format!("due for {}", words::span(scene.now - due)),
        None => format!("due in {}", words::span(removal - scene.now)),
    }
}

fn keep_line(scene: &Scene<'_>, record: RecordNo) -> Markup {
    let key = scene.state.records().key(record);
    html! {
        form method="post" action=(link::record_act(key, "keep")) {
            (hidden(scene, record))
            input name="next_step" required maxlength="500" autocomplete="off"
                placeholder="What comes next?"
                aria-label={ "What comes next with " (key) };
            button type="submit" { "Keep it" span.unseen { ": " (key) } }
        }
    }
}

/// That it will be taken, and the one click that keeps it.
fn keep_form(scene: &Scene<'_>, record: RecordNo, notice: Option<&Notice>) -> Markup {
    let key = scene.state.records().key(record);
    let recycling = scene.state.recycling();
    let Some(watched) = recycling.watch(record) else {
        return html! {};
    };
    html! {
        section.sheet.late aria-labelledby="keep-title" {
            header { h2 #keep-title { "It will be taken back" } }
            div.body {
                p {
                    "Nobody has worked on " (scene.record(record)) " for long: “"
                    (recycling.rule(watched.rule)) "”. "
                    @if let Some(due) = watched.due.moment() {
                        "It is due since " (words::moment(due)) "."
                    } @else if let Some(removal) = watched.removal.moment() {
                        "It is due on " (words::moment(removal)) ", unless somebody works on it."
                    }
                }
                form.form method="post" action=(link::record_act(key, "keep")) {
                    (hidden(scene, record))
                    label {
                        "What comes next?" span.note { "kept with the story; can be erased" }
                        input name="next_step" required maxlength="500" autocomplete="off"
                            value=(kept(notice, "kept", "next_step"));
                    }
                    div.acts { button.main type="submit" { "Keep it" } }
                }
            }
        }
    }
}

fn return_form(
    scene: &Scene<'_>,
    record: RecordNo,
    (owner, returns): (RepNo, &Returns),
    notice: Option<&Notice>,
) -> Markup {
    let key = scene.state.records().key(record);
    let chosen = kept(notice, "returned", "reason");
    let dated = returns
        .reasons
        .iter()
        .any(|one| one.then == ReturnThen::Back);
    let rep = scene.state.roster().rep(owner);
    html! {
        section.sheet aria-labelledby="return-title" {
            header { h2 #return-title { "Give it back" } }
            div.body {
                form.form method="post" action=(link::record_act(key, "return")) {
                    (hidden(scene, record))
                    label {
                        "Why"
                        select name="reason" required {
                            option value="" { "Choose a reason" }
                            @for reason in &returns.reasons {
                                option value=(reason.name) selected[reason.name == chosen] {
                                    (reason.name) ": " (becomes(scene, reason.then))
                                }
                            }
                        }
                    }
                    @if dated {
                        label {
                            "Get it back on" span.note { "only for a reason that asks for it" }
                            input type="date" name="back_at"
                                value=(kept(notice, "returned", "back_at"));
                        }
                    }
                    label {
                        "In your words" span.note { "kept with the story; can be erased" }
                        input name="note" maxlength="500" autocomplete="off"
                            value=(kept(notice, "returned", "note"));
                    }
                    @if let Some(left) = left(rep, returns.per_month, scene.now) {
                        p.note {
                            (scene.name(owner)) " may give back "
                            (words::count(u64::from(left), "more record")) " now, of "
                            (returns.per_month.unwrap_or_default()) " in any 30 days."
                        }
                    }
                    div.acts { button type="submit" { "Give it back" } }
                }
            }
        }
    }
}

/// What becomes of a record that is given back.
fn becomes(scene: &Scene<'_>, then: ReturnThen) -> String {
    match then {
        ReturnThen::Rest(span) => format!("it rests for {span}, then is dealt again"),
        ReturnThen::Close => "it is closed".to_owned(),
        ReturnThen::Deal => "somebody else gets it now".to_owned(),
        ReturnThen::Back => "it comes back to you on that day".to_owned(),
        ReturnThen::Queue(at) => {
            let queue = scene.state.queue(scene.state.queue_at(at));
            format!("it goes to the queue {}", queue.name)
        }
    }
}

fn retrieve_form(scene: &Scene<'_>, record: RecordNo) -> Markup {
    let key = scene.state.records().key(record);
    let policy = scene.state.policy();
    let queues = policy.map_or(&[][..], |policy| &policy.document().queues);
    html! {
        section.sheet aria-labelledby="retrieve-title" {
            header { h2 #retrieve-title { "Pull it out of the book" } }
            div.body {
                form.form method="post" action=(link::record_act(key, "retrieve")) {
                    (hidden(scene, record))
                    label {
                        "Where to"
                        select name="to" {
                            option value="rest" { "to rest, then dealt again" }
                            option value="deal" { "dealt again now, to somebody new" }
                            @for queue in queues {
                                option value={ "queue:" (queue.name) } { "queue " (queue.name) }
                            }
                        }
                    }
                    div.acts { button type="submit" { "Pull it out" } }
                }
            }
        }
    }
}
