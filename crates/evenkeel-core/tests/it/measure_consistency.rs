//! A stay and a rest in a closed market: the arithmetic against a market played day by day.

use evenkeel_core::measure::consistency::{Outcome, Stated, check};
use proptest::prelude::*;
use std::collections::VecDeque;

fn stated(stay: u32, rest: u32, market: usize, booked: usize) -> Stated {
    Stated {
        stay,
        rest,
        market,
        booked,
    }
}

#[test]
fn thirty_and_ninety_days_are_both_true_in_a_market_of_four_times_the_books() {
    for (market, sentence) in [
        (
            4_000,
            "30 days in a book and 90 days of rest are both what happens (4,000 records in the \
             market, 1,000 in books).",
        ),
        (
            6_000,
            "30 days in a book and 90 days of rest are not both what happens (6,000 records in the \
             market, 1,000 in books): records rest 150 days, since the books take them no sooner. \
             For the stated rest the books would hold 1,500 records, or records would stay 18 days \
             in a book.",
        ),
        (
            2_000,
            "30 days in a book and 90 days of rest are not both what happens (2,000 records in the \
             market, 1,000 in books): to keep the books as full, records rest only 30 days. For \
             the stated rest the books can hold 500 records, or records must stay 90 days in a \
             book.",
        ),
        (
            1_000,
            "30 days in a book and 90 days of rest are not both what happens (1,000 records in the \
             market, 1,000 in books): the whole market is in books, and nothing rests. For the \
             stated rest the books can hold 250 records.",
        ),
    ] {
        assert_eq!(check(stated(30, 90, market, 1_000)).sentence(), sentence);
    }
    let outcome = check(stated(30, 90, 4_000, 1_000)).outcome;
    assert_eq!(outcome, Outcome::Consistent);
}

/// Days that records rest when the longest rested fill what comes free, after things settled.
fn played(stay: usize, market: usize, booked: usize) -> f64 {
    let mut books: VecDeque<usize> = VecDeque::new();
    let mut resting: VecDeque<usize> = (0..market).map(|_| 0).collect();
    let (mut rested, mut count) = (0, 0);
    for day in 1..20 * market.div_ceil(booked) * stay {
        while books.front().is_some_and(|since| since + stay <= day) {
            books.pop_front();
            resting.push_back(day);
        }
        // At first the books fill evenly over one stay.
        let most = (booked * day / stay).min(booked);
        while books.len() < most {
            let Some(since) = resting.pop_front() else {
                break;
            };
            if day > 10 * market.div_ceil(booked) * stay {
                (rested, count) = (rested + day - since, count + 1);
            }
            books.push_back(day);
        }
    }
    rested as f64 / f64::from(count)
}

#[test]
fn a_market_played_day_by_day_rests_as_long() {
    for (stay, market, booked) in [
        (30, 400, 100),
        (30, 600, 100),
        (30, 200, 100),
        (14, 350, 70),
    ] {
        let rest = check(stated(stay, 90, market, booked)).rest;
        let played = played(stay as usize, market, booked);
        let rest = rest.expect("books") as f64;
        assert!(
            (rest - played).abs() <= 1.0,
            "{stay} {market} {booked}: {rest} {played}"
        );
    }
}

proptest! {
    #[test]
    fn what_is_advised_is_consistent(
        stay in 1u32..200, rest in 1u32..400, market in 1_000usize..1_000_000, part in 1usize..100,
    ) {
        let booked = market * part / 100;
        let found = check(stated(stay, rest, market, booked));
        let settled = check(stated(stay, rest, market, found.booked));
        prop_assert_eq!(settled.outcome, Outcome::Consistent, "{:?}", found);
        let true_rest = u32::try_from(found.rest.expect("books")).expect("fits");
        let taken = check(stated(stay, true_rest, market, booked));
        prop_assert_eq!(taken.outcome, Outcome::Consistent);
    }
}
