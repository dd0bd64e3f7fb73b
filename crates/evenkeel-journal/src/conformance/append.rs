//! Appending and reading back.

use crate::batch::{ANSWER_BYTES_MAX, Batch, COMMANDS_MAX, EVENT_BYTES_MAX, NUMBER_MAX};
use crate::conformance::Rig;
use crate::conformance::sample::{
    assert_sound, batch, event, exchange, held, id, moved, private, wish,
};
use crate::conformance::sample::{book, workspace};
use crate::fault::{AppendFault, StorageFault};
use crate::identity::{Digest, Head, WorkspaceId};
use crate::verify::{Audit, verify};

/// Batches come back with their numbers, chained from nothing.
pub fn appended_batches_are_read_back(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    assert_eq!(journal.head(space).expect("head"), Head::GENESIS);
    assert_eq!(journal.read(space, 0, 100).expect("read"), []);

    let first = journal.append(space, &batch(0, 1, 2)).expect("append");
    let second = journal.append(space, &batch(2, 2, 1)).expect("append");
    assert_eq!((first.seq, second.seq), (2, 3));
    assert_ne!(first.hash, second.hash);
    assert_eq!(journal.head(space).expect("head"), second);

    let read = journal.read(space, 0, 100).expect("read");
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].prev, Head::GENESIS.hash);
    assert_eq!(read[1].prev, first.hash);
    assert_eq!((read[0].head(), read[1].head()), (first, second));
    assert_eq!((read[0].batch, read[1].batch), (1, 2));
    assert_eq!((read[1].at_ms, read[1].engine), (batch(2, 2, 1).at_ms, 1));
    let body = read[0].parse().expect("body");
    assert_eq!(body.events, [event(1), event(2)]);
    assert_eq!(body.commands[0].id, id(1));
    assert_sound(&*journal, space);
}

/// Whatever the page, all events come once, in order.
pub fn pages_are_bounded_and_complete(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut seq = 0;
    for number in 1..=12 {
        let head = journal
            .append(space, &batch(seq, number, number % 4))
            .expect("append");
        seq = head.seq;
    }
    for page in [0, 1, 2, 3, 5, 100] {
        let (mut after, mut seen) = (0, Vec::new());
        loop {
            let batches = journal.read(space, after, page).expect("read");
            let Some(last) = batches.last() else { break };
            let count: u64 = batches.iter().map(|b| b.last_seq - b.expected_seq).sum();
            assert!(
                batches.len() == 1 || count <= page as u64,
                "page of {page} holds {count}"
            );
            after = last.last_seq;
            for stored in &batches {
                assert!(
                    stored.last_seq > stored.expected_seq,
                    "no empty batch is read"
                );
                let body = stored.parse().expect("body");
                seen.extend(body.events.iter().map(|event| event.to_vec()));
            }
        }
        assert_eq!(
            seen,
            (1..=seq).map(event).collect::<Vec<_>>(),
            "page of {page}"
        );
    }
    // From the middle of a batch the whole batch comes.
    let middle = journal.read(space, 2, 1).expect("read");
    assert!(middle[0].expected_seq <= 2 && middle[0].last_seq > 2);
    // The walk sees the empty ones too.
    let walked = journal.walk(space, 0, 100).expect("walk");
    assert_eq!(
        walked.iter().map(|b| b.batch).collect::<Vec<_>>(),
        (1..=12).collect::<Vec<_>>()
    );
    assert_eq!(journal.walk(space, 3, 2).expect("walk"), walked[3..5]);
}

/// The expected sequence is the lock.
pub fn another_head_is_refused(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let head = journal.append(space, &batch(0, 1, 3)).expect("append");
    for expected in [0, 1, 2, 4, 1_000] {
        match journal.append(space, &batch(expected, 2, 1)) {
            Err(AppendFault::Moved { head: found }) => assert_eq!(found, head),
            other => panic!("expected seq {expected}: {other:?}"),
        }
    }
    journal
        .append(space, &batch(3, 2, 1))
        .expect("the right head");
    let nowhere = journal.append(WorkspaceId(99), &batch(0, 3, 1));
    assert!(matches!(
        nowhere,
        Err(AppendFault::Storage(StorageFault::UnknownWorkspace(
            WorkspaceId(99)
        )))
    ));
}

/// A command id is taken once; its answer stays.
pub fn a_command_is_known_for_ever(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    journal.append(space, &batch(0, 1, 2)).expect("append");
    journal.append(space, &batch(2, 2, 1)).expect("append");

    let again = journal.append(space, &batch(3, 1, 1));
    assert!(matches!(again, Err(AppendFault::CommandKnown { id: found }) if found == id(1)));

    // The first known one in order is named, also within one batch.
    let mut twice = batch(3, 5, 1);
    let mut second = twice.commands[0].clone();
    (second.first_seq, second.last_seq) = (5, 4);
    twice.commands.push(second);
    let refused = journal.append(space, &twice);
    assert!(matches!(refused, Err(AppendFault::CommandKnown { id: found }) if found == id(5)));

    let mut journal = rig.reopen(journal);
    let known = journal.command(space, id(2)).expect("look").expect("known");
    assert_eq!(known, batch(2, 2, 1).commands[0]);
    let mark = journal
        .command_mark(space, id(1))
        .expect("look")
        .expect("known");
    assert_eq!((mark.batch, mark.first_seq, mark.last_seq), (1, 1, 2));
    assert_eq!(journal.command(space, id(5)).expect("look"), None);
    assert_eq!(journal.command_mark(space, id(5)).expect("look"), None);
    let still = journal.append(space, &batch(3, 2, 1));
    assert!(matches!(still, Err(AppendFault::CommandKnown { .. })));
    assert_sound(&*journal, space);
}

/// What nobody can send again is in the chain and not found by its id; what stands beside it is.
pub fn commands_of_nobody_have_no_row(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut mixed = batch(0, 1, 2);
    let mut once = batch(0, 7, 0).commands.remove(0);
    once.body = Digest::NOBODY;
    (once.first_seq, once.last_seq) = (2, 2);
    mixed.commands[0].last_seq = 1;
    mixed.commands.push(once);
    journal.append(space, &mixed).expect("append");
    let mut alone = batch(2, 8, 1);
    alone.commands[0].body = Digest::NOBODY;
    journal.append(space, &alone).expect("append");

    let journal = rig.reopen(journal);
    for (number, known) in [(1, true), (7, false), (8, false)] {
        let found = journal.command(space, id(number)).expect("look");
        assert_eq!(found.is_some(), known, "command {number}");
    }
    let read = journal.read(space, 0, 10).expect("read");
    let body = read[0].parse().expect("sound");
    assert_eq!(body.commands[1].id, id(7));
    assert_sound(&*journal, space);
    let report = verify(&*journal, space, Audit::default());
    assert_eq!((report.commands, report.events), (3, 3));
}

/// A refusal or a no-op is answered again like any other command, and is in the chain.
pub fn commands_without_events_are_kept(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let none = journal.append(space, &batch(0, 1, 0)).expect("append");
    let some = journal.append(space, &batch(0, 2, 1)).expect("append");
    let again = journal.append(space, &batch(1, 3, 0)).expect("append");
    assert_eq!((none.seq, some.seq, again.seq), (0, 1, 1));
    assert_ne!(some.hash, again.hash);
    assert_eq!(journal.head(space).expect("head"), again);

    let known = journal.command(space, id(3)).expect("look").expect("known");
    assert_eq!((known.first_seq, known.last_seq), (2, 1));
    assert_eq!(known.answer, b"answer 3");
    let repeated = journal.append(space, &batch(1, 1, 1));
    assert!(matches!(repeated, Err(AppendFault::CommandKnown { .. })));

    // They leave the numbers of events without gap.
    journal.append(space, &batch(1, 4, 2)).expect("append");
    let read = journal.read(space, 0, 100).expect("read");
    assert_eq!(
        read.iter().map(|b| b.expected_seq).collect::<Vec<_>>(),
        [0, 1]
    );
    assert_sound(&*journal, space);
}

/// A batch that contradicts itself is a defect and is told as one.
pub fn malformed_batches_are_refused(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    type Break = fn(&mut Batch);
    let cases: [(&str, Break); 11] = [
        ("no command", |b| b.commands.clear()),
        ("an event too many", |b| b.events.push(&event(3))),
        ("an event too few", |b| drop(b.events.pop())),
        ("a command that starts late", |b| {
            b.commands[0].first_seq = 2
        }),
        ("a command that ends before it starts", |b| {
            b.commands[0].last_seq = u64::MAX - 5
        }),
        ("a command that ends nowhere", |b| {
            b.commands[0].last_seq = u64::MAX
        }),
        ("a place of an earlier event", |b| {
            b.places.push(moved(1, None, book(1), 0))
        }),
        ("a place of a later event", |b| {
            b.places.push(moved(1, None, book(1), 3))
        }),
        ("a hold without a deadline", |b| {
            let mut row = held(1, None, 0, 1);
            row.now.due_ms = None;
            b.places.push(row);
        }),
        ("a wish of a later event", |b| b.outbox.push(wish(1, 1, 3))),
        ("a subject twice", |b| {
            b.private = vec![private(1, "a"), private(1, "b")]
        }),
    ];
    for (what, break_it) in cases {
        let mut broken = batch(0, 1, 2);
        break_it(&mut broken);
        let refused = journal.append(space, &broken);
        assert!(
            matches!(refused, Err(AppendFault::Malformed { .. })),
            "{what}: {refused:?}"
        );
    }
    assert_eq!(journal.head(space).expect("head"), Head::GENESIS);
    journal
        .append(space, &batch(0, 1, 2))
        .expect("the unbroken one");
}

/// What is at a bound is taken, what is above it is refused.
pub fn bounds_are_refused(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let many = |count: usize| {
        let mut many = batch(0, 1, 0);
        let first = many.commands.remove(0);
        many.commands = (0..count as u64)
            .map(|n| id(1_000 + n))
            .map(|id| {
                let mut command = first.clone();
                command.id = id;
                command
            })
            .collect();
        many
    };
    let cases: [(&str, Batch); 5] = [
        ("commands", many(COMMANDS_MAX + 1)),
        ("an answer", {
            let mut long = batch(0, 1, 1);
            long.commands[0].answer = vec![0; ANSWER_BYTES_MAX + 1];
            long
        }),
        ("an event", {
            let mut long = batch(0, 1, 1);
            exchange(&mut long, 0, &vec![0; EVENT_BYTES_MAX + 1]);
            long
        }),
        ("a subject", {
            let mut large = batch(0, 1, 1);
            large.private.push(private(NUMBER_MAX + 1, "a"));
            large
        }),
        (
            "the expected seq",
            Batch {
                expected_seq: u64::MAX,
                ..batch(0, 1, 0)
            },
        ),
    ];
    for (what, large) in cases {
        match journal.append(space, &large) {
            Err(AppendFault::Storage(StorageFault::Bound { value, limit, .. })) => {
                assert!(value > limit, "{what}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    journal
        .append(space, &many(COMMANDS_MAX))
        .expect("at the bound");
    let mut longest = batch(0, 1, 1);
    longest.commands[0].answer = vec![0; ANSWER_BYTES_MAX];
    exchange(&mut longest, 0, &vec![1; EVENT_BYTES_MAX]);
    longest.private.push(private(NUMBER_MAX, "a"));
    journal.append(space, &longest).expect("at the bound");
    assert_eq!(
        journal.read(space, 0, 1).expect("read")[0]
            .parse()
            .expect("body")
            .events[0],
        longest.events.get(0).expect("it is there")
    );
    assert_sound(&*journal, space);
}

/// Whatever the refusal, all tables are as before.
pub fn a_refused_batch_leaves_no_trace(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut first = batch(0, 1, 1);
    first.places.push(moved(1, None, book(1), 1));
    let head = journal.append(space, &first).expect("append");
    let counts = journal.counts(space).expect("counts");

    // All of it is good but the last place row.
    let mut late = batch(1, 2, 2);
    late.places = vec![
        moved(2, None, book(2), 2),
        moved(1, Some(book(9)), book(2), 3),
    ];
    late.private.push(private(1, "Ana"));
    late.outbox.push(wish(2, 2, 2));
    let refused = journal.append(space, &late);
    assert!(
        matches!(refused, Err(AppendFault::DoubleOwner { record: 1 })),
        "{refused:?}"
    );
    // All of it is good but one command.
    let mut known = batch(1, 2, 1);
    let mut again = first.commands[0].clone();
    (again.first_seq, again.last_seq) = (3, 2);
    known.commands.push(again);
    known.places.push(moved(2, None, book(2), 2));
    let refused = journal.append(space, &known);
    assert!(
        matches!(refused, Err(AppendFault::CommandKnown { .. })),
        "{refused:?}"
    );

    assert_eq!(journal.head(space).expect("head"), head);
    assert_eq!(journal.counts(space).expect("counts"), counts);
    assert_eq!(journal.command(space, id(2)).expect("look"), None);
    assert_eq!(journal.place(space, 2).expect("look"), None);
    assert_eq!(journal.private(space, 1).expect("look"), None);
    assert_eq!(journal.outbox(space, None, 10).expect("look"), []);
    assert_sound(&*journal, space);
}
