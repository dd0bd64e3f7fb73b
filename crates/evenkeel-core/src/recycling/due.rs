//! Who is to be warned and what is due now, rule by rule.
//!
//! A record is due once its owner was warned as long ago as the policy says; without a warning in
//! the policy, the moment it is idle long enough. What was found stays found until it is touched,
//! kept or moved.

use crate::event::sweeping::BATCH_MAX;
use crate::holding::activity::Stamp;
use crate::ids::RecordNo;
use crate::policy::document::recycling::Recycling;
use crate::recycling::find;
use crate::state::State;
use crate::time::{Moment, Span};
use std::collections::BTreeSet;

/// What one rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Position of the rule in the policy in force.
    pub rule: usize,
    /// Whose owners are to be warned, ascending. *Bounds*: [`BATCH_MAX`]; the rest comes later.
    pub warn: Vec<RecordNo>,
    /// What is due, ascending. *Bounds*: the same.
    pub due: Vec<RecordNo>,
}

/// Everything that is new at `now`, rule by rule; a record comes once, by the first that takes it.
pub fn found(state: &State, recycling: &Recycling, now: Moment) -> Vec<Found> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    let ahead = recycling.warn.unwrap_or(Span(0));
    for (rule, removal) in recycling.removals.iter().enumerate() {
        let Some(idle) = removal.idle else { continue };
        let mut found = Found {
            rule,
            warn: Vec::new(),
            due: Vec::new(),
        };
        for record in find::idle(state, removal, Span(idle.0 - ahead.0), now) {
            if found.warn.len() >= BATCH_MAX || found.due.len() >= BATCH_MAX {
                break;
            }
            match state.recycling().watch(record) {
                Some(watched) => {
                    let mine = state.recycling().rule(watched.rule) == removal.name;
                    let ripe = watched.due == Stamp(0) && watched.removal <= Stamp::of(now);
                    if mine && ripe {
                        found.due.push(record);
                    }
                }
                None if state.recycling().kept(record, now).is_some() => {}
                None if !seen.insert(record) => {}
                None if recycling.warn.is_some() => found.warn.push(record),
                None => found.due.push(record),
            }
        }
        if !found.warn.is_empty() || !found.due.is_empty() {
            all.push(found);
        }
    }
    all
}
