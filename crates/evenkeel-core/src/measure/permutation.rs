//! Arranging the same labels otherwise: all ways when there are few, keyed draws when many.
//!
//! If labels (which pod began when) were dealt at random, every arrangement was as likely as the
//! one that came out; how many of them give a figure at least as large is the exact chance of such
//! a figure without any effect. Keyed, so that the same journal gives the same figure for ever.
//! *Source*: Fisher 1935; Phipson and Smyth 2010 (the observed arrangement is one of the drawn).

use crate::draw::{DrawKey, split};

/// Up to so many arrangements all are looked at.
pub const EXACT_MAX: u64 = 20_000;
/// Arrangements drawn when there are more, beside the observed one.
pub const DRAWN: u32 = 1_999;
/// What must be left of a draw's bits for a further pick to be even.
const BITS_MIN: u64 = 1 << 32;
/// Figures as close as this are equal: rounding.
const SAME: f64 = 1e-9;

/// The arrangements that are looked at, the observed one first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangements {
    /// Labels by place.
    pub all: Vec<Vec<usize>>,
    /// Whether these are all there are.
    pub exact: bool,
}

impl Arrangements {
    /// Other ways to arrange `labels`.
    pub fn of(labels: &[usize], key: &DrawKey) -> Self {
        let mut all = vec![labels.to_vec()];
        let exact = ways(labels) <= EXACT_MAX;
        if exact {
            let mut next = labels.to_vec();
            next.sort_unstable();
            loop {
                if next != labels {
                    all.push(next.clone());
                }
                if !step(&mut next) {
                    break;
                }
            }
        } else {
            all.extend((0..DRAWN).map(|turn| shuffled(labels, key, turn)));
        }
        Self { all, exact }
    }

    /// The share of arrangements whose figure is at least as far from zero as the observed one's;
    /// `figures` are in the order of [`Arrangements::all`].
    ///
    /// *Bounds*: 1 without any.
    pub fn p(mut figures: impl Iterator<Item = f64>) -> f64 {
        let Some(observed) = figures.next().map(f64::abs) else {
            return 1.0;
        };
        let least = observed - SAME * observed.max(1e-12);
        let (mut count, mut all) = (1.0, 1.0);
        for figure in figures {
            count += f64::from(u8::from(figure.abs() >= least));
            all += 1.0;
        }
        count / all
    }
}

/// In how many different ways labels can be arranged.
///
/// *Bounds*: stops counting above [`EXACT_MAX`].
pub fn ways(labels: &[usize]) -> u64 {
    let mut sorted = labels.to_vec();
    sorted.sort_unstable();
    let (mut ways, mut run) = (1u64, 0u64);
    for at in 0..sorted.len() {
        run = match at > 0 && sorted[at] == sorted[at - 1] {
            true => run + 1,
            false => 1,
        };
        // The places so far, over those that hold the same label: whole at every step.
        ways = ways * (at as u64 + 1) / run;
        if ways > EXACT_MAX << 20 {
            return ways;
        }
    }
    ways
}

/// The next arrangement in dictionary order; `false` after the last.
fn step(labels: &mut [usize]) -> bool {
    let Some(at) = (1..labels.len())
        .rev()
        .find(|at| labels[at - 1] < labels[*at])
    else {
        return false;
    };
    let pivot = labels[at - 1];
    let other = (at..labels.len())
        .rev()
        .find(|other| labels[*other] > pivot);
    labels.swap(at - 1, other.expect("the one at `at` is larger"));
    labels[at..].reverse();
    true
}

/// The labels, shuffled by keyed draws.
pub fn shuffled<T: Copy>(labels: &[T], key: &DrawKey, turn: u32) -> Vec<T> {
    let mut labels = labels.to_vec();
    let (mut bits, mut left) = (0, 0);
    for at in (1..labels.len()).rev() {
        let count = at as u32 + 1;
        left /= u64::from(count);
        if left < BITS_MIN {
            bits = key.bits("arrangement", &at.to_string(), turn);
            left = u64::MAX;
        }
        let (pick, rest) = split(bits, count);
        bits = rest;
        labels.swap(at, pick as usize);
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_arrangements_are_all_looked_at_once_each() {
        for (labels, count) in [
            (&[0, 0, 1, 1][..], 6),
            (&[1, 0, 2], 6),
            (&[3, 3, 3], 1),
            (&[0, 0, 0, 0, 0, 1, 1, 1, 1, 1], 252),
        ] {
            let arrangements = Arrangements::of(labels, &DrawKey::from_seed(1));
            assert_eq!(
                (arrangements.all.len() as u64, ways(labels)),
                (count, count)
            );
            assert_eq!(arrangements.all[0], labels);
            let different: std::collections::BTreeSet<_> = arrangements.all.iter().collect();
            assert!(different.len() as u64 == count && arrangements.exact);
        }
    }

    #[test]
    fn many_are_drawn_evenly_and_the_same_again() {
        let labels: Vec<usize> = (0..10).collect();
        let drawn = Arrangements::of(&labels, &DrawKey::from_seed(1));
        assert_eq!(drawn, Arrangements::of(&labels, &DrawKey::from_seed(1)));
        assert!(!drawn.exact && drawn.all.len() == 2_000);
        for place in [0, 4, 9] {
            let here = |label: usize| drawn.all.iter().filter(|one| one[place] == label).count();
            assert!(
                (0..10).all(|label| (150..260).contains(&here(label))),
                "{place}"
            );
        }
    }
}
