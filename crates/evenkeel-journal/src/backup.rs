//! Backing up a SQLite store while it is in use, and restoring from a backup.
//!
//! A backup is one file with one moment of the store: settings and personal data are in it, so keep
//! it as safe as the store. What was erased after the backup comes back with a restore; the events
//! that say so do not, so keep the list of erased subjects elsewhere and erase them again. Neither
//! act overwrites anything, and neither is finished before what it wrote was read back and
//! verified.

use crate::identity::{StoreIdentity, WorkspaceId};
use crate::journal::Reader;
use crate::report::StoreReport;
use crate::sqlite::connect;
use crate::sqlite::fault::fault;
use crate::sqlite::open::{self, OpenFault};
use crate::sqlite::reader::SqliteReader;
use crate::sqlite::{files, sql};
use crate::verify;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::path::Path;
use std::time::Duration;

/// How long a backup waits for a checkpoint that holds the store at its start.
const BUSY_WAIT: Duration = Duration::from_millis(50);
/// How many times it waits.
const BUSY_WAITS_MAX: usize = 200;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Identity of what was written.
    pub identity: StoreIdentity,
    /// Its verification. Always sound: damage is a fault.
    pub report: StoreReport,
}

/// Copies the store at `store`, which may be in use, to the new file `to`.
///
/// *Refuses*, in order: a store that cannot be opened; a `to` that is there; a copy that does not
/// verify ([`OpenFault::Damaged`]), which is removed.
pub fn backup(store: &Path, to: &Path) -> Result<Copied, OpenFault> {
    let source = open::open_source(store)?;
    let lock = open::take_lock(to)?;
    let copied = copy(&source, to, |_| Ok(()));
    // A backup is one file. Failing to remove the empty one beside it harms nothing.
    let _ = files::drop_lock(to);
    drop(lock);
    copied
}

/// Puts a backup in place as the new store `to`, in the epoch after the backup's.
///
/// *Refuses*, in order: a backup that cannot be opened; a `to` in use or already there; a copy that
/// does not verify, which is removed.
pub fn restore(backup: &Path, to: &Path) -> Result<Copied, OpenFault> {
    let source = open::open_source(backup)?;
    let _lock = open::take_lock(to)?;
    copy(&source, to, |connection| {
        connection.execute(sql::EPOCH_RAISE, []).map(drop)
    })
}

/// Copies, changes, verifies, and only then gives the copy its name.
fn copy(
    source: &Connection,
    to: &Path,
    change: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<Copied, OpenFault> {
    open::refuse_existing(to)?;
    let partial = files::begin_partial(to).map_err(open::file("begin the copy"))?;
    let copied = copy_pages(source, &partial)
        .and_then(|connection| {
            change(&connection).map_err(fault("stamp the copy"))?;
            open::bring_up(&connection)?;
            connection
                .close()
                .map_err(|(_, error)| fault("finish the copy")(error))?;
            verified(&partial)
        })
        .and_then(|copied| open::publish(to).map(|()| copied));
    if copied.is_err() {
        // The fault on its way out matters more than what is left beside it.
        let _ = files::drop_partial(to);
    }
    copied
}

/// Copies in one step, so that the copy is of one moment; the writer goes on meanwhile.
fn copy_pages(source: &Connection, partial: &Path) -> Result<Connection, OpenFault> {
    let doing = "copy the store";
    let mut connection = connect::read_write(partial).map_err(fault(doing))?;
    {
        let backup = Backup::new(source, &mut connection).map_err(fault(doing))?;
        let mut waits = 0;
        loop {
            match backup.step(-1).map_err(fault(doing))? {
                StepResult::Done => break,
                _ if waits == BUSY_WAITS_MAX => {
                    return Err(crate::fault::StorageFault::Busy.into());
                }
                _ => {
                    waits += 1;
                    std::thread::sleep(BUSY_WAIT);
                }
            }
        }
    }
    // The copy is one file that needs no log beside it; opening it for writing makes one again.
    connection
        .pragma_update_and_check(None, "journal_mode", "DELETE", |row| {
            row.get::<_, String>(0)
        })
        .map_err(fault(doing))?;
    Ok(connection)
}

fn verified(partial: &Path) -> Result<Copied, OpenFault> {
    let connection = connect::read_only(partial).map_err(fault("read the copy back"))?;
    let reader = SqliteReader::over(connection);
    let report = verify::verify_store(&reader)?;
    match report.first_finding() {
        Some(first) => Err(OpenFault::Damaged { first }),
        None => Ok(Copied {
            identity: reader.identity()?,
            report,
        }),
    }
}

impl Copied {
    /// How many events of a workspace were copied.
    pub fn events(&self, workspace: WorkspaceId) -> Option<u64> {
        let found = self
            .report
            .workspaces
            .iter()
            .find(|(found, _)| found.id == workspace);
        found.map(|(_, report)| report.events)
    }
}
