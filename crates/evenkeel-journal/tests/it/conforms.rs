//! The conformance suite on SQLite.

use evenkeel_journal::conformance::{self, Rig};
use evenkeel_journal::identity::{StoreId, WorkspaceId};
use evenkeel_journal::journal::Journal;
use evenkeel_journal::sqlite::open;
use std::path::PathBuf;
use tempfile::TempDir;

struct OnDisk {
    folder: TempDir,
    made: usize,
}

impl OnDisk {
    fn path(&self) -> PathBuf {
        self.folder.path().join(format!("{}.db", self.made))
    }
}

impl Rig for OnDisk {
    fn fresh(&mut self) -> Box<dyn Journal> {
        self.made += 1;
        Box::new(open::create(&self.path(), StoreId([1; 16])).expect("create"))
    }

    fn reopen(&mut self, journal: Box<dyn Journal>) -> Box<dyn Journal> {
        drop(journal);
        Box::new(open::open(&self.path(), Some(StoreId([1; 16]))).expect("open"))
    }

    fn damage_snapshot(&mut self, _: &mut dyn Journal, workspace: WorkspaceId, seq: u64) {
        let raw = rusqlite::Connection::open(self.path()).expect("open");
        let text = "UPDATE snapshot SET bytes = CAST(x'00' || substr(bytes, 2) AS BLOB)
            WHERE workspace = ?1 AND seq = ?2";
        let key = (workspace.0.cast_signed(), seq.cast_signed());
        assert_eq!(raw.execute(text, key).expect("update"), 1);
    }
}

#[test]
fn sqlite_conforms() {
    let folder = tempfile::tempdir().expect("a folder");
    conformance::run(&mut OnDisk { folder, made: 0 });
}
