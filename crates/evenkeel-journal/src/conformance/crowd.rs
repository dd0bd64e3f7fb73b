//! Batches of hundreds of commands, which backends may write many rows at a time: the same is kept,
//! and the same row is refused, as one by one.

use crate::batch::{Batch, CommandRow};
use crate::conformance::Rig;
use crate::conformance::sample::{AT_MS, assert_sound, book, event, id, moved, wish, workspace};
use crate::fault::AppendFault;
use crate::identity::{Digest, Head};

/// Commands of a crowd: no multiple of any likely number of rows.
const COUNT: u64 = 150;

/// A batch of many commands with an event each; command and record have the event's number.
fn crowd(expected_seq: u64) -> Batch {
    let seqs = expected_seq + 1..=expected_seq + COUNT;
    let command = |seq: u64| CommandRow {
        id: id(seq),
        body: Digest([7; 32]),
        first_seq: seq,
        last_seq: seq,
        answer: Vec::new(),
    };
    let record = |seq: u64| u32::try_from(seq).expect("tests are short");
    Batch {
        expected_seq,
        at_ms: AT_MS,
        engine: 1,
        commands: seqs.clone().map(command).collect(),
        events: seqs.clone().map(event).collect(),
        places: (seqs.clone())
            .map(|seq| moved(record(seq), None, book(record(seq) % 7), seq))
            .collect(),
        outbox: seqs
            .map(|seq| wish(record(seq), record(seq) % 7, seq))
            .collect(),
        ..Batch::default()
    }
}

/// All rows of a large batch are kept.
pub fn a_crowd_is_kept_whole(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let batch = crowd(0);
    journal.append(space, &batch).expect("append");
    for (command, row) in batch.commands.iter().zip(&batch.places) {
        let mark = journal.command_mark(space, command.id).expect("look");
        assert_eq!(mark.map(|mark| mark.first_seq), Some(command.first_seq));
        let placed = journal.place(space, row.record).expect("look");
        assert_eq!(placed, Some(row.now));
    }
    let wishes = journal.outbox(space, None, 1_000).expect("list");
    assert_eq!(wishes, batch.outbox);
    // Known records among new ones, as wishes and as moves.
    let mut next = crowd(COUNT);
    for at in [0, 40, 41, 149] {
        let record = u32::try_from(at + 1).expect("small");
        let (was, seq) = (batch.places[at].now.place, next.places[at].now.seq);
        next.places[at] = moved(record, Some(was), book(9), seq);
        next.outbox[at] = wish(record, 9, seq);
    }
    journal.append(space, &next).expect("append");
    let placed = journal.place(space, 41).expect("look");
    assert_eq!(placed, Some(next.places[40].now));
    let wishes = journal.outbox(space, Some(40), 2).expect("list");
    assert_eq!(wishes, [next.outbox[40], next.outbox[41]]);
    assert_sound(&*journal, space);
}

/// One row at fault refuses the batch, wherever it stands, and is named.
pub fn one_of_a_crowd_is_refused(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    journal.append(space, &crowd(0)).expect("append");
    let before: Head = journal.head(space).expect("look");
    for at in [0, 31, 32, 100, 149] {
        let mut batch = crowd(COUNT);
        batch.commands[at].id = id(5);
        let refused = journal.append(space, &batch);
        assert!(
            matches!(refused, Err(AppendFault::CommandKnown { id: known }) if known == id(5)),
            "{at}: {refused:?}"
        );
        let mut batch = crowd(COUNT);
        batch.places[at].record = 6;
        let refused = journal.append(space, &batch);
        assert!(
            matches!(refused, Err(AppendFault::DoubleOwner { record: 6 })),
            "{at}: {refused:?}"
        );
    }
    // Also when both are of the same batch.
    let mut batch = crowd(COUNT);
    batch.places[60].record = batch.places[50].record;
    let twice = batch.places[50].record;
    let refused = journal.append(space, &batch);
    assert!(
        matches!(refused, Err(AppendFault::DoubleOwner { record }) if record == twice),
        "{refused:?}"
    );
    assert_eq!(journal.head(space).expect("look"), before);
    assert_sound(&*journal, space);
    journal.append(space, &crowd(COUNT)).expect("append");
    assert_sound(&*journal, space);
}
