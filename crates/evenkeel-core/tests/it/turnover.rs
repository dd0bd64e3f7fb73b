//! What came into and went out of books since an earlier state, way by way, and that it adds up.

use crate::company::Desk;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::retrieve::{Retrieve, RetrieveTo};
use evenkeel_core::ids::RepNo;
use evenkeel_core::state::State;
use evenkeel_core::time::Span;
use evenkeel_core::turnover::{Flow, Out, Turnover};
use std::sync::Arc;

/// Everything that happened on a desk since it was in this state.
pub(crate) fn since(then: &Arc<State>, desk: &Desk) -> Turnover {
    let mut turnover = Turnover::since(Arc::clone(then));
    let after = desk.journal.iter().skip(then.seq() as usize);
    after.for_each(|recorded| turnover.event(&recorded.event));
    turnover
}

/// Every book is what it was, and what came, without what went.
pub(crate) fn adds_up(then: &State, turnover: &Turnover, now: &State) {
    for (number, rep) in now.roster().iter() {
        let known = number.index() < then.roster().len();
        let before = match known {
            true => then.roster().rep(number).book.len() as u64,
            false => 0,
        };
        let flow = turnover.of(number);
        let after = before + flow.came + flow.back - flow.gone();
        assert_eq!(after, rep.book.len() as u64, "{}: {flow:?}", rep.key);
    }
}

fn give(desk: &mut Desk, record: &str, rep: &str) {
    desk.run(&Command::Assign(Assign {
        record: record.into(),
        expected: Expected::Any,
        rep: rep.into(),
        note: None,
    }))
    .expect("it is open");
}

fn close(desk: &mut Desk, record: &str) {
    desk.run(&Command::Close(Close {
        record: record.into(),
        expected: Expected::Any,
        reason: "won".into(),
    }))
    .expect("it is open");
}

/// A flow without its ways out, and what left in two of them.
fn told(flow: Flow, ways: [Out; 2]) -> (u64, u64, [u64; 2], u64) {
    (
        flow.came,
        flow.back,
        ways.map(|way| flow.out(way)),
        flow.gone(),
    )
}

#[test]
fn each_way_is_told_and_what_came_and_went_between_counts() {
    let mut desk = Desk::with_reps(&["ana", "ben"]);
    for number in 0..6 {
        let record = format!("L-{number}");
        desk.take_in(&record, "US").expect("new");
        // Whoever has it already keeps it.
        if desk.owner(&record) != Some("ana") {
            give(&mut desk, &record, "ana");
        }
    }
    let then = Arc::new(desk.state.clone());
    desk.wait(Span::days(3));
    give(&mut desk, "L-0", "ben");
    give(&mut desk, "L-0", "ana");
    close(&mut desk, "L-1");
    let pulled = Retrieve {
        records: vec![("L-2".into(), Expected::Any)],
        to: RetrieveTo::Queue("triage".into()),
    };
    desk.run(&Command::Retrieve(pulled)).expect("in a book");
    give(&mut desk, "L-3", "ben");
    desk.take_in("L-9", "US").expect("new");
    let owner = desk.owner("L-9").expect("dealt").to_owned();
    close(&mut desk, "L-9");
    let turnover = since(&then, &desk);
    adds_up(&then, &turnover, &desk.state);
    let fresh = |rep: &str| u64::from(owner == rep);
    let (ana, ben) = (turnover.of(RepNo(0)), turnover.of(RepNo(1)));
    assert_eq!(
        told(ana, [Out::Reassigned, Out::Closed]),
        (fresh("ana"), 1, [2, 1 + fresh("ana")], 4 + fresh("ana"))
    );
    assert_eq!(ana.out(Out::PulledOut), 1);
    // Ben lost the first one before the books were looked at, if the rotation had dealt it to him.
    assert_eq!(ben.came + ben.back, 2 + fresh("ben"));
    assert_eq!(
        (ben.out(Out::Reassigned), ben.out(Out::Closed)),
        (1, fresh("ben"))
    );
    assert_eq!(Turnover::since(then).of(RepNo(0)), Flow::default());
}
