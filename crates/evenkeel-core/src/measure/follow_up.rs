//! Up to how many leads a month a rep follows up.
//!
//! Months of one rep are sorted by how many leads came in; the volume is looked for above which the
//! follow-up rate drops most, and the drop is believed only if sorting the same months otherwise
//! seldom gives one as large. What a further lead brings in wins stands beside it.
//!
//! Deliberately advice and no measurement of a person: busy months differ in more than volume, and
//! nobody dealt volumes at random.
//! *Source*: seed 002 (2.6, 2.7); Miller and Siegmund 1982 on the best of many splits.

use super::figure::{Figure, count, number};
use super::line::slope;
use super::permutation::Arrangements;
use super::proportion::Tally;
use super::unknown::Unknown;
use crate::draw::DrawKey;
use std::collections::BTreeSet;

/// Months it takes in all, and on each side of a split.
const MONTHS_MIN: (usize, usize) = (6, 2);
/// A drop is told at this chance or less.
const TOLD: f64 = 0.05;

/// One month of one rep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Month {
    /// Leads that came in: the volume.
    pub leads: u32,
    /// Those of which it is known whether they were followed up.
    pub known: u32,
    /// Those followed up within the team's time.
    pub followed_up: u32,
    /// Those won in time; `None` while some of them still may be.
    pub wins: Option<u32>,
}

impl Month {
    fn follow_up(&self) -> Tally {
        Tally::of(f64::from(self.followed_up), f64::from(self.known))
    }

    fn close(&self) -> Option<Tally> {
        Some(Tally::of(f64::from(self.wins?), f64::from(self.leads)))
    }
}

/// Where the follow-up rate drops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drop {
    /// The most leads in a month before the drop.
    pub up_to: u32,
    /// The follow-up rate up to there; n is leads.
    pub below: Figure,
    /// The rate above.
    pub above: Figure,
    /// The chance of such a drop, if volume did not matter.
    pub p: f64,
}

/// One rep's follow-up against volume.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FollowUp {
    /// The follow-up rate; n is leads. `None` where nothing tells what was followed up.
    pub follow_up: Option<Figure>,
    /// The close rate of months whose wins are known; n is leads.
    pub close: Figure,
    /// Wins that a further lead a month brings; n is months whose wins are known.
    pub marginal_wins: Figure,
    /// Where follow-up drops, if it is known to.
    pub drop: Option<Drop>,
    /// The chance of the largest drop seen, if volume did not matter.
    pub p: f64,
    /// Months.
    pub months: usize,
}

impl FollowUp {
    /// Looks at a rep's months.
    ///
    /// *Order and ties*: months with the same volume stay together; of equal drops the one at the
    /// lowest volume.
    /// *Bounds*: months without leads whose follow-up is known are left out; where there are only
    /// such, wins alone are looked at.
    /// *Refuses*: [`Unknown::TooFew`] with fewer than six months, or all of one volume.
    pub fn of(months: &[Month], key: &DrawKey) -> Result<Self, Unknown> {
        let told = months.iter().any(|month| month.known > 0);
        let counts = |month: &&Month| month.known > 0 || (!told && month.leads > 0);
        let mut months: Vec<Month> = months.iter().filter(counts).copied().collect();
        months.sort_by_key(|month| month.leads);
        let splits: Vec<usize> = (MONTHS_MIN.1..=months.len().saturating_sub(MONTHS_MIN.1))
            .filter(|at| {
                months
                    .get(*at)
                    .is_some_and(|month| month.leads > months[at - 1].leads)
            })
            .collect();
        if months.len() < MONTHS_MIN.0 || splits.is_empty() {
            let volumes: BTreeSet<u32> = months.iter().map(|month| month.leads).collect();
            let (n, what) = match months.len() < MONTHS_MIN.0 {
                true => (months.len(), "month"),
                false => (volumes.len(), "unlike month"),
            };
            return Err(Unknown::TooFew {
                n: n as f64,
                needed: MONTHS_MIN.0 as f64,
                what,
            });
        }
        let tallies: Vec<Tally> = months.iter().map(Month::follow_up).collect();
        let places: Vec<usize> = (0..months.len()).collect();
        let arrangements = Arrangements::of(&places, key);
        let largest = |order: &Vec<usize>| largest_drop(&tallies, order, &splits).1;
        let p = Arrangements::p(arrangements.all.iter().map(largest));
        let (split, size) = largest_drop(&tallies, &places, &splits);
        let wins: Vec<(f64, f64)> = months
            .iter()
            .filter_map(|month| Some((f64::from(month.leads), f64::from(month.wins?))))
            .collect();
        let side = |months: &[Month]| months.iter().map(Month::follow_up).sum::<Tally>().figure();
        Ok(Self {
            follow_up: told.then(|| side(&months)),
            close: months
                .iter()
                .filter_map(Month::close)
                .sum::<Tally>()
                .figure(),
            marginal_wins: slope(&wins),
            drop: (told && size > 0.0 && p <= TOLD).then(|| Drop {
                up_to: months[split - 1].leads,
                below: side(&months[..split]),
                above: side(&months[split..]),
                p,
            }),
            p,
            months: months.len(),
        })
    }

    /// In words.
    pub fn sentence(&self, name: &str) -> String {
        let months = count(self.months as f64, "month");
        let Some(follow_up) = self.follow_up else {
            let further = self.further();
            return format!("{name}: what was followed up is not known ({months}). {further}");
        };
        let Some(drop) = self.drop else {
            return format!(
                "{name} follows up {} of the leads, and no volume is known above which that drops \
                 ({months}). {}",
                follow_up.as_percent(),
                self.further()
            );
        };
        format!(
            "{name} follows up {} of the leads in months of up to {} and {} above; by chance such a \
             drop comes up in {} of 100 orders of the {months}. A cap of {} a month may fit: this is \
             advice.",
            drop.below.as_percent(),
            drop.up_to,
            drop.above.as_percent(),
            number(drop.p * 100.0),
            drop.up_to
        )
    }

    /// What a further lead a month brings, in words.
    pub fn further(&self) -> String {
        let months = count(self.marginal_wins.n, "month");
        match self.marginal_wins.interval.high.is_finite() {
            true => format!(
                "A further lead a month brings {} wins ({months}).",
                self.marginal_wins.as_number()
            ),
            false => format!(
                "What a further lead a month brings is not known: wins of {months} are known."
            ),
        }
    }
}

/// The split at which the rate drops most, with how many standard errors that is; 0 if it never
/// drops.
fn largest_drop(tallies: &[Tally], order: &[usize], splits: &[usize]) -> (usize, f64) {
    let all: Tally = tallies.iter().copied().sum();
    let spread = all.rate() * (1.0 - all.rate());
    let mut largest = (splits[0], 0.0);
    let (mut below, mut next) = (Tally::default(), 0);
    for split in splits {
        while next < *split {
            below = below + tallies[order[next]];
            next += 1;
        }
        let above = Tally::of(all.wins - below.wins, all.trials - below.trials);
        let error = (spread * (1.0 / below.trials + 1.0 / above.trials)).sqrt();
        let size = match error > 0.0 {
            true => (below.rate() - above.rate()) / error,
            false => 0.0,
        };
        if size > largest.1 {
            largest = (*split, size);
        }
    }
    largest
}
