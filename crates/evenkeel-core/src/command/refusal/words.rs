//! Parts of what a refusal says that depend on what was found.

use crate::holding::place::Place;
use crate::policy::problem::Problem;

pub(super) fn policy_rejected(problems: &[Problem]) -> String {
    match problems.iter().find(|problem| problem.is_error()) {
        Some(problem) => format!("The policy is not accepted: {problem}"),
        None => "The policy is not accepted.".into(),
    }
}

pub(super) fn whereabouts(place: Place) -> &'static str {
    match place {
        Place::Book(_) => "in a rep's book",
        Place::Queue(_) => "in a queue",
        Place::Held(_) => "held",
        Place::Resting(_) => "resting",
        Place::Closed => "closed",
    }
}

pub(super) fn reason_unknown(reason: &str, known: &[String]) -> String {
    match known {
        [] => format!("The policy gives no turns back, for {reason:?} or anything else."),
        known => format!(
            "{reason:?} is no reason to give a turn back; there are {}.",
            known.join(", ")
        ),
    }
}

pub(super) fn step_unknown(step: &str, known: &[String]) -> String {
    match known {
        [] => format!("The policy has no steps, {step:?} or any other."),
        known => format!("There is no step {step:?}; there are {}.", known.join(", ")),
    }
}

pub(super) fn step_out_of_order(record: &str, now: &str, step: &str, next: &[String]) -> String {
    let leads = match next {
        [] => "which leads to no other".to_owned(),
        next => format!("which leads to {}", next.join(", ")),
    };
    format!("Record {record:?} is at the step {now:?}, {leads}, not to {step:?}.")
}
