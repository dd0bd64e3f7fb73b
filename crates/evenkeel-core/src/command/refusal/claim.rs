//! The words of refused claims.

use super::Refusal;
use super::words::whereabouts;
use crate::verdict::Window;
use crate::verdict::claim::Budget;

/// What is wrong, with the values seen; empty for a refusal of something else.
pub(super) fn message(refusal: &Refusal) -> String {
    match refusal {
        Refusal::AlreadyTaken {
            record,
            queue,
            place,
            by,
            at,
        } => match (by, at) {
            (Some(by), Some(at)) => {
                format!("Record {record:?} is no longer in {queue}: {by} has had it since {at}.")
            }
            _ => format!(
                "Record {record:?} is no longer in {queue}: it is {}.",
                whereabouts(*place)
            ),
        },
        Refusal::NoPuller { queue, rep } => {
            format!("{rep} is not of those who take records from {queue}.")
        }
        Refusal::RepAway { rep, until } => match until {
            Some(until) => format!("{rep} is on leave until {until}."),
            None => format!("{rep} is paused."),
        },
        Refusal::WipLimitReached {
            queue,
            rep,
            unworked,
            limit,
        } => {
            let which = if *unworked { "unworked" } else { "open" };
            format!("{rep} has {limit} {which} records from {queue} in hand, the most allowed.")
        }
        Refusal::ClaimBudgetReached { queue, rep, budget } => spent(queue, rep, budget),
        Refusal::Cooling { record, rep, until } => {
            format!("{rep} had record {record:?} before, and may have it again from {until}.")
        }
        Refusal::GradeSpokenFor {
            rep,
            grade,
            owed,
            ahead,
            ..
        } => format!(
            "The next {grade} is for those owed more ({}); {rep} comes after {ahead}.",
            owed.join(", ")
        ),
        Refusal::NotShown { record, first } => match first {
            Some(first) => {
                format!("Record {record:?} is not among the first {first} that are on offer.")
            }
            None => "This queue gives out the next record and no other.".into(),
        },
        Refusal::NothingToClaim {
            queue,
            rep,
            waiting,
        } => match waiting {
            0 => format!("Nothing waits in {queue}."),
            waiting => format!("Of the {waiting} that wait in {queue} none is for {rep} now."),
        },
        _ => String::new(),
    }
}

fn spent(queue: &str, rep: &str, budget: &Budget) -> String {
    let window = match budget.window {
        Window::Day => "24 hours",
        Window::Week => "7 days",
        Window::Month => "30 days",
    };
    let allowed = budget.allowed;
    let less = match allowed < budget.cap {
        true => format!(" instead of {}, as too few were worked in time", budget.cap),
        false => String::new(),
    };
    let frees = budget.frees.map(|frees| format!(" until {frees}"));
    format!(
        "{rep} has claimed {} from {queue} in {window}, of {allowed} allowed{less}{}.",
        budget.count,
        frees.unwrap_or_default()
    )
}

/// What to do about it.
pub(super) fn hint(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::AlreadyTaken { .. } => "Take the next one; somebody was faster.",
        Refusal::NoPuller { .. } => "Add the rep to the queue's pool, or give the record by hand.",
        Refusal::RepAway { .. } => "Wait until the rep is back, or end the pause or the leave.",
        Refusal::WipLimitReached { .. } => {
            "Work or close something claimed before; each makes room for one more."
        }
        Refusal::ClaimBudgetReached { .. } => {
            "Work what is in hand; claims come back as they leave the window."
        }
        Refusal::Cooling { .. } => "Take another one; a manager can give this one by hand.",
        Refusal::GradeSpokenFor { .. } => {
            "Take the next record on offer; it is not taken from anybody."
        }
        Refusal::NotShown { .. } => "Choose among those on offer, or take the next one.",
        Refusal::NothingToClaim { .. } => {
            "Come back when something new is in the queue, or when others have taken theirs."
        }
        _ => "",
    }
}
