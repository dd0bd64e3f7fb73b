//! The threshold of no activity on the stated example, and on finite histories of it.
//!
//! The example: gaps of living accounts have a median of 6 days, and 12 of 100 gaps never end.
//! Three figures are given: taking away after 30 days is wrong in 28 %, after 45 in 14 %, after 60
//! in 7 %. With `S = a w / ((1 - a)(1 - w))` they say S(30) = 0.053, S(45) = 0.022, S(60) = 0.010.
//! An exponential of that median has S(30) = 0.031; a Weibull would need a shape of 0.90, 0.85 and
//! 0.82 in turn. A lognormal needs a sigma, ln(t / 6) over the normal deviate of S(t), of 1.00,
//! 1.00 and 0.99: gaps are lognormal with median 6 days and sigma 1, and give 28.3, 13.9 and 7.2 %.

use crate::measure_draws::{Draws, grid, normal, normal_below};
use evenkeel_core::measure::threshold::{Abandoned, Gap, Gaps, NoAdvice, Question};

const MEDIAN: f64 = 6.0;
const ABANDONED: f64 = 0.12;
const EXAMPLE: [(u32, f64); 3] = [(30, 0.28), (45, 0.14), (60, 0.07)];

fn length(u: f64) -> f64 {
    MEDIAN * normal(u).exp()
}

/// What is true of the example after `days`.
fn truth(days: u32) -> f64 {
    let lasts = normal_below(-(f64::from(days) / MEDIAN).ln());
    let alive = (1.0 - ABANDONED) * lasts;
    alive / (ABANDONED + alive)
}

/// One gap each of 20,000 accounts on a fixed grid, all followed for two years.
fn example() -> Vec<Gap> {
    let gap = |account: u64| {
        let ends = grid(account + 1, 3) >= ABANDONED;
        let days = length(grid(account + 1, 2)).min(720.0);
        Gap {
            account,
            days: if ends { days as u32 } else { 720 },
            closed: ends && days < 720.0,
        }
    };
    (0..20_000).map(gap).collect()
}

/// What a company sees: accounts begun over two years, touched until abandoned, and today.
fn history(seed: u64, accounts: u64) -> Vec<Gap> {
    let mut draws = Draws::of(seed);
    let mut gaps = Vec::new();
    for account in 0..accounts {
        let mut left = 730.0 * draws.even();
        loop {
            let days = if draws.even() < ABANDONED {
                f64::INFINITY
            } else {
                length(draws.even())
            };
            let closed = days <= left;
            gaps.push(Gap {
                account,
                days: days.min(left) as u32,
                closed,
            });
            if !closed {
                break;
            }
            left -= days;
        }
    }
    gaps
}

fn looked_at(gaps: &[Gap], question: Question) -> Gaps {
    Gaps::of(gaps, question).expect("enough data")
}

#[test]
fn the_stated_example_is_wrong_in_28_14_and_7_per_cent() {
    let gaps = looked_at(&example(), Question::default());
    for (days, stated) in EXAMPLE {
        let (wrong, truth) = (gaps.wrong(days).expect("many got there"), truth(days));
        println!("{days} days: {wrong}, in truth {:.1} %", 100.0 * truth);
        assert_eq!(
            (100.0 * truth).round(),
            (100.0 * stated).round(),
            "the example itself"
        );
        assert_eq!(
            (100.0 * wrong.value).round(),
            (100.0 * stated).round(),
            "{days}: {wrong}"
        );
    }
    let advice = gaps.advice().expect("enough data");
    println!("{}", advice.sentence());
    assert!(
        advice.days.abs_diff(53) <= 1 && advice.warn.abs_diff(33) <= 1,
        "{advice:?}"
    );
    assert!(truth(53) <= 0.1 && truth(52) > 0.1 && truth(33) <= 0.25 && truth(32) > 0.25);
    assert!((advice.abandoned.value - ABANDONED).abs() < 0.002);
}

#[test]
fn a_finite_history_recovers_the_rates_and_says_how_sure_it_is() {
    let (runs, mut held, mut asked) = (20, 0, 0);
    let mut held_threshold = 0;
    for seed in 0..runs {
        let gaps = looked_at(&history(seed, 1_500), Question::default());
        for (days, _) in EXAMPLE {
            let (wrong, truth) = (gaps.wrong(days).expect("enough"), truth(days));
            assert!(
                (wrong.value - truth).abs() < 0.05,
                "seed {seed}, {days}: {wrong}"
            );
            assert!(wrong.high - wrong.low < 0.2, "{wrong}");
            held += usize::from(wrong.low <= truth && truth <= wrong.high);
            asked += 1;
        }
        let advice = gaps.advice().expect("enough");
        let high = advice.high.expect("bounded");
        held_threshold += usize::from(advice.low <= 53 && 53 <= high);
        assert!((42..=66).contains(&advice.days), "seed {seed}: {advice:?}");
        if seed == 0 {
            println!("{}", advice.sentence());
        }
    }
    println!(
        "intervals that hold the truth: {held} of {asked}; thresholds {held_threshold} of {runs}"
    );
    assert!(held * 100 >= asked * 88, "{held} of {asked}");
    assert!(
        held_threshold * 100 >= runs as usize * 85,
        "{held_threshold}"
    );
}

#[test]
fn the_threshold_falls_as_more_is_abandoned_and_as_more_may_be_wrong() {
    let gaps = example();
    let days = |abandoned: f64, wrong: f64| {
        let question = Question {
            wrong,
            abandoned: Abandoned::OfGaps(abandoned),
            ..Question::default()
        };
        looked_at(&gaps, question)
            .advice()
            .map(|advice| advice.days)
    };
    let by_part = [0.10, 0.105, 0.11, 0.115, 0.12].map(|part| days(part, 0.2).expect("reached"));
    assert!(
        by_part.is_sorted_by(|less, more| less >= more),
        "{by_part:?}"
    );
    assert!(by_part[0] > by_part[4], "{by_part:?}");
    let by_wrong = [0.05, 0.1, 0.2, 0.4].map(|wrong| days(0.12, wrong).expect("reached"));
    assert!(
        by_wrong.is_sorted_by(|less, more| less > more),
        "{by_wrong:?}"
    );
    assert!(matches!(days(0.10, 0.1), Err(NoAdvice::NeverSoRare { .. })));
}

#[test]
fn what_is_abandoned_may_be_stated_but_not_against_the_data() {
    let gaps = history(3, 1_500);
    let ask = |abandoned| {
        let question = Question {
            abandoned,
            ..Question::default()
        };
        Gaps::of(&gaps, question)
    };
    let estimated = ask(Abandoned::Estimated).expect("enough");
    let part = estimated.abandoned();
    println!("abandoned: {part}");
    assert!((part.value - ABANDONED).abs() < 0.01, "{part}");
    let stated = ask(Abandoned::OfGaps(part.value)).expect("enough");
    assert_eq!(
        stated.wrong(30).expect("enough").value,
        estimated.wrong(30).expect("enough").value
    );
    let accounts = part.value * gaps.len() as f64 / 1_500.0;
    let of_accounts = ask(Abandoned::OfAccounts(accounts)).expect("enough");
    let (one, other) = (of_accounts.abandoned().value, part.value);
    assert!((one - other).abs() < 1e-12, "{one} {other}");
    let refused = ask(Abandoned::OfGaps(0.2)).expect_err("more than lasts");
    assert!(
        matches!(refused, NoAdvice::Contradicted { .. }),
        "{refused}"
    );
}

#[test]
fn a_slow_account_does_not_pass_for_many() {
    let mut gaps = example()[..2_000].to_vec();
    let one_each = looked_at(&gaps, Question::default())
        .wrong(30)
        .expect("enough");
    // The same gaps, all those that got to 30 days and ended now belonging to five accounts.
    for gap in gaps.iter_mut().filter(|gap| gap.closed && gap.days >= 30) {
        gap.account %= 5;
    }
    let five = looked_at(&gaps, Question::default())
        .wrong(30)
        .expect("enough");
    assert_eq!(one_each.value, five.value);
    let width = |one: evenkeel_core::measure::part::Part| one.high - one.low;
    assert!(width(five) > 1.5 * width(one_each), "{five} {one_each}");
}

#[test]
fn too_few_data_are_refused_with_what_it_takes() {
    let some: Vec<Gap> = example()[..80].to_vec();
    let refused = Gaps::of(&some, Question::default()).expect_err("few");
    assert_eq!(
        refused.sentence(),
        "Not enough data: 71 gaps that a touch ended, and it takes 100."
    );
    let mut young = history(1, 1_500);
    for gap in &mut young {
        gap.closed &= gap.days < 60;
        gap.days = gap.days.min(60);
    }
    let refused = Gaps::of(&young, Question::default()).expect_err("not followed");
    assert!(
        matches!(refused, NoAdvice::FewFollowed { have: 0, .. }),
        "{refused}"
    );
    let stated = Question {
        abandoned: Abandoned::OfGaps(ABANDONED),
        ..Question::default()
    };
    let wrong = looked_at(&young, stated)
        .wrong(30)
        .expect("a stated part will do");
    assert!((wrong.value - truth(30)).abs() < 0.05, "{wrong}");
    let few = looked_at(&example()[..180], Question::default()).wrong(60);
    assert!(
        matches!(few, Err(NoAdvice::FewReached { days: 60, .. })),
        "{few:?}"
    );
}
