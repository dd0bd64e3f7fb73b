//! A store named on the command line: opened, with words for when it cannot be.

use crate::cmd::failure::{Exit, Failure};
use crate::host::fault::Fault;
use crate::host::order::Denied;
use crate::server::listen::ServeFault;
use evenkeel_journal::fault::StorageFault;
use evenkeel_journal::sqlite::journal::SqliteJournal;
use evenkeel_journal::sqlite::open::{self, OpenFault};
use evenkeel_journal::sqlite::reader::SqliteReader;
use std::error::Error;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Opens a store to write it. A store that is not there is never made here.
pub fn open(path: &Path) -> Result<SqliteJournal, Failure> {
    Ok(open::open(path, None)?)
}

/// Opens a store to look into it, beside a server or without one.
pub fn look(path: &Path) -> Result<SqliteReader, Failure> {
    Ok(open::open_reader(path)?)
}

/// Refuses a file in a folder that is not there.
pub fn folder_is_there(file: &Path) -> Result<(), Failure> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => Err(Failure::new(
            Exit::NotFound,
            format!("There is no folder {}; make it first", folder.display()),
        )),
        _ => Ok(()),
    }
}

/// A runtime for commands that need the writer.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Failure::new(
                Exit::Failure,
                format!("the program could not start its threads: {error}"),
            )
        })
}

/// The file beside a store that holds the first-run token.
pub fn token_file(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".first-run");
    PathBuf::from(name)
}

/// Writes the token for its owner's eyes only.
pub fn keep_token(store: &Path, token: &str) -> Result<PathBuf, Failure> {
    let path = token_file(store);
    let write = || -> io::Result<()> {
        // Made anew, so that the mode is ours whatever was there.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)?
            .write_all(format!("{token}\n").as_bytes())
    };
    write().map_err(|error| Failure::file(&path, &error))?;
    Ok(path)
}

/// Removes the file of a token that was used.
pub fn forget_token(store: &Path) -> Result<(), Failure> {
    let path = token_file(store);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::file(&path, &error)),
        _ => Ok(()),
    }
}

/// A message with everything behind it.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}

impl From<OpenFault> for Failure {
    fn from(fault: OpenFault) -> Self {
        let (exit, hint) = match &fault {
            OpenFault::Missing { .. } => (
                Exit::NotFound,
                "Make one with `evenkeel init --data FILE`, or restore a backup.",
            ),
            OpenFault::Empty { .. } | OpenFault::Damaged { .. } => (
                Exit::Failure,
                "Restore a sound backup with `evenkeel restore`.",
            ),
            OpenFault::AlreadyThere { .. } => (
                Exit::Conflict,
                "Choose another file, or move that one away first.",
            ),
            OpenFault::InUse { .. } => (
                Exit::Conflict,
                "A server runs on it: stop it first, or ask it through its address.",
            ),
            OpenFault::Linked { .. } => (
                Exit::Conflict,
                "`find FOLDER -samefile FILE` lists the names of a file.",
            ),
            OpenFault::WrongStore { .. } => {
                (Exit::Conflict, "Look whether the right file is in place.")
            }
            OpenFault::NewerLayout { .. } | OpenFault::OldSqlite { .. } => {
                (Exit::Failure, "Use the newest release of the program.")
            }
            OpenFault::OlderLayout { .. } => (
                Exit::Conflict,
                "Run `evenkeel serve --data FILE` with this program once: it brings the store up.",
            ),
            OpenFault::NotAStore { .. } => (Exit::Usage, "Name the file that `init` made."),
            OpenFault::Setting { .. } | OpenFault::File { .. } | OpenFault::Storage(_) => (
                Exit::Failure,
                "`evenkeel doctor --data FILE` looks for the cause.",
            ),
        };
        Self::new(exit, chain(&fault)).hint(hint)
    }
}

impl From<StorageFault> for Failure {
    fn from(fault: StorageFault) -> Self {
        Self::new(Exit::Failure, chain(&fault))
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::new(Exit::Failure, chain(&fault))
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Refused(refusal) => refusal.into(),
            Denied::Fault(fault) => fault.into(),
            Denied::IdReused => Self::new(Exit::Conflict, denied.to_string()),
            Denied::Busy | Denied::ReadOnly(_) => Self::new(Exit::Failure, denied.to_string()),
        }
    }
}

impl From<ServeFault> for Failure {
    fn from(fault: ServeFault) -> Self {
        let hint = match &fault {
            ServeFault::Listen { .. } => {
                "Maybe another server listens there already; --listen takes another address."
            }
            ServeFault::Workspace(_) => "`evenkeel doctor --data FILE` looks for the cause.",
            ServeFault::Dead(_) => "Start it again: it verifies the store before it goes on.",
        };
        Self::new(Exit::Failure, chain(&fault)).hint(hint)
    }
}
