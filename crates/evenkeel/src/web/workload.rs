//! How much a book is, in the words of the rep and of those who run the team: said on a check-in,
//! shown side by side, and put into the policy when somebody agrees.
//!
//! A view changes nothing by itself. Agreeing publishes a policy version with an exception that has
//! a reason, an author and an end; what it means for the next deals is the core's to say.

use crate::app::App;
use crate::host::access::Verb;
use crate::host::order::{Denied, Order};
use crate::host::private::{NOTE, Private, TEXT_MAX};
use crate::host::signed::Signed;
use crate::web::form::{Fields, Sent};
use crate::web::needs::Need;
use crate::web::notice::Notice;
use crate::web::refused::Refused;
use crate::web::scene::Scene;
use crate::web::{checkin, icons, layout, link, show, words};
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use evenkeel_core::checkin::Sheet;
use evenkeel_core::command::Command;
use evenkeel_core::command::file_feedback::FileFeedback;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::ids::RepNo;
use evenkeel_core::people::feedback::{Feels, Said};
use evenkeel_core::policy::new_exception::{NewException, set};
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The reason code of exceptions that follow from feedback.
const REASON: &str = "feedback";

/// What a refused agreement leaves.
const OPEN: &str = "The policy is as it was, and what the rep said stays open.";

/// Words of views, by subject of personal data.
pub type Whys = BTreeMap<u64, String>;

/// `POST /checkin/{key}`
pub async fn say(
    Shared(app): Shared<App>,
    signed: Signed,
    Path(key): Path<String>,
    sent: Sent,
) -> Result<Response, Refused> {
    signed.may(Verb::GiveFeedback)?;
    let fields = sent.by(&signed)?;
    let all = signed.role.sees() == crate::host::access::Sees::All;
    let rep = app
        .workspace
        .glance(|state| state.roster().find(&key))
        .filter(|rep| all || signed.rep == Some(*rep))
        .ok_or(Refused::missing("rep"))?;
    let by_rep = signed.rep == Some(rep);
    let view = match view(&fields) {
        Ok(view) => view,
        Err(why) => {
            let bad = Notice::form("Nothing was kept.", why);
            let page = checkin::page(&app, &signed, &key, Some(bad)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let agreed = !by_rep && fields.text("agree") == "yes";
    let once = fields.once();
    let answer = filing(&app, &signed, (&key, &fields), (by_rep, view, &once));
    if agreed {
        signed.may(Verb::PublishPolicy)?;
        let what = (&answer, once.as_str());
        if let Err(refused) = agree(&app, &signed, (&key, &fields), view.1, what).await? {
            let refused = refused.besides(OPEN);
            let page = checkin::page(&app, &signed, &key, Some(refused)).await?;
            return Ok((StatusCode::CONFLICT, page).into_response());
        }
    }
    match app.workspace.submit(answer).await {
        Ok(_) => {
            let done = if agreed { "agreed" } else { "said" };
            let path = format!("{}?done={done}", link::checkin(&key));
            Ok(Redirect::to(&path).into_response())
        }
        Err(Denied::Refused(refusal)) => {
            let said = Notice::refusal(&refusal);
            let said = if agreed { said.besides(OPEN) } else { said };
            let page = checkin::page(&app, &signed, &key, Some(said)).await?;
            Ok((show::status(&refusal), page).into_response())
        }
        Err(denied) => Err(denied.into()),
    }
}

/// How much it is, and how much would be right; the error is in words.
fn view(fields: &Fields) -> Result<(Feels, Option<Micro>), String> {
    let feels = Feels::from_code(fields.text("feels"));
    let feels = feels.ok_or("Say whether it is too much, too little or right.")?;
    if fields.text("why").len() > TEXT_MAX {
        return Err(format!("The words are longer than {TEXT_MAX} bytes."));
    }
    let accounts = match fields.text("accounts") {
        "" => None,
        text => {
            let seen: String = text.chars().take(40).collect();
            let number = Micro::parse(text).ok_or_else(|| {
                format!("“{seen}” is no number of accounts; write it as 80 or 82.5.")
            })?;
            Some(number)
        }
    };
    Ok((feels, accounts))
}

/// The order that keeps a view; the same form sent again is the same order.
fn filing(
    app: &App,
    signed: &Signed,
    (key, fields): (&str, &Fields),
    (by_rep, (feels, accounts), once): (bool, (Feels, Option<Micro>), &str),
) -> Order {
    let words = fields.text("why");
    let kept = (!words.is_empty())
        .then(|| Private::note(words).row(app.workspace.new_subject()))
        .flatten();
    let (row, why) = kept.unzip();
    let said = Said {
        by_rep,
        feels,
        accounts,
        why,
    };
    let rep = key.to_owned();
    let command = Command::FileFeedback(FileFeedback { rep, said });
    Order::keyed(signed.actor, once, fields.digest(), command).with(row)
}

/// Puts the number into the policy as an exception, unless the `answer` that follows would be
/// refused; the inner error says why the policy could not take it. Both go by the form's key, so
/// that a form sent again does nothing twice and goes on where it stopped.
async fn agree(
    app: &App,
    signed: &Signed,
    (key, fields): (&str, &Fields),
    accounts: Option<Micro>,
    (answer, once): (&Order, &str),
) -> Result<Result<(), Notice>, Refused> {
    if app.workspace.would(&answer.command).await.is_err() {
        // What is refused leaves the policy alone; what was kept before is answered as before.
        return Ok(Ok(()));
    }
    let Some(accounts) = accounts else {
        let words = "Say how much would be right, in standard accounts.";
        return Ok(Err(Notice::form("Nothing was changed.", words)));
    };
    let until = match fields.day_after("until", "UTC") {
        Ok(Some(until)) if until <= app.workspace.now() => {
            let words = "The last day of the exception is past: write today or a later day.";
            return Ok(Err(Notice::form("Nothing was changed.", words)));
        }
        Ok(until) => until.map(|until| until.to_string()).unwrap_or_default(),
        Err(why) => return Ok(Err(Notice::form("Nothing was changed.", why))),
    };
    let by: String = signed.name.split_whitespace().collect::<Vec<_>>().join("-");
    let new = NewException {
        rep: key.to_owned(),
        accounts: accounts.to_string(),
        reason: REASON.to_owned(),
        by,
        until,
    };
    let (text, version) = app
        .workspace
        .ask(|state| (state.policy_text().to_owned(), state.version()))
        .await;
    let Some(text) = set(&text, &new).filter(|_| version > 0) else {
        let words = "Write the exception in its text, under [[capacity.exception]].";
        return Ok(Err(Notice::form(
            "This policy’s text cannot take an exception from a form.",
            words,
        )));
    };
    let based_on = Some(version);
    let command = Command::PublishPolicy(PublishPolicy { text, based_on });
    let key = format!("{once}-policy");
    let order = Order::keyed(signed.actor, &key, fields.digest(), command);
    match app.workspace.submit(order).await {
        Ok(_) | Err(Denied::Refused(Refusal::NothingToDo)) => Ok(Ok(())),
        Err(Denied::Refused(refusal)) => Ok(Err(Notice::refusal(&refusal))),
        Err(denied) => Err(denied.into()),
    }
}

/// The words behind the latest views of a rep's book, for those who may see them.
pub async fn whys(app: &App, signed: &Signed, key: &str) -> Result<Whys, Refused> {
    let all =
        signed.role.sees() == crate::host::access::Sees::All && signed.role.may(Verb::SeePersons);
    let subjects: Vec<u64> = app.workspace.glance(|state| {
        let Some(rep) = state.roster().find(key) else {
            return Vec::new();
        };
        if !all && signed.rep != Some(rep) {
            return Vec::new();
        }
        let latest = [true, false].map(|by_rep| state.feedback().latest(rep, by_rep));
        let whys = latest
            .into_iter()
            .flatten()
            .filter_map(|(_, said)| said.why);
        whys.map(|why| why.subject).collect()
    });
    let mut known = Whys::new();
    for subject in subjects {
        let kept = app.workspace.private(subject).await?;
        if let Some(words) = kept.and_then(|mut kept| kept.fields.remove(NOTE)) {
            known.insert(subject, words);
        }
    }
    Ok(known)
}

/// Both views beside the target, and the form.
pub fn section(scene: &Scene<'_>, sheet: &Sheet, whys: &Whys) -> Markup {
    let rep = sheet.rep;
    let views = [true, false].map(|by_rep| scene.state.feedback().latest(rep, by_rep));
    let own = scene.me == Some(rep);
    html! {
        section.sheet aria-labelledby="views" {
            header { h2 #views { "The right number" } span.note { "in standard accounts" } }
            div.body.stack {
                dl.facts {
                    dt { "By the policy" }
                    dd {
                        @match sheet.target {
                            Some(target) => { (words::amount(target.accounts)) }
                            None => "not known",
                        }
                        @if sheet.target.is_some_and(|target| target.excepted) {
                            " " span.tag { "exception" }
                        }
                    }
                    @for (who, view) in ["Says the rep", "Says the team’s lead"].into_iter().zip(views) {
                        dt { (who) }
                        dd { (told(scene, view, whys)) }
                    }
                }
                @if scene.viewer.role.may(Verb::GiveFeedback) { (form(scene, sheet, own)) }
            }
        }
    }
}

fn told(scene: &Scene<'_>, view: Option<(Moment, Said)>, whys: &Whys) -> Markup {
    let Some((at, said)) = view else {
        return html! { span.note { "nothing yet" } };
    };
    html! {
        @if let Some(accounts) = said.accounts { b { (words::amount(accounts)) } ", as it is " }
        (said.feels.words()) " " span.note { (words::ago(scene.now, at)) }
        @if let Some(words) = said.why.and_then(|why| whys.get(&why.subject)) { br; "“" (words) "”" }
    }
}

fn form(scene: &Scene<'_>, sheet: &Sheet, own: bool) -> Markup {
    let key = &scene.state.roster().rep(sheet.rep).key;
    html! {
        form.form method="post" action=(link::checkin(key)) {
            (layout::csrf(scene.viewer)) (show::once())
            label {
                @if own { "My book is" } @else { "This book is" }
                select name="feels" required {
                    @for feels in Feels::ALL { option value=(feels.code()) { (feels.words()) } }
                }
            }
            label {
                span { "Right would be " span.note { "standard accounts; may be left empty" } }
                input type="text" inputmode="decimal" name="accounts" maxlength="20" autocomplete="off";
            }
            label {
                span { "Why " span.note { "kept as personal data" } }
                textarea name="why" rows="2" maxlength="2000" {}
            }
            @if !own && scene.viewer.role.may(Verb::PublishPolicy) {
                label.choice {
                    input type="checkbox" name="agree" value="yes";
                    "Put this number into the policy, as an exception in my name"
                }
                label { span { "Last day of the exception " span.note { "empty: for good" } } input type="date" name="until"; }
            }
            div.acts { button.main type="submit" { "Say so" } }
        }
    }
}

/// Reps who said something that nobody has answered.
pub fn needs(scene: &Scene<'_>) -> Vec<Need> {
    let open = scene.state.feedback().open();
    let seen = open.filter(|(rep, ..)| scene.sees_book(*rep) && scene.me != Some(*rep));
    let need = |(rep, at, said): (RepNo, Moment, Said)| {
        let right = said
            .accounts
            .map(|accounts| format!(" Right would be {}.", words::amount(accounts)));
        let title = format!("{} says: {}", scene.name(rep), said.feels.words());
        let told = format!(
            "About the book, {} ago.{} Answer on the check-in sheet.",
            words::span(scene.now - at),
            right.unwrap_or_default()
        );
        let href = link::checkin(&scene.state.roster().rep(rep).key);
        Need::new(false, icons::BOOKS, (title, told), (href, "Answer"))
    };
    seen.map(need).collect()
}

/// All views side by side, for the Capacity page.
pub fn views(scene: &Scene<'_>, target: &dyn Fn(RepNo) -> Option<Micro>) -> Markup {
    let feedback = scene.state.feedback();
    let reps: Vec<RepNo> = feedback.reps().collect();
    let number = |view: Option<(Moment, Said)>| match view {
        Some((_, said)) => match said.accounts {
            Some(accounts) => words::amount(accounts),
            None => said.feels.words().to_owned(),
        },
        None => "–".to_owned(),
    };
    let gap = |rep: RepNo| {
        let accounts = |by_rep| feedback.latest(rep, by_rep)?.1.accounts;
        Some(words::signed(accounts(true)? - accounts(false)?))
    };
    html! {
        section.sheet aria-labelledby="views" {
            header { h2 #views { "Views of the right number" } span.note { "the rep’s beside the team lead’s" } }
            @if reps.is_empty() {
                div.empty { b { "Nobody has said anything yet" } "A rep says on the check-in sheet whether the book is too much, too little or right." }
            } @else {
                div.wide role="group" tabindex="0" aria-labelledby="views" {
                    table {
                        thead { tr {
                            th scope="col" { "Rep" }
                            th.n scope="col" { "Policy" }
                            th.n scope="col" { "Rep" }
                            th.n scope="col" { "Lead" }
                            th.n scope="col" { "Gap" }
                        } }
                        tbody { @for rep in reps {
                            tr {
                                th scope="row" { (scene.rep(rep)) }
                                td.n { (target(rep).map_or("–".to_owned(), words::amount)) }
                                td.n { (number(feedback.latest(rep, true))) }
                                td.n { (number(feedback.latest(rep, false))) }
                                td.n { (gap(rep).unwrap_or_else(|| "–".to_owned())) }
                            }
                        } }
                    }
                }
            }
        }
    }
}
