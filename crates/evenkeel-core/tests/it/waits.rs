//! When nobody can take it: the named fallback, queues that are dealt again, and the alarm.

use crate::company::{Desk, START};
use evenkeel_core::command::Command;
use evenkeel_core::event::{Cause, Event};
use evenkeel_core::holding::place::Place;
use evenkeel_core::sentence::Words;
use evenkeel_core::time::{DAY, HOUR, Span};
use evenkeel_core::waiting::{self, Spot};

/// Two pools: what nobody in `night` can take waits in a queue that is dealt again; `day` says
/// itself what then.
fn policy(nobody: &str, alarms: &str) -> String {
    format!(
        "evenkeel = 1\nname = \"made up\"\n{alarms}\n[record]\ncountry = \"text\"\n\
         [[queue]]\nname = \"triage\"\n[[queue]]\nname = \"night\"\nredeal = true\n\
         [[pool]]\nname = \"day\"\nmembers = [\"ana\", \"ben\"]\nnobody = {nobody}\n\
         [[pool]]\nname = \"night\"\nmembers = [\"ana\", \"ben\"]\nnobody = \"queue:night\"\n\
         [[rule]]\nname = \"Night\"\nwhen = 'record.country == \"NZ\"'\nto = \"pool:night\"\n\
         [[rule]]\nname = \"Desk\"\nwhen = 'record.country == \"XX\"'\nto = \"queue:night\"\n\
         [fallback]\nto = \"pool:day\"\n"
    )
}

const HOLD: &str = "{ hold = \"5 days\", then = \"queue:triage\" }";
const NAMED: &str = "{ rep = \"zoe\", otherwise = \"queue:triage\" }";

fn desk(text: &str) -> Desk {
    let mut desk = Desk::empty();
    desk.publish(text).expect("a sound policy");
    for key in ["ana", "ben", "zoe"] {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk
}

fn said(desk: &Desk, events: &[Event]) -> String {
    let rep = Words::keys(&desk.state);
    let words = Words {
        state: &desk.state,
        rep: &rep,
    };
    let told = events.iter().find_map(|event| match event {
        Event::RecordDealt { to, verdict, .. } => Some(words.verdict(verdict, to)),
        _ => None,
    });
    told.expect("it was dealt")
}

#[test]
fn a_named_rep_gets_what_nobody_in_the_pool_can_take() {
    let mut desk = desk(&policy(NAMED, ""));
    for rep in ["ana", "ben"] {
        desk.leave(rep, START + DAY);
    }
    let events = desk.take_in("L-1", "US").expect("taken in");
    assert_eq!(desk.owner("L-1"), Some("zoe"));
    let words = said(&desk, &events);
    let begins = "zoe got it: named for when nobody in day can take it.";
    assert!(words.starts_with(begins), "{words}");
    assert!(words.contains("ana is on leave"), "{words}");
    // It is outside rotation: no turn that could be given back, and no credit moved.
    let record = desk.state.record_no("L-1").expect("taken in");
    assert_eq!(desk.state.records().turn(record), None);
    let pools = desk.state.pools().iter();
    assert!(
        pools
            .flat_map(|pool| pool.ledger.members())
            .all(|entry| entry.credit.0 == 0)
    );
    desk.leave("zoe", START + DAY);
    let events = desk.take_in("L-2", "US").expect("taken in");
    let record = desk.state.record_no("L-2").expect("taken in");
    assert!(matches!(desk.state.place(record), Place::Queue(_)));
    let words = said(&desk, &events);
    assert!(
        words.contains("zoe, named for that case, is on leave until"),
        "{words}"
    );
    assert!(
        words.contains("so it waits in the queue triage."),
        "{words}"
    );
}

/// What a tick dealt, in order.
fn dealt(desk: &mut Desk) -> Vec<String> {
    let events = match desk.run(&Command::Tick) {
        Ok(events) => events,
        Err(refusal) => {
            assert_eq!(refusal.code(), "nothing_to_do");
            return Vec::new();
        }
    };
    let key = |event: &Event| match event {
        Event::RecordDealt {
            record,
            cause: Cause::Waited,
            ..
        } => desk.state.records().key(*record).to_owned(),
        other => panic!("{other:?}"),
    };
    events.iter().map(key).collect()
}

#[test]
fn at_the_moment_of_return_the_longest_wait_comes_first_held_or_queued() {
    let mut desk = desk(&policy(HOLD, ""));
    let back = START + DAY;
    for rep in ["ana", "ben"] {
        desk.leave(rep, back);
    }
    // Held and queued by turns, and one that a rule sends to the queue itself.
    for (key, country) in [
        ("L-1", "NZ"),
        ("L-2", "US"),
        ("D-1", "XX"),
        ("L-3", "NZ"),
        ("L-4", "US"),
    ] {
        desk.take_in(key, country).expect("it waits");
        desk.wait(HOUR);
    }
    desk.now = back - Span(1);
    assert_eq!(dealt(&mut desk), [] as [&str; 0], "not a moment too early");
    desk.now = back;
    assert_eq!(dealt(&mut desk), ["L-1", "L-2", "L-3", "L-4"]);
    assert_eq!(dealt(&mut desk), [] as [&str; 0]);
    let desk_work = desk.state.record_no("D-1").expect("taken in");
    assert!(
        matches!(desk.state.place(desk_work), Place::Queue(_)),
        "its rule is the queue"
    );
}

#[test]
fn what_one_rep_must_not_get_keeps_nobody_else_waiting() {
    let mut desk = desk(&policy(HOLD, ""));
    desk.take_in("L-1", "US").expect("taken in");
    assert_eq!(desk.owner("L-1"), Some("ana"));
    desk.leave("ben", START + DAY);
    let reassign = evenkeel_core::command::reassign::Reassign {
        record: "L-1".into(),
        expected: evenkeel_core::command::assign::Expected::Any,
    };
    desk.run(&Command::Reassign(reassign))
        .expect("held, not for ana");
    desk.leave("ana", START + HOUR);
    desk.take_in("L-2", "US").expect("held");
    desk.wait(HOUR);
    // Ana is back: the older one is not for her, the younger is.
    assert_eq!(dealt(&mut desk), ["L-2"]);
    desk.wait(DAY);
    assert_eq!(dealt(&mut desk), ["L-1"]);
    assert_eq!(desk.owner("L-1"), Some("ben"));
}

#[test]
fn an_alarm_is_due_when_the_oldest_waits_too_long() {
    let mut desk = desk(&policy(HOLD, "[alarms]\nwaiting = \"4 hours\"\n"));
    for rep in ["ana", "ben"] {
        desk.leave(rep, START + Span::days(3));
    }
    assert_eq!(waiting::overdue(&desk.state, desk.now), None);
    desk.take_in("L-1", "NZ").expect("queued");
    desk.wait(HOUR);
    desk.take_in("L-2", "US").expect("held");
    let lines = waiting::lines(&desk.state);
    assert_eq!(lines.len(), 2);
    assert!(matches!(lines[0].spot, Spot::Pool(_)) && lines[0].oldest == START + HOUR);
    assert!(matches!(lines[1].spot, Spot::Queue(_)) && lines[1].oldest == START);
    let at = |now| waiting::overdue(&desk.state, now).map(|late| (late.records, late.oldest));
    assert_eq!(at(START + Span::hours(4)), None, "four hours are allowed");
    assert_eq!(at(START + Span::hours(4) + Span(1)), Some((1, START)));
    assert_eq!(at(START + Span::hours(5) + Span(1)), Some((2, START)));
    let quiet = policy(HOLD, "");
    desk.publish(&quiet).expect("a sound policy");
    assert_eq!(waiting::overdue(&desk.state, START + Span::days(2)), None);
}

#[test]
fn what_is_wrong_with_waiting_is_said() {
    let said = |text: &str| {
        let (records, reps) = Default::default();
        let reading = evenkeel_core::policy::read::read(text, &records, &reps);
        let problems = reading.problems.iter().map(ToString::to_string);
        problems.collect::<Vec<String>>().join("\n")
    };
    for (nobody, alarms, wanted) in [
        (HOLD, "[alarms]\nwaiting = \"4 hours\"", ""),
        (NAMED, "", ""),
        (HOLD, "[alarms]\nwaiting = 4", "waiting must be"),
        (
            HOLD,
            "[alarms]\nwaiting = \"400 days\"",
            "is longer than the longest",
        ),
        (HOLD, "[alarms]\nwait = \"1 hour\"", "waiting"),
        ("{ rep = \"zoe\" }", "", "otherwise is missing"),
        (
            "{ rep = \"\", otherwise = \"queue:triage\" }",
            "",
            "the key of a rep",
        ),
        (
            "{ rep = \"zoe\", otherwise = \"pool:night\" }",
            "",
            "a queue, like",
        ),
    ] {
        let told = said(&policy(nobody, alarms));
        match wanted {
            "" => assert_eq!(told, "", "{nobody} {alarms}"),
            wanted => assert!(told.contains(wanted), "{nobody} {alarms}: {told}"),
        }
    }
    let redeal = policy(HOLD, "").replace("redeal = true", "redeal = \"yes\"");
    assert!(said(&redeal).contains("redeal must be true or false"));
}
