//! The files of a store and how they come into place.
//!
//! `x.db` is the store, `x.db-wal` and `x.db-shm` are SQLite's, `x.db.lock` keeps a second writer
//! out, `x.db.poisoned` says that the last writer stopped in doubt, `x.db.partial` is one being
//! made. Nothing here overwrites a store.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The file beside a store with this suffix.
pub(crate) fn beside(store: &Path, suffix: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Takes the writer's lock; `None` when somebody has it. It is let go when the file is dropped,
/// also by a killed process.
pub(crate) fn lock(store: &Path) -> io::Result<Option<File>> {
    let path = beside(store, ".lock");
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Removes the lock's file, where no writer will ever come.
pub(crate) fn drop_lock(store: &Path) -> io::Result<()> {
    remove_if_there(&beside(store, ".lock"))
}

/// Makes the empty file in which a store will be built, readable by its owner only. What an
/// interrupted earlier attempt left is removed.
pub(crate) fn begin_partial(store: &Path) -> io::Result<PathBuf> {
    let partial = beside(store, ".partial");
    drop_partial(store)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&partial)?;
    Ok(partial)
}

/// Removes what is left of an attempt.
pub(crate) fn drop_partial(store: &Path) -> io::Result<()> {
    for suffix in [
        ".partial",
        ".partial-journal",
        ".partial-wal",
        ".partial-shm",
    ] {
        remove_if_there(&beside(store, suffix))?;
    }
    Ok(())
}

/// Gives a finished partial file its name, durably.
///
/// *Refuses* with [`io::ErrorKind::AlreadyExists`] when there is a file of that name.
pub(crate) fn publish(store: &Path) -> io::Result<()> {
    let partial = beside(store, ".partial");
    File::open(&partial)?.sync_all()?;
    // A link never overwrites. File systems without links get a check and a rename, which is as
    // good while the writer's lock is held.
    match fs::hard_link(&partial, store) {
        Ok(()) => fs::remove_file(&partial)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
        Err(_) if store.try_exists()? => return Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(&partial, store)?,
    }
    sync_folder(store)
}

/// Makes the entry of a file durable.
pub(crate) fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Says in a file of its own that the writer of this store stopped in doubt.
pub(crate) fn mark_poisoned(store: &Path, reason: &str) -> io::Result<()> {
    let path = beside(store, ".poisoned");
    fs::write(&path, reason)?;
    File::open(&path)?.sync_all()?;
    sync_folder(store)
}

/// Whether the last writer stopped in doubt.
pub(crate) fn is_poisoned(store: &Path) -> io::Result<bool> {
    beside(store, ".poisoned").try_exists()
}

/// Takes the mark of doubt away.
pub(crate) fn clear_poisoned(store: &Path) -> io::Result<()> {
    remove_if_there(&beside(store, ".poisoned"))?;
    sync_folder(store)
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishing_never_overwrites() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("x.db");
        let partial = begin_partial(&store).expect("begin");
        fs::write(&partial, "new").expect("write");
        fs::write(&store, "old").expect("write");
        let refused = publish(&store).expect_err("there is a store");
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&store).expect("read"), "old");

        fs::remove_file(&store).expect("remove");
        publish(&store).expect("publish");
        assert_eq!(fs::read_to_string(&store).expect("read"), "new");
        assert!(!partial.exists());
    }

    #[test]
    fn a_lock_is_held_by_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("x.db");
        let held = lock(&store).expect("lock").expect("free");
        assert!(lock(&store).expect("lock").is_none());
        drop(held);
        assert!(lock(&store).expect("lock").is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_store_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let partial = begin_partial(&folder.path().join("x.db")).expect("begin");
        let mode = fs::metadata(partial)
            .expect("metadata")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
