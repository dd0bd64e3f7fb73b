//! History that files told: kept once, in the order it came, vouched for and erasable.

use crate::conformance::Rig;
use crate::conformance::sample::{assert_sound, batch, workspace};
use crate::fault::{AppendFault, StorageFault};
use crate::history::{
    Extent, HistoryPart, KeyKind, KeyRow, Past, PastRow, ToldRow, digest_between,
};
use crate::identity::WorkspaceId;
use crate::journal::Journal;

fn key(kind: KeyKind, number: u32, text: &str) -> KeyRow {
    KeyRow::new(kind, number, [5; 16], text)
}

/// A fact of record 0, with this number in its id.
fn fact(id: u8, what: Past, at_ms: i64) -> PastRow {
    PastRow {
        row: 0,
        id: [id; 16],
        record: 0,
        what,
        rep: (what != Past::Created).then_some(0),
        at_ms,
        told_ms: 1_000,
        word: None,
        value: (what == Past::Won).then_some(-5),
        source: 0,
    }
}

fn first() -> HistoryPart {
    HistoryPart {
        keys: vec![
            key(KeyKind::Record, 0, "D-1"),
            key(KeyKind::Word, 0, "crm"),
            key(KeyKind::Rep, 0, "Ana"),
        ],
        rows: vec![
            fact(1, Past::Created, -7),
            fact(2, Past::Assigned, 3),
            fact(1, Past::Won, 9),
            fact(4, Past::Won, 9),
        ],
    }
}

fn digest(journal: &dyn Journal, space: WorkspaceId, to: Extent) -> crate::identity::Digest {
    digest_between(journal, space, (Extent::default(), to)).expect("a digest")
}

/// A fact that is there already is not added again, rows are numbered without gap as they came, and
/// a part whose keys do not go on is refused whole.
pub fn a_fact_is_kept_once(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let other = journal.create_workspace("other").expect("another");
    let kept = journal.put_history(space, &first()).expect("put");
    assert_eq!(kept, [true, true, false, true]);
    let gap = HistoryPart {
        keys: vec![key(KeyKind::Rep, 2, "Cleo")],
        rows: vec![fact(8, Past::Lost, 1)],
    };
    let refused = journal.put_history(space, &gap);
    assert!(matches!(refused, Err(AppendFault::Malformed { .. })));
    let mut journal = rig.reopen(journal);
    let again = HistoryPart {
        keys: vec![key(KeyKind::Rep, 1, "Ben")],
        rows: vec![fact(4, Past::Won, 9), fact(5, Past::Worked, 4)],
    };
    assert_eq!(
        journal.put_history(space, &again).expect("put"),
        [false, true]
    );
    let extent = journal.history_extent(space).expect("extent");
    assert_eq!((extent.keys, extent.rows), ([1, 2, 1], 4));
    let rows = journal.history(space, 0, 10).expect("rows");
    let told: Vec<_> = rows.iter().map(|row| (row.row, row.id[0])).collect();
    assert_eq!(told, [(1, 1), (2, 2), (3, 4), (4, 5)]);
    let mut expected = fact(4, Past::Won, 9);
    expected.row = 3;
    assert_eq!(rows[2], expected);
    assert_eq!(journal.history(space, 2, 1).expect("page"), [rows[2]]);
    read_for_reports(&*journal, space, &rows);
    let reps = journal.history_keys(space, KeyKind::Rep, 1, 10);
    assert_eq!(reps.expect("keys"), [key(KeyKind::Rep, 1, "Ben")]);
    let none = journal.history_extent(other).expect("extent");
    assert_eq!(none, Extent::default());
    let unknown = journal.put_history(WorkspaceId(9), &first());
    assert!(
        matches!(
            unknown,
            Err(AppendFault::Storage(StorageFault::UnknownWorkspace(_)))
        ),
        "{unknown:?}"
    );
    let long = HistoryPart {
        keys: vec![key(KeyKind::Word, 1, &"x".repeat(1_025))],
        rows: Vec::new(),
    };
    let bound = journal.put_history(space, &long);
    assert!(
        matches!(bound, Err(AppendFault::Storage(StorageFault::Bound { .. }))),
        "{bound:?}"
    );
    assert_eq!(journal.head(space).expect("head").seq, 0, "no event");
    journal.append(space, &batch(0, 1, 1)).expect("append");
    assert_sound(&*journal, space);
}

/// The same rows and keys, as reports read them.
fn read_for_reports(journal: &dyn Journal, space: WorkspaceId, rows: &[PastRow]) {
    for part in [(0, 4), (1, 3), (4, 4), (0, 99)] {
        let mut told: Vec<ToldRow> = Vec::new();
        let read = journal.each_told(space, part, &mut |row| told.push(*row));
        read.expect("read");
        let within = rows
            .iter()
            .filter(|row| row.row > part.0 && row.row <= part.1);
        assert_eq!(told, within.map(ToldRow::from).collect::<Vec<_>>());
    }
    let mut names = Vec::new();
    let read = journal.each_name(space, KeyKind::Rep, &mut |at, name| names.push((at, name)));
    read.expect("read");
    assert_eq!(
        names,
        [(0, Some("Ana".to_owned())), (1, Some("Ben".to_owned()))]
    );
}

/// The digest tells tables apart that differ in anything, and outlives erasing a key.
pub fn an_erased_key_leaves_the_digest(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    journal.put_history(space, &first()).expect("put");
    let extent = journal.history_extent(space).expect("extent");
    let before = digest(&*journal, space, extent);
    let reader = journal.reader().expect("another pair of eyes");
    let seen = digest_between(&*reader, space, (Extent::default(), extent));
    assert_eq!(seen.expect("a digest"), before);
    drop(reader);
    let erase = [(KeyKind::Rep, 0), (KeyKind::Rep, 7)];
    assert_eq!(journal.erase_history_keys(space, &erase).expect("erase"), 1);
    assert_eq!(journal.erase_history_keys(space, &erase).expect("erase"), 0);
    let journal = rig.reopen(journal);
    let rep = journal.history_keys(space, KeyKind::Rep, 0, 1);
    let rep = rep.expect("keys").remove(0);
    assert!(rep.text.is_none() && rep.is_sound());
    assert_eq!(digest(&*journal, space, extent), before);

    let mut other = rig.fresh();
    let space = workspace(&mut *other);
    let mut changed = first();
    changed.rows[1].at_ms += 1;
    other.put_history(space, &changed).expect("put");
    assert_ne!(digest(&*other, space, extent), before);
}
