//! Writing rows: plain inserts and exact updates, with the rows affected counted.

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
    match change(connection, doing, text, params)? {
        1 => Ok(()),
        rows => Err(StorageFault::Backend {
            doing,
            source: Box::new(rusqlite::Error::StatementChangedRows(rows)),
        }),
    }
}

/// Updates the row of a key, or inserts it when there is none.
pub(crate) fn put(
    connection: &Connection,
    doing: &'static str,
    [update, insert]: [&str; 2],
    params: impl Params + Copy,
) -> Result<(), StorageFault> {
    match change(connection, doing, update, params)? {
        0 => change_one(connection, doing, insert, params),
        _ => Ok(()),
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
            Ok(1) => {}
            Ok(rows) => {
                let source = Box::new(rusqlite::Error::StatementChangedRows(rows));
                return Err(StorageFault::Backend {
                    doing: "write a command",
                    source,
                }
                .into());
            }
            Err(error) if is_taken(&error) => {
                return Err(AppendFault::CommandKnown { id: command.id });
            }
            Err(error) => return Err(fault("write a command")(error).into()),
        }
    }
    Ok(())
}

/// Moves a record from where it must be to where it goes. Not being there is no error of SQLite
/// but a row not changed.
pub(crate) fn move_record(
    connection: &Connection,
    workspace: WorkspaceId,
    row: &PlaceRow,
) -> Result<(), AppendFault> {
    let doing = "write a place";
    let now = row.now;
    let to = (
        now.place.kind.code(),
        now.place.owner,
        now.due_ms,
        int(now.seq),
    );
    let key = (int(workspace.0), row.record);
    let changed = match row.was {
        None => connection
            .prepare_cached(sql::PLACE_INSERT)
            .and_then(|mut insert| insert.execute((key.0, key.1, to.0, to.1, to.2, to.3))),
        Some(was) => connection
            .prepare_cached(sql::PLACE_MOVE)
            .and_then(|mut update| {
                let from = (was.kind.code(), was.owner);
                update.execute((key.0, key.1, to.0, to.1, to.2, to.3, from.0, from.1))
            }),
    };
    match changed {
        Ok(1) => Ok(()),
        Ok(_) => Err(AppendFault::DoubleOwner { record: row.record }),
        Err(error) if is_taken(&error) => Err(AppendFault::DoubleOwner { record: row.record }),
        Err(error) => Err(fault(doing)(error).into()),
    }
}
