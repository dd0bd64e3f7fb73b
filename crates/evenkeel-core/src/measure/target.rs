//! How long until a rep has the wins of the period's target.
//!
//! Reached, it is the day. Not yet, it is foretold from the pace so far, with the chance that is in
//! so few wins: further wins over past ones follow a beta distribution, whatever the pace is.
//! Deliberately without season and pipeline; it is the pace and nothing else.
//! *Source*: seed 001 (1.11); Box and Tiao 1973, 1.4 (Poisson wins, Jeffreys' prior).

use super::figure::{Figure, Interval, count, number};
use super::special::beta_quantile;
use super::unknown::Unknown;
use crate::time::{DAY, Span};

/// Where a rep stands on the way to a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ToTarget {
    /// It was reached.
    Reached {
        /// How long after the period began.
        after: Span,
        /// Wins it took.
        wins: u32,
    },
    /// It is ahead.
    Ahead {
        /// Days from now; n is the wins so far.
        days: Figure,
        /// Wins missing.
        missing: u32,
    },
}

/// Where a rep stands: `wins` are how long after the period began each came, `elapsed` how much of
/// it is over.
///
/// *Refuses*: [`Unknown::Nothing`] at the beginning of a period, or without a target;
/// [`Unknown::NoWins`] before the first win.
pub fn to_target(wins: &[Span], target: u32, elapsed: Span) -> Result<ToTarget, Unknown> {
    if elapsed.0 <= 0 || target == 0 {
        return Err(Unknown::Nothing);
    }
    let mut wins: Vec<Span> = wins
        .iter()
        .filter(|after| **after <= elapsed)
        .copied()
        .collect();
    wins.sort();
    if let Some(after) = wins.get(target as usize - 1) {
        return Ok(ToTarget::Reached {
            after: *after,
            wins: target,
        });
    }
    if wins.is_empty() {
        return Err(Unknown::NoWins { n: 0.0 });
    }
    let n = wins.len() as f64;
    let missing = target - wins.len() as u32;
    let days = elapsed.0 as f64 / DAY.0 as f64;
    let at = |p: f64| {
        let share = beta_quantile(f64::from(missing), n + 0.5, p);
        days * share / (1.0 - share)
    };
    Ok(ToTarget::Ahead {
        days: Figure {
            value: at(0.5),
            interval: Interval {
                low: at(0.025),
                high: at(0.975),
            },
            n,
        },
        missing,
    })
}

impl ToTarget {
    /// In words.
    pub fn sentence(&self, name: &str) -> String {
        match self {
            Self::Reached { after, wins } => {
                format!(
                    "{name} reached the target of {} after {after}.",
                    count(f64::from(*wins), "win")
                )
            }
            Self::Ahead { days, missing } => format!(
                "At the pace so far ({}), {name} needs {} days for the {} missing (between {} and \
                 {}).",
                count(days.n, "win"),
                number(days.value.round()),
                count(f64::from(*missing), "win"),
                number(days.interval.low.round()),
                number(days.interval.high.round())
            ),
        }
    }
}
