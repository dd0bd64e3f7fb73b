//! Rows that contradict each other or can never win.
//!
//! For text this is simple: a beginning never takes everything a shorter one takes, so only a row
//! with the same key can stand in another's way. Bands can: several narrow ones may leave nothing
//! of a wide one. They are compared among rows that are alike in every other column; a wide band
//! hidden only by rows that differ elsewhere is deliberately not looked for.

use crate::territory::cell::{Band, Cell};
use crate::territory::problem::{PROBLEMS_MAX, TableProblem};
use crate::territory::table::{Sheet, Table};
use std::collections::BTreeMap;

/// Most bands of one column among rows that are otherwise alike.
pub const BANDS_MAX: usize = 500;

/// What is wrong between the rows of a table; lines are those of `sheet`, which it was made from.
///
/// *Order*: rows with the same key, by the later row; then bands, by column and row.
pub fn check(table: &Table, sheet: &Sheet) -> Vec<TableProblem> {
    let line = |row: usize| sheet.rows.get(row).map_or(0, |row| row.line);
    let mut problems = Vec::new();
    let mut first: BTreeMap<&[Cell], usize> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate() {
        if problems.len() >= PROBLEMS_MAX {
            break;
        }
        let earlier = *first.entry(&row.cells).or_insert(at);
        if earlier != at {
            problems.push(same_key(table, (earlier, at), line));
        }
    }
    for column in 0..table.columns.len() {
        bands(table, column, line, &mut problems);
    }
    problems.truncate(PROBLEMS_MAX);
    problems
}

fn same_key(
    table: &Table,
    (earlier, later): (usize, usize),
    line: impl Fn(usize) -> u64,
) -> TableProblem {
    let (key, before) = (table.rows[later].key(), line(earlier));
    let (own, others) = (table.territory(later), table.territory(earlier));
    if own == others {
        let message = format!("{key} is in line {before} already, for {others} too");
        return TableProblem::error(line(later), message, "Take one of them out").warning();
    }
    let message = format!("{key} is {own} here and {others} in line {before}");
    TableProblem::error(
        line(later),
        message,
        "A key has one territory: keep one row",
    )
}

/// Bands of one column, among rows that are alike elsewhere.
fn bands(
    table: &Table,
    column: usize,
    line: impl Fn(usize) -> u64,
    problems: &mut Vec<TableProblem>,
) {
    let mut alike: BTreeMap<Vec<&Cell>, Vec<(usize, Band)>> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate() {
        if let Cell::Within(band) = row.cells[column] {
            let elsewhere = row.cells.iter().enumerate();
            let elsewhere = elsewhere.filter(|(other, _)| *other != column);
            alike
                .entry(elsewhere.map(|(_, cell)| cell).collect())
                .or_default()
                .push((at, band));
        }
    }
    for group in alike.values() {
        if group.len() > BANDS_MAX {
            let message = format!(
                "there are {} bands for rows that are otherwise alike, at most {BANDS_MAX} fit",
                group.len()
            );
            problems.push(TableProblem::error(line(group[0].0), message, ""));
            continue;
        }
        for (at, (row, band)) in group.iter().enumerate() {
            if problems.len() >= PROBLEMS_MAX {
                return;
            }
            let (key, words) = (table.rows[*row].key(), line(*row));
            if hidden(*band, group) {
                let message = format!("{key} can never win: closer bands take all of it");
                let hint = "Take it out, or make the others smaller";
                problems.push(TableProblem::error(words, message, hint).warning());
            }
            for (other, wide) in &group[..at] {
                let crossing = band.meets(*wide) && !band.covers(*wide) && !wide.covers(*band);
                if crossing && table.rows[*row].territory != table.rows[*other].territory {
                    let (winner, before) = match band.closeness() < wide.closeness() {
                        true => (table.territory(*row), line(*other)),
                        false => (table.territory(*other), line(*other)),
                    };
                    let message = format!(
                        "{key} overlaps {} in line {before}; what is in both goes to {winner}",
                        table.rows[*other].key()
                    );
                    let hint = "Let one band end where the other begins";
                    problems.push(TableProblem::error(words, message, hint).warning());
                }
            }
        }
    }
}

/// Whether closer bands of the group together take every number of `band`.
fn hidden(band: Band, group: &[(usize, Band)]) -> bool {
    let closer = |other: &Band| other.closeness() < band.closeness() && other.meets(band);
    let mut closer: Vec<Band> = group
        .iter()
        .map(|(_, other)| *other)
        .filter(closer)
        .collect();
    closer.sort_by_key(|other| other.from);
    // Where what is not covered yet begins; the outer `None` is nowhere.
    let mut open = band.from;
    for other in closer {
        let reaches = match (other.from, open) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(from), Some(open)) => from <= open,
        };
        if !reaches {
            return false;
        }
        match other.below {
            None => return true,
            Some(below) if band.below.is_some_and(|end| below >= end) => return true,
            Some(below) => open = Some(open.map_or(below, |open| open.max(below))),
        }
    }
    false
}
