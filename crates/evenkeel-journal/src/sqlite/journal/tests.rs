//! The writer when things go wrong. It deliberately breaks files behind the writer's back.

use super::*;
use crate::conformance::sample::{assert_sound, batch, exchange, id, workspace};
use crate::identity::StoreId;
use crate::sqlite::open::{self, OpenFault};
use std::fs::OpenOptions;
use tempfile::TempDir;

const STORE: StoreId = StoreId([3; 16]);

fn fresh() -> (TempDir, PathBuf, SqliteJournal, WorkspaceId) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.db");
    let mut journal = open::create(&path, STORE).expect("create");
    let space = workspace(&mut journal);
    (folder, path, journal, space)
}

fn large(expected_seq: u64, number: u64) -> Batch {
    let mut large = batch(expected_seq, number, 1);
    exchange(&mut large, 0, &vec![1; 200_000]);
    large
}

/// Makes the next append meet an I/O error: what it must read from the log is gone.
fn break_log(path: &Path, journal: &SqliteJournal) {
    let log = OpenOptions::new()
        .write(true)
        .open(files::beside(path, "-wal"))
        .expect("open");
    log.set_len(0).expect("cut");
    journal
        .connection
        .execute_batch("PRAGMA shrink_memory")
        .expect("forget the pages");
}

#[test]
fn the_settings_that_durability_rests_on_are_made() {
    let (_folder, path, journal, _) = fresh();
    let ask = |connection: &Connection, pragma: &str| {
        let text = format!("PRAGMA {pragma}");
        connection
            .query_row(&text, [], |row| row.get::<_, i64>(0))
            .expect("ask")
    };
    let expected = [
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("wal_autocheckpoint", 0),
    ];
    for (pragma, value) in expected {
        assert_eq!(ask(&journal.connection, pragma), value, "{pragma}");
    }
    let mode: String = journal
        .connection
        .query_row("PRAGMA journal_mode", [], |row| row.get(0))
        .expect("ask");
    assert_eq!(mode, "wal");

    let reader = connect::read_only(&path).expect("open");
    let refused = reader
        .execute("INSERT INTO workspace VALUES (9, 'x')", [])
        .expect_err("reader");
    assert_eq!(
        refused.sqlite_error_code(),
        Some(rusqlite::ErrorCode::ReadOnly)
    );
}

#[test]
fn a_full_disk_fails_cleanly_and_work_goes_on_with_new_room() {
    let (_folder, path, mut journal, space) = fresh();
    let head = journal.append(space, &batch(0, 1, 1)).expect("append");
    let limit = |journal: &SqliteJournal, pages: i64| {
        let text = format!("PRAGMA max_page_count = {pages}");
        journal
            .connection
            .query_row(&text, [], |row| row.get::<_, i64>(0))
            .expect("limit")
    };
    let now = limit(&journal, 1);
    assert!(now > 1, "it cannot be less than there are");

    for _ in 0..3 {
        let refused = journal.append(space, &large(1, 2));
        assert!(matches!(
            refused,
            Err(AppendFault::Storage(StorageFault::Full))
        ));
    }
    assert!(!journal.is_poisoned());
    assert!(!files::is_poisoned(&path).expect("look"));
    assert_eq!(journal.head(space).expect("reads go on"), head);
    assert_eq!(journal.command(space, id(2)).expect("reads go on"), None);
    assert_sound(&journal, space);

    limit(&journal, 1_000_000);
    assert_eq!(
        journal
            .append(space, &large(1, 2))
            .expect("there is room")
            .seq,
        2
    );
    assert_sound(&journal, space);
}

#[test]
fn an_io_error_stops_the_writer_until_it_is_opened_anew() {
    let (_folder, path, mut journal, space) = fresh();
    journal.append(space, &batch(0, 1, 1)).expect("append");
    break_log(&path, &journal);

    for _ in 0..2 {
        let refused = journal.append(space, &batch(1, 2, 1));
        assert!(
            matches!(
                refused,
                Err(AppendFault::Storage(StorageFault::Poisoned { .. }))
            ),
            "{refused:?}"
        );
    }
    assert!(journal.is_poisoned());
    assert!(matches!(
        journal.erase(space, &[1]),
        Err(StorageFault::Poisoned { .. })
    ));
    let edits = journal.edit_settings(&[]);
    assert!(matches!(
        edits,
        Err(SettingFault::Storage(StorageFault::Poisoned { .. }))
    ));
    assert!(files::is_poisoned(&path).expect("look"));

    drop(journal);
    let journal = open::open(&path, Some(STORE)).expect("what is left is sound");
    assert!(!files::is_poisoned(&path).expect("look"));
    assert!(!journal.is_poisoned());
}

#[test]
fn a_damaged_store_stays_closed_after_an_io_error() {
    let (_folder, path, mut journal, space) = fresh();
    for number in 1..=3 {
        journal
            .append(space, &batch(number - 1, number, 1))
            .expect("append");
    }
    journal
        .log_state(sql::CHECKPOINT)
        .expect("all of it is in the store");
    journal.append(space, &batch(3, 4, 1)).expect("append");
    break_log(&path, &journal);
    journal
        .append(space, &batch(4, 5, 1))
        .expect_err("the log is gone");
    drop(journal);

    let raw = Connection::open(&path).expect("open");
    let text = "UPDATE batch SET at_ms = at_ms + 1 WHERE batch = 2";
    assert_eq!(raw.execute(text, []).expect("damage"), 1);
    drop(raw);
    for _ in 0..2 {
        let refused = open::open(&path, Some(STORE))
            .map(drop)
            .expect_err("it is damaged");
        let OpenFault::Damaged { first } = refused else {
            panic!("{refused}")
        };
        assert!(first.contains("seq 2, batch 2"), "{first}");
    }
}

#[test]
fn the_log_is_copied_before_it_grows_without_bound() {
    let (_folder, path, mut journal, space) = fresh();
    for number in 1..=40 {
        journal
            .append(space, &large(number - 1, number))
            .expect("append");
        journal.tidy();
    }
    // 40 appends of about 50 frames, and no more than one threshold and one append waiting.
    let log = std::fs::metadata(files::beside(&path, "-wal")).expect("a log");
    assert!(
        log.len() < 2 * 4_200 * LOG_FRAMES_MAX.unsigned_abs(),
        "{} bytes",
        log.len()
    );
    let (_, in_log, copied) = journal.log_state(sql::LOG_STATE).expect("state");
    assert!(in_log - copied < LOG_FRAMES_MAX);
    assert_sound(&journal, space);
}
