//! One record: what it is, where it is, its whole story, and what can be done with it.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::order::{Denied, Order};
use crate::host::private::{Private, TEXT_MAX};
use crate::host::signed::Signed;
use crate::web::form::{Fields, Sent};
use crate::web::layout::Here;
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::story::{self, Told};
use crate::web::{
    feed, handoff, link, merge, overdue, record_forms, returns, rule_path, show, void, words, work,
};
use axum::extract::{Path, Query, State as Shared};
use axum::response::{IntoResponse, Redirect, Response};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::reassign::Reassign;
use evenkeel_core::event::{Actor, Event};
use evenkeel_core::holding::place::{AfterRest, Place};
use evenkeel_core::ids::{FieldNo, RecordNo};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// Most events of one story shown: the newest.
const STORY_MAX: usize = 100;

/// `GET /records/{key}`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    Query(done): Query<show::Done>,
) -> Result<Response, Refused> {
    signed.may(Verb::SeeRecords)?;
    Ok(page(&app, &signed, &key, Notice::done(done.word()))
        .await?
        .into_response())
}

/// `POST /records/{key}/assign`
pub async fn assign(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::MoveRecords)?;
    let fields = sent.by(&signed)?;
    let words = fields.text("note");
    if words.len() > TEXT_MAX {
        let bad = Notice::form(
            "The note is too long.",
            format!("At most {TEXT_MAX} bytes."),
        )
        .keeping("assigned", &fields);
        return Ok(page(&app, &signed, &key, Some(bad)).await?.into_response());
    }
    let kept = match words {
        "" => None,
        words => Private::note(words).row(app.workspace.new_subject()),
    };
    let (row, note) = kept.unzip();
    let expected = expected(&fields);
    let rep = fields.text("rep").to_owned();
    let assign = Assign {
        record: key.clone(),
        rep,
        expected,
        note,
    };
    let order = order(&signed, &fields, Command::Assign(assign)).with(row);
    ordered(&app, &signed, (&key, &fields), order, "assigned").await
}

/// `POST /records/{key}/reassign`
pub async fn reassign(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::MoveRecords)?;
    let fields = sent.by(&signed)?;
    let reassign = Reassign {
        record: key.clone(),
        expected: expected(&fields),
    };
    let order = order(&signed, &fields, Command::Reassign(reassign));
    ordered(&app, &signed, (&key, &fields), order, "reassigned").await
}

/// `POST /records/{key}/close`
pub async fn close(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::CloseRecords)?;
    let fields = sent.by(&signed)?;
    show::visible(&app, &signed, &key).await?;
    let reason = fields.text("reason").to_owned();
    let close = Close {
        record: key.clone(),
        expected: expected(&fields),
        reason,
    };
    let order = order(&signed, &fields, Command::Close(close));
    ordered(&app, &signed, (&key, &fields), order, "closed").await
}

/// The order behind a form: sending the same form twice is one order.
pub fn order(signed: &Signed, fields: &Fields, command: Command) -> Order {
    Order::keyed(signed.actor, &fields.once(), fields.digest(), command)
}

/// Submits an order about a record, and shows its page again; after a refusal with the form as it
/// was filled in.
pub async fn ordered(
    app: &App,
    signed: &Signed,
    (key, fields): (&str, &Fields),
    order: Order,
    done: &'static str,
) -> Result<Response, Refused> {
    match app.workspace.submit(order).await {
        Ok(_) => Ok(Redirect::to(&format!("{}?done={done}", link::record(key))).into_response()),
        Err(Denied::Refused(refusal)) => {
            let status = show::status(&refusal);
            let bad = Notice::refusal(&refusal).keeping(done, fields);
            let page = page(app, signed, key, Some(bad)).await?;
            Ok((status, page).into_response())
        }
        Err(denied) => Err(denied.into()),
    }
}

/// The owner the form was drawn with: somebody who moved the record since wins.
pub fn expected(fields: &Fields) -> Expected {
    match fields.text("owner") {
        "" => Expected::Owner(None),
        owner => Expected::Owner(Some(owner.to_owned())),
    }
}

/// The page of one record, with what became of the last thing asked for.
pub async fn page(
    app: &App,
    signed: &Signed,
    key: &str,
    notice: Option<Notice>,
) -> Result<axum::response::Html<String>, Refused> {
    let seqs = app
        .workspace
        .ask(|state| {
            let record = state.record_no(key)?;
            signed
                .sees(state.place(record))
                .then(|| state.records().story(record))
        })
        .await
        .ok_or_else(|| Refused::missing("record"))?;
    let newest = seqs[seqs.len().saturating_sub(STORY_MAX)..].to_vec();
    let told = tell(app, signed, newest, key).await?;
    let title = format!("Record {key}");
    show::found(app, signed, Here::Records, &title, |scene| {
        let record = scene.state.record_no(key)?;
        Some(body(scene, record, &told, notice.as_ref()))
    })
    .await
}

/// Reads the story, the policies that decided in it, and the personal data the viewer may see.
async fn tell(app: &App, signed: &Signed, seqs: Vec<u64>, key: &str) -> Result<Told, Refused> {
    let events = app.workspace.events(seqs).await?;
    let versions: BTreeSet<u32> = events
        .iter()
        .filter_map(|(_, recorded)| match &recorded.event {
            Event::RecordDealt { verdict, .. } => Some(verdict.policy),
            _ => None,
        })
        .collect();
    let texts = app.workspace.glance(|state| {
        let old = state
            .versions()
            .iter()
            .filter(|version| version.number != state.version());
        let needed = old.filter(|version| versions.contains(&version.number));
        needed.map(|version| version.seq).collect::<Vec<u64>>()
    });
    let mut policies = BTreeMap::new();
    for (_, recorded) in app.workspace.events(texts).await? {
        if let Event::PolicyPublished { version, text } = &recorded.event {
            let revived = app
                .workspace
                .glance(|state| rule_path::revived(state, text));
            policies.insert(*version, revived);
        }
    }
    let mut private = BTreeMap::new();
    if signed.role.may(Verb::SeePersons) {
        let own = app.workspace.glance(|state| {
            state
                .record_no(key)
                .and_then(|record| state.records().private(record))
        });
        let notes = events
            .iter()
            .filter_map(|(_, recorded)| match &recorded.event {
                Event::RecordGiven { note, .. } => *note,
                _ => None,
            });
        for subject in own
            .into_iter()
            .chain(notes)
            .map(|reference| reference.subject)
        {
            if let Some(kept) = app.workspace.private(subject).await? {
                private.insert(subject, kept);
            }
        }
    }
    let users = show::user_names(
        app,
        events
            .iter()
            .filter_map(|(_, recorded)| match recorded.actor {
                Actor::User(number) => Some(number),
                Actor::System | Actor::Key(_) => None,
            }),
    );
    let work = work::of(app, key).await?;
    Ok(Told {
        events,
        policies,
        private,
        users,
        work,
    })
}

/// The page of one record.
pub fn body(scene: &Scene<'_>, record: RecordNo, told: &Told, notice: Option<&Notice>) -> Markup {
    let key = scene.state.records().key(record);
    let place = scene.state.place(record);
    html! {
        (notice::show(notice))
        p.eyebrow { a href="/records" { "Records" } " / " (feed::kind(scene, record)) }
        div.title {
            h1.key { (key) }
            button.bare type="button" data-copy=(key) hidden { "Copy the key" }
        }
        p.lede { (stands(scene, place)) (overdue::stands(scene, record)) }
        div.columns.tale {
            section aria-labelledby="story-title" {
                h2.unseen #story-title { "Its story, newest first" }
                (story::timeline(scene, told))
            }
            div.stack {
                (work::section(scene, record, &told.work, notice))
                (handoff::section(scene, record))
                @if place != Place::Closed { (record_forms::acts(scene, record, notice)) }
                (returns::forms(scene, record, notice))
                (merge::section(scene, record, notice))
                (void::form(scene, record, notice))
                (facts(scene, record, told))
            }
        }
    }
}

fn stands(scene: &Scene<'_>, place: Place) -> Markup {
    html! {
        @match place {
            Place::Book(rep) => { "In the book of " (scene.rep(rep)) "." }
            Place::Queue(queue) => { "Waits in the queue " (scene.queue(queue)) "." }
            Place::Held(hold) => {
                strong { "Held" } " for " (scene.pool(hold.pool)) " for "
                (words::span(scene.now - hold.since)) ", until " (words::moment(hold.until))
                " at the latest; then it goes to the queue " (scene.queue(hold.then)) "."
            }
            Place::Resting(rest) => {
                strong { "Rests" } " for " (words::span(scene.now - rest.since)) ", until "
                (words::moment(rest.until)) " at the latest; then it "
                @match rest.then {
                    AfterRest::Deal => "is dealt again by the policy.",
                    AfterRest::Queue(queue) => { "goes to the queue " (scene.queue(queue)) "." }
                    AfterRest::Back(rep) => { "goes back to " (scene.rep(rep)) "." }
                }
            }
            Place::Closed => "Closed.",
        }
    }
}

fn facts(scene: &Scene<'_>, record: RecordNo, told: &Told) -> Markup {
    let records = scene.state.records();
    let schema = scene.state.record_schema();
    let private = records.private(record);
    let kept = private.and_then(|private| told.private.get(&private.subject));
    let value = |at| records.columns.value(FieldNo::at(at), record.index());
    html! {
        section.sheet aria-labelledby="facts-title" {
            header { h2 #facts-title { "What it is" } }
            div.body {
                dl.facts {
                    @for (at, field) in schema.fields().iter().enumerate() {
                        @if let Some(value) = value(at) {
                            dt { (field.name) } dd { (value) }
                        }
                    }
                    @if let Some(kept) = kept {
                        @for (name, text) in &kept.fields { dt { (name) } dd { (text) } }
                    }
                    dt { "at its source" } dd { (words::moment(records.occurred(record))) }
                    dt { "times dealt" } dd { (records.deals(record)) }
                }
                @if private.is_some() && kept.is_none() {
                    p.note { "Its personal data was erased, or your role does not see it." }
                }
            }
        }
    }
}
