//! The cost of territories, on made-up companies where the true answer is known beforehand.

use crate::company::{Desk, START};
use crate::territories::{POLICY, desk, sheet};
use evenkeel_core::command::Command;
use evenkeel_core::command::set_territories::SetTerritories;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::rep::Leave;
use evenkeel_core::rehearsal::Base;
use evenkeel_core::territory::cost::{Arrival, Asked, Cost, compare};
use evenkeel_core::time::{HOUR, Moment, Span};
use evenkeel_core::units::Micro;

/// A desk with a table by state: California is West, New York is East.
fn company() -> Desk {
    let mut desk = desk(POLICY);
    let set = SetTerritories {
        sheet: sheet(&["state"], &["CA,West", "NY,East"]),
        based_on: None,
    };
    desk.run(&Command::SetTerritories(Box::new(set)))
        .expect("a table");
    desk
}

/// Arrivals an hour apart, in these states.
fn arrivals<'a>(desk: &Desk, states: impl Iterator<Item = &'a str>) -> Vec<Arrival> {
    let field = |name| desk.state.record_schema().find(name).expect("declared");
    let arrival = |(number, state): (usize, &str)| {
        let mut attributes = Attributes::default();
        attributes.set(field("state"), Value::Text(state.into()));
        let value = if state == "CA" { 10 } else { 4 };
        attributes.set(field("value"), Value::Number(Micro::whole(value)));
        Arrival {
            key: format!("L-{number}"),
            attributes: attributes.into(),
            at: START + Span::hours(number as i64),
            closed: None,
        }
    };
    states.enumerate().map(arrival).collect()
}

fn cost(desk: &Desk, arrivals: &[Arrival]) -> Cost {
    let asked = Asked {
        most_per_week: None,
        value: desk.state.record_schema().find("value"),
    };
    compare(&Base::of(&desk.state), arrivals, asked).expect("a sound policy")
}

/// Ninety of a hundred records fall into one of two territories with two reps each, shuffled by a
/// seed: whatever the order, 40 of 100 have to change hands.
#[test]
fn lopsided_territories_cost_what_they_must() {
    let desk = company();
    for seed in 1..=5u64 {
        let mut states: Vec<&str> = vec!["CA"; 90];
        states.extend(["NY"; 10]);
        let mut dice = seed;
        for at in (1..states.len()).rev() {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            states.swap(at, (dice >> 33) as usize % (at + 1));
        }
        let cost = cost(&desk, &arrivals(&desk, states.into_iter()));
        assert_eq!(cost.records, 100);
        assert_eq!((cost.on.dealt, cost.on.nobody), (100, 0));
        assert_eq!((cost.on.spread.fewest, cost.on.spread.most), (5, 45));
        assert_eq!(cost.on.spread.uneven_ppm(), 400_000);
        assert_eq!((cost.off.spread.fewest, cost.off.spread.most), (25, 25));
        assert_eq!(cost.off.spread.uneven_ppm(), 0);
        // A hundred in less than a week over four reps is 25 each; a quarter more is 32.
        assert_eq!(cost.most_per_week, 32);
        assert_eq!((cost.on.over, cost.off.over), (2 * (45 - 32), 0));
        assert_eq!((cost.rescued, cost.lost), (0, 0));
        let told: Vec<(&str, u64, u64)> = cost
            .territories
            .iter()
            .map(|one| (one.name.as_str(), one.reps, one.records))
            .collect();
        assert_eq!(told, [("West", 2, 90), ("East", 2, 10)]);
        assert_eq!(cost.territories[0].value, Some((90, Micro::whole(10))));
        assert_eq!(cost.territories[1].value, Some((10, Micro::whole(4))));
    }
}

fn away(desk: &mut Desk, until: Moment) {
    for key in ["eve", "ed"] {
        let leave = Leave {
            from: Moment(0),
            until,
        };
        desk.set_rep(key, |profile| profile.leaves.push(leave))
            .expect("a leave");
    }
}

#[test]
fn records_wait_in_a_territory_while_others_are_free() {
    let mut desk = company();
    away(&mut desk, START + Span::hours(5));
    let arrivals = arrivals(&desk, ["NY", "CA", "NY"].into_iter());
    let cost = cost(&desk, &arrivals);
    // The first waits five hours, the third three.
    assert_eq!((cost.on.dealt, cost.on.waited), (3, 2));
    assert_eq!(
        (cost.on.wait_mean, cost.on.wait_longest),
        (Span::hours(4), Span::hours(5))
    );
    assert_eq!((cost.off.dealt, cost.off.waited), (3, 0));
}

#[test]
fn what_nobody_in_a_territory_can_take_is_rescued_by_the_joint_pool() {
    let mut desk = company();
    away(&mut desk, START + Span::days(300));
    let states = ["NY", "CA", "NY", "TX"].into_iter();
    let cost = cost(&desk, &arrivals(&desk, states));
    // The hole counts among what nobody takes, and off it goes to the joint pool.
    assert_eq!((cost.on.dealt, cost.on.nobody), (1, 3));
    assert_eq!((cost.off.dealt, cost.off.nobody), (4, 0));
    assert_eq!((cost.rescued, cost.lost), (3, 0));
    assert_eq!(cost.territories[1].nobody, 2);
}

#[test]
fn closed_records_make_room_in_a_book() {
    let policy = POLICY
        .replace(
            "[[pool]]\nname = \"west\"",
            "[rep]\nroom = \"number\"\n[[pool]]\nname = \"west\"",
        )
        .replace(
            "where = 'rep.team == \"west\"'",
            "where = 'rep.team == \"west\"'\ncapacity = \"rep.room\"",
        );
    let mut desk = desk(&policy);
    let room = desk.state.rep_schema().find("room").expect("declared");
    for key in ["wanda", "will"] {
        let one = Value::Number(Micro::whole(1));
        desk.set_rep(key, |profile| profile.attributes.set(room, one))
            .expect("a rep");
    }
    let set = SetTerritories {
        sheet: sheet(&["state"], &["CA,West"]),
        based_on: None,
    };
    desk.run(&Command::SetTerritories(Box::new(set)))
        .expect("a table");
    let mut arrivals = arrivals(&desk, ["CA", "CA", "CA"].into_iter());
    assert_eq!(cost(&desk, &arrivals).on.nobody, 1);
    arrivals[0].closed = Some(START + HOUR);
    assert_eq!(cost(&desk, &arrivals).on.nobody, 0);
}

#[test]
fn without_territories_or_a_joint_pool_there_is_nothing_to_compare() {
    let without = POLICY.replace("joint = \"pool:everyone\"\n", "");
    let desk = desk(&without);
    let refused = compare(&Base::of(&desk.state), &[], Asked::default()).expect_err("no joint");
    assert_eq!(refused.code(), "territories_rejected");
    assert!(
        refused.message().contains("joint = "),
        "{}",
        refused.message()
    );
    let empty = Desk::empty();
    let refused = compare(&Base::of(&empty.state), &[], Asked::default()).expect_err("no policy");
    assert_eq!(refused.code(), "policy_missing");
}
