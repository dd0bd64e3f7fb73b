//! Looking into a SQLite store: the same statements for the writer and for readers beside it.
//!
//! A reader's connection cannot write, cannot make checkpoints, and sees whole transactions only.

use crate::activity::{ActivityId, ActivityRow, ActivityTally, WorkRow};
use crate::batch::{CommandRow, OutboxRow, Placed, PrivateRow};
use crate::chain::StoredBatch;
use crate::fault::StorageFault;
use crate::identity::{Digest, Head, StoreId, StoreIdentity, Workspace, WorkspaceId};
use crate::journal::{CommandMark, Counts, Due, KeptPrivate, PAGE_BYTES, Reader};
use crate::setting::{KEY_BYTES_MAX, Setting, prefix_end};
use crate::snapshot::{Snapshot, SnapshotMark};
use crate::sqlite::activity;
use crate::sqlite::fault::fault;
use crate::sqlite::row::{
    checked, int, last_batch, many, number, on_chain, one, page, placed, stored_batch,
};
use crate::sqlite::sql;
use evenkeel_core::ids::CommandId;
use rusqlite::Connection;

/// A pair of eyes on a store that some process may be writing.
pub struct SqliteReader {
    connection: Connection,
}

impl SqliteReader {
    pub(crate) fn over(connection: Connection) -> Self {
        Self { connection }
    }
}

/// What looks through a connection.
pub(crate) trait Connected {
    fn connection(&self) -> &Connection;
}

impl Connected for SqliteReader {
    fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl<T: Connected + Send> Reader for T {
    fn identity(&self) -> Result<StoreIdentity, StorageFault> {
        let row = one(
            self.connection(),
            "read the store's identity",
            sql::IDENTITY,
            [],
            |row| {
                Ok(StoreIdentity {
                    store: StoreId(row.get(0)?),
                    epoch: row.get(1)?,
                })
            },
        )?;
        row.ok_or_else(|| StorageFault::damaged(0, "the store has no identity"))
    }

    fn workspaces(&self) -> Result<Vec<Workspace>, StorageFault> {
        many(
            self.connection(),
            "list the workspaces",
            sql::WORKSPACES,
            [],
            |row| {
                Ok(Workspace {
                    id: WorkspaceId(number(row, 0)?),
                    name: row.get(1)?,
                })
            },
        )
    }

    fn head(&self, workspace: WorkspaceId) -> Result<Head, StorageFault> {
        last_batch(self.connection(), workspace).map(|(_, head)| head)
    }

    fn read(
        &self,
        workspace: WorkspaceId,
        after_seq: u64,
        events_max: usize,
    ) -> Result<Vec<StoredBatch>, StorageFault> {
        let connection = self.connection();
        let reading = "read batches";
        let mut statement = connection
            .prepare_cached(sql::BATCH_READ)
            .map_err(fault(reading))?;
        let key = [
            int(workspace.0),
            i64::try_from(after_seq).unwrap_or(i64::MAX),
        ];
        let mut rows = statement.query(key).map_err(fault(reading))?;
        let (mut found, mut events, mut bytes) = (Vec::<StoredBatch>::new(), 0, 0);
        while let Some(row) = rows.next().map_err(fault(reading))? {
            let batch = stored_batch(row).map_err(fault(reading))?;
            events += batch.last_seq.saturating_sub(batch.expected_seq);
            bytes += batch.body.len();
            if !found.is_empty() && (events > events_max as u64 || bytes > PAGE_BYTES) {
                break;
            }
            let batch = checked(connection, workspace, found.last(), batch)?;
            found.push(batch);
        }
        Ok(found)
    }

    fn walk(
        &self,
        workspace: WorkspaceId,
        after_batch: u64,
        batches_max: usize,
    ) -> Result<Vec<StoredBatch>, StorageFault> {
        let reading = "walk the batches";
        let mut statement = self
            .connection()
            .prepare_cached(sql::BATCH_WALK)
            .map_err(fault(reading))?;
        let key = [int(workspace.0), int(after_batch), page(batches_max)];
        let mut rows = statement.query(key).map_err(fault(reading))?;
        let (mut found, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next().map_err(fault(reading))? {
            let batch = stored_batch(row).map_err(fault(reading))?;
            bytes += batch.body.len();
            if !found.is_empty() && bytes > PAGE_BYTES {
                break;
            }
            found.push(batch);
        }
        Ok(found)
    }

    fn command_mark(
        &self,
        workspace: WorkspaceId,
        id: CommandId,
    ) -> Result<Option<CommandMark>, StorageFault> {
        let key = (int(workspace.0), id.0);
        one(
            self.connection(),
            "find a command",
            sql::COMMAND,
            key,
            |row| {
                let (batch, first_seq, last_seq) =
                    (number(row, 0)?, number(row, 1)?, number(row, 2)?);
                Ok(CommandMark {
                    batch,
                    first_seq,
                    last_seq,
                })
            },
        )
    }

    fn command(
        &self,
        workspace: WorkspaceId,
        id: CommandId,
    ) -> Result<Option<CommandRow>, StorageFault> {
        let Some(mark) = self.command_mark(workspace, id)? else {
            return Ok(None);
        };
        let damaged = |what: String| {
            StorageFault::damaged(mark.first_seq, format!("batch {}: {what}", mark.batch))
        };
        let key = [int(workspace.0), int(mark.batch)];
        let stored = one(
            self.connection(),
            "read a batch",
            sql::BATCH_ONE,
            key,
            stored_batch,
        )?
        .ok_or_else(|| damaged("it is missing".to_owned()))?;
        let stored = checked(self.connection(), workspace, None, stored)?;
        let body = stored.parse().map_err(|fault| damaged(fault.to_string()))?;
        let found = body.commands.iter().find(|command| command.id == id);
        let command = found.ok_or_else(|| damaged("a command is not in it".to_owned()))?;
        Ok(Some(CommandRow {
            id,
            body: command.body,
            first_seq: mark.first_seq,
            last_seq: mark.last_seq,
            answer: command.answer.to_vec(),
        }))
    }

    fn place(&self, workspace: WorkspaceId, record: u32) -> Result<Option<Placed>, StorageFault> {
        let key = (int(workspace.0), record);
        one(self.connection(), "find a place", sql::PLACE, key, |row| {
            placed(row, 0)
        })
    }

    fn places(
        &self,
        workspace: WorkspaceId,
        after: Option<u32>,
        rows_max: usize,
    ) -> Result<Vec<(u32, Placed)>, StorageFault> {
        let key = (
            int(workspace.0),
            after.map_or(-1, i64::from),
            page(rows_max),
        );
        many(self.connection(), "list places", sql::PLACES, key, |row| {
            Ok((row.get(0)?, placed(row, 1)?))
        })
    }

    fn due(
        &self,
        workspace: WorkspaceId,
        until_ms: i64,
        rows_max: usize,
    ) -> Result<Vec<Due>, StorageFault> {
        let key = (int(workspace.0), until_ms, page(rows_max));
        many(
            self.connection(),
            "list what is due",
            sql::DUE,
            key,
            |row| {
                Ok(Due {
                    due_ms: row.get(0)?,
                    record: row.get(1)?,
                })
            },
        )
    }

    fn outbox(
        &self,
        workspace: WorkspaceId,
        after: Option<u32>,
        rows_max: usize,
    ) -> Result<Vec<OutboxRow>, StorageFault> {
        let key = (
            int(workspace.0),
            after.map_or(-1, i64::from),
            page(rows_max),
        );
        many(
            self.connection(),
            "list the outbox",
            sql::OUTBOX,
            key,
            |row| {
                Ok(OutboxRow {
                    record: row.get(0)?,
                    seq: number(row, 1)?,
                    owner: row.get(2)?,
                })
            },
        )
    }

    fn private(
        &self,
        workspace: WorkspaceId,
        subject: u64,
    ) -> Result<Option<KeptPrivate>, StorageFault> {
        let key = [int(workspace.0), int(subject)];
        one(
            self.connection(),
            "read personal data",
            sql::PRIVATE,
            key,
            |row| {
                let kept = PrivateRow {
                    subject,
                    salt: row.get(1)?,
                    body: row.get(2)?,
                };
                Ok(KeptPrivate {
                    batch: number(row, 0)?,
                    row: kept,
                })
            },
        )
    }

    fn activities_known(
        &self,
        workspace: WorkspaceId,
        ids: &[ActivityId],
    ) -> Result<Vec<bool>, StorageFault> {
        activity::known(self.connection(), workspace, ids)
    }

    fn activities(
        &self,
        workspace: WorkspaceId,
        record: u32,
        skip: usize,
        rows_max: usize,
    ) -> Result<Vec<ActivityRow>, StorageFault> {
        activity::of_record(self.connection(), workspace, record, (skip, rows_max))
    }

    fn activity_tally(
        &self,
        workspace: WorkspaceId,
        rep: u32,
        between_ms: std::ops::Range<i64>,
    ) -> Result<Vec<ActivityTally>, StorageFault> {
        activity::tally(self.connection(), workspace, rep, between_ms)
    }

    fn activity_moments(
        &self,
        workspace: WorkspaceId,
        after: Option<(u32, i64)>,
        rows_max: usize,
    ) -> Result<Vec<(u32, i64)>, StorageFault> {
        activity::moments(self.connection(), workspace, after, rows_max)
    }

    fn each_work(
        &self,
        workspace: WorkspaceId,
        take: &mut dyn FnMut(&WorkRow<'_>),
    ) -> Result<(), StorageFault> {
        activity::work(self.connection(), workspace, take)
    }

    fn snapshots(&self, workspace: WorkspaceId) -> Result<Vec<SnapshotMark>, StorageFault> {
        let key = [int(workspace.0)];
        many(
            self.connection(),
            "list the snapshots",
            sql::SNAPSHOTS,
            key,
            |row| {
                Ok(SnapshotMark {
                    format: row.get(0)?,
                    engine: row.get(1)?,
                    head: Head {
                        seq: number(row, 2)?,
                        hash: Digest(row.get(3)?),
                    },
                    digest: Digest(row.get(4)?),
                    byte_count: number(row, 5)?,
                })
            },
        )
    }

    fn snapshot(&self, workspace: WorkspaceId, seq: u64) -> Result<Option<Snapshot>, StorageFault> {
        let key = [int(workspace.0), int(seq)];
        let found = one(
            self.connection(),
            "read a snapshot",
            sql::SNAPSHOT,
            key,
            |row| {
                let snapshot = Snapshot {
                    format: row.get(0)?,
                    engine: row.get(1)?,
                    head: Head {
                        seq: number(row, 2)?,
                        hash: Digest(row.get(3)?),
                    },
                    digest: Digest(row.get(4)?),
                    bytes: row.get(5)?,
                };
                Ok((snapshot, Digest(row.get(6)?)))
            },
        )?;
        let Some((snapshot, checksum)) = found else {
            return Ok(None);
        };
        let sound = snapshot.checksum(workspace) == checksum
            && on_chain(self.connection(), workspace, snapshot.head)?;
        Ok(sound.then_some(snapshot))
    }

    fn setting(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StorageFault> {
        one(
            self.connection(),
            "read a setting",
            sql::SETTING,
            [key],
            |row| row.get(0),
        )
    }

    fn settings(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        rows_max: usize,
    ) -> Result<Vec<Setting>, StorageFault> {
        let from = match after {
            // The next key there can be.
            Some(after) if after >= prefix => [after, &[0]].concat(),
            _ => prefix.to_vec(),
        };
        let end = prefix_end(prefix).unwrap_or_else(|| vec![u8::MAX; KEY_BYTES_MAX + 1]);
        let key = (from, end, page(rows_max));
        many(
            self.connection(),
            "list settings",
            sql::SETTINGS,
            key,
            |row| {
                Ok(Setting {
                    key: row.get(0)?,
                    value: row.get(1)?,
                })
            },
        )
    }

    fn counts(&self, workspace: WorkspaceId) -> Result<Counts, StorageFault> {
        let counted = one(
            self.connection(),
            "count rows",
            sql::COUNTS,
            [int(workspace.0)],
            |row| {
                Ok(Counts {
                    batches: number(row, 0)?,
                    commands: number(row, 1)?,
                    places: number(row, 2)?,
                    outbox: number(row, 3)?,
                    private: number(row, 4)?,
                    activities: number(row, 5)?,
                })
            },
        )?;
        Ok(counted.unwrap_or_default())
    }

    fn self_check(&self) -> Result<Vec<String>, StorageFault> {
        let doing = "check the file";
        let mut found = many(self.connection(), doing, sql::INTEGRITY_CHECK, [], |row| {
            row.get::<_, String>(0)
        })?;
        found.retain(|line| line != "ok");
        found.extend(many(
            self.connection(),
            doing,
            sql::FOREIGN_KEY_CHECK,
            [],
            |row| {
                Ok(format!(
                    "a row of table {} has no parent",
                    row.get::<_, String>(0)?
                ))
            },
        )?);
        found.truncate(100);
        Ok(found)
    }
}
