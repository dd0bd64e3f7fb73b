//! How much of a trial a lead of a given age is.
//!
//! A lead of yesterday could hardly be won yet; counted in full it makes a new rep look bad, left
//! out it wastes what is known. So a lead counts as the share of wins that come within its age:
//! `G(age) = CIF(age) / CIF(horizon)`. A lead that was not won stays at risk until today whether it
//! is called lost or left open, so closing or not closing leads moves no rate.
//! Deliberately one curve for all reps: a slower rep is told low until the horizon, which is why
//! every rate stands beside its share of leads past it.
//! *Source*: guide "science" section 3 (d); chain ladder; Chapelle 2014.

use super::incidence::Incidence;
use super::unknown::Unknown;
use crate::ids::RepNo;
use crate::time::Span;

/// The horizon, where none is given: so much of all wins come within it.
const HORIZON_SHARE: f64 = 0.9;

/// How a lead stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Still open.
    Open,
    /// Closed and not won.
    Lost,
    /// Won.
    Won {
        /// How long after it was dealt.
        after: Span,
    },
}

/// One lead that was dealt, whatever became of it: voided ones count too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lead {
    /// Whose it counts as, by the credit rule; `None` when nobody knows.
    pub rep: Option<RepNo>,
    /// How long ago it was dealt.
    pub age: Span,
    /// How it stands.
    pub outcome: Outcome,
}

impl Lead {
    /// How long it took to win it; never longer than it is old.
    fn won_after(&self) -> Option<Span> {
        match self.outcome {
            Outcome::Won { after } => Some(after.min(self.age)),
            Outcome::Open | Outcome::Lost => None,
        }
    }

    /// Whether it was won within `horizon`.
    pub fn won_within(&self, horizon: Span) -> bool {
        self.won_after().is_some_and(|after| after <= horizon)
    }
}

/// The curve of a team's time to win, up to a horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Maturity {
    /// Wins count when they come within it.
    pub horizon: Span,
    curve: Incidence<1>,
    at_horizon: f64,
}

impl Maturity {
    /// Learns the curve. Without a `horizon` it is the time within which 90 % of all wins come.
    ///
    /// *Refuses*: [`Unknown::Nothing`] without leads, [`Unknown::NoWins`] without a win within the
    /// horizon.
    pub fn of(leads: &[Lead], horizon: Option<Span>) -> Result<Self, Unknown> {
        if leads.is_empty() {
            return Err(Unknown::Nothing);
        }
        let curve = Incidence::<1>::of(leads.iter().map(|lead| match lead.won_after() {
            Some(after) => (after, Some(0)),
            None => (lead.age, None),
        }));
        let most = curve.share(0, Span(i64::MAX));
        let n = leads.len() as f64;
        let horizon = horizon
            .or_else(|| curve.when(0, most * HORIZON_SHARE).filter(|_| most > 0.0))
            .ok_or(Unknown::NoWins { n })?;
        let at_horizon = curve.share(0, horizon);
        match at_horizon > 0.0 {
            true => Ok(Self {
                horizon,
                curve,
                at_horizon,
            }),
            false => Err(Unknown::NoWins { n }),
        }
    }

    /// How much of a trial a lead of this age is, 0 to 1; 1 from the horizon on.
    pub fn weight(&self, age: Span) -> f64 {
        match age >= self.horizon {
            true => 1.0,
            false => self.curve.share(0, age) / self.at_horizon,
        }
    }
}
