//! The check-in sheet of a small team, figure by figure.

use crate::company::{Desk, START};
use crate::effort::{POLICY, account, field};
use evenkeel_core::checkin::{Age, Changes, Last, Sheet, Stand, sheets};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::effort::capacity::YEAR;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::market::value::Value;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::Micro;
use std::collections::BTreeMap;

/// A rookie with 22 accounts of 3.5, older by a day each, and a mid with nothing.
fn team() -> Desk {
    let steps = "[[step]]\nname = \"sdr\"\nto = \"pool:all\"\n[[step]]\nname = \"ae\"\n\
                 to = \"pool:all\"\n[fallback]";
    let mut desk = Desk::empty();
    desk.publish(&POLICY.replace("[fallback]", steps))
        .expect("sound");
    for (key, years) in [("ana", 0), ("ben", 2)] {
        desk.set_rep(key, |profile| {
            profile.closing_since = Some(START - Span(years * YEAR.0));
        })
        .expect("new");
    }
    for number in 0..22 {
        let record = format!("A-{number}");
        let mut attributes = account(&desk.state, 5_000);
        // Every other one was worked on yesterday.
        if number % 2 == 1 {
            let touched = field(&desk.state, "touched");
            attributes.set(touched, Value::Time(START - Span::days(1)));
        }
        desk.run(&Command::Intake(Intake {
            key: record.as_str().into(),
            attributes: attributes.into(),
            private: None,
            marks: Vec::new(),
            occurred: Some(START - Span::days(number + 20)),
        }))
        .expect("taken in");
        let assign = Assign {
            record,
            expected: Expected::Any,
            rep: "ana".into(),
            note: None,
        };
        // Those that ana was dealt already stay where they are.
        drop(desk.run(&Command::Assign(assign)));
    }
    desk
}

fn made(desk: &Desk, last: &BTreeMap<RepNo, Last>) -> Vec<Sheet> {
    sheets(&desk.state, desk.now, &|_| None, last)
}

#[test]
fn a_sheet_says_load_age_and_neglect() {
    let desk = team();
    let sheets = made(&desk, &BTreeMap::new());
    let [ana, ben] = &sheets[..] else {
        panic!("two reps: {sheets:?}");
    };
    assert_eq!((ana.open, ana.load), (22, Micro::whole(77)));
    assert_eq!(ana.stand, Stand::Overloaded, "77 is beyond a rookie's 75");
    assert_eq!(ana.utilization(), Some(Micro(1_283_333)));
    assert_eq!(ana.headroom(), Some(Micro(0)));
    let age = Age {
        oldest: Span::days(41),
        median: Span::days(30),
    };
    assert_eq!(ana.age, Some(age));
    // Of those 30 to 41 days old every other one was touched.
    assert_eq!(ana.neglected.count, 6);
    assert_eq!(ana.neglected.share, Micro(272_727));
    let (oldest, since) = ana.neglected.longest[0];
    assert_eq!(desk.state.records().key(oldest), "A-20");
    assert_eq!(since, START - Span::days(40));
    assert_eq!(ana.misfits, (0, 22), "3.5 each is no account for a rookie");
    assert_eq!(ana.bottlenecks.len(), 1);
    assert_eq!(ana.bottlenecks[0].records, 22);
    assert_eq!((ben.open, ben.age), (0, None));
    assert_eq!(ben.stand, Stand::Undersupplied);
    assert_eq!(ben.headroom(), Some(Micro::whole(100)));
    assert_eq!(ben.neglected.share, Micro(0));
    assert!(ben.bottlenecks.is_empty() && ben.changes.is_none());
}

#[test]
fn the_next_sheet_says_what_has_changed() {
    let mut desk = team();
    let first = made(&desk, &BTreeMap::new());
    let keep = |sheet: &Sheet| (sheet.rep, sheet.keep(&desk.state, desk.now));
    let last: BTreeMap<RepNo, Last> = first.iter().map(keep).collect();
    desk.wait(Span::days(7));
    for number in [0, 2, 4] {
        desk.run(&Command::Close(Close {
            record: format!("A-{number}"),
            expected: Expected::Any,
            reason: "lost".into(),
        }))
        .expect("open");
    }
    let ana = &made(&desk, &last)[0];
    // Those of 24 days and more are older than 30 a week later: more than before.
    let changes = Changes {
        load: Micro(-10_500_000),
        open: -3,
        neglected: 2,
        assigned: 0,
        closed: 3,
    };
    assert_eq!(ana.changes, Some(changes));
}

#[test]
fn activity_known_elsewhere_counts() {
    let desk = team();
    let worked = |_: RecordNo| -> Option<Moment> { Some(START - Span::days(2)) };
    let sheets = sheets(&desk.state, desk.now, &worked, &BTreeMap::new());
    assert_eq!(sheets[0].neglected.count, 0);
}
