//! Logging activities: only what a decision may depend on becomes an event.

use crate::company::{Desk, POLICY};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::log_activities::{ACTIVITIES_MAX, Activity, LogActivities};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::event::{Event, Touch};
use evenkeel_core::time::{HOUR, Moment, Span};

const MINUTE: Span = Span(60_000);

fn activity(record: &str, rep: Option<&str>, at: Moment) -> Activity {
    Activity {
        record: record.into(),
        rep: rep.map(str::to_owned),
        at,
        kind: "call".into(),
        verified: true,
    }
}

fn log(activities: Vec<Activity>) -> Command {
    Command::LogActivities(LogActivities { activities })
}

/// What of these activities got into the journal.
fn touches(desk: &mut Desk, activities: Vec<Activity>) -> Vec<Touch> {
    match desk
        .run(&log(activities))
        .expect("nothing to refuse")
        .as_slice()
    {
        [] => Vec::new(),
        [Event::RecordsTouched { touches }, first @ ..] => {
            let first_work = |event: &Event| matches!(event, Event::FirstWorked { .. });
            assert!(first.iter().all(first_work), "{first:?}");
            touches.clone()
        }
        events => panic!("touches, and whose first work they were: {events:?}"),
    }
}

/// A desk where `ana` owns `L-1`, and the policy ends in `more`.
fn owning(more: &str) -> Desk {
    let mut desk = Desk::empty();
    desk.publish(&format!("{POLICY}{more}")).expect("sound");
    for key in ["ana", "ben"] {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk.take_in("L-1", "NZ").expect("named for ana");
    assert_eq!(desk.owner("L-1"), Some("ana"));
    desk
}

#[test]
fn the_owners_first_work_and_signs_of_life_an_hour_apart_decide() {
    let mut desk = owning("");
    let start = desk.now;
    let record = desk.state.record_no("L-1").expect("taken in");
    let (ana, ben) = (Some("ana"), Some("ben"));
    let at = |minutes: i64| start + Span(minutes * MINUTE.0);
    desk.now = at(600);
    // (minutes, by whom, whether it gets into the journal)
    let cases = [
        (
            -5,
            ana,
            false,
            "before it was hers, and no later sign of life",
        ),
        (
            30,
            ben,
            false,
            "not the owner, within the hour of the start",
        ),
        (40, ana, true, "the owner's first work"),
        (45, ana, false, "her second, five minutes later"),
        (99, ana, false, "59 minutes after the last in the journal"),
        (
            100,
            None,
            true,
            "an hour after it, by nobody of the workspace",
        ),
        (100, ana, false, "the same once more"),
        (
            20,
            ana,
            true,
            "her first work was earlier, as is known only now",
        ),
        (25, ana, false, "after that"),
    ];
    for (minutes, rep, decides, why) in cases {
        let got = touches(&mut desk, vec![activity("L-1", rep, at(minutes))]);
        assert_eq!(got.len(), usize::from(decides), "{minutes}: {why}");
    }
    let activity_of = &desk.state.records().activity;
    assert_eq!(activity_of.worked_at(record), Some(at(20)));
    assert_eq!(activity_of.active_at(record), Some(at(100)));
}

#[test]
fn a_batch_is_judged_as_if_it_came_one_by_one() {
    let mut desk = owning("");
    let start = desk.now;
    desk.take_in("L-2", "NZ").expect("named for ana");
    desk.now = start + Span::hours(9);
    let told: Vec<Activity> = (0..48)
        .map(|step| {
            let record = if step % 3 == 0 { "L-2" } else { "L-1" };
            let rep = if step % 5 == 0 { None } else { Some("ana") };
            activity(record, rep, start + Span(step * 11 * MINUTE.0))
        })
        .collect();
    let mut single = owning("");
    single.take_in("L-2", "NZ").expect("named for ana");
    single.now = desk.now;
    let apart: Vec<Touch> = told
        .iter()
        .flat_map(|one| touches(&mut single, vec![one.clone()]))
        .collect();
    assert!(apart.len() > 10 && apart.len() < 20, "{}", apart.len());
    assert_eq!(touches(&mut desk, told.clone()), apart);
    assert_eq!(
        touches(&mut desk, told),
        [],
        "told again it decides nothing"
    );
}

#[test]
fn what_the_policy_does_not_count_moves_nothing() {
    let rules = "\n[activity]\nworks = [\"call\"]\ncounts = \"verified\"\n";
    let mut desk = owning(rules);
    desk.wait(HOUR);
    let plain = activity("L-1", Some("ana"), desk.now);
    let email = Activity {
        kind: "email".into(),
        ..plain.clone()
    };
    let own_word = Activity {
        verified: false,
        ..plain.clone()
    };
    assert_eq!(touches(&mut desk, vec![email, own_word]), []);
    assert_eq!(touches(&mut desk, vec![plain]).len(), 1);
    let mut any = owning("");
    any.wait(HOUR);
    let own_word = Activity {
        kind: "coffee_break".into(),
        verified: false,
        ..activity("L-1", Some("ana"), any.now)
    };
    assert_eq!(touches(&mut any, vec![own_word]).len(), 1);
}

#[test]
fn strangers_are_passed_over_and_tomorrow_is_now() {
    let mut desk = owning("");
    desk.wait(HOUR);
    let now = desk.now;
    let told = vec![
        activity("nobody knows it", Some("ana"), now),
        activity("L-1", Some("somebody else"), now + Span::hours(23)),
    ];
    let record = desk.state.record_no("L-1").expect("taken in");
    let touch = Touch {
        record,
        rep: None,
        at: now,
        verified: true,
    };
    assert_eq!(touches(&mut desk, told), [touch]);
    let before = desk.state.records().activity.worked_at(record);
    assert_eq!(before, None, "a stranger's work is not the owner's");
}

#[test]
fn refusals_come_in_order() {
    let code = |desk: &mut Desk, activities| match desk.run(&log(activities)) {
        Ok(events) => panic!("expected a refusal, got {events:?}"),
        Err(refusal) => refusal,
    };
    let mut empty = Desk::empty();
    assert_eq!(code(&mut empty, Vec::new()), Refusal::PolicyMissing);
    let mut desk = owning("");
    let one = activity("L-1", None, desk.now);
    let far = activity("L-1", None, desk.now + Span::hours(25));
    let odd = Activity {
        kind: "Call me".into(),
        ..one.clone()
    };
    let many = vec![odd.clone(); ACTIVITIES_MAX + 1];
    assert_eq!(code(&mut desk, many).code(), "bound_exceeded");
    for bad in [odd, far] {
        assert_eq!(
            code(&mut desk, vec![one.clone(), bad]).code(),
            "value_refused"
        );
    }
    assert_eq!(touches(&mut desk, Vec::new()), [], "nothing is no mistake");
}

#[test]
fn work_counts_for_whoever_owns_it_then() {
    let mut desk = owning("");
    let start = desk.now;
    desk.wait(HOUR);
    let give = Command::Assign(Assign {
        record: "L-1".into(),
        rep: "ben".into(),
        expected: Expected::Any,
        note: None,
    });
    desk.run(&give).expect("by hand");
    let record = desk.state.record_no("L-1").expect("taken in");
    // What ana did becomes known after it went to ben: it is not his first work.
    let late = activity("L-1", Some("ana"), start + MINUTE);
    assert_eq!(touches(&mut desk, vec![late]), []);
    desk.wait(MINUTE);
    let his = activity("L-1", Some("ben"), desk.now);
    assert_eq!(touches(&mut desk, vec![his]).len(), 1);
    let worked = desk.state.records().activity.worked_at(record);
    assert_eq!(worked, Some(desk.now));
}
