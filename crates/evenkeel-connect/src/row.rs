//! One row of a file, before anybody knows what its columns mean.
//!
//! CSV and NDJSON come out the same here, so that everything behind works on both. Types and
//! blanks are deliberately not decided here ([`crate::forms`] does).

use crate::bad::{Bad, Reject, Trouble};
use std::sync::Arc;

/// Most columns of a table, and most keys of an NDJSON line.
pub const COLUMNS_MAX: usize = 1_000;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Line on which it begins, from 1.
    pub line: u64,
    /// Its number among the rows that could be read, from 1.
    pub number: u64,
    /// The text as it was read.
    pub original: String,
    /// Names of the columns, in the order of the file.
    pub names: Arc<[String]>,
    /// A cell per name.
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// JSON `null`.
    Missing,
    /// Text: all CSV has.
    Text(String),
    /// A JSON number, in its own digits.
    Number(String),
    /// A JSON `true` or `false`.
    Flag(bool),
    /// A JSON array of texts and numbers.
    List(Vec<String>),
}

impl Row {
    /// The cell in the column called `name`, with the column's number from 1.
    pub fn cell(&self, name: &str) -> Option<(usize, &Cell)> {
        let at = self.names.iter().position(|known| known == name)?;
        Some((at + 1, &self.cells[at]))
    }

    /// This row as a bad line.
    pub fn reject(self, bad: Bad) -> Trouble {
        Trouble::Line(Box::new(Reject {
            bad,
            original: self.original,
        }))
    }
}

impl Cell {
    /// The cell as people would see it.
    pub fn text(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::Flag(flag) => flag.to_string(),
            Self::List(list) => list.join(", "),
        }
    }
}

/// What no cell may hold: NUL and the other control characters, save tab and line ends.
///
/// They are never data, and some of them command terminals.
pub fn forbidden(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}
