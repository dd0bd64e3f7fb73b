//! Small batches for the suite and for backends' own tests.

use crate::batch::{Batch, CommandRow, OutboxRow, Place, PlaceKind, PlaceRow, Placed, PrivateRow};
use crate::identity::{Digest, WorkspaceId};
use crate::journal::Journal;
use crate::verify::{Audit, verify};
use evenkeel_core::ids::CommandId;

/// A record time for tests.
pub const AT_MS: i64 = 1_767_225_600_000;

/// A store with one workspace.
pub fn workspace(journal: &mut dyn Journal) -> WorkspaceId {
    journal.create_workspace("sales").expect("a new name")
}

/// A command id from a number.
pub fn id(number: u64) -> CommandId {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    CommandId(bytes)
}

/// A batch of one command with this many events.
pub fn batch(expected_seq: u64, number: u64, event_count: u64) -> Batch {
    Batch {
        expected_seq,
        at_ms: AT_MS + i64::try_from(expected_seq).expect("tests are short"),
        engine: 1,
        commands: vec![CommandRow {
            id: id(number),
            body: Digest([7; 32]),
            first_seq: expected_seq + 1,
            last_seq: expected_seq + event_count,
            answer: format!("answer {number}").into_bytes(),
        }],
        events: (1..=event_count).map(|n| event(expected_seq + n)).collect(),
        ..Batch::default()
    }
}

/// Puts another event in the place of one.
pub fn exchange(batch: &mut Batch, at: usize, event: &[u8]) {
    let events = batch.events.iter().enumerate();
    let events = events.map(|(number, old)| if number == at { event } else { old });
    batch.events = events.collect();
}

/// An event from its number.
pub fn event(seq: u64) -> Vec<u8> {
    format!("event {seq}").into_bytes()
}

/// A place in a book.
pub fn book(rep: u32) -> Place {
    Place {
        kind: PlaceKind::Book,
        owner: rep,
    }
}

/// A place in a queue.
pub fn queue(queue: u32) -> Place {
    Place {
        kind: PlaceKind::Queue,
        owner: queue,
    }
}

/// The place of a record that is held.
pub const HELD: Place = Place {
    kind: PlaceKind::Held,
    owner: 0,
};

/// A move by the event `seq`.
pub fn moved(record: u32, was: Option<Place>, place: Place, seq: u64) -> PlaceRow {
    PlaceRow {
        record,
        was,
        now: Placed {
            place,
            due_ms: None,
            seq,
        },
    }
}

/// A hold by the event `seq`.
pub fn held(record: u32, was: Option<Place>, due_ms: i64, seq: u64) -> PlaceRow {
    PlaceRow {
        record,
        was,
        now: Placed {
            place: HELD,
            due_ms: Some(due_ms),
            seq,
        },
    }
}

/// A wish by the event `seq`.
pub fn wish(record: u32, owner: u32, seq: u64) -> OutboxRow {
    OutboxRow { record, seq, owner }
}

/// Personal data.
pub fn private(subject: u64, words: &str) -> PrivateRow {
    PrivateRow {
        subject,
        salt: [9; 16],
        body: words.as_bytes().to_vec(),
    }
}

/// Fails when the store is not sound.
pub fn assert_sound(journal: &dyn Journal, workspace: WorkspaceId) {
    let report = verify(journal, workspace, Audit::default());
    assert!(report.is_sound(), "{:?}", report.findings);
    assert_eq!(
        report.head,
        journal.head(workspace).expect("the workspace is there")
    );
    assert_eq!(journal.self_check().expect("a store"), Vec::<String>::new());
}
