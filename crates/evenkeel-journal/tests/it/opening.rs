//! Making and opening are two acts, and each refuses what is not its own.

use crate::stores::{SPACE, STORE, create, place, small};
use evenkeel_journal::conformance::sample::batch;
use evenkeel_journal::identity::StoreId;
use evenkeel_journal::journal::{Journal, Reader};
use evenkeel_journal::sqlite::open::{self, OpenFault};
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::path::Path;

fn refusal(path: &Path) -> OpenFault {
    let writer = open::open(path, None)
        .map(drop)
        .expect_err("must be refused");
    let reader = open::open_reader(path)
        .map(drop)
        .expect_err("must be refused");
    assert_eq!(writer.to_string(), reader.to_string());
    writer
}

#[test]
fn a_missing_store_is_not_made_by_opening() {
    let (_folder, path) = place();
    assert!(matches!(refusal(&path), OpenFault::Missing { .. }));
    assert!(!path.exists());
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let (_folder, path) = place();
    fs::write(&path, "").expect("write");
    assert!(matches!(refusal(&path), OpenFault::Empty { .. }));
    fs::write(&path, "id,name\n1,Ana\n").expect("write");
    assert!(matches!(refusal(&path), OpenFault::NotAStore { .. }));
    assert_eq!(fs::read_to_string(&path).expect("read"), "id,name\n1,Ana\n");
    fs::remove_file(&path).expect("remove");
    let other = Connection::open(&path).expect("open");
    other
        .execute_batch("CREATE TABLE t (a)")
        .expect("another program's file");
    drop(other);
    assert!(matches!(refusal(&path), OpenFault::NotAStore { .. }));
}

#[test]
fn making_never_touches_what_is_there() {
    let (folder, path) = place();
    small(&path);
    let before = fs::read(&path).expect("read");
    let refused = open::create(&path, StoreId([9; 16]))
        .map(drop)
        .expect_err("it is there");
    assert!(
        matches!(refused, OpenFault::AlreadyThere { .. }),
        "{refused}"
    );
    assert_eq!(fs::read(&path).expect("read"), before);

    // A log without its store is the rest of one, and a new store would swallow it.
    let lonely = folder.path().join("lonely.db");
    fs::write(folder.path().join("lonely.db-wal"), "log").expect("write");
    let refused = open::create(&lonely, STORE)
        .map(drop)
        .expect_err("a log is there");
    assert!(refused.to_string().contains("lonely.db-wal"), "{refused}");
}

#[test]
fn an_interrupted_making_is_made_again() {
    let (folder, path) = place();
    fs::write(folder.path().join("evenkeel.db.partial"), "half").expect("write");
    fs::write(folder.path().join("evenkeel.db.partial-journal"), "half").expect("write");
    drop(create(&path));
    open::open(&path, Some(STORE)).expect("open");
    assert!(!folder.path().join("evenkeel.db.partial").exists());
    assert!(!folder.path().join("evenkeel.db.partial-journal").exists());
}

#[test]
fn another_store_and_a_newer_layout_are_refused() {
    let (_folder, path) = place();
    small(&path);
    let refused = open::open(&path, Some(StoreId([9; 16])))
        .map(drop)
        .expect_err("another");
    assert!(
        matches!(refused, OpenFault::WrongStore { found: STORE, .. }),
        "{refused}"
    );
    open::open(&path, Some(STORE)).expect("the lock was let go");

    let raw = Connection::open(&path).expect("open");
    raw.execute_batch("PRAGMA user_version = 9").expect("write");
    drop(raw);
    assert!(matches!(
        refusal(&path),
        OpenFault::NewerLayout { found: 9 }
    ));
}

#[test]
fn a_second_writer_is_refused_and_readers_are_not() {
    let (_folder, path) = place();
    let mut writer = create(&path);
    writer.create_workspace("sales").expect("create");
    let refused = open::open(&path, None).map(drop).expect_err("in use");
    assert!(matches!(refused, OpenFault::InUse { .. }), "{refused}");

    let reader = open::open_reader(&path).expect("a reader");
    writer.append(SPACE, &batch(0, 1, 1)).expect("append");
    assert_eq!(reader.head(SPACE).expect("head").seq, 1);
    // Somebody with an SQL tool, reading.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let tool = Connection::open_with_flags(&path, flags).expect("open");
    let count = |tool: &Connection| {
        tool.query_row("SELECT count(*) FROM commands", [], |row| {
            row.get::<_, i64>(0)
        })
    };
    assert_eq!(count(&tool).expect("query"), 1);
    writer.append(SPACE, &batch(1, 2, 1)).expect("append");
    assert_eq!(count(&tool).expect("query"), 2);

    drop(writer);
    open::open(&path, Some(STORE)).expect("free again");
}

fn second_writer(path: &Path) -> OpenFault {
    open::open(path, None)
        .map(drop)
        .expect_err("must be refused")
}

#[cfg(unix)]
#[test]
fn a_link_leads_to_the_same_lock() {
    let (folder, path) = place();
    let writer = create(&path);
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).expect("a link");
    let refused = second_writer(&link);
    assert!(matches!(refused, OpenFault::InUse { .. }), "{refused}");
    assert!(open::is_in_use(&link).expect("ask"));
    drop(writer);
    let through = open::open(&link, None).expect("free now");
    let refused = second_writer(&path);
    assert!(matches!(refused, OpenFault::InUse { .. }), "{refused}");
    drop(through);
    assert!(!folder.path().join("link.db.lock").exists());
}

#[cfg(unix)]
#[test]
fn a_store_with_two_names_is_refused_by_both() {
    let (folder, path) = place();
    small(&path);
    let twin = folder.path().join("twin.db");
    fs::hard_link(&path, &twin).expect("a hard link");
    for name in [&path, &twin] {
        assert!(matches!(refusal(name), OpenFault::Linked { others: 1, .. }));
    }
    fs::remove_file(&twin).expect("remove");
    // What a publishing left that was cut between its two steps is no second store.
    fs::hard_link(&path, folder.path().join("twin.db.partial")).expect("a hard link");
    assert!(matches!(refusal(&path), OpenFault::Linked { .. }));
    fs::remove_file(folder.path().join("twin.db.partial")).expect("remove");
    let mut partial = path.clone().into_os_string();
    partial.push(".partial");
    fs::hard_link(&path, partial).expect("a hard link");
    open::open(&path, None).expect("it has one name");
}

#[cfg(target_os = "linux")]
#[test]
fn a_removed_lock_file_lets_no_second_writer_in() {
    let (folder, path) = place();
    let writer = create(&path);
    for file in fs::read_dir(folder.path()).expect("list") {
        let file = file.expect("an entry").path();
        if file.extension().is_some_and(|end| end == "lock") {
            fs::remove_file(file).expect("remove");
        }
    }
    let refused = second_writer(&path);
    assert!(matches!(refused, OpenFault::InUse { .. }), "{refused}");
    assert!(open::is_in_use(&path).expect("ask"));
    drop(writer);
    assert!(!open::is_in_use(&path).expect("ask"));
    open::open(&path, None).expect("free now");
}
