//! The files of a store and how they come into place.
//!
//! `x.db` is the store, `x.db-wal` and `x.db-shm` are SQLite's, `x.db.lock` keeps a second writer
//! out, `x.db.poisoned` says that the last writer stopped in doubt, `x.db.partial` is one being
//! made. Nothing here overwrites a store.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// How often a lock is taken anew whose file was removed meanwhile.
const LOCK_TRIES: usize = 8;

/// The file beside a store with this suffix.
pub(crate) fn beside(store: &Path, suffix: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The one path of a store, whatever links lead to it: its other files are beside this one.
pub(crate) fn resolve(store: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(store) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = store.file_name().ok_or(error)?;
            Ok(fs::canonicalize(folder_of(store))?.join(name))
        }
        found => found,
    }
}

/// How many other names (hard links) the store's file has; its own partial name, left by an
/// interrupted publishing, does not count. Always 0 where the system does not tell.
pub(crate) fn other_names(store: &Path) -> io::Result<u64> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let found = fs::metadata(store)?;
        let same = |twin: fs::Metadata| (twin.dev(), twin.ino()) == (found.dev(), found.ino());
        let unfinished = fs::metadata(beside(store, ".partial")).is_ok_and(same);
        Ok(found.nlink().saturating_sub(1 + u64::from(unfinished)))
    }
    #[cfg(not(unix))]
    fs::metadata(store).map(|_| 0)
}

/// Takes the writer's lock; `None` when somebody has it. It is let go when the file is dropped,
/// also by a killed process.
pub(crate) fn lock(store: &Path) -> io::Result<Option<File>> {
    let path = beside(store, ".lock");
    for _ in 0..LOCK_TRIES {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        if !try_lock(&file)? {
            return Ok(None);
        }
        // Somebody may have removed the file between opening and locking: then this lock is of a
        // file that nobody else will find.
        if is_at(&file, &path)? {
            return Ok(Some(file));
        }
    }
    Err(io::Error::other(
        "the lock's file is removed again and again",
    ))
}

/// Locks the store's own file too, so that removing `x.db.lock` lets nobody in; `None` when
/// somebody has it.
///
/// Closing any descriptor of a file lets go of the locks that SQLite has on it in this process:
/// take the guard before SQLite opens the file, and drop it after SQLite closed it. On Linux this
/// lock (`flock`) and SQLite's (`fcntl`) do not see each other; elsewhere they may, so there the
/// file is only held open.
pub(crate) fn guard(store: &Path) -> io::Result<Option<File>> {
    let file = File::open(store)?;
    let free = !cfg!(target_os = "linux") || try_lock(&file)?;
    Ok(free.then_some(file))
}

fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Whether the open file is still the one of that name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let held = file.metadata()?;
    match fs::metadata(path) {
        Ok(found) => Ok((found.dev(), found.ino()) == (held.dev(), held.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// An open file cannot be removed there.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
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
    let folder = folder_of(file);
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
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
