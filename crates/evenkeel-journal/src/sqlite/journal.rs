//! The writer of a SQLite store.
//!
//! Every change is one immediate transaction on the one connection that writes. Nothing is
//! acknowledged before `COMMIT` returned, and `COMMIT` returns after the log is on the disk
//! (`synchronous=FULL`).
//!
//! *When things go wrong.* Full disk, a held lock, a broken constraint: the transaction is rolled
//! back whole, the store is as before, work goes on when the cause is gone. An I/O error or a
//! malformed page, or a rollback that fails: nobody knows what reached the disk, for after a failed
//! `fsync` the system may hold pages for written that are not, and a second try would succeed
//! without writing them. The writer then stops for good, leaves a mark beside the store, and leaves
//! the log as it is for the next opening, which verifies everything before it takes the mark away.

use crate::batch::Batch;
use crate::body;
use crate::chain::StoredBatch;
use crate::check;
use crate::fault::{AppendFault, CreateFault, StorageFault};
use crate::history::{HistoryPart, HistoryWriter, KeyKind};
use crate::identity::{Digest, Head, WorkspaceId};
use crate::journal::{Journal, NAME_BYTES_MAX, Reader};
use crate::setting::{self, SettingEdit, SettingFault};
use crate::snapshot::{SNAPSHOTS_KEPT, Snapshot};
use crate::sqlite::connect;
use crate::sqlite::fault::{fault, poison};
use crate::sqlite::reader::{Connected, SqliteReader};
use crate::sqlite::row::{int, last_batch, on_chain, one};
use crate::sqlite::write::{
    change, change_one, insert_activities, insert_batch, insert_commands, move_records, put_all,
    put_wishes,
};
use crate::sqlite::{files, history, sql};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Frames of 4 KiB that may wait in the log before the writer copies them into the store.
const LOG_FRAMES_MAX: i64 = 1_000;
/// Commits after which the log is measured again: so many batches may wait beyond that …
const LOG_LOOK_EVERY: u32 = 16;
/// … and so many where nobody calls [`Journal::tidy`].
const LOG_LOOK_UNASKED: u32 = 64;

/// Memory kept from one body for the next: a fresh piece of this size costs the system a page fault
/// for each page.
const BODY_KEPT: usize = 4 << 20;

/// The one writer of a store.
pub struct SqliteJournal {
    connection: Connection,
    path: PathBuf,
    /// Held for as long as this writer lives, and let go after the connection is closed: so they
    /// stand below it.
    _locks: [File; 2],
    /// Why this writer stopped.
    poisoned: Option<String>,
    /// Erased data may still be in the log, because a reader kept it from being emptied.
    log_holds_erased: bool,
    /// Commits since the log was last measured.
    unmeasured: u32,
    /// Where the chain of the workspace last appended to ends: number of its last batch, and head.
    /// Nobody else writes while the locks are held; forgotten whenever a change fails.
    end: Option<(WorkspaceId, u64, Head)>,
    /// What the body of the next batch is written into.
    body: Vec<u8>,
}

impl Connected for SqliteJournal {
    fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// A fault that may have come from the store.
trait FromStore: From<StorageFault> {
    fn storage(&self) -> Option<&StorageFault>;
}

macro_rules! from_store {
    ($($fault:ty),*) => {$(
        impl FromStore for $fault {
            fn storage(&self) -> Option<&StorageFault> {
                match self {
                    Self::Storage(fault) => Some(fault),
                    _ => None,
                }
            }
        }
    )*};
}

from_store!(AppendFault, CreateFault, SettingFault);

impl FromStore for StorageFault {
    fn storage(&self) -> Option<&StorageFault> {
        Some(self)
    }
}

impl SqliteJournal {
    pub(crate) fn over(connection: Connection, path: &Path, locks: [File; 2]) -> Self {
        Self {
            connection,
            path: path.to_owned(),
            _locks: locks,
            poisoned: None,
            log_holds_erased: false,
            unmeasured: 0,
            end: None,
            body: Vec::new(),
        }
    }

    /// Where the store is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether this writer stopped in doubt; it refuses every change then.
    pub fn is_poisoned(&self) -> bool {
        self.poisoned.is_some()
    }

    /// Does `work` in one transaction, all of it or nothing.
    fn transact<T, E: FromStore>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(reason) = &self.poisoned {
            return Err(StorageFault::Poisoned {
                reason: reason.clone(),
            }
            .into());
        }
        let run = |doing, text| change(&self.connection, doing, text, []).map_err(E::from);
        let done = run("begin a transaction", sql::BEGIN)
            .and_then(|_| work(&self.connection))
            .and_then(|value| run("commit", sql::COMMIT).map(|_| value));
        match done {
            Ok(value) => {
                self.unmeasured += 1;
                self.checkpoint(LOG_LOOK_UNASKED);
                Ok(value)
            }
            Err(refusal) => {
                self.end = None;
                Err(self.undo(refusal))
            }
        }
    }

    /// Rolls back after `refusal`; stops the writer when that leaves doubt.
    fn undo<E: FromStore>(&mut self, refusal: E) -> E {
        // SQLite rolls back by itself after some errors; it is in a transaction when it did not.
        let rolled_back = match self.connection.is_autocommit() {
            true => Ok(()),
            false => self.connection.execute_batch("ROLLBACK"),
        };
        let doubt = match (refusal.storage().and_then(poison), rolled_back) {
            (Some(reason), _) => reason,
            (None, Err(error)) => format!("could not roll back: {error}"),
            (None, Ok(())) => return refusal,
        };
        self.stop(&doubt);
        StorageFault::Poisoned { reason: doubt }.into()
    }

    fn stop(&mut self, reason: &str) {
        self.poisoned = Some(reason.to_owned());
        // Closing must not copy a log in doubt into the store. Neither act can be reported better
        // than by the fault that led here, so their own failure changes nothing.
        let _ = self
            .connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        let _ = files::mark_poisoned(&self.path, reason);
    }

    /// Copies the log into the store when it has grown; looks after so many commits. What was
    /// committed is durable already, so a failure here stops later changes and not the one before.
    fn checkpoint(&mut self, after: u32) {
        if self.unmeasured < after && !self.log_holds_erased {
            return;
        }
        self.unmeasured = 0;
        let text = match self.log_state(sql::LOG_STATE) {
            _ if self.log_holds_erased => sql::CHECKPOINT_TRUNCATE,
            Ok((_, in_log, copied)) if in_log - copied < LOG_FRAMES_MAX => return,
            _ => sql::CHECKPOINT,
        };
        match self.log_state_at_once(text) {
            Ok((busy, _, _)) => self.log_holds_erased &= busy != 0,
            Err(StorageFault::Full | StorageFault::Busy) => {}
            Err(refusal) => {
                if let Some(reason) = poison(&refusal) {
                    self.stop(&reason);
                }
            }
        }
    }

    /// As [`Self::log_state`], without waiting for readers: the next change tries again.
    fn log_state_at_once(&self, text: &str) -> Result<(i64, i64, i64), StorageFault> {
        let wait = |time| {
            self.connection
                .busy_timeout(time)
                .map_err(fault("set the time to wait"))
        };
        wait(Duration::ZERO)?;
        let state = self.log_state(text);
        wait(connect::BUSY_WAIT)?;
        state
    }

    /// Busy flag, frames in the log, frames copied from it.
    fn log_state(&self, text: &str) -> Result<(i64, i64, i64), StorageFault> {
        let row = one(
            &self.connection,
            "copy the log into the store",
            text,
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        Ok(row.unwrap_or_default())
    }
}

impl Journal for SqliteJournal {
    fn create_workspace(&mut self, name: &str) -> Result<WorkspaceId, CreateFault> {
        if name.is_empty() {
            return Err(CreateFault::NameEmpty);
        }
        StorageFault::bound("bytes of a name", name.len() as u64, NAME_BYTES_MAX as u64)?;
        self.transact(|connection| {
            let doing = "create a workspace";
            if one(connection, doing, sql::WORKSPACE_NAMED, [name], |_| Ok(()))?.is_some() {
                return Err(CreateFault::NameTaken(name.to_owned()));
            }
            change_one(connection, doing, sql::WORKSPACE_INSERT, [name])?;
            Ok(WorkspaceId(connection.last_insert_rowid().unsigned_abs()))
        })
    }

    fn append(&mut self, workspace: WorkspaceId, batch: &Batch) -> Result<Head, AppendFault> {
        if let Some(reason) = &self.poisoned {
            return Err(StorageFault::Poisoned {
                reason: reason.clone(),
            }
            .into());
        }
        check::check(batch, workspace)?;
        let body = body::encode_into(batch, std::mem::take(&mut self.body));
        let known = self.end.filter(|(of, ..)| *of == workspace);
        let appended = self.transact(|connection| {
            let (last, head) = match known {
                Some((_, last, head)) => (last, head),
                None => last_batch(connection, workspace)?,
            };
            if head.seq != batch.expected_seq {
                return Err(AppendFault::Moved { head });
            }
            let mut stored = StoredBatch {
                batch: last + 1,
                expected_seq: batch.expected_seq,
                last_seq: batch.last_seq(),
                at_ms: batch.at_ms,
                engine: batch.engine,
                prev: head.hash,
                hash: Digest::GENESIS,
                body,
            };
            stored.hash = stored.computed_hash(workspace);
            insert_batch(connection, workspace, &stored)?;
            insert_commands(connection, workspace, stored.batch, batch)?;
            move_records(connection, workspace, &batch.places)?;
            let space = int(workspace.0);
            let private = batch.private.iter().map(|row| {
                (
                    space,
                    int(row.subject),
                    int(stored.batch),
                    row.salt,
                    &row.body,
                )
            });
            let texts = [sql::PRIVATE_UPDATE, sql::PRIVATE_INSERT];
            put_all(connection, "write personal data", texts, private)?;
            put_wishes(connection, workspace, &batch.outbox)?;
            insert_activities(connection, workspace, &batch.activities)?;
            Ok((stored.batch, stored.head(), stored.body))
        });
        let (last, head, body) = appended?;
        if body.capacity() <= BODY_KEPT {
            self.body = body;
        }
        self.end = Some((workspace, last, head));
        Ok(head)
    }

    fn settle_outbox(
        &mut self,
        workspace: WorkspaceId,
        record: u32,
        seq: u64,
    ) -> Result<bool, StorageFault> {
        self.transact(|connection| {
            last_batch(connection, workspace)?;
            let key = (int(workspace.0), record, int(seq));
            Ok(change(connection, "settle the outbox", sql::OUTBOX_SETTLE, key)? == 1)
        })
    }

    fn erase(&mut self, workspace: WorkspaceId, subjects: &[u64]) -> Result<u64, StorageFault> {
        let erased = self.transact(|connection| {
            last_batch(connection, workspace)?;
            let mut erased = 0;
            for subject in subjects {
                let key = [int(workspace.0), int(*subject)];
                erased +=
                    change(connection, "erase personal data", sql::PRIVATE_DELETE, key)? as u64;
            }
            Ok::<_, StorageFault>(erased)
        })?;
        // Deleted content is overwritten in the store (`secure_delete`); the log is emptied now, or
        // after the next change when a reader still needs it.
        self.log_holds_erased |= erased > 0;
        self.checkpoint(LOG_LOOK_EVERY);
        Ok(erased)
    }

    fn put_snapshot(
        &mut self,
        workspace: WorkspaceId,
        snapshot: &Snapshot,
    ) -> Result<(), StorageFault> {
        snapshot.check()?;
        let checksum = snapshot.checksum(workspace);
        self.transact(|connection| {
            let doing = "keep a snapshot";
            let (space, seq) = (int(workspace.0), int(snapshot.head.seq));
            last_batch(connection, workspace)?;
            if !on_chain(connection, workspace, snapshot.head)? {
                return Err(StorageFault::damaged(
                    snapshot.head.seq,
                    "the snapshot is not on it",
                ));
            }
            change(connection, doing, sql::SNAPSHOT_DELETE, [space, seq])?;
            let row = (
                space,
                seq,
                snapshot.format,
                snapshot.engine,
                snapshot.head.hash.0,
                snapshot.digest.0,
                checksum.0,
                &snapshot.bytes,
            );
            change_one(connection, doing, sql::SNAPSHOT_INSERT, row)?;
            change(
                connection,
                doing,
                sql::SNAPSHOT_TRIM,
                [space, int(SNAPSHOTS_KEPT as u64)],
            )?;
            Ok(())
        })
    }

    fn edit_settings(&mut self, edits: &[SettingEdit]) -> Result<(), SettingFault> {
        setting::check_edits(edits)?;
        self.transact(|connection| {
            let doing = "change a setting";
            for (index, edit) in edits.iter().enumerate() {
                match edit {
                    SettingEdit::Expect { key, value } => {
                        let found: Option<Vec<u8>> =
                            one(connection, doing, sql::SETTING, [key], |row| row.get(0))?;
                        if found != *value {
                            return Err(SettingFault::Changed { index });
                        }
                    }
                    SettingEdit::Put { key, value } => {
                        let texts = [sql::SETTING_UPDATE, sql::SETTING_INSERT];
                        put_all(connection, doing, texts, std::iter::once((key, value)))?;
                    }
                    SettingEdit::Delete { key } => {
                        change(connection, doing, sql::SETTING_DELETE, [key])?;
                    }
                }
            }
            Ok(())
        })
    }

    fn tidy(&mut self) {
        if !self.is_poisoned() {
            self.checkpoint(LOG_LOOK_EVERY);
        }
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StorageFault> {
        let connection = connect::read_only(&self.path).map_err(fault("open a reader"))?;
        Ok(Box::new(SqliteReader::over(connection)))
    }
}

impl HistoryWriter for SqliteJournal {
    fn put_history(
        &mut self,
        workspace: WorkspaceId,
        part: &HistoryPart,
    ) -> Result<Vec<bool>, AppendFault> {
        let put = self.transact(|connection| history::put(connection, workspace, part))?;
        // Nobody waits for an answer between the parts of an import.
        self.tidy();
        Ok(put)
    }

    fn erase_history_keys(
        &mut self,
        workspace: WorkspaceId,
        keys: &[(KeyKind, u32)],
    ) -> Result<u64, StorageFault> {
        let erased = self.transact(|connection| history::erase(connection, workspace, keys))?;
        // As in `erase`: the log is emptied now, or after the next change.
        self.log_holds_erased |= erased > 0;
        self.checkpoint(LOG_LOOK_EVERY);
        Ok(erased)
    }
}

#[cfg(test)]
mod tests;
