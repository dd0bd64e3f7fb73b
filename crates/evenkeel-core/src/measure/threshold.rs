//! After how many days without activity a record should be taken back, and how often that is wrong.
//!
//! A **gap** begins with a touch and ends with the next one, or never. Of all gaps a part `a` never
//! ends: the record was abandoned with that touch. `S(t)` is the chance of any other gap to last
//! `t` days. Of the gaps that get to `t`, `a / (a + (1 - a) S(t))` never end; the others would have
//! been touched again, and taking them away is wrong.
//!
//! Data show only the sum, `G(t) = a + (1 - a) S(t)`: how many gaps last `t` days. Where `a` ends
//! and slow but living accounts begin cannot be told from a gap that is still open. Therefore
//! *abandoned* means **not touched again within a horizon**, and `a` is `G` at the horizon, which
//! needs gaps followed that far; or a person states `a`. No shape of `S` is assumed: `G` is the
//! Kaplan-Meier curve by days, open gaps counted as open.
//!
//! Intervals leave out one group of accounts at a time, since a slow account has many slow gaps.
//! Not the value of taking a record back: that is [`super::recycle_time`].
//! *Source*: guide "science" section 8; Maller and Zhou 1996 for `a` as the height where the curve
//! ends, and what it takes.

use super::hazard::{BINS_MAX, Exposure, reaches};
use super::jackknife::{self, GROUPS};
use super::part::Part;
use super::survival::Observed;
use super::words;
use std::fmt;

/// Fewest gaps that a touch ended.
pub const CLOSED_MIN: usize = 100;
/// Fewest gaps that got to a threshold before anything is said about it.
pub const REACHED_MIN: usize = 30;
/// Fewest gaps followed to the horizon before what never ends is estimated.
pub const FOLLOWED_MIN: usize = 20;

/// From a touch to the next, or until now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Whose: a number that tells accounts apart.
    pub account: u64,
    /// Whole days that passed.
    pub days: u32,
    /// Whether a touch ended it; otherwise it is open.
    pub closed: bool,
}

/// How many gaps never end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Abandoned {
    /// By the data: those that last longer than the horizon.
    Estimated,
    /// A stated part of the gaps, 0 to 1.
    OfGaps(f64),
    /// A stated part of the accounts, 0 to 1: each of them has one gap that never ends.
    OfAccounts(f64),
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// The part of what is taken away that may have been alive.
    pub wrong: f64,
    /// The part at which the owner is warned.
    pub warn: f64,
    /// Not touched for so many days is abandoned.
    pub horizon: u32,
    /// How many gaps never end.
    pub abandoned: Abandoned,
}

impl Default for Question {
    /// One in ten wrong, a warning at one in four, abandoned after half a year, estimated.
    fn default() -> Self {
        Self {
            wrong: 0.1,
            warn: 0.25,
            horizon: 180,
            abandoned: Abandoned::Estimated,
        }
    }
}

/// Why there is no advice.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NoAdvice {
    /// Too few gaps that a touch ended.
    FewClosed { have: usize, need: usize },
    /// Too few gaps followed to the horizon, so what never ends cannot be estimated.
    FewFollowed {
        have: usize,
        need: usize,
        horizon: u32,
    },
    /// Too few gaps got to the threshold.
    FewReached { days: u32, have: usize, need: usize },
    /// More is said to be abandoned than the data leave room for.
    Contradicted { stated: f64, most: Part },
    /// No threshold up to the horizon is wrong so rarely.
    NeverSoRare { days: u32, wrong: Part },
}

/// A threshold and what it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// Take back after so many days.
    pub days: u32,
    /// The threshold if the data are wrong one way, of an interval of about 95 %.
    pub low: u32,
    /// If they are wrong the other way; `None` if that is beyond the horizon.
    pub high: Option<u32>,
    /// Of what is taken back after `days`, the part that would have been touched again. `n` is the
    /// gaps that got there.
    pub wrong: Part,
    /// Warn the owner after so many days.
    pub warn: u32,
    /// Of all gaps, the part that never ends.
    pub abandoned: Part,
    /// Whether that part was stated by a person.
    pub stated: bool,
    /// Abandoned means not touched for so many days.
    pub horizon: u32,
    /// Gaps looked at.
    pub n: usize,
    /// Accounts they belong to.
    pub accounts: usize,
}

/// What the gaps of one segment say about any threshold.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaps {
    question: Question,
    n: usize,
    accounts: usize,
    /// Gaps that got to each day.
    at_risk: Vec<f64>,
    all: Fit,
    without: Vec<Fit>,
}

/// The curve and the part that never ends, of all gaps or without one group.
#[derive(Clone, Debug, PartialEq)]
struct Fit {
    /// The chance of a gap to last each number of days, from 0 to the horizon.
    lasts: Vec<f64>,
    abandoned: f64,
}

impl Fit {
    fn of(exposure: &Exposure, stated: Option<f64>) -> Self {
        let lasts = reaches(&exposure.chances());
        let abandoned = stated.unwrap_or(lasts[lasts.len() - 1]);
        Self { lasts, abandoned }
    }

    /// `(1 - a) S / (a + (1 - a) S)`, which is one less `a / G`.
    fn wrong(&self, days: usize) -> f64 {
        let lasts = self.lasts[days];
        if lasts > 0.0 {
            (1.0 - self.abandoned / lasts).max(0.0)
        } else {
            0.0
        }
    }
}

impl Gaps {
    /// Looks at the gaps of one segment; their order does not matter.
    ///
    /// *Bounds*: a horizon of 1 to 3,650 days. A gap that a touch ended after the horizon counts
    /// as one that never ended.
    /// *Refuses*: `FewClosed`, `FewFollowed` (only when it has to estimate), `Contradicted`.
    pub fn of(gaps: &[Gap], question: Question) -> Result<Self, NoAdvice> {
        let horizon = (question.horizon as usize).clamp(1, BINS_MAX);
        let ends = |gap: &&Gap| gap.closed && (gap.days as usize) < horizon;
        let closed = gaps.iter().filter(ends).count();
        if closed < CLOSED_MIN {
            let need = CLOSED_MIN;
            return Err(NoAdvice::FewClosed { have: closed, need });
        }
        let groups = grouped(gaps);
        let exposure = |gaps: &[Gap]| Exposure::of(gaps.iter().map(Gap::observed), 1, horizon);
        let all = exposure(gaps);
        let stated = match question.abandoned {
            Abandoned::Estimated => None,
            Abandoned::OfGaps(part) => Some(part.clamp(0.0, 1.0)),
            Abandoned::OfAccounts(part) => {
                Some(part.clamp(0.0, 1.0) * groups.accounts as f64 / gaps.len() as f64)
            }
        };
        let followed = all.at_risk[horizon] as usize;
        if stated.is_none() && followed < FOLLOWED_MIN {
            return Err(NoAdvice::FewFollowed {
                have: followed,
                need: FOLLOWED_MIN,
                horizon: question.horizon,
            });
        }
        let without = groups.gaps.iter();
        let without = without.map(|group| Fit::of(&all.without(&exposure(group)), stated));
        let found = Self {
            question,
            n: gaps.len(),
            accounts: groups.accounts,
            all: Fit::of(&all, stated),
            without: without.collect(),
            at_risk: all.at_risk,
        };
        found.contradicted(stated)
    }

    /// Refuses a stated part that is clearly above what lasts to the end of the data.
    fn contradicted(self, stated: Option<f64>) -> Result<Self, NoAdvice> {
        let end = self.at_risk.partition_point(|left| *left > 0.0).max(1) - 1;
        let without: Vec<f64> = self.without.iter().map(|fit| fit.lasts[end]).collect();
        let most = jackknife::part(self.all.lasts[end], &without, self.n);
        match stated {
            Some(stated) if stated > most.high => Err(NoAdvice::Contradicted { stated, most }),
            _ => Ok(self),
        }
    }

    /// Of what is taken back after `days` without activity, the part that would have been touched
    /// again. `n` is the gaps that got there.
    ///
    /// *Bounds*: `days` beyond the horizon count as the horizon.
    /// *Refuses*: `FewReached`.
    pub fn wrong(&self, days: u32) -> Result<Part, NoAdvice> {
        let wrong = self.wrong_at(self.day(days));
        if wrong.n < REACHED_MIN {
            return Err(NoAdvice::FewReached {
                days,
                have: wrong.n,
                need: REACHED_MIN,
            });
        }
        Ok(wrong)
    }

    /// How far gaps were followed, in days.
    pub fn horizon(&self) -> u32 {
        self.all.lasts.len() as u32 - 1
    }

    /// Of all gaps, the part that never ends.
    pub fn abandoned(&self) -> Part {
        if self.question.abandoned != Abandoned::Estimated {
            let part = self.all.abandoned;
            return Part {
                value: part,
                low: part,
                high: part,
                n: self.n,
            };
        }
        let without: Vec<f64> = self.without.iter().map(|fit| fit.abandoned).collect();
        jackknife::part(self.all.abandoned, &without, self.n)
    }

    /// The smallest threshold that is wrong as rarely as asked, and when to warn.
    ///
    /// *Refuses*: `NeverSoRare`, `FewReached`.
    pub fn advice(&self) -> Result<Threshold, NoAdvice> {
        let last = self.all.lasts.len() - 1;
        let first = |part: f64, of: fn(Part) -> f64| {
            (0..=last).find(|days| of(self.wrong_at(*days)) <= part)
        };
        let asked = self.question.wrong;
        let Some(days) = first(asked, |wrong| wrong.value) else {
            return Err(NoAdvice::NeverSoRare {
                days: last as u32,
                wrong: self.wrong_at(last),
            });
        };
        let wrong = self.wrong(days as u32)?;
        let warn = first(self.question.warn.max(asked), |wrong| wrong.value);
        Ok(Threshold {
            days: days as u32,
            low: first(asked, |wrong| wrong.low).unwrap_or(days) as u32,
            high: first(asked, |wrong| wrong.high).map(|days| days as u32),
            wrong,
            warn: warn.unwrap_or(days) as u32,
            abandoned: self.abandoned(),
            stated: self.question.abandoned != Abandoned::Estimated,
            horizon: last as u32,
            n: self.n,
            accounts: self.accounts,
        })
    }

    fn day(&self, days: u32) -> usize {
        (days as usize).min(self.all.lasts.len() - 1)
    }

    fn wrong_at(&self, days: usize) -> Part {
        let without: Vec<f64> = self.without.iter().map(|fit| fit.wrong(days)).collect();
        let reached = self.at_risk[days] as usize;
        jackknife::part(self.all.wrong(days), &without, reached)
    }
}

impl Gap {
    fn observed(&self) -> Observed {
        Observed {
            length: u64::from(self.days),
            ended: self.closed,
        }
    }
}

/// Gaps dealt into groups, all of one account into the same.
struct Grouped {
    gaps: Vec<Vec<Gap>>,
    accounts: usize,
}

fn grouped(gaps: &[Gap]) -> Grouped {
    let mut sorted = gaps.to_vec();
    sorted.sort_unstable_by_key(|gap| (gap.account, gap.days, gap.closed));
    let mut groups = vec![Vec::new(); GROUPS];
    let mut accounts = 0;
    for account in sorted.chunk_by(|one, next| one.account == next.account) {
        groups[jackknife::group(account[0].account)].extend_from_slice(account);
        accounts += 1;
    }
    Grouped {
        gaps: groups,
        accounts,
    }
}

impl Threshold {
    /// In plain words.
    pub fn sentence(&self) -> String {
        let day = |days: u32| words::days(u64::from(days));
        let high = self
            .high
            .map_or("no upper end".to_owned(), |high| high.to_string());
        let source = if self.stated {
            "as stated"
        } else {
            "by the data"
        };
        format!(
            "Take a record back after {} without activity: of those taken back, {} would have \
             been touched again. The data allow {} to {high} days. Warn the owner after {}. {} of \
             gaps never end within {}, {source} ({}, {}).",
            day(self.days),
            self.wrong,
            self.low,
            day(self.warn),
            words::percent(self.abandoned.value),
            day(self.horizon),
            words::count(self.n, "gap"),
            words::count(self.accounts, "account"),
        )
    }
}

impl NoAdvice {
    /// In plain words.
    pub fn sentence(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for NoAdvice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FewClosed { have, need } => write!(
                f,
                "Not enough data: {} that a touch ended, and it takes {need}.",
                words::count(*have, "gap")
            ),
            Self::FewFollowed {
                have,
                need,
                horizon,
            } => write!(
                f,
                "Not enough data: {} followed for {}, and it takes {need}. Wait, choose a shorter \
                 horizon, or state how many are abandoned.",
                words::count(*have, "gap"),
                words::days(u64::from(*horizon))
            ),
            Self::FewReached { days, have, need } => write!(
                f,
                "Not enough data: {} got to {}, and it takes {need}.",
                words::count(*have, "gap"),
                words::days(u64::from(*days))
            ),
            Self::Contradicted { stated, most } => write!(
                f,
                "{} of gaps are said to be abandoned, but only {most} last so long.",
                words::percent(*stated)
            ),
            Self::NeverSoRare { days, wrong } => write!(
                f,
                "No threshold is wrong so rarely: even after {}, it is {wrong}.",
                words::days(u64::from(*days))
            ),
        }
    }
}
