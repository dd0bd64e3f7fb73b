//! Snapshots, which are never truth.

use crate::conformance::Rig;
use crate::conformance::sample::{assert_sound, batch, workspace};
use crate::fault::StorageFault;
use crate::identity::{Digest, Head};
use crate::snapshot::Snapshot;

fn at(head: Head, words: &str) -> Snapshot {
    Snapshot {
        format: 1,
        engine: 2,
        head,
        digest: Digest([5; 32]),
        bytes: words.into(),
    }
}

/// The two newest stay.
pub fn two_snapshots_are_kept(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    assert_eq!(journal.snapshots(space).expect("list"), []);
    let mut kept = Vec::new();
    for number in 1..=4 {
        let head = journal
            .append(space, &batch(number - 1, number, 1))
            .expect("append");
        kept.push(at(head, &format!("state {number}")));
        journal
            .put_snapshot(space, kept.last().expect("pushed"))
            .expect("put");
    }
    let newest = kept[3].clone();
    journal
        .put_snapshot(space, &newest)
        .expect("once more is no harm");

    let journal = rig.reopen(journal);
    let marks: Vec<_> = kept[2..].iter().rev().map(Snapshot::mark).collect();
    assert_eq!(journal.snapshots(space).expect("list"), marks);
    assert_eq!(journal.snapshot(space, 4).expect("read"), Some(newest));
    assert_eq!(journal.snapshot(space, 2).expect("read"), None);
    assert_sound(&*journal, space);
}

/// A damaged one is as good as none; the older one serves.
pub fn a_damaged_snapshot_is_passed_over(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    for number in 1..=2 {
        let head = journal
            .append(space, &batch(number - 1, number, 1))
            .expect("append");
        journal
            .put_snapshot(space, &at(head, "a state of some length"))
            .expect("put");
    }
    rig.damage_snapshot(&mut *journal, space, 2);
    let usable = journal
        .snapshots(space)
        .expect("list")
        .iter()
        .find_map(|mark| journal.snapshot(space, mark.head.seq).expect("read"))
        .expect("the older one");
    assert_eq!(usable.head.seq, 1);
    assert_eq!(journal.snapshot(space, 2).expect("read"), None);
}

/// One of another history is neither taken nor given.
pub fn a_snapshot_stands_on_the_chain(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let head = journal.append(space, &batch(0, 1, 1)).expect("append");
    let strangers = [
        Head {
            seq: 1,
            hash: Digest([1; 32]),
        },
        Head { seq: 2, ..head },
        Head { seq: 0, ..head },
    ];
    for stranger in strangers {
        let refused = journal.put_snapshot(space, &at(stranger, "state"));
        assert!(
            matches!(refused, Err(StorageFault::Damaged { .. })),
            "{stranger:?}"
        );
    }
    // A head that only moved the hash is on the chain, and so is the beginning.
    let quiet = journal.append(space, &batch(1, 2, 0)).expect("append");
    for head in [quiet, Head::GENESIS] {
        journal
            .put_snapshot(space, &at(head, "state"))
            .expect("put");
        assert!(journal.snapshot(space, head.seq).expect("read").is_some());
    }
}
