//! Every moment at which a record was worked on, read from the store: for advice about gaps.
//!
//! Deliberately no kinds and no reps: whose work it was is asked elsewhere.

use crate::host::fault::Fault;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::time::Moment;
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::{PAGE_ROWS_MAX, Reader};

/// Most moments that are looked at; more would say no more.
pub const TOUCHES_MAX: usize = 2_000_000;

/// By record and then by moment, each once. *Bounds*: [`TOUCHES_MAX`], of the first records.
pub fn all(reader: &dyn Reader, workspace: WorkspaceId) -> Result<Vec<(RecordNo, Moment)>, Fault> {
    let mut touches: Vec<(RecordNo, Moment)> = Vec::new();
    while touches.len() < TOUCHES_MAX {
        let after = touches.last().map(|(record, at)| (record.0, at.0));
        let rows = reader.activity_moments(workspace, after, PAGE_ROWS_MAX)?;
        let full = rows.len() == PAGE_ROWS_MAX;
        touches.extend(
            rows.into_iter()
                .map(|(record, at)| (RecordNo(record), Moment(at))),
        );
        if !full {
            break;
        }
    }
    Ok(touches)
}
