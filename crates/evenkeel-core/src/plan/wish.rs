//! What people wish for, as bands: even counts, room for effort, an even part of value and mix.
//!
//! An even part is taken among reps who are linked: who may have an account in common, or are
//! linked by others who may. What lies in a territory of its own is shared within it, and nobody is
//! asked for what they may not have. Amounts of fields are scaled here; nothing is decided.

use crate::plan::band::{AMOUNT_MAX, Band, RATE_MAX};
use crate::plan::instance::{Accounts, COUNT, Circles, EFFORT, Instance, LEVELS, ONE, VALUE};

/// What is wished for one rep's book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// As many accounts as it comes to.
    pub free: bool,
    /// Fewest accounts; with neither this nor `high`, and not `free`, an even part of the accounts.
    pub low: Option<u32>,
    /// Most accounts.
    pub high: Option<u32>,
    /// Most effort, in the micro-units of the accounts; `None` is no limit.
    pub effort: Option<i64>,
    /// How large a part of value and mix it should have beside others; `None` is the middle of
    /// `low` and `high`, else the effort there is room for, else as large as the others' in the
    /// mean.
    pub share: Option<u32>,
}

/// How much it matters that books are even.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// How far a book's value may be from its part, in millionths of the part, at no cost.
    pub tolerance_ppm: u32,
    /// What an ordinary account's worth of value beyond that costs, in micro-points.
    pub value: u32,
    /// What an account too many or too few of a kind costs, in micro-points.
    pub mix: u32,
}

/// Beyond this part of a book, in millionths, unevenness costs three times as much.
const FAR_PPM: i64 = 100_000;
/// What an account above the count, or an ordinary account's effort above the room, costs.
const WALL: i64 = 2_000 * ONE;
/// What an ordinary account's effort above the room costs.
const EFFORT_WALL: i64 = 50 * ONE;
/// What an account without a rep costs besides its value.
pub const UNPLACED: i64 = 1_000 * ONE;

/// Divides amounts by the power of ten that leaves an ordinary one below ten units, so that prices
/// stay exact; gives the power. An amount loses less than a millionth of an ordinary one.
pub fn scale(amounts: &mut [i64]) -> i64 {
    let total: i128 = amounts.iter().map(|amount| i128::from(*amount)).sum();
    let mut power = 1i64;
    while total / amounts.len().max(1) as i128 / i128::from(power) >= 10 * i128::from(ONE) {
        power *= 10;
    }
    amounts.iter_mut().for_each(|amount| *amount /= power);
    power
}

/// The instance for these wishes. `levels` tells which levels ask for an even mix; the others are
/// only counted. `power` is by what effort was divided.
pub fn instance(
    accounts: Accounts,
    circles: Circles,
    wishes: &[Wish],
    levels: &[bool],
    (balance, power): (Balance, i64),
) -> Instance {
    let gauges = LEVELS + levels.len();
    let groups = linked(&accounts, &circles, wishes.len());
    let shares = shares(wishes);
    let mut totals = vec![0i64; wishes.len() * gauges];
    let mut weights = vec![0i64; wishes.len()];
    for (rep, share) in shares.iter().enumerate() {
        weights[groups[rep]] += share;
    }
    for account in 0..accounts.len() {
        if let Some(rep) = circles.of(accounts.circle[account]).0.first() {
            let at = groups[usize::from(*rep)] * gauges;
            for (gauge, amount) in accounts.adds(account) {
                totals[at + gauge] += amount;
            }
        }
    }
    let ordinary = |gauge: usize| {
        let all: i64 = totals.iter().skip(gauge).step_by(gauges).sum();
        (all / accounts.len().max(1) as i64).max(1)
    };
    let (effort, value) = (ordinary(EFFORT), ordinary(VALUE));
    let rate = |points: i64, ordinary: i64| {
        let rate = i128::from(points) * i128::from(ONE) / i128::from(ordinary);
        i64::try_from(rate).unwrap_or(RATE_MAX).min(RATE_MAX / 2)
    };
    let mut bands = Vec::with_capacity(wishes.len() * gauges);
    for (rep, wish) in wishes.iter().enumerate() {
        let (group, share) = (groups[rep], shares[rep]);
        let part = |gauge: usize| {
            let whole = i128::from(totals[group * gauges + gauge]) * i128::from(share);
            (whole / i128::from(weights[group])) as i64
        };
        bands.push(count(wish, part(COUNT)));
        bands.push(room(wish, power, rate(EFFORT_WALL, effort)));
        // Where nothing has a value there is nothing to even out.
        bands.push(match totals[group * gauges + VALUE] {
            0 => Band::FREE,
            _ => {
                let slope = rate(i64::from(balance.value), value);
                even(part(VALUE), balance, slope)
            }
        });
        for (level, wanted) in levels.iter().enumerate() {
            bands.push(match wanted {
                false => Band::FREE,
                true => mixed(part(LEVELS + level), i64::from(balance.mix)),
            });
        }
    }
    Instance {
        accounts,
        circles,
        gauges,
        bands,
        unplaced: UNPLACED,
    }
}

/// The number of the group of linked reps that each rep belongs to.
pub fn linked(accounts: &Accounts, circles: &Circles, reps: usize) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..reps).collect();
    fn root(parent: &mut [usize], mut rep: usize) -> usize {
        while parent[rep] != rep {
            parent[rep] = parent[parent[rep]];
            rep = parent[rep];
        }
        rep
    }
    let mut seen = vec![false; circles.len()];
    for circle in &accounts.circle {
        if std::mem::replace(&mut seen[*circle as usize], true) {
            continue;
        }
        for pair in circles.of(*circle).0.windows(2) {
            let (one, other) = (usize::from(pair[0]), usize::from(pair[1]));
            let (one, other) = (root(&mut parent, one), root(&mut parent, other));
            parent[one.max(other)] = one.min(other);
        }
    }
    (0..reps).map(|rep| root(&mut parent, rep)).collect()
}

/// Shares as numbers: what is said, else the middle of the count, else as much as the others have
/// in the mean.
fn shares(wishes: &[Wish]) -> Vec<i64> {
    let said = wishes.iter().map(|wish| {
        let middle = wish.high.map(|high| {
            let high = i64::from(high);
            (wish.low.map_or(high, i64::from) + high) / 2
        });
        let room = wish.effort.map(|room| room / ONE);
        wish.share.map(i64::from).or(middle).or(room)
    });
    let said: Vec<Option<i64>> = said.collect();
    let known: Vec<i64> = said.iter().flatten().copied().collect();
    let mean = (known.iter().sum::<i64>() / known.len().max(1) as i64).max(1);
    said.iter()
        .map(|share| share.unwrap_or(mean).max(1))
        .collect()
}

/// As many accounts as is said, else an even part, rounded either way.
fn count(wish: &Wish, part: i64) -> Band {
    let (low, high) = match (wish.low, wish.high) {
        _ if wish.free => (0, AMOUNT_MAX),
        (None, None) => (part / ONE * ONE, (part + ONE - 1) / ONE * ONE),
        (low, high) => {
            let most = high.map_or(AMOUNT_MAX, |high| i64::from(high) * ONE);
            (i64::from(low.unwrap_or(0)) * ONE, most)
        }
    };
    Band {
        floor: low,
        low,
        high,
        ceiling: high,
        slope: 0,
        wall: WALL,
    }
}

/// Room for effort.
fn room(wish: &Wish, power: i64, wall: i64) -> Band {
    match wish.effort {
        None => Band::FREE,
        Some(room) => Band {
            high: room / power,
            ceiling: room / power,
            wall,
            ..Band::FREE
        },
    }
}

/// An even part, with its tolerance.
fn even(part: i64, balance: Balance, slope: i64) -> Band {
    let by = |ppm: i64| (i128::from(part) * i128::from(ppm) / i128::from(ONE)) as i64;
    let free = by(i64::from(balance.tolerance_ppm));
    let far = by(FAR_PPM).max(free);
    Band {
        floor: part - far.min(part),
        low: part - free.min(part),
        high: part + free,
        ceiling: part + far,
        slope,
        wall: 2 * slope,
    }
}

/// An even part in whole accounts.
fn mixed(part: i64, slope: i64) -> Band {
    let (low, high) = (part / ONE * ONE, (part + ONE - 1) / ONE * ONE);
    let far = (part / 4 / ONE).max(1) * ONE;
    Band {
        floor: (low - far).max(0),
        low,
        high,
        ceiling: high + far,
        slope,
        wall: 2 * slope,
    }
}
