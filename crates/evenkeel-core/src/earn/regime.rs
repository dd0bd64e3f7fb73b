//! How scarce leads are for the capacity there is, and so whether earning them pays.
//!
//! Only names what was measured on the model; the figures of a team come with its proposal.

use crate::units::{Micro, ONE};

/// What the flow is to the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Regime {
    /// Half of what the team could work, or less: earning pays most.
    Scarce,
    /// Up to three quarters.
    Tight,
    /// Up to all of it.
    Enough,
    /// More than the team can work: deal rateably; leads are not what is short.
    Plenty,
}

impl Regime {
    /// The regime at this load: leads over capacity.
    ///
    /// *Example*: 35 leads for a capacity of 100 are scarce.
    pub fn at(load: Micro) -> Self {
        match load {
            load if load <= Micro(ONE.0 / 2) => Self::Scarce,
            load if load <= Micro(ONE.0 / 4 * 3) => Self::Tight,
            load if load <= ONE => Self::Enough,
            _ => Self::Plenty,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Scarce => "scarce",
            Self::Tight => "tight",
            Self::Enough => "enough",
            Self::Plenty => "plenty",
        }
    }

    /// What to do about it, in a sentence.
    pub fn advice(self) -> &'static str {
        match self {
            Self::Scarce => "Leads are scarce: earning them pays most here.",
            Self::Tight => "Leads are rather short: earning them pays.",
            Self::Enough => {
                "There are about as many leads as the team can work: earning them pays a little."
            }
            Self::Plenty => "There are more leads than the team can work: deal them rateably.",
        }
    }
}
