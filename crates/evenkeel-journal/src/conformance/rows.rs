//! The rows beside the events: places, deadlines, wishes, personal data.

use crate::conformance::Rig;
use crate::conformance::sample::{
    AT_MS, HELD, assert_sound, batch, book, held, moved, private, queue, wish, workspace,
};
use crate::fault::AppendFault;
use crate::journal::Due;

/// A record has one place; a batch that thinks otherwise is refused.
pub fn a_second_place_is_refused(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut first = batch(0, 1, 1);
    first.places.push(moved(7, None, book(1), 1));
    journal.append(space, &first).expect("append");

    let wrong = [
        moved(7, None, book(2), 2),
        moved(7, Some(book(2)), book(3), 2),
        moved(7, Some(queue(1)), book(3), 2),
        moved(8, Some(book(1)), book(2), 2),
    ];
    for row in wrong {
        let mut second = batch(1, 2, 1);
        second.places.push(row);
        let refused = journal.append(space, &second);
        assert!(
            matches!(refused, Err(AppendFault::DoubleOwner { record }) if record == row.record),
            "{row:?}: {refused:?}"
        );
    }
    // Also when the first place is of the same batch.
    let mut twice = batch(1, 2, 2);
    twice.places = vec![moved(9, None, book(1), 2), moved(9, None, book(2), 3)];
    let refused = journal.append(space, &twice);
    assert!(
        matches!(refused, Err(AppendFault::DoubleOwner { record: 9 })),
        "{refused:?}"
    );
    assert_eq!(journal.place(space, 9).expect("look"), None);
    let found = journal.place(space, 7).expect("look").expect("placed");
    assert_eq!((found.place, found.seq), (book(1), 1));
}

/// The last move counts, also within one batch.
pub fn places_follow_their_moves(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut first = batch(0, 1, 4);
    first.places = vec![
        moved(0, None, book(0), 1),
        held(u32::MAX, None, AT_MS, 2),
        moved(5, None, queue(3), 3),
        moved(5, Some(queue(3)), book(2), 4),
    ];
    journal.append(space, &first).expect("append");
    let mut second = batch(4, 2, 1);
    second.places = vec![moved(u32::MAX, Some(HELD), book(u32::MAX), 5)];
    journal.append(space, &second).expect("append");

    let journal = rig.reopen(journal);
    let all = journal.places(space, None, 100).expect("list");
    let seen: Vec<_> = all
        .iter()
        .map(|(record, row)| (*record, row.place, row.seq))
        .collect();
    assert_eq!(
        seen,
        [
            (0, book(0), 1),
            (5, book(2), 4),
            (u32::MAX, book(u32::MAX), 5)
        ]
    );
    assert_eq!(journal.places(space, Some(0), 1).expect("list"), all[1..2]);
    assert_eq!(journal.places(space, Some(u32::MAX), 1).expect("list"), []);
    assert_eq!(journal.place(space, 5).expect("look"), Some(all[1].1));
    assert_eq!(journal.counts(space).expect("count").places, 3);
    assert_sound(&*journal, space);
}

/// Deadlines come by time, then by record; a record that moved on has none.
pub fn deadlines_are_in_order(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut first = batch(0, 1, 5);
    first.places = vec![
        held(4, None, 300, 1),
        held(3, None, 100, 2),
        held(2, None, 100, 3),
        held(1, None, -5, 4),
        moved(9, None, book(1), 5),
    ];
    journal.append(space, &first).expect("append");
    let due = |until_ms, rows| journal.due(space, until_ms, rows).expect("list");
    let expected = [(-5, 1), (100, 2), (100, 3), (300, 4)];
    let expected = expected.map(|(due_ms, record)| Due { due_ms, record });
    assert_eq!(due(i64::MAX, 10), expected);
    assert_eq!(due(100, 10), expected[..3]);
    assert_eq!(due(99, 10), expected[..1]);
    assert_eq!(due(i64::MAX, 2), expected[..2]);
    assert_eq!(due(-6, 10), []);

    let mut second = batch(5, 2, 2);
    second.places = vec![
        moved(2, Some(HELD), book(1), 6),
        held(3, Some(HELD), 400, 7),
    ];
    journal.append(space, &second).expect("append");
    let left: Vec<u32> = journal
        .due(space, i64::MAX, 10)
        .expect("list")
        .iter()
        .map(|due| due.record)
        .collect();
    assert_eq!(left, [1, 4, 3]);
}

/// A newer wish replaces the older, and settling an older one does nothing.
pub fn the_outbox_keeps_the_latest_wish(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut first = batch(0, 1, 3);
    first.outbox = vec![wish(5, 1, 1), wish(2, 1, 2), wish(5, 2, 3)];
    journal.append(space, &first).expect("append");
    assert_eq!(
        journal.outbox(space, None, 10).expect("list"),
        [wish(2, 1, 2), wish(5, 2, 3)]
    );

    let mut second = batch(3, 2, 1);
    second.outbox = vec![wish(5, 3, 4)];
    journal.append(space, &second).expect("append");
    let mut journal = rig.reopen(journal);
    assert!(
        !journal.settle_outbox(space, 5, 3).expect("settle"),
        "a newer wish came meanwhile"
    );
    assert_eq!(
        journal.outbox(space, Some(2), 10).expect("list"),
        [wish(5, 3, 4)]
    );
    assert!(journal.settle_outbox(space, 5, 4).expect("settle"));
    assert!(
        !journal.settle_outbox(space, 5, 4).expect("settle"),
        "settled already"
    );
    assert_eq!(
        journal.outbox(space, None, 10).expect("list"),
        [wish(2, 1, 2)]
    );
    assert_sound(&*journal, space);
}

/// Erasing takes body and salt; the chain verifies as before.
pub fn personal_data_is_erased(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut first = batch(0, 1, 1);
    first.private = vec![private(1, "Ana"), private(2, "Ben"), private(3, "")];
    let head = journal.append(space, &first).expect("append");

    let digests: Vec<_> = first
        .private
        .iter()
        .map(|row| (row.subject, row.digest()))
        .collect();
    let stored = journal.read(space, 0, 10).expect("read").remove(0);
    assert_eq!(stored.parse().expect("body").private, digests);
    let words = b"Ana";
    assert!(
        !stored
            .body
            .windows(words.len())
            .any(|window| window == words),
        "outside the chain"
    );
    assert_ne!(private(1, "x").digest(), private(1, "y").digest());

    assert_eq!(
        journal.erase(space, &[1, 3, 77, u64::MAX]).expect("erase"),
        2
    );
    assert_eq!(journal.erase(space, &[1]).expect("erase"), 0);
    let mut journal = rig.reopen(journal);
    assert_eq!(journal.private(space, 1).expect("look"), None);
    let kept = journal.private(space, 2).expect("look").expect("kept");
    assert_eq!((kept.batch, kept.row), (1, private(2, "Ben")));
    assert_eq!(journal.head(space).expect("head"), head);
    assert_sound(&*journal, space);
    journal
        .append(space, &batch(1, 2, 1))
        .expect("life goes on");
    assert_sound(&*journal, space);
}

/// A newer row replaces the older; both digests stay in the chain.
pub fn personal_data_is_replaced(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut first = batch(0, 1, 1);
    first.private = vec![private(1, "Ana")];
    journal.append(space, &first).expect("append");
    // A change of personal data alone needs no event.
    let mut second = batch(1, 2, 0);
    second.private = vec![private(1, "Anna")];
    journal.append(space, &second).expect("append");
    let kept = journal.private(space, 1).expect("look").expect("kept");
    assert_eq!((kept.batch, kept.row), (2, private(1, "Anna")));
    assert_eq!(journal.counts(space).expect("count").private, 1);
    assert_sound(&*journal, space);
}
