//! What a new table would change, before it is set.
//!
//! It compares keys of rows, and where the newest records of the workspace would fall; it deals
//! nothing.

use crate::command::refusal::Refusal;
use crate::command::set_territories::checked;
use crate::state::State;
use crate::territory::findings::{self, Findings, asking};
use crate::territory::lookup::Lookup;
use crate::territory::problem::TableProblem;
use crate::territory::table::{Sheet, Table};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Most examples of records that would move.
pub const EXAMPLES_MAX: usize = 20;

/// What a new table would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Version of the table it was compared with.
    pub based_on: u32,
    /// Whether it could be set; only then is anything compared.
    pub accepted: bool,
    /// Errors and warnings; errors first.
    pub problems: Vec<TableProblem>,
    /// Rows of the new table.
    pub rows: u64,
    /// Keys that are new, that are gone, and that name another territory now.
    pub keys: [u64; 3],
    /// Records compared: the newest whose rule asks the territories.
    pub records: u64,
    /// How many of them would fall elsewhere.
    pub moved: u64,
    /// From where to where, and how many; the most first, then by name.
    pub moves: Vec<(String, String, u64)>,
    /// Some of these records by key, with from and to; the newest first.
    pub examples: Vec<(String, String, String)>,
    /// What the new table does with these records.
    pub findings: Findings,
}

/// Looks at a sheet as setting it would, beside the table in force.
///
/// *Refuses*: `policy_missing`.
pub fn preview(state: &State, sheet: &Sheet) -> Result<Preview, Refusal> {
    let looked = checked(state, sheet)?;
    let mut preview = Preview {
        based_on: state.territories().version(),
        accepted: looked.table.is_some(),
        problems: looked.problems,
        rows: 0,
        keys: [0; 3],
        records: 0,
        moved: 0,
        moves: Vec::new(),
        examples: Vec::new(),
        findings: Findings::default(),
    };
    if let Some(table) = looked.table {
        preview.rows = table.rows.len() as u64;
        preview.keys = keys(state.territories().imported(), &table);
        preview.records(state, &table);
        preview.findings = findings::find(state, &table);
    }
    Ok(preview)
}

/// Keys that are new, gone, and different. Tables with other columns have no key in common.
fn keys(old: &Table, new: &Table) -> [u64; 3] {
    let by_key = |table: &Table| -> BTreeMap<String, String> {
        let rows = table.rows.iter().enumerate();
        rows.map(|(at, row)| (row.key(), table.territory(at).to_owned()))
            .collect()
    };
    let (mut before, after) = (by_key(old), by_key(new));
    if old.columns != new.columns {
        return [after.len() as u64, before.len() as u64, 0];
    }
    let (mut added, mut changed) = (0, 0);
    for (key, territory) in &after {
        match before.remove(key) {
            None => added += 1,
            Some(was) if was != *territory => changed += 1,
            Some(_) => {}
        }
    }
    [added, before.len() as u64, changed]
}

impl Preview {
    fn records(&mut self, state: &State, table: &Table) {
        let (old, new) = (state.territories().lookup(), Lookup::of(table));
        let named = |table: &Table, row: Option<usize>| match row {
            Some(row) => table.territory(row).to_owned(),
            None => "no territory".to_owned(),
        };
        let mut moves: BTreeMap<(String, String), u64> = BTreeMap::new();
        for record in asking(state) {
            let facts = state.records().columns.attributes(record.index());
            self.records += 1;
            let from = named(state.territories().table(), old.find(&facts));
            let to = named(table, new.find(&facts));
            if from == to {
                continue;
            }
            self.moved += 1;
            if self.examples.len() < EXAMPLES_MAX {
                let key = state.records().key(record).to_owned();
                self.examples.push((key, from.clone(), to.clone()));
            }
            *moves.entry((from, to)).or_default() += 1;
        }
        let moves = moves.into_iter();
        self.moves = moves.map(|((from, to), count)| (from, to, count)).collect();
        self.moves.sort_by_key(|one| Reverse(one.2));
    }
}
