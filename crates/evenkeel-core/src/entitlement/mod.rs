//! How much of a pool's flow each member is entitled to: factors that scale the weights, one a
//! file.
//!
//! Shares only say what is fair; that everybody gets what is fair is the ledger's work, whatever is
//! written here. This file is only the list of factors and how they multiply; a new one is a file
//! and an arm. Deliberately knows nothing of a record.

pub mod capacity;
pub mod earned;
pub mod headroom;
pub mod quota;
pub mod weighted;

use crate::market::value::Attributes;
use crate::policy::document::{BookSize, Share};
use crate::units::{Micro, ONE};

/// Weight of the heaviest member where shares scale weights.
pub const SCALE: u32 = 1_000_000;

/// What a factor may look at.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Fields of the rep.
    pub attributes: &'a Attributes,
    /// What is open in the rep's book, in standard accounts.
    pub load: Micro,
    /// What the book should hold by experience, if that is known.
    pub tier: Option<Micro>,
    /// The weight that is to be scaled.
    pub weight: u32,
    /// What a grant multiplies it with; one without.
    pub earned: Micro,
}

impl Claim<'_> {
    /// What the book should hold, if that is known.
    fn holds(&self, size: BookSize) -> Option<Micro> {
        match size {
            BookSize::Field(field) => weighted::number(self.attributes, field),
            BookSize::Tier => self.tier,
        }
    }
}

/// The factor for one member, not negative; `None` when it is not known.
fn factor(share: Share, claim: &Claim<'_>) -> Option<Micro> {
    match share {
        Share::Weight(field) => weighted::factor(claim, field),
        Share::Capacity { capacity, cycle } => capacity::factor(claim, capacity, cycle),
        Share::Headroom(capacity) => headroom::factor(claim, capacity),
        Share::Quota { quota, booked } => quota::factor(claim, quota, booked),
        Share::Earned => earned::factor(claim),
    }
}

/// The weights with all factors multiplied in: the heaviest is [`SCALE`], the others in proportion.
///
/// *Order and ties*: as `claims`. *Bounds*: rounded down, but never to zero for somebody with a
/// claim; all zero when nobody has one.
/// *Example*: capacities 60 and 120, cycles 30 and 60 days: both 1,000,000.
pub fn weights(shares: &[Share], claims: &[Claim<'_>]) -> Vec<u32> {
    let mut weights: Vec<u128> = claims
        .iter()
        .map(|claim| u128::from(claim.weight))
        .collect();
    weights = relative(&weights);
    for share in shares {
        let factors = claims.iter().map(|claim| factor(*share, claim));
        let factors = relative(&filled(&factors.collect::<Vec<_>>()));
        for (weight, factor) in weights.iter_mut().zip(factors) {
            *weight = product(*weight, factor);
        }
        weights = relative(&weights);
    }
    let fits = |weight: &u128| u32::try_from(*weight / FINE.div_ceil(u128::from(SCALE)));
    weights
        .iter()
        .map(
            |weight| match fits(weight).expect("relative to the scale") {
                0 if *weight > 0 => 1,
                weight => weight,
            },
        )
        .collect()
}

/// The scale while multiplying: finer than [`SCALE`], so that rounding does not add up.
const FINE: u128 = 1_000_000_000_000;

/// In proportion, the largest being [`FINE`]; what is above zero stays above zero.
fn relative(amounts: &[u128]) -> Vec<u128> {
    let most = amounts.iter().copied().max().unwrap_or(0).max(1);
    let scaled = amounts.iter().map(|amount| match amount * FINE / most {
        0 if *amount > 0 => 1,
        scaled => scaled,
    });
    scaled.collect()
}

fn product(one: u128, other: u128) -> u128 {
    match one * other / FINE {
        0 if one > 0 && other > 0 => 1,
        product => product,
    }
}

/// With the average of the known ones in place of the unknown ones, rounded down.
fn filled(factors: &[Option<Micro>]) -> Vec<u128> {
    let amount = |factor: &Micro| u128::from(factor.0.max(0).unsigned_abs());
    let known = || factors.iter().flatten().map(amount);
    let average = match known().count() as u128 {
        0 => amount(&ONE),
        count => known().sum::<u128>() / count,
    };
    factors
        .iter()
        .map(|factor| factor.as_ref().map_or(average, amount))
        .collect()
}
