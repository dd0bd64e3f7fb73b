//! Writing rows: plain inserts and exact updates, with the rows affected counted.

use crate::activity::ActivityRow;
use crate::batch::{Batch, CommandRow, OutboxRow, PlaceRow};
use crate::chain::StoredBatch;
use crate::fault::{AppendFault, StorageFault};
use crate::identity::WorkspaceId;
use crate::sqlite::fault::{fault, is_taken};
use crate::sqlite::row::int;
use crate::sqlite::sql::{self, ROWS};
use rusqlite::blob::ZeroBlob;
use rusqlite::{Connection, MAIN_DB, Params, Statement};

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

/// Inserts many rows with one statement for every so many: beginning and ending a statement costs
/// more than a narrow row. `bind` gives it the values of a row from a column on. What no such
/// statement takes is done row by row by `singly`, in its place: the few left over, and the rows of
/// one in which a key was taken.
fn insert_all<R, E: From<StorageFault>>(
    (connection, doing): (&Connection, &'static str),
    text: &str,
    rows: &[R],
    bind: impl Fn(&mut Statement<'_>, usize, &R) -> rusqlite::Result<()>,
    mut singly: impl FnMut(&[R]) -> Result<(), E>,
) -> Result<(), E> {
    let (chunks, left) = rows.as_chunks::<ROWS>();
    for chunk in chunks {
        let prepared = connection.prepare_cached(text);
        let mut statement = prepared.map_err(fault(doing))?;
        let columns = statement.parameter_count() / ROWS;
        let mut numbered = chunk.iter().enumerate();
        let bound = numbered.try_for_each(|(at, row)| bind(&mut statement, at * columns + 1, row));
        match bound.and_then(|()| statement.raw_execute()) {
            Ok(ROWS) => {}
            Ok(rows) => return Err(changed_rows(doing, rows).into()),
            Err(error) if is_taken(&error) => singly(chunk)?,
            Err(error) => return Err(fault(doing)(error).into()),
        }
    }
    singly(left)
}

/// Refuses a statement that should have changed one row and did not.
fn expect_one(doing: &'static str, rows: usize) -> Result<(), StorageFault> {
    match rows {
        1 => Ok(()),
        rows => Err(changed_rows(doing, rows)),
    }
}

fn changed_rows(doing: &'static str, rows: usize) -> StorageFault {
    let source = Box::new(rusqlite::Error::StatementChangedRows(rows));
    StorageFault::Backend { doing, source }
}

/// Writes the row of a batch. The body goes straight into its pages: as a value of the statement it
/// would be copied twice more.
pub(crate) fn insert_batch(
    connection: &Connection,
    workspace: WorkspaceId,
    stored: &StoredBatch,
) -> Result<(), StorageFault> {
    let doing = "write a batch";
    let row = (
        int(workspace.0),
        int(stored.batch),
        int(stored.expected_seq + 1),
        int(stored.last_seq),
        stored.at_ms,
        stored.engine,
        stored.prev.0,
        stored.hash.0,
        ZeroBlob(stored.body.len() as u64),
    );
    change_one(connection, doing, sql::BATCH_INSERT, row)?;
    let rowid = connection.last_insert_rowid();
    let written = connection
        .blob_open(MAIN_DB, c"batch", c"body", rowid, false)
        .and_then(|mut body| {
            body.write_at(&stored.body, 0)?;
            body.close()
        });
    written.map_err(fault(doing))
}

/// Writes the rows of those commands of a batch that may be sent again; the first known one is
/// refused.
pub(crate) fn insert_commands(
    connection: &Connection,
    workspace: WorkspaceId,
    number: u64,
    batch: &Batch,
) -> Result<(), AppendFault> {
    let doing = "write a command";
    let values = |command: &CommandRow| {
        let (first, last) = (int(command.first_seq), int(command.last_seq));
        (int(workspace.0), command.id.0, int(number), first, last)
    };
    let bind = |statement: &mut Statement<'_>, at: usize, command: &&CommandRow| {
        let (space, id, number, first, last) = values(command);
        statement.raw_bind_parameter(at, space)?;
        statement.raw_bind_parameter(at + 1, id)?;
        statement.raw_bind_parameter(at + 2, number)?;
        statement.raw_bind_parameter(at + 3, first)?;
        statement.raw_bind_parameter(at + 4, last)
    };
    let singly = |rows: &[&CommandRow]| {
        let prepared = connection.prepare_cached(sql::COMMAND_INSERT);
        let mut insert = prepared.map_err(fault(doing))?;
        rows.iter()
            .try_for_each(|row| match insert.execute(values(row)) {
                Ok(rows) => Ok(expect_one(doing, rows)?),
                Err(error) if is_taken(&error) => Err(AppendFault::CommandKnown { id: row.id }),
                Err(error) => Err(fault(doing)(error).into()),
            })
    };
    let text = &*sql::COMMANDS_INSERT;
    let rows: Vec<&CommandRow> = batch.repeatable().collect();
    insert_all((connection, doing), text, &rows, bind, singly)
}

/// Moves records from where they must be to where they go. Not being there is no error of SQLite
/// but a row not changed; the first such record is refused.
pub(crate) fn move_records(
    connection: &Connection,
    workspace: WorkspaceId,
    rows: &[PlaceRow],
) -> Result<(), AppendFault> {
    let doing = "write a place";
    let space = int(workspace.0);
    let bind = |statement: &mut Statement<'_>, at: usize, row: &PlaceRow| {
        statement.raw_bind_parameter(at, space)?;
        statement.raw_bind_parameter(at + 1, row.record)?;
        statement.raw_bind_parameter(at + 2, row.now.place.kind.code())?;
        statement.raw_bind_parameter(at + 3, row.now.place.owner)?;
        statement.raw_bind_parameter(at + 4, row.now.due_ms)?;
        statement.raw_bind_parameter(at + 5, int(row.now.seq))
    };
    let singly = |rows: &[PlaceRow]| {
        let prepare = |text| connection.prepare_cached(text).map_err(fault(doing));
        let (mut insert, mut update) = (prepare(sql::PLACE_INSERT)?, prepare(sql::PLACE_MOVE)?);
        rows.iter().try_for_each(|row| {
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
                Ok(1) => Ok(()),
                Ok(_) => Err(AppendFault::DoubleOwner { record }),
                Err(error) if is_taken(&error) => Err(AppendFault::DoubleOwner { record }),
                Err(error) => Err(fault(doing)(error).into()),
            }
        })
    };
    // In their order, for a record can come in and move on in one batch.
    for run in rows.chunk_by(|one, next| one.was.is_none() == next.was.is_none()) {
        match run[0].was {
            None => insert_all((connection, doing), &sql::PLACES_INSERT, run, bind, singly)?,
            Some(_) => singly(run)?,
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

/// Writes what the CRM must be told; a wish replaces the record's earlier one.
pub(crate) fn put_wishes(
    connection: &Connection,
    workspace: WorkspaceId,
    rows: &[OutboxRow],
) -> Result<(), StorageFault> {
    let doing = "write the outbox";
    let space = int(workspace.0);
    let bind = |statement: &mut Statement<'_>, at: usize, row: &OutboxRow| {
        statement.raw_bind_parameter(at, space)?;
        statement.raw_bind_parameter(at + 1, row.record)?;
        statement.raw_bind_parameter(at + 2, int(row.seq))?;
        statement.raw_bind_parameter(at + 3, row.owner)
    };
    let singly = |rows: &[OutboxRow]| {
        let texts = [sql::OUTBOX_UPDATE, sql::OUTBOX_INSERT];
        let rows = rows.iter();
        let rows = rows.map(|row| (space, row.record, int(row.seq), row.owner));
        put_all(connection, doing, texts, rows)
    };
    insert_all((connection, doing), &sql::WISHES_INSERT, rows, bind, singly)
}
