//! Where timers, sweeps, claims and top-ups meet: what each must leave to the others.

use crate::company::Desk;
use crate::handoffs;
use crate::recycling::{AT_ONCE, days, desk, policy, stocked};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::hold_timers::HoldTimers;
use evenkeel_core::command::keep::Keep;
use evenkeel_core::command::log_activities::{Activity, LogActivities};
use evenkeel_core::command::retrieve::{Retrieve, RetrieveTo};
use evenkeel_core::command::settle_sweep::{SettleSweep, Verdict};
use evenkeel_core::event::Event;
use evenkeel_core::holding::place::Place;
use evenkeel_core::holding::sweeps::{SWEEPS_MAX, Stage};
use evenkeel_core::ids::RecordNo;
use evenkeel_core::people::rep::PrivateRef;
use evenkeel_core::policy::analysis;
use evenkeel_core::time::{DAY, HOUR, Span};

const ROOMY: &str = "[guard]\nbook = 1\nrecords = 100000\n";

fn work(desk: &mut Desk, record: &str) -> Vec<Event> {
    let rep = desk.owner(record).map(str::to_owned);
    let activity = Activity {
        record: record.into(),
        rep,
        at: desk.now,
        kind: "call".into(),
        verified: true,
    };
    let activities = vec![activity];
    desk.run(&Command::LogActivities(LogActivities { activities }))
        .expect("nothing to refuse")
}

fn keep(desk: &mut Desk, record: &str) -> Result<Vec<Event>, &'static str> {
    let next_step = PrivateRef {
        subject: 1,
        digest: [1; 32],
    };
    let keep = Keep {
        record: record.into(),
        expected: Expected::Any,
        next_step,
        until: None,
    };
    desk.run(&Command::Keep(keep))
        .map_err(|refusal| refusal.code())
}

/// Worked on, swept and given back by undo, a record has no clock that takes it away again.
#[test]
fn what_undo_gives_back_is_not_taken_by_a_clock_that_work_cannot_stop() {
    let sla = "[[sla]]\nname = \"Soon\"\nwhen = 'true'\nfirst_touch = \"1 day\"\n\
               clock = \"wall\"\nreassign = \"2 days\"\ntries = 1\nthen = \"rest 30 days\"\n";
    let mut desk = stocked(&format!("{}{ROOMY}{sla}", policy(AT_ONCE, "")), 1);
    work(&mut desk, "L-0");
    let owner = desk.owner("L-0").map(str::to_owned);
    days(&mut desk, 30);
    assert!(matches!(desk.state.place(RecordNo(0)), Place::Resting(_)));
    let undo = SettleSweep {
        sweep: 1,
        verdict: Verdict::Undo,
    };
    desk.run(&Command::SettleSweep(undo)).expect("done");
    days(&mut desk, 1);
    assert_eq!(desk.owner("L-0").map(str::to_owned), owner);
    for _ in 0..5 {
        work(&mut desk, "L-0");
        days(&mut desk, 1);
    }
    assert_eq!(desk.owner("L-0").map(str::to_owned), owner, "worked daily");
}

#[test]
fn work_after_keeping_begins_the_count_anew() {
    let mut desk = stocked(&format!("{}{ROOMY}", policy(AT_ONCE, "")), 1);
    for round in 0..5 {
        days(&mut desk, 23);
        assert!(
            keep(&mut desk, "L-0").is_ok(),
            "worked on since: round {round}"
        );
        desk.wait(HOUR);
        work(&mut desk, "L-0");
    }
}

/// Two of each book wait for the cadence; the guard on a sweep would let them go.
#[test]
fn a_jump_over_the_cadence_counts_what_waits_for_it() {
    let quarterly = AT_ONCE
        .replace("at once", "quarterly")
        .replace("30 days", "20 days");
    let guard = "[guard]\nbook = 1\nrecords = 100000\ntimers = 5\n";
    let mut desk = stocked(&format!("{}{guard}", policy(&quarterly, "")), 9);
    days(&mut desk, 1);
    let at = desk.state.recycling().next().expect("set").at;
    assert!(at > desk.now + Span::days(24), "{at} is far enough");
    while desk
        .state
        .recycling()
        .watched()
        .filter(|(_, one)| one.due.moment().is_some())
        .count()
        < 9
    {
        days(&mut desk, 1);
        assert!(desk.now < at, "all are due before the cadence comes");
    }
    let (from, to) = (desk.now, at + HOUR);
    desk.now = to;
    desk.run(&Command::HoldTimers(HoldTimers { from, to }))
        .expect("nine are more than five");
}

#[test]
fn a_jump_past_the_end_of_a_leave_takes_nothing_from_who_stands_in() {
    let text = format!("{}\n[guard]\ntimers = 2\n", handoffs::POLICY);
    let mut desk = handoffs::desk_of(&text);
    let back = desk.now + Span::days(3);
    desk.leave("ben", back);
    for number in 0..4 {
        let key = format!("L-{number}");
        handoffs::taken(&mut desk, &key, "ana", "US");
        handoffs::hand_off(&mut desk, &key, "ae").expect("handed on");
        assert_eq!(desk.owner(&key), Some("cleo"));
    }
    let (from, to) = (desk.now, back + HOUR);
    desk.now = to;
    desk.run(&Command::HoldTimers(HoldTimers { from, to }))
        .expect("four are more than two");
    while desk.run(&Command::Tick).is_ok() {}
    for number in 0..4 {
        assert_eq!(desk.owner(&format!("L-{number}")), Some("cleo"));
    }
}

/// Sixty that nobody may have yet stand before one that anybody may.
#[test]
fn what_cools_for_everybody_does_not_keep_the_others_from_books() {
    let pool = "target = 60\ntop_up = \"queue:waiting\"";
    let mut desk = desk(&format!("{}{ROOMY}", policy(AT_ONCE, pool)));
    for key in ["ben", "cleo"] {
        desk.leave(key, crate::company::START + Span::days(60));
    }
    for number in 0..60 {
        desk.take_in(&format!("L-{number}"), "US")
            .expect("dealt to ana");
    }
    let records = (0..60).map(|number| (format!("L-{number}"), Expected::Any));
    let retrieve = Retrieve {
        records: records.collect(),
        to: RetrieveTo::Queue("waiting".into()),
    };
    desk.run(&Command::Retrieve(retrieve)).expect("pulled");
    desk.wait(DAY);
    desk.take_in("fresh", "XX").expect("waits");
    while desk.run(&Command::Tick).is_ok() {}
    assert_eq!(desk.owner("fresh"), Some("ana"));
}

/// A sweep that nobody settles waits longer than the list is long.
#[test]
fn a_held_sweep_outlives_the_list_of_sweeps() {
    let weekly = AT_ONCE
        .replace("at once", "weekly")
        .replace("warn = \"7 days\"\n", "");
    let mut desk = stocked(&policy(&weekly, ""), 30);
    for _ in 0..SWEEPS_MAX as i64 + 10 {
        days(&mut desk, 7);
    }
    let held = desk.state.recycling().watch(RecordNo(0)).expect("due");
    let sweep = desk.state.recycling().sweeps().find(held.sweep);
    let sweep = sweep.expect("the one that waits is not forgotten");
    assert_eq!((sweep.stage, sweep.open.len()), (Stage::Held, 30));
}

/// A clock and the end of a leave in one tick move a record once.
#[test]
fn a_stand_in_that_is_overdue_at_the_return_moves_once() {
    let sla = "[[sla]]\nname = \"Soon\"\nwhen = 'true'\nfirst_touch = \"1 day\"\n\
               clock = \"wall\"\nreassign = \"3 days\"\ntries = 1\nthen = \"rest 30 days\"\n";
    let mut desk = handoffs::desk_of(&format!("{}{sla}", handoffs::POLICY));
    let back = desk.now + Span::days(3);
    desk.leave("ben", back);
    handoffs::taken(&mut desk, "L-0", "ana", "US");
    handoffs::hand_off(&mut desk, "L-0", "ae").expect("handed on");
    assert_eq!(desk.owner("L-0"), Some("cleo"));
    desk.now = back;
    let events = desk.run(&Command::Tick).expect("both");
    let dealt = events.iter().filter(|event| {
        matches!(
            event,
            Event::RecordDealt { .. } | Event::RecordReleased { .. }
        )
    });
    assert_eq!(dealt.count(), 1, "{events:?}");
}

/// What a policy no longer names a queue for is still for somebody.
#[test]
fn a_queue_that_leaves_the_policy_leaves_nothing_behind() {
    let mut desk = desk(&policy(AT_ONCE, ""));
    desk.take_in("L-0", "XX").expect("waits");
    let text = policy(AT_ONCE, "")
        .replace("[[queue]]\nname = \"waiting\"\n", "")
        .replace("queue:waiting", "queue:triage");
    let published = desk.publish(&text);
    if published.is_err() {
        return;
    }
    days(&mut desk, 2);
    let gone = desk.state.queue_no("waiting").expect("once declared");
    assert_ne!(desk.state.place(RecordNo(0)), Place::Queue(gone));
}

/// Who is filled up from a queue with shared grades owes nothing for it; the check says so.
#[test]
fn filling_up_from_shared_grades_is_warned_of() {
    let pool = "target = 3\ntop_up = \"queue:waiting\"";
    let shared = "[[queue]]\nname = \"waiting\"\nfair = true\n\
        score = { likely = { field = \"record.points\", from = 0, to = 100 } }\n\
        grades = [{ name = \"A\", from = 0.5 }]\n";
    let plain = policy(AT_ONCE, pool);
    let text = plain.replace("[[queue]]\nname = \"waiting\"\n", shared);
    let desk = Desk::empty();
    let warned = |text: &str| {
        let problems = analysis::check(text, &desk.state.known()).problems;
        let mut told = problems.iter().map(|problem| problem.message.as_str());
        told.any(|message| message == "what fills up books counts for nobody in \"waiting\"")
    };
    assert!(warned(&text));
    assert!(!warned(&plain));
}
