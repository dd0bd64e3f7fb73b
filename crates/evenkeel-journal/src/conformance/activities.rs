//! Raw activities: kept once, found by record and by rep, outside the chain.

use crate::activity::{ActivityId, ActivityRow, ActivityTally, WorkRow};
use crate::conformance::Rig;
use crate::conformance::sample::{assert_sound, batch, private, workspace};
use crate::fault::{AppendFault, StorageFault};
use crate::identity::WorkspaceId;
use crate::journal::Journal;

/// An activity of the source `crm` with this number as its id.
fn activity(number: u8, record: u32, rep: Option<u32>, at_ms: i64) -> ActivityRow {
    ActivityRow {
        id: ActivityId::of("crm", &[&[number]]),
        record,
        rep,
        at_ms,
        kind: if number.is_multiple_of(2) {
            "call"
        } else {
            "email"
        }
        .to_owned(),
        verified: number.is_multiple_of(3),
        source: "crm".to_owned(),
    }
}

/// The same activity comes twice in one batch and again in another: it is there once, as it first
/// came. A batch needs no event for it, and a refused batch brings none.
pub fn an_activity_is_kept_once(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let mut first = batch(0, 1, 0);
    let (one, two) = (activity(1, 7, Some(1), 10), activity(2, 7, None, -20));
    let mut otherwise = one.clone();
    otherwise.at_ms = 99;
    first.activities = vec![one.clone(), otherwise.clone(), two.clone()];
    first.private = vec![private(1, "Ana")];
    let head = journal.append(space, &first).expect("append");
    assert_eq!(head.seq, 0, "no event");

    let mut refused = batch(5, 2, 0);
    refused.activities = vec![activity(3, 7, None, 30)];
    let moved = journal.append(space, &refused);
    assert!(matches!(moved, Err(AppendFault::Moved { .. })), "{moved:?}");
    let mut again = batch(0, 3, 1);
    again.activities = vec![otherwise, activity(4, 7, None, 40)];
    journal.append(space, &again).expect("append");

    let mut journal = rig.reopen(journal);
    let ids: Vec<ActivityId> = (1..=4).map(|n| activity(n, 0, None, 0).id).collect();
    let known = journal.activities_known(space, &ids).expect("look");
    assert_eq!(known, [true, true, false, true]);
    let found = journal.activities(space, 7, 0, 10).expect("list");
    assert_eq!(found, [activity(4, 7, None, 40), one, two]);
    assert_eq!(journal.counts(space).expect("count").activities, 3);
    assert_eq!(journal.erase(space, &[1]).expect("erase"), 1);
    assert_eq!(journal.activities(space, 7, 0, 10).expect("list"), found);
    assert_sound(&*journal, space);

    let mut long = batch(1, 4, 0);
    long.activities = vec![activity(9, 1, None, 0)];
    long.activities[0].kind = "x".repeat(61);
    let bound = journal.append(space, &long);
    assert!(
        matches!(bound, Err(AppendFault::Storage(StorageFault::Bound { .. }))),
        "{bound:?}"
    );
}

/// By record the latest first and in pages, by rep in kinds, and when records were worked on.
pub fn activities_are_found_by_record_and_rep(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let other = journal.create_workspace("other").expect("another");
    let mut first = batch(0, 1, 1);
    first.activities = vec![
        activity(0, 1, Some(5), 100),
        activity(1, 1, Some(5), 300),
        activity(2, 1, Some(6), 200),
        activity(4, 2, Some(5), 200),
        activity(6, u32::MAX, Some(5), 250),
        activity(8, 2, None, 200),
    ];
    journal.append(space, &first).expect("append");
    let mut journal = rig.reopen(journal);
    let of = |record, skip, rows| {
        let found = journal.activities(space, record, skip, rows).expect("list");
        found.iter().map(|row| row.at_ms).collect::<Vec<_>>()
    };
    assert_eq!(of(1, 0, 10), [300, 200, 100]);
    assert_eq!(of(1, 1, 1), [200]);
    assert_eq!(of(1, 3, 10), [0; 0]);
    assert_eq!(of(9, 0, 10), [0; 0]);

    let tally = |rep, between| journal.activity_tally(space, rep, between).expect("count");
    let counted = |kind: &str, verified, count, last_ms| ActivityTally {
        kind: kind.to_owned(),
        verified,
        count,
        last_ms,
    };
    let all = [
        counted("call", false, 1, 200),
        counted("call", true, 2, 250),
        counted("email", false, 1, 300),
    ];
    assert_eq!(tally(5, i64::MIN..i64::MAX), all);
    assert_eq!(
        tally(5, 100..250),
        [
            counted("call", false, 1, 200),
            counted("call", true, 1, 100)
        ]
    );
    assert_eq!(tally(7, 0..i64::MAX), []);

    let moments = |after, rows| journal.activity_moments(space, after, rows).expect("list");
    let expected = [(1, 100), (1, 200), (1, 300), (2, 200), (u32::MAX, 250)];
    assert_eq!(moments(None, 10), expected);
    assert_eq!(moments(None, 2), expected[..2]);
    assert_eq!(moments(Some((1, 200)), 10), expected[2..]);
    assert_eq!(moments(Some((u32::MAX, 250)), 10), []);
    read_for_reports(&*journal, (space, other));
    assert_eq!(journal.activities(other, 1, 0, 10).expect("list"), []);
    let id = [activity(0, 0, None, 0).id];
    assert_eq!(journal.activities_known(other, &id).expect("look"), [false]);
    let mut there = batch(0, 1, 0);
    there.activities = vec![activity(0, 1, None, 1)];
    journal
        .append(other, &there)
        .expect("each workspace has its own");
    assert_eq!(journal.counts(other).expect("count").activities, 1);
}

/// All of them at once, by record and moment.
fn read_for_reports(journal: &dyn Journal, (space, other): (WorkspaceId, WorkspaceId)) {
    let mut work = Vec::new();
    let mut take = |row: &WorkRow<'_>| work.push((row.record, row.at_ms, row.rep));
    journal.each_work(space, &mut take).expect("read");
    // Of two at one moment the one with the lower id comes first.
    let (with, without) = (activity(4, 2, Some(5), 200), activity(8, 2, None, 200));
    let mut at_once = [(with.id, Some(5)), (without.id, None)];
    at_once.sort();
    let expected = [
        (1, 100, Some(5)),
        (1, 200, Some(6)),
        (1, 300, Some(5)),
        (2, 200, at_once[0].1),
        (2, 200, at_once[1].1),
        (u32::MAX, 250, Some(5)),
    ];
    assert_eq!(work, expected);
    let mut kinds = Vec::new();
    let mut take = |row: &WorkRow<'_>| kinds.push((row.kind.to_owned(), row.verified));
    journal.each_work(space, &mut take).expect("read");
    let listed = journal.activities(space, 1, 0, 10).expect("list");
    let listed = listed
        .iter()
        .rev()
        .map(|row| (row.kind.clone(), row.verified));
    assert_eq!(kinds[..3], listed.collect::<Vec<_>>());
    let mut none = 0;
    journal.each_work(other, &mut |_| none += 1).expect("read");
    assert_eq!(none, 0);
}
