//! Where timers meet: a rest that ends, a claim and a clock that run out together, a clock that
//! jumped.

use crate::claims::take_in;
use crate::company::{Desk, POLICY, START, newcomer};
use evenkeel_core::command::Command;
use evenkeel_core::command::claim::{Claim, Pick};
use evenkeel_core::command::confirm_clock::ConfirmClock;
use evenkeel_core::command::hold_timers::HoldTimers;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::event::{Cause, Event, Release};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::time::{DAY, HOUR, Moment, Span};

/// A clock of an hour that passes a record on once and then lets it rest for 30 days.
const LAPSES: &str = "[[sla]]\nname = \"Soon\"\nwhen = 'true'\nfirst_touch = \"30 minutes\"\n\
     clock = \"wall\"\nreassign = \"1 hour\"\ntries = 1\nthen = \"rest 30 days\"\n";

/// A queue whose claims must be worked within an hour, with clocks that run as long.
fn both(guard: &str) -> Desk {
    let text = format!(
        "evenkeel = 1\nname = \"Both\"\n[record]\nfit = \"number\"\n{guard}\
         [[pool]]\nname = \"closers\"\nmembers = [\"ana\", \"ben\"]\nnobody = \"queue:inbound\"\n\
         [[queue]]\nname = \"inbound\"\nwork_within = \"1 hour\"\n\
         [fallback]\nto = \"queue:inbound\"\n{LAPSES}"
    );
    let mut desk = Desk::empty();
    desk.publish(&text).expect("a sound policy");
    for key in ["ana", "ben"] {
        let (key, profile) = (key.into(), newcomer());
        desk.run(&Command::SetRep(Box::new(SetRep { key, profile })))
            .expect("new");
    }
    desk
}

/// Ticks once an hour until `until`; every event that came of it.
fn hours(desk: &mut Desk, until: Moment) -> Vec<Event> {
    let mut events = Vec::new();
    while desk.now < until {
        desk.wait(HOUR);
        while let Ok(more) = desk.run(&Command::Tick) {
            events.extend(more);
        }
    }
    events
}

#[test]
fn a_rest_ends_and_the_record_is_dealt_again() {
    let mut desk = Desk::empty();
    desk.publish(&format!("{POLICY}{LAPSES}")).expect("sound");
    for key in ["ana", "ben"] {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk.take_in("L-1", "US").expect("dealt");
    let record = desk.state.record_no("L-1").expect("taken in");
    hours(&mut desk, START + DAY);
    assert!(matches!(desk.state.place(record), Place::Resting(_)));
    desk.set_rep("cleo", |_| {}).expect("somebody new");
    let events = hours(&mut desk, START + Span::days(32));
    let rested = events
        .iter()
        .any(|event| matches!(event, Event::RecordDealt { cause, .. } if *cause == Cause::Rested));
    assert!(rested, "{events:?}");
    assert_eq!(
        desk.state.resting().len(),
        1,
        "cleo did not work on it either"
    );
    assert!(
        desk.state
            .records()
            .activity
            .parted(record)
            .is_some_and(|(rep, _)| rep.0 == 2),
        "it went to cleo, who never had it"
    );
}

#[test]
fn a_claim_and_a_clock_that_run_out_together_move_the_record_once() {
    let mut desk = both("");
    take_in(&mut desk, "L-1", 50);
    claim_first(&mut desk);
    desk.wait(HOUR);
    let events = desk.run(&Command::Tick).expect("both are due");
    let moves = events.iter().filter(|event| {
        matches!(
            event,
            Event::RecordReleased { .. } | Event::RecordDealt { .. }
        )
    });
    assert_eq!(moves.count(), 1, "{events:?}");
}

#[test]
fn after_a_jump_of_the_clock_claims_wait_for_a_person_too() {
    let mut desk = both("[guard]\ntimers = 2\n");
    for number in 0..3 {
        take_in(&mut desk, &format!("L-{number}"), 50);
        claim_first(&mut desk);
    }
    let (from, to) = (desk.now, desk.now + Span::days(3));
    desk.now = to;
    desk.run(&Command::HoldTimers(HoldTimers { from, to }))
        .expect("three are more than two");
    while desk.run(&Command::Tick).is_ok() {}
    for number in 0..3 {
        let place = desk.state.place(RecordNo(number));
        assert!(matches!(place, Place::Book(_)), "{number}: {place:?}");
    }
    desk.run(&Command::ConfirmClock(ConfirmClock))
        .expect("held");
    let events = desk.run(&Command::Tick).expect("they go on");
    let expired = events.iter().filter(
        |event| matches!(event, Event::RecordReleased { why, .. } if *why == Release::ClaimExpired),
    );
    assert_eq!(expired.count(), 3, "{events:?}");
}

fn claim_first(desk: &mut Desk) {
    let queue = "inbound".to_owned();
    let next = Command::Claim(Claim {
        queue,
        rep: "ana".into(),
        pick: Pick::Next,
    });
    desk.run(&next).expect("there is one");
}
