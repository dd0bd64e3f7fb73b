//! The Kaplan-Meier curve and the chances by bins: textbook figures, laws, and coverage.

use crate::measure_draws::Draws;
use evenkeel_core::measure::hazard::{Exposure, reaches};
use evenkeel_core::measure::survival::{Curve, Observed, Unit};
use proptest::prelude::*;

fn ended(length: u64) -> Observed {
    Observed {
        length,
        ended: true,
    }
}

fn open(length: u64) -> Observed {
    Observed {
        length,
        ended: false,
    }
}

/// Weeks of remission under 6-MP (Freireich and others 1963), the example of most textbooks.
fn remissions() -> Vec<Observed> {
    let over = [6, 6, 6, 7, 10, 13, 16, 22, 23].map(ended);
    let going_on = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(open);
    over.into_iter().chain(going_on).collect()
}

#[test]
fn the_textbook_curve() {
    let curve = Curve::of(&remissions(), Unit::Days);
    for (length, survival, low, high) in [
        (5, 1.0, 0.8454, 1.0),
        (6, 0.857_143, 0.619_718, 0.951_552),
        (7, 0.806_723, 0.563_147, 0.922_809),
        (12, 0.752_941, 0.503_200, 0.889_362),
        (23, 0.448_179, 0.188_052, 0.680_143),
        (99, 0.448_179, 0.188_052, 0.680_143),
    ] {
        let lasts = curve.lasts(length);
        let near = |one: f64, other: f64| (one - other).abs() < 5e-5;
        assert!(near(lasts.value, survival), "{length}: {lasts:?}");
        assert!(
            near(lasts.low, low) && near(lasts.high, high),
            "{length}: {lasts:?}"
        );
    }
    let error = curve.steps()[6].survival * curve.steps()[6].greenwood.sqrt();
    assert!((error - 0.1346).abs() < 1e-4, "{error}");
    let median = curve.median();
    assert_eq!(
        (median.length, median.low, median.high),
        (Some(23), Some(13), None)
    );
    assert_eq!(
        median.sentence(),
        "50 % are over after 23 days (13 days to no upper end yet; n = 21, 9 of them over)."
    );
    assert_eq!(
        (curve.at_risk(6), curve.at_risk(7), curve.longest()),
        (21, 17, 35)
    );
    let mean = curve.restricted_mean(1_000);
    assert_eq!(mean.to, 35);
    assert!((mean.value - 23.287).abs() < 1e-3, "{mean:?}");
    assert!((mean.error - 2.827).abs() < 1e-3, "{mean:?}");
    assert_eq!(
        mean.sentence(),
        "On average 23.3 days (17.7 days to 28.8 days), counting no further than 35 days (n = 21)."
    );
}

#[test]
fn nothing_and_next_to_nothing_are_said_to_be_so() {
    let none = Curve::of(&[], Unit::Days);
    let lasts = none.lasts(3);
    assert_eq!(
        (lasts.value, lasts.low, lasts.high, lasts.n),
        (1.0, 0.0, 1.0, 0)
    );
    assert_eq!(none.median().length, None);
    assert_eq!(none.restricted_mean(9).value, 0.0);
    let going_on = Curve::of(&[open(5); 10], Unit::Milliseconds);
    assert_eq!(
        going_on.sentence(),
        "Fewer than 50 % are over so far (n = 10, 0 of them over)."
    );
    let all = Curve::of(&[ended(4); 10], Unit::Days).lasts(4);
    assert!(
        all.value == 0.0 && all.high > 0.2 && all.high < 0.3,
        "{all:?}"
    );
}

#[test]
fn the_bytes_are_these() {
    let curve = Curve::of(&remissions(), Unit::Days);
    let lasts = curve.lasts(23);
    let bits = [lasts.value, lasts.low, lasts.high].map(f64::to_bits);
    assert_eq!(
        bits,
        [
            4_601_745_299_922_155_547,
            4_595_943_307_842_249_611,
            4_604_301_399_721_776_333
        ]
    );
}

/// What is true: exponential lengths of mean 10, each followed for 0 to 30 days.
fn drawn(draws: &mut Draws, count: usize) -> Vec<Observed> {
    let one = |_| {
        let (length, followed) = (draws.exponential(1_000.0), 3_000.0 * draws.even());
        Observed {
            length: length.min(followed) as u64,
            ended: length <= followed,
        }
    };
    (0..count).map(one).collect()
}

#[test]
fn intervals_hold_what_is_true_about_as_often_as_they_say() {
    let mut draws = Draws::of(11);
    let (teams, mut held) = (400, [0; 4]);
    for _ in 0..teams {
        let curve = Curve::of(&drawn(&mut draws, 80), Unit::Milliseconds);
        let (early, late) = (curve.lasts(300), curve.lasts(1_500));
        let (median, mean) = (curve.median(), curve.restricted_mean(1_500));
        let truly = |low: f64, truth: f64, high: f64| usize::from(low <= truth && truth <= high);
        held[0] += truly(early.low, (-0.3f64).exp(), early.high);
        held[1] += truly(late.low, (-1.5f64).exp(), late.high);
        let high = median.high.map_or(f64::INFINITY, |high| high as f64);
        held[2] += truly(median.low.unwrap_or(0) as f64, 693.1, high);
        held[3] += truly(mean.low, 1_000.0 * (1.0 - (-1.5f64).exp()), mean.high);
    }
    let held = held.map(|held| held as f64 / f64::from(teams));
    println!("coverage early, late, median, mean: {held:?}");
    assert!(
        held.iter().all(|held| (0.915..=0.985).contains(held)),
        "{held:?}"
    );
}

#[test]
fn smoothing_leaves_an_even_chance_alone_and_calms_an_uneven_one() {
    let even: Vec<Observed> = (0..64).flat_map(|day| vec![ended(day); 2]).collect();
    let exposure = Exposure::of(even, 1, 20);
    let raw = exposure.chances();
    assert!((raw[3] - 2.0 / 122.0).abs() < 1e-12);
    let mut draws = Draws::of(5);
    let mut one = || ended(draws.exponential(40.0) as u64);
    let drawn: Vec<Observed> = (0..300).map(|_| one()).collect();
    let exposure = Exposure::of(drawn, 1, 60);
    let truth = 1.0 - (-1.0f64 / 40.0).exp();
    let furthest = |chances: Vec<f64>| {
        let off = chances[10..50].iter().map(|chance| (chance - truth).abs());
        off.fold(0.0, f64::max)
    };
    let (raw, smooth) = (
        furthest(exposure.chances()),
        furthest(exposure.smooth_chances()),
    );
    assert!(smooth < raw / 3.0, "{smooth} of {raw}");
    let sentence = exposure.bins(1)[0].sentence();
    assert!(
        sentence.starts_with("Of what lasted 0 days, "),
        "{sentence}"
    );
}

proptest! {
    #[test]
    fn without_open_ones_the_curve_is_plain_counting(
        lengths in proptest::collection::vec(0u64..40, 1..60), to in 0u64..50,
    ) {
        let observed: Vec<Observed> = lengths.iter().map(|length| ended(*length)).collect();
        let curve = Curve::of(&observed, Unit::Days);
        let n = lengths.len() as f64;
        for length in 0..41 {
            let longer = lengths.iter().filter(|one| **one > length).count() as f64;
            prop_assert!((curve.lasts(length).value - longer / n).abs() < 1e-9);
        }
        let mean = lengths.iter().map(|one| (*one).min(to) as f64).sum::<f64>() / n;
        let found = curve.restricted_mean(to);
        prop_assert!((found.value - mean).abs() < 1e-9, "{found:?} {mean}");
        let chances = Exposure::of(observed, 1, 41).chances();
        for (day, reached) in reaches(&chances).iter().enumerate().skip(1) {
            prop_assert!((reached - curve.lasts(day as u64 - 1).value).abs() < 1e-9);
        }
    }

    #[test]
    fn order_does_not_matter_and_everything_stays_in_bounds(
        data in proptest::collection::vec((0u64..30, any::<bool>()), 0..50),
    ) {
        let observed: Vec<Observed> = data.iter()
            .map(|(length, ended)| Observed { length: *length, ended: *ended }).collect();
        let turned: Vec<Observed> = observed.iter().rev().copied().collect();
        let curve = Curve::of(&observed, Unit::Days);
        prop_assert_eq!(&curve, &Curve::of(&turned, Unit::Days));
        let mut before = 1.0;
        for length in 0..31 {
            let lasts = curve.lasts(length);
            prop_assert!(0.0 <= lasts.low && lasts.low <= lasts.value);
            prop_assert!(lasts.value <= lasts.high && lasts.high <= 1.0 && lasts.value <= before);
            before = lasts.value;
        }
    }
}
