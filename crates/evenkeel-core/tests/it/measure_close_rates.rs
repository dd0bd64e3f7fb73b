//! Close rates: the seed's example at each number of leads, rates that cannot be gamed, and how
//! often intervals are right.
//!
//! `EVENKEEL_TEAMS` is the number of random teams whose intervals are checked (default 60), and
//! `EVENKEEL_FIXTURES` of teams with a new rep (default 200).

use crate::measure_chance::{Chance, counted, mean, size};
use crate::rotation_team::config;
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::close_rate::{CloseRates, count_leads};
use evenkeel_core::measure::fixed_look::FixedLook;
use evenkeel_core::measure::maturity::{Lead, Maturity, Outcome};
use evenkeel_core::measure::proportion::Tally;
use evenkeel_core::measure::standard::standardize;
use evenkeel_core::measure::team::Posterior;
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::time::{DAY, Span};
use proptest::prelude::*;

const HORIZON: Span = Span::days(90);

fn near(value: f64, wanted: f64, apart: f64) {
    assert!((value - wanted).abs() <= apart, "{value} is not {wanted}");
}

/// 22, 24, 19 and 8 % of so many leads each, rounded.
pub(crate) fn seed(leads: f64) -> Vec<(f64, f64)> {
    [0.22, 0.24, 0.19, 0.08]
        .iter()
        .map(|rate| ((rate * leads).round(), leads))
        .collect()
}

/// One row of the seed, worked out elsewhere: leads each, chi-squared, its p, D against the
/// rest with Fisher's p, and Holm's p of A, B, C and D.
pub(crate) type Row = (f64, f64, f64, f64, [f64; 4]);

/// Worked out with SciPy (`chi2_contingency` without correction, `fisher_exact`), Holm by hand.
/// Wins are 22, 24, 19 and 8 % of the leads, rounded: at 25 leads 6, 6, 5 and 2.
pub(crate) const SEED: [Row; 5] = [
    (
        25.0,
        2.794_022,
        0.424_485,
        0.144_08,
        [1.0, 1.0, 1.0, 0.576_321],
    ),
    (
        50.0,
        5.140_109,
        0.161_82,
        0.034_142_8,
        [1.0, 0.8794, 1.0, 0.136_571],
    ),
    (
        100.0,
        10.238_365,
        0.016_644_9,
        0.001_595_45,
        [0.5908, 0.2999, 0.8813, 0.006_381_79],
    ),
    (
        200.0,
        20.476_729,
        0.000_135_189,
        7.010_46e-6,
        [0.2284, 0.059_17, 0.7518, 2.804_18e-5],
    ),
    (
        400.0,
        40.953_458,
        6.689_53e-9,
        7.957_39e-11,
        [0.060_01, 0.002_282, 0.6543, 3.182_96e-10],
    ),
];

#[test]
fn the_classical_tests_of_the_seeds_example_are_the_textbooks() {
    for (leads, chi2, p, fisher, held) in SEED {
        let tallies: Vec<Tally> = seed(leads)
            .iter()
            .map(|(wins, leads)| Tally::of(*wins, *leads))
            .collect();
        let look = FixedLook::at(&tallies);
        let same = |value: f64, wanted: f64| near(value / wanted, 1.0, 5e-4);
        assert_eq!(look.freedom, 3);
        same(look.chi2, chi2);
        same(look.p, p);
        same(look.each[3], fisher);
        look.held
            .iter()
            .zip(held)
            .for_each(|(one, wanted)| same(*one, wanted));
    }
    for (wins, leads, low, high) in [
        (6.0, 25.0, 0.114_963, 0.434_297),
        (2.0, 25.0, 0.022_22, 0.249_661),
        (4.0, 50.0, 0.031_55, 0.188_382),
        (22.0, 100.0, 0.150_013, 0.310_704),
        (24.0, 100.0, 0.166_913, 0.332_323),
        (19.0, 100.0, 0.125_148, 0.277_788),
        (8.0, 100.0, 0.041_093, 0.149_981),
        (16.0, 200.0, 0.049_841, 0.125_989),
        (32.0, 400.0, 0.057_236, 0.110_755),
    ] {
        let interval = Tally::of(wins, leads).wilson();
        near(interval.low, low, 1e-6);
        near(interval.high, high, 1e-6);
    }
}

/// What is told of D: leads each, the chance of being the lowest (from four million draws of the
/// same posterior on a grid of 400 rates), the rate with its interval and drawn, leads a win.
const TOLD: [(f64, f64, &str); 5] = [
    (
        25.0,
        0.5100,
        "D won 2 of 25 leads: 8 % (between 1.7 % and 23.3 %). Drawn towards the team's, that is \
         16.3 % (between 6 % and 26.8 %); the chance that it is the lowest of 4 is 50.9 %. That is \
         12.5 leads a win (between 3.8 and 101.6, from 25 leads).",
    ),
    (
        50.0,
        0.6955,
        "D won 4 of 50 leads: 8 % (between 2.8 % and 17.9 %). Drawn towards the team's, that is \
         14.3 % (between 5.7 % and 22.8 %); the chance that it is the lowest of 4 is 69.4 %. That is \
         12.5 leads a win (between 5.2 and 45, from 50 leads).",
    ),
    (
        100.0,
        0.9208,
        "D won 8 of 100 leads: 8 % (between 3.9 % and 14.5 %). Drawn towards the team's, that is \
         11.5 % (between 5.5 % and 19 %); the chance that it is the lowest of 4 is 92 %. That is \
         12.5 leads a win (between 6.6 and 28.4, from 100 leads).",
    ),
    (
        150.0,
        0.9866,
        "D won 12 of 150 leads: 8 % (between 4.4 % and 13.2 %). Drawn towards the team's, that is \
         10.2 % (between 5.6 % and 16.1 %); the chance that it is the lowest of 4 is 98.6 %. That is \
         12.5 leads a win (between 7.4 and 23.8, from 150 leads).",
    ),
    (
        200.0,
        0.9972,
        "D won 16 of 200 leads: 8 % (between 4.8 % and 12.4 %). Drawn towards the team's, that is \
         9.5 % (between 5.7 % and 14.3 %); the chance that it is the lowest of 4 is 99.7 %. That is \
         12.5 leads a win (between 7.9 and 21.5, from 200 leads).",
    ),
];

#[test]
fn the_seeds_example_is_told_at_each_number_of_leads() {
    for (leads, worst, sentence) in TOLD {
        let rates = CloseRates::of_counted(HORIZON, &counted(&seed(leads)));
        let d = &rates.reps[3];
        near(d.standing.worst, worst, 0.003);
        println!(
            "{leads} leads each: {} {}",
            d.sentence("D", 4),
            d.wasted_sentence("D")
        );
        assert_eq!(d.sentence("D", 4), sentence);
    }
    let at = |leads: f64| {
        let rates = CloseRates::of_counted(HORIZON, &counted(&seed(leads)));
        rates.reps[3].wasted_sentence("D")
    };
    assert_eq!(
        at(25.0),
        "Whether the rest of the team would have won more of D's 25 leads cannot be told: 3.7 \
         (between -1 and 6.7)."
    );
    assert_eq!(
        at(100.0),
        "The rest of the team would have won 13.7 (between 5.5 and 20) more of D's 100 leads."
    );
}

#[test]
fn a_rate_is_the_same_to_the_last_bit_on_every_machine() {
    let rates = CloseRates::of_counted(HORIZON, &counted(&seed(100.0)));
    let bits: Vec<u64> = rates
        .reps
        .iter()
        .flat_map(|rep| {
            [
                rep.standing.rate.value,
                rep.standing.rate.interval.low,
                rep.standing.worst,
            ]
        })
        .map(f64::to_bits)
        .collect();
    let sum = bits
        .iter()
        .fold(0u64, |sum, bits| sum.rotate_left(7) ^ bits);
    assert_eq!(sum, 14000070445424330012, "{bits:x?}");
}

#[test]
fn intervals_of_random_teams_hold_the_truth() {
    let teams = size("EVENKEEL_TEAMS", 60);
    let mut chance = Chance::of(11);
    let (mut held, mut all, mut drawn, mut raw) = (0.0, 0.0, 0.0, 0.0);
    for _ in 0..teams {
        let (mu, tau) = (
            chance.beta(1.0, 3.0).clamp(0.02, 0.98),
            0.5 * chance.normal().abs() + 0.01,
        );
        let kappa = 1.0 / (tau * tau * mu * (1.0 - mu)) - 1.0;
        let reps = 3 + chance.under(6);
        let truths: Vec<f64> = (0..reps)
            .map(|_| chance.beta(mu * kappa, (1.0 - mu) * kappa))
            .collect();
        let tallies: Vec<Tally> = truths
            .iter()
            .map(|rate| {
                let leads = 20 + chance.under(100) as u32;
                Tally::of(chance.wins(leads, *rate), f64::from(leads))
            })
            .collect();
        let posterior = Posterior::of(&tallies);
        for (rep, truth) in truths.iter().enumerate() {
            held += f64::from(u8::from(
                (0.025..=0.975).contains(&posterior.cdf(rep, *truth)),
            ));
            all += 1.0;
            drawn += (posterior.mean(rep) - truth) * (posterior.mean(rep) - truth);
            raw += (tallies[rep].rate() - truth) * (tallies[rep].rate() - truth);
        }
    }
    let (held, drawn, raw) = (held / all, (drawn / all).sqrt(), (raw / all).sqrt());
    println!("{teams} teams: coverage {held:.3}, error {drawn:.4} drawn and {raw:.4} raw");
    let doubt = (0.95 * 0.05 / all).sqrt();
    assert!(
        held > 0.94 - 2.0 * doubt && held < 0.975 + 2.0 * doubt,
        "{held}"
    );
    assert!(drawn < 0.85 * raw, "drawn {drawn}, raw {raw}");
}

/// A team of equals: three who have been there for a year, and one for four months; 21.3 % of all
/// leads are won in the end, after 71 days on average.
fn with_a_new_rep(chance: &mut Chance) -> Vec<Lead> {
    let mut leads = Vec::new();
    for (rep, days, count) in [
        (0, 365.0, 480),
        (1, 365.0, 480),
        (2, 365.0, 480),
        (3, 120.0, 160),
    ] {
        for _ in 0..count {
            let age = Span((chance.even() * days * DAY.0 as f64) as i64);
            let after = Span((chance.wait(71.0) * DAY.0 as f64) as i64);
            let outcome = match chance.is(0.2133) && after <= age {
                true => Outcome::Won { after },
                false => Outcome::Open,
            };
            leads.push(Lead {
                rep: Some(RepNo(rep)),
                age,
                outcome,
            });
        }
    }
    leads
}

#[test]
fn a_new_reps_rate_is_unbiased_where_the_naive_one_is_low() {
    let fixtures = size("EVENKEEL_FIXTURES", 200);
    let mut chance = Chance::of(5);
    let [mut told, mut truth, mut naive, mut held, mut usable] = [const { Vec::new() }; 5];
    for _ in 0..fixtures {
        let leads = with_a_new_rep(&mut chance);
        let maturity = Maturity::of(&leads, None).expect("some are won");
        let reps = count_leads(&leads, &maturity);
        let new = reps[3].tally.figure();
        let days = maturity.horizon.0 as f64 / DAY.0 as f64;
        let within = 0.2133 * (1.0 - f64::exp(-days / 71.0));
        told.push(new.value);
        truth.push(within);
        held.push(f64::from(u8::from(new.interval.holds(within))));
        let of_the_new = leads.iter().filter(|lead| lead.rep == Some(RepNo(3)));
        let won = of_the_new.filter(|lead| lead.won_within(Span::days(999)));
        naive.push(won.count() as f64 / 160.0);
        assert!(new.n < 160.0 && reps[0].mature > reps[3].mature);
        usable.push(reps.iter().map(|rep| rep.tally.trials).sum::<f64>());
    }
    let ((told, doubt), (truth, _), (naive, _)) = (mean(&told), mean(&truth), mean(&naive));
    let held = mean(&held).0;
    println!(
        "new rep, {fixtures} fixtures: told {told:.4} ± {doubt:.4}, truth {truth:.4}, won of all \
         {naive:.4}, interval {held:.3}, usable leads {:.0} of 1600",
        mean(&usable).0
    );
    near(told, truth, 3.0 * doubt);
    near(naive, 0.11, 0.01);
}

fn lead() -> impl Strategy<Value = Lead> {
    (0u32..5, 0i64..400, proptest::option::of(0i64..400)).prop_map(|(rep, age, after)| Lead {
        rep: Some(RepNo(rep)),
        age: Span::days(age),
        outcome: match after {
            Some(after) if after <= age => Outcome::Won {
                after: Span::days(after),
            },
            _ => Outcome::Open,
        },
    })
}

proptest! {
    #![proptest_config(config(10))]

    #[test]
    fn calling_a_lead_lost_or_leaving_it_open_changes_no_rate(
        leads in proptest::collection::vec((lead(), any::<bool>()), 1..120),
    ) {
        let told = |lost: bool| {
            let flip = |(lead, flips): &(Lead, bool)| match lead.outcome {
                Outcome::Open if *flips && lost => Lead { outcome: Outcome::Lost, ..*lead },
                _ => *lead,
            };
            let leads: Vec<Lead> = leads.iter().map(flip).collect();
            // All there is to a rate: the horizon, and trials and wins of each rep.
            let maturity = Maturity::of(&leads, None)?;
            Ok::<_, Unknown>((maturity.horizon, count_leads(&leads, &maturity)))
        };
        prop_assert_eq!(told(true), told(false));
    }

    #[test]
    fn a_lead_is_a_trial_when_it_is_old_enough_and_never_more(
        leads in proptest::collection::vec(lead(), 1..120),
    ) {
        let Ok(maturity) = Maturity::of(&leads, Some(HORIZON)) else { return Ok(()) };
        for lead in &leads {
            let weight = maturity.weight(lead.age);
            prop_assert!((0.0..=1.0).contains(&weight));
            prop_assert!(lead.age < HORIZON || weight == 1.0);
        }
    }

    #[test]
    fn a_drawn_rate_lies_between_the_own_one_and_the_teams(
        wins in proptest::collection::vec((0u32..60, 0u32..60), 2..7),
    ) {
        let tallies: Vec<Tally> = wins
            .iter()
            .map(|(wins, lost)| Tally::of(f64::from(*wins), f64::from(wins + lost)))
            .collect();
        let posterior = Posterior::of(&tallies);
        let (team, standings) = (posterior.team(), posterior.standings());
        for (own, standing) in tallies.iter().zip(&standings) {
            let rate = standing.rate.value;
            let mixed = (1.0 - standing.drawn) * own.rate() + standing.drawn * standing.towards;
            prop_assert!((rate - mixed).abs() < 1e-9, "{rate} {mixed}");
            let (low, high) = (own.rate().min(team.value), own.rate().max(team.value));
            prop_assert!(own.trials == 0.0 || (low - 0.03..=high + 0.03).contains(&rate));
            prop_assert!(standing.rate.interval.low <= rate && rate <= standing.rate.interval.high);
        }
        for chances in [standings.iter().map(|one| one.worst).sum::<f64>(),
            standings.iter().map(|one| one.best).sum()] {
            prop_assert!((chances - 1.0).abs() < 1e-9, "{chances}");
        }
    }
}

#[test]
fn the_chance_of_being_lowest_knows_equals_and_order() {
    let equals = Posterior::of(&[Tally::of(20.0, 100.0); 5]).standings();
    equals.iter().for_each(|one| near(one.worst, 0.2, 1e-9));
    // Whoever comes first in the list gains nothing by it.
    let (one, other) = (Tally::of(3.0, 40.0), Tally::of(30.0, 200.0));
    let (ab, ba) = (Posterior::of(&[one, other]), Posterior::of(&[other, one]));
    near(ab.standings()[0].worst, ba.standings()[1].worst, 1e-9);
    near(ab.standings()[0].worst, ab.standings()[1].best, 1e-3);
    // Without leads a rep is like anybody of the team.
    let none = Posterior::of(&[
        Tally::of(20.0, 100.0),
        Tally::of(22.0, 100.0),
        Tally::default(),
    ]);
    near(none.mean(2), none.team().value, 1e-3);
    assert!(none.standings()[2].rate.interval.high > none.standings()[0].rate.interval.high);
}

#[test]
fn what_cannot_be_known_is_refused_with_the_reason() {
    let at = |rep: Option<u32>, outcome| Lead {
        rep: rep.map(RepNo),
        age: Span::days(200),
        outcome,
    };
    let won = Outcome::Won {
        after: Span::days(20),
    };
    let mut leads = vec![at(Some(1), won); 30];
    leads.extend(vec![at(None, Outcome::Lost); 170]);
    let refused = CloseRates::of(&leads, None)
        .map(|rates| rates.reps)
        .expect_err("no rep on the lost");
    assert_eq!(
        refused.sentence(),
        "No close rate can be known: 100 % of the won records name a rep, but only 0 % of the others \
         (200 records). Who lost a record, or still has it open, must be recorded too."
    );
    let none = vec![at(Some(1), Outcome::Open); 7];
    let refused = |leads: &[Lead]| {
        CloseRates::of(leads, None)
            .map(|rates| rates.reps)
            .expect_err("no")
    };
    assert_eq!(refused(&none), Unknown::NoWins { n: 7.0 });
    assert_eq!(refused(&[]), Unknown::Nothing);
    // Some forgotten reps on both sides are no reason.
    let mut leads = vec![at(Some(1), won); 30];
    leads.extend(vec![at(Some(2), Outcome::Lost); 160]);
    leads.extend(vec![at(None, Outcome::Lost); 8]);
    assert_eq!(
        CloseRates::of(&leads, None).map(|rates| rates.reps.len()),
        Ok(2)
    );
}

#[test]
fn unequal_leads_are_compared_with_what_they_bring_to_the_team() {
    // Warm leads close at 30 %, cold ones at 6 %; ana was given the warm ones.
    let reps = [
        vec![Tally::of(54.0, 180.0), Tally::of(4.0, 70.0)],
        vec![Tally::of(12.0, 40.0), Tally::of(12.0, 200.0)],
    ];
    let told = standardize(&reps);
    let (ana, ben) = (
        told[0].expect("expected wins"),
        told[1].expect("expected wins"),
    );
    near(58.0 / 250.0, 0.232, 1e-9);
    near(24.0 / 240.0, 0.1, 1e-9);
    near(ana.ratio.value, 1.0, 0.01);
    near(ben.ratio.value, 1.0, 0.01);
    println!("{}", ana.sentence("ana"));
    assert!(ana.ratio.interval.holds(1.0) && ana.funnel.holds(1.0));
    // One cell, and nobody else: the binomial limits of 20 in 100 at 20 %, over 20.
    let alone = standardize(&[vec![Tally::of(20.0, 100.0)]])[0].expect("expected wins");
    near(alone.funnel.low, 12.0 / 20.0, 1e-9);
    near(alone.funnel.high, 28.0 / 20.0, 1e-9);
    let exact = Tally::of(20.0, 100.0).exact().times(5.0);
    near(alone.ratio.interval.low, exact.low, 1e-4);
    near(alone.ratio.interval.high, exact.high, 1e-4);
    assert_eq!(standardize(&[vec![Tally::of(0.0, 10.0)]]), vec![None]);
}
