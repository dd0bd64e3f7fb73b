//! What happens to plans of the books: made, approved, carried out, taken back.
//!
//! A plan is carried out in one event, so that nobody ever sees half of it; it names every record
//! that changes its place.

use crate::holding::planned::{Lost, Made, Shift, Without};
use crate::ids::RecordNo;
use serde::{Deserialize, Serialize};

/// One fact about a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Planned {
    /// A plan was made.
    Made(Box<Made>),
    /// Somebody approved it.
    Approved {
        /// Its number.
        plan: u32,
    },
    /// Somebody decided against it.
    Dropped {
        /// Its number.
        plan: u32,
    },
    /// It was carried out: these records changed their places, all at once.
    Applied {
        /// Its number.
        plan: u32,
        /// Which, ascending by record.
        shifts: Vec<Shift>,
    },
    /// It was taken back.
    Undone {
        /// Its number.
        plan: u32,
        /// What went back, ascending by record.
        shifts: Vec<Shift>,
        /// What could not, and why.
        lost: Vec<(RecordNo, Lost)>,
    },
    /// Of a plan just made: these records have no place in it and stay where they are.
    Unplaced {
        /// Its number.
        plan: u32,
        /// Which, by reason.
        without: Vec<Without>,
    },
}

impl Planned {
    /// The records that change their places.
    pub fn shifts(&self) -> &[Shift] {
        match self {
            Self::Applied { shifts, .. } | Self::Undone { shifts, .. } => shifts,
            Self::Made(_)
            | Self::Approved { .. }
            | Self::Dropped { .. }
            | Self::Unplaced { .. } => &[],
        }
    }

    /// Number of the plan.
    pub fn plan(&self) -> u32 {
        match self {
            Self::Made(made) => made.number,
            Self::Approved { plan }
            | Self::Dropped { plan }
            | Self::Applied { plan, .. }
            | Self::Undone { plan, .. }
            | Self::Unplaced { plan, .. } => *plan,
        }
    }
}
