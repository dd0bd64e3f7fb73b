//! Backups of a store in use, and stores from backups.

use crate::stores::{SPACE, STORE, create, everything, fill, place, small};
use evenkeel_journal::backup::{backup, restore};
use evenkeel_journal::conformance::sample::{assert_sound, batch};
use evenkeel_journal::identity::StoreIdentity;
use evenkeel_journal::journal::{Journal, Reader};
use evenkeel_journal::setting::SettingEdit;
use evenkeel_journal::sqlite::open::{self, OpenFault};
use std::fs;
use std::path::Path;

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("list")
        .map(|entry| {
            entry
                .expect("entry")
                .file_name()
                .into_string()
                .expect("our names")
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_store_in_use_is_copied_whole() {
    let (folder, path) = place();
    let mut journal = create(&path);
    journal.create_workspace("sales").expect("create");
    let head = fill(&mut journal);
    let edit = SettingEdit::Put {
        key: b"user/ana".to_vec(),
        value: b"1".to_vec(),
    };
    journal.edit_settings(&[edit]).expect("edit");

    let to = folder.path().join("copy.db");
    let copied = backup(&path, &to).expect("backup");
    assert_eq!(
        copied.identity,
        StoreIdentity {
            store: STORE,
            epoch: 1
        }
    );
    assert_eq!(copied.events(SPACE), Some(8));
    let before = everything(&journal);
    journal
        .append(SPACE, &batch(head.seq, 7, 1))
        .expect("the store goes on");

    let copy = open::open_reader(&to).expect("open");
    assert_eq!(everything(&copy), before);
    assert_eq!(
        copy.setting(b"user/ana").expect("look"),
        Some(b"1".to_vec())
    );
    drop(copy);
    let left: Vec<_> = files(folder.path())
        .into_iter()
        .filter(|n| n.starts_with("copy"))
        .collect();
    assert_eq!(left, ["copy.db"], "one file is all of it");
}

#[test]
fn a_backup_goes_on_beside_a_busy_writer() {
    let (folder, path) = place();
    let mut journal = create(&path);
    journal.create_workspace("sales").expect("create");
    std::thread::scope(|scope| {
        let backups = scope.spawn(|| {
            (0..5)
                .map(|n| {
                    let to = folder.path().join(format!("{n}.bak"));
                    backup(&path, &to)
                        .expect("backup")
                        .events(SPACE)
                        .expect("the workspace")
                })
                .collect::<Vec<u64>>()
        });
        let mut seq = 0;
        while !backups.is_finished() {
            seq = journal
                .append(SPACE, &batch(seq, seq, 1))
                .expect("append")
                .seq;
        }
        let copied = backups.join().expect("no panic");
        assert!(copied.is_sorted(), "{copied:?}");
        assert!(copied.iter().all(|events| *events <= seq));
    });
    assert_sound(&journal, SPACE);
}

#[test]
fn nothing_is_overwritten() {
    let (folder, path) = place();
    small(&path);
    let to = folder.path().join("copy.db");
    fs::write(&to, "mine").expect("write");
    for refused in [backup(&path, &to), restore(&path, &to), restore(&to, &path)] {
        let refused = refused.expect_err("something is there");
        assert!(
            matches!(
                refused,
                OpenFault::AlreadyThere { .. } | OpenFault::NotAStore { .. }
            ),
            "{refused}"
        );
    }
    assert_eq!(fs::read_to_string(&to).expect("read"), "mine");
    fs::remove_file(&to).expect("remove");

    backup(&path, &to).expect("backup");
    let live = open::open(&path, None).expect("open");
    let refused = restore(&to, &path).expect_err("a live store");
    assert!(matches!(refused, OpenFault::InUse { .. }), "{refused}");
    drop(live);
    let refused = restore(&to, &path).expect_err("a store");
    assert!(
        matches!(refused, OpenFault::AlreadyThere { .. }),
        "{refused}"
    );
    let nowhere = backup(
        &folder.path().join("nowhere.db"),
        &folder.path().join("new.db"),
    );
    assert!(matches!(nowhere, Err(OpenFault::Missing { .. })));
}

#[test]
fn a_restored_store_is_the_same_in_a_new_epoch() {
    let (folder, path) = place();
    let head = small(&path);
    let to = folder.path().join("copy.db");
    backup(&path, &to).expect("backup");
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(folder.path().join(format!("evenkeel.db{suffix}")));
    }

    let copied = restore(&to, &path).expect("restore");
    assert_eq!(
        copied.identity,
        StoreIdentity {
            store: STORE,
            epoch: 2
        }
    );
    let mut journal = open::open(&path, Some(STORE)).expect("open");
    assert_eq!(journal.identity().expect("identity").epoch, 2);
    assert_eq!(journal.head(SPACE).expect("head"), head);
    journal
        .append(SPACE, &batch(head.seq, 7, 1))
        .expect("it goes on");
    assert_sound(&journal, SPACE);
    drop(journal);
    // From a restored store the next epoch follows.
    let second = folder.path().join("second.db");
    backup(&path, &second).expect("backup");
    let third = folder.path().join("third.db");
    assert_eq!(restore(&second, &third).expect("restore").identity.epoch, 3);
}

#[test]
fn a_damaged_source_leaves_no_copy() {
    let (folder, path) = place();
    small(&path);
    let raw = rusqlite::Connection::open(&path).expect("open");
    raw.execute("UPDATE batch SET engine = 9 WHERE batch = 5", [])
        .expect("damage");
    drop(raw);
    for to in ["copy.db", "restored.db"] {
        let to = folder.path().join(to);
        let refused = match to.ends_with("copy.db") {
            true => backup(&path, &to),
            false => restore(&path, &to),
        };
        let refused = refused.expect_err("damaged");
        assert!(refused.to_string().contains("seq 7, batch 5"), "{refused}");
        assert!(!to.exists());
    }
    assert!(
        files(folder.path())
            .iter()
            .all(|name| !name.contains("partial"))
    );
}
