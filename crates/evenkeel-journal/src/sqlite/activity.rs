//! Looking up raw activities in a SQLite store. They are written by [`crate::sqlite::write`].

use crate::activity::{ActivityId, ActivityRow, ActivityTally, WorkRow};
use crate::fault::StorageFault;
use crate::identity::WorkspaceId;
use crate::sqlite::fault::fault;
use crate::sqlite::row::{each, int, many, number, page};
use crate::sqlite::sql;
use rusqlite::Connection;
use std::ops::Range;

/// Which of these activities are there.
pub(crate) fn known(
    connection: &Connection,
    workspace: WorkspaceId,
    ids: &[ActivityId],
) -> Result<Vec<bool>, StorageFault> {
    let doing = "look for activities";
    let mut known = connection
        .prepare_cached(sql::ACTIVITY_KNOWN)
        .map_err(fault(doing))?;
    let mut ask = |id: &ActivityId| known.exists((int(workspace.0), id.0));
    ids.iter().map(|id| ask(id).map_err(fault(doing))).collect()
}

/// A page of the activities on a record, the latest first.
pub(crate) fn of_record(
    connection: &Connection,
    workspace: WorkspaceId,
    record: u32,
    (skip, rows_max): (usize, usize),
) -> Result<Vec<ActivityRow>, StorageFault> {
    let key = (int(workspace.0), record, int(skip as u64), page(rows_max));
    many(connection, "list activities", sql::ACTIVITIES, key, |row| {
        Ok(ActivityRow {
            id: ActivityId(row.get(0)?),
            record,
            rep: row.get(1)?,
            at_ms: row.get(2)?,
            kind: row.get(3)?,
            verified: row.get(4)?,
            source: row.get(5)?,
        })
    })
}

/// How often a rep did what.
pub(crate) fn tally(
    connection: &Connection,
    workspace: WorkspaceId,
    rep: u32,
    between_ms: Range<i64>,
) -> Result<Vec<ActivityTally>, StorageFault> {
    let key = (int(workspace.0), rep, between_ms.start, between_ms.end);
    let doing = "count activities";
    many(connection, doing, sql::ACTIVITY_TALLY, key, |row| {
        Ok(ActivityTally {
            kind: row.get(0)?,
            verified: row.get(1)?,
            count: number(row, 2)?,
            last_ms: row.get(3)?,
        })
    })
}

/// When records were worked on, by record and moment.
pub(crate) fn moments(
    connection: &Connection,
    workspace: WorkspaceId,
    after: Option<(u32, i64)>,
    rows_max: usize,
) -> Result<Vec<(u32, i64)>, StorageFault> {
    let (record, at_ms) = after.map_or((-1, 0), |(record, at_ms)| (i64::from(record), at_ms));
    let key = (int(workspace.0), record, at_ms, page(rows_max));
    let doing = "list when records were worked on";
    many(connection, doing, sql::ACTIVITY_MOMENTS, key, |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

/// Everything that was done, by record and moment (ties: by id).
pub(crate) fn work(
    connection: &Connection,
    workspace: WorkspaceId,
    take: &mut dyn FnMut(&WorkRow<'_>),
) -> Result<(), StorageFault> {
    let key = [int(workspace.0)];
    let doing = "read what was done";
    each(connection, doing, sql::ACTIVITY_WORK, key, |row| {
        take(&WorkRow {
            record: row.get(0)?,
            at_ms: row.get(1)?,
            rep: row.get(2)?,
            kind: row.get_ref(3)?.as_str()?,
            verified: row.get(4)?,
        });
        Ok(())
    })
}
