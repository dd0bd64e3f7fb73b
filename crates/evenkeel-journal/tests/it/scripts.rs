//! Any script gives the same answers in memory and on SQLite.

use crate::stores::{STORE, create, place};
use evenkeel_journal::batch::{Batch, CommandRow, Place, PlaceKind, PlaceRow, Placed};
use evenkeel_journal::conformance::sample::{assert_sound, event, id, private, wish};
use evenkeel_journal::identity::{Digest, WorkspaceId};
use evenkeel_journal::journal::{Journal, Reader};
use evenkeel_journal::memory::MemoryJournal;
use evenkeel_journal::setting::SettingEdit;
use evenkeel_journal::snapshot::Snapshot;
use evenkeel_journal::sqlite::journal::SqliteJournal;
use evenkeel_journal::sqlite::open;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Step {
    /// Commands (number and events), off the head by so much, and moves of records: to which kind
    /// and owner, and whether the row lies about where the record was.
    Append {
        space: u64,
        off: u64,
        commands: Vec<(u64, u64)>,
        moves: Vec<(u32, u8, u32, bool)>,
    },
    Erase {
        space: u64,
        subjects: Vec<u64>,
    },
    Settle {
        space: u64,
        record: u32,
        seq: u64,
    },
    Snapshot {
        space: u64,
        format: u32,
    },
    Settings {
        edits: Vec<(u8, u8, bool)>,
    },
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let space = 1..=3_u64;
    let commands = prop::collection::vec((0..40_u64, 0..4_u64), 1..4);
    let moves = prop::collection::vec(
        (0..6_u32, 1..=4_u8, 0..3_u32, prop::bool::weighted(0.05)),
        0..4,
    );
    let off = prop_oneof![9 => Just(0_u64), 1 => 1..3_u64];
    prop_oneof![
        12 => (space.clone(), off, commands, moves)
            .prop_map(|(space, off, commands, moves)| Step::Append { space, off, commands, moves }),
        1 => (space.clone(), prop::collection::vec(0..8_u64, 0..4))
            .prop_map(|(space, subjects)| Step::Erase { space, subjects }),
        1 => (space.clone(), 0..6_u32, 0..30_u64)
            .prop_map(|(space, record, seq)| Step::Settle { space, record, seq }),
        1 => (space, any::<u32>()).prop_map(|(space, format)| Step::Snapshot { space, format }),
        2 => prop::collection::vec((0..4_u8, 0..3_u8, any::<bool>()), 0..4)
            .prop_map(|edits| Step::Settings { edits }),
        1 => Just(Step::Reopen),
    ]
}

/// Builds a batch; both backends get the same one.
fn build(
    journal: &dyn Reader,
    space: WorkspaceId,
    off: u64,
    commands: &[(u64, u64)],
    moves: &[(u32, u8, u32, bool)],
) -> Batch {
    let seq = journal.head(space).map_or(0, |head| head.seq);
    let mut batch = Batch {
        expected_seq: seq + off,
        at_ms: 5,
        engine: 3,
        ..Batch::default()
    };
    for (number, count) in commands {
        let first_seq = batch.last_seq() + 1;
        (0..*count).for_each(|n| batch.events.push(&event(first_seq + n)));
        batch.commands.push(CommandRow {
            id: id(*number),
            body: Digest([9; 32]),
            first_seq,
            last_seq: first_seq + count - 1,
            answer: vec![7; usize::try_from(*count).expect("small")],
        });
    }
    let Some(last) = batch.events.len().checked_sub(1) else {
        return batch;
    };
    let last = batch.expected_seq + 1 + last as u64;
    let mut places: BTreeMap<u32, Option<Place>> = BTreeMap::new();
    for (record, code, owner, lie) in moves {
        let found = journal
            .place(space, *record)
            .expect("look")
            .map(|placed| placed.place);
        let was = *places.get(record).unwrap_or(&found);
        let kind = PlaceKind::from_code(*code).expect("of four");
        let due_ms = (kind == PlaceKind::Held || *owner == 2).then(|| i64::from(*owner) * 10);
        let place = Place {
            kind,
            owner: *owner,
        };
        let now = Placed {
            place,
            due_ms,
            seq: last,
        };
        let lied = Some(Place {
            kind: PlaceKind::Queue,
            owner: 77,
        });
        let row = PlaceRow {
            record: *record,
            was: if *lie { lied } else { was },
            now,
        };
        batch.places.push(row);
        batch.outbox.push(wish(*record, *owner, last));
        places.insert(*record, Some(place));
    }
    if let Some((number, _)) = commands.first() {
        batch
            .private
            .push(private(number % 8, &format!("person {number}")));
    }
    batch
}

/// Does one step and tells what came of it.
fn take(journal: &mut dyn Journal, batch: Option<&Batch>, step: &Step) -> String {
    match step {
        Step::Append { space, .. } => {
            let batch = batch.expect("built for it");
            format!("{:?}", journal.append(WorkspaceId(*space), batch))
        }
        Step::Erase { space, subjects } => {
            format!("{:?}", journal.erase(WorkspaceId(*space), subjects))
        }
        Step::Settle { space, record, seq } => {
            format!(
                "{:?}",
                journal.settle_outbox(WorkspaceId(*space), *record, *seq)
            )
        }
        Step::Snapshot { space, format } => {
            let space = WorkspaceId(*space);
            let Ok(head) = journal.head(space) else {
                return String::new();
            };
            let (digest, bytes) = (Digest([1; 32]), format.to_be_bytes().to_vec());
            let snapshot = Snapshot {
                format: *format,
                engine: 1,
                head,
                digest,
                bytes,
            };
            format!("{:?}", journal.put_snapshot(space, &snapshot))
        }
        Step::Settings { edits } => {
            let edits: Vec<_> = edits
                .iter()
                .map(|(what, key, odd)| {
                    let (key, value) = (vec![b'k', *key], vec![u8::from(*odd)]);
                    match what {
                        0 => SettingEdit::Expect {
                            key,
                            value: odd.then_some(value),
                        },
                        1 => SettingEdit::Delete { key },
                        _ => SettingEdit::Put { key, value },
                    }
                })
                .collect();
            format!("{:?}", journal.edit_settings(&edits))
        }
        Step::Reopen => String::new(),
    }
}

/// All that can be read.
fn see(journal: &dyn Reader) -> Vec<String> {
    let mut seen = vec![format!("{:?}", journal.settings(b"k", None, 100))];
    for space in (1..=3).map(WorkspaceId) {
        seen.push(format!("{:?}", journal.head(space)));
        seen.push(format!("{:?}", journal.read(space, 0, 7)));
        seen.push(format!("{:?}", journal.read(space, 4, 1_000)));
        seen.push(format!("{:?}", journal.walk(space, 0, 1_000)));
        seen.push(format!("{:?}", journal.places(space, None, 100)));
        seen.push(format!("{:?}", journal.due(space, 15, 100)));
        seen.push(format!("{:?}", journal.outbox(space, None, 100)));
        seen.push(format!("{:?}", journal.snapshots(space)));
        seen.push(format!("{:?}", journal.counts(space)));
        for number in 0..40 {
            seen.push(format!("{:?}", journal.command(space, id(number))));
            seen.push(format!("{:?}", journal.command_mark(space, id(number))));
            seen.push(format!("{:?}", journal.private(space, number)));
            seen.push(format!("{:?}", journal.snapshot(space, number)));
        }
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn memory_and_sqlite_tell_the_same(steps in prop::collection::vec(step(), 1..40)) {
        let (_folder, path) = place();
        let mut memory = MemoryJournal::create(STORE);
        let mut sqlite: SqliteJournal = create(&path);
        for name in ["one", "two"] {
            let made = memory.create_workspace(name).expect("create");
            prop_assert_eq!(made, sqlite.create_workspace(name).expect("create"));
        }
        for step in &steps {
            let batch = match step {
                Step::Append { space, off, commands, moves } => {
                    Some(build(&memory, WorkspaceId(*space), *off, commands, moves))
                }
                _ => None,
            };
            if matches!(step, Step::Reopen) {
                drop(sqlite);
                sqlite = open::open(&path, Some(STORE)).expect("open");
            }
            let expected = take(&mut memory, batch.as_ref(), step);
            prop_assert_eq!(take(&mut sqlite, batch.as_ref(), step), expected, "{:?}", step);
        }
        prop_assert_eq!(see(&sqlite), see(&memory));
        for space in [WorkspaceId(1), WorkspaceId(2)] {
            assert_sound(&memory, space);
            assert_sound(&sqlite, space);
        }
    }
}
