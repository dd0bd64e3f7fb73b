//! From a question to an answer: the steps that every report over a history takes, the same on
//! pages and in the API.
//!
//! The question is read, the history it asks for is gathered, figures are worked out where that
//! holds up nobody, and the answer is told as a report. A report is what [`Asks`]; nothing here
//! knows which.

use crate::host::fault::Fault;
use crate::host::workspace::Workspace;
use crate::reports::asked::Wrong;
use crate::reports::history::{self, Asked, History};
use crate::reports::table::Report;
use evenkeel_core::ids::RepNo;
use evenkeel_core::state::State;
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use std::sync::Arc;

/// A question that one report answers.
pub trait Asks: Send + Sync {
    /// What is asked, read.
    type Read: Send + Sync + 'static;
    /// What is found.
    type Found: Send + Sync + 'static;

    /// The history it asks for.
    fn history(&self) -> Result<Asked, Wrong>;

    /// Reads the rest; what is left out is found in the workspace and its history.
    fn read(&self, state: &State, history: &History) -> Result<Self::Read, Wrong>;

    /// Works it out; only the audit looks into the journal itself.
    fn find(
        journal: (&dyn Reader, WorkspaceId),
        history: &History,
        read: &Self::Read,
    ) -> Result<Self::Found, Fault>;

    /// Tells it; `name` says what a rep is called in sentences.
    fn tell(answer: &Answer<Self>, state: &State, name: &dyn Fn(RepNo) -> String) -> Report;

    /// The form of the answer and the name of one table, where the API is asked.
    fn form(&self) -> (Option<&String>, Option<&String>);
}

/// The answer to a question.
#[derive(Debug)]
pub struct Answer<Q: Asks + ?Sized> {
    /// The history it stands on.
    pub history: History,
    /// What was asked.
    pub read: Arc<Q::Read>,
    /// What was found.
    pub found: Arc<Q::Found>,
}

/// Answers; or says what of the question cannot be read.
pub async fn answer<Q: Asks>(
    workspace: &Workspace,
    question: &Q,
) -> Result<Result<Answer<Q>, Wrong>, Fault> {
    let asked = match question.history() {
        Ok(asked) => asked,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let history = history::of(workspace, &asked).await?;
    let read = workspace.ask(|state| question.read(state, &history)).await;
    let read = match read {
        Ok(read) => Arc::new(read),
        Err(wrong) => return Ok(Err(wrong)),
    };
    let (of, what) = (history.clone(), Arc::clone(&read));
    let find = workspace.read(move |reader, no| Q::find((reader, no), &of, &what));
    let found = Arc::new(find.await?);
    Ok(Ok(Answer {
        history,
        read,
        found,
    }))
}

impl<Q: Asks> Answer<Q> {
    /// As a report; `name` says what a rep of the workspace is called.
    pub fn report(&self, state: &State, name: &dyn Fn(RepNo) -> String) -> Report {
        let named = |rep| self.history.name(rep, name);
        let mut report = Q::tell(self, state, &named);
        report.name_strangers(&self.history.lives);
        let mut caveats = self.history.caveats();
        caveats.append(&mut report.caveats);
        report.caveats = caveats;
        report
    }

    /// As a report with keys for names, as programs want it.
    pub fn keyed(&self, state: &State) -> Report {
        self.report(state, &|rep| state.roster().rep(rep).key.clone())
    }
}
