//! Up to how many leads a rep follows up, how far reps are apart, and how long until a target.
//!
//! `EVENKEEL_BOOKS` is the number of simulated reps and teams (default 200).

use crate::measure_chance::{Chance, size};
use evenkeel_core::draw::DrawKey;
use evenkeel_core::measure::follow_up::{FollowUp, Month};
use evenkeel_core::measure::proportion::Tally;
use evenkeel_core::measure::spread::{Spread, Trend};
use evenkeel_core::measure::target::{ToTarget, to_target};
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::time::Span;

/// A year of a rep who follows up 92 % of the leads up to 45 a month, and `beyond` of the others.
/// Months differ by more than their leads explain.
fn year(chance: &mut Chance, beyond: f64) -> Vec<Month> {
    (0..12)
        .map(|_| {
            let leads = 25 + chance.under(45) as u32;
            let mood = 0.03 * chance.normal();
            let (mut followed_up, mut wins) = (0, 0);
            for lead in 0..leads {
                let rate = if lead < 45 { 0.92 } else { beyond };
                let followed = chance.is((rate + mood).clamp(0.0, 1.0));
                followed_up += u32::from(followed);
                wins += u32::from(followed && chance.is(0.2));
            }
            Month {
                leads,
                known: leads,
                followed_up,
                wins: Some(wins),
            }
        })
        .collect()
}

#[test]
fn a_drop_of_follow_up_is_found_where_it_is_and_seldom_where_it_is_not() {
    let reps = size("EVENKEEL_BOOKS", 200) / 4;
    let (mut found, mut false_ones, mut at) = (0, 0, Vec::new());
    for seed in 0..reps {
        let (mut chance, key) = (
            Chance::of(u64::from(seed)),
            DrawKey::from_seed(u64::from(seed)),
        );
        let told = FollowUp::of(&year(&mut chance, 0.2), &key).expect("a year");
        if let Some(drop) = told.drop {
            found += 1;
            at.push(f64::from(drop.up_to));
            assert!(drop.below.value > drop.above.value && drop.p <= 0.05);
        }
        let even = FollowUp::of(&year(&mut chance, 0.92), &key).expect("a year");
        false_ones += u32::from(even.drop.is_some());
    }
    at.sort_by(f64::total_cmp);
    let n = f64::from(reps);
    println!(
        "{reps} reps: drop found in {:.2}, in the middle at {} leads; found where there is none {:.3}",
        f64::from(found) / n,
        at[at.len() / 2],
        f64::from(false_ones) / n
    );
    assert!(f64::from(found) / n > 0.6, "{found}");
    assert!((40.0..=55.0).contains(&at[at.len() / 2]));
    assert!(
        f64::from(false_ones) / n <= 0.05 + 3.0 * (0.0475 / n).sqrt(),
        "{false_ones}"
    );
}

#[test]
fn a_drop_is_told_as_advice_with_its_months() {
    let month = |leads: u32, share: f64| Month {
        leads,
        known: leads,
        followed_up: (f64::from(leads) * share).round() as u32,
        wins: Some(leads / 5),
    };
    let mut months: Vec<Month> = [30, 35, 38, 40, 42].map(|leads| month(leads, 0.9)).to_vec();
    months.extend([52, 56, 60].map(|leads| month(leads, 0.6)));
    let told = FollowUp::of(&months, &DrawKey::from_seed(1)).expect("eight months");
    assert_eq!(
        told.sentence("ana"),
        "ana follows up 90.3 % (between 85.4 % and 93.9 %) of the leads in months of up to 42 and \
         60.1 % (between 52.6 % and 67.3 %) above; by chance such a drop comes up in 1.7 of 100 \
         orders of the 8 months. A cap of 42 a month may fit: this is advice."
    );
    assert!(told.marginal_wins.interval.holds(0.2), "{told:?}");
    let flat = FollowUp::of(&[month(40, 0.9); 7], &DrawKey::from_seed(1));
    assert!(matches!(flat, Err(Unknown::TooFew { .. })));
    assert!(FollowUp::of(&months[..5], &DrawKey::from_seed(1)).is_err());
}

#[test]
fn the_spread_between_reps_is_told_beyond_chance() {
    let teams = size("EVENKEEL_BOOKS", 200);
    let mut chance = Chance::of(4);
    let (mut held, mut none, mut sum) = (0, 0, 0.0);
    for _ in 0..teams {
        let mut team = |spread: f64| -> Vec<Tally> {
            (0..8)
                .map(|_| {
                    let rate = (0.2 + spread * chance.normal()).clamp(0.01, 0.99);
                    Tally::of(chance.wins(150, rate), 150.0)
                })
                .collect()
        };
        let told = Spread::of(&team(0.05)).expect("won");
        held += u32::from(told.between.interval.holds(0.05));
        sum += told.between.value;
        none += u32::from(Spread::of(&team(0.0)).expect("won").between.interval.low <= 1e-6);
    }
    let n = f64::from(teams);
    println!(
        "{teams} teams: spread 0.05 told as {:.3}, interval {:.3}; equals told as none {:.3}",
        sum / n,
        f64::from(held) / n,
        f64::from(none) / n
    );
    assert!(
        (f64::from(held) / n - 0.95).abs() < 3.0 * (0.0475 / n).sqrt() + 0.01,
        "{held}"
    );
    assert!(f64::from(none) / n > 0.95, "{none}");
    assert!((sum / n - 0.05).abs() < 0.01);
    assert_eq!(
        Spread::of(&[Tally::of(1.0, 9.0)]).expect_err("alone"),
        Unknown::TooFew {
            n: 1.0,
            needed: 2.0,
            what: "rep"
        }
    );
}

#[test]
fn reps_who_grow_apart_are_seen_to() {
    let at = |apart: f64| -> Vec<Tally> {
        [-1.0, 0.0, 1.0]
            .map(|side| Tally::of((200.0 * (0.2 + side * apart)).round(), 200.0))
            .to_vec()
    };
    let periods: Vec<Vec<Tally>> = [0.05, 0.06, 0.08, 0.1, 0.12, 0.15].map(at).to_vec();
    let told = Trend::of(&periods, &DrawKey::from_seed(2)).expect("six periods");
    assert_eq!(
        told.sentence(),
        "Reps grow apart: 2.1 points a period (between 1.8 and 2.5) over 6 periods; in another order \
         such a trend comes up in 0.28 of 100."
    );
    println!("{}", Spread::of(&periods[5]).expect("won").sentence());
    assert!(Trend::of(&periods[..4], &DrawKey::from_seed(2)).is_err());
}

#[test]
fn the_time_to_a_target_is_the_day_or_the_pace() {
    let days = |days: &[i64]| {
        days.iter()
            .map(|day| Span::days(*day))
            .collect::<Vec<Span>>()
    };
    let reached = to_target(&days(&[30, 3, 12]), 3, Span::days(60)).expect("a period");
    assert_eq!(
        reached,
        ToTarget::Reached {
            after: Span::days(30),
            wins: 3
        }
    );
    assert_eq!(
        reached.sentence("ana"),
        "ana reached the target of 3 wins after 30 days."
    );
    let ahead = to_target(&days(&[3, 12, 30, 41, 50]), 10, Span::days(60)).expect("a period");
    println!("{}", ahead.sentence("ben"));
    assert_eq!(
        to_target(&[], 3, Span::days(5)),
        Err(Unknown::NoWins { n: 0.0 })
    );
    assert_eq!(to_target(&[], 0, Span::days(5)), Err(Unknown::Nothing));
    // At one pace, the interval holds the real time as often as it says.
    let teams = size("EVENKEEL_BOOKS", 200);
    let mut chance = Chance::of(6);
    let (mut held, mut told) = (0.0, 0.0);
    for _ in 0..teams {
        let (mut now, mut wins) = (0.0, Vec::new());
        while wins.len() < 12 {
            now += chance.wait(10.0);
            wins.push(Span((now * 86_400_000.0) as i64));
        }
        let elapsed = Span::days(60);
        let Ok(ToTarget::Ahead { days, .. }) = to_target(&wins, 12, elapsed) else {
            continue;
        };
        told += 1.0;
        held += f64::from(u8::from(days.interval.holds(now - 60.0)));
    }
    println!("{told} targets ahead: interval {:.3}", held / told);
    assert!((held / told - 0.95_f64).abs() < 3.0 * (0.0475_f64 / told).sqrt() + 0.01);
}

#[test]
fn months_all_alike_are_too_few_of_different_volume() {
    let month = Month {
        leads: 20,
        known: 20,
        followed_up: 15,
        wins: Some(3),
    };
    let told = FollowUp::of(&[month; 12], &DrawKey::from_seed(1)).expect_err("alike");
    assert_eq!(
        told.sentence(),
        "Too few to say anything: 1 unlike month, and it takes 6 unlike months."
    );
}
