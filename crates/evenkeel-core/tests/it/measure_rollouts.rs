//! Whether a change worked: a random rollout in stages is right as often as it says, and before and
//! after is seen failing on the same kind of weeks.
//!
//! `EVENKEEL_ROLLOUTS` is the number of simulated teams without any effect (default 80).

use crate::measure_chance::{Chance, size};
use evenkeel_core::draw::DrawKey;
use evenkeel_core::measure::before_after::{BeforeAfter, Period, Unlike, step};
use evenkeel_core::measure::permutation::shuffled;
use evenkeel_core::measure::proportion::Tally;
use evenkeel_core::measure::rollout::{Ground, Pod, differences, staged};
use evenkeel_core::measure::unknown::Unknown;

const PODS: usize = 10;
const WEEKS: usize = 26;
/// Two pods each begin in these weeks.
const STARTS: [usize; PODS] = [6, 6, 10, 10, 14, 14, 18, 18, 22, 22];

/// Weeks that follow each other: half of last week's stays.
fn weeks(chance: &mut Chance, count: usize, swing: f64) -> Vec<f64> {
    let mut last = 0.0;
    (0..count)
        .map(|_| {
            last = 0.5 * last + swing * chance.normal();
            last
        })
        .collect()
}

/// Ten pods with levels of their own, a season for all, and weeks that follow each other. Those
/// that have begun have `effect` more.
fn pods(seed: u64, effect: f64) -> Vec<Pod> {
    let mut chance = Chance::of(seed);
    let common = weeks(&mut chance, WEEKS, 6.0);
    let starts = shuffled(&STARTS, &DrawKey::from_seed(seed), 0);
    starts
        .into_iter()
        .map(|begins| {
            let level = 100.0 + 15.0 * chance.normal();
            let own = weeks(&mut chance, WEEKS, 8.0);
            let outcome = |week: usize| {
                let season = 10.0 * (1.0 - ((week as f64 / 13.0).fract() - 0.5).abs() * 4.0);
                let more = if week >= begins { effect } else { 0.0 };
                level + common[week] + own[week] + season + 0.4 * week as f64 + more
            };
            Pod {
                begins: Some(begins),
                outcomes: (0..WEEKS).map(outcome).collect(),
            }
        })
        .collect()
}

#[test]
fn without_an_effect_p_is_uniform_and_with_one_the_interval_holds_it() {
    let rollouts = size("EVENKEEL_ROLLOUTS", 80);
    let (mut ps, mut held, mut found) = (Vec::new(), 0, 0);
    for seed in 0..rollouts {
        let key = DrawKey::from_seed(u64::from(seed) + 500);
        let none = staged(&pods(u64::from(seed), 0.0), &key).expect("compared");
        ps.push(none.p);
        let some = staged(&pods(u64::from(seed) + 90_000, 10.0), &key).expect("compared");
        held += u32::from(some.size.interval.holds(10.0));
        found += u32::from(some.p <= 0.05);
        assert!(!some.exact && some.arrangements == 2_000 && some.ground == Ground::Randomized);
        // Out of the interval is what p rejects.
        assert_eq!(some.p <= 0.05, !some.size.interval.holds(0.0), "{some:?}");
    }
    let n = f64::from(rollouts);
    let below = |limit: f64| ps.iter().filter(|p| **p <= limit).count() as f64 / n;
    println!(
        "{rollouts} rollouts without effect: p at most .05 in {:.3}, .1 in {:.3}, .25 in {:.3}, .5 \
         in {:.3}, .75 in {:.3}; with +10: interval holds it {:.3}, found {:.2}",
        below(0.05),
        below(0.1),
        below(0.25),
        below(0.5),
        below(0.75),
        f64::from(held) / n,
        f64::from(found) / n
    );
    for limit in [0.05, 0.1, 0.25, 0.5, 0.75, 0.9] {
        let doubt = 3.0 * (limit * (1.0 - limit) / n).sqrt();
        assert!(
            (below(limit) - limit).abs() <= doubt + 0.001,
            "{limit}: {}",
            below(limit)
        );
    }
    assert!(
        f64::from(held) / n > 0.95 - 3.0 * (0.0475 / n).sqrt(),
        "{held}"
    );
}

#[test]
fn before_and_after_finds_what_is_not_there_on_the_same_kind_of_weeks() {
    let teams = size("EVENKEEL_ROLLOUTS", 80).max(200);
    let (mut naive, mut steps) = (0, 0);
    for seed in 0..teams {
        let mut chance = Chance::of(u64::from(seed) + 7_000);
        // The change falls on any day of the year.
        let (wander, day) = (weeks(&mut chance, 52, 0.1), chance.even());
        let mut series = Vec::new();
        let periods: Vec<Period> = (0..52)
            .map(|week| {
                let season = 0.2 * (1.0 - ((week as f64 / 52.0 + day).fract() - 0.5).abs() * 4.0);
                let rate = 0.2 * (1.0 + wander[week] + season + 0.004 * week as f64);
                let tally = Tally::of(chance.wins(80, rate.clamp(0.01, 0.9)), 80.0);
                series.push(tally.rate());
                let month = (week / 5 + 1).min(12) as u8;
                Period {
                    tally,
                    whole: true,
                    ripe: true,
                    working_days: 5,
                    month,
                }
            })
            .collect();
        let told = BeforeAfter::of(&periods[..26], &periods[26..]).expect("enough");
        naive += u32::from(!told.change.interval.holds(0.0));
        assert!(told.unlike.contains(&Unlike::Months) && told.sentence().contains("no evidence"));
        steps += u32::from(!step(&series, 26).expect("enough").size.interval.holds(0.0));
    }
    let share = |count: u32| f64::from(count) / f64::from(teams);
    println!(
        "{teams} teams without effect: before and after finds one in {:.2}, the series in {:.2}",
        share(naive),
        share(steps)
    );
    assert!(
        share(naive) > 0.2 && share(steps) > 0.1,
        "seen failing: {naive} {steps}"
    );
}

#[test]
fn few_pods_are_arranged_in_all_ways_and_too_few_are_refused() {
    let pod = |begins: Option<usize>, outcomes: &[f64]| Pod {
        begins,
        outcomes: outcomes.to_vec(),
    };
    // Six pods, three begin in the second period and have five more from then on.
    let pods: Vec<Pod> = (0..6)
        .map(|at| {
            let begins = (at < 3).then_some(1);
            let after = 10.0 + f64::from(at) * 0.1 + if at < 3 { 5.0 } else { 0.0 };
            pod(begins, &[10.0, after, after])
        })
        .collect();
    let effect = staged(&pods, &DrawKey::from_seed(1)).expect("compared");
    assert!(effect.exact && effect.arrangements == 20 && (effect.p - 0.1).abs() < 1e-12);
    assert!((effect.size.value - 4.7).abs() < 1e-9, "{effect:?}");
    assert_eq!(
        effect.sentence("close rate"),
        "The close rate is not known to have changed: by 4.7 (between no limit and no limit) in 6 \
         pods over 2 periods; without an effect such a difference comes up in 10 of 100 \
         arrangements (all 20). Who began when was dealt at random, so this is evidence."
    );
    let few = staged(&pods[1..5], &DrawKey::from_seed(1)).expect_err("six ways only");
    assert_eq!(
        few,
        Unknown::TooFew {
            n: 6.0,
            needed: 20.0,
            what: "way to arrange the pod"
        }
    );
    let all = vec![pod(Some(0), &[1.0, 2.0]); 8];
    assert_eq!(
        staged(&all, &DrawKey::from_seed(1)),
        Err(Unknown::NothingToCompare)
    );
}

#[test]
fn differences_in_differences_compare_each_unit_with_itself() {
    let unit = |at: usize| {
        let changed = at < 5;
        let level = 20.0 + at as f64;
        (
            changed,
            level,
            level + 2.0 + if changed { 4.0 } else { 0.0 } + (at % 3) as f64 * 0.1,
        )
    };
    let units: Vec<(bool, f64, f64)> = (0..10).map(unit).collect();
    let effect = differences(&units, &DrawKey::from_seed(1)).expect("compared");
    assert!(
        (effect.size.value - 4.0).abs() < 0.1 && effect.size.interval.holds(4.0),
        "{effect:?}"
    );
    assert!(effect.exact && effect.arrangements == 252 && effect.p < 0.01);
    assert_eq!(effect.ground, Ground::Compared);
}

#[test]
fn only_whole_ripe_periods_are_compared_and_what_is_unlike_is_said() {
    let period = |wins: f64, leads: f64, working_days: u32, month: u8| Period {
        tally: Tally::of(wins, leads),
        whole: true,
        ripe: true,
        working_days,
        month,
    };
    let before = [period(20.0, 100.0, 22, 3), period(22.0, 100.0, 21, 4)];
    let mut after = vec![period(30.0, 150.0, 18, 5), period(28.0, 140.0, 17, 6)];
    after.push(Period {
        ripe: false,
        ..period(2.0, 150.0, 21, 7)
    });
    let told = BeforeAfter::of(&before, &after).expect("two on each side");
    assert_eq!(
        (told.left_out, told.unlike.len(), told.change.n),
        (1, 3, 4.0)
    );
    assert_eq!(
        told.sentence(),
        "Before: 21 %, from 200 leads; after: 20 %, from 290 leads. That is 1 points less (between \
         -8.3 and 6.3). 1 period left out, not whole or not ripe. This is suggestive and no \
         evidence: whatever else changed is in it. A period had 21.5 working days before and 17.5 \
         after. A period had 100 leads before and 145 after. The two sides lie in other months of \
         the year."
    );
    let few = BeforeAfter::of(&before, &after[1..]).expect_err("one is left");
    assert_eq!(
        few,
        Unknown::TooFew {
            n: 1.0,
            needed: 2.0,
            what: "whole ripe period"
        }
    );
    assert!(step(&[1.0; 9], 5).is_err());
}
