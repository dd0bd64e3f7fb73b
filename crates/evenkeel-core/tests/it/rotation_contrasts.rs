//! The ledger beside the rotations people usually write, on the same streams.
//!
//! The naive ones live here, in the test, so that what is claimed can be seen failing.
//! *Source*: guide "science" section 1 (the figures quoted are its measurements).

use crate::rotation_team::{Team, longest_run};
use evenkeel_core::draw::{DrawKey, pick};
use evenkeel_core::units::{Micro, ONE};

/// Least received so far, lowest place first: what a spreadsheet does.
fn least_count(counts: &[u32], able: impl Fn(usize) -> bool) -> usize {
    let able = (0..counts.len()).filter(|at| able(*at));
    able.min_by_key(|at| (counts[*at], *at))
        .expect("somebody is able")
}

/// Deals `count` by least count and says who got each.
fn naive_stretch(counts: &mut [u32], count: usize, able: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut one = || {
        let at = least_count(counts, &able);
        counts[at] += 1;
        at
    };
    (0..count).map(|_| one()).collect()
}

fn share_of(picks: &[usize], who: usize) -> usize {
    picks.iter().filter(|at| **at == who).count()
}

#[test]
fn a_returner_gets_a_fair_share_where_least_count_floods() {
    const BACK: usize = 2;
    let mut team = Team::of(&[1; 6]);
    team.stretch(60);
    team.set_away(BACK, true);
    assert_eq!(share_of(&team.stretch(105), BACK), 0);
    team.set_away(BACK, false);
    let next = team.stretch(24);
    assert!((4..=6).contains(&share_of(&next, BACK)), "{next:?}");
    assert_eq!(longest_run(&next, BACK), 1);

    let mut counts = [0; 6];
    naive_stretch(&mut counts, 60, |_| true);
    naive_stretch(&mut counts, 105, |at| at != BACK);
    let flooded = naive_stretch(&mut counts, 24, |_| true);
    assert!(share_of(&flooded, BACK) >= 21, "least count: {flooded:?}");
    assert!(
        longest_run(&flooded, BACK) >= 20,
        "least count: {flooded:?}"
    );
}

#[test]
fn a_joiner_gets_a_fair_share_where_least_count_floods() {
    let mut team = Team::of(&[1; 5]);
    team.stretch(200);
    team.join(1);
    let next = team.stretch(24);
    assert!((3..=6).contains(&share_of(&next, 5)), "{next:?}");
    assert_eq!(longest_run(&next, 5), 1);

    let mut counts = [0; 6];
    naive_stretch(&mut counts, 200, |at| at != 5);
    let flooded = naive_stretch(&mut counts, 24, |_| true);
    assert_eq!(share_of(&flooded, 5), 24, "least count: {flooded:?}");
}

#[test]
fn a_month_of_leave_for_three_in_ten_floods_nobody() {
    // Thirty-five reps, ten of them away for a quarter of the year's leads.
    let mut team = Team::of(&[1; 35]);
    team.stretch(2_000);
    (0..35)
        .step_by(3)
        .take(10)
        .for_each(|at| team.set_away(at, true));
    team.stretch(2_200);
    (0..35).for_each(|at| team.set_away(at, false));
    let next = team.stretch(24);
    for at in 0..35 {
        assert!(
            share_of(&next, at) <= 1 + 2,
            "rep {at} got {} of 24",
            share_of(&next, at)
        );
    }
}

/// Smooth weighted round robin as a well-known web server has it; answers the worst deviation in
/// records, as a fraction `worst / total` of the total weight.
fn smooth_worst(weights: &[i64], turns: usize) -> (i64, i64) {
    let total: i64 = weights.iter().sum();
    let mut current = vec![0; weights.len()];
    let mut worst = 0;
    for _ in 0..turns {
        let mut best = 0;
        for at in 0..weights.len() {
            current[at] += weights[at];
            if current[at] > current[best] {
                best = at;
            }
        }
        current[best] -= total;
        worst = worst.max(current.iter().map(|credit| credit.abs()).max().unwrap_or(0));
    }
    (worst, total)
}

#[test]
fn deadlines_stay_within_a_lead_where_smooth_weighted_round_robin_does_not() {
    let (worst, total) = smooth_worst(&[61, 61, 4, 1], 127 * 3);
    assert!(worst > total, "smooth: {worst}/{total} of a lead");

    let mut team = Team::of(&[61, 61, 4, 1]);
    let mut worst = 0;
    for _ in 0..127 * 3 {
        team.deal(ONE, |_| true);
        worst = worst.max(team.worst());
    }
    assert!(
        worst <= 833_333,
        "five sixths of a lead is the bound, this is {}",
        Micro(worst)
    );
}

#[test]
fn three_in_ten_restricted_leads_drift_a_shared_pointer_and_not_the_ledger() {
    // Three leads in ten can only go to one of two adjacent reps.
    const COUNT: usize = 6;
    const TURNS: u32 = 30_000;
    let key = DrawKey::from_seed(3);
    let able = |turn: u32, at: usize| {
        pick(key.bits("restricted", "lead", turn), 10) >= 3 || at == 2 || at == 3
    };
    let mut team = Team::of(&[1; COUNT]);
    let (mut pointer, mut received, mut worst) = (0, [0i64; COUNT], 0);
    for turn in 0..TURNS {
        team.deal(ONE, |at| able(turn, at));
        worst = worst.max(team.worst());
        while !able(turn, pointer) {
            pointer = (pointer + 1) % COUNT;
        }
        received[pointer] += 1;
        pointer = (pointer + 1) % COUNT;
    }
    let percent = |received: i64, entitled: i64| (100 * received + entitled / 2) / entitled;
    let entitled: Vec<i64> = team.mates.iter().map(|mate| mate.entitled).collect();
    let drift: Vec<i64> = received
        .iter()
        .zip(&entitled)
        .map(|(got, due)| percent(got * ONE.0, *due))
        .collect();
    assert!(
        drift
            .iter()
            .min()
            .is_some_and(|least| (50..=60).contains(least)),
        "{drift:?}"
    );
    assert!(
        drift
            .iter()
            .max()
            .is_some_and(|most| (154..=164).contains(most)),
        "{drift:?}"
    );
    for mate in &team.mates {
        assert_eq!(percent(mate.received, mate.entitled), 100);
    }
    assert!(worst <= 1_500_000, "worst credit {}", Micro(worst));
}

#[test]
fn a_band_of_one_lead_is_hard_to_guess_and_still_close() {
    const TURNS: i64 = 20_000;
    let mut team = Team::random(&[1; 4], ONE, 5);
    let (mut guessed_ppm, mut certain, mut squares, mut worst) = (0i64, 0i64, 0i64, 0);
    for _ in 0..TURNS {
        let pick = team.deal(ONE, |_| true).pick.expect("everybody is here");
        guessed_ppm += i64::from(pick.probability_ppm);
        certain += i64::from(pick.band == 1);
        squares += team
            .credits()
            .iter()
            .map(|credit| (credit / 1_000).pow(2))
            .sum::<i64>();
        worst = worst.max(team.worst());
    }
    let guessed_percent = guessed_ppm / TURNS / 10_000;
    assert!(
        (35..=41).contains(&guessed_percent),
        "best guess right {guessed_percent} %"
    );
    assert!(
        (5..=10).contains(&(certain * 100 / TURNS)),
        "{certain} certain picks"
    );
    let rms_thousandths = (squares / (4 * TURNS)).isqrt();
    assert!(
        (600..=740).contains(&rms_thousandths),
        "rms credit {rms_thousandths}/1000"
    );
    assert!(
        worst <= 3_000_000,
        "theorem 1 allows 3, this is {}",
        Micro(worst)
    );
    for mate in &team.mates {
        assert!((mate.received / ONE.0 - TURNS / 4).abs() <= 3);
    }
}

#[test]
fn the_narrowest_band_deals_in_blocks() {
    // With equal weights and hardly any band, every four turns hold every rep once.
    let mut team = Team::random(&[1; 4], Micro(10), 5);
    let picks = team.stretch(400);
    for block in picks.chunks(4) {
        let mut block = block.to_vec();
        block.sort_unstable();
        assert_eq!(block, [0, 1, 2, 3]);
    }
    assert!(
        picks.chunks(4).any(|block| block != &picks[..4]),
        "the order is drawn"
    );
}

#[test]
fn twelve_gifts_drip_where_counting_them_at_once_starves() {
    const FAVORITE: usize = 1;
    let mut dripped = Team::of(&[1; 6]);
    dripped.stretch(60);
    let mut at_once = dripped.clone();
    let rep = dripped.mates[FAVORITE].rep;
    for _ in 0..12 {
        let makeup = dripped.ledger.gift(rep, ONE, |_| 1);
        dripped.ledger.apply_makeup(&makeup);
    }
    let next = dripped.stretch(24);
    assert!((1..=3).contains(&share_of(&next, FAVORITE)), "{next:?}");

    // The naive way: twelve turns straight into the credits.
    let gift = at_once.ledger.gift(rep, Micro::whole(12), |_| 1);
    let credit = |at: usize| at_once.ledger.members()[at].credit + gift[at].1;
    let others: Vec<_> = gift
        .iter()
        .filter(|(other, _)| *other != rep)
        .copied()
        .collect();
    let after = credit(FAVORITE);
    at_once.ledger.apply_clamp(rep, after, &others);
    assert_eq!(share_of(&at_once.stretch(24), FAVORITE), 0);

    // In the end the gifts are worked off either way, and nobody else has lost by the drip.
    dripped.stretch(200);
    at_once.stretch(200);
    for (one, other) in dripped.mates.iter().zip(&at_once.mates) {
        assert!((one.received - other.received).abs() <= 2 * ONE.0);
    }
}

#[test]
fn eight_voids_at_once_come_back_without_a_burst() {
    const UNLUCKY: usize = 1;
    let mut team = Team::of(&[1; 4]);
    let turns: Vec<_> = (0..40).map(|_| team.deal(ONE, |_| true)).collect();
    let unlucky = team.mates[UNLUCKY].rep;
    let bad = turns
        .iter()
        .filter(|turn| turn.pick.is_some_and(|pick| pick.rep == unlucky));
    for turn in bad.take(8) {
        let void = team.ledger.void(turn, ONE, |_| 1);
        team.ledger.apply_makeup(&void);
    }
    let picks = team.stretch(100);
    assert!(longest_run(&picks[..12], UNLUCKY) <= 2, "{picks:?}");
    // Eight turns given back, and a quarter of everything else.
    let back = share_of(&picks, UNLUCKY);
    assert!(
        (30..=32).contains(&back),
        "{back} of 100 where 25 + 6 are due"
    );
}
