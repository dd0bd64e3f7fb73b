//! What one rep more would win, with the leads there are.
//!
//! Ramp times capacity times close rate counts leads that do not exist: in scarce supply a new rep
//! takes them from others who close more of them. Here the same leads are shared out as well as can
//! be, without the hire and with, and only the difference counts. It is a forecast by a model of
//! how follow-up drops beyond capacity; what the policy in force would make of it is in
//! [`super::hire_deal`].
//! *Source*: guide "science" sections 4 and 6.

use crate::earn::fill::{self, Limits, Vessel, times};
use crate::earn::regime::Regime;
use crate::units::{Micro, ONE};

/// Most months that are looked at.
pub const MONTHS_MAX: usize = 60;

/// One rep's close rate and how many leads a month it works well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Close rate, 0 to 1.
    pub rate: Micro,
    /// Leads a month.
    pub capacity: Micro,
}

/// How far a newcomer has come: parts of its later rate and capacity, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ramped {
    /// Part of the close rate.
    pub rate: Micro,
    /// Part of the capacity.
    pub capacity: Micro,
}

/// Somebody who may be hired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hire {
    /// What the rep will be once ramped.
    pub seat: Seat,
    /// Month by month, as many as are looked at.
    pub ramp: Vec<Ramped>,
}

/// What a hire is worth over the months looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worth {
    /// The usual forecast: ramp times capacity times close rate. Shown beside, never used.
    pub naive: Micro,
    /// Wins of the team without the hire, leads shared out as well as can be.
    pub without: Micro,
    /// Wins more with the hire, and the same leads.
    pub more: Micro,
    /// The same by month.
    pub monthly: Vec<Micro>,
    /// Leads over what the team can work without the hire.
    pub load: Micro,
}

impl Hire {
    /// A newcomer who begins with these parts and comes up in even steps until after `months`.
    ///
    /// *Bounds*: `look` at most [`MONTHS_MAX`].
    /// *Example*: from 0.5 over 12 months: 0.541666 in the first month, 1 from the twelfth on.
    pub fn ramping(seat: Seat, begins: Ramped, months: u32, look: usize) -> Self {
        let part = |begins: Micro, month: usize| {
            let steps = i64::from(months.max(1));
            let done = i64::try_from(month + 1).unwrap_or(steps).min(steps);
            Micro(begins.0 + (ONE.0 - begins.0) * done / steps)
        };
        let month = |month| Ramped {
            rate: part(begins.rate, month),
            capacity: part(begins.capacity, month),
        };
        let ramp = (0..look.min(MONTHS_MAX)).map(month).collect();
        Self { seat, ramp }
    }

    /// The hire in one of the months.
    pub fn at(&self, ramped: Ramped) -> Seat {
        Seat {
            rate: times(self.seat.rate, ramped.rate),
            capacity: times(self.seat.capacity, ramped.capacity),
        }
    }
}

/// What the hire is worth with `supply` leads a month, or, with named books, that many accounts of
/// the market that nobody has.
pub fn worth(team: &[Seat], hire: &Hire, supply: Micro) -> Worth {
    let before = best(team, supply);
    let months = hire.ramp.iter().map(|ramped| {
        let mut all = team.to_vec();
        all.push(hire.at(*ramped));
        best(&all, supply) - before
    });
    let monthly: Vec<Micro> = months.map(|more| more.max(Micro(0))).collect();
    let naive = hire.ramp.iter().map(|ramped| {
        let capacity = times(hire.seat.capacity, ramped.capacity);
        times(capacity, hire.seat.rate)
    });
    let capacity: Micro = team.iter().map(|seat| seat.capacity).sum();
    let count = i64::try_from(monthly.len()).expect("a bounded number of months");
    Worth {
        naive: naive.sum(),
        without: Micro(before.0 * count),
        more: monthly.iter().copied().sum(),
        monthly,
        load: quotient(supply, capacity),
    }
}

impl Worth {
    /// The answer in a sentence or two.
    pub fn sentence(&self) -> String {
        let whole = |amount: Micro| (amount.0 + ONE.0 / 2).div_euclid(ONE.0);
        let (more, naive, months) = (whole(self.more), whole(self.naive), self.monthly.len());
        let percent = self.load.0 / 10_000;
        let leads = match Regime::at(self.load) {
            Regime::Scarce => format!(
                "Leads are scarce ({percent}% of what the team can work): more leads would win \
                 more, another rep does not."
            ),
            Regime::Tight | Regime::Enough => {
                format!("Leads are at {percent}% of what the team can work.")
            }
            Regime::Plenty => format!(
                "There are more leads than the team can work ({percent}%): another rep takes what \
                 others cannot follow up."
            ),
        };
        let worth = match more {
            0 => format!("Over {months} months the hire adds nothing"),
            1 => format!("Over {months} months the hire adds about 1 win"),
            more => format!("Over {months} months the hire adds about {more} wins"),
        };
        format!("{worth}; ramp times capacity would say {naive}. {leads}")
    }
}

/// Wins a month when the leads are shared out as well as can be.
fn best(team: &[Seat], supply: Micro) -> Micro {
    let vessels: Vec<Vessel> = team.iter().map(Seat::vessel).collect();
    let limits = Limits {
        floor: Micro(0),
        most: ONE,
    };
    let filled = fill::fill(supply, &vessels, limits);
    fill::wins(&vessels, &filled)
}

impl Seat {
    /// Of somebody who wins nothing.
    pub const NOTHING: Self = Self {
        rate: Micro(0),
        capacity: Micro(0),
    };

    /// The seat as the filling sees it.
    pub(super) fn vessel(&self) -> Vessel {
        Vessel {
            rate: self.rate,
            capacity: self.capacity,
            plain: Micro(0),
            floor_only: false,
        }
    }
}

fn quotient(amount: Micro, over: Micro) -> Micro {
    let quotient = i128::from(amount.0) * i128::from(ONE.0) / i128::from(over.0.max(1));
    Micro(i64::try_from(quotient).unwrap_or(i64::MAX))
}
