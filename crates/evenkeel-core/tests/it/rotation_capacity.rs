//! Books that hold what they should, beside equal rotation, on the same leads.
//!
//! Ten reps with books of 60 to 150 and sales cycles of 20 to 60 days, at 85 % of what the team can
//! hold. A lead stays in the book half to one and a half of its owner's cycle.
//! *Source*: guide "science" section 5 (the figures quoted are its measurements).

use crate::rotation_team::Team;
use evenkeel_core::draw::{DrawKey, pick};
use evenkeel_core::entitlement::{Claim, weights};
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::value::Value;
use evenkeel_core::policy::document::{BookSize, Method, Share};
use evenkeel_core::units::{Micro, ONE};

const CAPACITY: FieldNo = FieldNo(3);
const BOOK: BookSize = BookSize::Field(CAPACITY);
const CYCLE: FieldNo = FieldNo(4);
const CAPACITIES: [i64; 10] = [60, 60, 60, 100, 100, 100, 100, 150, 150, 150];
const CYCLES: [i64; 10] = [60, 20, 40, 30, 50, 20, 60, 40, 25, 55];
const DAYS: i64 = 720;
const WARM: i64 = 180;

/// A rule for who gets the next lead.
#[derive(Clone, Copy)]
struct Rule {
    share: Option<Share>,
    method: Method,
    gate: bool,
}

/// What became of two years of leads.
#[derive(Debug)]
struct Outcome {
    /// Rep-days with more in the book than it should hold, in hundredths of a percent.
    over: i64,
    /// Leads that nobody had room for, in hundredths of a percent.
    spilled: i64,
    /// Furthest any count was from its entitlement, in micro-leads.
    worst: i64,
}

fn team(rule: Rule) -> Team {
    let mut team = Team::of(&[1; 10]);
    team.method = rule.method;
    team.spec.capacity = rule.gate.then_some(BOOK);
    team.spec.shares = rule.share.into_iter().collect();
    for (at, mate) in team.mates.iter_mut().enumerate() {
        let number = |whole: i64| Value::Number(Micro::whole(whole));
        let attributes = &mut mate.profile.attributes;
        attributes.set(CAPACITY, number(CAPACITIES[at]));
        attributes.set(CYCLE, number(CYCLES[at]));
    }
    team
}

/// Sets the weights to what the shares say now.
fn scale(team: &mut Team) {
    if team.spec.shares.is_empty() {
        return;
    }
    let claims: Vec<Claim<'_>> = team
        .mates
        .iter()
        .map(|mate| Claim {
            attributes: &mate.profile.attributes,
            load: Micro::whole(i64::from(mate.open)),
            tier: None,
            weight: 1,
            earned: ONE,
        })
        .collect();
    let weights = weights(&team.spec.shares, &claims);
    for (mate, weight) in team.mates.iter_mut().zip(weights) {
        mate.weight = weight;
    }
}

/// Whoever's book is least full for its size takes what nobody has room for.
fn least_full(team: &Team) -> usize {
    let full = |at: usize| i64::from(team.mates[at].open) * 1_000_000 / CAPACITIES[at];
    (0..10)
        .min_by_key(|at| (full(*at), *at))
        .expect("there are ten")
}

fn play(rule: Rule) -> Outcome {
    let key = DrawKey::from_seed(5);
    let mut team = team(rule);
    // What the team can take in a day, in millionths of a lead.
    let flow: i64 = (0..10).map(|at| CAPACITIES[at] * ONE.0 / CYCLES[at]).sum();
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); (DAYS + 200) as usize];
    let (mut due, mut number, mut over, mut spilled, mut worst) = (0, 0u32, 0, 0i64, 0);
    for day in 0..DAYS {
        for who in std::mem::take(&mut leaving[day as usize]) {
            team.mates[who].open -= 1;
        }
        // Leads come unevenly: from none to twice the usual number a day.
        let rush = pick(key.bits("rush", "day", day as u32), 201) as i64;
        due += flow * 85 / 100 * rush / 100;
        while due >= ONE.0 {
            due -= ONE.0;
            number += 1;
            scale(&mut team);
            let turn = team.deal(ONE, |_| true);
            worst = worst.max(team.worst());
            let who = team.picked(&turn).unwrap_or_else(|| {
                spilled += 1;
                least_full(&team)
            });
            team.mates[who].open += 1;
            let half_to_more = 50 + pick(key.bits("stay", "lead", number), 101) as i64;
            let stay = (CYCLES[who] * half_to_more / 100).max(1);
            leaving[(day + stay) as usize].push(who);
        }
        if day >= WARM {
            let full = |at: &usize| i64::from(team.mates[*at].open) > CAPACITIES[*at];
            over += (0..10).filter(full).count() as i64;
        }
    }
    Outcome {
        over: over * 10_000 / (10 * (DAYS - WARM)),
        spilled: spilled * 10_000 / i64::from(number),
        worst,
    }
}

const LITTLE: Share = Share::Capacity {
    capacity: BOOK,
    cycle: CYCLE,
};

/// What must be shown: at most 3 % of rep-days over capacity, against at least 40 % for equal
/// rotation; the rules in between show which part does what.
#[test]
fn books_hold_what_they_should() {
    let rule = |share, method, gate| {
        play(Rule {
            share,
            method,
            gate,
        })
    };
    let (straight, band) = (Method::Straight, ONE);
    let equal = rule(None, straight, false);
    let by_size = rule(Some(Share::Weight(CAPACITY)), straight, false);
    let by_flow = rule(Some(LITTLE), straight, false);
    let headroom = rule(Some(Share::Headroom(BOOK)), straight, false);
    let gated = rule(Some(LITTLE), straight, true);
    let emptiest = rule(Some(LITTLE), Method::Headroom { band }, true);
    assert!(equal.over >= 4_000, "{equal:?}");
    assert!(by_size.over >= 2_000, "{by_size:?}");
    assert!(by_flow.over < equal.over / 2, "{by_flow:?} {equal:?}");
    assert!(gated.over <= 300, "{gated:?}");
    assert!(emptiest.over <= 300, "{emptiest:?}");
    assert!(headroom.over < equal.over / 4, "{headroom:?}");
    assert!(gated.spilled <= 300, "{gated:?}");
    assert!(gated.worst <= 9 * ONE.0, "theorem 1: {gated:?}");
}

/// Shares are exact proportions of what is written, in any order of factors.
#[test]
fn factors_scale_one_another() {
    let team = team(Rule {
        share: None,
        method: Method::Straight,
        gate: false,
    });
    let claims: Vec<Claim<'_>> = team
        .mates
        .iter()
        .map(|mate| Claim {
            attributes: &mate.profile.attributes,
            load: Micro::whole(30),
            tier: None,
            weight: 1,
            earned: ONE,
        })
        .collect();
    let alone = weights(&[LITTLE], &claims);
    // 150 over 25 is the most there is: 6 a day; 60 over 60 is 1.
    assert_eq!((alone[8], alone[0]), (1_000_000, 166_666));
    let one = weights(&[LITTLE, Share::Headroom(BOOK)], &claims);
    let other = weights(&[Share::Headroom(BOOK), LITTLE], &claims);
    assert_eq!(one, other);
    // Times what is free: 30 of 60 against 120 of 150.
    assert_eq!((one[8], one[0]), (1_000_000, 41_666));
    let full: Vec<Claim<'_>> = claims
        .iter()
        .map(|claim| Claim {
            load: Micro::whole(150),
            ..*claim
        })
        .collect();
    let none = weights(&[Share::Headroom(BOOK)], &full);
    assert_eq!(
        none, [0; 10],
        "nobody has headroom, and the ledger then shares alike"
    );
    // Nobody has a target in this field: everybody counts as the average.
    let unknown = Share::Quota {
        quota: FieldNo(9),
        booked: FieldNo(8),
    };
    assert_eq!(weights(&[unknown], &claims), [1_000_000; 10]);
}
