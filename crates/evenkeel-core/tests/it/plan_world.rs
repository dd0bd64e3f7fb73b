//! Small made-up instances for the planner, and the whole truth about them: by looking at all.

use evenkeel_core::draw::{DrawKey, pick};
use evenkeel_core::plan::band::Band;
use evenkeel_core::plan::check::check;
use evenkeel_core::plan::instance::{Accounts, Circles, Instance, LEVELS, NOBODY, ONE, VALUE};
use evenkeel_core::plan::wish::{self, Balance, Wish};

/// Numbers that are the same every time.
pub(crate) struct Dice {
    key: DrawKey,
    drawn: u32,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            key: DrawKey::from_seed(seed),
            drawn: 0,
        }
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.drawn += 1;
        self.key.bits("plan", "dice", self.drawn)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        pick(self.bits(), count)
    }

    /// Lognormal with a median of 1.
    pub(crate) fn lognormal(&mut self, sigma: f64) -> f64 {
        let mut unit = || (self.bits() >> 11) as f64 / (1u64 << 53) as f64;
        let length = (-2.0 * (1.0 - unit()).ln()).sqrt();
        (sigma * length * (std::f64::consts::TAU * unit()).cos()).exp()
    }
}

/// The balance of a policy that says nothing.
pub(crate) const USUAL: Balance = Balance {
    tolerance_ppm: 10_000,
    value: 4_000_000,
    mix: 1_000_000,
};

/// Lognormal accounts that everybody may have, in even counts. `owned` gives most of them to reps
/// in turn and a fifth to anybody.
pub(crate) fn even(accounts: usize, reps: usize, seed: u64, owned: bool) -> Instance {
    let mut dice = Dice::new(seed);
    let mut circles = Circles::default();
    circles.add((0..reps as u32).map(|rep| (rep, 0)));
    let mut all = Accounts::default();
    for account in 0..accounts {
        let turn = if dice.below(5) == 0 {
            dice.below(reps)
        } else {
            account % reps
        };
        all.circle.push(0);
        all.owner.push(if owned { turn as u32 } else { NOBODY });
        all.locked.push(false);
        all.keep.push(ONE as u32);
        all.effort.push(ONE);
        all.value.push((dice.lognormal(1.0) * 1e6).round() as i64);
    }
    wish::instance(all, circles, &vec![Wish::default(); reps], &[], (USUAL, 1))
}

/// Anything at all: some reps for each account, pairs that cost something, owners, locks, a mix,
/// limits. `counts` leaves only the limits on the number of accounts.
pub(crate) fn anything(accounts: usize, reps: usize, seed: u64, counts: bool) -> Instance {
    let mut dice = Dice::new(seed);
    let mut circles = Circles::default();
    let mut all = Accounts {
        factors: 1,
        ..Accounts::default()
    };
    for _ in 0..accounts {
        let mut who: Vec<(u32, u32)> = (0..reps as u32)
            .map(|rep| (rep, dice.below(4) as u32 * 500_000))
            .collect();
        who.retain(|_| dice.below(4) > 0);
        let owner = match who.is_empty() || dice.below(3) == 0 {
            true => NOBODY,
            false => who[dice.below(who.len())].0,
        };
        let locked = owner != NOBODY && dice.below(8) == 0;
        if locked {
            who = vec![(owner, 0)];
        }
        all.circle.push(circles.add(who));
        all.owner.push(owner);
        all.locked.push(locked);
        all.keep.push(ONE as u32);
        all.effort.push(ONE / 2 * (1 + dice.below(4) as i64));
        all.value.push((dice.lognormal(0.8) * 1e6).round() as i64);
        all.levels.push((LEVELS + dice.below(2)) as u16);
    }
    let even = accounts as u32 / reps as u32;
    let wish = |dice: &mut Dice| Wish {
        low: Some(even.saturating_sub(1 + dice.below(2) as u32)),
        high: Some(even + dice.below(3) as u32),
        effort: (!counts).then(|| i64::from(even + 2) * ONE * 5 / 4),
        ..Wish::default()
    };
    let wishes: Vec<Wish> = (0..reps).map(|_| wish(&mut dice)).collect();
    let mut instance = wish::instance(all, circles, &wishes, &[true, true], (USUAL, 1));
    if counts {
        for bands in instance.bands.chunks_mut(instance.gauges) {
            bands[1..].fill(Band::FREE);
        }
    }
    instance
}

/// The least that any plan costs, by looking at all of them.
pub(crate) fn optimum(instance: &Instance) -> i128 {
    let mut to = vec![NOBODY; instance.accounts.len()];
    fn go(instance: &Instance, account: usize, to: &mut Vec<u32>, best: &mut i128) {
        if account == to.len() {
            let tally = check(instance, to).expect("it keeps to circles and locks");
            *best = tally.objective.min(*best);
            return;
        }
        let (reps, _) = instance.circles.of(instance.accounts.circle[account]);
        let nobody = (!instance.accounts.locked[account]).then_some(NOBODY);
        for rep in reps.iter().map(|rep| u32::from(*rep)).chain(nobody) {
            to[account] = rep;
            go(instance, account + 1, to, best);
        }
    }
    let mut best = i128::MAX;
    go(instance, 0, &mut to, &mut best);
    best
}

/// Values of all books.
pub(crate) fn values(instance: &Instance, to: &[u32]) -> Vec<i64> {
    let tally = check(instance, to).expect("a plan");
    let all = tally.amounts.iter().skip(VALUE).step_by(instance.gauges);
    all.copied().collect()
}

/// Standard deviation over mean.
pub(crate) fn cv(values: &[i64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<i64>() as f64 / count;
    let squares = values.iter().map(|value| (*value as f64 - mean).powi(2));
    (squares.sum::<f64>() / count).sqrt() / mean
}
