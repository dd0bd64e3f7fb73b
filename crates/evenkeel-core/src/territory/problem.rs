//! What is wrong with a territory table: which row, which column, what to do.
//!
//! This file knows places and words, and deliberately nothing of tables.

use crate::policy::problem::Level;
use std::fmt;

/// Most problems one check lists; what comes after them is not looked for.
pub const PROBLEMS_MAX: usize = 100;

/// One thing that is wrong, or hardly meant so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableProblem {
    /// An error keeps the table from being accepted.
    pub level: Level,
    /// Line of the file it came from, from 1; 0 when it is about the table as a whole.
    pub line: u64,
    /// The column's name; empty when it is about the row.
    pub column: String,
    /// What is wrong, with the value seen.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
}

impl TableProblem {
    /// An error about a row, or about the table as a whole (line 0).
    pub fn error(line: u64, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            level: Level::Error,
            line,
            column: String::new(),
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// The same as a warning: the table is accepted.
    pub fn warning(self) -> Self {
        Self {
            level: Level::Warning,
            ..self
        }
    }

    /// The same about one column.
    pub fn in_column(self, column: &str) -> Self {
        Self {
            column: column.to_owned(),
            ..self
        }
    }

    /// Whether it keeps the table from being accepted.
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }
}

impl fmt::Display for TableProblem {
    /// `line 17, column "postcode": a star stands in the middle. Write it at the end`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}", self.line)?;
            if !self.column.is_empty() {
                f.write_str(", ")?;
            }
        }
        if !self.column.is_empty() {
            write!(f, "column {:?}", self.column)?;
        }
        if self.line > 0 || !self.column.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)?;
        if !self.hint.is_empty() {
            write!(f, ". {}", self.hint)?;
        }
        Ok(())
    }
}
