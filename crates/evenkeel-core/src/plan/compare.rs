//! Two plans for the same accounts, side by side; what a plan changes, and how to change it back.
//!
//! Nothing is carried out here: the lists are for whoever shows, approves, applies or undoes.

use crate::plan::instance::Instance;
use crate::plan::solve::Plan;
use serde::{Deserialize, Serialize};

/// One account that changes hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Which account.
    pub account: usize,
    /// Who has it before, or [`crate::plan::instance::NOBODY`].
    pub from: u32,
    /// Who has it after.
    pub to: u32,
}

impl Move {
    /// The move that undoes this one.
    pub fn back(self) -> Self {
        Self {
            from: self.to,
            to: self.from,
            ..self
        }
    }
}

/// How one plan differs from another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Accounts that the second gives to another rep than the first, in order.
    pub moves: Vec<Move>,
    /// What the second costs more than the first, in pico-points.
    pub costs: i128,
}

/// What a plan changes, by account: first owners and new owners included, kept ones not.
///
/// *Refuses* (as `None`): a plan that was made for something else.
pub fn moves(instance: &Instance, plan: &Plan) -> Option<Vec<Move>> {
    (plan.instance == instance.digest() && plan.to.len() == instance.accounts.len())
        .then(|| between(&instance.accounts.owner, &plan.to))
}

/// Compares two plans.
///
/// *Refuses* (as `None`): plans that were made for different things.
pub fn compare(one: &Plan, other: &Plan) -> Option<Difference> {
    (one.instance == other.instance && one.to.len() == other.to.len()).then(|| Difference {
        moves: between(&one.to, &other.to),
        costs: other.objective - one.objective,
    })
}

fn between(before: &[u32], after: &[u32]) -> Vec<Move> {
    let pairs = before.iter().zip(after).enumerate();
    let moved = pairs.filter(|(_, (from, to))| from != to);
    moved
        .map(|(account, (from, to))| Move {
            account,
            from: *from,
            to: *to,
        })
        .collect()
}
