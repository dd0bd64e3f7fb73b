//! Set territories: a new table comes into force, whole, for the next record on.
//!
//! Records that were dealt before stay where they are. Small tables can stand in the policy
//! instead; then no table is taken here, so that rows are never in two places.

use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::policy::document::Territories;
use crate::policy::problem::did_you_mean;
use crate::state::State;
use crate::territory::check::check;
use crate::territory::problem::{PROBLEMS_MAX, TableProblem};
use crate::territory::table::{Sheet, Table};
use std::collections::BTreeSet;

/// A territory table comes into force.
///
/// *Refuses*, in order: `policy_missing`, `territories_rejected` (a policy without `[territories]`
/// or with rows of its own, a table that cannot be read, two territories for one key, a territory
/// the policy does not have), `territories_moved`, `nothing_to_do` (the same table).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetTerritories {
    /// The table as people wrote it.
    pub sheet: Sheet,
    /// The version the author started from; `None` replaces whatever is in force.
    pub based_on: Option<u32>,
}

/// A sheet that was looked at: its table, if it can be used, and everything there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The table; `None` when there are errors.
    pub table: Option<Table>,
    /// Errors and warnings; errors first.
    pub problems: Vec<TableProblem>,
}

impl SetTerritories {
    pub(super) fn decide(&self, state: &State) -> Result<Vec<Event>, Refusal> {
        let Checked { table, problems } = checked(state, &self.sheet)?;
        let Some(table) = table else {
            return Err(Refusal::TerritoriesRejected { problems });
        };
        let current = state.territories().version();
        if let Some(based_on) = self.based_on.filter(|based_on| *based_on != current) {
            return Err(Refusal::TerritoriesMoved { based_on, current });
        }
        if *state.territories().imported() == table {
            return Err(Refusal::NothingToDo);
        }
        let version = current + 1;
        Ok(vec![Event::TerritoriesSet { version, table }])
    }
}

/// Looks at a sheet as setting it would.
///
/// *Refuses*: `policy_missing`.
pub fn checked(state: &State, sheet: &Sheet) -> Result<Checked, Refusal> {
    let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
    let table = Table::of(sheet, state.record_schema());
    let mut problems = match &table {
        Ok(table) => check(table, sheet),
        Err(problems) => problems.clone(),
    };
    match &policy.document().territories {
        None => {
            let message = "the policy has no [territories]";
            let hint = "Publish a policy with [territories] and a [[territory]] for each first";
            problems.insert(0, TableProblem::error(0, message, hint));
        }
        Some(Territories { rows: Some(_), .. }) => {
            let message = "the policy holds the rows itself";
            let hint = "Take columns and rows out of the policy first";
            problems.insert(0, TableProblem::error(0, message, hint));
        }
        Some(territories) => problems.extend(strangers(territories, sheet)),
    }
    problems.sort_by_key(|problem| !problem.is_error());
    problems.truncate(PROBLEMS_MAX);
    let sound = !problems.iter().any(TableProblem::is_error);
    Ok(Checked {
        table: table.ok().filter(|_| sound),
        problems,
    })
}

/// Territories that rows name and the policy does not have, each where it is first named.
fn strangers(territories: &Territories, sheet: &Sheet) -> Vec<TableProblem> {
    let known: BTreeSet<&str> = territories
        .list
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let mut told = BTreeSet::new();
    let named = sheet
        .rows
        .iter()
        .map(|row| (row.line, row.territory.trim()));
    let strange = named.filter(|(_, name)| !name.is_empty() && !known.contains(name));
    strange
        .filter(|(_, name)| told.insert(*name))
        .map(|(line, name)| {
            let message = format!("the policy has no territory {name:?}");
            let hint = did_you_mean(name, known.iter().copied())
                .unwrap_or_else(|| format!("Add [[territory]] with name = {name:?}"));
            TableProblem::error(line, message, hint).in_column("territory")
        })
        .collect()
}
