//! Stores on disk for the tests.

use evenkeel_journal::conformance::sample::{batch, book, held, moved, private, wish, workspace};
use evenkeel_journal::identity::{Head, StoreId, WorkspaceId};
use evenkeel_journal::journal::Journal;
use evenkeel_journal::sqlite::journal::SqliteJournal;
use evenkeel_journal::sqlite::open;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(crate) const STORE: StoreId = StoreId([0x5e; 16]);
pub(crate) const SPACE: WorkspaceId = WorkspaceId(1);

/// A folder and a path in it.
pub(crate) fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("evenkeel.db");
    (folder, path)
}

pub(crate) fn create(path: &Path) -> SqliteJournal {
    open::create(path, STORE).expect("create")
}

/// Makes a store with a little of everything, and closes it.
pub(crate) fn small(path: &Path) -> Head {
    let mut journal = create(path);
    assert_eq!(workspace(&mut journal), SPACE);
    let head = fill(&mut journal);
    drop(journal);
    head
}

/// Six batches, the third without events; the last two have side rows.
pub(crate) fn fill(journal: &mut dyn Journal) -> Head {
    let mut first = batch(0, 1, 2);
    first.places = vec![moved(1, None, book(1), 1), held(2, None, 5_000, 2)];
    first.private = vec![private(1, "Ana"), private(2, "Ben")];
    first.outbox = vec![wish(1, 1, 1)];
    let mut last = batch(7, 6, 1);
    last.places = vec![moved(3, None, book(2), 8)];
    last.private = vec![private(2, "Benno")];
    last.outbox = vec![wish(3, 2, 8)];
    let batches = [
        first,
        batch(2, 2, 1),
        batch(3, 3, 0),
        batch(3, 4, 3),
        batch(6, 5, 1),
        last,
    ];
    let mut head = Head::GENESIS;
    for batch in &batches {
        head = journal.append(SPACE, batch).expect("append");
    }
    head
}

/// Everything the journal says of its workspace, to compare.
pub(crate) fn everything(journal: &dyn evenkeel_journal::journal::Reader) -> String {
    let batches = journal.walk(SPACE, 0, 1_000).expect("walk");
    let mut seen = format!("{batches:?}\n");
    for batch in &batches {
        for command in batch.parse().expect("body").commands {
            let row = journal.command(SPACE, command.id).expect("command");
            seen += &format!("{row:?}\n");
        }
    }
    let places = journal.places(SPACE, None, 1_000).expect("places");
    let due = journal.due(SPACE, i64::MAX, 1_000).expect("due");
    let outbox = journal.outbox(SPACE, None, 1_000).expect("outbox");
    seen += &format!("{places:?}\n{due:?}\n{outbox:?}\n");
    for subject in 0..10 {
        seen += &format!("{:?}\n", journal.private(SPACE, subject).expect("private"));
    }
    seen + &format!("{:?}", journal.identity().expect("identity"))
}
