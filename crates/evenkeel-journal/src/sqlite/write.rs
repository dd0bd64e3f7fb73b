//! Writing rows: plain inserts and exact updates, with the rows affected counted.

use crate::activity::ActivityRow;
use crate::batch::{Batch, PlaceRow};
use crate::chain::StoredBatch;
use crate::fault::{AppendFault, StorageFault};
use crate::identity::WorkspaceId;
use crate::sqlite::fault::{fault, is_taken};
use crate::sqlite::row::int;
use crate::sqlite::sql;
use rusqlite::{Connection, Params};

/// Changes rows and says how many.
pub(crate) fn change(
    connection: &Connection,
    doing: &'static str,
    text: &str,
    params: impl Params,
) -> Result<usize, StorageFault> {
    connection
        .prepare_cached(text)
        .and_then(|mut statement| statement.execute(params))
        .map_err(fault(doing))
}

/// Changes exactly one row.
pub(crate) fn change_one(
    connection: &Connection,
    doing: &'static str,
    text: &str,
    params: impl Params,
) -> Result<(), StorageFault> {
    expect_one(doing, change(connection, doing, text, params)?)
}

/// For each row, inserts it, or updates the one of its key when there is one. Nearly all are new.
pub(crate) fn put_all<P: Params + Copy>(
    connection: &Connection,
    doing: &'static str,
    [update, insert]: [&str; 2],
    rows: impl Iterator<Item = P>,
) -> Result<(), StorageFault> {
    let prepare = |text| connection.prepare_cached(text).map_err(fault(doing));
    let (mut update, mut insert) = (prepare(update)?, prepare(insert)?);
    for row in rows {
        let changed = match insert.execute(row) {
            Err(error) if is_taken(&error) => update.execute(row),
            inserted => inserted,
        };
        expect_one(doing, changed.map_err(fault(doing))?)?;
    }
    Ok(())
}

/// Refuses a statement that should have changed one row and did not.
fn expect_one(doing: &'static str, rows: usize) -> Result<(), StorageFault> {
    match rows {
        1 => Ok(()),
        rows => {
            let source = Box::new(rusqlite::Error::StatementChangedRows(rows));
            Err(StorageFault::Backend { doing, source })
        }
    }
}

/// Writes the row of a batch.
pub(crate) fn insert_batch(
    connection: &Connection,
    workspace: WorkspaceId,
    stored: &StoredBatch,
) -> Result<(), StorageFault> {
    let row = (
        int(workspace.0),
        int(stored.batch),
        int(stored.expected_seq + 1),
        int(stored.last_seq),
        stored.at_ms,
        stored.engine,
        stored.prev.0,
        stored.hash.0,
        &stored.body,
    );
    change_one(connection, "write a batch", sql::BATCH_INSERT, row)
}

/// Writes the rows of a batch's commands; the first known one is refused.
pub(crate) fn insert_commands(
    connection: &Connection,
    workspace: WorkspaceId,
    number: u64,
    batch: &Batch,
) -> Result<(), AppendFault> {
    let mut insert = connection
        .prepare_cached(sql::COMMAND_INSERT)
        .map_err(fault("write a command"))?;
    for command in &batch.commands {
        let row = (
            int(workspace.0),
            command.id.0,
            int(number),
            int(command.first_seq),
            int(command.last_seq),
        );
        match insert.execute(row) {
            Ok(rows) => expect_one("write a command", rows)?,
            Err(error) if is_taken(&error) => {
                return Err(AppendFault::CommandKnown { id: command.id });
            }
            Err(error) => return Err(fault("write a command")(error).into()),
        }
    }
    Ok(())
}

/// Moves records from where they must be to where they go. Not being there is no error of SQLite
/// but a row not changed; the first such record is refused.
pub(crate) fn move_records(
    connection: &Connection,
    workspace: WorkspaceId,
    rows: &[PlaceRow],
) -> Result<(), AppendFault> {
    let prepare = |text| {
        connection
            .prepare_cached(text)
            .map_err(fault("write a place"))
    };
    let mut insert = prepare(sql::PLACE_INSERT)?;
    let mut update = prepare(sql::PLACE_MOVE)?;
    let space = int(workspace.0);
    for row in rows {
        let (record, now, seq) = (row.record, row.now, int(row.now.seq));
        let (kind, owner, due_ms) = (now.place.kind.code(), now.place.owner, now.due_ms);
        let changed = match row.was {
            None => insert.execute((space, record, kind, owner, due_ms, seq)),
            Some(was) => {
                let from = (was.kind.code(), was.owner);
                update.execute((space, record, kind, owner, due_ms, seq, from.0, from.1))
            }
        };
        match changed {
            Ok(1) => {}
            Ok(_) => return Err(AppendFault::DoubleOwner { record }),
            Err(error) if is_taken(&error) => return Err(AppendFault::DoubleOwner { record }),
            Err(error) => return Err(fault("write a place")(error).into()),
        }
    }
    Ok(())
}

/// Adds the activities that are not there yet.
pub(crate) fn insert_activities(
    connection: &Connection,
    workspace: WorkspaceId,
    rows: &[ActivityRow],
) -> Result<(), StorageFault> {
    if rows.is_empty() {
        return Ok(());
    }
    let doing = "write an activity";
    let prepare = |text| connection.prepare_cached(text).map_err(fault(doing));
    let (mut known, mut insert) = (
        prepare(sql::ACTIVITY_KNOWN)?,
        prepare(sql::ACTIVITY_INSERT)?,
    );
    let space = int(workspace.0);
    for row in rows {
        if known.exists((space, row.id.0)).map_err(fault(doing))? {
            continue;
        }
        let row = (
            space,
            row.id.0,
            row.record,
            row.rep,
            row.at_ms,
            &row.kind,
            row.verified,
            &row.source,
        );
        expect_one(doing, insert.execute(row).map_err(fault(doing))?)?;
    }
    Ok(())
}
