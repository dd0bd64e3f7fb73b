//! Whether a rep picks the best of what is shown more than chance would.
//!
//! Each pick has a place among the records shown then, from the least worth to the most: the
//! middle of its part of the line from 0 to 1. Picks without regard to worth average 0.5 whatever
//! was shown. It says that somebody prefers the better ones, not that it is wrong: picking well may
//! be what a queue is for. If the list shows the best first, taking what is on top looks the same.
//! *Source*: guide "science" section 7.

use super::part::REACH;
use super::words;

/// Fewest picks before anything is said.
pub const PICKS_MIN: usize = 20;
/// From here on it is worth watching: by chance one rep in 44.
pub const WATCH: f64 = 2.0;
/// From here on it is no chance: by chance one rep in 740.
pub const CLEAR: f64 = 3.0;

/// One pick from what was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    /// How many of those shown were worth less than the one picked; of equal ones, those that an
    /// order fixed beforehand puts below.
    pub below: u32,
    /// How many were shown, with the one picked.
    pub shown: u32,
}

/// What is said of a rep's picks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Fewer than [`PICKS_MIN`] picks.
    TooEarly,
    /// Nothing that chance would not do.
    NoSign,
    /// Between [`WATCH`] and [`CLEAR`].
    Watch,
    /// At least [`CLEAR`].
    PicksTheBest,
    /// At most minus [`CLEAR`].
    PicksTheLeast,
}

/// A rep's picks as a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cherry {
    /// Average place of the picks: 0.5 without preference, 1 if always the best of very many.
    pub place: f64,
    /// Lower end of an interval of about 95 %.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Standard deviations above what chance gives.
    pub z: f64,
    /// Picks with a choice: at least two shown.
    pub n: usize,
    /// Picks without one, which say nothing.
    pub unchosen: usize,
    /// What is said of it.
    pub finding: Finding,
}

/// Looks at one rep's picks; their order does not matter.
///
/// *Bounds*: `below` counts as at most one less than `shown`.
/// *Example*: 60 picks, each the seventh of ten from below: place 0.65, z 4.0.
pub fn index(picks: &[Pick]) -> Cherry {
    let chosen = picks.iter().filter(|pick| pick.shown >= 2);
    let (mut n, mut sum, mut variance) = (0usize, 0.0, 0.0);
    for pick in chosen {
        let shown = f64::from(pick.shown);
        n += 1;
        sum += (f64::from(pick.below.min(pick.shown - 1)) + 0.5) / shown;
        variance += (1.0 - 1.0 / (shown * shown)) / 12.0;
    }
    let count = n.max(1) as f64;
    let place = if n == 0 { 0.5 } else { sum / count };
    let error = variance.sqrt() / count;
    let z = if n == 0 { 0.0 } else { (place - 0.5) / error };
    let reach = if n == 0 { 0.5 } else { REACH * error };
    let finding = match z {
        _ if n < PICKS_MIN => Finding::TooEarly,
        z if z >= CLEAR => Finding::PicksTheBest,
        z if z <= -CLEAR => Finding::PicksTheLeast,
        z if z >= WATCH => Finding::Watch,
        _ => Finding::NoSign,
    };
    Cherry {
        place,
        low: (place - reach).max(0.0),
        high: (place + reach).min(1.0),
        z,
        n,
        unchosen: picks.len() - n,
        finding,
    }
}

impl Cherry {
    /// In plain words.
    pub fn sentence(&self) -> String {
        let counted = format!(
            "on average at {:.0} of 100 from below, {:.0} to {:.0}; z = {:.1}, {}",
            self.place * 100.0,
            self.low * 100.0,
            self.high * 100.0,
            self.z,
            words::count(self.n, "pick")
        );
        match self.finding {
            Finding::TooEarly => format!(
                "Too early to tell: {}, and it takes {PICKS_MIN}.",
                words::count(self.n, "pick")
            ),
            Finding::NoSign => format!("No sign of picking the best ({counted})."),
            Finding::Watch => {
                format!("Picks the better ones somewhat; chance may still do that ({counted}).")
            }
            Finding::PicksTheBest => {
                format!("Picks the best of what is shown, far more than chance would ({counted}).")
            }
            Finding::PicksTheLeast => {
                format!("Picks the least of what is shown, far more than chance would ({counted}).")
            }
        }
    }
}
