//! A territory table: columns that are fields of records, and rows that name a territory.
//!
//! It is made from a [`Sheet`], the texts as people wrote them, and from then on typed. Looking a
//! record up fast is [`crate::territory::lookup`]'s; the rule it follows is here, as a plain scan.

use crate::ids::FieldNo;
use crate::market::schema::{FieldType, Schema};
use crate::market::value::Facts;
use crate::policy::problem::did_you_mean;
use crate::territory::cell::Cell;
use crate::territory::problem::{PROBLEMS_MAX, TableProblem};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Most rows of one table.
pub const ROWS_MAX: usize = 20_000;
/// Most key columns of one table.
pub const COLUMNS_MAX: usize = 6;
/// Most territories of one policy, and named in one table.
pub const TERRITORIES_MAX: usize = 1_000;
/// Most bytes of text in all cells of a table together.
pub const TEXT_MAX: usize = 2 << 20;
/// Longest name of a territory in characters.
pub const NAME_MAX: usize = 100;

/// A table as people wrote it, before anybody knows what its cells mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Names of record fields, in order; one that ends in `*` makes every cell a beginning.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<SheetRow>,
}

/// One row of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// Its cells; the missing ones at the end take any value.
    pub cells: Vec<String>,
    /// The territory it names.
    pub territory: String,
}

/// A typed table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The fields, coarse to fine: in the last column in which two rows differ, who says more wins.
    pub columns: Vec<FieldNo>,
    /// Names of the territories, in the order in which rows first name them.
    pub territories: Vec<String>,
    /// The rows in order.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// A cell per column.
    pub cells: Vec<Cell>,
    /// Position of its territory in [`Table::territories`].
    pub territory: u32,
}

impl Row {
    /// The row's key as people know it: `US/CA/94*`. Empty cells at the end are left out.
    pub fn key(&self) -> String {
        let last = self.cells.iter().rposition(|cell| *cell != Cell::Any);
        let said = &self.cells[..last.map_or(0, |last| last + 1)];
        match said {
            [] => "every record".to_owned(),
            _ => said
                .iter()
                .map(Cell::to_string)
                .collect::<Vec<_>>()
                .join("/"),
        }
    }
}

impl Table {
    /// Types a sheet.
    ///
    /// *Refuses*, with every problem: no columns, more than [`COLUMNS_MAX`], [`ROWS_MAX`],
    /// [`TERRITORIES_MAX`] or [`TEXT_MAX`], a column that is no public field of text or numbers or
    /// comes twice, a row with more cells than columns, a cell that cannot be read, a territory
    /// without a name.
    pub fn of(sheet: &Sheet, schema: &Schema) -> Result<Self, Vec<TableProblem>> {
        let mut reading = Reading {
            table: Self::default(),
            kinds: Vec::new(),
            numbers: BTreeMap::new(),
            problems: Vec::new(),
        };
        reading.bounds(sheet);
        if reading.problems.is_empty() {
            reading.columns(&sheet.columns, schema);
        }
        if reading.problems.is_empty() {
            for row in &sheet.rows {
                reading.row(row, &sheet.columns);
                if reading.problems.len() >= PROBLEMS_MAX {
                    break;
                }
            }
        }
        if reading.problems.is_empty() {
            Ok(reading.table)
        } else {
            reading.problems.truncate(PROBLEMS_MAX);
            Err(reading.problems)
        }
    }

    /// The row that takes a record: the rule itself, without an index, for tests and comparison.
    ///
    /// *Order and ties*: of the rows that take it, the one that says more in the last column in
    /// which they differ ([`Cell::closer`]); of rows with the same key the first.
    pub fn scan(&self, facts: &impl Facts) -> Option<usize> {
        let takes = |row: &&(usize, &Row)| {
            let mut cells = row.1.cells.iter().zip(&self.columns);
            cells.all(|(cell, field)| cell.takes(facts.fact(*field)))
        };
        let rows: Vec<(usize, &Row)> = self.rows.iter().enumerate().collect();
        rows.iter()
            .filter(takes)
            .max_by(|one, two| closer(one.1, two.1).then(two.0.cmp(&one.0)))
            .map(|(at, _)| *at)
    }

    /// Name of the territory that a row names. *Bounds*: panics on a row that is not there.
    pub fn territory(&self, row: usize) -> &str {
        &self.territories[self.rows[row].territory as usize]
    }

    /// The table as texts again, for people and for files.
    pub fn sheet(&self, schema: &Schema) -> Sheet {
        let name = |field: &FieldNo| schema.field(*field).map(|field| field.name.clone());
        let text = |cell: &Cell| match cell {
            Cell::Any => String::new(),
            cell => cell.to_string(),
        };
        let rows = self.rows.iter().enumerate().map(|(at, row)| SheetRow {
            line: at as u64 + 2,
            cells: row.cells.iter().map(text).collect(),
            territory: self.territory(at).to_owned(),
        });
        Sheet {
            columns: self.columns.iter().filter_map(name).collect(),
            rows: rows.collect(),
        }
    }
}

/// Which of two rows that take the same record says more about it.
fn closer(one: &Row, two: &Row) -> Ordering {
    let pairs = one.cells.iter().zip(&two.cells).rev();
    pairs
        .map(|(one, two)| one.closer(two))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

/// A table on its way.
struct Reading {
    table: Table,
    /// Type of each column, and whether its cells are beginnings.
    kinds: Vec<(FieldType, bool)>,
    numbers: BTreeMap<String, u32>,
    problems: Vec<TableProblem>,
}

impl Reading {
    fn bounds(&mut self, sheet: &Sheet) {
        let bytes: usize = sheet
            .rows
            .iter()
            .flat_map(|row| row.cells.iter().chain([&row.territory]))
            .map(String::len)
            .sum();
        for (what, seen, most) in [
            ("key columns", sheet.columns.len(), COLUMNS_MAX),
            ("rows", sheet.rows.len(), ROWS_MAX),
            ("bytes of text in all cells", bytes, TEXT_MAX),
        ] {
            if seen > most {
                let message = format!("there are {seen} {what}, at most {most} fit");
                self.problems.push(TableProblem::error(0, message, ""));
            }
        }
        if sheet.columns.is_empty() {
            let message = "there is no key column";
            let hint = "Add one that is a record field, such as country";
            self.problems.push(TableProblem::error(0, message, hint));
        }
    }

    fn columns(&mut self, columns: &[String], schema: &Schema) {
        for written in columns {
            let (name, starred) = match written.strip_suffix('*') {
                Some(name) => (name.trim_end(), true),
                None => (written.as_str(), false),
            };
            let field = schema.find(name);
            let usable = |kind| matches!(kind, FieldType::Text | FieldType::Number);
            let problem = match field.and_then(|number| Some((number, schema.field(number)?))) {
                None => {
                    let names = schema.fields().iter().map(|field| field.name.as_str());
                    let hint = did_you_mean(name, names)
                        .unwrap_or_else(|| "Declare it under [record] in the policy".to_owned());
                    Some((format!("records have no field {name:?}"), hint))
                }
                Some((_, field)) if field.private => {
                    let message = format!("the field {name:?} is private");
                    Some((
                        message,
                        "Territories cannot look at personal data".to_owned(),
                    ))
                }
                Some((_, field)) if !usable(field.kind) => {
                    let message = format!("the field {name:?} is a {}", field.kind.word());
                    Some((message, "Use a field of text or a number".to_owned()))
                }
                Some((number, _)) if self.table.columns.contains(&number) => {
                    Some((format!("the column {name:?} comes twice"), String::new()))
                }
                Some((_, field)) if starred && field.kind == FieldType::Number => {
                    let message = format!("the field {name:?} is a number and has no beginning");
                    Some((
                        message,
                        "Leave the star out; write bands like 200..1000".to_owned(),
                    ))
                }
                Some((number, field)) => {
                    self.table.columns.push(number);
                    self.kinds.push((field.kind, starred));
                    None
                }
            };
            if let Some((message, hint)) = problem {
                let problem = TableProblem::error(0, message, hint).in_column(written);
                self.problems.push(problem);
            }
        }
    }

    fn row(&mut self, row: &SheetRow, columns: &[String]) {
        let (line, found) = (row.line, row.cells.len());
        if found > self.kinds.len() {
            let message = format!("{found} cells, but {} columns", self.kinds.len());
            let hint = "A value with a separator in it belongs in quotes";
            self.problems.push(TableProblem::error(line, message, hint));
            return;
        }
        let mut cells = vec![Cell::Any; self.kinds.len()];
        for (at, text) in row.cells.iter().enumerate() {
            let (kind, starred) = self.kinds[at];
            match Cell::parse(text, kind, starred) {
                Ok(cell) => cells[at] = cell,
                Err(expected) => {
                    let seen: String = text.chars().take(60).collect();
                    let message = format!("found {seen:?}, expected {expected}");
                    let problem = TableProblem::error(line, message, "").in_column(&columns[at]);
                    self.problems.push(problem);
                }
            }
        }
        let name = row.territory.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control)
        {
            let message = format!("the territory needs a name of 1 to {NAME_MAX} characters");
            let hint = "Leave a row out altogether when nobody serves it";
            self.problems
                .push(TableProblem::error(line, message, hint).in_column("territory"));
            return;
        }
        let next = self.numbers.len();
        if next >= TERRITORIES_MAX && !self.numbers.contains_key(name) {
            let message = format!("the table names more than {TERRITORIES_MAX} territories");
            self.problems.push(TableProblem::error(line, message, ""));
            return;
        }
        let territory = *self.numbers.entry(name.to_owned()).or_insert_with(|| {
            self.table.territories.push(name.to_owned());
            next as u32
        });
        self.table.rows.push(Row { cells, territory });
    }
}
