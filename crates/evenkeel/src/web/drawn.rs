//! A report that is about to be a page: its question, and the answer or what could not be read.
//!
//! What the report pages share beside their looks ([`crate::web::report`]): how they are answered,
//! what reps are called that only files know, and the choice of the history.

use crate::app::App;
use crate::reports::asking::{self, Answer, Asks};
use crate::reports::history::Source;
use crate::reports::table::Report;
use crate::web::refused::Refused;
use crate::web::report;
use crate::web::scene::Scene;
use crate::web::words;
use evenkeel_core::ids::RepNo;
use maud::{Markup, html};

/// A question with its answer.
pub struct Drawn<Q: Asks> {
    /// The question, as it was asked.
    pub question: Q,
    /// The answer; or what of the question cannot be read, in words.
    pub answer: Result<Answer<Q>, String>,
}

/// Answers a question for a page.
pub async fn draw<Q: Asks>(app: &App, question: Q) -> Result<Drawn<Q>, Refused> {
    let answer = asking::answer(&app.workspace, &question).await?;
    let answer = answer.map_err(|wrong| wrong.message());
    Ok(Drawn { question, answer })
}

impl<Q: Asks> Drawn<Q> {
    /// The answer, if the question could be read.
    pub fn known(&self) -> Option<&Answer<Q>> {
        self.answer.as_ref().ok()
    }

    /// What was read of the question.
    pub fn read(&self) -> Option<&Q::Read> {
        self.known().map(|answer| &*answer.read)
    }

    /// What could not be read, or nothing.
    pub fn wrong(&self) -> Markup {
        report::wrong(self.answer.as_ref().err().map(String::as_str))
    }

    /// That figures stand on what others decided; nothing of the journal's own.
    pub fn notice(&self) -> Markup {
        let told = self.known().filter(|answer| answer.history.is_told());
        let caveats = told.map(|answer| answer.history.caveats());
        html! {
            @if let Some(said) = caveats.as_ref().and_then(|all| all.first()) {
                div.say role="note" {
                    b { "Imported history" }
                    p { (said) " " a href="/imports" { "What was imported" } }
                }
            }
        }
    }

    /// The choice of the history; nothing while there is only the journal's own.
    pub fn sources(&self, options: &[Source]) -> Markup {
        let history = self.known().map(|answer| &answer.history);
        let now = history.map_or(Source::Own, |history| history.source);
        let options: Vec<(&str, String)> = options
            .iter()
            .map(|source| (source.word(), said(*source).to_owned()))
            .collect();
        let choice = history.is_none_or(|history| history.imported || history.is_told());
        html! {
            @if choice { (report::choice("source", "Records", &options, now.word())) }
        }
    }
}

impl<Q: Asks> Answer<Q> {
    /// As a report with the names of a page; what [`Drawn::notice`] says is not said again.
    pub fn shown(&self, scene: &Scene<'_>) -> Report {
        let mut report = self.report(scene.state, &|rep| scene.name(rep));
        if let Some(noticed) = self.history.caveats().first() {
            report.caveats.retain(|caveat| caveat != noticed);
        }
        report
    }

    /// What a rep is called on a page.
    pub fn called(&self, scene: &Scene<'_>, rep: RepNo) -> String {
        self.history.name(rep, &|rep| scene.name(rep))
    }

    /// A rep with the round mark; one of the workspace leads to the rep's page.
    pub fn person(&self, scene: &Scene<'_>, rep: RepNo) -> Markup {
        match self.history.lives.stranger(rep) {
            None => scene.person(rep),
            Some(name) => html! {
                span.person title="Known from imported files only" {
                    span.face aria-hidden="true" { (words::initials(name)) }
                    span { (name) }
                }
            },
        }
    }
}

fn said(source: Source) -> &'static str {
    match source {
        Source::Own => "dealt here",
        Source::Imported => "imported",
        Source::Both => "both",
    }
}

/// What to do while there is nothing to report on.
pub fn begin() -> Markup {
    html! {
        "Records that come in are here by themselves. What a CRM knows of the past can be imported: see "
        a href="/imports" { "Imports" } "."
    }
}
