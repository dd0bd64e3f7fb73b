//! The store as a whole: workspaces, settings, readers, reopening, verification.

use crate::batch::Place;
use crate::conformance::Rig;
use crate::conformance::sample::{
    assert_sound, batch, book, event, exchange, held, id, moved, private, queue, wish, workspace,
};
use crate::fault::{CreateFault, StorageFault};
use crate::identity::{Digest, Head, WorkspaceId};
use crate::journal::{Journal, NAME_BYTES_MAX};
use crate::report::Flaw;
use crate::setting::{SettingEdit, SettingFault};
use crate::verify::{Audit, Replay, verify};
use std::collections::BTreeMap;

/// The same numbers and ids in two workspaces never meet.
pub fn workspaces_are_apart(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let first = journal.create_workspace("first").expect("create");
    let second = journal.create_workspace("zweite ☂").expect("create");
    assert_eq!((first, second), (WorkspaceId(1), WorkspaceId(2)));
    let taken = journal.create_workspace("first");
    assert!(matches!(taken, Err(CreateFault::NameTaken(name)) if name == "first"));
    assert!(matches!(
        journal.create_workspace(""),
        Err(CreateFault::NameEmpty)
    ));
    let long = journal.create_workspace(&"x".repeat(NAME_BYTES_MAX + 1));
    assert!(matches!(
        long,
        Err(CreateFault::Storage(StorageFault::Bound { .. }))
    ));

    let mut full = batch(0, 1, 1);
    full.places.push(moved(1, None, book(1), 1));
    full.private.push(private(1, "Ana"));
    full.outbox.push(wish(1, 1, 1));
    let one = journal.append(first, &full).expect("append");
    assert_eq!(journal.head(second).expect("head"), Head::GENESIS);
    assert_eq!(journal.private(second, 1).expect("look"), None);
    let two = journal.append(second, &full).expect("append");
    assert_ne!(one.hash, two.hash, "the chain names its workspace");
    assert_eq!(journal.erase(second, &[1]).expect("erase"), 1);
    assert!(journal.private(first, 1).expect("look").is_some());
    assert!(journal.settle_outbox(second, 1, 1).expect("settle"));
    assert_eq!(journal.outbox(first, None, 9).expect("list").len(), 1);

    let nowhere = WorkspaceId(3);
    assert!(matches!(
        journal.head(nowhere),
        Err(StorageFault::UnknownWorkspace(_))
    ));
    assert_eq!(journal.read(nowhere, 0, 9).expect("read"), []);
    assert!(matches!(
        journal.erase(nowhere, &[1]),
        Err(StorageFault::UnknownWorkspace(_))
    ));
    let names: Vec<_> = journal
        .workspaces()
        .expect("list")
        .into_iter()
        .map(|space| space.name)
        .collect();
    assert_eq!(names, ["first", "zweite ☂"]);
}

fn put(key: &str, value: &str) -> SettingEdit {
    SettingEdit::Put {
        key: key.into(),
        value: value.into(),
    }
}

fn expect(key: &str, value: Option<&str>) -> SettingEdit {
    SettingEdit::Expect {
        key: key.into(),
        value: value.map(Into::into),
    }
}

fn delete(key: &str) -> SettingEdit {
    SettingEdit::Delete { key: key.into() }
}

/// An expectation that fails undoes the edits before it.
pub fn settings_change_whole_or_not_at_all(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let setting = |journal: &dyn Journal, key: &str| journal.setting(key.as_bytes()).expect("look");
    journal
        .edit_settings(&[expect("user/ana", None), put("user/ana", "1")])
        .expect("edit");
    let refused = journal.edit_settings(&[
        put("user/ben", "2"),
        delete("user/ana"),
        expect("user/ana", None),
        expect("user/ben", Some("other")),
    ]);
    assert!(
        matches!(refused, Err(SettingFault::Changed { index: 3 })),
        "{refused:?}"
    );
    assert_eq!(setting(&*journal, "user/ana"), Some(b"1".to_vec()));
    assert_eq!(setting(&*journal, "user/ben"), None);

    // A one-time token is spent once.
    let spend = [expect("token", Some("t")), delete("token")];
    journal
        .edit_settings(&[put("token", "s"), put("token", "t")])
        .expect("edit");
    journal.edit_settings(&spend).expect("the first time");
    assert!(matches!(
        journal.edit_settings(&spend),
        Err(SettingFault::Changed { index: 0 })
    ));
    journal
        .edit_settings(&[delete("token")])
        .expect("deleting nothing is no harm");
    let journal = rig.reopen(journal);
    assert_eq!(setting(&*journal, "user/ana"), Some(b"1".to_vec()));
    assert_eq!(setting(&*journal, "token"), None);
}

/// A prefix lists its keys in byte order, page by page.
pub fn settings_are_listed_by_prefix(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let names = ["a", "b", "b/", "b/1", "b/2", "b/\u{ff}", "b0", "c"];
    let edits: Vec<_> = names.iter().map(|name| put(name, name)).collect();
    journal.edit_settings(&edits).expect("edit");
    journal
        .edit_settings(&[SettingEdit::Put {
            key: vec![255, 255],
            value: Vec::new(),
        }])
        .expect("edit");
    let list = |prefix: &[u8], after: Option<&[u8]>, rows| {
        let found = journal.settings(prefix, after, rows).expect("list");
        found
            .into_iter()
            .map(|setting| setting.key)
            .collect::<Vec<_>>()
    };
    let expected = ["b/", "b/1", "b/2", "b/\u{ff}"].map(|key| key.as_bytes().to_vec());
    assert_eq!(list(b"b/", None, 10), expected);
    assert_eq!(list(b"b/", None, 2), expected[..2]);
    assert_eq!(list(b"b/", Some(b"b/1"), 10), expected[2..]);
    assert_eq!(
        list(b"b/", Some(b"a"), 10),
        expected,
        "a cursor before the prefix"
    );
    assert_eq!(list(b"b/", Some(b"c"), 10), Vec::<Vec<u8>>::new());
    assert_eq!(list(b"", None, 100).len(), names.len() + 1);
    assert_eq!(list(&[255], None, 10), [vec![255, 255]]);
}

/// Another pair of eyes sees whole batches as soon as they are appended.
pub fn a_reader_sees_what_was_appended(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let reader = journal.reader().expect("reader");
    assert_eq!(reader.head(space).expect("head"), Head::GENESIS);
    let head = journal.append(space, &batch(0, 1, 2)).expect("append");
    let seen = std::thread::spawn(move || {
        assert_eq!(reader.identity().expect("identity").epoch, 1);
        assert!(reader.command(space, id(1)).expect("look").is_some());
        (
            reader.head(space).expect("head"),
            reader.read(space, 0, 9).expect("read"),
        )
    });
    let seen = seen.join().expect("the reader does not panic");
    assert_eq!(seen, (head, journal.read(space, 0, 9).expect("read")));
}

/// Closing and opening again changes nothing.
pub fn everything_outlives_reopening(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut full = batch(0, 1, 3);
    full.places = vec![moved(1, None, book(1), 1), held(2, None, 50, 2)];
    full.private.push(private(1, "Ana"));
    full.outbox.push(wish(1, 1, 1));
    journal.append(space, &full).expect("append");
    journal.append(space, &batch(3, 2, 0)).expect("append");
    let see = |journal: &dyn Journal| {
        (
            journal.identity().expect("identity"),
            journal.head(space).expect("head"),
            journal.walk(space, 0, 10).expect("walk"),
            journal.command(space, id(1)).expect("look"),
            journal.places(space, None, 10).expect("list"),
            journal.due(space, 50, 10).expect("list"),
            journal.outbox(space, None, 10).expect("list"),
            journal.private(space, 1).expect("look"),
            journal.counts(space).expect("count"),
        )
    };
    let before = see(&*journal);
    let mut journal = rig.reopen(journal);
    assert_eq!(see(&*journal), before);
    let mut journal = {
        journal.append(space, &batch(3, 3, 1)).expect("append");
        rig.reopen(journal)
    };
    journal.append(space, &batch(4, 4, 1)).expect("append");
    assert_sound(&*journal, space);
}

/// A replay for tests: every event moves record 1 into the next book.
#[derive(Default)]
struct Mover {
    events: Vec<Vec<u8>>,
    places: BTreeMap<u32, (Place, Option<i64>)>,
}

impl Replay for Mover {
    fn event(&mut self, seq: u64, bytes: &[u8]) -> Result<(), String> {
        if bytes == b"unreadable" {
            return Err(format!("event {seq} is unreadable"));
        }
        self.events.push(bytes.to_vec());
        self.places.insert(
            1,
            (book(u32::try_from(seq).map_err(|e| e.to_string())?), None),
        );
        Ok(())
    }

    fn place(&self, record: u32) -> Option<(Place, Option<i64>)> {
        self.places.get(&record).copied()
    }

    fn record_count(&self) -> u64 {
        self.places.len() as u64
    }
}

/// The places are compared with what the events say.
pub fn a_replay_that_differs_is_found(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut first = batch(0, 1, 2);
    first.places = vec![moved(1, None, book(2), 2)];
    let noted = journal.append(space, &first).expect("append");
    let audited = |journal: &dyn Journal, known| {
        let mut mover = Mover::default();
        let report = verify(
            journal,
            space,
            Audit {
                replay: Some(&mut mover),
                known,
            },
        );
        (report, mover.events)
    };
    let (sound, events) = audited(&*journal, Some(noted));
    assert!(sound.is_sound(), "{:?}", sound.findings);
    assert_eq!(events, [event(1), event(2)]);
    assert_eq!((sound.batches, sound.events, sound.commands), (1, 2, 1));

    let stranger = Head {
        seq: 2,
        hash: Digest([1; 32]),
    };
    let (older, _) = audited(&*journal, Some(stranger));
    assert_eq!(older.findings[0].flaw, Flaw::HeadUnknown(stranger));

    // The events say book 3; the row was left behind.
    journal.append(space, &batch(2, 2, 1)).expect("append");
    let (differs, _) = audited(&*journal, None);
    let flaw = Flaw::PlaceDiffers {
        record: 1,
        row: book(2),
        replay: Some((book(3), None)),
    };
    assert_eq!(differs.findings[0].flaw, flaw);

    // A row the events know nothing of.
    let mut stray = batch(3, 3, 1);
    stray.places = vec![
        moved(1, Some(book(2)), book(4), 4),
        moved(8, None, queue(1), 4),
    ];
    journal.append(space, &stray).expect("append");
    let (differs, _) = audited(&*journal, None);
    let flaw = Flaw::PlaceDiffers {
        record: 8,
        row: queue(1),
        replay: None,
    };
    assert_eq!(
        differs.findings.iter().map(|f| &f.flaw).collect::<Vec<_>>(),
        [&flaw]
    );

    let mut unreadable = batch(4, 4, 1);
    exchange(&mut unreadable, 0, b"unreadable");
    journal.append(space, &unreadable).expect("append");
    let (stops, events) = audited(&*journal, None);
    assert_eq!((stops.findings[0].seq, events.len()), (5, 4));
    assert!(matches!(stops.findings[0].flaw, Flaw::Event(_)));
}
