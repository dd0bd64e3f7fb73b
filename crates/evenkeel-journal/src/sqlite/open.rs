//! Making and opening a SQLite store: two separate acts.
//!
//! Opening never makes a store where one was expected, and making never touches one that is there.
//! The settings that durability rests on are made and read back here.

use crate::fault::StorageFault;
use crate::identity::{StoreId, StoreIdentity};
use crate::journal::Reader;
use crate::sqlite::connect::{read_only, read_write};
use crate::sqlite::fault::fault;
use crate::sqlite::journal::SqliteJournal;
use crate::sqlite::reader::SqliteReader;
use crate::sqlite::{files, sql};
use crate::verify;
use rusqlite::Connection;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The oldest SQLite that may write a store: before it, two connections that wrote and made
/// checkpoints at once could corrupt the log (fixed in 3.51.3).
pub const SQLITE_VERSION_MIN: i32 = 3_051_003;
/// Marks a file as a store of ours: "EVKL".
const APPLICATION: i64 = 0x4556_4b4c;
/// The layout of `sql/sqlite/schema.sql`.
const LAYOUT: i64 = 3;
/// What every SQLite file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Why a store was not made or opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    /// The program was linked with an SQLite that may corrupt the log.
    #[error(
        "this program is linked with SQLite {}, which can corrupt a store; it needs {} or later",
        version_text(*found),
        version_text(SQLITE_VERSION_MIN)
    )]
    OldSqlite {
        /// Its version number.
        found: i32,
    },
    /// There is no file to open.
    #[error("there is no store at {}; make one with init, or restore a backup", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file has no content: perhaps a disk that was not mounted or a restore that was cut.
    #[error("the store at {} is an empty file; restore a backup", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("the file {} is not a store of Evenkeel", path.display())]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// Something is already there.
    #[error("{} is already there and is left as it is", path.display())]
    AlreadyThere {
        /// The file.
        path: PathBuf,
    },
    /// Another store than the one expected.
    #[error("this is store {found}, but store {expected} was expected")]
    WrongStore {
        /// The store expected.
        expected: StoreId,
        /// The store found.
        found: StoreId,
    },
    /// Written by a newer program.
    #[error("the store has layout {found}, and this program knows up to {LAYOUT}; update it")]
    NewerLayout {
        /// The layout found.
        found: i64,
    },
    /// Written by an older program, and only looked into.
    #[error("the store has layout {found}; open it once with serve to bring it to {LAYOUT}")]
    OlderLayout {
        /// The layout found.
        found: i64,
    },
    /// Another process writes the store.
    #[error("the store at {} is in use by another process", path.display())]
    InUse {
        /// The store.
        path: PathBuf,
    },
    /// The file has several names, so that two writers could take it for two stores.
    #[error(
        "the store at {} has {others} more names (hard links), by which a second server could \
         write it; remove them, or make a copy with backup",
        path.display()
    )]
    Linked {
        /// The store.
        path: PathBuf,
        /// How many other names it has.
        others: u64,
    },
    /// What had to be verified is damaged: a store whose last writer stopped in doubt, or a copy
    /// just made.
    #[error("the store is damaged: {first}; restore a sound backup")]
    Damaged {
        /// The first finding.
        first: String,
    },
    /// A setting that durability rests on could not be made.
    #[error("SQLite did not accept {pragma}: it answered {found:?}")]
    Setting {
        /// The setting.
        pragma: &'static str,
        /// What it is instead.
        found: String,
    },
    /// A file could not be handled.
    #[error("could not {doing}")]
    File {
        /// What was being done.
        doing: &'static str,
        /// The system's words.
        source: io::Error,
    },
    /// The store could not be read or written.
    #[error(transparent)]
    Storage(#[from] StorageFault),
}

/// Names what was being done to a file.
pub(crate) fn file(doing: &'static str) -> impl FnOnce(io::Error) -> OpenFault {
    move |source| OpenFault::File { doing, source }
}

/// Makes an empty store and opens it.
///
/// *Refuses* an old SQLite, a file that is already there, a path in use.
pub fn create(path: &Path, store: StoreId) -> Result<SqliteJournal, OpenFault> {
    check_version(rusqlite::version_number())?;
    let lock = take_lock(path)?;
    refuse_existing(path)?;
    let path = &resolve(path)?;
    let partial = files::begin_partial(path).map_err(file("begin the store's file"))?;
    build(&partial, store)?;
    publish(path)?;
    open_locked(path, None, lock)
}

/// Opens a store for writing; `expected` names the store it must be, where that is known.
///
/// Links to the file or its folder are followed first, so that one store has one lock.
///
/// *Refuses*, in order: an old SQLite; a missing, empty or foreign file; one with several names
/// (hard links); a store in use; a newer layout; another store than expected. After an I/O error
/// of the last writer it verifies the whole store first, and refuses a damaged one.
pub fn open(path: &Path, expected: Option<StoreId>) -> Result<SqliteJournal, OpenFault> {
    check_version(rusqlite::version_number())?;
    check_file(path)?;
    let path = &resolve(path)?;
    refuse_linked(path)?;
    let lock = take_lock(path)?;
    open_locked(path, expected, lock)
}

/// Opens a store to look into it, beside a writer or without one.
///
/// *Refuses* as [`open`], except that it may be in use; and an older layout, which only opening for
/// writing brings up to date.
pub fn open_reader(path: &Path) -> Result<SqliteReader, OpenFault> {
    let connection = open_source(path)?;
    match layout_of(&connection)? {
        LAYOUT => Ok(SqliteReader::over(connection)),
        found => Err(OpenFault::OlderLayout { found }),
    }
}

/// The connection under [`open_reader`], to copy from.
pub(crate) fn open_source(path: &Path) -> Result<Connection, OpenFault> {
    check_version(rusqlite::version_number())?;
    check_file(path)?;
    let path = &resolve(path)?;
    refuse_linked(path)?;
    let connection = read_only(path).map_err(fault("open the store"))?;
    check_stamp(&connection, path)?;
    Ok(connection)
}

fn open_locked(
    path: &Path,
    expected: Option<StoreId>,
    lock: File,
) -> Result<SqliteJournal, OpenFault> {
    let guard = files::guard(path)
        .map_err(file("lock the store"))?
        .ok_or_else(|| in_use(path))?;
    let connection = read_write(path).map_err(fault("open the store"))?;
    check_stamp(&connection, path)?;
    make_durable(&connection)?;
    bring_up(&connection)?;
    let journal = SqliteJournal::over(connection, path, [guard, lock]);
    let identity: StoreIdentity = journal.identity()?;
    match expected {
        Some(expected) if expected != identity.store => {
            return Err(OpenFault::WrongStore {
                expected,
                found: identity.store,
            });
        }
        _ => {}
    }
    if files::is_poisoned(path).map_err(file("look for the mark of an I/O error"))? {
        if let Some(first) = verify::verify_store(&journal)?.first_finding() {
            return Err(OpenFault::Damaged { first });
        }
        files::clear_poisoned(path).map_err(file("take the mark of an I/O error away"))?;
    }
    Ok(journal)
}

/// Refuses an SQLite older than [`SQLITE_VERSION_MIN`].
pub fn check_version(found: i32) -> Result<(), OpenFault> {
    if found < SQLITE_VERSION_MIN {
        Err(OpenFault::OldSqlite { found })
    } else {
        Ok(())
    }
}

/// The version of SQLite this program is linked with, such as `3.54.1`.
pub fn linked_version() -> String {
    version_text(rusqlite::version_number())
}

/// Whether somebody writes the store now. The locks are held for a moment to find out: ask before
/// this process opens the store itself, for letting go of them lets go of SQLite's.
pub fn is_in_use(path: &Path) -> Result<bool, OpenFault> {
    // No lock file beside something that is no store.
    check_file(path)?;
    let _lock = match take_lock(path) {
        Ok(lock) => lock,
        Err(OpenFault::InUse { .. }) => return Ok(true),
        Err(fault) => return Err(fault),
    };
    match files::guard(path) {
        Ok(guard) => Ok(guard.is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(file("lock the store")(error)),
    }
}

fn version_text(number: i32) -> String {
    format!(
        "{}.{}.{}",
        number / 1_000_000,
        number / 1_000 % 1_000,
        number % 1_000
    )
}

pub(crate) fn take_lock(path: &Path) -> Result<File, OpenFault> {
    files::lock(&resolve(path)?)
        .map_err(file("lock the store"))?
        .ok_or_else(|| in_use(path))
}

fn in_use(path: &Path) -> OpenFault {
    OpenFault::InUse {
        path: path.to_owned(),
    }
}

fn resolve(path: &Path) -> Result<PathBuf, OpenFault> {
    files::resolve(path).map_err(file("find the store's folder"))
}

fn refuse_linked(path: &Path) -> Result<(), OpenFault> {
    match files::other_names(path).map_err(file("look for other names of the store"))? {
        0 => Ok(()),
        others => Err(OpenFault::Linked {
            path: path.to_owned(),
            others,
        }),
    }
}

/// Refuses a path at which a store, or what is left of one, already is.
pub(crate) fn refuse_existing(path: &Path) -> Result<(), OpenFault> {
    for suffix in ["", "-wal", "-journal"] {
        let path = files::beside(path, suffix);
        if path.try_exists().map_err(file("look for a store"))? {
            return Err(OpenFault::AlreadyThere { path });
        }
    }
    Ok(())
}

/// Gives the finished partial file of `path` its name.
pub(crate) fn publish(path: &Path) -> Result<(), OpenFault> {
    files::publish(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => OpenFault::AlreadyThere {
            path: path.to_owned(),
        },
        _ => file("give the store its name")(error),
    })
}

fn check_file(path: &Path) -> Result<(), OpenFault> {
    use io::Read;
    let mut found = match File::open(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(OpenFault::Missing {
                path: path.to_owned(),
            });
        }
        Err(error) => return Err(file("open the store's file")(error)),
    };
    let mut start = Vec::new();
    found
        .by_ref()
        .take(16)
        .read_to_end(&mut start)
        .map_err(file("read the store's file"))?;
    match start.as_slice() {
        [] => Err(OpenFault::Empty {
            path: path.to_owned(),
        }),
        start if start == MAGIC => Ok(()),
        _ => Err(OpenFault::NotAStore {
            path: path.to_owned(),
        }),
    }
}

fn check_stamp(connection: &Connection, path: &Path) -> Result<(), OpenFault> {
    let ask = |pragma| {
        connection
            .pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
            .map_err(fault("read the store's stamp"))
    };
    if ask("application_id")? != APPLICATION {
        return Err(OpenFault::NotAStore {
            path: path.to_owned(),
        });
    }
    match ask("user_version")? {
        found if found > LAYOUT => Err(OpenFault::NewerLayout { found }),
        _ => Ok(()),
    }
}

fn layout_of(connection: &Connection) -> Result<i64, StorageFault> {
    connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(fault("read the store's layout"))
}

/// Adds what an older layout lacks, all of it or nothing.
pub(crate) fn bring_up(connection: &Connection) -> Result<(), StorageFault> {
    let found = layout_of(connection)?;
    if found >= LAYOUT {
        return Ok(());
    }
    let newer = [(2, sql::LAYOUT_2), (3, sql::LAYOUT_3)];
    let newer = newer.into_iter().filter(|(layout, _)| found < *layout);
    let add = || -> rusqlite::Result<()> {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for text in newer.flat_map(|(_, texts)| texts) {
            connection.execute_batch(text)?;
        }
        connection.pragma_update(None, "user_version", LAYOUT)?;
        connection.execute_batch("COMMIT")
    };
    add().map_err(fault("bring the store to the layout of this program"))
}

/// Makes the settings that durability and erasure rest on, and reads each back.
fn make_durable(connection: &Connection) -> Result<(), OpenFault> {
    let settings: [(&str, &str, &str); 7] = [
        ("journal_mode", "WAL", "wal"),
        ("synchronous", "FULL", "2"),
        ("foreign_keys", "ON", "1"),
        ("secure_delete", "ON", "1"),
        // The writer makes checkpoints itself, to see their errors.
        ("wal_autocheckpoint", "0", "0"),
        ("journal_size_limit", "67108864", "67108864"),
        // 32 MiB of pages: the index of commands is hit at random places.
        ("cache_size", "-32768", "-32768"),
    ];
    for (pragma, value, expected) in settings {
        let read = |row: &rusqlite::Row<'_>| {
            row.get_ref(0).map(|value| match value {
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                other => other.as_str().unwrap_or_default().to_owned(),
            })
        };
        // Some settings answer when set and some do not; the answer to the question counts.
        let set = format!("PRAGMA {pragma} = {value}");
        connection
            .execute_batch(&set)
            .map_err(fault("set up the store"))?;
        let found = connection
            .pragma_query_value(None, pragma, read)
            .map_err(fault("set up the store"))?;
        if found != expected {
            return Err(OpenFault::Setting { pragma, found });
        }
    }
    Ok(())
}

/// Writes tables, views and identity into an empty file.
fn build(partial: &Path, store: StoreId) -> Result<(), OpenFault> {
    let doing = "make the store";
    let connection = read_write(partial).map_err(fault(doing))?;
    let make = || -> rusqlite::Result<()> {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for text in sql::SCHEMA {
            connection.execute_batch(text)?;
        }
        connection.execute(sql::IDENTITY_INSERT, (store.0, 1))?;
        connection.pragma_update(None, "application_id", APPLICATION)?;
        connection.pragma_update(None, "user_version", LAYOUT)?;
        connection.execute_batch("COMMIT")
    };
    make().map_err(fault(doing))?;
    connection
        .close()
        .map_err(|(_, error)| fault(doing)(error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_sqlite_is_refused() {
        for old in [3_050_002, 3_051_000, 3_051_002, 3_040_001, 0] {
            let refused = check_version(old).expect_err("too old");
            assert!(matches!(refused, OpenFault::OldSqlite { found } if found == old));
        }
        for good in [SQLITE_VERSION_MIN, 3_051_004, 3_053_002, 3_054_001] {
            check_version(good).expect("new enough");
        }
        check_version(rusqlite::version_number()).expect("the one we bundle");
    }

    #[test]
    fn versions_are_told_in_words() {
        assert_eq!(version_text(3_051_003), "3.51.3");
        let text = check_version(3_050_002).expect_err("too old").to_string();
        assert!(text.contains("3.50.2") && text.contains("3.51.3"), "{text}");
    }
}
