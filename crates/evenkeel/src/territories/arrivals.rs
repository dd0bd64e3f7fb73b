//! Which records came when, and when they were closed: out of the journal, newest part first.

use crate::host::fault::Fault;
use crate::host::workspace::Workspace;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::ids::RecordNo;
use evenkeel_core::territory::cost::{ARRIVALS_MAX, Arrival};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most events read back; a workspace with more is judged by its last ones.
pub const EVENTS_MAX: u64 = 200_000;
/// Events read at once.
const PAGE: usize = 1_000;

/// Arrivals in the order of the journal. *Bounds*: those of the last [`EVENTS_MAX`] events, at most
/// [`ARRIVALS_MAX`].
pub async fn recorded(workspace: &Workspace) -> Result<Vec<Arrival>, Fault> {
    let head = *workspace.head().borrow();
    let mut found = Found::default();
    let mut after = head.saturating_sub(EVENTS_MAX);
    while after < head {
        let page = workspace.events_after(after, PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        page.iter().for_each(|(_, recorded)| found.note(recorded));
    }
    let mut arrivals = found.arrivals;
    let old = arrivals.len().saturating_sub(ARRIVALS_MAX);
    arrivals.drain(..old);
    Ok(arrivals)
}

#[derive(Default)]
struct Found {
    arrivals: Vec<Arrival>,
    at: BTreeMap<RecordNo, usize>,
}

impl Found {
    fn note(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::RecordTaken {
                record,
                key,
                attributes,
                ..
            } => {
                self.at.insert(*record, self.arrivals.len());
                self.arrivals.push(Arrival {
                    key: key.as_str().into(),
                    attributes: Arc::clone(attributes),
                    at: recorded.at,
                    closed: None,
                });
            }
            Event::RecordClosed { record, .. } => {
                if let Some(at) = self.at.get(record) {
                    self.arrivals[*at].closed = Some(recorded.at);
                }
            }
            _ => {}
        }
    }
}
