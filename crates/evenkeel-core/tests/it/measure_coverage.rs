//! Coverage by day 7 and 30, and whose an outcome counts as.
//!
//! `EVENKEEL_BOOKS` is the number of simulated books whose intervals are checked (default 200).

use crate::measure_chance::{Chance, size};
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::coverage::{Coverage, Dealt, Left, Touch, Worked};
use evenkeel_core::measure::credit::{CreditRule, History, RULES, matter};
use evenkeel_core::measure::incidence::Incidence;
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::time::{DAY, Moment, Span};

const CALL: u32 = 1;
const MAIL: u32 = 2;

fn any() -> Worked {
    Worked {
        kinds: Vec::new(),
        touches: 1,
    }
}

fn days(days: f64) -> Span {
    Span((days * DAY.0 as f64) as i64)
}

/// Records of which 55 % would be called within some ten days, unless they are disqualified first;
/// a third is younger than a month.
fn book(chance: &mut Chance, count: usize) -> Vec<Dealt> {
    (0..count)
        .map(|_| {
            let age = days(chance.even() * 90.0);
            let called = if chance.is(0.55) {
                chance.wait(10.0)
            } else {
                f64::INFINITY
            };
            let left = chance.wait(60.0);
            let own = chance.is(0.2);
            let touches = match called.is_finite() {
                true => vec![Touch {
                    after: days(called),
                    kind: CALL,
                }],
                false => Vec::new(),
            };
            let why = if own {
                Left::SelfSourced
            } else {
                Left::Disqualified
            };
            Dealt {
                age,
                touches,
                left: Some((days(left), why)),
            }
        })
        .collect()
}

/// Of ten-day calls and sixty-day departures, the share called within `day`.
fn truth(day: f64) -> f64 {
    let (call, leave) = (1.0 / 10.0, 1.0 / 60.0);
    0.55 * call / (call + leave) * (1.0 - f64::exp(-(call + leave) * day))
}

#[test]
fn coverage_is_unbiased_though_many_records_are_young() {
    let books = size("EVENKEEL_BOOKS", 200);
    let (mut sums, mut held, mut naive) = ([0.0; 2], [0; 2], 0.0);
    for seed in 0..books {
        let records = book(&mut Chance::of(u64::from(seed)), 200);
        let told = Coverage::of(&records, &any()).expect("watched");
        for (at, by) in told.days.iter().enumerate() {
            sums[at] += by.worked.value;
            held[at] += u32::from(by.worked.interval.holds(truth(by.day as f64)));
            let all = by.worked.value + by.disqualified.value + by.self_sourced.value;
            assert!((all + by.untouched - 1.0).abs() < 1e-9);
        }
        let now = |dealt: &&Dealt| {
            let first = any().first(dealt);
            first.is_some_and(|first| {
                first <= days(30.0) && dealt.left.is_none_or(|left| first <= left.0)
            })
        };
        naive += records.iter().filter(now).count() as f64 / 200.0;
    }
    let n = f64::from(books);
    let ([seven, thirty], naive) = (sums.map(|sum| sum / n), naive / n);
    let right = held.map(|held| f64::from(held) / n);
    println!(
        "{books} books: by day 7 {seven:.3} (truth {:.3}), by day 30 {thirty:.3} (truth {:.3}); \
         intervals {:.3} and {:.3}; counted naively {naive:.3}",
        truth(7.0),
        truth(30.0),
        right[0],
        right[1]
    );
    let doubt = 3.0 * (0.25 / 200.0 / n).sqrt();
    assert!((seven - truth(7.0)).abs() < doubt && (thirty - truth(30.0)).abs() < doubt * 1.3);
    assert!(naive < truth(30.0) - 0.03, "{naive}");
    for right in right {
        assert!(
            (right - 0.95).abs() < 3.0 * (0.0475 / n).sqrt() + 0.01,
            "{right}"
        );
    }
}

#[test]
fn what_counts_as_worked_is_the_teams_to_say() {
    let touch = |day: i64, kind: u32| Touch {
        after: Span::days(day),
        kind,
    };
    let dealt = Dealt {
        age: Span::days(40),
        touches: vec![
            touch(9, CALL),
            touch(2, MAIL),
            touch(20, CALL),
            touch(50, CALL),
        ],
        left: None,
    };
    for (kinds, touches, day) in [
        (&[][..], 1, Some(2)),
        (&[CALL][..], 1, Some(9)),
        (&[CALL][..], 2, Some(20)),
        (&[][..], 0, Some(2)),
        (&[CALL][..], 3, None),
        (&[7][..], 1, None),
    ] {
        let worked = Worked {
            kinds: kinds.to_vec(),
            touches,
        };
        assert_eq!(worked.first(&dealt), day.map(Span::days), "{worked:?}");
    }
}

#[test]
fn parts_follow_the_textbook_and_what_is_not_watched_is_refused() {
    // Five records: worked after 2 and 6 days, disqualified after 4, one watched 5 days, one 10.
    let curve = Incidence::<2>::of([
        (Span::days(2), Some(0)),
        (Span::days(4), Some(1)),
        (Span::days(5), None),
        (Span::days(6), Some(0)),
        (Span::days(10), None),
    ]);
    // 1/5, then 1/4 of the 4/5 left, then 1/2 of the 3/5 left.
    let near =
        |value: f64, wanted: f64| assert!((value - wanted).abs() < 1e-12, "{value} {wanted}");
    near(curve.share(0, Span::days(3)), 0.2);
    near(curve.share(1, Span::days(7)), 0.2);
    near(curve.share(0, Span::days(7)), 0.5);
    assert_eq!(curve.figure(0, Span::days(11)), None);
    assert_eq!(
        curve.figure(0, Span::days(1)).map(|one| one.interval.low),
        Some(0.0)
    );
    let young = Dealt {
        age: Span::days(3),
        touches: Vec::new(),
        left: None,
    };
    assert!(matches!(
        Coverage::of(&[young], &any()),
        Err(Unknown::TooFew { .. })
    ));
    assert_eq!(Coverage::of(&[], &any()), Err(Unknown::Nothing));
    let old = |day| Dealt {
        age: Span::days(40),
        touches: vec![Touch {
            after: Span::days(day),
            kind: CALL,
        }],
        left: None,
    };
    let told = Coverage::of(&[old(1), old(3), old(9), old(35)], &any()).expect("watched");
    assert_eq!(
        told.sentence(),
        "Of 4 records: By day 7 50 % (between 15.5 % and 94.2 %) are worked, 0 % were disqualified \
         and 0 % were the rep's own before that, and 50 % are untouched (4 records watched so \
         long). By day 30 75 % (between 33.5 % and 99.1 %) are worked, 0 % were disqualified and \
         0 % were the rep's own before that, and 25 % are untouched (4 records watched so long)."
    );
}

#[test]
fn whose_an_outcome_counts_as_is_a_rule_and_how_much_it_matters_is_told() {
    let at = |day: i64| Moment(0) + Span::days(day);
    let [ana, ben, cleo] = [RepNo(0), RepNo(1), RepNo(2)];
    let moved = History {
        owners: vec![
            (at(0), Some(ana)),
            (at(10), Some(ben)),
            (at(30), Some(cleo)),
        ],
        touches: vec![(at(1), ana), (at(12), ben), (at(20), ana), (at(31), cleo)],
        outcome: Some(at(25)),
        won: true,
    };
    for (rule, rep) in RULES.into_iter().zip([ben, ana, cleo, ana, ana]) {
        assert_eq!(moved.credit(rule), Some(rep), "{rule:?}");
    }
    // Won in the same moment in which it came to its first owner.
    let at_once = History {
        owners: vec![(at(5), Some(ben))],
        outcome: Some(at(5)),
        ..History::default()
    };
    assert_eq!(at_once.credit(CreditRule::default()), Some(ben));
    assert_eq!(at_once.credit(CreditRule::FirstTouch), None);
    let stayed = History {
        owners: vec![(at(0), Some(ana))],
        touches: vec![(at(1), ana)],
        outcome: Some(at(9)),
        won: true,
    };
    let told = matter(&[&moved, &stayed, &stayed, &stayed]);
    assert_eq!(told.len(), 4);
    let first = &told[0];
    assert_eq!((first.rule, first.nobody), (CreditRule::OwnerAtCreation, 0));
    assert_eq!(first.wins, [(ana, 3, 4), (ben, 1, 0)]);
    assert_eq!(
        first.sentence(&|rep| ["ana", "ben", "cleo"][rep.index()].to_owned()),
        "If a record counted for who owned it first, 25 % (between 2.8 % and 71.6 %) of 4 records \
         would count for somebody else. Most would change for ana: 1 win more."
    );
}
