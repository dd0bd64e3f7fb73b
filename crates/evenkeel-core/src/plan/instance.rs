//! What is to be planned: accounts, reps, who may have which, and what every book should hold.
//!
//! Plain numbers in a fixed order; names, fields and policies are turned into them by
//! [`crate::plan::setting`]. Nothing is decided here.
//!
//! The objective, in points (a point is what moving one ordinary account costs by default), is the
//! sum of
//! - for every account with a rep: the cost of the pair ([`Circles`]), and what moving costs if
//!   the rep is not the owner;
//! - for every account without: [`Instance::unplaced`] points, and its value on top;
//! - for every book and gauge: what the band says about the amount in the book.

use crate::plan::band::{AMOUNT_MAX, Band};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Most accounts of one plan.
pub const ACCOUNTS_MAX: usize = 20_000_000;
/// Most reps of one plan.
pub const REPS_MAX: usize = 60_000;
/// Most gauges: the three of every plan, and one for each level of each factor of the mix.
pub const GAUGES_MAX: usize = 500;
/// Highest cost of one pair and of one move, in micro-points: a thousand points.
pub const COST_MAX: u32 = 1_000_000_000;
/// Highest cost of an account without a rep, in micro-points: a hundred thousand points.
pub const UNPLACED_MAX: i64 = 100_000_000_000;
/// Greatest product of a price and an amount of one account, in pico-points.
pub const PRODUCT_MAX: i128 = 1 << 60;
/// One account, in micro-units.
pub const ONE: i64 = 1_000_000;

/// The gauge that counts accounts.
pub const COUNT: usize = 0;
/// The gauge of effort.
pub const EFFORT: usize = 1;
/// The gauge of value.
pub const VALUE: usize = 2;
/// The first gauge of a level of the mix.
pub const LEVELS: usize = 3;

/// No rep.
pub const NOBODY: u32 = u32::MAX;

/// Who may have which accounts, and at what cost. Accounts with the same answer share one circle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circles {
    starts: Vec<usize>,
    reps: Vec<u16>,
    costs: Vec<u32>,
}

impl Circles {
    /// Adds a circle: pairs of rep and cost in micro-points, by rep, each once.
    pub fn add(&mut self, pairs: impl IntoIterator<Item = (u32, u32)>) -> u32 {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let number = self.starts.len() - 1;
        for (rep, cost) in pairs {
            self.reps
                .push(u16::try_from(rep).expect("REPS_MAX is below 65,536"));
            self.costs.push(cost);
        }
        self.starts.push(self.reps.len());
        u32::try_from(number).expect("there are no more circles than accounts and locks")
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Pairs of all circles together.
    pub fn pairs(&self) -> usize {
        self.reps.len()
    }

    /// Reps and costs of one circle.
    pub fn of(&self, circle: u32) -> (&[u16], &[u32]) {
        let range = self.starts[circle as usize]..self.starts[circle as usize + 1];
        (&self.reps[range.clone()], &self.costs[range])
    }
}

/// Accounts, column by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// Who may have it: a number of [`Circles`].
    pub circle: Vec<u32>,
    /// Who has it now, or [`NOBODY`].
    pub owner: Vec<u32>,
    /// Whether it must stay with its owner.
    pub locked: Vec<bool>,
    /// What taking it away from its owner costs, in micro-points.
    pub keep: Vec<u32>,
    /// Effort, in micro-units of an average account.
    pub effort: Vec<i64>,
    /// Value, in micro-units of an average account.
    pub value: Vec<i64>,
    /// Gauges of its levels, `factors` of them for every account.
    pub levels: Vec<u16>,
    /// Factors of the mix.
    pub factors: usize,
}

impl Accounts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.circle.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.circle.is_empty()
    }

    /// Gauges of the levels of one account.
    pub fn levels_of(&self, account: usize) -> &[u16] {
        &self.levels[account * self.factors..(account + 1) * self.factors]
    }

    /// What one account adds to a book, gauge by gauge.
    pub fn adds(&self, account: usize) -> impl Iterator<Item = (usize, i64)> + '_ {
        let plain = [
            (COUNT, ONE),
            (EFFORT, self.effort[account]),
            (VALUE, self.value[account]),
        ];
        let levels = self.levels_of(account).iter();
        plain
            .into_iter()
            .chain(levels.map(|gauge| (usize::from(*gauge), ONE)))
    }
}

/// Everything that a plan is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Accounts.
    pub accounts: Accounts,
    /// Who may have which.
    pub circles: Circles,
    /// Gauges of every book.
    pub gauges: usize,
    /// What each book should hold: `gauges` bands for every rep.
    pub bands: Vec<Band>,
    /// What an account without a rep costs besides its value, in micro-points.
    pub unplaced: i64,
}

/// Why an instance cannot be planned; the first of the list is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flaw {
    /// More of something than fits.
    TooMany {
        /// Of what.
        what: String,
        /// How many there are.
        found: usize,
        /// How many fit.
        most: usize,
    },
    /// Columns of accounts, bands or circles that do not belong together.
    Shape(String),
    /// An account names a rep, a circle or a gauge that there is not, or is locked to nobody or to
    /// a rep who may not have it.
    Unknown {
        /// Which account.
        account: usize,
    },
    /// A pair or a move costs more than fits, or an account without a rep does.
    Cost,
    /// An amount below zero, or so large beside the others that it cannot be weighed exactly.
    Amount {
        /// Which account.
        account: usize,
    },
    /// A band that is not in order.
    Band {
        /// Of which rep.
        rep: usize,
        /// For which gauge.
        gauge: usize,
    },
}

impl Instance {
    /// How many reps there are.
    pub fn reps(&self) -> usize {
        self.bands.len() / self.gauges.max(1)
    }

    /// What a rep's book should hold, gauge by gauge.
    pub fn bands_of(&self, rep: usize) -> &[Band] {
        &self.bands[rep * self.gauges..(rep + 1) * self.gauges]
    }

    /// What an account without a rep costs, in pico-points.
    pub fn without(&self, account: usize) -> i64 {
        (self.unplaced + self.accounts.value[account]) * ONE
    }

    /// What a pair costs with the move, in pico-points; `None` when the rep may not have it.
    pub fn pair(&self, account: usize, rep: u32) -> Option<i64> {
        let (reps, costs) = self.circles.of(self.accounts.circle[account]);
        let at = reps.iter().position(|one| u32::from(*one) == rep)?;
        Some((i64::from(costs[at]) + self.moving(account, rep)) * ONE)
    }

    /// What moving an account to `rep` costs, in micro-points; nothing for its owner, and nothing
    /// when nobody owns it.
    pub fn moving(&self, account: usize, rep: u32) -> i64 {
        let owner = self.accounts.owner[account];
        match owner == rep || owner == NOBODY {
            true => 0,
            false => i64::from(self.accounts.keep[account]),
        }
    }

    /// What all accounts together hold, gauge by gauge.
    pub fn totals(&self) -> Vec<i64> {
        let mut totals = vec![0; self.gauges];
        for account in 0..self.accounts.len() {
            for (gauge, amount) in self.accounts.adds(account) {
                totals[gauge] += amount;
            }
        }
        totals
    }

    /// Looks for what keeps it from being planned.
    pub fn check(&self) -> Result<(), Flaw> {
        let accounts = &self.accounts;
        let count = accounts.len();
        for (what, found, most) in [
            ("accounts", count, ACCOUNTS_MAX),
            ("reps", self.reps(), REPS_MAX),
            ("gauges", self.gauges, GAUGES_MAX),
        ] {
            if found > most {
                let what = what.into();
                return Err(Flaw::TooMany { what, found, most });
            }
        }
        let columns = [
            accounts.owner.len() == count,
            accounts.locked.len() == count,
            accounts.keep.len() == count,
            accounts.effort.len() == count,
            accounts.value.len() == count,
            accounts.levels.len() == count * accounts.factors,
            self.gauges >= LEVELS && self.bands.len().is_multiple_of(self.gauges),
        ];
        if columns.contains(&false) {
            return Err(Flaw::Shape("columns of different length".into()));
        }
        let reps = 0..self.reps() as u32;
        for circle in 0..self.circles.len() as u32 {
            let (who, costs) = self.circles.of(circle);
            let known = who.iter().all(|rep| reps.contains(&u32::from(*rep)));
            if !known || !who.is_sorted_by(|one, next| one < next) {
                return Err(Flaw::Shape(format!("circle {circle} is not in order")));
            }
            if costs.iter().any(|cost| *cost > COST_MAX) {
                return Err(Flaw::Cost);
            }
        }
        if !(0..=UNPLACED_MAX).contains(&self.unplaced) {
            return Err(Flaw::Cost);
        }
        if let Some(at) = self.bands.iter().position(|band| !band.fits()) {
            let (rep, gauge) = (at / self.gauges, at % self.gauges);
            return Err(Flaw::Band { rep, gauge });
        }
        self.check_accounts()
    }

    fn check_accounts(&self) -> Result<(), Flaw> {
        let accounts = &self.accounts;
        let mut dearest = vec![0; self.gauges];
        for bands in self.bands.chunks(self.gauges) {
            for (price, band) in dearest.iter_mut().zip(bands) {
                *price = band.price_max().max(*price);
            }
        }
        let mut totals = vec![0i128; self.gauges];
        for account in 0..accounts.len() {
            let owner = accounts.owner[account];
            let known = (owner == NOBODY || (owner as usize) < self.reps())
                && (accounts.circle[account] as usize) < self.circles.len()
                && accounts
                    .levels_of(account)
                    .iter()
                    .all(|gauge| (LEVELS..self.gauges).contains(&usize::from(*gauge)));
            if !known || accounts.locked[account] && self.pair(account, owner).is_none() {
                return Err(Flaw::Unknown { account });
            }
            if accounts.keep[account] > COST_MAX {
                return Err(Flaw::Cost);
            }
            for (gauge, amount) in accounts.adds(account) {
                let product = i128::from(amount) * i128::from(dearest[gauge]);
                totals[gauge] += i128::from(amount);
                let fits = amount >= 0 && product <= PRODUCT_MAX;
                if !fits || totals[gauge] > i128::from(AMOUNT_MAX) {
                    return Err(Flaw::Amount { account });
                }
            }
        }
        Ok(())
    }

    /// A digest of all of it. A plan carries it, so that it is never applied to something else.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(b"evenkeel plan instance 1");
        let mut number = |number: i64| hasher.update(number.to_le_bytes());
        number(self.accounts.len() as i64);
        number(self.gauges as i64);
        number(self.unplaced);
        for band in &self.bands {
            let Band {
                floor,
                low,
                high,
                ceiling,
                slope,
                wall,
            } = *band;
            for part in [floor, low, high, ceiling, slope, wall] {
                number(part);
            }
        }
        for circle in 0..self.circles.len() as u32 {
            let (reps, costs) = self.circles.of(circle);
            number(reps.len() as i64);
            for (rep, cost) in reps.iter().zip(costs) {
                number(i64::from(*rep));
                number(i64::from(*cost));
            }
        }
        let accounts = &self.accounts;
        for account in 0..accounts.len() {
            let head = [
                i64::from(accounts.circle[account]),
                i64::from(accounts.owner[account]),
                i64::from(accounts.locked[account]),
                i64::from(accounts.keep[account]),
            ];
            for part in head {
                number(part);
            }
            for (gauge, amount) in accounts.adds(account) {
                number(gauge as i64);
                number(amount);
            }
        }
        hasher.finalize().into()
    }
}
