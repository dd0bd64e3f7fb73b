//! From a record's key to the command that gives its turn back, with the verdict as journalled.
//!
//! The state keeps only where the deal stands; the verdict is read from the journal. That it is the
//! turn in force is checked again when it is decided.

use crate::host::fault::Fault;
use crate::host::workspace::Workspace;
use evenkeel_core::command::Command;
use evenkeel_core::command::void::Void;
use evenkeel_core::verdict::Verdict;

/// The command that gives back the turn of the record called `key`.
///
/// Of a record that has no turn (or is not there) it is one that will be refused, since a repeated
/// request must come to the door all the same to hear its first answer.
pub async fn void_of(workspace: &Workspace, key: &str, reason: &str) -> Result<Command, Fault> {
    let (dealt, verdict) = turn_of(workspace, key).await?.unzip();
    Ok(Command::Void(Box::new(Void {
        record: key.to_owned(),
        reason: reason.to_owned(),
        dealt: dealt.unwrap_or(0),
        verdict: verdict.unwrap_or_else(|| Verdict::by_hand(0)),
    })))
}

/// The turn by which the record called `key` came to its owner: where it stands in the journal, and
/// its verdict. `None` when there is none to give back.
pub async fn turn_of(workspace: &Workspace, key: &str) -> Result<Option<(u64, Verdict)>, Fault> {
    let dealt = workspace.ask(|state| {
        let record = state.record_no(key)?;
        state.records().turn(record)
    });
    let Some(seq) = dealt.await else {
        return Ok(None);
    };
    let mut events = workspace.events(vec![seq]).await?;
    let event = events.pop().map(|(_, recorded)| recorded.event);
    let verdict = event.and_then(|event| event.deal().map(|(_, verdict)| verdict.clone()));
    Ok(verdict.map(|verdict| (seq, verdict)))
}
