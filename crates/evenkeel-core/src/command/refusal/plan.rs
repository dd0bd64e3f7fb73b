//! Why a plan of the books was refused, and its words.

/// A refusal about plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPlanned {
    /// There is nothing to plan.
    NothingToPlan,
    /// No remembered plan has this number.
    PlanUnknown {
        /// The number asked for.
        plan: u32,
    },
    /// The plan does not stand where this could be done.
    PlanElsewhere {
        /// Its number.
        plan: u32,
        /// Where it stands.
        stands: &'static str,
        /// Where it would have to stand.
        needs: &'static str,
    },
    /// The books have moved since the plan was made.
    PlanStale {
        /// Its number; `None` while it is made.
        plan: Option<u32>,
        /// How many changes matter.
        count: u64,
        /// The first of them, in words.
        changes: Vec<String>,
    },
}

impl NotPlanned {
    /// Its place among the refusals about plans.
    pub(super) fn rank(&self) -> usize {
        match self {
            Self::NothingToPlan => 0,
            Self::PlanUnknown { .. } => 1,
            Self::PlanElsewhere { .. } => 2,
            Self::PlanStale { .. } => 3,
        }
    }

    /// What is wrong, with the values seen.
    pub(super) fn message(&self) -> String {
        match self {
            Self::NothingToPlan => "There is nothing to plan: no record is in a book.".into(),
            Self::PlanUnknown { plan } => format!("There is no plan {plan}."),
            Self::PlanElsewhere {
                plan,
                stands,
                needs,
            } => format!("Plan {plan} is {stands}; this needs one that is {needs}."),
            Self::PlanStale {
                plan,
                count,
                changes,
            } => {
                let which = match plan {
                    Some(plan) => format!("Plan {plan}"),
                    None => "The plan".to_owned(),
                };
                let more = count - changes.len() as u64;
                let more = match more {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let changes = changes.join("; ");
                format!("{which} no longer fits the books: {changes}{more}.")
            }
        }
    }

    /// What to do about it.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::NothingToPlan => {
                "Deal or assign records first, or look at `accounts` under `[plan]`."
            }
            Self::PlanUnknown { .. } => "Only the newest plans are remembered; make a new one.",
            Self::PlanElsewhere { .. } => "Look at the plan again; somebody decided meanwhile.",
            Self::PlanStale { .. } => "Make a new plan, and compare it with this one.",
        }
    }
}
