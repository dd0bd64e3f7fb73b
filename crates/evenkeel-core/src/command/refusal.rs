//! Why a command was refused: a closed, ordered, documented list (law 4).
//!
//! *Order*: as listed. When several would apply, the first is given. A refusal appends nothing.
//! Words for people are in [`Refusal::message`] and [`Refusal::hint`]; `docs/reference/refusals.md`
//! is generated from this file and compared by a test.

use crate::command::refusal::recycling::NotRecycled;
use crate::holding::place::Place;
use crate::policy::problem::Problem;
use crate::territory::problem::TableProblem;
use crate::time::Moment;
use crate::verdict::claim::Budget;

mod claim;
pub mod recycling;
mod words;

/// A refused command.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// No policy has been published yet.
    PolicyMissing,
    /// The policy document has errors.
    PolicyRejected {
        /// Everything found, errors and warnings.
        problems: Vec<Problem>,
    },
    /// Somebody published another version in the meantime.
    PolicyMoved {
        /// The version the change was made from.
        based_on: u32,
        /// The version in force.
        current: u32,
    },
    /// No record has this key.
    RecordUnknown {
        /// The key asked for.
        record: String,
    },
    /// A record with this key is already here.
    RecordKnown {
        /// The key.
        record: String,
        /// Where it is.
        place: Place,
    },
    /// The record is closed.
    RecordClosed {
        /// The key.
        record: String,
    },
    /// The record is not where the caller thought.
    OwnerMoved {
        /// The key.
        record: String,
        /// The owner the caller saw; `None` is nobody.
        expected: Option<String>,
        /// The owner now.
        found: Option<String>,
    },
    /// No rep has this key.
    RepUnknown {
        /// The key asked for.
        rep: String,
    },
    /// The rep has left and can own nothing.
    RepLeft {
        /// The key.
        rep: String,
    },
    /// The rep already owns the record.
    RepOwnsIt {
        /// Key of the record.
        record: String,
        /// Key of the rep.
        rep: String,
    },
    /// No queue has this name in the policy in force.
    QueueUnknown {
        /// The name asked for.
        queue: String,
    },
    /// The policy gives no turn back for this reason.
    ReasonUnknown {
        /// The reason asked for.
        reason: String,
        /// The reasons the policy in force knows; none when it gives no turns back.
        known: Vec<String>,
    },
    /// There is no turn to give back: the record came otherwise, or the turn is back already.
    TurnUnknown {
        /// Key of the record.
        record: String,
    },
    /// The rep has given back as many turns as the policy allows in 30 days.
    VoidLimitReached {
        /// Key of the rep.
        rep: String,
        /// The limit.
        limit: u32,
        /// When the next one is possible.
        frees: Moment,
    },
    /// No pool has this name.
    PoolUnknown {
        /// The name asked for.
        pool: String,
    },
    /// The policy in force lets nothing be earned in the pool.
    PoolRateable {
        /// The pool.
        pool: String,
    },
    /// No member has passed the gate.
    NobodyEarned {
        /// The pool.
        pool: String,
        /// Own wins it takes.
        needed: u32,
    },
    /// Something is longer, larger or more than the stated bound.
    BoundExceeded {
        /// What, in words.
        what: &'static str,
        /// The bound.
        limit: u64,
        /// What came.
        seen: u64,
    },
    /// A value is not of the form that is needed.
    ValueRefused {
        /// Which value, in words.
        what: &'static str,
        /// What came, shortened.
        seen: String,
        /// What is needed.
        expected: &'static str,
    },
    /// There is nothing to change.
    NothingToDo,
    /// Something about recycling or returns.
    Recycling(NotRecycled),
    /// The territory table has errors.
    TerritoriesRejected {
        /// Everything found, errors first.
        problems: Vec<TableProblem>,
    },
    /// Somebody set another territory table in the meantime.
    TerritoriesMoved {
        /// The version the change was made from.
        based_on: u32,
        /// The version in force.
        current: u32,
    },
    /// The policy in force has no step of this name.
    StepUnknown {
        /// The name asked for.
        step: String,
        /// The steps there are, in order; none when the policy has no lifecycle.
        known: Vec<String>,
    },
    /// The record's present step does not lead to the one asked for.
    StepOutOfOrder {
        /// The key.
        record: String,
        /// The step it is at.
        now: String,
        /// The step asked for.
        step: String,
        /// The steps it may be handed to.
        next: Vec<String>,
    },
    /// The record is no longer in the queue.
    AlreadyTaken {
        /// The key.
        record: String,
        /// The queue asked for.
        queue: String,
        /// Where it is now.
        place: Place,
        /// Who has it, if somebody does.
        by: Option<String>,
        /// Since when.
        at: Option<Moment>,
    },
    /// The rep is not of those who may take records from the queue.
    NoPuller {
        /// The queue.
        queue: String,
        /// Key of the rep.
        rep: String,
    },
    /// The rep is paused or on leave.
    RepAway {
        /// Key of the rep.
        rep: String,
        /// First moment back; `None` while paused.
        until: Option<Moment>,
    },
    /// The rep has as much in hand as the queue allows.
    WipLimitReached {
        /// The queue.
        queue: String,
        /// Key of the rep.
        rep: String,
        /// Whether it is the limit on unworked claims, or on all in the book.
        unworked: bool,
        /// The most.
        limit: u32,
    },
    /// The rep has claimed as many as allowed in a sliding window.
    ClaimBudgetReached {
        /// The queue.
        queue: String,
        /// Key of the rep.
        rep: String,
        /// The window, the counts, and when there is room again.
        budget: Budget,
    },
    /// The rep had the record before, and not long enough ago.
    Cooling {
        /// Key of the record.
        record: String,
        /// Key of the rep.
        rep: String,
        /// When the rep may have it again.
        until: Moment,
    },
    /// Others are owed more records of this grade.
    GradeSpokenFor {
        /// Key of the record.
        record: String,
        /// Key of the rep.
        rep: String,
        /// Name of the grade.
        grade: String,
        /// Who is owed more, the most owed first; at most five.
        owed: Vec<String>,
        /// How many of the grade they take first, at most.
        ahead: u32,
    },
    /// The record is not among those that the queue shows the rep.
    NotShown {
        /// Key of the record.
        record: String,
        /// How many it shows; `None` is none at all.
        first: Option<u32>,
    },
    /// Nothing in the queue is for the rep now.
    NothingToClaim {
        /// The queue.
        queue: String,
        /// Key of the rep.
        rep: String,
        /// How many wait in it all the same.
        waiting: u64,
    },
}

impl Refusal {
    /// Every code in order of precedence, with what it means.
    pub const CODES: [(&'static str, &'static str); 40] = [
        ("policy_missing", "No policy has been published yet."),
        (
            "policy_rejected",
            "The policy document has errors; each has line, column and hint.",
        ),
        (
            "policy_moved",
            "Another version was published since the one this change is based on.",
        ),
        (
            "territories_rejected",
            "The territory table has errors; each has line and column.",
        ),
        (
            "territories_moved",
            "Another table was set since the one this change is based on.",
        ),
        ("record_unknown", "No record has this key."),
        (
            "record_known",
            "A record with this key is already in the workspace.",
        ),
        ("record_closed", "The record is closed."),
        (
            "owner_moved",
            "The record's owner is not the one the caller expected.",
        ),
        ("rep_unknown", "No rep has this key."),
        ("rep_left", "The rep has left and can own nothing."),
        ("rep_owns_it", "The rep already owns the record."),
        (
            "queue_unknown",
            "The policy in force has no queue of this name.",
        ),
        (
            "step_unknown",
            "The policy in force has no step of this name.",
        ),
        (
            "step_out_of_order",
            "The step the record is at does not lead to the step asked for.",
        ),
        (
            "reason_unknown",
            "The policy in force gives no turn back for this reason.",
        ),
        (
            "turn_unknown",
            "There is no turn to give back: the record came otherwise, or it is back already.",
        ),
        (
            "void_limit_reached",
            "The rep has given back as many turns as the policy allows in 30 days.",
        ),
        ("pool_unknown", "No pool has this name."),
        (
            "pool_rateable",
            "The policy in force lets nothing be earned in the pool.",
        ),
        (
            "nobody_earned",
            "No member of the pool has passed the gate.",
        ),
        ("record_unowned", "The record is in nobody's book."),
        (
            "return_unknown",
            "The policy in force takes nothing back for this reason.",
        ),
        (
            "return_limit_reached",
            "The rep has given back as many records as the policy allows in 30 days.",
        ),
        (
            "keep_limit_reached",
            "The owner has kept the record as often in a row as the policy allows.",
        ),
        (
            "sweep_unknown",
            "There is no sweep with this number, or it is forgotten by now.",
        ),
        (
            "sweep_elsewhere",
            "The sweep does not stand where this is possible.",
        ),
        (
            "plan_moved",
            "What the plan was made from has changed so that it would do something else.",
        ),
        (
            "bound_exceeded",
            "Something is longer, larger or more than its stated bound.",
        ),
        (
            "value_refused",
            "A value is not of the form that is needed.",
        ),
        ("nothing_to_do", "There is nothing to change."),
        (
            "already_taken",
            "The record is no longer in the queue; it says who has it.",
        ),
        (
            "no_puller",
            "The rep is not of the pool whose members take records from the queue.",
        ),
        ("rep_away", "The rep is paused or on leave."),
        (
            "wip_limit_reached",
            "The rep has as many claimed records in hand as the queue allows.",
        ),
        (
            "claim_budget_reached",
            "The rep has claimed as many as allowed for now.",
        ),
        (
            "cooling",
            "The rep had the record before, and the cooldown is not over.",
        ),
        (
            "grade_spoken_for",
            "Others are owed more records of this grade.",
        ),
        (
            "not_shown",
            "The record is not among those that the queue lets the rep choose from.",
        ),
        (
            "nothing_to_claim",
            "Nothing that waits in the queue is for the rep now.",
        ),
    ];

    /// Position in [`Refusal::CODES`].
    fn rank(&self) -> usize {
        match self {
            Self::PolicyMissing => 0,
            Self::PolicyRejected { .. } => 1,
            Self::PolicyMoved { .. } => 2,
            Self::TerritoriesRejected { .. } => 3,
            Self::TerritoriesMoved { .. } => 4,
            Self::RecordUnknown { .. } => 5,
            Self::RecordKnown { .. } => 6,
            Self::RecordClosed { .. } => 7,
            Self::OwnerMoved { .. } => 8,
            Self::RepUnknown { .. } => 9,
            Self::RepLeft { .. } => 10,
            Self::RepOwnsIt { .. } => 11,
            Self::QueueUnknown { .. } => 12,
            Self::StepUnknown { .. } => 13,
            Self::StepOutOfOrder { .. } => 14,
            Self::ReasonUnknown { .. } => 15,
            Self::TurnUnknown { .. } => 16,
            Self::VoidLimitReached { .. } => 17,
            Self::PoolUnknown { .. } => 18,
            Self::PoolRateable { .. } => 19,
            Self::NobodyEarned { .. } => 20,
            Self::Recycling(why) => 21 + why.rank(),
            Self::BoundExceeded { .. } => 28,
            Self::ValueRefused { .. } => 29,
            Self::NothingToDo => 30,
            Self::AlreadyTaken { .. } => 31,
            Self::NoPuller { .. } => 32,
            Self::RepAway { .. } => 33,
            Self::WipLimitReached { .. } => 34,
            Self::ClaimBudgetReached { .. } => 35,
            Self::Cooling { .. } => 36,
            Self::GradeSpokenFor { .. } => 37,
            Self::NotShown { .. } => 38,
            Self::NothingToClaim { .. } => 39,
        }
    }

    /// The code programs look at.
    pub fn code(&self) -> &'static str {
        Self::CODES[self.rank()].0
    }

    /// What is wrong, with the values seen.
    pub fn message(&self) -> String {
        match self {
            Self::PolicyMissing => "No policy has been published yet.".into(),
            Self::PolicyRejected { problems } => words::policy_rejected(problems),
            Self::PolicyMoved { based_on, current } => format!(
                "This change is based on policy version {based_on}, but version {current} is in force."
            ),
            Self::TerritoriesRejected { problems } => match problems.first() {
                Some(problem) => format!("The territory table is not accepted: {problem}."),
                None => "The territory table is not accepted.".into(),
            },
            Self::TerritoriesMoved { based_on, current } => format!(
                "This change is based on table {based_on}, but table {current} is in force."
            ),
            Self::RecordUnknown { record } => format!("There is no record {record:?}."),
            Self::RecordKnown { record, place } => format!(
                "Record {record:?} is already here: {}.",
                words::whereabouts(*place)
            ),
            Self::RecordClosed { record } => format!("Record {record:?} is closed."),
            Self::OwnerMoved {
                record,
                expected,
                found,
            } => format!(
                "Record {record:?} belongs to {}, not to {}.",
                found.as_deref().unwrap_or("nobody"),
                expected.as_deref().unwrap_or("nobody")
            ),
            Self::RepUnknown { rep } => format!("There is no rep {rep:?}."),
            Self::RepLeft { rep } => format!("Rep {rep:?} has left."),
            Self::RepOwnsIt { record, rep } => format!("{rep} already owns record {record:?}."),
            Self::QueueUnknown { queue } => format!("The policy has no queue {queue:?}."),
            Self::StepUnknown { step, known } => words::step_unknown(step, known),
            Self::StepOutOfOrder {
                record,
                now,
                step,
                next,
            } => words::step_out_of_order(record, now, step, next),
            Self::ReasonUnknown { reason, known } => words::reason_unknown(reason, known),
            Self::TurnUnknown { record } => {
                format!("Record {record:?} has no turn that could be given back.")
            }
            Self::VoidLimitReached { rep, limit, frees } => format!(
                "{rep} has given back {limit} turns in 30 days, the most allowed, until {frees}."
            ),
            Self::PoolUnknown { pool } => format!("There is no pool {pool:?}."),
            Self::PoolRateable { pool } => {
                format!("Nothing has to be earned in pool {pool:?}: all of it is dealt rateably.")
            }
            Self::NobodyEarned { pool, needed } => {
                format!("Nobody in pool {pool:?} has the {needed} own wins that it takes yet.")
            }
            Self::BoundExceeded { what, limit, seen } => {
                format!("{what}: {seen} is more than the bound of {limit}.")
            }
            Self::ValueRefused {
                what,
                seen,
                expected,
            } => {
                format!("{what} is {seen:?}, but must be {expected}.")
            }
            Self::NothingToDo => "There is nothing to change.".into(),
            Self::Recycling(why) => why.message(),
            _ => claim::message(self),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::PolicyMissing => {
                "Publish a policy first: `evenkeel policy apply` or the Policy page."
            }
            Self::PolicyRejected { .. } => {
                "Mend the lines named; `evenkeel policy check` shows them all."
            }
            Self::PolicyMoved { .. } => {
                "Read the version in force, make the change again, and publish."
            }
            Self::TerritoriesRejected { .. } => {
                "Mend the lines named; `evenkeel territory check` shows them all."
            }
            Self::TerritoriesMoved { .. } => {
                "Look at the table in force, make the change again, and set it."
            }
            Self::RecordUnknown { .. } => {
                "Maybe the key is spelled differently, or the record was never taken in."
            }
            Self::RecordKnown { .. } => {
                "Maybe the same record was sent twice; send changes, not a second intake."
            }
            Self::RecordClosed { .. } => "A closed record is done with; take in a new one.",
            Self::OwnerMoved { .. } => {
                "Look at the record again and decide with its present owner in view."
            }
            Self::RepUnknown { .. } => {
                "Maybe the key is spelled differently; `GET /api/v1/reps` lists them all."
            }
            Self::RepLeft { .. } => "Choose a rep who is still here.",
            Self::RepOwnsIt { .. } => {
                "Nothing needs to change; choose another rep if that was meant."
            }
            Self::QueueUnknown { .. } => "Use a queue that the policy in force declares.",
            Self::StepUnknown { .. } => "Use a step that the policy in force declares.",
            Self::StepOutOfOrder { .. } => {
                "Hand it to a step that comes next, or name its step in `after` of the other."
            }
            Self::ReasonUnknown { .. } => {
                "Use a reason the policy lists under `[voids]`, or add this one there."
            }
            Self::TurnUnknown { .. } => {
                "Maybe it was given by hand, or somebody was faster; look at its story."
            }
            Self::VoidLimitReached { .. } => {
                "Close or reassign the record, or raise `per_month` under `[voids]`."
            }
            Self::PoolUnknown { .. } => "Use a pool that the policy in force declares.",
            Self::PoolRateable { .. } => "Give the pool an earn table in the policy first.",
            Self::NobodyEarned { .. } => {
                "Wait for the first own wins, or lower `wins` under `earn` in the policy."
            }
            Self::BoundExceeded { .. } => "Send less at once, or shorten the value.",
            Self::ValueRefused { .. } => "Correct the value and send it again.",
            Self::NothingToDo => "Everything is already as asked.",
            Self::Recycling(why) => why.hint(),
            _ => claim::hint(self),
        }
    }
}
