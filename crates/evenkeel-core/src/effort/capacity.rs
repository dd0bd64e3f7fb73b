//! How much a book should hold, by experience: a tier from time as a *closing* account executive,
//! a ramp for newcomers, tools and support on top, and exceptions that somebody answers for.
//!
//! A stock in standard accounts. Deliberately neither a cap (how many come a day or month) nor a
//! quota (what must be sold): those are settings of their own, and a rep needs room by all three.
//! *Source*: seed 003.

use crate::ids::FieldNo;
use crate::market::value::{Facts, Value};
use crate::people::rep::Profile;
use crate::time::{Moment, Span};
use crate::units::{Micro, ONE};
use std::collections::BTreeMap;

/// Most tiers.
pub const TIERS_MAX: usize = 10;
/// Most months of a ramp.
pub const RAMP_MAX: usize = 36;
/// Most fields that multiply a capacity.
pub const TOOLS_MAX: usize = 8;
/// Most exceptions.
pub const EXCEPTIONS_MAX: usize = 1_000;
/// Largest book that can be set, in standard accounts.
pub const ACCOUNTS_MAX: Micro = Micro::whole(1_000_000);
/// Most that tools and support multiply a capacity with.
pub const SUPPORT_MAX: Micro = Micro::whole(10);
/// A year of experience: 365.25 days.
pub const YEAR: Span = Span(31_557_600_000);
/// Part of the target below which a book is too small whose band begins at nothing: what the seed's
/// mid tier has (75 of 100).
const FLOOR: Micro = Micro(750_000);
/// A month of a ramp: 30 days.
pub const MONTH: Span = Span::days(30);

/// How capacities are derived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Ascending by `years`, the first from 0.
    pub tiers: Vec<Tier>,
    /// Part of the target in the first months, oldest last; then all of it. Empty is no ramp.
    pub ramp: Vec<Micro>,
    /// Rep field (time) from which the ramp counts; without it, the start as a closer does.
    pub ramp_since: Option<FieldNo>,
    /// Rep fields (number) that multiply the target: tools, support staff. 1 where missing.
    pub support: Vec<FieldNo>,
    /// Reps, by key, for whom somebody decided otherwise.
    pub exceptions: BTreeMap<String, Exception>,
}

/// One band of experience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Its name.
    pub name: String,
    /// From so many years as a closer on, included.
    pub years: Micro,
    /// What its books should hold, in standard accounts.
    pub accounts: Micro,
    /// A book below this is too small.
    pub least: Micro,
    /// A book from here on is too large; in the last tier, only above it (guide "mission" 2.5).
    pub most: Micro,
    /// What the accounts of such a book should cost, from and up to and including.
    pub suits: (Micro, Micro),
}

/// A capacity that somebody decided, against what experience says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// What the book should hold, with ramp and support already in it.
    pub accounts: Micro,
    /// Why: a code of the workspace.
    pub reason: String,
    /// Who decided it: the key of a rep, or a word such as a role.
    pub by: String,
    /// Until when (excluded); `None` for good.
    pub until: Option<Moment>,
}

/// What one book should hold at a moment, in standard accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Position of the tier; `None` when the rep's experience is not known.
    pub tier: Option<usize>,
    /// What it should hold.
    pub accounts: Micro,
    /// Below this it is too small.
    pub least: Micro,
    /// From here on it is too large.
    pub most: Micro,
    /// Whether `most` itself is still well.
    pub most_fits: bool,
    /// Part of the tier's target that the ramp leaves.
    pub ramp: Micro,
    /// What tools and support multiply it with.
    pub support: Micro,
    /// Whether an exception is in force.
    pub excepted: bool,
}

impl Capacity {
    /// The bands of seed 003: targets of 60, 100 and 150 in books below 75, from 75 to below 125,
    /// and from 125 to 175. No ramp, no support, no exception.
    pub fn usual() -> Self {
        let tier = |name: &str, years, [accounts, least, most]: [i64; 3], suits: (i64, i64)| Tier {
            name: name.to_owned(),
            years: Micro::whole(years),
            accounts: Micro::whole(accounts),
            least: Micro::whole(least),
            most: Micro::whole(most),
            suits: (Micro(suits.0), Micro(suits.1)),
        };
        Self {
            tiers: vec![
                tier("rookie", 0, [60, 0, 75], (0, 1_500_000)),
                tier("mid", 1, [100, 75, 125], (500_000, 3_000_000)),
                tier("veteran", 5, [150, 125, 175], (1_000_000, 100_000_000)),
            ],
            ramp: Vec::new(),
            ramp_since: None,
            support: Vec::new(),
            exceptions: BTreeMap::new(),
        }
    }

    /// Position of the tier after `time` as a closer; a start that is still to come is the first.
    ///
    /// *Example*: exactly one year is `mid`: bands are half-open.
    pub fn tier(&self, time: Span) -> usize {
        let years = i128::from(time.0) * i128::from(ONE.0);
        let reached = |tier: &Tier| i128::from(tier.years.0) * i128::from(YEAR.0) <= years;
        self.tiers.iter().rposition(reached).unwrap_or(0)
    }

    /// Part of the target after `time`, 0 to 1.
    pub fn ramped(&self, time: Span) -> Micro {
        let month = usize::try_from(time.0.div_euclid(MONTH.0)).unwrap_or(0);
        self.ramp.get(month).copied().unwrap_or(ONE)
    }

    /// What the book of this rep should hold at `now`; `None` for somebody of whom neither the
    /// start as a closer nor an exception is known.
    ///
    /// *Bounds*: [`ACCOUNTS_MAX`]; support counts for at most [`SUPPORT_MAX`]. Each product is
    /// rounded down.
    pub fn of(&self, key: &str, profile: &Profile, now: Moment) -> Option<Target> {
        let in_force = |one: &&Exception| one.until.is_none_or(|end| now < end);
        let exception = self.exceptions.get(key).filter(in_force);
        let time = profile.closing_since.map(|since| now - since);
        let tier = time.map(|time| self.tier(time));
        let ramp = self.ramp_of(profile, now);
        let support = self.support_of(profile);
        let full = tier.map(|tier| scaled(self.tiers[tier].accounts, &[ramp, support]));
        let accounts = exception
            .map(|one| one.accounts)
            .or(full)?
            .min(ACCOUNTS_MAX);
        // An exception moves the band along with the target.
        let edge = |edge: Micro| match tier {
            Some(tier) => {
                let target = self.tiers[tier].accounts.0.max(1);
                let edge = i128::from(edge.0) * i128::from(accounts.0) / i128::from(target);
                Micro(i64::try_from(edge).unwrap_or(ACCOUNTS_MAX.0)).min(ACCOUNTS_MAX)
            }
            None => accounts,
        };
        let of = tier.map(|tier| &self.tiers[tier]);
        Some(Target {
            tier,
            accounts,
            least: of.map_or(Micro(0), |tier| edge(tier.least)),
            most: of.map_or(accounts, |tier| edge(tier.most)),
            most_fits: tier.is_none_or(|tier| tier + 1 == self.tiers.len()),
            ramp,
            support,
            excepted: exception.is_some(),
        })
    }

    fn ramp_of(&self, profile: &Profile, now: Moment) -> Micro {
        let since = match self.ramp_since {
            Some(field) => match profile.attributes.fact(field) {
                Some(Value::Time(since)) => Some(*since),
                _ => None,
            },
            None => profile.closing_since,
        };
        since.map_or(ONE, |since| self.ramped(now - since))
    }

    fn support_of(&self, profile: &Profile) -> Micro {
        let parts = self
            .support
            .iter()
            .map(|field| match profile.attributes.fact(*field) {
                Some(Value::Number(part)) => (*part).max(Micro(0)),
                _ => ONE,
            });
        parts.fold(ONE, |all, part| scaled(all, &[part]).min(SUPPORT_MAX))
    }
}

impl Target {
    /// Whether a book of this load is too large.
    pub fn is_over(&self, load: Micro) -> bool {
        load > self.most || load == self.most && !self.most_fits
    }

    /// Whether it is too small.
    pub fn is_under(&self, load: Micro) -> bool {
        load < self.floor()
    }

    /// Below this a book is too small: the band's lower end, or, of a band that begins at nothing,
    /// three quarters of the target, so that the ramp counts.
    ///
    /// *Example*: a rookie with a target of 60 is under-supplied below 45; in a first month at half
    /// of it, below 22.5.
    pub fn floor(&self) -> Micro {
        match self.least {
            Micro(1..) => self.least,
            _ => scaled(self.accounts, &[FLOOR]),
        }
    }
}

fn scaled(amount: Micro, parts: &[Micro]) -> Micro {
    let times = |amount: i128, part: &Micro| {
        let product = amount * i128::from(part.0) / i128::from(ONE.0);
        product.min(i128::from(ACCOUNTS_MAX.0))
    };
    let product = parts.iter().fold(i128::from(amount.0), times);
    Micro(i64::try_from(product).unwrap_or(ACCOUNTS_MAX.0))
}
