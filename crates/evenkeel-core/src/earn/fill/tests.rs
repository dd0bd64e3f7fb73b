//! The filling against its model, and its promises on made-up teams.

use super::*;
use proptest::prelude::*;

fn vessel(rate: i64, capacity: i64, of: i64) -> Vessel {
    Vessel {
        rate: Micro(rate * 1_000),
        capacity: Micro::whole(capacity),
        plain: Micro(ONE.0 / of),
        floor_only: false,
    }
}

const HALF: Limits = Limits {
    floor: Micro(500_000),
    most: ONE,
};

#[test]
fn the_response_is_the_one_in_the_books() {
    // h(x) = 1 + 0.3 (1 - exp(-(x - 1) / 0.3)), by hand: h(1.3) = 1.189636, h(2) = 1.289298.
    for (has, works) in [
        (5, 5_000_000),
        (10, 10_000_000),
        (13, 11_896_361),
        (20, 12_892_979),
    ] {
        let worked = worked(Micro::whole(10), Micro::whole(has));
        assert!((worked.0 - works).abs() <= 2, "{has}: {worked}");
    }
    assert_eq!(worked(Micro(0), Micro::whole(5)), Micro(0));
    assert_eq!(decay(0), FINE);
    assert!((decay(1_000_000) - INVERSE_E).abs() <= 15);
    assert_eq!(decay(100_000_000), 0);
}

#[test]
fn the_best_is_filled_to_capacity_and_everybody_keeps_the_floor() {
    let team = [
        vessel(300, 30, 4),
        vessel(200, 30, 4),
        vessel(200, 30, 4),
        vessel(100, 30, 4),
    ];
    let filled = fill(Micro::whole(40), &team, HALF);
    assert_eq!(filled[3], Micro::whole(5), "half of a quarter of 40");
    assert_eq!(filled.iter().copied().sum::<Micro>(), Micro::whole(40));
    let near = |at: usize, leads: i64| (filled[at].0 - leads * 1_000_000).abs() <= 10_000;
    assert!(near(0, 25) && near(1, 5) && near(2, 5), "{filled:?}");
    let limited = Limits {
        most: Micro(400_000),
        ..HALF
    };
    let filled = fill(Micro::whole(40), &team, limited);
    assert_eq!(filled[0], Micro::whole(16), "two fifths of 40");
    assert!(
        (filled[1].0 - filled[2].0).abs() <= 10_000,
        "level: {filled:?}"
    );
}

#[test]
fn whoever_is_only_starting_gets_the_floor_and_no_more() {
    let mut team = [vessel(300, 30, 2), vessel(200, 30, 2)];
    team[0].floor_only = true;
    let filled = fill(Micro::whole(20), &team, HALF);
    assert_eq!(filled, [Micro::whole(5), Micro::whole(15)]);
    team[1].floor_only = true;
    assert_eq!(
        fill(Micro::whole(20), &team, HALF),
        [Micro::whole(10); 2],
        "all alike: rateably"
    );
}

/// A team: rates in thousandths, capacities, and the plain weights.
fn teams() -> impl Strategy<Value = (Vec<Vessel>, Micro, Limits)> {
    let one = (1i64..600, 0i64..80, 1i64..6);
    (
        proptest::collection::vec(one, 1..9),
        1i64..900,
        0i64..=1_000_000,
        100_000i64..=1_000_000,
    )
        .prop_map(|(reps, supply, floor, most)| {
            let total: i64 = reps.iter().map(|(.., weight)| weight).sum();
            let vessels = reps.iter().map(|(rate, capacity, weight)| Vessel {
                plain: Micro(weight * ONE.0 / total),
                ..vessel(*rate, *capacity, 1)
            });
            let (floor, most) = (Micro(floor), Micro(most));
            (
                vessels.collect(),
                Micro::whole(supply),
                Limits { floor, most },
            )
        })
}

proptest! {
    #[test]
    fn it_adds_up_within_floor_and_limit((team, supply, limits) in teams()) {
        let filled = fill(supply, &team, limits);
        prop_assert_eq!(filled.iter().copied().sum::<Micro>(), supply);
        let crowd = team.iter().map(|one| one.plain.max(limits.most)).sum::<Micro>();
        for (one, has) in team.iter().zip(&filled) {
            prop_assert!(*has >= times(times(supply, one.plain), limits.floor));
            if crowd.0 > ONE.0 + 100 {
                prop_assert!(has.0 <= times(supply, limits.most.max(one.plain)).0 + 1_000);
            }
        }
    }

    /// The conditions of an optimum: nobody who could give up a bit makes less of it than somebody
    /// who could take it.
    #[test]
    fn what_the_next_lead_brings_is_level((team, supply, limits) in teams()) {
        let open = Limits { most: ONE, ..limits };
        let filled = fill(supply, &team, open);
        let bit = Micro(supply.0 / 2_000 + 1);
        for (giver, has) in team.iter().zip(&filled) {
            let floor = times(times(supply, giver.plain), open.floor);
            if *has <= floor + bit + bit {
                continue;
            }
            let gives = next(giver, *has - bit - bit);
            for (taker, other) in team.iter().zip(&filled) {
                prop_assert!(gives >= next(taker, *other + bit), "{:?} {:?}", team, filled);
            }
        }
    }

    /// More of the floor can only cost by the model, and no floor costs more than dealing rateably.
    #[test]
    fn the_floor_has_a_price_and_never_costs_the_base((team, supply, limits) in teams()) {
        let value = |floor: i64| {
            let limits = Limits { floor: Micro(floor), most: ONE };
            wins(&team, &fill(supply, &team, limits)).0
        };
        let rateably: Vec<Micro> = team.iter().map(|one| times(supply, one.plain)).collect();
        let plain = wins(&team, &rateably).0;
        let slack = plain / 500 + 20;
        let (none, some, all) = (value(0), value(limits.floor.0), value(ONE.0));
        prop_assert!(none + slack >= some && some + slack >= all && some + slack >= plain);
        // The blend: half of the way keeps at least half of what there is to gain.
        prop_assert!(value(500_000) + slack >= (plain + none) / 2);
    }

    #[test]
    fn a_better_rate_never_gets_less((team, supply, limits) in teams(), more in 1i64..100_000) {
        let before = fill(supply, &team, limits);
        let mut better = team.clone();
        better[0].rate = Micro((better[0].rate.0 + more).min(ONE.0));
        let after = fill(supply, &better, limits);
        let bit = supply.0 / 2_000 + 1;
        prop_assert!(after[0].0 + 2 * bit >= before[0].0, "{:?} {:?}", before, after);
    }

    #[test]
    fn alike_get_alike(reps in 1usize..9, supply in 1i64..900, floor in 0i64..=1_000_000) {
        let team = vec![vessel(200, 40, reps as i64); reps];
        let floor = Micro(floor);
        let filled = fill(Micro::whole(supply), &team, Limits { floor, most: ONE });
        let (least, most) = (filled.iter().min().copied(), filled.iter().max().copied());
        let apart = most.unwrap_or_default() - least.unwrap_or_default();
        prop_assert!(apart.0 <= supply * 500 + 20, "{:?}", filled);
    }
}
