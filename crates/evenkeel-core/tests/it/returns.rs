//! Giving records back: every answer of the policy, the limits, and what is refused.

use crate::company::Desk;
use crate::recycling::{AT_ONCE, days, desk as company, policy};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::return_record::{Return, left};
use evenkeel_core::event::{Cause, Event};
use evenkeel_core::holding::place::{AfterRest, Place};
use evenkeel_core::ids::RecordNo;
use evenkeel_core::time::{Moment, Span};

const RETURNS: &str = "[returns]\nper_month = 3\n\
     [[returns.reason]]\nname = \"poor_fit\"\nthen = \"rest\"\n\
     [[returns.reason]]\nname = \"later\"\nthen = \"rest 90 days\"\n\
     [[returns.reason]]\nname = \"bad_data\"\nthen = \"close\"\n\
     [[returns.reason]]\nname = \"unsure\"\nthen = \"queue:triage\"\n\
     [[returns.reason]]\nname = \"not_mine\"\nthen = \"deal\"\n\
     [[returns.reason]]\nname = \"call_me\"\nthen = \"back\"\n";

fn desk() -> Desk {
    let mut desk = company(&format!("{}{RETURNS}", policy(AT_ONCE, "")));
    for number in 0..6 {
        desk.take_in(&format!("L-{number}"), "US").expect("new");
    }
    desk
}

fn give_back(desk: &mut Desk, record: &str, reason: &str) -> Result<Vec<Event>, Refusal> {
    give_back_at(desk, record, reason, None)
}

fn give_back_at(
    desk: &mut Desk,
    record: &str,
    reason: &str,
    back_at: Option<Moment>,
) -> Result<Vec<Event>, Refusal> {
    desk.run(&Command::Return(Return {
        record: record.into(),
        expected: Expected::Any,
        reason: reason.into(),
        back_at,
        note: None,
    }))
}

#[test]
fn each_reason_has_its_own_place() {
    let mut desk = desk();
    let triage = desk.state.queue_no("triage").expect("declared");
    let owner = desk.state.place(RecordNo(5)).owner().expect("dealt");
    let back = desk.now + Span::days(20);
    for (at, reason) in ["poor_fit", "later", "bad_data", "unsure", "not_mine"]
        .iter()
        .enumerate()
    {
        give_back(&mut desk, &format!("L-{at}"), reason).expect(reason);
    }
    give_back_at(&mut desk, "L-5", "call_me", Some(back)).expect("at a date");
    let until = |at| match desk.state.place(RecordNo(at)) {
        Place::Resting(rest) => (rest.until - desk.now, rest.then),
        place => panic!("{place:?}"),
    };
    assert_eq!(until(0), (Span::days(60), AfterRest::Deal));
    assert_eq!(until(1), (Span::days(90), AfterRest::Deal));
    assert_eq!(desk.state.place(RecordNo(2)), Place::Closed);
    assert_eq!(desk.state.place(RecordNo(3)), Place::Queue(triage));
    assert!(desk.state.place(RecordNo(4)).owner().is_some());
    assert_eq!(until(5), (Span::days(20), AfterRest::Back(owner)));
    days(&mut desk, 19);
    assert!(matches!(desk.state.place(RecordNo(5)), Place::Resting(_)));
    days(&mut desk, 1);
    assert_eq!(desk.state.place(RecordNo(5)).owner(), Some(owner));
    let since = Moment(0);
    let counts = desk.state.outcomes().returns_by_reason(since);
    assert_eq!(counts.len(), 6);
    assert_eq!(counts[0], ("bad_data", 1));
}

#[test]
fn who_gave_it_back_does_not_get_it_again_before_the_cooldown() {
    let mut desk = desk();
    let mut had = vec![desk.owner("L-0").expect("dealt").to_owned()];
    for _ in 0..2 {
        let events = give_back(&mut desk, "L-0", "not_mine").expect("given back");
        assert!(events.iter().any(|event| matches!(
            event,
            Event::RecordDealt {
                cause: Cause::GivenBack,
                ..
            }
        )));
        let now = desk.owner("L-0").expect("somebody else").to_owned();
        assert!(!had.contains(&now), "{now} had it");
        had.push(now);
    }
    give_back(&mut desk, "L-0", "not_mine").expect("by the third");
    let triage = desk.state.queue_no("triage").expect("declared");
    assert_eq!(
        desk.state.place(RecordNo(0)),
        Place::Queue(triage),
        "everybody cools"
    );
}

#[test]
fn a_rep_may_give_back_so_many_in_thirty_days() {
    let mut desk = company(&format!("{}{RETURNS}", policy(AT_ONCE, "")));
    for rep in ["ben", "cleo"] {
        desk.leave(rep, desk.now + Span::days(10));
    }
    for number in 0..4 {
        desk.take_in(&format!("L-{number}"), "US").expect("for ana");
    }
    for number in 0..3 {
        give_back(&mut desk, &format!("L-{number}"), "poor_fit").expect("within the limit");
    }
    let ana = desk.state.roster().find("ana").expect("there");
    assert_eq!(
        left(desk.state.roster().rep(ana), Some(3), desk.now),
        Some(0)
    );
    let refused = give_back(&mut desk, "L-3", "poor_fit").expect_err("the fourth");
    assert_eq!(refused.code(), "return_limit_reached");
    desk.wait(Span::days(30));
    give_back(&mut desk, "L-3", "poor_fit").expect("the window slides");
}

#[test]
fn what_is_refused_in_which_order() {
    let mut desk = desk();
    let codes = [
        ("L-9", "poor_fit", "record_unknown"),
        ("L-0", "bored", "return_unknown"),
        ("L-0", "call_me", "value_refused"),
    ];
    for (record, reason, code) in codes {
        let refused = give_back(&mut desk, record, reason).expect_err(code);
        assert_eq!(refused.code(), code);
    }
    let past = desk.now;
    let refused = give_back_at(&mut desk, "L-0", "call_me", Some(past)).expect_err("past");
    assert_eq!(refused.code(), "value_refused");
    give_back(&mut desk, "L-0", "unsure").expect("into a queue");
    let refused = give_back(&mut desk, "L-0", "unsure").expect_err("nobody has it");
    assert_eq!(refused.code(), "record_unowned");
}

#[test]
fn back_to_a_rep_who_is_away_is_dealt_to_somebody_else() {
    let mut desk = desk();
    let owner = desk.owner("L-0").expect("dealt").to_owned();
    let back = desk.now + Span::days(5);
    give_back_at(&mut desk, "L-0", "call_me", Some(back)).expect("at a date");
    desk.leave(&owner, desk.now + Span::days(30));
    days(&mut desk, 5);
    let now = desk.owner("L-0").expect("dealt");
    assert_ne!(now, owner);
}
