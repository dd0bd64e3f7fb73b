//! The views that SQL readers are promised.

use crate::stores::{place, small};
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
