//! Damage of every kind to a small store is found, and told where.

use crate::stores::{SPACE, everything, place, small};
use evenkeel_journal::chain::ChainFault;
use evenkeel_journal::fault::StorageFault;
use evenkeel_journal::identity::Head;
use evenkeel_journal::journal::Reader;
use evenkeel_journal::report::{Finding, Flaw};
use evenkeel_journal::sqlite::open;
use evenkeel_journal::verify::{Audit, verify, verify_store};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A small store, a raw connection to damage it with, and its head.
fn damaged_by(text: &str) -> (TempDir, PathBuf, Head) {
    let (folder, path) = place();
    let head = small(&path);
    let raw = Connection::open(&path).expect("open");
    raw.execute_batch(&format!("PRAGMA foreign_keys = OFF; {text}"))
        .expect("damage");
    (folder, path, head)
}

fn findings(path: &Path, known: Option<Head>) -> Vec<Finding> {
    let reader = open::open_reader(path).expect("open");
    verify(
        &reader,
        SPACE,
        Audit {
            known,
            ..Audit::default()
        },
    )
    .findings
}

#[test]
fn an_undamaged_store_is_sound() {
    let (_folder, path, head) = damaged_by("");
    assert_eq!(findings(&path, Some(head)), []);
    let reader = open::open_reader(&path).expect("open");
    let report = verify_store(&reader).expect("verify");
    assert!(report.is_sound());
    let (space, found) = &report.workspaces[0];
    assert_eq!(space.id, SPACE);
    assert_eq!(
        (found.batches, found.events, found.commands, found.head),
        (6, 8, 6, head)
    );
}

#[test]
fn every_flipped_byte_of_a_body_is_found_at_its_batch() {
    let (_folder, path, _) = damaged_by("");
    let raw = Connection::open(&path).expect("open");
    raw.execute_batch("PRAGMA synchronous = OFF")
        .expect("speed, for a test");
    let reader = open::open_reader(&path).expect("open");
    let mut flipped = 0;
    for stored in reader.walk(SPACE, 0, 100).expect("walk") {
        let write = |body: &[u8]| {
            let text = "UPDATE batch SET body = ?2 WHERE batch = ?1";
            assert_eq!(
                raw.execute(text, (stored.batch.cast_signed(), body))
                    .expect("write"),
                1
            );
        };
        for at in 0..stored.body.len() {
            let mut body = stored.body.clone();
            body[at] ^= 1 << (at % 8);
            write(&body);
            let found = verify(&reader, SPACE, Audit::default());
            let expected = Finding {
                seq: stored.expected_seq + 1,
                batch: Some(stored.batch),
                flaw: Flaw::Chain(ChainFault::HashDiffers),
            };
            assert_eq!(
                found.findings,
                [expected],
                "byte {at} of batch {}",
                stored.batch
            );
            flipped += 1;
        }
        // Reading stops there too, and names the place.
        if stored.last_seq > stored.expected_seq {
            let refused = reader.read(SPACE, 0, 100).expect_err("damaged");
            let StorageFault::Damaged { seq, .. } = refused else {
                panic!("{refused}")
            };
            assert_eq!(seq, stored.expected_seq + 1);
        }
        write(&stored.body);
    }
    assert!(flipped > 500, "{flipped} bytes");
    assert!(
        verify(&reader, SPACE, Audit::default()).is_sound(),
        "all is put back"
    );
}

#[test]
fn every_changed_column_of_a_batch_is_found() {
    let columns = [
        ("first_seq", "first_seq - 1"),
        ("last_seq", "last_seq + 1"),
        ("at_ms", "at_ms + 1"),
        ("engine", "engine + 1"),
        ("prev", "zeroblob(32)"),
        ("hash", "zeroblob(32)"),
    ];
    for (column, value) in columns {
        let text = format!("UPDATE batch SET {column} = {value} WHERE batch = 4");
        let (_folder, path, _) = damaged_by(&text);
        let found = findings(&path, None);
        assert_eq!(
            (found[0].seq, found[0].batch),
            (4, Some(4)),
            "{column}: {found:?}"
        );
    }
}

#[test]
fn cut_moved_and_spliced_batches_are_found() {
    let cases = [
        // A batch from the middle.
        ("DELETE FROM batch WHERE batch = 4", 4, Flaw::BatchGap { expected: 4 }),
        // The first one.
        ("DELETE FROM batch WHERE batch = 1", 1, Flaw::BatchGap { expected: 1 }),
        // Two bodies exchanged.
        (
            "UPDATE batch SET body = (SELECT b.body FROM batch AS b WHERE b.batch = 11 - batch.batch)
             WHERE batch IN (5, 6)",
            7,
            Flaw::Chain(ChainFault::HashDiffers),
        ),
        // The batches after the third moved down over it, as if it had never been.
        (
            "DELETE FROM batch WHERE batch = 3;
             UPDATE batch SET batch = -batch WHERE batch > 3;
             UPDATE batch SET batch = -batch - 1 WHERE batch < 0",
            4,
            Flaw::Chain(ChainFault::HashDiffers),
        ),
        // A batch of ours once more at the end.
        (
            "INSERT INTO batch SELECT workspace, 7, 9, 9, at_ms, engine, prev, hash, body
             FROM batch WHERE batch = 6",
            9,
            Flaw::Chain(ChainFault::HashDiffers),
        ),
    ];
    for (text, seq, flaw) in cases {
        let text = text.replace(
            "UPDATE batch SET batch",
            "PRAGMA ignore_check_constraints = ON;
            UPDATE batch SET batch",
        );
        let (_folder, path, _) = damaged_by(&text);
        let found = findings(&path, None);
        assert_eq!(
            (found[0].seq, &found[0].flaw),
            (seq, &flaw),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn a_batch_with_a_hash_of_its_own_does_not_fit_the_chain() {
    let (_folder, path, _) = damaged_by("");
    let reader = open::open_reader(&path).expect("open");
    let mut forged = reader.walk(SPACE, 1, 1).expect("walk").remove(0);
    forged.at_ms += 1;
    let raw = Connection::open(&path).expect("open");
    let text = "UPDATE batch SET at_ms = at_ms + 1, hash = ?1 WHERE batch = 2";
    raw.execute(text, [forged.computed_hash(SPACE).0])
        .expect("forge");
    let found = findings(&path, None);
    assert_eq!(
        (found[0].seq, &found[0].flaw),
        (4, &Flaw::Chain(ChainFault::PrevDiffers))
    );
    assert_eq!(found[0].batch, Some(3));
}

#[test]
fn a_cut_end_is_found_by_what_hangs_on_it_or_by_a_noted_head() {
    let (_folder, path, _) = damaged_by("DELETE FROM batch WHERE batch = 6");
    let found = findings(&path, None);
    let flaws: Vec<_> = found.iter().map(|finding| &finding.flaw).collect();
    assert!(
        flaws.contains(&&Flaw::CommandsExtra { rows: 6, chain: 5 }),
        "{flaws:?}"
    );
    assert!(
        flaws.contains(&&Flaw::PlaceAhead { record: 3 }),
        "{flaws:?}"
    );
    assert!(
        flaws.contains(&&Flaw::OutboxAhead { record: 3 }),
        "{flaws:?}"
    );

    // Cut with all that hangs on it, the store agrees with itself: it is an older copy.
    let (_folder, path, head) = damaged_by(
        "DELETE FROM batch WHERE batch = 6; DELETE FROM command WHERE batch = 6;
         DELETE FROM place WHERE seq = 8; DELETE FROM outbox WHERE seq = 8;
         DELETE FROM private WHERE batch = 6",
    );
    assert_eq!(findings(&path, None), []);
    let found = findings(&path, Some(head));
    assert_eq!(
        (found[0].seq, &found[0].flaw),
        (8, &Flaw::HeadUnknown(head))
    );
}

#[test]
fn side_rows_are_held_against_the_chain() {
    let cases = [
        ("DELETE FROM command WHERE batch = 4", 4, "has no row"),
        (
            "UPDATE command SET first_seq = 5 WHERE batch = 4",
            4,
            "not what its batch says",
        ),
        (
            "UPDATE command SET batch = 5 WHERE batch = 4",
            4,
            "not what its batch says",
        ),
        (
            "INSERT INTO command VALUES (1, zeroblob(16), 2, 3, 3)",
            9,
            "7 command rows",
        ),
        (
            "UPDATE private SET body = x'416e6e' WHERE subject = 1",
            1,
            "subject 1",
        ),
        (
            "UPDATE private SET salt = zeroblob(16) WHERE subject = 2",
            8,
            "subject 2",
        ),
        (
            "UPDATE private SET batch = 1 WHERE subject = 2",
            1,
            "subject 2",
        ),
        (
            "INSERT INTO private VALUES (1, 9, 1, zeroblob(16), x'00')",
            9,
            "3 rows of personal",
        ),
        ("UPDATE place SET seq = 9 WHERE record = 1", 9, "record 1"),
        ("UPDATE outbox SET seq = 9 WHERE record = 1", 9, "record 1"),
    ];
    for (text, seq, words) in cases {
        let (_folder, path, _) = damaged_by(text);
        let found = findings(&path, None);
        let told = found.first().map(ToString::to_string).unwrap_or_default();
        assert!(told.contains(words), "{text}: {told}");
        assert_eq!(found[0].seq, seq, "{text}: {told}");
    }
    // Erased personal data is no damage.
    let (_folder, path, head) = damaged_by("DELETE FROM private");
    assert_eq!(findings(&path, Some(head)), []);
}

#[test]
fn a_flipped_byte_of_the_file_is_found_or_changes_nothing() {
    let (folder, path, _) = damaged_by("");
    let sound = std::fs::read(&path).expect("read");
    let expected = everything(&open::open_reader(&path).expect("open"));
    let copy = folder.path().join("copy.db");
    let (mut found, mut harmless) = (0, 0);
    for at in (0..sound.len()).step_by(131) {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        std::fs::write(&copy, &bytes).expect("write");
        let checked = open::open_reader(&copy).ok().and_then(|reader| {
            let report = verify_store(&reader).ok()?;
            (report.is_sound() && report.workspaces.len() == 1).then_some(reader)
        });
        match checked {
            None => found += 1,
            Some(reader) => {
                assert_eq!(
                    everything(&reader),
                    expected,
                    "byte {at} was served changed"
                );
                harmless += 1;
            }
        }
    }
    assert!(found > 20, "{found} found, {harmless} in unused space");
}
