//! Was it a round robin, would other draws have given the same rates, and what would another way to
//! deal have won: all on histories dealt by the real rotation.
//!
//! `EVENKEEL_DEALS` is how often each is repeated (default 100).

use crate::measure_chance::{Chance, mean, size};
use crate::rotation_team::Team;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::measure::audit::{Audit, Kind, Override, Past, Way, audit, redeal};
use evenkeel_core::measure::figure::Figure;
use evenkeel_core::measure::off_policy::{Logged, OffPolicy, estimates, evaluate, marginals};
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::Standing;

fn past(deals: &[usize]) -> Vec<Past> {
    deals
        .iter()
        .map(|got| Past {
            got: *got,
            able: Vec::new(),
        })
        .collect()
}

fn name(rep: usize) -> String {
    ["ana", "ben", "cleo", "dan", "eva", "finn"][rep].to_owned()
}

#[test]
fn rotations_of_every_kind_are_known_and_dealing_by_lot_is_not_taken_for_one() {
    let repeats = u64::from(size("EVENKEEL_DEALS", 100));
    let mut taken = 0;
    for seed in 0..repeats {
        let mut chance = Chance::of(seed);
        let deals: Vec<usize> = (0..80).map(|_| chance.under(4)).collect();
        let found = audit(&[1; 4], &past(&deals)).expect("enough");
        taken += u64::from(found.is_rotation());
    }
    println!("{repeats} histories by lot: {taken} taken for a rotation");
    assert!(taken as f64 <= 0.05 * repeats as f64 + 3.0 * (0.0475 * repeats as f64).sqrt());
    for (weights, mut team) in [
        (vec![1; 4], Team::of(&[1; 4])),
        (vec![3, 2, 1], Team::of(&[3, 2, 1])),
        (vec![1; 4], Team::random(&[1; 4], ONE, 3)),
        (vec![2, 1, 1, 1], Team::random(&[2, 1, 1, 1], ONE, 4)),
    ] {
        let found = audit(&weights, &past(&team.stretch(120))).expect("enough");
        println!("{weights:?}: {}", found.sentence(&name));
        assert!(
            found.is_rotation() && found.overrides.is_empty(),
            "{found:?}"
        );
    }
}

/// A strict rotation in which, now and then, cleo gets what was somebody else's.
fn favored(counted: bool) -> (Vec<Past>, Vec<usize>) {
    let (mut deals, mut favors) = (Vec::new(), Vec::new());
    let (mut owed, mut last) = ([0i32; 4], [0; 4]);
    for at in 0..160 {
        let due = (0..4usize)
            .min_by_key(|rep| (-owed[*rep], last[*rep], *rep))
            .expect("four");
        let favor = at % 19 == 9 && due != 2;
        let got = if favor { 2 } else { due };
        if favor {
            favors.push(at);
        }
        if !favor || counted {
            owed.iter_mut().for_each(|owed| *owed += 1);
            owed[got] -= 4;
            last[got] = at + 1;
        }
        deals.push(got);
    }
    (past(&deals), favors)
}

#[test]
fn overrides_are_listed_with_who_gained() {
    let (history, favors) = favored(false);
    let found = audit(&[1; 4], &history).expect("enough");
    assert_eq!(
        found.way,
        Way {
            kind: Kind::InOrder,
            counted: false
        }
    );
    let at: Vec<usize> = found.overrides.iter().map(|one| one.at).collect();
    assert_eq!(at, favors);
    assert!(
        found
            .overrides
            .iter()
            .all(|one| one.got == 2 && one.due != 2)
    );
    assert_eq!(
        found.sentence(&name),
        "This was a round robin in order with 8 exceptions, 5 % (between 2.4 % and 9.2 %) of all (160 \
         leads); dealt by lot it would look like this in less than one in a million. cleo gained 8 \
         leads by them, more than chance explains."
    );
    assert_eq!(
        Audit::override_sentence(&found.overrides[0], &name),
        "Lead 10 went to cleo on the turn of ben."
    );
    assert_eq!(found.gains.iter().map(|gain| gain.got).sum::<usize>(), 8);
    let loose = Override {
        at: 3,
        got: 0,
        due: 1,
        by: 1.25,
    };
    assert_eq!(
        Audit::override_sentence(&loose, &name),
        "Lead 4 went to ana on the turn of ben, who was owed 1.2 of a lead more."
    );
    // Counted exceptions even out again: cleo has no more leads, only earlier ones.
    let (history, favors) = favored(true);
    let found = audit(&[1; 4], &history).expect("enough");
    assert!(
        found.way.counted && found.overrides.len() == favors.len(),
        "{:?}",
        found.way
    );
    let few = audit(&[1; 4], &history[..11]);
    assert_eq!(
        few,
        Err(Unknown::TooFew {
            n: 11.0,
            needed: 12.0,
            what: "lead"
        })
    );
    assert_eq!(audit(&[1, 0], &history), Err(Unknown::NothingToCompare));
}

/// Each rep gets a few in a row and never the one who waits longest: unlike lot, and no rotation.
#[test]
fn what_is_less_a_rotation_than_lot_is_called_none() {
    let mut chance = Chance::of(4);
    let mut last = [0usize; 6];
    let (mut deals, mut got) = (Vec::new(), 0);
    for at in 1..=600 {
        let longest = (0..6).min_by_key(|rep| last[*rep]).expect("six");
        if at % 3 == 0 || got == longest {
            got = (longest + 1 + chance.under(5)) % 6;
        }
        last[got] = at;
        deals.push(got);
    }
    let found = audit(&[1; 6], &past(&deals)).expect("enough");
    let said = found.sentence(&name);
    assert!(!found.is_rotation(), "{said}");
    assert!(said.starts_with("This was no round robin"), "{said}");
}

const REPS: usize = 5;
const LEADS: usize = 400;

/// Who could take each lead: each rep seven in ten, and at least two.
fn able(seed: u64) -> Vec<[bool; REPS]> {
    let mut chance = Chance::of(seed);
    (0..LEADS)
        .map(|_| {
            let mut able = [false; REPS];
            while able.iter().filter(|able| **able).count() < 2 {
                able = std::array::from_fn(|_| chance.is(0.7));
            }
            able
        })
        .collect()
}

/// One deal of all leads by the real random rotation: who got each, and with which chance anybody
/// would have got it as things stood then.
fn deal(able: &[[bool; REPS]], seed: u64) -> (Vec<usize>, Vec<Vec<f64>>) {
    let mut team = Team::random(&[2, 1, 1, 1, 1], ONE, 0);
    team.draw_with(DrawKey::from_seed(seed));
    let mut conditional = Vec::new();
    let picked = able
        .iter()
        .map(|able| {
            let turn = team.deal(ONE, |at| able[at]);
            let owed = |standing: &Standing, credit: Micro| match standing {
                Standing::Able { share, .. } => Some(credit + *share),
                Standing::Stopped(_) => None,
            };
            let owed: Vec<Option<Micro>> = turn
                .candidates
                .iter()
                .map(|one| owed(&one.standing, one.credit))
                .collect();
            let most = owed.iter().flatten().max().copied().expect("two are able");
            let inside = |owed: &Option<Micro>| owed.is_some_and(|owed| owed >= most - turn.delta);
            let band = owed.iter().filter(|owed| inside(owed)).count() as f64;
            let chance = |owed: &Option<Micro>| if inside(owed) { 1.0 / band } else { 0.0 };
            conditional.push(owed.iter().map(chance).collect());
            team.picked(&turn).expect("two are able")
        })
        .collect();
    (picked, conditional)
}

#[test]
fn dealing_the_cards_again_is_an_exact_test() {
    let repeats = size("EVENKEEL_DEALS", 100);
    let able = able(3);
    // The draws do not depend on the outcomes, so all deals are drawn once and shared out.
    let deals: Vec<Vec<usize>> = (0..400).map(|seed| deal(&able, seed).0).collect();
    let mut chance = Chance::of(8);
    let (mut alarms, mut found, mut last) = (0, 0, None);
    for repeat in 0..repeats {
        let mut order: Vec<usize> = (0..deals.len()).collect();
        (0..200).for_each(|at| order.swap(at, at + chance.under(deals.len() - at)));
        let picked = &deals[order[0]];
        let won = |chance: &mut Chance, effect: f64| -> Vec<bool> {
            let outcome = |(at, rep): (usize, &usize)| {
                // Quality drifts, and is better where few are able.
                let few = able[at].iter().filter(|able| **able).count() < 3;
                let rate = 0.12 + 0.1 * at as f64 / LEADS as f64 + if few { 0.1 } else { 0.0 };
                chance.is(rate * if *rep == 4 { effect } else { 1.0 })
            };
            picked.iter().enumerate().map(outcome).collect()
        };
        let again = |time: u32| deals[order[time as usize + 1]].clone();
        let none = won(&mut chance, 1.0);
        let told = redeal(&none, picked, REPS, 199, again).expect("dealt");
        alarms += u32::from(told[4].low <= 0.05);
        let some = won(&mut chance, 0.3);
        let told = redeal(&some, picked, REPS, 199, again).expect("dealt");
        found += u32::from(told[4].low <= 0.05);
        last = (repeat == 0).then(|| told[4].sentence("eva")).or(last);
    }
    let n = f64::from(repeats);
    println!(
        "{repeats} teams: low at 5 % among equals {:.3}, a rep at 0.3 found in {:.2}; {}",
        f64::from(alarms) / n,
        f64::from(found) / n,
        last.expect("one was told")
    );
    assert!(
        f64::from(alarms) / n <= 0.05 + 3.0 * (0.0475 / n).sqrt(),
        "{alarms}"
    );
    assert!(f64::from(found) / n > 0.6, "{found}");
    assert_eq!(
        redeal(&[true], &[0, 1], 2, 9, |_| vec![0]),
        Err(Unknown::NothingToCompare)
    );
}

/// The rate of a rep on leads of a segment: everybody has a strong one.
fn rate(rep: usize, segment: usize) -> f64 {
    0.1 + 0.02 * rep as f64 + if rep % 3 == segment { 0.12 } else { 0.0 }
}

/// One of the estimates.
type Estimate = fn(&OffPolicy) -> Figure;

/// Leads whose other way to deal is asked for: the truth of it, and what many histories tell by
/// marginal and by logged chances.
struct Asked {
    truth: f64,
    by_marginal: Vec<OffPolicy>,
    by_logged: Vec<OffPolicy>,
}

fn asked(repeats: u32) -> Asked {
    let (able, replays) = (able(5), 200);
    let mut chance = Chance::of(21);
    let segments: Vec<usize> = (0..LEADS).map(|_| chance.under(3)).collect();
    let mut counts = vec![vec![0u32; REPS]; LEADS];
    for seed in 0..replays {
        let picked = deal(&able, 10_000 + u64::from(seed)).0;
        counts
            .iter_mut()
            .zip(picked)
            .for_each(|(row, rep)| row[rep] += 1);
    }
    let chances = marginals(&counts, replays);
    assert!(
        chances
            .iter()
            .all(|row| (row.iter().sum::<f64>() - 1.0).abs() < 1e-9)
    );
    // The other way gives each lead a little more often to whoever is strong in its segment.
    let target: Vec<Vec<f64>> = (0..LEADS)
        .map(|at| {
            let strong = |rep: usize| if rep % 3 == segments[at] { 1.5 } else { 1.0 };
            let more = |rep: usize| chances[at][rep] * strong(rep);
            let all: f64 = (0..REPS).map(more).sum();
            (0..REPS).map(|rep| more(rep) / all).collect()
        })
        .collect();
    let under = |at: usize| -> f64 {
        (0..REPS)
            .map(|rep| target[at][rep] * rate(rep, segments[at]))
            .sum()
    };
    let mut asked = Asked {
        truth: (0..LEADS).map(under).sum::<f64>() / LEADS as f64,
        by_marginal: Vec::new(),
        by_logged: Vec::new(),
    };
    for seed in 0..repeats {
        let (picked, conditional) = deal(&able, u64::from(seed));
        let lead = |(at, picked): (usize, usize)| Logged {
            picked,
            won: chance.is(rate(picked, segments[at])),
            segment: segments[at],
        };
        let logged: Vec<Logged> = picked.into_iter().enumerate().map(lead).collect();
        asked
            .by_marginal
            .push(evaluate(&logged, &chances, &target).expect("the past can tell"));
        asked
            .by_logged
            .push(estimates(&logged, &conditional, &target).expect("as many"));
        assert!(matches!(
            evaluate(&logged, &conditional, &target),
            Err(Unknown::Unseen { .. })
        ));
    }
    asked
}

#[test]
fn another_way_to_deal_is_told_unbiased_where_logged_chances_mislead() {
    let repeats = size("EVENKEEL_DEALS", 100);
    let Asked {
        truth,
        by_marginal,
        by_logged,
    } = asked(repeats);
    let of = |told: &[OffPolicy], estimate: Estimate| {
        let all: Vec<Figure> = told.iter().map(estimate).collect();
        let values: Vec<f64> = all.iter().map(|one| one.value).collect();
        let held = all.iter().filter(|one| one.interval.holds(truth)).count();
        (mean(&values), held as f64 / all.len() as f64)
    };
    println!(
        "truth {truth:.4}, as dealt {:.4}; {repeats} histories of {LEADS} leads; {:.2} of the other \
         way had no logged chance",
        of(&by_marginal, |one| one.now).0.0,
        of(&by_logged, |one| Figure {
            value: one.unseen,
            ..one.now
        })
        .0
        .0
    );
    let estimates: [(&str, Estimate); 3] = [
        ("ips", |one| one.ips),
        ("snips", |one| one.snips),
        ("dr", |one| one.dr),
    ];
    for (name, estimate) in estimates {
        let ((value, doubt), held) = of(&by_marginal, estimate);
        let ((wrong, _), wrong_held) = of(&by_logged, estimate);
        println!(
            "{name}: {value:.4} ± {doubt:.4}, interval {held:.3}; by logged chances {wrong:.4}, \
             interval {wrong_held:.3}"
        );
        assert!((value - truth).abs() < 3.0 * doubt, "{name}");
        let off = 3.0 * (0.0475 / f64::from(repeats)).sqrt();
        assert!((0.95 - held).abs() < 0.02 + off, "{name} {held}");
        if name == "ips" {
            assert!(
                wrong < truth - 10.0 * doubt && wrong_held < 0.5,
                "seen failing: {wrong}"
            );
        }
    }
}

#[test]
fn what_the_past_cannot_tell_is_refused() {
    let logged = |count: usize| -> Vec<Logged> {
        (0..count)
            .map(|at| Logged {
                picked: at % 2,
                won: at % 5 == 0,
                segment: 0,
            })
            .collect()
    };
    let rows = |count: usize, row: [f64; 2]| vec![row.to_vec(); count];
    let even = rows(100, [0.5, 0.5]);
    // Marginals add up to one, and the way there was is worth what it won.
    let same = evaluate(&logged(100), &even, &even).expect("the same way");
    assert!((same.ips.value - 0.2).abs() < 1e-12 && (same.ess - 100.0).abs() < 1e-9);
    assert!(
        same.sentence().starts_with("Dealt that way, 20 %"),
        "{}",
        same.sentence()
    );
    let shifted = evaluate(&logged(100), &even, &rows(100, [0.7, 0.3]));
    let Err(Unknown::LoadShift { shift, .. }) = shifted else {
        panic!("{shifted:?}")
    };
    assert!((shift - 0.4).abs() < 1e-9);
    assert!(matches!(
        evaluate(&logged(40), &even[..40], &even[..40]),
        Err(Unknown::TooFew {
            what: "effective lead",
            ..
        })
    ));
    let one_sided = rows(100, [1.0, 0.0]);
    assert_eq!(
        evaluate(&logged(100), &one_sided, &even),
        Err(Unknown::Unseen { share: 0.5 })
    );
    assert_eq!(
        evaluate(&logged(9), &even, &even),
        Err(Unknown::NothingToCompare)
    );
    assert_eq!(evaluate(&[], &[], &[]), Err(Unknown::Nothing));
}
