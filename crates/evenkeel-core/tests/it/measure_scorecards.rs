//! The scorecard from lives: the seed's example at each number of leads, what chance did not deal,
//! what cannot be known.

use crate::measure_close_rates::{SEED, seed};
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::measure::credit::CreditRule;
use evenkeel_core::measure::grade::Grade;
use evenkeel_core::measure::life::{Deal, End, Life, Lives, Reading, Turn, Way};
use evenkeel_core::measure::scorecard::{Asked, Scorecard};
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::time::{DAY, HOUR, Moment, Span};
use std::sync::Arc;

const NAMES: [&str; 4] = ["A", "B", "C", "D"];
const HORIZON: Span = Span::days(90);

/// One lead for each of four reps in every round; wins are spread over the rounds. `drawn` leads
/// are drawn among all four, the others given in turn.
pub(crate) fn four(leads: usize, drawn: bool) -> Lives {
    let mut lives = Lives::none();
    let (won, lost) = (lives.reason("won"), lives.reason("lost"));
    let able: Arc<[(RepNo, u32)]> = (0..4).map(|rep| (RepNo(rep), 1)).collect();
    let all: Arc<[RepNo]> = (0..4).map(RepNo).collect();
    let wins = seed(leads as f64);
    for round in 0..leads {
        for rep in 0..4 {
            let number = lives.all.len() as i64;
            let at = Moment(number * HOUR.0);
            let mut life = Life::new(&format!("L-{number}"), None, at);
            let wins = wins[rep].0 as usize;
            // The k-th win of w in n rounds is in round (k n / w), rounded up.
            let win = (round + 1) * wins / leads > round * wins / leads;
            life.deals.push(Deal {
                at,
                rep: RepNo::at(rep),
                way: Way::Turn(Turn {
                    pool: PoolNo(0),
                    policy: 1,
                    rule: None,
                    able: Arc::clone(&able),
                    drawn: if drawn {
                        Arc::clone(&all)
                    } else {
                        Arc::new([])
                    },
                }),
            });
            life.owners.push((at, Some(RepNo::at(rep))));
            life.end = Some(End {
                at: at + Span::days(30),
                reason: if win { won } else { lost },
                told: None,
            });
            lives.all.push(life);
        }
    }
    lives.until = Moment(lives.all.len() as i64 * HOUR.0) + Span::days(100);
    lives
}

fn asked(all: bool) -> Asked {
    Asked {
        pool: Some(PoolNo(0)),
        rule: CreditRule::default(),
        all,
        horizon: Some(HORIZON),
    }
}

#[test]
fn the_seeds_example_is_the_products_sentence_and_figures_at_each_number_of_leads() {
    let near = |value: f64, wanted: f64| assert!((value / wanted - 1.0).abs() < 5e-4, "{value}");
    for (leads, sentence) in [
        (
            25,
            "Too early to say anything of D: 25 leads, if it goes on like this, about 96 more \
             leads will tell.",
        ),
        (
            50,
            "Watch: there are signs that D wins less often than the others, and no evidence yet. \
             50 leads, if it goes on like this, about 60 more leads will tell.",
        ),
        (
            100,
            "Watch: D wins less often than the others, but whether by enough to matter is not \
             known yet. 100 leads, the next ones will tell.",
        ),
        (
            150,
            "D is below the team: D wins 0.37 times as often as whoever else would have got the \
             same leads (between 0.12 and 0.82, however often one looks), from 150 leads. In at \
             most one of 20 teams of equals would this be said of anybody, ever.",
        ),
    ] {
        let lives = four(leads, true);
        let card = Scorecard::of(&lives, &Reading::default(), &asked(false)).expect("known");
        assert!(card.comparable);
        assert_eq!(
            (card.leads, card.given),
            (4 * leads as u64, 4 * leads as u64)
        );
        println!("{leads}: {}", card.sentence(3, "D"));
        assert_eq!(card.sentence(3, "D"), sentence);
        for (place, name) in NAMES.iter().enumerate().take(3) {
            let known = card.reps[place].known.expect("drawn leads compare");
            assert!(
                !matches!(known.grade(), Grade::Below | Grade::Watch { .. }),
                "{name} at {leads}"
            );
        }
        if let Some((_, chi2, p, fisher, held)) =
            SEED.iter().copied().find(|row| row.0 == leads as f64)
        {
            near(card.look.chi2, chi2);
            near(card.look.p, p);
            near(card.look.each[3], fisher);
            for (one, wanted) in card.look.held.iter().zip(held) {
                near(*one, wanted);
            }
        }
        for (rate, (wins, leads)) in card.rates.reps.iter().zip(seed(leads as f64)) {
            assert_eq!(
                (rate.counted.tally.wins, rate.counted.tally.trials),
                (wins, leads)
            );
        }
    }
}

#[test]
fn leads_that_chance_did_not_deal_compare_nobody_unless_asked_and_then_labelled() {
    let lives = four(100, false);
    let refused = Scorecard::of(&lives, &Reading::default(), &asked(false));
    assert_eq!(refused.err(), Some(Unknown::NotDrawn { n: 400.0 }));
    let card = Scorecard::of(&lives, &Reading::default(), &asked(true)).expect("asked");
    assert!(!card.comparable);
    assert!(card.reps.iter().all(|line| line.known.is_none()));
    let said = card.sentence(3, "D");
    assert!(
        said.ends_with("not dealt at random, so this is not comparable."),
        "{said}"
    );
}

#[test]
fn a_rep_known_only_on_won_leads_has_no_rate() {
    let mut lives = four(50, true);
    let lost = lives.reason("lost");
    for life in &mut lives.all {
        if life.end.is_some_and(|end| end.reason == lost) {
            life.owners = vec![(life.came, None)];
        }
    }
    let refused = Scorecard::of(&lives, &Reading::default(), &asked(false));
    assert!(
        matches!(refused, Err(Unknown::RepOnlyOnWon { .. })),
        "{refused:?}"
    );
    let none = Scorecard::of(&Lives::none(), &Reading::default(), &asked(false));
    assert_eq!(none.err(), Some(Unknown::Nothing));
}

#[test]
fn the_rule_of_credit_moves_rates_and_never_the_evidence() {
    let mut lives = four(100, true);
    // B takes over what A was dealt, before it is closed.
    for life in lives.all.iter_mut().step_by(4) {
        let at = life.came + DAY;
        life.owners.push((at, Some(RepNo(1))));
    }
    let by = |rule| {
        let asked = Asked {
            rule,
            ..asked(false)
        };
        Scorecard::of(&lives, &Reading::default(), &asked).expect("known")
    };
    let (outcome, creation) = (
        by(CreditRule::OwnerAtOutcome),
        by(CreditRule::OwnerAtCreation),
    );
    assert_eq!(outcome.rates.reps[0].counted.leads, 0);
    assert_eq!(creation.rates.reps[0].counted.leads, 100);
    for (one, other) in outcome.reps.iter().zip(&creation.reps) {
        let track =
            |known: Option<evenkeel_core::measure::grade::Known>| known.map(|one| one.track);
        assert_eq!(track(one.known), track(other.known));
    }
    let said = outcome.matters(&|rep| NAMES[rep.index()].to_owned());
    assert_eq!(
        said,
        "If a record counted for who owned it first, 25 % (between 20.9 % and 29.4 %) of 400 \
         records would count for somebody else. Most would change for A: 22 wins more."
    );
}
