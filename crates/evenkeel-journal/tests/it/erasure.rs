//! After erasing, no file of the store holds the data any more.

use crate::stores::{SPACE, STORE, create, place};
use evenkeel_journal::backup::backup;
use evenkeel_journal::conformance::sample::{assert_sound, batch, private};
use evenkeel_journal::journal::{Journal, Reader};
use evenkeel_journal::sqlite::open;
use std::path::Path;

const CANARY: &str = "canary-7f3a";

/// How many times the canary stands in the files of a folder.
fn hits(folder: &Path) -> usize {
    let files = std::fs::read_dir(folder).expect("list");
    files
        .map(|entry| {
            let bytes = std::fs::read(entry.expect("entry").path()).expect("read");
            bytes
                .windows(CANARY.len())
                .filter(|window| window == &CANARY.as_bytes())
                .count()
        })
        .sum()
}

#[test]
fn erased_data_is_in_no_file() {
    let (folder, path) = place();
    let mut journal = create(&path);
    journal.create_workspace("sales").expect("create");
    let mut subject = 0;
    for number in 1..=30 {
        let mut full = batch(number - 1, number, 1);
        for _ in 0..20 {
            subject += 1;
            // Lengths differ, so that pages split and rows move.
            let words = format!(
                "{CANARY} {}",
                "x".repeat(usize::try_from(subject * 37 % 900).expect("small"))
            );
            full.private.push(private(subject, &words));
        }
        journal.append(SPACE, &full).expect("append");
    }
    // Some rows are replaced before they are erased.
    let mut again = batch(30, 31, 0);
    again.private = (1..=100).map(|subject| private(subject, CANARY)).collect();
    journal.append(SPACE, &again).expect("append");
    assert!(hits(folder.path()) >= 600, "the search finds what is there");

    let subjects: Vec<u64> = (1..=subject).collect();
    assert_eq!(journal.erase(SPACE, &subjects).expect("erase"), 600);
    assert_eq!(hits(folder.path()), 0);
    assert_sound(&journal, SPACE);
    backup(&path, &folder.path().join("backup.db")).expect("backup");
    assert_eq!(hits(folder.path()), 0);
    drop(journal);
    assert_eq!(hits(folder.path()), 0);
}

#[test]
fn a_reader_in_the_way_only_delays_it() {
    let (folder, path) = place();
    let mut journal = create(&path);
    journal.create_workspace("sales").expect("create");
    let mut full = batch(0, 1, 1);
    full.private.push(private(1, CANARY));
    journal.append(SPACE, &full).expect("append");

    let slow = rusqlite::Connection::open(&path).expect("open");
    slow.execute_batch("BEGIN; SELECT * FROM batch")
        .expect("a reader in its transaction");
    assert_eq!(journal.erase(SPACE, &[1]).expect("erase"), 1);
    assert_eq!(journal.private(SPACE, 1).expect("look"), None);
    assert!(hits(folder.path()) > 0, "the reader still needs the log");
    slow.execute_batch("COMMIT").expect("done");
    journal.append(SPACE, &batch(1, 2, 1)).expect("append");
    assert_eq!(hits(folder.path()), 0);
    drop(journal);
    open::open(&path, Some(STORE)).expect("open");
}
