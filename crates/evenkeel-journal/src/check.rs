//! Whether a batch has the right shape, before any store is asked.
//!
//! It deliberately knows no store: whether the batch agrees with what is stored is for the backend.

use crate::activity::{ACTIVITIES_MAX, CODE_BYTES_MAX};
use crate::batch::{
    ANSWER_BYTES_MAX, BODY_BYTES_MAX, Batch, COMMANDS_MAX, EVENT_BYTES_MAX, EVENTS_MAX, NUMBER_MAX,
    PRIVATE_BYTES_MAX, PlaceKind,
};
use crate::body;
use crate::fault::{AppendFault, StorageFault};
use crate::identity::WorkspaceId;
use std::collections::BTreeSet;

/// Checks bounds, then shape, before any store is asked.
///
/// *Refuses*, in order: a bound passed ([`StorageFault::Bound`]); commands that do not cover
/// the events exactly, rows that name an event outside the batch, a hold without a deadline, a
/// subject named twice, nothing at all ([`AppendFault::Malformed`]).
pub fn check(batch: &Batch, workspace: WorkspaceId) -> Result<(), AppendFault> {
    bounds(batch, workspace)?;
    commands(batch)?;
    rows(batch)
}

fn bounds(batch: &Batch, workspace: WorkspaceId) -> Result<(), StorageFault> {
    let longest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
    let sizes = [
        ("commands in a batch", batch.commands.len(), COMMANDS_MAX),
        ("events in a batch", batch.events.len(), EVENTS_MAX),
        ("place rows in a batch", batch.places.len(), EVENTS_MAX),
        ("outbox rows in a batch", batch.outbox.len(), EVENTS_MAX),
        ("private rows in a batch", batch.private.len(), EVENTS_MAX),
        (
            "activities in a batch",
            batch.activities.len(),
            ACTIVITIES_MAX,
        ),
        (
            "bytes of a kind or source of activities",
            longest(&mut codes(batch)),
            CODE_BYTES_MAX,
        ),
        (
            "bytes of an event",
            longest(&mut batch.events.iter().map(<[u8]>::len)),
            EVENT_BYTES_MAX,
        ),
        (
            "bytes of an answer",
            longest(&mut batch.commands.iter().map(|c| c.answer.len())),
            ANSWER_BYTES_MAX,
        ),
        (
            "bytes of a private body",
            longest(&mut batch.private.iter().map(|p| p.body.len())),
            PRIVATE_BYTES_MAX,
        ),
        ("bytes of a batch", body::encoded_len(batch), BODY_BYTES_MAX),
    ];
    for (what, value, limit) in sizes {
        StorageFault::bound(what, value as u64, limit as u64)?;
    }
    StorageFault::bound("the workspace number", workspace.0, NUMBER_MAX)?;
    StorageFault::bound(
        "the expected seq",
        batch.expected_seq,
        NUMBER_MAX - EVENTS_MAX as u64,
    )?;
    let subject = batch.private.iter().map(|p| p.subject).max().unwrap_or(0);
    StorageFault::bound("a subject number", subject, NUMBER_MAX)
}

fn codes(batch: &Batch) -> impl Iterator<Item = usize> {
    let rows = batch.activities.iter();
    rows.map(|row| row.kind.len().max(row.source.len()))
}

fn commands(batch: &Batch) -> Result<(), AppendFault> {
    if batch.commands.is_empty() {
        return malformed("a batch needs at least one command".to_owned());
    }
    let mut next = batch.expected_seq + 1;
    for (index, command) in batch.commands.iter().enumerate() {
        if command.first_seq != next
            || command
                .last_seq
                .checked_add(1)
                .is_none_or(|after| after < next)
        {
            return malformed(format!(
                "command {index} covers events {}..={}, but {next} is the next event to cover",
                command.first_seq, command.last_seq
            ));
        }
        next = command.last_seq + 1;
    }
    if next != batch.last_seq() + 1 {
        return malformed(format!(
            "the commands cover events up to {}, but the batch ends at {}",
            next - 1,
            batch.last_seq()
        ));
    }
    Ok(())
}

fn rows(batch: &Batch) -> Result<(), AppendFault> {
    let inside = |seq: u64| seq > batch.expected_seq && seq <= batch.last_seq();
    for row in &batch.places {
        if !inside(row.now.seq) {
            return malformed(format!(
                "the place of record {} names event {}, which is not of this batch",
                row.record, row.now.seq
            ));
        }
        if row.now.place.kind == PlaceKind::Held && row.now.due_ms.is_none() {
            return malformed(format!("record {} is held without a deadline", row.record));
        }
    }
    if let Some(row) = batch.outbox.iter().find(|row| !inside(row.seq)) {
        return malformed(format!(
            "the outbox row of record {} names event {}, which is not of this batch",
            row.record, row.seq
        ));
    }
    let mut subjects = BTreeSet::new();
    if let Some(row) = batch
        .private
        .iter()
        .find(|row| !subjects.insert(row.subject))
    {
        return malformed(format!("subject {} has two private rows", row.subject));
    }
    Ok(())
}

fn malformed(what: String) -> Result<(), AppendFault> {
    Err(AppendFault::Malformed { what })
}
