//! The views that SQL readers are promised.

use crate::stores::{SPACE, place, small};
use evenkeel_journal::activity::{ActivityId, ActivityRow};
use evenkeel_journal::backup::backup;
use evenkeel_journal::conformance::sample::batch;
use evenkeel_journal::history::{
    Extent, HistoryPart, HistoryReader, HistoryWriter, KeyKind, KeyRow, Past, PastRow,
};
use evenkeel_journal::journal::{Journal, Reader};
use evenkeel_journal::sqlite::open::{self, OpenFault};
use rusqlite::{Connection, OpenFlags, types::Value};

fn rows(path: &std::path::Path, text: &str) -> Vec<Vec<Value>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    let reader = Connection::open_with_flags(path, flags).expect("open");
    let mut statement = reader.prepare(text).expect("prepare");
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|c| row.get(c)).collect());
    rows.expect("query")
        .collect::<Result<_, _>>()
        .expect("rows")
}

fn text(words: &str) -> Value {
    Value::Text(words.to_owned())
}

#[test]
fn ownership_says_where_each_record_is() {
    let (_folder, path) = place();
    small(&path);
    let found = rows(&path, "SELECT * FROM ownership ORDER BY record");
    let expected = [
        (
            1,
            "book",
            Value::Integer(1),
            Value::Null,
            "2026-01-01T00:00:00.000Z",
            1,
        ),
        (
            2,
            "held",
            Value::Null,
            text("1970-01-01T00:00:05.000Z"),
            "2026-01-01T00:00:00.000Z",
            2,
        ),
        (
            3,
            "book",
            Value::Integer(2),
            Value::Null,
            "2026-01-01T00:00:00.007Z",
            8,
        ),
    ];
    let expected = expected.map(|(record, kind, owner, due, since, seq)| {
        let (record, seq) = (Value::Integer(record), Value::Integer(seq));
        vec![
            text("sales"),
            record,
            text(kind),
            owner,
            due,
            text(since),
            seq,
        ]
    });
    assert_eq!(found, expected);
}

#[test]
fn commands_and_batches_tell_the_transactions() {
    let (_folder, path) = place();
    small(&path);
    let columns = "batch, first_seq, last_seq, event_count, at";
    for view in ["commands", "batches"] {
        let found = rows(
            &path,
            &format!("SELECT {columns} FROM {view} ORDER BY batch"),
        );
        assert_eq!(found.len(), 6, "{view}");
        let number = Value::Integer;
        let at = text("2026-01-01T00:00:00.003Z");
        assert_eq!(
            found[2],
            [number(3), Value::Null, Value::Null, number(0), at.clone()]
        );
        assert_eq!(found[3], [number(4), number(4), number(6), number(3), at]);
    }
    let ids = rows(
        &path,
        "SELECT command FROM commands ORDER BY command LIMIT 1",
    );
    assert_eq!(ids[0][0], text("00000000000000000000000000000001"));
    let shapes = rows(&path, "SELECT length(hash), byte_count > 50 FROM batches");
    assert!(
        shapes
            .iter()
            .all(|row| row == &[Value::Integer(64), Value::Integer(1)])
    );
}

#[test]
fn activities_are_told_with_their_moments() {
    let (_folder, path) = place();
    small(&path);
    let mut journal = open::open(&path, None).expect("open");
    let seq = journal.head(SPACE).expect("head").seq;
    let mut log = batch(seq, 900, 0);
    log.activities = vec![ActivityRow {
        id: ActivityId::of("crm", &[b"1"]),
        record: 3,
        rep: None,
        at_ms: 1_767_225_600_007,
        kind: "call".to_owned(),
        verified: true,
        source: "crm".to_owned(),
    }];
    journal.append(SPACE, &log).expect("append");
    let found = rows(&path, "SELECT * FROM activities");
    let at = text("2026-01-01T00:00:00.007Z");
    let (record, verified) = (Value::Integer(3), Value::Integer(1));
    let row = [
        text("sales"),
        record,
        Value::Null,
        at,
        text("call"),
        verified,
        text("crm"),
    ];
    assert_eq!(found, [row]);
}

#[test]
fn a_store_of_an_older_layout_is_brought_up_by_its_writer() {
    let second = "DROP VIEW past; DROP TABLE history; DROP TABLE history_key;";
    let first = format!("{second} DROP VIEW activities; DROP TABLE activity;");
    for (layout, undo) in [(1, first.as_str()), (2, second)] {
        older(layout, undo);
    }
}

fn older(layout: i64, undo: &str) {
    let (folder, path) = place();
    small(&path);
    let old = Connection::open(&path).expect("open");
    old.execute_batch(&format!("{undo} PRAGMA user_version = {layout}"))
        .expect("as it was");
    drop(old);
    let refused = open::open_reader(&path).err();
    assert!(
        matches!(refused, Some(OpenFault::OlderLayout { found }) if found == layout),
        "{refused:?}"
    );
    let copy = folder.path().join("copy.db");
    backup(&path, &copy).expect("a backup is brought up too");
    for path in [&copy, &path] {
        let journal = open::open(path, None).expect("open");
        assert_eq!(journal.counts(SPACE).expect("count").activities, 0);
        let extent = journal.history_extent(SPACE).expect("extent");
        assert_eq!(extent, Extent::default());
        drop(journal);
        open::open_reader(path).expect("read on");
    }
}

#[test]
fn the_past_is_told_with_keys_and_both_times() {
    let (_folder, path) = place();
    small(&path);
    let mut journal = open::open(&path, None).expect("open");
    let key = |kind, text| KeyRow::new(kind, 0, [1; 16], text);
    let part = HistoryPart {
        keys: vec![
            key(KeyKind::Record, "D-1"),
            key(KeyKind::Rep, "Ana"),
            key(KeyKind::Word, "crm"),
        ],
        rows: vec![PastRow {
            row: 0,
            id: [1; 16],
            record: 0,
            what: Past::Won,
            rep: Some(0),
            at_ms: 1_767_225_600_007,
            told_ms: 1_767_225_600_008,
            word: None,
            value: Some(1_500_000),
            source: 0,
        }],
    };
    journal.put_history(SPACE, &part).expect("put");
    let row = [
        text("sales"),
        Value::Integer(1),
        text("D-1"),
        text("won"),
        text("Ana"),
        text("2026-01-01T00:00:00.007Z"),
        text("2026-01-01T00:00:00.008Z"),
        Value::Null,
        Value::Integer(1_500_000),
        text("crm"),
    ];
    assert_eq!(rows(&path, "SELECT * FROM past"), [row]);
    let keys = [(KeyKind::Rep, 0)];
    assert_eq!(journal.erase_history_keys(SPACE, &keys).expect("erase"), 1);
    let erased = rows(&path, "SELECT rep FROM past");
    assert_eq!(erased, [[Value::Null]]);
}
