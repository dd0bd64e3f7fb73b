//! How many accounts a rep needs to reach quota with a stated chance.
//!
//! Plain division (quota over conversion times deal) gives the number that is enough in about every
//! other year. What is added here: the spread of outcomes, and that a conversion learned from few
//! accounts is not known well. Deliberately a plan for one rep and one period; it says nothing of
//! which accounts.
//! *Source*: guide "science" section 6.

use crate::measure::compound::{self, Account};
use crate::measure::normal::{below, density, quantile};

/// Most accounts that are looked at; beyond it there is no answer.
pub const ACCOUNTS_MAX: u64 = 10_000_000;
/// Into how many parts a conversion that is not known well is cut.
const PARTS: usize = 32;

/// How often accounts close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Conversion {
    /// Taken for known, 0 to 1.
    Known(f64),
    /// Learned from history.
    Seen {
        /// Accounts that closed.
        won: u64,
        /// Of so many that were worked.
        of: u64,
    },
}

/// What accounts bring.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deals {
    conversion: Conversion,
    mean: f64,
    cv: f64,
}

/// The numbers for one quota.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// Quota over what an account brings on average, rounded up.
    pub plain: u64,
    /// Chance of the quota with so many.
    pub plain_chance: f64,
    /// Accounts for the chance asked for; `None` when no number gives it on so little history.
    pub accounts: Option<u64>,
    /// Chance of the quota with them, worked out on a grid.
    pub chance: Option<f64>,
}

impl Deals {
    /// From a conversion, a mean deal and the spread of deals over it.
    ///
    /// *Refuses*, in order: a conversion not above 0 and below 1, or more won than worked; a mean
    /// deal not above 0; a spread below 0 or above 10.
    pub fn new(conversion: Conversion, mean: f64, cv: f64) -> Result<Self, &'static str> {
        let sound = match conversion {
            Conversion::Known(part) => part > 0.0 && part < 1.0,
            Conversion::Seen { won, of } => of > 0 && won <= of && of < 1 << 50,
        };
        if !sound {
            return Err("a conversion lies between 0 and 1, with no more won than worked");
        }
        if !(mean > 0.0 && mean.is_finite()) {
            return Err("the mean deal must be above 0");
        }
        if !(0.0..=10.0).contains(&cv) {
            return Err("the spread of deals over their mean lies between 0 and 10");
        }
        Ok(Self {
            conversion,
            mean,
            cv,
        })
    }

    /// The conversion to reckon with: the mean of what history leaves open (Jeffreys).
    ///
    /// *Example*: 6 of 100 is 0.0644.
    pub fn conversion(&self) -> f64 {
        match self.conversion {
            Conversion::Known(part) => part,
            Conversion::Seen { won, of } => (won as f64 + 0.5) / (of as f64 + 1.0),
        }
    }

    /// How far the conversion itself may be off: its variance.
    fn doubt(&self) -> f64 {
        match self.conversion {
            Conversion::Known(_) => 0.0,
            Conversion::Seen { of, .. } => {
                let part = self.conversion();
                part * (1.0 - part) / (of as f64 + 2.0)
            }
        }
    }

    /// Mean and variance of what so many accounts bring.
    fn moments(&self, accounts: f64) -> (f64, f64) {
        let part = self.conversion();
        let each = self.mean * self.mean * part * (1.0 - part + self.cv * self.cv);
        let shared = accounts * accounts * self.mean * self.mean * self.doubt();
        (accounts * part * self.mean, accounts * each + shared)
    }

    /// Accounts that bring `quota` with this chance, by the normal formula, to the nearest whole.
    ///
    /// *Bounds*: `None` beyond [`ACCOUNTS_MAX`], or when so little history leaves more doubt than
    /// any number of accounts can make good.
    /// *Example*: 250,000 at 6 %, deals of 30,000 with a spread of 0.8: 200 for 80 %; 224 when the
    /// 6 % are 6 of 100.
    pub fn needed(&self, quota: f64, chance: f64) -> Option<u64> {
        let z = quantile(chance);
        let enough = |accounts: f64| {
            let (mean, variance) = self.moments(accounts);
            mean - z * variance.sqrt() >= quota
        };
        let (mut low, mut high) = (0.0, ACCOUNTS_MAX as f64);
        if !enough(high) {
            return None;
        }
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if enough(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Some((high.round() as u64).max(1))
    }

    /// Chance of `quota` with so many accounts by the normal formula: what [`Deals::needed`] turns
    /// round.
    pub fn formula(&self, accounts: u64, quota: f64) -> f64 {
        let (mean, variance) = self.moments(accounts as f64);
        match variance > 0.0 {
            true => below((mean - quota) / variance.sqrt()),
            false if mean >= quota => 1.0,
            false => 0.0,
        }
    }

    /// Chance of `quota` with so many accounts: the normal formula, mended for the skew of few
    /// large deals (one term of Edgeworth's series; lognormal deals).
    pub fn chance(&self, accounts: u64, quota: f64) -> f64 {
        let count = accounts as f64;
        let (mean, variance) = self.moments(count);
        if variance <= 0.0 {
            return if mean >= quota { 1.0 } else { 0.0 };
        }
        let part = self.conversion();
        let square = 1.0 + self.cv * self.cv;
        let third = part * square.powi(3) - 3.0 * part * part * square + 2.0 * part.powi(3);
        let skew = count * self.mean.powi(3) * third / variance.powf(1.5);
        let x = (quota - mean) / variance.sqrt();
        let short = below(x) - skew / 6.0 * (x * x - 1.0) * density(x);
        (1.0 - short).clamp(0.0, 1.0)
    }

    /// The same worked out on a grid: nothing assumed of the sum, and a conversion that is not
    /// known well averaged over what history leaves open.
    pub fn exact(&self, accounts: u64, quota: f64) -> f64 {
        let account = |conversion| Account {
            conversion,
            mean: self.mean,
            cv: self.cv,
        };
        let parts = match self.conversion {
            Conversion::Known(part) => return compound::reaches(accounts, account(part), quota),
            Conversion::Seen { won, of } => open(won, of),
        };
        let each = |(part, weight): &(f64, f64)| {
            weight * compound::reaches(accounts, account(*part), quota)
        };
        parts.iter().map(each).sum()
    }

    /// Everything about one quota.
    pub fn need(&self, quota: f64, chance: f64) -> Need {
        let plain = (quota / (self.conversion() * self.mean)).ceil() as u64;
        let plain = plain.clamp(1, ACCOUNTS_MAX);
        let accounts = self.needed(quota, chance);
        Need {
            plain,
            plain_chance: self.exact(plain, quota),
            accounts,
            chance: accounts.map(|accounts| self.exact(accounts, quota)),
        }
    }
}

/// Conversions that history leaves open, each with its weight: the posterior on an even grid of
/// five deviations to both sides; weights add up to 1.
fn open(won: u64, of: u64) -> Vec<(f64, f64)> {
    let (wins, losses) = (won as f64 + 0.5, (of - won) as f64 + 0.5);
    let mean = wins / (wins + losses);
    let reach = 5.0 * (mean * (1.0 - mean) / (wins + losses + 1.0)).sqrt();
    let (low, high) = ((mean - reach).max(0.0), (mean + reach).min(1.0));
    let width = (high - low) / PARTS as f64;
    let log = |part: f64| (wins - 1.0) * part.ln() + (losses - 1.0) * (1.0 - part).ln();
    let parts = (0..PARTS).map(|at| low + (at as f64 + 0.5) * width);
    let parts: Vec<(f64, f64)> = parts.map(|part| (part, log(part))).collect();
    let most = parts.iter().map(|(_, log)| *log).fold(f64::MIN, f64::max);
    let total: f64 = parts.iter().map(|(_, log)| (log - most).exp()).sum();
    let weigh = |(part, log): (f64, f64)| (part, (log - most).exp() / total);
    parts.into_iter().map(weigh).collect()
}
