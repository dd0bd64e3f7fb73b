//! A plan: prices, then the right counts, then better books; deterministic from end to end.
//!
//! The plan is a value. It names the instance it was made for by digest and carries its prices, so
//! that anybody can check its cost ([`crate::plan::check`]) and its bound ([`crate::plan::bound`])
//! without this file. Nothing is carried out here.

use crate::draw::{DrawKey, pick};
use crate::plan::ascent;
use crate::plan::bound::bound;
use crate::plan::chain;
use crate::plan::check::check;
use crate::plan::instance::{Flaw, Instance};
use crate::plan::search::{Depth, Search, looks};
use serde::{Deserialize, Serialize};

/// Who should have what, and the proof of how good that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Digest of the instance it was made for.
    pub instance: [u8; 32],
    /// The rep of every account, or [`crate::plan::instance::NOBODY`].
    pub to: Vec<u32>,
    /// Prices of every book and gauge, in micro-points a unit.
    pub prices: Vec<i64>,
    /// What it costs, in pico-points.
    pub objective: i128,
    /// What no plan can cost less than, by these prices, in pico-points.
    pub bound: i128,
}

/// Where the work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Looking for prices: rounds done, of how many.
    Prices(usize, usize),
    /// Getting the counts right: accounts still to be moved.
    Counts(u64),
    /// Improving the books: sweeps done.
    Books(usize),
    /// Shaking a small plan: shakes done, of how many.
    Shakes(usize, usize),
}

/// Most shakes of a small plan.
const SHAKES_MAX: usize = 400;
/// Pairs to look at in all shakes together, each time the books are swept.
const SHAKEN_PAIRS: usize = 100_000;
/// Most pairs with which a plan is shaken.
const SHAKEN_MAX: usize = 4_000;

/// Most pairs with which books rotate by threes after every shake, and not only before the first.
const TURNED_MAX: usize = 100;

/// Makes a plan; `told` hears where the work stands.
///
/// *Refuses*: an instance with a flaw.
pub fn solve(instance: &Instance, mut told: impl FnMut(Stage)) -> Result<Plan, Flaw> {
    instance.check()?;
    let priced = ascent::ascend(instance, |round, of| told(Stage::Prices(round, of)));
    let chained = chain::mend(instance, &priced.prices, |left| told(Stage::Counts(left)));
    let proved = |prices: &[i64]| bound(instance, prices).expect("prices stay within their bands");
    let judged =
        |to: &[u32]| check(instance, to).expect("every step keeps to the circles and locks");
    // Rounding to whole micro-points may cost the chains' prices what they gained.
    let (prices, bound) = match proved(&chained.prices) {
        better if better > priced.bound => (chained.prices, better),
        _ => (priced.prices, priced.bound),
    };
    let start = judged(&chained.to).objective;
    let mut to = chained.to;
    if start > bound {
        let proof = (&prices[..], bound);
        let mut search = Search::new(instance, proof, to.clone(), Depth::of(instance));
        let mut sweeps = 0;
        search.stages(start, || {
            sweeps += 1;
            told(Stage::Books(sweeps));
        });
        let better = search.cost();
        if better < start {
            to = search.to().to_vec();
        }
        if looks(instance) <= SHAKEN_MAX && better > bound {
            to = shake(instance, proof, to, &mut told);
        }
    }
    let objective = judged(&to).objective;
    Ok(Plan {
        instance: instance.digest(),
        to,
        prices,
        objective,
        bound,
    })
}

/// Moves a few accounts of a small plan anywhere, improves it again, and keeps what is better.
///
/// *Order and ties*: the draws are keyed by a fixed seed, so the same instance is shaken the same
/// way; of two equal plans the earlier stays.
fn shake(
    instance: &Instance,
    proof: (&[i64], i128),
    to: Vec<u32>,
    told: &mut impl FnMut(Stage),
) -> Vec<u32> {
    let key = DrawKey::from_seed(0);
    let free: Vec<usize> = (0..to.len())
        .filter(|account| {
            instance
                .circles
                .of(instance.accounts.circle[*account])
                .0
                .len()
                > 1
        })
        .collect();
    let shakes = (SHAKEN_PAIRS / looks(instance).max(1)).min(SHAKES_MAX);
    let depth = Depth {
        rotate: looks(instance) <= TURNED_MAX,
        ..Depth::of(instance)
    };
    let mut best = (Search::new(instance, proof, to.clone(), depth).cost(), to);
    for shake in 0..shakes {
        if free.is_empty() || best.0 <= proof.1 {
            break;
        }
        let mut search = Search::new(instance, proof, best.1.clone(), depth);
        for turn in 0..2 + shake % 3 {
            let bits = key.bits("plan", &shake.to_string(), turn as u32);
            let account = free[pick(bits, free.len())];
            let (reps, _) = instance.circles.of(instance.accounts.circle[account]);
            let fresh = key.bits("plan to", &shake.to_string(), turn as u32);
            search.kick(account, u32::from(reps[pick(fresh, reps.len())]));
        }
        search.settle_down(best.0);
        let found = search.cost();
        if found < best.0 {
            best = (found, search.to().to_vec());
        }
        told(Stage::Shakes(shake + 1, shakes));
    }
    best.1
}
