//! The history that files told, in a SQLite store: looked up by kind and number, and by row.

use crate::fault::{AppendFault, StorageFault};
use crate::history::{Extent, HistoryPart, HistoryReader, KeyKind, KeyRow, Past, PastRow, ToldRow};
use crate::identity::{Digest, WorkspaceId};
use crate::sqlite::fault::fault;
use crate::sqlite::reader::Connected;
use crate::sqlite::row::{each, int, many, number, one, page};
use crate::sqlite::sql;
use crate::sqlite::write::change;
use rusqlite::{Connection, Row};

impl<T: Connected> HistoryReader for T {
    fn history_extent(&self, workspace: WorkspaceId) -> Result<Extent, StorageFault> {
        extent(self.connection(), workspace)
    }

    fn history_keys(
        &self,
        workspace: WorkspaceId,
        kind: KeyKind,
        from: u32,
        rows_max: usize,
    ) -> Result<Vec<KeyRow>, StorageFault> {
        let key = (int(workspace.0), kind.code(), from, page(rows_max));
        let doing = "list keys of history";
        many(self.connection(), doing, sql::HISTORY_KEYS, key, |row| {
            let salt: Option<[u8; 16]> = row.get(2)?;
            let text: Option<String> = row.get(3)?;
            Ok(KeyRow {
                kind,
                number: row.get(0)?,
                digest: Digest(row.get(1)?),
                text: salt.zip(text),
            })
        })
    }

    fn history(
        &self,
        workspace: WorkspaceId,
        after: u64,
        rows_max: usize,
    ) -> Result<Vec<PastRow>, StorageFault> {
        let key = (int(workspace.0), int(after), page(rows_max));
        many(self.connection(), "list history", sql::HISTORY, key, fact)
    }

    fn each_told(
        &self,
        workspace: WorkspaceId,
        (after, last): (u64, u64),
        take: &mut dyn FnMut(&ToldRow),
    ) -> Result<(), StorageFault> {
        let key = (int(workspace.0), int(after), int(last));
        let doing = "read history";
        each(self.connection(), doing, sql::HISTORY_TOLD, key, |row| {
            take(&told(row)?);
            Ok(())
        })
    }

    fn each_name(
        &self,
        workspace: WorkspaceId,
        kind: KeyKind,
        take: &mut dyn FnMut(u32, Option<String>),
    ) -> Result<(), StorageFault> {
        let key = (int(workspace.0), kind.code());
        let doing = "read keys of history";
        each(self.connection(), doing, sql::HISTORY_NAMES, key, |row| {
            take(row.get(0)?, row.get(1)?);
            Ok(())
        })
    }
}

fn told(row: &Row<'_>) -> rusqlite::Result<ToldRow> {
    Ok(ToldRow {
        row: number(row, 0)?,
        record: row.get(1)?,
        what: past(row, 2)?,
        rep: row.get(3)?,
        at_ms: row.get(4)?,
        told_ms: row.get(5)?,
        word: row.get(6)?,
        value: row.get(7)?,
    })
}

fn past(row: &Row<'_>, column: usize) -> rusqlite::Result<Past> {
    let code: u8 = row.get(column)?;
    let odd = || rusqlite::Error::IntegralValueOutOfRange(column, i64::from(code));
    Past::from_code(code).ok_or_else(odd)
}

fn fact(row: &Row<'_>) -> rusqlite::Result<PastRow> {
    Ok(PastRow {
        row: number(row, 0)?,
        id: row.get(1)?,
        record: row.get(2)?,
        what: past(row, 3)?,
        rep: row.get(4)?,
        at_ms: row.get(5)?,
        told_ms: row.get(6)?,
        word: row.get(7)?,
        value: row.get(8)?,
        source: row.get(9)?,
    })
}

fn extent(connection: &Connection, workspace: WorkspaceId) -> Result<Extent, StorageFault> {
    let doing = "measure the history";
    let found = one(
        connection,
        doing,
        sql::HISTORY_EXTENT,
        [int(workspace.0)],
        |row| {
            Ok(Extent {
                rows: number(row, 0)?,
                keys: [row.get(1)?, row.get(2)?, row.get(3)?],
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// Adds keys, and the facts that are not there yet; says which those are.
pub(crate) fn put(
    connection: &Connection,
    workspace: WorkspaceId,
    part: &HistoryPart,
) -> Result<Vec<bool>, AppendFault> {
    let space = int(workspace.0);
    if one(
        connection,
        "find the workspace",
        sql::WORKSPACE_KNOWN,
        [space],
        |_| Ok(()),
    )?
    .is_none()
    {
        return Err(StorageFault::UnknownWorkspace(workspace).into());
    }
    let extent = extent(connection, workspace)?;
    crate::history::check(part, extent)?;
    let doing = "write history";
    let prepare = |text| connection.prepare_cached(text).map_err(fault(doing));
    let mut insert = prepare(sql::HISTORY_KEY_INSERT)?;
    for key in &part.keys {
        let (salt, text) = key.text.as_ref().map(|(salt, text)| (salt, text)).unzip();
        let row = (space, key.kind.code(), key.number, key.digest.0, salt, text);
        insert.execute(row).map_err(fault(doing))?;
    }
    let (mut known, mut insert) = (prepare(sql::HISTORY_KNOWN)?, prepare(sql::HISTORY_INSERT)?);
    let mut last = extent.rows;
    let mut kept = Vec::with_capacity(part.rows.len());
    for row in &part.rows {
        let new = !known.exists((space, row.id)).map_err(fault(doing))?;
        kept.push(new);
        if !new {
            continue;
        }
        last += 1;
        let row = (
            space,
            int(last),
            row.id,
            row.record,
            row.what.code(),
            row.rep,
            row.at_ms,
            row.told_ms,
            row.word,
            row.value,
            row.source,
        );
        insert.execute(row).map_err(fault(doing))?;
    }
    Ok(kept)
}

/// Erases salt and text of keys.
pub(crate) fn erase(
    connection: &Connection,
    workspace: WorkspaceId,
    keys: &[(KeyKind, u32)],
) -> Result<u64, StorageFault> {
    let mut erased = 0;
    for (kind, number) in keys {
        let key = (int(workspace.0), kind.code(), *number);
        let doing = "erase a key of history";
        erased += change(connection, doing, sql::HISTORY_KEY_ERASE, key)? as u64;
    }
    Ok(erased)
}
