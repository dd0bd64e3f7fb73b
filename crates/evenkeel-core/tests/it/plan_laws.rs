//! What holds of every plan: nothing costs less than its bound, what can be proved best is best,
//! and what cannot be kept is named.

use crate::plan_world::{Dice, anything, even, optimum};
use evenkeel_core::plan::bound::bound;
use evenkeel_core::plan::check::{Wrong, check};
use evenkeel_core::plan::clash::{Clash, clashes};
use evenkeel_core::plan::compare::{compare, moves};
use evenkeel_core::plan::instance::{Accounts, Circles, Flaw, Instance, NOBODY, ONE};
use evenkeel_core::plan::solve::{Plan, solve};
use evenkeel_core::plan::wish::{self, Wish};

fn cases(usual: u64) -> u64 {
    let said = std::env::var("EVENKEEL_CASES").ok();
    said.and_then(|said| said.parse().ok()).unwrap_or(usual)
}

fn plan(instance: &Instance) -> Plan {
    solve(instance, |_| ()).expect("a sound instance")
}

#[test]
fn no_prices_prove_more_than_the_optimum() {
    for seed in 0..cases(40) {
        let instance = anything(6, 3, seed, seed % 2 == 0);
        let least = optimum(&instance);
        let mut dice = Dice::new(1_000 + seed);
        for _ in 0..50 {
            let wide = 1 << (2 * dice.below(20));
            let prices = instance.bands.iter().map(|band| {
                let price = dice.below(2 * wide + 1) as i64 - wide as i64;
                price.clamp(-band.price_max(), band.price_max())
            });
            let prices: Vec<i64> = prices.collect();
            let proved = bound(&instance, &prices).expect("prices within bounds");
            assert!(
                proved <= least,
                "seed {seed}: {proved} above {least} by {prices:?}"
            );
        }
    }
}

#[test]
fn a_plan_lies_between_its_bound_and_nothing_better() {
    let mut best = 0;
    let all = cases(30);
    for seed in 0..all {
        let instance = anything(7, 3, seed, false);
        let (plan, least) = (plan(&instance), optimum(&instance));
        let tally = check(&instance, &plan.to).expect("a plan");
        assert_eq!(tally.objective, plan.objective, "seed {seed}");
        assert_eq!(
            bound(&instance, &plan.prices),
            Some(plan.bound),
            "seed {seed}"
        );
        assert!(
            plan.bound <= least && least <= plan.objective,
            "seed {seed}"
        );
        best += u64::from(plan.objective == least);
    }
    assert!(
        best * 100 >= all * 95,
        "{best} of {all} plans are the best there is"
    );
}

#[test]
fn where_only_counts_matter_the_plan_is_proved_best() {
    for seed in 0..cases(12) {
        let small = anything(7, 3, seed, true);
        assert_eq!(plan(&small).objective, optimum(&small), "seed {seed}");
        let large = plan(&anything(150, 8, seed, true));
        assert_eq!(large.objective, large.bound, "seed {seed}");
    }
}

#[test]
fn the_same_instance_gives_the_same_plan() {
    for instance in [anything(40, 4, 5, false), even(24, 3, 5, true)] {
        let one = plan(&instance);
        assert_eq!(one, plan(&instance.clone()));
        let other = compare(&one, &one).expect("the same instance");
        assert_eq!((other.moves.len(), other.costs), (0, 0));
    }
}

#[test]
fn a_plan_knows_what_it_was_made_for_and_how_to_go_back() {
    let instance = even(40, 4, 1, true);
    let plan = plan(&instance);
    let all = moves(&instance, &plan).expect("its own instance");
    assert_eq!(all.len(), check(&instance, &plan.to).expect("a plan").moved);
    let mut owners = instance.accounts.owner.clone();
    all.iter().for_each(|one| owners[one.account] = one.to);
    assert_eq!(owners, plan.to);
    all.iter()
        .map(|one| one.back())
        .for_each(|one| owners[one.account] = one.to);
    assert_eq!(owners, instance.accounts.owner);
    let mut later = instance.clone();
    later.accounts.owner[7] = NOBODY;
    assert_eq!(moves(&later, &plan), None);
}

#[test]
fn the_checker_takes_nothing_on_trust() {
    let instance = anything(8, 3, 3, false);
    let good = plan(&instance).to;
    assert_eq!(check(&instance, &good[1..]), Err(Wrong::Length));
    for account in 0..good.len() {
        let (reps, _) = instance.circles.of(instance.accounts.circle[account]);
        let stranger = (0..3).find(|rep| !reps.contains(&(*rep as u16)));
        let mut to = good.clone();
        if let Some(stranger) = stranger {
            to[account] = stranger;
            let wrong = match instance.accounts.locked[account] {
                true => Wrong::Lock { account },
                false => Wrong::Circle { account },
            };
            assert_eq!(check(&instance, &to), Err(wrong));
        }
    }
}

/// Accounts by who may have them, and what each rep's book should hold.
fn clashing(groups: &[(usize, &[u32])], wishes: &[Wish]) -> Instance {
    let (mut circles, mut all) = (Circles::default(), Accounts::default());
    for (count, reps) in groups {
        let circle = circles.add(reps.iter().map(|rep| (*rep, 0)));
        for _ in 0..*count {
            all.circle.push(circle);
            all.owner.push(NOBODY);
            all.locked.push(false);
            all.keep.push(0);
            all.effort.push(ONE);
            all.value.push(ONE);
        }
    }
    wish::instance(all, circles, wishes, &[], (crate::plan_world::USUAL, 1))
}

#[test]
fn what_cannot_be_kept_is_named_with_by_how_much() {
    let up_to = |high| Wish {
        low: Some(2),
        high: Some(high),
        ..Wish::default()
    };
    let instance = clashing(
        &[(9, &[0, 1]), (3, &[1, 2, 3]), (1, &[3]), (2, &[])],
        &[up_to(3), up_to(4), up_to(9), up_to(9)],
    );
    let tally = check(&instance, &plan(&instance).to).expect("a plan");
    assert_eq!(tally.unplaced, 4);
    let told = clashes(&instance, &tally);
    let nobody = Clash::NobodyMay {
        accounts: vec![13, 14],
    };
    let many = Clash::TooMany {
        accounts: 9,
        reps: vec![0, 1],
        room: 7,
    };
    assert_eq!(told, [nobody, many]);

    let few = clashing(&[(6, &[0]), (1, &[1, 2])], &[up_to(9); 3]);
    let tally = check(&few, &plan(&few).to).expect("a plan");
    assert_eq!(tally.crossed.iter().map(|one| one.2).sum::<i64>(), 3 * ONE);
    let clash = Clash::TooFew {
        reps: vec![1, 2],
        wanted: 4,
        accounts: 1,
    };
    assert_eq!(clashes(&few, &tally), [clash]);
}

#[test]
fn too_much_effort_is_named_whole_or_in_pieces() {
    let room = |effort| Wish {
        free: true,
        effort: Some(effort),
        ..Wish::default()
    };
    let much = clashing(&[(10, &[0, 1])], &[room(4 * ONE), room(5 * ONE)]);
    let tally = check(&much, &plan(&much).to).expect("a plan");
    assert_eq!(
        tally.crossed.len(),
        1,
        "one account too many is with somebody"
    );
    let told = clashes(&much, &tally);
    let clash = Clash::TooMuchEffort {
        accounts: 10,
        reps: vec![0, 1],
        effort: 10 * ONE,
        room: 9 * ONE,
    };
    assert_eq!(told, [clash]);
    // Nine would fit into 4.5 and 4.5 if accounts could be cut.
    let pieces = clashing(&[(9, &[0, 1])], &[room(9 * ONE / 2), room(9 * ONE / 2)]);
    let tally = check(&pieces, &plan(&pieces).to).expect("a plan");
    assert_eq!(tally.crossed.len(), 1);
    assert!(matches!(
        clashes(&pieces, &tally)[..],
        [Clash::NotFound { over: 500_000, .. }]
    ));
}

#[test]
fn what_is_no_instance_is_refused() {
    let good = even(6, 2, 1, true);
    assert_eq!(good.check(), Ok(()));
    let flaw = |change: fn(&mut Instance)| {
        let mut bad = good.clone();
        change(&mut bad);
        solve(&bad, |_| ()).expect_err("refused")
    };
    assert_eq!(
        flaw(|bad| bad.accounts.owner[3] = 2),
        Flaw::Unknown { account: 3 }
    );
    assert_eq!(
        flaw(|bad| bad.accounts.circle[1] = 1),
        Flaw::Unknown { account: 1 }
    );
    assert_eq!(
        flaw(|bad| bad.accounts.value[2] = -1),
        Flaw::Amount { account: 2 }
    );
    assert_eq!(
        flaw(|bad| bad.accounts.value[2] = 1 << 50),
        Flaw::Amount { account: 2 }
    );
    assert_eq!(
        flaw(|bad| bad.bands[4].low = -1),
        Flaw::Band { rep: 1, gauge: 1 }
    );
    assert_eq!(flaw(|bad| bad.unplaced = -1), Flaw::Cost);
    assert!(matches!(
        flaw(|bad| bad.accounts.keep.clear()),
        Flaw::Shape(_)
    ));
}
