//! A mapping bound to a file: for each field, the cells its value comes from.
//!
//! What is wrong with a mapping is found here, before the first row, and told with its place in
//! the mapping document. What a record or a rep is made of is deliberately not known here.

use crate::bad::{Bad, Column, maybe};
use crate::forms::{Forms, Unfit};
use crate::mapping::Mapping;
use crate::row::{Cell, Row};
use evenkeel_core::market::schema::FieldType;
use evenkeel_core::market::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Binds the fields of one file, one after the other.
pub struct Binder<'a> {
    file: &'a str,
    mapping: &'a Mapping,
    /// The header; `None` where every line has its own keys.
    header: Option<&'a [String]>,
    used: BTreeSet<String>,
}

/// Where one field comes from.
#[derive(Clone, Debug)]
pub struct Slot {
    source: Source,
    replace: BTreeMap<String, String>,
    join: String,
}

#[derive(Clone, Debug)]
enum Source {
    Columns(Vec<String>),
    /// Row after row, from the first again after the last.
    Constants(Vec<Cell>),
}

impl<'a> Binder<'a> {
    /// Starts binding.
    ///
    /// *Refuses*: a mapping that names a field not in `known`.
    pub fn new(
        file: &'a str,
        mapping: &'a Mapping,
        header: Option<&'a [String]>,
        known: &BTreeSet<&str>,
    ) -> Result<Self, Box<Bad>> {
        let places = mapping
            .columns
            .iter()
            .map(|(name, at)| (name, at.line, at.column));
        let places = places.chain(
            mapping
                .constants
                .iter()
                .map(|(n, at)| (n, at.line, at.column)),
        );
        let places = places.chain(
            mapping
                .replace
                .iter()
                .map(|(n, at)| (n, at.line, at.column)),
        );
        let mut unknown: Vec<_> = places
            .filter(|(name, ..)| !known.contains(name.as_str()))
            .collect();
        unknown.sort_by_key(|(_, line, column)| (*line, *column));
        if let Some((name, line, column)) = unknown.first() {
            let words: Vec<&str> = known.iter().copied().collect();
            let bad = Bad::line(&mapping.file, *line, format!("one of {}", words.join(", ")));
            let bad = bad.at_char(*column).seen(name);
            return Err(Box::new(match maybe(name, words) {
                Some(hint) => bad.hint(hint),
                None => bad.hint("Declare the field in the policy first"),
            }));
        }
        for (name, constant) in &mapping.constants {
            if mapping.columns.contains_key(name) {
                let bad = mapping
                    .bad(constant, "a column or a constant, not both")
                    .seen(name);
                return Err(Box::new(bad));
            }
        }
        Ok(Self {
            file,
            mapping,
            header,
            used: BTreeSet::new(),
        })
    }

    /// Binds one field; `None` when the file has no such column.
    ///
    /// *Refuses*: a mapped column that the header does not have, and a constant that is no `kind`.
    pub fn slot(&mut self, name: &str, kind: FieldType) -> Result<Option<Slot>, Box<Bad>> {
        let mapping = self.mapping;
        let replace = mapping
            .replace
            .get(name)
            .map(|at| at.value.clone())
            .unwrap_or_default();
        let join = mapping.join.clone();
        if let Some(constant) = mapping.constants.get(name) {
            for cell in &constant.value {
                if let Err(unfit) = mapping.forms.value(cell, kind) {
                    let bad = mapping.bad(constant, unfit.expected).seen(&cell.text());
                    return Err(Box::new(Bad {
                        hint: unfit.hint,
                        ..bad
                    }));
                }
            }
            let source = Source::Constants(constant.value.clone());
            return Ok(Some(Slot {
                source,
                replace,
                join,
            }));
        }
        let columns = match mapping.columns.get(name) {
            None => vec![name.to_owned()],
            Some(columns) if columns.value.is_empty() => {
                return Err(Box::new(
                    mapping.bad(columns, "at least one column").seen(name),
                ));
            }
            Some(columns) => {
                let absent = columns.value.iter().find(|column| !self.has(column));
                if let (Some(absent), Some(header)) = (absent, self.header) {
                    let expected = format!("a column of {}: {}", self.file, listed(header));
                    let bad = mapping.bad(columns, expected).seen(absent);
                    let guess = maybe(absent, header.iter().map(String::as_str));
                    return Err(Box::new(Bad { hint: guess, ..bad }));
                }
                columns.value.clone()
            }
        };
        if !columns.iter().all(|column| self.has(column)) {
            return Ok(None);
        }
        self.used.extend(columns.iter().cloned());
        Ok(Some(Slot {
            source: Source::Columns(columns),
            replace,
            join,
        }))
    }

    /// Binds a field that must be there.
    ///
    /// *Refuses*: as [`Binder::slot`], and a file without such a column.
    pub fn needed(&mut self, name: &str, kind: FieldType) -> Result<Slot, Box<Bad>> {
        if let Some(slot) = self.slot(name, kind)? {
            return Ok(slot);
        }
        let header = self.header.unwrap_or_default();
        let bad = Bad::line(
            self.file,
            1,
            format!("a column \"{name}\", or a mapping that names it"),
        );
        let guess = maybe(name, header.iter().map(String::as_str));
        Err(Box::new(bad.seen(&listed(header)).hint(
            guess.unwrap_or_else(|| {
                format!("A mapping says where it is: [columns] {name} = \"its column\"")
            }),
        )))
    }

    /// Columns of the header that no field uses, in the order of the file.
    pub fn unused(&self) -> Vec<String> {
        let header = self.header.unwrap_or_default().iter();
        header
            .filter(|name| !name.is_empty() && !self.used.contains(*name))
            .cloned()
            .collect()
    }

    fn has(&self, column: &str) -> bool {
        self.header
            .is_none_or(|header| header.iter().any(|name| name == column))
    }
}

/// Column names for a message.
fn listed(header: &[String]) -> String {
    header.join(", ")
}

impl Slot {
    /// The value in `row`, or `None` when it is missing.
    pub fn value(
        &self,
        file: &str,
        row: &Row,
        forms: &Forms,
        kind: FieldType,
    ) -> Result<Option<Value>, Box<Bad>> {
        self.with(file, row, forms, |cell| forms.value(cell, kind))
    }

    /// The text in `row`, or `None` when it is missing.
    pub fn text(&self, file: &str, row: &Row, forms: &Forms) -> Result<Option<String>, Box<Bad>> {
        self.with(file, row, forms, |cell| forms.text(cell))
    }

    /// What `read` makes of the cell, with a refusal put in its place in the file.
    pub fn with<T>(
        &self,
        file: &str,
        row: &Row,
        forms: &Forms,
        read: impl FnOnce(&Cell) -> Result<T, Unfit>,
    ) -> Result<T, Box<Bad>> {
        let cell = self.cell(row, forms);
        read(&cell).map_err(|unfit| self.bad(file, row, &cell.text(), unfit))
    }

    /// Something wrong with this field in `row`.
    pub fn bad(&self, file: &str, row: &Row, seen: &str, unfit: Unfit) -> Box<Bad> {
        let column = match &self.source {
            Source::Constants(_) => None,
            Source::Columns(columns) => {
                let number = row.cell(&columns[0]).map_or(0, |(number, _)| number);
                Some(Column {
                    number,
                    name: Some(columns.join(", ")),
                })
            }
        };
        let bad = Bad::line(file, row.line, unfit.expected).seen(seen);
        Box::new(Bad {
            column,
            hint: unfit.hint,
            ..bad
        })
    }

    /// The cell after replacing; several columns joined, missing when any of them is.
    fn cell(&self, row: &Row, forms: &Forms) -> Cell {
        let cell = match &self.source {
            Source::Constants(cells) => {
                let turn = (row.number.max(1) - 1) % cells.len() as u64;
                cells[turn as usize].clone()
            }
            Source::Columns(columns) => match &columns[..] {
                [column] => row
                    .cell(column)
                    .map_or(Cell::Missing, |(_, cell)| cell.clone()),
                columns => {
                    let parts: Option<Vec<String>> = columns
                        .iter()
                        .map(|column| forms.text(row.cell(column)?.1).ok().flatten())
                        .collect();
                    parts.map_or(Cell::Missing, |parts| Cell::Text(parts.join(&self.join)))
                }
            },
        };
        match &cell {
            Cell::Text(text) | Cell::Number(text) => match self.replace.get(text.trim()) {
                Some(meant) => Cell::Text(meant.clone()),
                None => cell,
            },
            Cell::Missing | Cell::Flag(_) | Cell::List(_) => cell,
        }
    }
}
