//! Rows of a store's tables as our values, for the reader and the writer alike.

use crate::batch::{Place, PlaceKind, Placed};
use crate::chain::StoredBatch;
use crate::fault::StorageFault;
use crate::identity::{Digest, Head, WorkspaceId};
use crate::journal::PAGE_ROWS_MAX;
use crate::sqlite::fault::fault;
use crate::sqlite::sql;
use rusqlite::{Connection, OptionalExtension, Params, Row};

/// A number as SQLite keeps it. Numbers too large for it are never stored; -1 finds nothing.
pub(crate) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(-1)
}

/// A page no longer than allowed.
pub(crate) fn page(rows_max: usize) -> i64 {
    int(rows_max.min(PAGE_ROWS_MAX) as u64)
}

/// Asks for one row, or none.
pub(crate) fn one<T>(
    connection: &Connection,
    doing: &'static str,
    text: &str,
    params: impl Params,
    map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, StorageFault> {
    connection
        .prepare_cached(text)
        .and_then(|mut statement| statement.query_row(params, map).optional())
        .map_err(fault(doing))
}

/// Asks for a bounded list of rows.
pub(crate) fn many<T>(
    connection: &Connection,
    doing: &'static str,
    text: &str,
    params: impl Params,
    map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StorageFault> {
    connection
        .prepare_cached(text)
        .and_then(|mut statement| statement.query_map(params, map)?.collect())
        .map_err(fault(doing))
}

/// Looks at each row of a list that is not kept.
pub(crate) fn each(
    connection: &Connection,
    doing: &'static str,
    text: &str,
    params: impl Params,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
) -> Result<(), StorageFault> {
    let look = || {
        let mut statement = connection.prepare_cached(text)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    };
    look().map_err(fault(doing))
}

/// A column that holds a number of ours, none of which is negative.
pub(crate) fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let found: i64 = row.get(column)?;
    u64::try_from(found).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, found))
}

/// A row of `batch`.
pub(crate) fn stored_batch(row: &Row<'_>) -> rusqlite::Result<StoredBatch> {
    let first_seq: i64 = row.get(1)?;
    Ok(StoredBatch {
        batch: number(row, 0)?,
        expected_seq: u64::try_from(first_seq.saturating_sub(1))
            .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(1, first_seq))?,
        last_seq: number(row, 2)?,
        at_ms: row.get(3)?,
        engine: row.get(4)?,
        prev: Digest(row.get(5)?),
        hash: Digest(row.get(6)?),
        body: row.get(7)?,
    })
}

/// Four columns of `place`.
pub(crate) fn placed(row: &Row<'_>, from: usize) -> rusqlite::Result<Placed> {
    let code: u8 = row.get(from)?;
    let kind = PlaceKind::from_code(code).ok_or(rusqlite::Error::IntegralValueOutOfRange(
        from,
        i64::from(code),
    ))?;
    let place = Place {
        kind,
        owner: row.get(from + 1)?,
    };
    Ok(Placed {
        place,
        due_ms: row.get(from + 2)?,
        seq: number(row, from + 3)?,
    })
}

/// The head of a workspace and the number of its last batch.
pub(crate) fn last_batch(
    connection: &Connection,
    workspace: WorkspaceId,
) -> Result<(u64, Head), StorageFault> {
    let found = one(
        connection,
        "read the head",
        sql::HEAD,
        [int(workspace.0)],
        |row| {
            Ok((
                number(row, 0)?,
                Head {
                    seq: number(row, 1)?,
                    hash: Digest(row.get(2)?),
                },
            ))
        },
    )?;
    if let Some(found) = found {
        return Ok(found);
    }
    one(
        connection,
        "find the workspace",
        sql::WORKSPACE_KNOWN,
        [int(workspace.0)],
        |_| Ok(()),
    )?
    .map(|()| (0, Head::GENESIS))
    .ok_or(StorageFault::UnknownWorkspace(workspace))
}

/// Whether a head was once this workspace's.
pub(crate) fn on_chain(
    connection: &Connection,
    workspace: WorkspaceId,
    head: Head,
) -> Result<bool, StorageFault> {
    let key = (int(workspace.0), int(head.seq), head.hash.0);
    let found = one(
        connection,
        "look for a head",
        sql::BATCH_ON_CHAIN,
        key,
        |_| Ok(()),
    )?;
    Ok(head == Head::GENESIS || found.is_some())
}

/// The hash of the batch before this one, as stored.
fn hash_before(
    connection: &Connection,
    workspace: WorkspaceId,
    batch: u64,
) -> Result<Digest, StorageFault> {
    if batch <= 1 {
        return Ok(Digest::GENESIS);
    }
    let key = [int(workspace.0), int(batch - 1)];
    one(connection, "read a hash", sql::BATCH_HASH, key, |row| {
        Ok(Digest(row.get(0)?))
    })?
    .ok_or_else(|| StorageFault::damaged(0, format!("batch {} is missing", batch - 1)))
}

/// Checks a batch against its own hash and the batch before it.
pub(crate) fn checked(
    connection: &Connection,
    workspace: WorkspaceId,
    before: Option<&StoredBatch>,
    batch: StoredBatch,
) -> Result<StoredBatch, StorageFault> {
    let hash = match before {
        Some(before) if before.batch + 1 == batch.batch => before.hash,
        _ => hash_before(connection, workspace, batch.batch)?,
    };
    let head = Head {
        seq: before.map_or(batch.expected_seq, |before| before.last_seq),
        hash,
    };
    match batch.check(workspace, head) {
        Ok(_) => Ok(batch),
        Err(fault) => Err(StorageFault::damaged(
            head.seq + 1,
            format!("batch {}: {fault}", batch.batch),
        )),
    }
}
