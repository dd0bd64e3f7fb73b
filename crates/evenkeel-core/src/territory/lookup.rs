//! A table compiled for looking up: a tree of cells, one level a column, the last column first.
//!
//! In each node the closest cell is tried first, so the first row found is the winner by the rule
//! of [`Table::scan`], and the rest of the table is never looked at. *Bounds*: at most every node
//! once; a node tries at most one text and each of its beginnings, and its bands in order.

use crate::ids::FieldNo;
use crate::market::value::{Facts, Value};
use crate::territory::cell::{Band, Cell};
use crate::territory::table::Table;
use std::collections::BTreeMap;

/// A compiled table.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    /// The fields in the order in which they are asked: the last column first.
    columns: Vec<FieldNo>,
    nodes: Vec<Node>,
}

/// What may come next, by cell. At the last level the number is a row, else a node.
#[derive(Clone, Debug, Default)]
struct Node {
    is: BTreeMap<Box<str>, u32>,
    starts: BTreeMap<Box<str>, u32>,
    /// Bytes of the longest beginning.
    longest: usize,
    /// The closest first.
    within: Vec<(Band, u32)>,
    any: Option<u32>,
}

impl Lookup {
    /// Compiles a table.
    pub fn of(table: &Table) -> Self {
        let mut lookup = Self {
            columns: table.columns.iter().rev().copied().collect(),
            nodes: vec![Node::default()],
        };
        if table.columns.is_empty() {
            lookup.nodes.clear();
        }
        for (number, row) in table.rows.iter().enumerate() {
            lookup.add(&row.cells, number as u32);
        }
        for node in &mut lookup.nodes {
            node.within.sort_by_key(|(band, _)| band.closeness());
        }
        lookup
    }

    /// The row that takes a record, as [`Table::scan`] finds it.
    #[inline]
    pub fn find(&self, facts: &impl Facts) -> Option<usize> {
        if self.nodes.is_empty() {
            return None;
        }
        self.descend(0, &self.columns, facts)
            .map(|row| row as usize)
    }

    fn add(&mut self, cells: &[Cell], row: u32) {
        let mut at = 0;
        for (level, cell) in cells.iter().rev().enumerate() {
            let last = level + 1 == cells.len();
            let next = if last { row } else { self.nodes.len() as u32 };
            // The first of rows with the same key wins, so what is there stays.
            let found = self.nodes[at].enter(cell, next);
            if !last && found == next {
                self.nodes.push(Node::default());
            }
            at = found as usize;
        }
    }

    fn descend(&self, at: u32, columns: &[FieldNo], facts: &impl Facts) -> Option<u32> {
        let Some((field, rest)) = columns.split_first() else {
            return Some(at);
        };
        let node = &self.nodes[at as usize];
        let below = |next: &u32| self.descend(*next, rest, facts);
        let closest = match facts.fact(*field) {
            Some(Value::Text(text)) => node.is.get(text.as_str()).and_then(below).or_else(|| {
                let ends = (1..=node.longest.min(text.len())).rev();
                ends.filter(|end| text.is_char_boundary(*end))
                    .find_map(|end| node.starts.get(&text[..end]).and_then(below))
            }),
            Some(Value::Number(number)) => node
                .within
                .iter()
                .filter(|(band, _)| band.holds(*number))
                .find_map(|(_, next)| below(next)),
            _ => None,
        };
        closest.or_else(|| node.any.as_ref().and_then(below))
    }
}

impl Node {
    /// What follows `cell`, which is `next` if nothing did yet.
    fn enter(&mut self, cell: &Cell, next: u32) -> u32 {
        match cell {
            Cell::Any => *self.any.get_or_insert(next),
            Cell::Is(text) => *self.is.entry(text.as_str().into()).or_insert(next),
            Cell::Starts(start) => {
                self.longest = self.longest.max(start.len());
                *self.starts.entry(start.as_str().into()).or_insert(next)
            }
            Cell::Within(band) => match self.within.iter().find(|(known, _)| known == band) {
                Some((_, found)) => *found,
                None => {
                    self.within.push((*band, next));
                    next
                }
            },
        }
    }
}
