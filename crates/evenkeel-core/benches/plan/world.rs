//! Made-up companies of any size: the same numbers every time.

use evenkeel_core::plan::band::Band;
use evenkeel_core::plan::instance::{Accounts, Circles, Instance, LEVELS, NOBODY, ONE};

/// A counter-based generator (SplitMix64).
struct Dice(u64);

impl Dice {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.bits()) * count as u128) >> 64) as usize
    }

    /// Lognormal with a median of 1.
    fn lognormal(&mut self, sigma: f64) -> f64 {
        let mut unit = || (self.bits() >> 11) as f64 / (1u64 << 53) as f64;
        let length = (-2.0 * (1.0 - unit()).ln()).sqrt();
        (sigma * length * (std::f64::consts::TAU * unit()).cos()).exp()
    }
}

/// Levels of each factor of the mix.
const FACTORS: [usize; 2] = [4, 5];

/// `accounts` to `reps`: each account may go to 10 to 30 reps, each at a cost of its own of up to
/// five points; three quarters have an owner, and moving costs a point. Counts are within a tenth
/// of even. `balanced` asks besides for effort within a tenth above even, for value within two
/// parts in a hundred of even, and for an even mix of two factors.
pub(crate) fn instance(accounts: usize, reps: usize, balanced: bool) -> Instance {
    let mut dice = Dice(1);
    let mut all = Accounts {
        factors: if balanced { FACTORS.len() } else { 0 },
        ..Accounts::default()
    };
    let mut circles = Circles::default();
    let (mut value, mut effort) = (Vec::new(), Vec::new());
    let mut taken = vec![usize::MAX; reps];
    for account in 0..accounts {
        let width = (10 + dice.below(21)).min(reps);
        let mut who: Vec<(u32, u32)> = Vec::new();
        while who.len() < width {
            let rep = dice.below(reps);
            if taken[rep] != account {
                taken[rep] = account;
                who.push((rep as u32, dice.below(5_000_000) as u32));
            }
        }
        who.sort_unstable();
        let owner = match dice.below(4) {
            0 => NOBODY,
            _ => who[dice.below(who.len())].0,
        };
        all.circle.push(circles.add(who));
        all.owner.push(owner);
        all.locked.push(false);
        all.keep.push(ONE as u32);
        value.push(dice.lognormal(1.0));
        effort.push(dice.lognormal(0.4));
        if balanced {
            let mut first = LEVELS;
            for count in FACTORS {
                let level = dice.below(count).min(dice.below(count));
                all.levels.push((first + level) as u16);
                first += count;
            }
        }
    }
    all.value = ordinary(&value);
    all.effort = ordinary(&effort);
    let bands = bands(&all, reps, balanced);
    Instance {
        gauges: bands.len() / reps,
        accounts: all,
        circles,
        bands,
        unplaced: 1_000 * ONE,
    }
}

/// Amounts in micro-units of their mean.
fn ordinary(amounts: &[f64]) -> Vec<i64> {
    let mean = amounts.iter().sum::<f64>() / amounts.len() as f64;
    let each = amounts.iter().map(|amount| (amount / mean * 1e6).round());
    each.map(|amount| amount as i64).collect()
}

fn bands(accounts: &Accounts, reps: usize, balanced: bool) -> Vec<Band> {
    let even = accounts.len() as i64 * ONE / reps as i64;
    let share = |percent: i64| even / 100 * percent;
    let (low, high) = (share(90) / ONE * ONE, (share(110) + ONE - 1) / ONE * ONE);
    let count = Band {
        floor: low,
        low,
        high,
        ceiling: high,
        slope: 0,
        wall: 2_000 * ONE,
    };
    if !balanced {
        return [count, Band::FREE, Band::FREE].repeat(reps);
    }
    let effort = Band {
        high: share(110),
        ceiling: share(110),
        wall: 50 * ONE,
        ..Band::FREE
    };
    let value = Band {
        floor: share(90),
        low: share(98),
        high: share(102),
        ceiling: share(110),
        slope: 4 * ONE,
        wall: 8 * ONE,
    };
    let mut totals = vec![0i64; FACTORS.iter().sum()];
    for gauge in &accounts.levels {
        totals[usize::from(*gauge) - LEVELS] += ONE;
    }
    let mix = totals.iter().map(|total| {
        let even = total / reps as i64;
        let (low, high) = (even / ONE * ONE, (even + ONE - 1) / ONE * ONE);
        Band {
            floor: low * 3 / 4,
            low,
            high,
            ceiling: high * 5 / 4,
            slope: 2 * ONE,
            wall: 2 * ONE,
        }
    });
    let row: Vec<Band> = [count, effort, value].into_iter().chain(mix).collect();
    row.repeat(reps)
}
