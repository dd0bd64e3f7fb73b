//! What a person decides about a plan of the books: it is approved, carried out, taken back, or
//! nobody wants it.
//!
//! Carrying out is one event: either every record has its new place or none has. A plan is refused
//! when the books have moved since in a way that touches it; taking back returns what has not moved
//! since, and names the rest.

use crate::command::refusal::Refusal;
use crate::command::refusal::plan::NotPlanned;
use crate::event::Event;
use crate::event::planned::Planned;
use crate::holding::planned::{Kept, NAMED_MAX, Shift, Spot, Stage};
use crate::ids::RepNo;
use crate::plan::since::{back, changes};
use crate::plan::words::Names;
use crate::state::State;

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// It may be carried out.
    Approve,
    /// Nobody wants it.
    Drop,
    /// It is carried out.
    Apply,
    /// What it moved goes back.
    Undo,
}

/// A decision about a plan.
///
/// *Refuses*, in order: `plan_unknown`, `plan_elsewhere`; to approve and to apply also what
/// [`crate::plan::gather::gather`] refuses, and `plan_stale`; `nothing_to_do` when it moves none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettlePlan {
    /// Its number.
    pub plan: u32,
    /// What is decided.
    pub settlement: Settlement,
}

impl SettlePlan {
    pub(super) fn decide(&self, state: &State) -> Result<Vec<Event>, Refusal> {
        let plan = self.plan;
        let Some(kept) = state.plans().find(plan) else {
            return Err(Refusal::Plan(NotPlanned::PlanUnknown { plan }));
        };
        let fact = match (self.settlement, kept.stage) {
            (Settlement::Approve, Stage::Made) => {
                fresh(state, kept)?;
                Planned::Approved { plan }
            }
            (Settlement::Drop, Stage::Made | Stage::Approved) => Planned::Dropped { plan },
            (Settlement::Apply, Stage::Approved) => {
                fresh(state, kept)?;
                let shifts = kept.made.moves.iter().map(|line| Shift {
                    record: line.record,
                    from: line.from,
                    to: Spot::Book(line.to),
                });
                Planned::Applied {
                    plan,
                    shifts: shifts.collect(),
                }
            }
            (Settlement::Undo, Stage::Applied) => {
                let (shifts, lost) = back(state, kept);
                Planned::Undone { plan, shifts, lost }
            }
            (settlement, stage) => {
                let needs = match settlement {
                    Settlement::Approve => "made and not decided on",
                    Settlement::Drop => "made or approved",
                    Settlement::Apply => "approved",
                    Settlement::Undo => "applied",
                };
                return Err(Refusal::Plan(NotPlanned::PlanElsewhere {
                    plan,
                    stands: stage.word(),
                    needs,
                }));
            }
        };
        Ok(vec![Event::Planned(fact)])
    }
}

/// Refuses a plan that nothing is left of, or that the books have moved away from.
fn fresh(state: &State, kept: &Kept) -> Result<(), Refusal> {
    if kept.made.moves.is_empty() {
        return Err(Refusal::NothingToDo);
    }
    let changes = changes(state, &kept.made)?;
    if changes.is_empty() {
        return Ok(());
    }
    let rep = |rep: RepNo| state.roster().rep(rep).key.clone();
    let names = Names { state, rep: &rep };
    let told = changes.iter().take(NAMED_MAX);
    Err(Refusal::Plan(NotPlanned::PlanStale {
        plan: Some(kept.made.number),
        count: changes.len() as u64,
        changes: told.map(|change| names.change(change)).collect(),
    }))
}
