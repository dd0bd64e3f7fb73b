//! Clocks on first work: set with every owner, ringing in order, and nothing lost or hoarded.

use crate::company::{Desk, POLICY};
use evenkeel_core::clocks::{Lapse, Stage, Then};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::confirm_clock::ConfirmClock;
use evenkeel_core::command::hold_timers::HoldTimers;
use evenkeel_core::command::log_activities::{Activity, LogActivities};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::event::{Cause, Event, Freed, Release};
use evenkeel_core::holding::place::{AfterRest, Place};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, HOUR, Span};
use evenkeel_core::verdict::Destination;

const MINUTE: Span = Span(60_000);

const SLA: &str = r#"
[[sla]]
name = "Inbound"
when = 'record.kind == "lead"'
first_touch = "30 minutes"
warn = "15 minutes"
escalate = "45 minutes"
reassign = "1 hour"
tries = 2
then = "rest 30 days"
"#;

fn minutes(count: i64) -> Span {
    Span(count * MINUTE.0)
}

/// A desk with the clocks of `lines` and these reps.
fn clocked(lines: &str, reps: &[&str]) -> Desk {
    let mut desk = Desk::empty();
    desk.publish(&format!("{POLICY}{lines}")).expect("sound");
    for key in reps {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk
}

fn work(desk: &mut Desk, record: &str, rep: &str) -> Vec<Event> {
    let activity = Activity {
        record: record.into(),
        rep: Some(rep.into()),
        at: desk.now,
        kind: "call".into(),
        verified: true,
    };
    let activities = vec![activity];
    desk.run(&Command::LogActivities(LogActivities { activities }))
        .expect("nothing to refuse")
}

/// What a tick says, in words: `warned L-1`, `dealt L-1 ben`, …
fn tick(desk: &mut Desk) -> Vec<String> {
    let events = match desk.run(&Command::Tick) {
        Ok(events) => events,
        Err(Refusal::NothingToDo) => return Vec::new(),
        Err(refusal) => panic!("{refusal:?}"),
    };
    let state = &desk.state;
    let words = events.iter().map(|event| words(state, event));
    words.collect()
}

fn words(state: &State, event: &Event) -> String {
    let key = |record| state.records().key(record);
    let rep = |rep| &state.roster().rep(rep).key;
    match event {
        Event::SlaWarned { record, .. } => format!("warned {}", key(*record)),
        Event::SlaBreached { record, .. } => format!("breached {}", key(*record)),
        Event::SlaEscalated { record, .. } => format!("escalated {}", key(*record)),
        Event::ClockSet {
            record, rep: who, ..
        } => format!("clock {} {}", key(*record), rep(*who)),
        Event::RecordDealt {
            record,
            to,
            cause: Cause::Overdue,
            ..
        } => match to {
            Destination::Rep(who) => format!("dealt {} {}", key(*record), rep(*who)),
            to => format!("dealt {} {to:?}", key(*record)),
        },
        Event::RecordReleased {
            record,
            why: Release::Overdue,
            ..
        } => format!("released {}", key(*record)),
        event => panic!("not of a clock: {event:?}"),
    }
}

#[test]
fn a_clock_warns_breaches_escalates_and_passes_the_record_on_to_everybody_once() {
    let mut desk = clocked(SLA, &["ana", "ben", "cleo"]);
    let start = desk.now;
    let events = desk.take_in("L-1", "US").expect("dealt");
    let Some(Event::ClockSet { clock, .. }) = events.last() else {
        panic!("a clock is set: {events:?}");
    };
    assert_eq!(clock.warn_at, Some(start + minutes(15)));
    assert_eq!(clock.due_at, start + minutes(30));
    assert_eq!(clock.escalate_at, start + minutes(45));
    let then = Then::Rest(Span::days(30));
    let (at, tries) = (start + HOUR, 2);
    assert_eq!(clock.lapse, Some(Lapse { at, tries, then }));

    assert_eq!(desk.owner("L-1"), Some("ana"));
    let mut told = Vec::new();
    for minute in 1..=200 {
        desk.now = start + minutes(minute);
        told.extend(
            tick(&mut desk)
                .into_iter()
                .map(|word| format!("{minute} {word}")),
        );
    }
    let round = |after: i64, next: &[&str]| {
        let mut round: Vec<String> = [(15, "warned"), (30, "breached"), (45, "escalated")]
            .map(|(minute, word)| format!("{} {word} L-1", after + minute))
            .to_vec();
        round.extend(next.iter().map(|word| format!("{} {word}", after + 60)));
        round
    };
    let expected = [
        round(0, &["dealt L-1 ben", "clock L-1 ben"]),
        round(60, &["dealt L-1 cleo", "clock L-1 cleo"]),
        round(120, &["released L-1"]),
    ];
    assert_eq!(told, expected.concat());
    let record = desk.state.record_no("L-1").expect("taken in");
    let Place::Resting(rest) = desk.state.place(record) else {
        panic!("it rests");
    };
    assert_eq!(rest.then, AfterRest::Deal);
    assert_eq!(desk.state.clocks().running().len(), 0);
    assert_eq!(desk.state.clocks().next(), None);
}

#[test]
fn first_work_of_the_owner_stops_it_and_is_measured_in_both_clocks() {
    let mut desk = clocked(SLA, &["ana", "ben"]);
    // At work until 09:20, then not before 10:00.
    let hours = Hours::parse("Mon-Fri 08:00-09:20,10:00-18:00").expect("hours");
    desk.set_rep("ana", |profile| profile.hours = hours)
        .expect("set");
    desk.take_in("L-1", "NZ").expect("named for ana");
    let start = desk.now;
    let record = desk.state.record_no("L-1").expect("taken in");
    let due = desk
        .state
        .clocks()
        .of(record)
        .expect("it runs")
        .clock
        .due_at;
    assert_eq!(
        due,
        start + minutes(70),
        "20 minutes, a break of 40, 10 more"
    );
    desk.wait(minutes(65));
    let by_ben = work(&mut desk, "L-1", "ben");
    assert_eq!(by_ben.len(), 1, "a sign of life, and not the owner's work");
    assert!(desk.state.clocks().of(record).is_some());
    desk.wait(minutes(1));
    let by_ana = work(&mut desk, "L-1", "ana");
    let Some(Event::FirstWorked {
        waited, business, ..
    }) = by_ana.last()
    else {
        panic!("it was the first: {by_ana:?}");
    };
    assert_eq!((*waited, *business), (minutes(66), minutes(26)));
    assert!(desk.state.clocks().of(record).is_none());
    let ana = desk.state.roster().find("ana").expect("set");
    let speeds: Vec<_> = desk.state.clocks().speeds(ana).collect();
    assert_eq!(speeds.len(), 1);
    assert_eq!(
        (speeds[0].waited, speeds[0].business),
        (minutes(66), minutes(26))
    );
    desk.wait(DAY);
    assert_eq!(tick(&mut desk), [""; 0], "nothing rings any more");
}

#[test]
fn closing_giving_and_another_policy_leave_no_clock_behind() {
    let mut desk = clocked(SLA, &["ana", "ben"]);
    for key in ["L-1", "L-2", "L-3"] {
        desk.take_in(key, "NZ").expect("named for ana");
    }
    let close = Command::Close(Close {
        record: "L-1".into(),
        expected: Expected::Any,
        reason: "won".into(),
    });
    desk.run(&close).expect("closed");
    desk.wait(minutes(20));
    let give = Command::Assign(Assign {
        record: "L-2".into(),
        rep: "ben".into(),
        expected: Expected::Any,
        note: None,
    });
    let given = desk.run(&give).expect("given");
    assert!(
        matches!(given.last(), Some(Event::ClockSet { .. })),
        "{given:?}"
    );
    let running = |desk: &Desk| desk.state.clocks().running().len();
    assert_eq!(running(&desk), 2);
    assert_eq!(tick(&mut desk), ["warned L-3"], "L-2 has a new clock");
    // A policy without the line: what was promised goes on, and nothing new begins.
    desk.publish(POLICY).expect("sound");
    desk.take_in("L-4", "NZ").expect("named for ana");
    assert_eq!(running(&desk), 2);
    desk.wait(minutes(31));
    assert_eq!(
        tick(&mut desk),
        ["breached L-3", "escalated L-3", "breached L-2"]
    );
}

#[test]
fn a_downtime_is_made_up_for_in_one_tick_without_a_late_warning() {
    let mut desk = clocked(SLA, &["ana", "ben"]);
    desk.take_in("L-1", "US").expect("dealt");
    desk.wait(minutes(61));
    let told = [
        "breached L-1",
        "escalated L-1",
        "dealt L-1 ben",
        "clock L-1 ben",
    ];
    assert_eq!(tick(&mut desk), told);
    desk.wait(minutes(61));
    let told = ["breached L-1", "escalated L-1", "released L-1"];
    assert_eq!(
        tick(&mut desk),
        told,
        "ana had it, ben has it, and there is nobody else"
    );
}

#[test]
fn who_worked_on_it_is_forgiven_and_a_hold_never_gives_it_back() {
    let lines = SLA.replace("tries = 2", "tries = 1");
    let mut desk = clocked(&lines, &["ana", "ben", "cleo"]);
    desk.take_in("L-1", "US").expect("dealt");
    let away = desk.now + DAY;
    for rep in ["ben", "cleo"] {
        desk.leave(rep, away);
    }
    desk.wait(minutes(61));
    // Nobody can take it now, but ben and cleo will: it is held, and ana is not asked again.
    let told = tick(&mut desk);
    assert!(
        told.last().is_some_and(|word| word.contains("Hold")),
        "{told:?}"
    );
    let record = desk.state.record_no("L-1").expect("taken in");
    assert!(matches!(desk.state.place(record), Place::Held(_)));
    assert_eq!(tick(&mut desk), [""; 0], "ana could, and must not");
    desk.now = away;
    let events = desk.run(&Command::Tick).expect("they are back");
    assert!(
        matches!(
            events[0],
            Event::RecordDealt {
                cause: Cause::Waited,
                ..
            }
        ),
        "{events:?}"
    );
    assert_ne!(desk.owner("L-1"), Some("ana"));
    let owner = desk.owner("L-1").expect("dealt").to_owned();
    assert_eq!(desk.state.clocks().tries(record), 1);
    work(&mut desk, "L-1", &owner);
    assert_eq!(desk.state.clocks().tries(record), 0);
}

#[test]
fn lines_are_asked_in_order_and_by_pool_and_wall_time_runs_at_night() {
    let lines = r#"
[[sla]]
name = "Lottery"
when = 'true'
pool = "pool:lottery"
first_touch = "2 hours"
clock = "wall"

[[sla]]
name = "Rest"
when = 'record.country != "FR"'
first_touch = "1 hour"
reassign = "1 hour"
then = "queue:triage"
"#;
    let mut desk = clocked(lines, &["ana"]);
    let hours = Hours::parse("Mon-Fri 08:00-09:30").expect("hours");
    desk.set_rep("ana", |profile| profile.hours = hours)
        .expect("set");
    let start = desk.now;
    let mut due = |key: &str, country: &str| {
        desk.take_in(key, country).expect("dealt");
        let record = desk.state.record_no(key).expect("taken in");
        let clock = desk.state.clocks().of(record)?.clock.clone();
        Some((clock.sla, clock.due_at))
    };
    assert_eq!(
        due("L-1", "DE"),
        Some(("Lottery".into(), start + Span::hours(2)))
    );
    // 30 minutes are left today, and tomorrow begins at 08:00: 23 hours after the start.
    let tomorrow = start + Span::hours(23) + minutes(30);
    assert_eq!(due("L-2", "US"), Some(("Rest".into(), tomorrow)));
    assert_eq!(due("L-3", "FR"), None);
    desk.now = tomorrow;
    let told = tick(&mut desk);
    let last = [
        "breached L-1",
        "escalated L-1",
        "breached L-2",
        "escalated L-2",
        "released L-2",
    ];
    assert_eq!(told, last, "ana is the only one");
    let record = desk.state.record_no("L-2").expect("taken in");
    assert!(matches!(desk.state.place(record), Place::Queue(_)));
    let stage = |key: &str| {
        let record = desk.state.record_no(key).expect("taken in");
        desk.state.clocks().of(record).map(|running| running.stage)
    };
    assert_eq!(stage("L-1"), Some(Stage::Escalated));
}

#[test]
fn a_clock_that_jumps_moves_no_heap_of_records_until_somebody_has_looked() {
    let lines = format!("{SLA}\n[guard]\ntimers = 2\n");
    let mut desk = clocked(&lines, &["ana", "ben"]);
    for number in 0..4 {
        desk.take_in(&format!("L-{number}"), "US").expect("dealt");
    }
    let from = desk.now;
    let hold = |from, to| Command::HoldTimers(HoldTimers { from, to });
    let to = from + minutes(61);
    desk.now = to;
    let nothing = |result: Result<Vec<Event>, Refusal>| {
        assert_eq!(result, Err(Refusal::NothingToDo));
    };
    nothing(desk.run(&Command::ConfirmClock(ConfirmClock)));
    nothing(desk.run(&hold(from + minutes(2), to)));
    nothing(desk.run(&hold(from - HOUR, from + minutes(59))));
    let held = desk.run(&hold(from, to)).expect("four would move");
    assert!(
        matches!(&held[..], [Event::TimersHeld(held)] if held.due == 4),
        "{held:?}"
    );
    nothing(desk.run(&hold(from, to)));
    let told = tick(&mut desk);
    assert_eq!(
        told.len(),
        8,
        "breached and escalated, and nothing moves: {told:?}"
    );
    desk.wait(DAY);
    assert_eq!(tick(&mut desk), [""; 0]);
    let snapshot = Desk::bytes(&desk.state);
    let revived: State = postcard::from_bytes(&snapshot).expect("a state");
    assert!(revived.timers_held(), "also after a restart");

    desk.run(&Command::ConfirmClock(ConfirmClock))
        .expect("looked");
    let told = tick(&mut desk);
    let moved = told.iter().filter(|word| word.starts_with("dealt")).count();
    assert_eq!(moved, 4, "{told:?}");

    // Fewer than the bound go through without a question.
    let mut few = clocked(&lines, &["ana", "ben"]);
    for number in 0..2 {
        few.take_in(&format!("L-{number}"), "US").expect("dealt");
    }
    let from = few.now;
    few.now = to;
    nothing(few.run(&hold(from, to)));
    assert_eq!(tick(&mut few).len(), 8);
}

#[test]
fn a_release_says_where_to_and_a_tick_is_bounded_and_repeatable() {
    let lines = SLA.replace("rest 30 days", "queue:triage");
    let run = || {
        let mut desk = clocked(&lines, &["ana"]);
        for number in 0..700 {
            desk.take_in(&format!("L-{number}"), "US").expect("dealt");
        }
        desk.wait(minutes(61));
        let mut ticks = 0;
        while !tick(&mut desk).is_empty() {
            ticks += 1;
        }
        assert!(ticks > 3, "{ticks} ticks for 2,100 events");
        let queue = desk.state.queue_no("triage").expect("named");
        assert_eq!(desk.state.queue(queue).records.len(), 700);
        let released = desk.journal.iter().filter(|one| {
            matches!(&one.event, Event::RecordReleased { to: Freed::Queue(to), .. } if *to == queue)
        });
        assert_eq!(released.count(), 700);
        Desk::bytes(&desk.state)
    };
    assert!(run() == run(), "the same twice");
}
