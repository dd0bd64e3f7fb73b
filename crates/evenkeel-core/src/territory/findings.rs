//! Holes and idle parts: what a table does with the records the workspace has seen.
//!
//! It looks records up as they stand now, the newest first and a bounded number of them; it deals
//! nothing and does not ask what became of them.

use crate::ids::RecordNo;
use crate::market::value::Facts;
use crate::people::rep::Status;
use crate::policy::document::{Target, Territories};
use crate::state::State;
use crate::territory::lookup::Lookup;
use crate::territory::table::Table;
use std::collections::{BTreeMap, BTreeSet};

/// Most records looked at.
pub const RECORDS_SEEN_MAX: usize = 5_000;
/// Most holes listed, and most rows that nothing fell into.
pub const LISTED_MAX: usize = 50;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Records looked at: the newest whose rule asks the territories.
    pub records: u64,
    /// How many of them no row takes.
    pub nowhere: u64,
    /// The values they have in the key columns, the most frequent first.
    pub holes: Vec<Hole>,
    /// Rows into which none of them fell, in order.
    pub idle: Vec<usize>,
    /// How many such rows there are.
    pub idle_rows: u64,
    /// The territories, in the policy's order; then those that only the table names.
    pub territories: Vec<Territory>,
}

/// Values that no row takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// What stands in the key columns, with `–` for a missing value.
    pub values: String,
    /// How many records have them.
    pub count: u64,
    /// Key of the newest of them.
    pub example: String,
}

/// One territory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Territory {
    /// Its name.
    pub name: String,
    /// Name of its pool; `None` when the policy does not have the territory.
    pub pool: Option<String>,
    /// Members of that pool.
    pub members: u64,
    /// Those of them who are not paused.
    pub active: u64,
    /// Rows that name it.
    pub rows: u64,
    /// Records that fell into it.
    pub records: u64,
}

/// Looks at `table` with the newest records of the workspace.
///
/// *Order*: holes by count, then by their values; territories as written. *Bounds*:
/// [`RECORDS_SEEN_MAX`] records, [`LISTED_MAX`] holes and idle rows.
pub fn find(state: &State, table: &Table) -> Findings {
    let mut findings = Findings::default();
    let lookup = Lookup::of(table);
    let mut taken = vec![0u64; table.rows.len()];
    let mut holes: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for record in asking(state) {
        let columns = &state.records().columns;
        let attributes = columns.attributes(record.index());
        findings.records += 1;
        match lookup.find(&attributes) {
            Some(row) => taken[row] += 1,
            None => {
                findings.nowhere += 1;
                let values = values(table, &attributes);
                let example = || state.records().key(record).to_owned();
                holes.entry(values).or_insert_with(|| (0, example())).0 += 1;
            }
        }
    }
    let holes = holes.into_iter();
    let mut holes: Vec<Hole> = holes
        .map(|(values, (count, example))| Hole {
            values,
            count,
            example,
        })
        .collect();
    holes.sort_by(|one, two| two.count.cmp(&one.count).then(one.values.cmp(&two.values)));
    holes.truncate(LISTED_MAX);
    findings.holes = holes;
    let idle = taken.iter().enumerate().filter(|(_, count)| **count == 0);
    let idle: Vec<usize> = idle.map(|(row, _)| row).collect();
    findings.idle_rows = idle.len() as u64;
    findings.idle = idle.into_iter().take(LISTED_MAX).collect();
    findings.territories = territories(state, table, &taken);
    findings
}

/// The newest records whose rule asks the table, the newest first.
pub fn asking(state: &State) -> impl Iterator<Item = RecordNo> {
    let count = state.records().len();
    let newest = (0..count).rev().take(RECORDS_SEEN_MAX).map(RecordNo::at);
    newest.filter(|record| {
        state.policy().is_some_and(|policy| {
            let rule = policy.first_row(&state.records().columns, record.index());
            let document = policy.document();
            let target = rule.map_or(&document.fallback, |rule| &document.rules[rule].to);
            *target == Target::Territories
        })
    })
}

fn values(table: &Table, facts: &impl Facts) -> String {
    let value = |field| match facts.fact(field) {
        Some(value) => value.to_string().chars().take(60).collect(),
        None => "–".to_owned(),
    };
    let values: Vec<String> = table.columns.iter().map(|field| value(*field)).collect();
    values.join("/")
}

fn territories(state: &State, table: &Table, taken: &[u64]) -> Vec<Territory> {
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for (row, records) in taken.iter().enumerate() {
        let count = counts.entry(table.territory(row)).or_default();
        *count = (count.0 + 1, count.1 + records);
    }
    let none = Vec::new();
    let specs = state
        .policy()
        .and_then(|policy| policy.document().territories.as_ref())
        .map_or(&none, |territories: &Territories| &territories.list);
    let known: BTreeSet<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
    let mut listed: Vec<Territory> = specs
        .iter()
        .map(|spec| {
            let pool = state.pool(state.pool_at(spec.pool));
            let (rows, records) = counts.get(spec.name.as_str()).copied().unwrap_or_default();
            let members = pool.ledger.members();
            let active = members
                .iter()
                .filter(|entry| state.roster().rep(entry.rep).profile.status == Status::Active);
            Territory {
                name: spec.name.clone(),
                pool: Some(pool.name.clone()),
                members: members.len() as u64,
                active: active.count() as u64,
                rows,
                records,
            }
        })
        .collect();
    let strangers = table.territories.iter();
    let strangers = strangers.filter(|name| !known.contains(name.as_str()));
    listed.extend(strangers.map(|name| {
        let (rows, records) = counts.get(name.as_str()).copied().unwrap_or_default();
        Territory {
            name: name.clone(),
            pool: None,
            members: 0,
            active: 0,
            rows,
            records,
        }
    }));
    listed
}
