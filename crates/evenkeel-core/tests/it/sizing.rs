//! How many accounts for a stated chance: the formula beside the exact distribution.
//!
//! *Source*: guide "science" section 6, whose example is repeated here.

use crate::company::Desk;
use crate::rotation_team::cases;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::close::Close;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::measure::history::History;
use evenkeel_core::measure::sizing::{Conversion, Deals};
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;
use proptest::prelude::*;

const QUOTA: f64 = 250_000.0;

fn deals(conversion: Conversion) -> Deals {
    Deals::new(conversion, 30_000.0, 0.8).expect("sound")
}

/// What must be shown: plain division gives an even chance at best, and what the others need.
#[test]
fn the_worked_example() {
    let known = deals(Conversion::Known(0.06));
    let need = known.need(QUOTA, 0.8);
    assert_eq!(need.plain, 139);
    let percent = |chance: f64| (chance * 100.0).round() as i64;
    assert_eq!(percent(need.plain_chance), 45);
    let needed = [0.7, 0.8, 0.9].map(|chance| known.needed(QUOTA, chance));
    assert_eq!(needed, [Some(174), Some(200), Some(241)]);
    let exact = [174, 200, 241].map(|accounts| percent(known.exact(accounts, QUOTA)));
    assert_eq!(
        exact,
        [67, 80, 92],
        "each within three points of what was asked for"
    );
    let seen = |won, of| deals(Conversion::Seen { won, of });
    assert_eq!(seen(6, 100).needed(QUOTA, 0.8), Some(224));
    assert_eq!(
        percent(seen(6, 100).formula(224, QUOTA)),
        80,
        "the way back"
    );
    assert_eq!(seen(18, 300).needed(QUOTA, 0.8), Some(209));
    assert_eq!(percent(seen(6, 100).exact(224, QUOTA)), 79);
    assert_eq!(percent(seen(18, 300).exact(209, QUOTA)), 79);
}

#[test]
fn too_little_history_gives_no_number_and_more_gives_a_smaller_one() {
    // One of three: whatever the number, the conversion itself is in doubt.
    assert_eq!(
        deals(Conversion::Seen { won: 1, of: 50 }).needed(QUOTA, 0.99),
        None
    );
    let by = |times: u64| {
        let (won, of) = (6 * times, 100 * times);
        deals(Conversion::Seen { won, of }).needed(QUOTA, 0.8)
    };
    let needed: Vec<u64> = (0..8).filter_map(|shift| by(1 << shift)).collect();
    assert_eq!(needed.len(), 8);
    assert!(needed.is_sorted_by(|more, less| more >= less), "{needed:?}");
    let known = deals(Conversion::Known(0.06))
        .needed(QUOTA, 0.8)
        .expect("some");
    assert!(
        needed[7] >= known && needed[7] <= known + 2,
        "{needed:?} {known}"
    );
}

#[test]
fn what_is_no_plan_is_refused() {
    let refused = |conversion, mean, cv| Deals::new(conversion, mean, cv).is_err();
    assert!(refused(Conversion::Known(0.0), 1.0, 1.0));
    assert!(refused(Conversion::Known(1.0), 1.0, 1.0));
    assert!(refused(Conversion::Known(f64::NAN), 1.0, 1.0));
    assert!(refused(Conversion::Seen { won: 3, of: 2 }, 1.0, 1.0));
    assert!(refused(Conversion::Seen { won: 0, of: 0 }, 1.0, 1.0));
    assert!(refused(Conversion::Known(0.5), 0.0, 1.0));
    assert!(refused(Conversion::Known(0.5), 1.0, -0.1));
    assert!(refused(Conversion::Known(0.5), 1.0, f64::INFINITY));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(48)))]

    /// The formula within three points of the exact distribution where eight deals are expected.
    #[test]
    fn the_formula_is_within_three_points_of_the_grid(
        part in 0.01f64..0.4, cv in 0.0f64..1.0, expected in 8.0f64..60.0, reach in -2.0f64..2.0,
    ) {
        let deals = Deals::new(Conversion::Known(part), 1.0, cv).expect("sound");
        let accounts = (expected / part).ceil() as u64;
        let mean = accounts as f64 * part;
        let spread = (accounts as f64 * part * (1.0 - part + cv * cv)).sqrt();
        let mut quota = mean + reach * spread;
        if cv < 0.05 {
            // Deals nearly all alike come in whole numbers; ask between two of them.
            quota = quota.floor() + 0.5;
        }
        prop_assume!(quota > 1.0);
        let (formula, exact) = (deals.chance(accounts, quota), deals.exact(accounts, quota));
        prop_assert!(
            (formula - exact).abs() <= 0.03,
            "{part} {cv} {accounts} {quota}: {formula} {exact}"
        );
    }

    /// More accounts, a smaller quota or a lower chance never make it harder.
    #[test]
    fn needs_are_ordered(
        part in 0.01f64..0.5, cv in 0.0f64..2.0, quota in 1.0f64..200.0, chance in 0.5f64..0.95,
    ) {
        let deals = Deals::new(Conversion::Known(part), 1.0, cv).expect("sound");
        let needed = deals.needed(quota, chance).expect("known conversions have a number");
        prop_assert!(deals.needed(quota, chance + 0.04).expect("some") >= needed);
        prop_assert!(deals.needed(quota * 1.1, chance).expect("some") >= needed);
        let (fewer, more) = (deals.exact(needed, quota), deals.exact(needed + 5, quota));
        prop_assert!(more >= fewer - 1e-12, "{needed}: {fewer} {more}");
    }
}

/// Deals of a made-up company: every fifth is won in time, one is won too late, some are too young.
#[test]
fn history_counts_what_is_ripe() {
    let mut desk = Desk::with_reps(&["ana", "ben"]);
    let points = desk.state.record_schema().find("points").expect("declared");
    for number in 0..40 {
        let mut attributes = Attributes::default();
        let worth = Micro::whole(if number % 2 == 0 { 10_000 } else { 30_000 });
        attributes.set(points, Value::Number(worth));
        let key = format!("L-{number}");
        desk.take_in_with(&key, "US", attributes).expect("new");
        desk.wait(Span::days(1));
        if number % 5 == 0 {
            close(&mut desk, &key);
        }
    }
    desk.wait(Span::days(50));
    close(&mut desk, "L-1");
    let won = ["won".to_owned()];
    let ripe = (Span::days(60), &won[..]);
    let history = History::of(&desk.state, desk.now, ripe, Some(points));
    // 90 days in, what came in the first 31 days is ripe; L-1 was won after 89 days.
    assert_eq!((history.of, history.won), (31, 7));
    assert_eq!(history.valued, 7);
    // Numbers 0, 5, 10, 15, 20, 25 and 30: four of 10,000 and three of 30,000.
    assert!((history.mean - 130_000.0 / 7.0).abs() < 1e-6, "{history:?}");
    let variance = (4.0 * 8_571.43f64.powi(2) + 3.0 * 11_428.57f64.powi(2)) / 6.0;
    assert!(
        (history.cv - variance.sqrt() / history.mean).abs() < 1e-6,
        "{history:?}"
    );
    let (won, of) = (7, 31);
    assert_eq!(history.conversion(), Conversion::Seen { won, of });
}

fn close(desk: &mut Desk, record: &str) {
    desk.run(&Command::Close(Close {
        record: record.into(),
        expected: Expected::Any,
        reason: "won".into(),
    }))
    .expect("open");
}
