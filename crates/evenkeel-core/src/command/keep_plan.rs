//! Keep a plan: what somebody worked out becomes a plan of the workspace, checked again.
//!
//! Working one out takes seconds and is done outside; here it is only weighed, on the books as they
//! are now, by the checker and the bound. Nothing is carried out.

use crate::command::refusal::Refusal;
use crate::command::refusal::plan::NotPlanned;
use crate::event::Event;
use crate::event::planned::Planned;
use crate::ids::{RecordNo, RepNo};
use crate::plan::bound::bound;
use crate::plan::check::{Wrong, check};
use crate::plan::gather::{Gathered, gather};
use crate::plan::instance::NOBODY;
use crate::plan::made::{made, without};
use crate::state::State;

/// A plan that was worked out.
///
/// A record that came in since stays where it is. *Refuses*, in order: `policy_missing`,
/// `bound_exceeded`, `nothing_to_plan`, `value_refused`, `plan_stale` (reps came or went, kinds of
/// records appeared, or a record may not go where it should).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeepPlan {
    /// Who should have each record, ascending by record; `None` is nobody.
    pub to: Vec<(RecordNo, Option<RepNo>)>,
    /// The reps it was made for, ascending.
    pub reps: Vec<RepNo>,
    /// The prices that prove its bound.
    pub prices: Vec<i64>,
}

impl KeepPlan {
    pub(super) fn decide(&self, state: &State) -> Result<Vec<Event>, Refusal> {
        let gathered = gather(state)?;
        let instance = &gathered.setting.instance;
        let stale = |what: String| {
            let changes = vec![what];
            Refusal::Plan(NotPlanned::PlanStale {
                plan: None,
                count: 1,
                changes,
            })
        };
        if self.reps != gathered.setting.reps || self.prices.len() != instance.bands.len() {
            return Err(stale("reps or kinds of records came or went".into()));
        }
        let to = self.meant(&gathered);
        let tally = check(instance, &to).map_err(|wrong| match wrong {
            Wrong::Length => stale("records came or went".into()),
            Wrong::Circle { account } | Wrong::Lock { account } => {
                let key = state.records().key(gathered.records[account]);
                stale(format!("{key} may not go where it should"))
            }
        })?;
        let bound = bound(instance, &self.prices)
            .ok_or_else(|| stale("prices are out of their bands".into()))?;
        let made = made(state, &gathered, &to, (&tally, bound));
        let (plan, without) = (made.number, without(&gathered, &to));
        let mut events = vec![Event::Planned(Planned::Made(Box::new(made)))];
        if !without.is_empty() {
            events.push(Event::Planned(Planned::Unplaced { plan, without }));
        }
        Ok(events)
    }

    /// Who should have each account; one that is not in the plan stays, if its owner may have it.
    fn meant(&self, gathered: &Gathered) -> Vec<u32> {
        let instance = &gathered.setting.instance;
        let each = gathered.records.iter().enumerate();
        let meant = each.map(|(account, record)| {
            let known = self.to.binary_search_by_key(record, |(record, _)| *record);
            match known {
                Ok(at) => self.to[at].1.map_or(NOBODY, |rep| gathered.number(rep)),
                Err(_) => {
                    let owner = instance.accounts.owner[account];
                    match instance.pair(account, owner) {
                        Some(_) => owner,
                        None => NOBODY,
                    }
                }
            }
        });
        meant.collect()
    }
}
