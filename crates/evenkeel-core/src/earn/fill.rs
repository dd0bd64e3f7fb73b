//! Water-filling: scarce leads to whoever makes the most of the next one.
//!
//! A rep wins in proportion to the leads received until the capacity is reached; beyond it each
//! further lead brings less, since follow-up drops. The next bit of the flow therefore goes where
//! rate times what is left of the response is largest, above a floor that everybody has. For a
//! concave response this greedy order is the optimum (Fox 1966). Whole numbers only; knows neither
//! state nor policy.

use crate::units::{Micro, ONE};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One rep as the filling sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vessel {
    /// Close rate, 0 to 1.
    pub rate: Micro,
    /// Leads a month the rep works well.
    pub capacity: Micro,
    /// Part of the flow when dealt rateably, 0 to 1.
    pub plain: Micro,
    /// Whether the rep gets the floor and no more: too little is known yet.
    pub floor_only: bool,
}

/// How far a filling may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Part of the rateable share that everybody keeps, 0 to 1.
    pub floor: Micro,
    /// Largest part of the flow for one rep, 0 to 1; never below the rateable one.
    pub most: Micro,
}

/// Into how many parts the flow above the floor is cut, at least.
const PARTS: usize = 2_000;
/// How much of a capacity again somebody far beyond capacity still makes good: 30 %.
const BEYOND: i128 = 300_000;
/// Fixed point of the response: finer than a millionth.
const FINE: i128 = 1_000_000_000_000;
/// 1/e in that fixed point.
const INVERSE_E: i128 = 367_879_441_171;

/// What each rep gets of `supply` leads a month; adds up to it.
///
/// *Order and ties*: as `vessels`; a bit of the flow that would do as much in several hands goes to
/// the one least filled for its capacity, then to the first.
/// *Bounds*: nobody below the floor. Nobody above `most` either, unless everybody who may have more
/// is there: then what is left is shared out rateably.
/// *Example*: two alike with 10 leads a month each: 5 and 5.
pub fn fill(supply: Micro, vessels: &[Vessel], limits: Limits) -> Vec<Micro> {
    let part_of = |part: Micro| times(supply, part);
    let mut filled: Vec<Micro> = vessels
        .iter()
        .map(|vessel| times(part_of(vessel.plain), limits.floor))
        .collect();
    let mut left = supply - filled.iter().copied().sum();
    let parts = PARTS.max(vessels.len().saturating_mul(4));
    let bit = Micro((left.0 / i64::try_from(parts).unwrap_or(i64::MAX)).max(1));
    let top = |at: usize| match vessels[at].floor_only {
        true => filled_floor(supply, &vessels[at], limits),
        false => part_of(limits.most.max(vessels[at].plain)),
    };
    let key = |at: usize, has: Micro| {
        (
            next(&vessels[at], has),
            Reverse(fullness(&vessels[at], has)),
        )
    };
    let mut best: BinaryHeap<_> = (0..vessels.len())
        .map(|at| (key(at, filled[at]), Reverse(at)))
        .collect();
    while left > Micro(0) {
        let Some((_, Reverse(at))) = best.pop() else {
            break;
        };
        let gets = bit.min(left).min(top(at) - filled[at]);
        if gets <= Micro(0) {
            continue;
        }
        filled[at] += gets;
        left -= gets;
        best.push((key(at, filled[at]), Reverse(at)));
    }
    spread(left, vessels, &mut filled);
    filled
}

/// Wins a month when each rep gets that many leads, by the model.
pub fn wins(vessels: &[Vessel], filled: &[Micro]) -> Micro {
    let all = vessels.iter().zip(filled);
    all.map(|(vessel, has)| times(worked(vessel.capacity, *has), vessel.rate))
        .sum()
}

/// Leads that count as worked well: all up to the capacity, then fewer and fewer.
fn worked(capacity: Micro, has: Micro) -> Micro {
    let over = has - capacity;
    if over <= Micro(0) {
        return has;
    }
    let gone = FINE - decay(excess(capacity, over));
    let more = i128::from(capacity.0) * BEYOND / i128::from(ONE.0) * gone / FINE;
    capacity + Micro(i64::try_from(more).expect("less than the capacity"))
}

/// What the next lead brings: rate times the slope of the response.
fn next(vessel: &Vessel, has: Micro) -> i128 {
    let over = has - vessel.capacity;
    let slope = match over < Micro(0) {
        true => FINE,
        false => decay(excess(vessel.capacity, over)),
    };
    i128::from(vessel.rate.0) * slope
}

/// How far beyond capacity, in units of what is made good there. *Bounds*: very far without one.
fn excess(capacity: Micro, over: Micro) -> i128 {
    let one = i128::from(ONE.0);
    match i128::from(capacity.0) {
        ..=0 => 1_000 * one,
        capacity => i128::from(over.0) * one / capacity * one / BEYOND,
    }
}

/// e to the power of minus `much` millionths, in the fixed point.
fn decay(much: i128) -> i128 {
    let one = i128::from(ONE.0);
    let (whole, part) = (much / one, much % one);
    if whole > 30 {
        return 0;
    }
    let (mut term, mut sum) = (FINE, FINE);
    for order in 1..=15 {
        term = -term * part / (one * order);
        sum += term;
    }
    (0..whole).fold(sum, |power, _| power * INVERSE_E / FINE)
}

/// Fill relative to capacity, in millionths.
fn fullness(vessel: &Vessel, has: Micro) -> i128 {
    i128::from(has.0) * i128::from(ONE.0) / i128::from(vessel.capacity.0.max(1))
}

fn filled_floor(supply: Micro, vessel: &Vessel, limits: Limits) -> Micro {
    times(times(supply, vessel.plain), limits.floor)
}

/// Shares what is left out rateably, the last micro-units to the first.
fn spread(left: Micro, vessels: &[Vessel], filled: &mut [Micro]) {
    let mut rest = left;
    for (vessel, has) in vessels.iter().zip(filled.iter_mut()) {
        let part = times(left, vessel.plain).min(rest);
        *has += part;
        rest -= part;
    }
    if let Some(first) = filled.first_mut() {
        *first += rest;
    }
}

/// An amount times a part of one, rounded down.
pub fn times(amount: Micro, part: Micro) -> Micro {
    let product = i128::from(amount.0) * i128::from(part.0) / i128::from(ONE.0);
    Micro(i64::try_from(product).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
