//! The theorems about the ledger, held against random streams of everything that can happen.
//!
//! *Source*: guide "science" sections 0 and 1. All comparisons are between exact integers: shares
//! are rounded before they are owed, so rounding is inside the theorems and not beside them.

use crate::rotation_team::{Team, cases, config};
use evenkeel_core::policy::document::{Caps, Method};
use evenkeel_core::time::{DAY, Span};
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::{Chooser, Standing, Turn};
use proptest::prelude::*;

/// Something that happens to a pool.
#[derive(Clone, Debug)]
enum Happening {
    Item {
        size: i64,
        able: u16,
        wait_minutes: i64,
    },
    Join {
        weight: u32,
    },
    Leave {
        who: usize,
    },
    Away {
        who: usize,
        away: bool,
    },
    Reweight {
        who: usize,
        weight: u32,
    },
    Cap {
        day: Option<u32>,
    },
    Gift {
        who: usize,
        amount: i64,
    },
    Clamp {
        who: usize,
    },
}

fn happening() -> impl Strategy<Value = Happening> {
    let who = 0..16usize;
    let item =
        (10_000..=3_000_000i64, any::<u16>(), 0..300i64).prop_map(|(size, able, wait_minutes)| {
            Happening::Item {
                size,
                able,
                wait_minutes,
            }
        });
    let everybody = (1..=3i64, 0..60i64).prop_map(|(turns, wait_minutes)| Happening::Item {
        size: turns * ONE.0,
        able: u16::MAX,
        wait_minutes,
    });
    prop_oneof![
        20 => item,
        20 => everybody,
        2 => (1..50u32).prop_map(|weight| Happening::Join { weight }),
        1 => who.clone().prop_map(|who| Happening::Leave { who }),
        3 => (who.clone(), any::<bool>()).prop_map(|(who, away)| Happening::Away { who, away }),
        2 => (who.clone(), 1..1_000u32)
            .prop_map(|(who, weight)| Happening::Reweight { who, weight }),
        1 => proptest::option::of(1..6u32).prop_map(|day| Happening::Cap { day }),
        1 => (who.clone(), 1..5_000_000i64)
            .prop_map(|(who, amount)| Happening::Gift { who, amount }),
        1 => who.prop_map(|who| Happening::Clamp { who }),
    ]
}

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![
        Just(Method::Straight),
        (1..2_500_000i64).prop_map(|band| Method::Random { band: Micro(band) }),
        (1..2_500_000i64, 0..1_000_000u32).prop_map(|(band, random_ppm)| {
            let band = Micro(band);
            Method::Mix { band, random_ppm }
        }),
        (1..2_500_000i64).prop_map(|band| Method::Fit { band: Micro(band) }),
        (1..2_500_000i64).prop_map(|band| Method::Headroom { band: Micro(band) }),
    ]
}

/// What theorem 1 promises of a pool so far: for the `k` most owed of `n`,
/// `2 * sum <= width * k * (n - k)`.
///
/// `width` is the largest item and the widest band together. A departure or a clamp hands credit
/// around outside the theorem; from there on `width` is whatever makes it true of that state, and
/// the theorem says it stays true.
struct Promise {
    size_max: i64,
    delta_max: i64,
    start: i128,
}

impl Promise {
    fn width(&self) -> i128 {
        self.start.max(i128::from(self.size_max + self.delta_max))
    }

    /// Sums of the most owed, with `k * (n - k)` beside each.
    fn sums(team: &Team) -> Vec<(i128, i128)> {
        let mut credits = team.credits();
        credits.sort_unstable_by_key(|credit| std::cmp::Reverse(*credit));
        let count = credits.len() as i128;
        let mut sum = 0;
        let prefix = credits.into_iter().zip(1i128..).map(|(credit, k)| {
            sum += i128::from(credit);
            (sum, k * (count - k))
        });
        prefix.filter(|(_, pairs)| *pairs > 0).collect()
    }

    fn check(&self, team: &Team) {
        for (sum, pairs) in Self::sums(team) {
            assert!(
                2 * sum <= self.width() * pairs,
                "theorem 1: {:?}",
                team.credits()
            );
        }
        let bound = self.width() * (team.mates.len() as i128 - 1).max(0);
        assert!(
            2 * i128::from(team.worst()) <= bound,
            "theorem 1: {:?}",
            team.credits()
        );
    }

    fn restart(&mut self, team: &Team) {
        let needed = Self::sums(team)
            .into_iter()
            .map(|(sum, pairs)| (2 * sum + pairs - 1) / pairs);
        self.start = needed.max().unwrap_or(0).max(0);
    }
}

/// What must be true of any single turn.
fn check_turn(turn: &Turn, size: Micro) {
    let able: Vec<(i64, i64)> = turn
        .candidates
        .iter()
        .filter_map(|candidate| match candidate.standing {
            Standing::Able { share, plain } => {
                assert!(share.0 >= 0 && plain.0 >= 0);
                Some(((candidate.credit + share).0, share.0))
            }
            Standing::Stopped(_) => None,
        })
        .collect();
    let Some(pick) = turn.pick else {
        assert!(
            able.is_empty(),
            "somebody could take it and nobody was picked"
        );
        return;
    };
    assert_eq!(
        able.iter().map(|(_, share)| share).sum::<i64>(),
        size.0,
        "shares add up"
    );
    let owed_max = able
        .iter()
        .map(|(owed, _)| *owed)
        .max()
        .expect("a pick was able");
    let band = able
        .iter()
        .filter(|(owed, _)| *owed >= owed_max - turn.delta.0)
        .count();
    assert_eq!(pick.band as usize, band);
    let picked = turn
        .candidates
        .iter()
        .find(|candidate| candidate.rep == pick.rep);
    let picked = picked.expect("the pick is a candidate");
    let Standing::Able { share, .. } = picked.standing else {
        panic!("the pick was able")
    };
    assert!(
        (picked.credit + share).0 >= owed_max - turn.delta.0,
        "the pick is in the band"
    );
    match pick.chooser {
        Chooser::Draw | Chooser::MixDraw => assert!(pick.draw.is_some()),
        Chooser::Mix => {}
        _ => assert_eq!(pick.draw, None),
    }
    assert!((1..=1_000_000).contains(&pick.probability_ppm) || pick.chooser == Chooser::MixDraw);
    if pick.chooser == Chooser::Draw {
        assert_eq!(pick.probability_ppm, 1_000_000 / pick.band);
    }
}

fn play(method: Method, weights: &[u32], stream: &[Happening]) {
    let mut team = Team::of(weights);
    team.method = method;
    let mut promise = Promise {
        size_max: 0,
        delta_max: 0,
        start: 0,
    };
    for happening in stream {
        let count = team.mates.len();
        match *happening {
            Happening::Item {
                size,
                able,
                wait_minutes,
            } => {
                team.now = team.now + Span(wait_minutes * 60_000);
                let turn = team.next(Micro(size), |at| able & (1 << at) != 0);
                check_turn(&turn, Micro(size));
                team.take(&turn, Micro(size));
                if let Some(picked) = team.picked(&turn) {
                    promise.size_max = promise.size_max.max(size);
                    promise.delta_max = promise.delta_max.max(turn.delta.0);
                    check_cap(&team, picked);
                }
            }
            Happening::Join { weight } if count < 16 => team.join(weight),
            Happening::Leave { who } if who < count => {
                team.leave(who);
                promise.restart(&team);
            }
            Happening::Away { who, away } if who < count => team.set_away(who, away),
            Happening::Reweight { who, weight } if who < count => team.mates[who].weight = weight,
            Happening::Cap { day } => {
                team.caps = Caps {
                    day,
                    ..Caps::default()
                }
            }
            Happening::Gift { who, amount } if who < count => {
                let rep = team.mates[who].rep;
                let makeup = team
                    .ledger
                    .gift(rep, Micro(amount), |rep| team.weight_of(rep));
                team.ledger.apply_makeup(&makeup);
            }
            Happening::Clamp { who } if who < count => {
                let rep = team.mates[who].rep;
                let change = team.ledger.clamp(rep, ONE, |rep| team.weight_of(rep));
                if let Some((credit, spread)) = change {
                    team.ledger.apply_clamp(rep, credit, &spread);
                    promise.restart(&team);
                }
            }
            // Meant for a member there is not.
            _ => {}
        }
        promise.check(&team);
    }
}

/// Nobody who was just picked has more than the cap within the last day.
fn check_cap(team: &Team, picked: usize) {
    let given = &team.mates[picked].given;
    let today = given.iter().filter(|at| **at > team.now - DAY).count();
    assert!(
        team.caps.day.is_none_or(|cap| today <= cap as usize),
        "{:?}: {today}",
        team.caps
    );
}

/// `H_n - 1` as a fraction.
fn harmonic_less_one(count: usize) -> (i128, i128) {
    let denominator = 720_720; // Divisible by 1..=16.
    (
        (2..=count as i128).map(|k| denominator / k).sum(),
        denominator,
    )
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn theorem_1_holds_whatever_happens(
        method in method(),
        weights in proptest::collection::vec(1..1_000u32, 1..12),
        stream in proptest::collection::vec(happening(), 1..300),
    ) {
        play(method, &weights, &stream);
    }

    #[test]
    fn theorem_2_holds_when_all_are_here_and_shares_change_every_turn(
        method in method(),
        stream in proptest::collection::vec((any::<u64>(), 10_000..=2_000_000i64), 1..300),
        count in 2..16usize,
    ) {
        let mut team = Team::of(&vec![1; count]);
        team.method = method;
        let (mut size_max, mut delta_max) = (0, 0);
        for (seed, size) in stream {
            for (at, mate) in team.mates.iter_mut().enumerate() {
                mate.weight = (seed.rotate_left(at as u32 * 7) % 1_000) as u32 + 1;
            }
            let turn = team.deal(Micro(size), |_| true);
            size_max = i128::from(size).max(size_max);
            delta_max = i128::from(turn.delta.0).max(delta_max);
            let (above, below) = harmonic_less_one(count);
            for credit in team.credits().into_iter().map(i128::from) {
                prop_assert!(credit * below <= (size_max + delta_max) * above);
                let least = size_max * (count as i128 - 1) + delta_max * count as i128;
                prop_assert!(credit * count as i128 >= -least);
            }
        }
    }

    #[test]
    fn theorem_3_holds_for_any_fixed_weights(
        weights in proptest::collection::vec(1..1_000u32, 2..30),
        size in 10_000..=20_000_000i64,
        turns in 1..1_500usize,
    ) {
        let mut team = Team::of(&weights);
        for _ in 0..turns {
            team.deal(Micro(size), |_| true);
            check_theorem_3(&team, size);
        }
    }

    #[test]
    fn every_stretch_differs_from_entitlement_by_two_credits(
        method in method(),
        weights in proptest::collection::vec(1..50u32, 2..8),
        masks in proptest::collection::vec(any::<u8>(), 2..80),
    ) {
        let mut team = Team::of(&weights);
        team.method = method;
        let account = |team: &Team| -> Vec<(i64, i64)> {
            let credits = team.credits().into_iter();
            credits.zip(&team.mates).map(|(c, mate)| (c, mate.received - mate.entitled)).collect()
        };
        let mut log = vec![account(&team)];
        for mask in masks {
            team.deal(ONE, |at| mask & (1 << at) != 0);
            log.push(account(&team));
        }
        for (at, start) in log.iter().enumerate() {
            for end in &log[at..] {
                for ((credit_start, over_start), (credit_end, over_end)) in start.iter().zip(end) {
                    prop_assert_eq!(over_end - over_start, credit_start - credit_end);
                }
            }
        }
    }

    #[test]
    fn a_returner_is_never_flooded(
        weights in proptest::collection::vec(1..6u32, 2..12),
        who in 0..12usize,
        before in 0..60usize,
        away in 0..200usize,
        window in 1..60usize,
    ) {
        let who = who % weights.len();
        let mut team = Team::of(&weights);
        team.stretch(before);
        team.set_away(who, true);
        team.stretch(away);
        team.set_away(who, false);
        let received = team.stretch(window).into_iter().filter(|at| *at == who).count();
        let total: u32 = weights.iter().sum();
        let fair = (window * weights[who] as usize).div_ceil(total as usize);
        prop_assert!(received <= fair + 2, "{} of {}, fair is {}", received, window, fair);
    }

    #[test]
    fn a_void_restores_what_was_owed(
        method in method(),
        weights in proptest::collection::vec(1..50u32, 2..8),
        gift in 0..3_000_000i64,
        before in 0..20usize,
        able in 1..255u8,
    ) {
        let mut team = Team::of(&weights);
        team.method = method;
        let first = team.mates[0].rep;
        let makeup = team.ledger.gift(first, Micro(gift), |rep| team.weight_of(rep));
        team.ledger.apply_makeup(&makeup);
        team.stretch(before);
        let owed = |team: &Team| -> Vec<Micro> {
            team.ledger.members().iter().map(|entry| entry.credit + entry.makeup).collect()
        };
        let owed_before = owed(&team);
        let turn = team.deal(ONE, |at| able & (1 << at) != 0);
        let void = team.ledger.void(&turn, ONE, |rep| team.weight_of(rep));
        team.ledger.apply_makeup(&void);
        prop_assert_eq!(owed(&team), owed_before);
    }
}

fn check_theorem_3(team: &Team, size: i64) {
    let steps = 2 * (team.mates.len() as i128 - 1);
    let worst = i128::from(team.worst());
    let bound = i128::from(size) * (steps - 1);
    assert!(worst * steps <= bound, "theorem 3: {:?}", team.credits());
}

/// Plays three rounds of every vector of `count` weights up to `heaviest`.
fn exhaust(count: usize, heaviest: u32, ordered: bool) -> u32 {
    let mut weights = vec![1; count];
    let mut vectors = 0;
    loop {
        if ordered || weights.is_sorted() {
            vectors += 1;
            let mut team = Team::of(&weights);
            for _ in 0..3 * weights.iter().sum::<u32>() {
                team.deal(ONE, |_| true);
                check_theorem_3(&team, ONE.0);
            }
        }
        let Some(at) = weights.iter().position(|weight| *weight < heaviest) else {
            break;
        };
        weights[at] += 1;
        weights[..at].fill(1);
    }
    vectors
}

#[test]
fn theorem_3_holds_for_every_small_vector_of_weights() {
    // EVENKEEL_CASES of 1,000 and more plays every order of six weights as well.
    let thorough = cases(0) >= 1_000;
    for count in 2..=4 {
        assert_eq!(exhaust(count, 6, true), 6u32.pow(count as u32));
    }
    assert_eq!(exhaust(5, 6, thorough), if thorough { 7_776 } else { 252 });
    assert_eq!(exhaust(6, 6, thorough), if thorough { 46_656 } else { 462 });
}

#[test]
fn a_long_stretch_of_equals_differs_by_one_at_most() {
    let mut team = Team::of(&[1; 35]);
    for _ in 0..8_800 {
        team.deal(ONE, |_| true);
        check_theorem_3(&team, ONE.0);
    }
    let received = || team.mates.iter().map(|mate| mate.received / ONE.0);
    assert_eq!((received().min(), received().max()), (Some(251), Some(252)));

    let weights: Vec<u32> = (0..35).map(|at| at % 5 + 1).collect();
    let mut team = Team::of(&weights);
    for _ in 0..8_800 {
        team.deal(ONE, |_| true);
        check_theorem_3(&team, ONE.0);
    }
}
