//! Prices that prove much: ascent of the bound, a step for every book and gauge at once.
//!
//! Accounts go wherever costs and prices together are least; a book that then holds more than its
//! band would sell at that price gets dearer, one that holds less cheaper. The steps of each price
//! shrink with what has pulled at it so far. Whole numbers only. A plan is deliberately not made
//! here: where the accounts went may break any band.
//!
//! *Source*: Held-Wolfe-Crowder 1974 (subgradients of the dual), Duchi-Hazan-Singer 2011 (steps).

use crate::plan::bound::Prices;
use crate::plan::instance::{COUNT, EFFORT, Instance, NOBODY, ONE, VALUE};

/// Prices, and what they prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// One for every book and gauge, in micro-points a unit.
    pub prices: Vec<i64>,
    /// The bound in pico-points.
    pub bound: i128,
}

/// Largest pull that counts, in millionths of a usual book.
const PULL_MAX: i128 = 10_000_000;
/// A first step is one part in so many of what a usual account loses with its second choice.
const STEP_PART: i64 = 10;
/// Fewest rounds.
const ROUNDS_MIN: usize = 60;
/// Most further rounds, for small instances.
const ROUNDS_MORE: usize = 500;
/// Pairs to look at in further rounds, all together.
const PAIRS_MORE: usize = 10_000_000;

/// Lengths of the first steps that small instances try one after another, as multiples of the usual
/// one: prices of few large accounts lie far apart.
const STRIDES: [i64; 2] = [1, 10];

/// How many rounds each climb takes, and how many climbs there are: [`ROUNDS_MIN`] and one, and
/// more where they cost next to nothing.
fn rounds(instance: &Instance) -> (usize, usize) {
    let pairs = instance.accounts.len() * instance.circles.pairs() / instance.circles.len().max(1);
    let more = (PAIRS_MORE / pairs.max(1)).min(ROUNDS_MORE);
    let climbs = if more == ROUNDS_MORE {
        STRIDES.len()
    } else {
        1
    };
    (ROUNDS_MIN + more, climbs)
}

/// Looks for prices; `told` hears the number of each round, and of how many.
///
/// *Order and ties*: an account between two equal reps pulls at the one listed first; of two equal
/// bounds the earlier prices stay.
pub fn ascend(instance: &Instance, mut told: impl FnMut(usize, usize)) -> Priced {
    let (rounds, climbs) = rounds(instance);
    let mut best: Option<Priced> = None;
    for (climbed, stride) in STRIDES.iter().take(climbs).enumerate() {
        let mut climb = Climb::new(instance, *stride);
        for round in 0..rounds {
            if round > 0 {
                climb.step();
            }
            let bound = climb.pass();
            if best.as_ref().is_none_or(|best| bound > best.bound) {
                let prices = climb.prices.clone();
                best = Some(Priced { prices, bound });
            }
            told(climbed * rounds + round + 1, climbs * rounds);
        }
    }
    best.expect("there is a first round")
}

/// A climb in progress.
struct Climb<'i> {
    instance: &'i Instance,
    totals: Vec<i64>,
    prices: Vec<i64>,
    /// What each book got in the last pass.
    loads: Vec<i64>,
    /// Usual amount in a book, gauge by gauge.
    usual: Vec<i64>,
    /// Squares of what pulled at each price so far.
    seen: Vec<u64>,
    /// Length of a first step, in micro-points a unit.
    stride: i64,
}

impl<'i> Climb<'i> {
    fn new(instance: &'i Instance, stride: i64) -> Self {
        let totals = instance.totals();
        let reps = instance.reps().max(1) as i64;
        let usual = totals.iter().map(|total| (total / reps).max(ONE));
        let usual = usual.collect();
        let size = instance.bands.len();
        Self {
            instance,
            totals,
            prices: vec![0; size],
            loads: vec![0; size],
            usual,
            seen: vec![0; size],
            stride: spread(instance) / STEP_PART * stride,
        }
    }

    /// Sends every account to its cheapest rep; gives what the prices prove.
    fn pass(&mut self) -> i128 {
        let instance = self.instance;
        let gauges = instance.gauges;
        let accounts = &instance.accounts;
        let prices = Prices::new(instance, &self.prices);
        self.loads.fill(0);
        let mut paid = 0i128;
        for account in 0..accounts.len() {
            let (least, to) = prices.cheapest(instance, account);
            paid += i128::from(least);
            if to == NOBODY {
                continue;
            }
            let at = to as usize * gauges;
            let row = &mut self.loads[at..at + gauges];
            row[COUNT] += ONE;
            row[EFFORT] += accounts.effort[account];
            row[VALUE] += accounts.value[account];
            for gauge in accounts.levels_of(account) {
                row[usize::from(*gauge)] += ONE;
            }
        }
        paid - prices.earned(instance, &self.totals)
    }

    /// One step of every price.
    fn step(&mut self) {
        let gauges = self.instance.gauges;
        for (at, band) in self.instance.bands.iter().enumerate() {
            let price = self.prices[at];
            let (least, most) = band.best(price, self.totals[at % gauges]);
            let load = self.loads[at];
            let off = i128::from(load - load.clamp(least, most));
            if off == 0 {
                continue;
            }
            let usual = i128::from(self.usual[at % gauges]);
            let pull = (off * i128::from(ONE) / usual).clamp(-PULL_MAX, PULL_MAX) as i64;
            self.seen[at] = self.seen[at].saturating_add((pull * pull) as u64);
            let norm = (self.seen[at].isqrt() as i64).max(1);
            let wanted = price + self.stride * pull / norm;
            self.prices[at] = stop(price, wanted, band.slope, band.price_max());
        }
    }
}

/// The first corner of a band between `from` and `to`, or `to`: a step never jumps over a corner,
/// where a price may have to rest.
fn stop(from: i64, to: i64, slope: i64, end: i64) -> i64 {
    let mut at = to.clamp(-end, end);
    for corner in [-slope, 0, slope] {
        if from < corner && corner < at || at < corner && corner < from {
            at = corner;
        }
    }
    at
}

/// What a usual account loses with its second choice, in micro-points.
fn spread(instance: &Instance) -> i64 {
    let accounts = &instance.accounts;
    let (mut sum, mut count) = (0i64, 0i64);
    for account in (0..accounts.len()).step_by(accounts.len() / 4_096 + 1) {
        let (reps, costs) = instance.circles.of(accounts.circle[account]);
        let mut least = [i64::MAX; 2];
        for (rep, cost) in reps.iter().zip(costs) {
            let cost = i64::from(*cost) + instance.moving(account, u32::from(*rep));
            if cost < least[0] {
                least = [cost, least[0]];
            } else if cost < least[1] {
                least[1] = cost;
            }
        }
        if least[1] < i64::MAX {
            sum += least[1] - least[0];
            count += 1;
        }
    }
    (sum / count.max(1)).max(ONE / 10)
}
