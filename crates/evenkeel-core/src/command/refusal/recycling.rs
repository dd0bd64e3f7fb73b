//! Why something about recycling or returns was refused; part of the ordered list.

use crate::time::Moment;

/// A refused return, keep, retrieval or decision about a sweep. *Order*: as listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRecycled {
    /// The record is in nobody's book.
    Unowned {
        /// Its key.
        record: String,
    },
    /// The policy takes nothing back for this reason.
    ReturnUnknown {
        /// The reason asked for.
        reason: String,
        /// The reasons there are.
        known: Vec<String>,
    },
    /// The rep has given back as many records as the policy allows in 30 days.
    ReturnLimit {
        /// Key of the rep.
        rep: String,
        /// The limit.
        limit: u32,
        /// When the next one is possible.
        frees: Moment,
    },
    /// The owner has kept the record as often in a row as the policy allows.
    KeepLimit {
        /// Its key.
        record: String,
        /// The limit.
        limit: u32,
    },
    /// There is no sweep with this number, or it is forgotten by now.
    SweepUnknown {
        /// The number asked for.
        sweep: u32,
    },
    /// The sweep does not stand where this is possible.
    SweepElsewhere {
        /// Its number.
        sweep: u32,
        /// Where it stands, in words.
        stands: &'static str,
        /// What it would have to be, in words.
        needs: &'static str,
    },
    /// What the plan was made from has changed so that it would do something else.
    PlanMoved,
}

impl NotRecycled {
    /// Position among these.
    pub(super) fn rank(&self) -> usize {
        match self {
            Self::Unowned { .. } => 0,
            Self::ReturnUnknown { .. } => 1,
            Self::ReturnLimit { .. } => 2,
            Self::KeepLimit { .. } => 3,
            Self::SweepUnknown { .. } => 4,
            Self::SweepElsewhere { .. } => 5,
            Self::PlanMoved => 6,
        }
    }

    pub(super) fn message(&self) -> String {
        match self {
            Self::Unowned { record } => format!("Record {record:?} is in nobody's book."),
            Self::ReturnUnknown { reason, known } if known.is_empty() => {
                format!("The policy takes no records back, for {reason:?} or anything else.")
            }
            Self::ReturnUnknown { reason, known } => format!(
                "{reason:?} is no reason to give a record back; there are {}.",
                known.join(", ")
            ),
            Self::ReturnLimit { rep, limit, frees } => format!(
                "{rep} has given back {limit} records in 30 days, the most allowed, until {frees}."
            ),
            Self::KeepLimit { record, limit } => format!(
                "Record {record:?} was kept {limit} times in a row without work, the most allowed."
            ),
            Self::SweepUnknown { sweep } => format!("There is no sweep {sweep}."),
            Self::SweepElsewhere {
                sweep,
                stands,
                needs,
            } => format!("Sweep {sweep} is {stands}, and would have to be {needs}."),
            Self::PlanMoved => {
                "What the plan was made from has changed: it would do something else now.".into()
            }
        }
    }

    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Unowned { .. } => "Look where the record is; only what a rep has can be taken.",
            Self::ReturnUnknown { .. } => {
                "Use a reason the policy lists under `[returns]`, or add this one there."
            }
            Self::ReturnLimit { .. } => {
                "Close the record, ask a manager to reassign it, or raise `per_month`."
            }
            Self::KeepLimit { .. } => "Work on the record and log it, or give it back.",
            Self::SweepUnknown { .. } => "`GET /api/v1/recycling` lists the sweeps.",
            Self::SweepElsewhere { .. } => {
                "Look at the sweep again; somebody may have been faster."
            }
            Self::PlanMoved => "Make the plan again, look at it, and apply that one.",
        }
    }
}
