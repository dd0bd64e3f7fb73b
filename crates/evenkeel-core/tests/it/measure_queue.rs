//! What is measured of a queue and its sweeps: speed, picks, the limit in hand, the cadence.

use crate::measure_draws::Draws;
use evenkeel_core::measure::cadence::{Cadence, Health, Sweep, health};
use evenkeel_core::measure::cherry::{Cherry, Finding, Pick, index};
use evenkeel_core::measure::little::{Flow, limit};
use evenkeel_core::measure::speed::{Clock, Speed};
use evenkeel_core::measure::survival::Observed;
use evenkeel_core::time::{DAY, HOUR, Moment, Span};

#[test]
fn speed_counts_those_that_still_wait() {
    let hour = HOUR.0 as u64;
    let wait = |hours: u64, ended: bool| Observed {
        length: hours * hour,
        ended,
    };
    let mut waits: Vec<Observed> = (1..=6).map(|hours| wait(hours, true)).collect();
    waits.extend([wait(10, false); 6]);
    let speed = Speed::of(&waits, Clock::Business, &[2 * hour, 10 * hour]);
    assert_eq!((speed.n, speed.touched), (12, 6));
    assert_eq!(
        speed.median.length,
        Some(6 * hour),
        "and not 3, that of the touched"
    );
    assert_eq!(speed.ninety.length, None);
    assert!((speed.marks[0].touched.value - 2.0 / 12.0).abs() < 1e-12);
    assert!((speed.marks[1].touched.value - 0.5).abs() < 1e-12);
    assert_eq!(speed.marks[1].told_by, 12);
    assert_eq!(
        speed.sentence(),
        "Half are touched within 6 hours (2 hours to no upper end yet; 12 records, 6 touched, \
         business hours counted)."
    );
    assert_eq!(
        speed.marks[0].sentence(),
        "Touched within 2 hours: 17 % (4 % to 52 %, n = 12)."
    );
    let none = Speed::of(&[], Clock::Wall, &[hour]);
    assert_eq!(
        none.sentence(),
        "Fewer than half have been touched so far (0 records, 0 touched, all hours counted)."
    );
}

/// 60 picks from 5 to 20 shown; with `looks` the best of so many looked at is taken.
fn picks(draws: &mut Draws, count: usize, looks: u32) -> Cherry {
    let pick = |_| {
        let shown = 5 + draws.below(16);
        let below = (0..looks).map(|_| draws.below(shown)).max().unwrap_or(0);
        Pick { below, shown }
    };
    let picks: Vec<Pick> = (0..count).map(pick).collect();
    index(&picks)
}

#[test]
fn picks_by_chance_scatter_by_one_and_a_mild_preference_stands_out() {
    let (runs, mut draws) = (2_000, Draws::of(21));
    let by_chance: Vec<Cherry> = (0..runs).map(|_| picks(&mut draws, 60, 1)).collect();
    let mean = |of: &dyn Fn(&Cherry) -> f64| by_chance.iter().map(of).sum::<f64>() / 2_000.0;
    let middle = mean(&|one| one.z);
    let deviation = mean(&|one| (one.z - middle).powi(2)).sqrt();
    let clear = |one: &&Cherry| one.finding == Finding::PicksTheBest;
    let alarms = by_chance.iter().filter(clear).count();
    let held = mean(&|one| f64::from(u8::from(one.low <= 0.5 && 0.5 <= one.high)));
    let mild: Vec<Cherry> = (0..500).map(|_| picks(&mut draws, 60, 2)).collect();
    let mild_z = mild.iter().map(|one| one.z).sum::<f64>() / 500.0;
    let found = mild.iter().filter(clear).count();
    println!(
        "by chance: mean {middle:.3}, deviation {deviation:.3}, {alarms} alarms of {runs}, interval \
         holds {held:.3}; the better of two: z {mild_z:.2}, found in {found} of 500"
    );
    assert!(middle.abs() < 0.07 && (0.95..1.05).contains(&deviation));
    assert!(alarms <= 8 && (0.93..0.97).contains(&held));
    assert!((3.7..5.0).contains(&mild_z) && found > 430);
    println!("{}", mild[0].sentence());
}

#[test]
fn few_picks_and_picks_without_a_choice_say_nothing() {
    let pick = |below, shown| Pick { below, shown };
    let found = index(&[pick(0, 1); 50]);
    assert_eq!((found.n, found.unchosen, found.z), (0, 50, 0.0));
    assert_eq!((found.low, found.high), (0.0, 1.0));
    assert_eq!(
        index(&[pick(9, 10); 19]).sentence(),
        "Too early to tell: 19 picks, and it takes 20."
    );
    assert_eq!(index(&[pick(9, 10); 20]).finding, Finding::PicksTheBest);
    assert_eq!(index(&[pick(0, 10); 20]).finding, Finding::PicksTheLeast);
    let example = index(&[pick(6, 10); 60]);
    assert_eq!(example.finding, Finding::PicksTheBest);
    assert!((example.place - 0.65).abs() < 1e-12 && (example.z - 4.04).abs() < 0.01);
}

#[test]
fn the_limit_is_what_is_in_hand_on_average() {
    let mut draws = Draws::of(4);
    let (days, mut waits, mut in_hand) = (200u32, Vec::new(), 0.0);
    let end = f64::from(days);
    let mut now = draws.exponential(1.0 / 3.0);
    while now < end {
        let time = draws.exponential(2.0).min(10.0);
        in_hand += time.min(end - now);
        waits.push(Observed {
            length: (time.min(end - now) * DAY.0 as f64) as u64,
            ended: time <= end - now && time < 10.0,
        });
        now += draws.exponential(1.0 / 3.0);
    }
    let flow = Flow {
        waits: &waits,
        reps: 1,
        days,
        hold: 10 * DAY.0 as u64,
    };
    let found = limit(flow).expect("enough");
    let truth = in_hand / end;
    println!("in hand {truth:.2}; {}", found.sentence());
    assert_eq!(found.records, truth.ceil() as u32);
    assert!(f64::from(found.low) <= truth + 1.0 && truth <= f64::from(found.high));
    let few = limit(Flow {
        waits: &waits[..5],
        ..flow
    });
    assert_eq!(
        few.expect_err("few").sentence(),
        "Not enough data for a limit: 5 records worked, and it takes 20."
    );
    let even = vec![
        Observed {
            length: 2 * DAY.0 as u64,
            ended: true
        };
        90
    ];
    let even = limit(Flow {
        waits: &even,
        reps: 3,
        days: 10,
        hold: 5 * DAY.0 as u64,
    });
    assert_eq!(even.expect("enough").records, 6, "3 a day for 2 days");
}

/// Weekly sweeps, late by these hours (`None`: not run), with what they left undone.
fn cadence(late: &[(Option<i64>, u32)]) -> Cadence {
    let sweep = |(at, (late, left)): (usize, &(Option<i64>, u32))| {
        let planned = Moment(0) + Span::days(7 * at as i64);
        Sweep {
            planned,
            executed: late.map(|hours| planned + Span::hours(hours)),
            due: 100 + left,
            moved: 100,
            held: left / 2,
        }
    };
    let sweeps: Vec<Sweep> = late.iter().enumerate().map(sweep).collect();
    let now = Moment(0) + Span::days(7 * late.len() as i64 - 1);
    health(&sweeps, now, DAY)
}

#[test]
fn a_cadence_is_healthy_slips_or_fails() {
    let healthy = cadence(&[(Some(1), 10); 12]);
    assert_eq!(healthy.health, Health::Healthy);
    assert_eq!(
        healthy.sentence(),
        "The cadence is healthy: on time 100 % (76 % to 100 %, n = 12); half are at most 1 hour \
         late. No trend of the backlog can be told (+0.0 records a sweep, +0.0 to +0.0; 12 \
         sweeps). Waiting for approval: 5 % (4 % to 6 %, n = 1,320) of the records due."
    );
    let growing: Vec<_> = (0..12).map(|at| (Some(1), 10 + 7 * at)).collect();
    let growing = cadence(&growing);
    let trend = growing.backlog.expect("sweeps ran");
    assert_eq!((growing.health, trend.slope), (Health::Slipping, 7.0));
    assert!(
        trend
            .sentence()
            .starts_with("The backlog grows (+7.0 records a sweep")
    );
    // One odd sweep does not make a trend.
    let mut odd = [(Some(1), 10); 12];
    odd[11].1 = 900;
    assert_eq!(cadence(&odd).backlog.expect("ran").slope, 0.0);
    assert_eq!(cadence(&odd).health, Health::Healthy);
    let missed = cadence(&[(None, 0), (None, 0), (Some(1), 0), (Some(90), 0), (None, 0)]);
    assert_eq!((missed.health, missed.n), (Health::Failing, 5));
    let open = missed.lateness;
    assert_eq!(
        (open.length, open.n, open.ended),
        (None, 5, 2),
        "most have not run at all"
    );
    assert!(
        missed.sentence().contains("at most an unknown time late"),
        "{}",
        missed.sentence()
    );
    assert_eq!(cadence(&[(Some(1), 0); 3]).health, Health::TooEarly);
}
