//! Advice on recycling from a workspace's own history: which gaps and stays it sees.

use crate::claims::take_in;
use crate::company::{Desk, START, newcomer};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::close::Close;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::measure::own_history::{Ask, Told, advise, gaps, stays};
use evenkeel_core::measure::survival::Observed;
use evenkeel_core::measure::threshold::Gap;
use evenkeel_core::time::{HOUR, Moment, Span};

const POLICY: &str = r#"
evenkeel = 1
name = "Two rules"
[record]
fit = "number"
[[pool]]
name = "all"
members = ["ana", "ben"]
nobody = { hold = "2 days", then = "queue:rest" }
[[queue]]
name = "rest"
[recycling]
cadence = "weekly"
rest = "90 days"
[[recycling.remove]]
name = "Idle"
idle = "30 days"
[fallback]
to = "pool:all"
"#;

fn desk() -> Desk {
    let mut desk = Desk::empty();
    desk.publish(POLICY).expect("sound");
    for key in ["ana", "ben"] {
        let (key, profile) = (key.into(), newcomer());
        desk.run(&Command::SetRep(Box::new(SetRep { key, profile })))
            .expect("new");
    }
    desk
}

fn close(desk: &mut Desk, record: &str, reason: &str) {
    desk.run(&Command::Close(Close {
        record: record.into(),
        expected: Expected::Any,
        reason: reason.into(),
    }))
    .expect("open");
}

fn days(days: i64) -> Moment {
    START + Span::days(days)
}

#[test]
fn a_gap_is_open_at_the_end_and_where_the_record_left_its_book() {
    let mut desk = desk();
    for number in 0..3 {
        take_in(&mut desk, &format!("L-{number}"), 1);
    }
    desk.wait(Span::days(20));
    close(&mut desk, "L-1", "lost");
    desk.wait(Span::days(20));
    let touches = [
        (RecordNo(0), days(1)),
        (RecordNo(0), days(11)),
        (RecordNo(1), days(5)),
        (RecordNo(1), days(35)),
        (RecordNo(2), days(90)),
    ];
    let gap = |account, days, closed| Gap {
        account,
        days,
        closed,
    };
    let wanted = vec![
        gap(0, 10, true),
        gap(0, 29, false),
        gap(1, 15, false),
        gap(1, 5, false),
    ];
    assert_eq!(gaps(&desk.state, touches, desk.now), wanted);
}

#[test]
fn a_stay_ends_with_a_win_and_is_open_with_anything_else() {
    let mut desk = desk();
    for number in 0..3 {
        take_in(&mut desk, &format!("L-{number}"), 1);
    }
    desk.wait(Span(9 * 86_400_000 + 1));
    close(&mut desk, "L-0", "won");
    desk.wait(Span::days(3));
    close(&mut desk, "L-1", "lost");
    desk.wait(Span::days(8));
    let observed = |length, ended| Observed { length, ended };
    let won = vec!["won".to_owned()];
    let wanted = vec![observed(9, true), observed(12, false), observed(20, false)];
    assert_eq!(stays(&desk.state, &won, desk.now), wanted);
    let lost = vec!["lost".to_owned()];
    assert!(stays(&desk.state, &lost, desk.now)[1].ended);
}

/// A company with gaps of a known kind: nine in ten records are touched every `n` days, n from 1
/// to 40 evenly; every tenth is abandoned after its first touch.
#[test]
fn the_rules_of_the_policy_are_held_against_the_history() {
    let mut desk = desk();
    let records = 400;
    for number in 0..records {
        take_in(&mut desk, &format!("L-{number}"), 1);
        if number % 40 == 39 {
            desk.wait(HOUR);
        }
    }
    desk.wait(Span::days(300));
    let mut touches = Vec::new();
    for number in 0..records {
        let every = 1 + i64::from(number % 40);
        let count = if number % 10 == 0 { 1 } else { 280 / every };
        let record = RecordNo(number);
        touches.extend((0..count).map(|turn| (record, days(1 + turn * every))));
    }
    let advice = advise(&desk.state, touches, &Ask::default(), desk.now);
    let threshold = advice.threshold.expect("enough");
    let wrong = advice.rules[0].wrong.expect("many got to 30 days");
    assert_eq!(
        (advice.rules[0].name.as_str(), advice.rules[0].days),
        ("Idle", 30)
    );
    // Of gaps of 30 days: what never ends is the 40 abandoned and the last of each other record.
    assert!((0.2..0.9).contains(&wrong.value), "{wrong}");
    assert!(threshold.days > 30 && threshold.days <= 41, "{threshold:?}");
    let curve: Vec<f64> = advice.curve.iter().map(|(_, wrong)| wrong.value).collect();
    assert!(curve.is_sorted_by(|one, next| one >= next), "{curve:?}");
    let check = advice.check.expect("a rule and a rest");
    assert_eq!((check.stated.stay, check.stated.rest), (30, 90));
    assert!(advice.best.is_err(), "nobody has won anything");
    assert!(advice.stays == records as usize && advice.gaps > 1_000);
}

#[test]
fn what_is_senseless_is_named() {
    for (told, name) in [
        (
            Told {
                wrong: Some(0.0),
                ..Told::default()
            },
            "wrong",
        ),
        (
            Told {
                wrong: Some(f64::NAN),
                ..Told::default()
            },
            "wrong",
        ),
        (
            Told {
                warn: Some(1.5),
                ..Told::default()
            },
            "warn",
        ),
        (
            Told {
                horizon: Some(0),
                ..Told::default()
            },
            "horizon",
        ),
        (
            Told {
                horizon: Some(4_000),
                ..Told::default()
            },
            "horizon",
        ),
        (
            Told {
                abandoned: Some(-0.1),
                ..Told::default()
            },
            "abandoned",
        ),
    ] {
        let said = Ask::of(told.clone()).expect_err("senseless");
        assert_eq!(said.0, name, "{told:?}");
    }
    assert_eq!(Ask::of(Told::default()), Ok(Ask::default()));
}
