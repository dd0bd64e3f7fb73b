//! Evidence that may be looked at after every lead: false alarms among equals, how soon a rep far
//! below the team is known, intervals that hold for ever, and what is said of the seed's example.
//!
//! `EVENKEEL_PATHS` is the number of simulated teams (default 200; the figures in the guide are
//! from 10,000), each of 1,600 leads with drifting and seasonal quality.

use crate::measure_chance::{Chance, counted, median, size};
use evenkeel_core::measure::close_rate::CloseRates;
use evenkeel_core::measure::e_process::{ALPHA, Deal, EProcess, Track};
use evenkeel_core::measure::grade::{Grade, Known};
use evenkeel_core::measure::ratio::Ratio;
use evenkeel_core::measure::watch::Watch;
use evenkeel_core::time::Span;

const REPS: usize = 4;
const LEADS: usize = 1_600;

/// A random rotation whose credits stay near even: a lead goes to anybody owed within one lead of
/// the most, each with the same chance. Whole numbers in quarters of a lead.
struct Rotation {
    owed: [i32; REPS],
    chances: [f64; REPS],
}

impl Rotation {
    fn new() -> Self {
        Self {
            owed: [0; REPS],
            chances: [0.0; REPS],
        }
    }

    /// Who gets the next one; the chances are those it was drawn with.
    fn deal(&mut self, chance: &mut Chance) -> usize {
        let least = self.owed.iter().max().expect("somebody") - REPS as i32;
        let band = self.owed.iter().filter(|owed| **owed >= least).count();
        let mut left = chance.under(band);
        let mut picked = 0;
        for (rep, owed) in self.owed.iter_mut().enumerate() {
            let inside = *owed >= least;
            self.chances[rep] = if inside { 1.0 / band as f64 } else { 0.0 };
            *owed += 1;
            if inside {
                picked = if left == 0 { rep } else { picked };
                left = left.wrapping_sub(1);
            }
        }
        self.owed[picked] -= REPS as i32;
        picked
    }
}

/// The rate of everybody at a lead: drifts from 14 to 22 %, and swings by a third with the season.
fn quality(at: usize) -> f64 {
    let along = at as f64 / LEADS as f64;
    let wave = 1.0 - ((along * 8.0).fract() - 0.5).abs() * 4.0;
    (0.14 + 0.08 * along) * (1.0 + wave / 3.0)
}

#[test]
fn equals_are_seldom_called_below_however_often_one_looks() {
    let paths = size("EVENKEEL_PATHS", 200);
    let (mut alarms, mut each_alarms, mut weekly, mut with_losses) = (0, 0, 0, 0);
    for seed in 0..paths {
        let mut chance = Chance::of(u64::from(seed));
        let mut rotation = Rotation::new();
        let (mut watch, mut both) = (EProcess::new(REPS, false), EProcess::new(REPS, true));
        for at in 0..LEADS {
            let picked = rotation.deal(&mut chance);
            let won = chance.is(quality(at));
            let deal = Deal {
                chances: &rotation.chances,
                picked,
                won,
            };
            assert!(watch.see(deal) && both.see(deal));
        }
        let highest = |watch: &EProcess| {
            watch
                .tracks()
                .iter()
                .map(|track| track.highest)
                .fold(0.0, f64::max)
        };
        alarms += u32::from(highest(&watch) >= watch.threshold(ALPHA));
        with_losses += u32::from(highest(&both) >= both.threshold(ALPHA));
        each_alarms += u32::from(watch.tracks()[0].highest >= 1.0 / ALPHA);
        weekly += u32::from(seed % 4 == 0 && flagged_weekly(seed));
    }
    let share = |count: u32| f64::from(count) / f64::from(paths);
    println!(
        "{paths} teams of equals: {:.4} ever called below ({:.4} where losses count), one rep at 20: \
         {:.4}; a weekly test at 5 %: {:.2}",
        share(alarms),
        share(with_losses),
        share(each_alarms),
        share(weekly * 4)
    );
    let doubt = 3.0 * (0.05 * 0.95 / f64::from(paths)).sqrt();
    for alarms in [alarms, with_losses, each_alarms] {
        assert!(share(alarms) <= 0.05 + doubt, "{alarms} of {paths}");
    }
    assert!(
        share(weekly * 4) > 0.3,
        "the naive way is seen failing: {weekly}"
    );
}

#[test]
fn shares_that_follow_results_raise_no_false_alarms() {
    let paths = size("EVENKEEL_PATHS", 200);
    let mut alarms = 0;
    for seed in 0..paths {
        let mut chance = Chance::of(u64::from(seed) + 50_000);
        let mut watch = EProcess::new(REPS, true);
        for at in 0..LEADS {
            // Whoever won more so far gets more: what raw rates cannot be trusted under.
            let rate = |track: &Track| (track.wins as f64 + 2.0) / (track.leads as f64 + 10.0);
            let rates: Vec<f64> = watch.tracks().iter().map(rate).collect();
            let all: f64 = rates.iter().sum();
            let chances: Vec<f64> = rates.iter().map(|rate| rate / all).collect();
            let mut left = chance.even();
            let pick = chances.iter().position(|chance| {
                left -= chance;
                left < 0.0
            });
            let (picked, won) = (pick.unwrap_or(REPS - 1), chance.is(quality(at)));
            watch.see(Deal {
                chances: &chances,
                picked,
                won,
            });
        }
        let highest = watch
            .tracks()
            .iter()
            .map(|track| track.highest)
            .fold(0.0, f64::max);
        alarms += u32::from(highest >= watch.threshold(ALPHA));
    }
    let share = f64::from(alarms) / f64::from(paths);
    println!("{paths} teams of equals whose shares follow results: {share:.4} ever called below");
    assert!(
        share <= 0.05 + 3.0 * (0.0475 / f64::from(paths)).sqrt(),
        "{alarms}"
    );
}

/// The naive way: every week of a year, every rep against the rest, at 5 %.
fn flagged_weekly(seed: u32) -> bool {
    use evenkeel_core::measure::fixed_look::fisher;
    use evenkeel_core::measure::proportion::Tally;
    let mut chance = Chance::of(u64::from(seed) + 1_000_000);
    let mut tallies = [Tally::default(); REPS];
    (0..52).any(|_| {
        for tally in &mut tallies {
            *tally = *tally + Tally::of(chance.wins(7, 0.18), 7.0);
        }
        let all: Tally = tallies.iter().copied().sum();
        tallies.iter().any(|one| {
            fisher(
                *one,
                Tally::of(all.wins - one.wins, all.trials - one.trials),
            ) < 0.05
        })
    })
}

/// Leads of the rep's own until the evidence on the seed's D reaches 20 and 80, sorted, over seeded
/// teams; dealt in a random rotation, or each by lot.
fn known_after(paths: u32, rotating: bool, losses: bool) -> [Vec<f64>; 2] {
    let rates = [0.22, 0.24, 0.19, 0.08];
    let mut after = [Vec::new(), Vec::new()];
    for seed in 0..paths {
        let mut chance = Chance::of(u64::from(seed) + 77);
        let mut rotation = Rotation::new();
        let mut watch = EProcess::new(REPS, losses);
        let mut reached = [f64::INFINITY; 2];
        for _ in 0..LEADS {
            let picked = match rotating {
                true => rotation.deal(&mut chance),
                false => chance.under(REPS),
            };
            let won = chance.is(rates[picked]);
            let chances = if rotating {
                rotation.chances
            } else {
                [0.25; REPS]
            };
            watch.see(Deal {
                chances: &chances,
                picked,
                won,
            });
            let track = watch.tracks()[3];
            for (reached, wanted) in reached.iter_mut().zip([20.0, 80.0]) {
                if reached.is_infinite() && track.highest >= wanted {
                    *reached = track.leads as f64;
                }
            }
        }
        after
            .iter_mut()
            .zip(reached)
            .for_each(|(after, reached)| after.push(reached));
    }
    after
        .iter_mut()
        .for_each(|after| after.sort_by(f64::total_cmp));
    after
}

#[test]
fn the_seeds_rep_is_known_after_some_sixty_leads() {
    let paths = size("EVENKEEL_PATHS", 200).min(4_000);
    let mut medians = Vec::new();
    for (rotating, losses) in [(true, false), (true, true), (false, false), (false, true)] {
        let after = known_after(paths, rotating, losses);
        let at = |sorted: &[f64], share: f64| sorted[(sorted.len() as f64 * share) as usize];
        println!(
            "the 8 % rep, rotating {rotating}, losses {losses}: {} leads a rep at 20 (nine of ten \
             by {}), {} at 80 (by {})",
            at(&after[0], 0.5),
            at(&after[0], 0.9),
            at(&after[1], 0.5),
            at(&after[1], 0.9)
        );
        medians.push((at(&after[0], 0.5), at(&after[1], 0.5)));
    }
    assert!(medians[1].0 <= 70.0 && medians[2].0 <= 70.0, "{medians:?}");
    assert!(
        medians[1].1 <= 110.0 && medians[2].1 <= 110.0,
        "{medians:?}"
    );
}

#[test]
fn the_ratios_interval_holds_at_every_look_and_narrows_with_alpha() {
    let paths = size("EVENKEEL_PATHS", 200) / 10;
    let (mut missed, mut wide) = (0, Vec::new());
    for seed in 0..paths {
        let mut chance = Chance::of(u64::from(seed) + 4_000);
        let mut rotation = Rotation::new();
        let mut ratio = Ratio::default();
        for at in 0..LEADS {
            let picked = rotation.deal(&mut chance);
            let rate = quality(at) * if picked == 3 { 0.5 } else { 1.0 };
            ratio.see(rotation.chances[3], picked == 3, chance.is(rate));
        }
        // Whatever was out once stays out, so the last interval is the narrowest of all.
        let (five, one) = (ratio.figure(0.05), ratio.figure(0.01));
        missed += u32::from(!five.interval.holds(0.5));
        wide.push(five.interval.high - five.interval.low);
        assert!(one.interval.low <= five.interval.low && five.interval.high <= one.interval.high);
        assert!(
            five.interval.holds(five.value) && five.n > 350.0,
            "{five:?}"
        );
    }
    let missed = f64::from(missed) / f64::from(paths);
    println!(
        "{paths} paths: the interval ever missed the ratio in {missed:.3}; median width {:.2}",
        median(&mut wide)
    );
    assert!(
        missed <= 0.05 + 3.0 * (0.0475 / f64::from(paths)).sqrt(),
        "{missed}"
    );
}

#[test]
fn leads_still_waiting_change_nothing_and_order_does_not_matter() {
    let mut chance = Chance::of(9);
    let mut rotation = Rotation::new();
    let deals: Vec<([f64; REPS], usize, bool)> = (0..300)
        .map(|_| {
            let picked = rotation.deal(&mut chance);
            (rotation.chances, picked, chance.is(0.2))
        })
        .collect();
    let after = |deals: &mut dyn Iterator<Item = &([f64; REPS], usize, bool)>| {
        let mut watch = EProcess::new(REPS, false);
        for (chances, picked, won) in deals {
            watch.see(Deal {
                chances,
                picked: *picked,
                won: *won,
            });
        }
        watch
            .tracks()
            .iter()
            .map(|track| track.evidence())
            .collect::<Vec<f64>>()
    };
    // The second half ripens first, then the first half: the same evidence in the end.
    let at_once = after(&mut deals.iter());
    let in_turn = after(&mut deals[150..].iter().chain(&deals[..150]));
    for (one, other) in at_once.iter().zip(&in_turn) {
        assert!((one / other - 1.0).abs() < 1e-9, "{one} {other}");
    }
    // Leads that were not won say nothing, whether they are waiting or lost.
    let only_won = after(&mut deals.iter().filter(|(_, _, won)| *won));
    assert_eq!(at_once, only_won);
    // Given by hand: nobody could have drawn it.
    let mut watch = EProcess::new(2, false);
    assert!(!watch.see(Deal {
        chances: &[1.0, 0.0],
        picked: 1,
        won: true
    }));
    assert_eq!(watch, EProcess::new(2, false));
}

/// What is known after so many leads each, dealt one by one with equal chances, won as the seed
/// says: the evidence does not depend on which ones were.
fn seed_after(leads: f64) -> (Vec<Known>, f64) {
    let wins = [0.22, 0.24, 0.19, 0.08].map(|rate| (rate * leads).round());
    let (mut watch, mut wins_only) = (Watch::new(REPS), EProcess::new(REPS, false));
    for lead in 0..leads as usize {
        for (picked, wins) in wins.iter().enumerate() {
            let won = ((lead + 1) as f64 * wins / leads + 1e-9).floor()
                > (lead as f64 * wins / leads + 1e-9).floor();
            let deal = Deal {
                chances: &[0.25; REPS],
                picked,
                won,
            };
            assert!(watch.see(deal) && wins_only.see(deal));
        }
    }
    let seen: Vec<f64> = watch
        .process()
        .tracks()
        .iter()
        .map(|track| track.wins as f64)
        .collect();
    assert_eq!(seen, wins);
    let rates = CloseRates::of_counted(Span::days(90), &counted(&wins.map(|wins| (wins, leads))));
    let team = wins.iter().sum::<f64>() / 4.0;
    let known = |rep: usize| watch.known(rep, &rates, wins[rep] / team);
    (
        (0..REPS).map(known).collect(),
        wins_only.tracks()[3].evidence(),
    )
}

/// The same bytes as the guide for managers shows.
#[test]
fn the_seeds_example_is_too_early_then_watched_then_below_the_team() {
    let below = |ratios: &str, leads: u32| {
        format!(
            "D is below the team: D wins 0.37 times as often as whoever else would have got the same \
             leads ({ratios}, however often one looks), from {leads} leads. In at most one of 20 \
             teams of equals would this be said of anybody, ever."
        )
    };
    let told = [
        (
            25.0,
            2.71,
            "Too early to say anything of D: 25 leads, if it goes on like this, about 96 more leads \
             will tell."
                .to_owned(),
        ),
        (
            50.0,
            6.62,
            "Watch: there are signs that D wins less often than the others, and no evidence yet. 50 \
             leads, if it goes on like this, about 60 more leads will tell."
                .to_owned(),
        ),
        (
            100.0,
            44.43,
            "Watch: D wins less often than the others, but whether by enough to matter is not known \
             yet. 100 leads, the next ones will tell."
                .to_owned(),
        ),
        (150.0, 386.76, below("between 0.12 and 0.82", 150)),
        (200.0, 3024.96, below("between 0.14 and 0.78", 200)),
    ];
    let mut wrong = Vec::new();
    for (leads, evidence, sentence) in told {
        let (known, by_wins) = seed_after(leads);
        let said = known[3].sentence("D");
        println!(
            "{leads} each: evidence {:.1}, from wins alone {by_wins:.2}, below 0.8 of the others \
             {:.3}: {said}",
            known[3].track.evidence(),
            known[3].below
        );
        println!("  {}", known[0].sentence("A"));
        // The guide's table, worked out by another program.
        assert!((by_wins - evidence).abs() < 0.005);
        if said != sentence {
            wrong.push((said, sentence))
        }
        for known in &known[..3] {
            assert!(matches!(
                known.grade(),
                Grade::TooEarly { .. } | Grade::NoSign
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_condition_alone_keeps_below_the_team_from_being_said() {
    let d = seed_after(150.0).0[3];
    assert_eq!(d.grade(), Grade::Below);
    let ratio = |high: f64| {
        let mut ratio = d.ratio;
        ratio.interval.high = high;
        ratio
    };
    let said = |known: Known| known.grade();
    let watched = Grade::Watch { more: d.more };
    assert_eq!(
        said(Known {
            effective: 59.0,
            ..d
        }),
        Grade::Watch {
            more: d.more.map(|more| more.max(1))
        }
    );
    assert_eq!(
        said(Known {
            over_expected: 1.0,
            ..d
        }),
        watched
    );
    assert_eq!(
        said(Known { reps: 1_000, ..d }),
        watched,
        "a larger team asks for more"
    );
    assert_eq!(
        said(Known {
            below: 0.89,
            ratio: ratio(0.8),
            ..d
        }),
        watched
    );
    // Either way of knowing that it matters is enough.
    assert_eq!(
        said(Known {
            below: 0.0,
            ratio: ratio(0.79),
            ..d
        }),
        Grade::Below
    );
    assert_eq!(
        said(Known {
            below: 0.9,
            ratio: ratio(9.0),
            ..d
        }),
        Grade::Below
    );
}
