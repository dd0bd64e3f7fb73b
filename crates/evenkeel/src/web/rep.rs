//! One rep: availability, what each pool owes them, the book, and what a manager can set.

use crate::app::App;
use crate::host::access::{Sees, Verb};
use crate::host::private::NOTE;
use crate::host::signed::Signed;
use crate::web::layout::{self, Here};
use crate::web::notice::{self, Notice};
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{
    availability, feed, link, overdue, pick, pods, preview, returns, review, show, skills, words,
    work,
};
use axum::extract::{Path, Query, State as Shared};
use axum::response::{IntoResponse, Response};
use evenkeel_core::ids::{FieldNo, RepNo};
use evenkeel_core::market::schema::{REP_ROLE, REP_TEAM};
use evenkeel_core::people::pool::Pool;
use evenkeel_core::people::rep::{Leave, Profile, Status};
use evenkeel_core::sentence;
use evenkeel_core::time::{DAY, Span};
use evenkeel_core::units::Micro;
use evenkeel_journal::activity::ActivityTally;
use maud::{Markup, html};

/// Most records of the book listed.
const BOOK_MAX: usize = 20;
/// How far back activities are counted.
const TALLY_DAYS: i64 = 30;

/// `GET /reps/{key}`
pub async fn get(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    Query(done): Query<show::Done>,
) -> Result<Response, Refused> {
    signed.may(Verb::SeeReps)?;
    Ok(page(&app, &signed, &key, Notice::done(done.word()))
        .await?
        .into_response())
}

/// The page, with a notice at the top.
pub async fn page(
    app: &App,
    signed: &Signed,
    key: &str,
    notice: Option<Notice>,
) -> Result<axum::response::Html<String>, Refused> {
    let reason = reason(app, signed, key).await?;
    let tally = tally(app, key).await?;
    show::found(app, signed, Here::Reps, &format!("Rep {key}"), |scene| {
        let rep = scene.state.roster().find(key)?;
        let told = (reason.as_deref(), tally.as_slice());
        Some(body(scene, rep, notice.as_ref(), told))
    })
    .await
}

/// What the rep did lately, by kind.
async fn tally(app: &App, key: &str) -> Result<Vec<ActivityTally>, Refused> {
    let Some(rep) = app.workspace.glance(|state| state.roster().find(key)) else {
        return Ok(Vec::new());
    };
    let now = app.workspace.now();
    let since = now - Span::days(TALLY_DAYS);
    Ok(app.workspace.activity_tally(rep, since..now + DAY).await?)
}

/// Why the rep is out of rotation, for the rep and for those who see everybody's records.
async fn reason(app: &App, signed: &Signed, key: &str) -> Result<Option<String>, Refused> {
    let subject = app.workspace.glance(|state| {
        let rep = state.roster().find(key)?;
        let all = signed.role.sees() == Sees::All && signed.role.may(Verb::SeePersons);
        match state.roster().rep(rep).profile.status {
            Status::Paused { reason, .. } if all || signed.rep == Some(rep) => reason,
            _ => None,
        }
    });
    let kept = match subject {
        Some(reason) => app.workspace.private(reason.subject).await?,
        None => None,
    };
    Ok(kept.and_then(|mut kept| kept.fields.remove(NOTE)))
}

/// The page.
pub fn body(
    scene: &Scene<'_>,
    rep: RepNo,
    notice: Option<&Notice>,
    (reason, tally): (Option<&str>, &[ActivityTally]),
) -> Markup {
    let entry = scene.state.roster().rep(rep);
    let profile = &entry.profile;
    let name = scene.name(rep);
    let left = profile.status == Status::Left;
    html! {
        (notice::show(notice))
        p.eyebrow {
            a href="/reps" { "Reps" } @if !profile.team().is_empty() { " / " (profile.team()) }
        }
        div.title {
            h1 { (name) }
            (availability::mark(profile, scene.now))
            span.key.note { (entry.key) }
            @if !left {
                div.acts {
                    @if scene.sees_book(rep) { a.button href=(link::checkin(&entry.key)) { "Check in" } }
                    @if scene.viewer.role.may(Verb::SetReps) {
                        a.button href=(link::rep_act(&entry.key, "edit")) { "Edit" }
                    }
                }
            }
        }
        p.lede { (stands(scene, rep)) }
        div.columns {
            div.stack {
                @if !left { (week(scene, profile, &name)) }
                (pools(scene, rep))
                (pods::partners(scene, rep))
                @if !left { (overdue::due(scene, rep)) }
                @if scene.sees_book(rep) { (returns::warned(scene, rep)) }
                (book(scene, rep))
            }
            div.stack {
                @if !left && scene.viewer.role.may(Verb::SetReps) {
                    (absence_forms(scene, rep, notice))
                    (review::section(scene, rep, reason, notice))
                } @else if let Some(reason) = reason {
                    section.sheet aria-labelledby="why" {
                        header { h2 #why { "Out of rotation" } }
                        div.body { p { "“" (reason) "”" } }
                    }
                }
                (overdue::speeds(scene, &[rep]))
                @if scene.sees_book(rep) { (work::tally(TALLY_DAYS, tally)) }
                (facts(scene, rep))
                @if scene.sees_book(rep) { (skills::section(scene, rep)) }
                @if !left && scene.viewer.role.may(Verb::DeactivateReps) { (departure(scene, rep)) }
            }
        }
    }
}

fn stands(scene: &Scene<'_>, rep: RepNo) -> String {
    let entry = scene.state.roster().rep(rep);
    let zone = &entry.profile.zone;
    let book = words::count(entry.book.len() as u64, "open record");
    let now = match (entry.profile.status, entry.profile.leave_at(scene.now)) {
        (Status::Left, _) => {
            return "Has left. Every record of the book went to its new place then.".into();
        }
        (Status::Paused { since, review, .. }, _) => format!(
            "Out of rotation for {}{}",
            words::span(scene.now - since),
            review.map_or(", without a review date".into(), |review| {
                format!(", to be reviewed on {}", sentence::local(zone, review))
            })
        ),
        (Status::Active, Some(leave)) => {
            format!("On leave until {}", sentence::local(zone, leave.until))
        }
        (Status::Active, None) => "In rotation".to_owned(),
    };
    format!(
        "{now}. {book} in the book; {} ever, by turn, rule and hand.",
        words::count(entry.assigned, "assignment")
    )
}

fn week(scene: &Scene<'_>, profile: &Profile, name: &str) -> Markup {
    let words = availability::week_words(profile, name, scene.now);
    html! {
        section.sheet aria-labelledby="week" {
            header {
                h2 #week { "The next seven days" }
                span.note { (profile.zone) ", " (availability::hours_words(profile)) }
            }
            div.body { (availability::week(profile, scene.now).draw(&words, true)) }
        }
    }
}

fn pools(scene: &Scene<'_>, rep: RepNo) -> Markup {
    let caps = availability::caps(scene, rep);
    let used = |pool: Option<&str>| {
        html! {
            @for cap in caps.iter().filter(|cap| cap.pool.as_deref() == pool) {
                span.tag.warn[cap.reached()] { (cap.words()) } " "
            }
        }
    };
    html! {
        section.sheet aria-labelledby="pools" {
            header { h2 #pools { "Pools and caps" } }
            div.wide role="group" tabindex="0" aria-labelledby="pools" {
                table {
                    thead { tr {
                        th scope="col" { "Pool" } th.n scope="col" { "Owed" } th.n scope="col" {
                            "Leads’ worth received"
                        }
                        th.n scope="col" { "Entitled" } th.n scope="col" { "Given back" }
                        th scope="col" { "Caps used" }
                    } }
                    tbody {
                        @for (number, pool) in scene.pools() {
                            @if let Some(entry) = pool.ledger.entry(rep) {
                                @let (received, entitled) = counted(pool, rep);
                                tr {
                                    th scope="row" { (scene.pool(number)) }
                                    td.n { (words::signed(entry.credit)) }
                                    td.n { (words::amount(received)) }
                                    td.n { (words::amount(entitled)) }
                                    td.n { (pool.tally(rep).map_or(0, |tally| tally.voided)) }
                                    td { (used(Some(&pool.name))) }
                                }
                            }
                        }
                        @if caps.iter().any(|cap| cap.pool.is_none()) {
                            tr {
                                th scope="row" colspan="5" { "All pools together" }
                                td { (used(None)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What the rep received from the pool and was entitled to, since it first belonged to it.
fn counted(pool: &Pool, rep: RepNo) -> (Micro, Micro) {
    pool.tally(rep)
        .map_or_else(Default::default, |tally| (tally.received, tally.entitled))
}

fn book(scene: &Scene<'_>, rep: RepNo) -> Markup {
    let book = &scene.state.roster().rep(rep).book;
    html! {
        section.sheet aria-labelledby="book" {
            header {
                h2 #book { "Book" }
                span.note { (words::count(book.len() as u64, "open record")) ", newest first" }
            }
            @if book.is_empty() { div.empty { b { "The book is empty" } } }
            @else if !scene.sees_book(rep) { p.foot { "Only their owner and managers see which." } }
            @else {
                ul.feed {
                    @for record in book.iter().rev().take(BOOK_MAX) {
                        li {
                            (words::ago(scene.now, scene.state.records().occurred(*record)))
                            div.what {
                                (scene.record(*record)) span.tag { (feed::kind(scene, *record)) }
                                @if scene.sees(*record) { (scene.title(*record)) }
                            }
                        }
                    }
                }
                @if book.len() > BOOK_MAX {
                    p.foot { "and " (words::thousands((book.len() - BOOK_MAX) as u64)) " more" }
                }
            }
        }
    }
}

/// What the policy knows of a rep; a colleague sees the role and the team of it.
fn facts(scene: &Scene<'_>, rep: RepNo) -> Markup {
    let profile = &scene.state.roster().rep(rep).profile;
    let whole = scene.sees_book(rep);
    let plain = |field: u32| [REP_ROLE, REP_TEAM].contains(&FieldNo(field));
    let shown = profile.attributes.values.iter();
    let shown = shown.filter(|(number, _)| whole || plain(number.0));
    html! {
        section.sheet aria-labelledby="facts" {
            header { h2 #facts { "What the policy knows" } }
            div.body {
                dl.facts {
                    @for (number, value) in shown {
                        @if let Some(field) = scene.state.rep_schema().field(FieldNo(number.0)) {
                            dt { (field.name) } dd { (value) }
                        }
                    }
                    @if let Some(since) = profile.closing_since.filter(|_| whole) {
                        dt { "closing since" } dd { (words::day(&profile.zone, since)) }
                    }
                }
            }
        }
    }
}

fn hidden(scene: &Scene<'_>) -> Markup {
    html! { (layout::csrf(scene.viewer)) (show::once()) }
}

fn absence_forms(scene: &Scene<'_>, rep: RepNo, notice: Option<&Notice>) -> Markup {
    let kept = |field| notice::kept(notice, "leave", field);
    let entry = scene.state.roster().rep(rep);
    let (key, profile) = (&entry.key, &entry.profile);
    let ahead: Vec<&Leave> = profile
        .leaves
        .iter()
        .filter(|leave| leave.until > scene.now)
        .collect();
    html! {
        section.sheet aria-labelledby="leave" {
            header { h2 #leave { "Leave" } span.note { "nothing comes in while it lasts" } }
            div.body.stack {
                @if !ahead.is_empty() {
                    ul {
                        @for leave in ahead {
                            li.acts {
                                span {
                                    (sentence::local(&profile.zone, leave.from)) " until "
                                    (sentence::local(&profile.zone, leave.until))
                                }
                                form method="post" action=(link::rep_act(key, "leave/remove")) {
                                    (hidden(scene))
                                    input type="hidden" name="from" value=(leave.from.0);
                                    input type="hidden" name="until" value=(leave.until.0);
                                    button.bare type="submit" {
                                        "Remove" span.unseen {
                                            " the leave from "
                                            (sentence::local(&profile.zone, leave.from))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                form.form.flat method="post" action=(link::rep_act(key, "leave")) {
                    (hidden(scene))
                    label {
                        "First day away"
                        input type="date" name="from" required value=(kept("from"));
                    }
                    label {
                        "Last day away"
                        input type="date" name="until" required value=(kept("until"));
                    }
                    div.acts.full {
                        button type="submit" { "Add leave" } (preview::button())
                    }
                }
            }
        }
    }
}

fn departure(scene: &Scene<'_>, rep: RepNo) -> Markup {
    let entry = scene.state.roster().rep(rep);
    let queues = scene
        .state
        .policy()
        .map_or(&[][..], |policy| &policy.document().queues);
    html! {
        section.sheet aria-labelledby="departure" {
            header { h2 #departure { "Leaves for good" } }
            div.body {
                form.form method="post" action=(link::rep_act(&entry.key, "deactivate"))
                    data-confirm="This cannot be undone: the rep leaves every pool, and the whole book moves now." {
                    (hidden(scene))
                    fieldset.form {
                        legend {
                            "The book of " (words::count(entry.book.len() as u64, "record")) " goes"
                        }
                        label.choice {
                            input type="radio" name="book" value="redeal" checked;
                            "to whom the policy chooses, one by one"
                        }
                        label.choice {
                            input type="radio" name="book" value="rep"; "all to one rep"
                        }
                        label { span.unseen { "Which rep" }
                            (pick::rep(scene, "heir", Some(rep), None))
                        }
                        @if !queues.is_empty() {
                            label.choice {
                                input type="radio" name="book" value="queue"; "all into a queue"
                            }
                            label { span.unseen { "Which queue" }
                                select name="queue" {
                                    @for queue in queues {
                                        option value=(queue.name) { (queue.name) }
                                    }
                                }
                            }
                        }
                    }
                    div.acts {
                        button.main type="submit"
                            formaction=(link::rep_act(&entry.key, "leave/plan")) { "Show the plan" }
                        button.grave type="submit" { "Deactivate at once" } (preview::button())
                    }
                }
            }
        }
    }
}
