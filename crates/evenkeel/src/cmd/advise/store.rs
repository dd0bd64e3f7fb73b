//! The workspace of a store, and small tables beside it, for questions about either.

use crate::cmd::advise::show::senseless;
use crate::cmd::failure::{Exit, Failure};
use crate::cmd::{feed, store};
use crate::host::clock::{Clock, Wall};
use crate::host::fold;
use crate::host::workspace::first_workspace;
use evenkeel_connect::bad::Bad;
use evenkeel_connect::row::Row;
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::schema::FieldType;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_core::units::{Micro, ONE};
use std::path::Path;

/// Most rows of such a table.
const ROWS_MAX: usize = 1_000_000;

/// The first workspace of a store, and now.
pub fn workspace(path: &Path) -> Result<(State, Moment), Failure> {
    let reader = store::look(path)?;
    let state = fold::fold(&reader, first_workspace(&reader)?)?.state;
    let now = Wall.now().max(state.last_at());
    Ok((state, now))
}

/// A number field of records, by name.
pub fn number_field(state: &State, flag: &str, name: &str) -> Result<FieldNo, Failure> {
    let schema = state.record_schema();
    let field = schema.find(name);
    let number = |field: &FieldNo| {
        let found = schema.field(*field);
        found.is_some_and(|found| found.kind == FieldType::Number)
    };
    field
        .filter(number)
        .ok_or_else(|| senseless(format!("{flag}: records have no number field {name:?}")))
}

/// Reads a small table: each row by `read`.
///
/// *Refuses*: a file that is no table, and the first row that cannot be read.
pub fn rows<T>(
    path: &Path,
    columns: &[&str],
    read: impl Fn(&Cells<'_>) -> Result<T, Box<Bad>>,
) -> Result<Vec<T>, Failure> {
    let file = feed::shown(path);
    let mut all = Vec::new();
    for row in feed::rows(path)? {
        let row = row.map_err(|trouble| Failure::from(Box::new(trouble.bad().clone())))?;
        if all.len() == ROWS_MAX {
            let message = format!("{file} has more than {ROWS_MAX} rows");
            return Err(Failure::new(Exit::Failure, message));
        }
        let cells = Cells {
            file: &file,
            row: &row,
        };
        cells.known(columns)?;
        all.push(read(&cells)?);
    }
    Ok(all)
}

/// One row of a small table.
pub struct Cells<'a> {
    file: &'a str,
    row: &'a Row,
}

impl Cells<'_> {
    fn bad(&self, expected: impl Into<String>) -> Bad {
        Bad::line(self.file, self.row.line, expected)
    }

    /// Refuses a table without one of these columns.
    fn known(&self, columns: &[&str]) -> Result<(), Box<Bad>> {
        let missing = columns.iter().find(|name| self.row.cell(name).is_none());
        match missing {
            None => Ok(()),
            Some(name) => Err(Box::new(self.bad(format!("a column called {name}")))),
        }
    }

    /// The text in a column; empty when there is none.
    pub fn text(&self, name: &str) -> String {
        self.row
            .cell(name)
            .map_or(String::new(), |(_, cell)| cell.text().trim().to_owned())
    }

    /// The number in a column.
    pub fn number(&self, name: &str) -> Result<Micro, Box<Bad>> {
        self.within(name, Micro(i64::MAX), "a number from 0 on, like 12 or 0.3")
    }

    /// The part of a whole in a column.
    pub fn part(&self, name: &str) -> Result<Micro, Box<Bad>> {
        self.within(name, ONE, "a number from 0 to 1, like 0.3")
    }

    fn within(&self, name: &str, most: Micro, expected: &str) -> Result<Micro, Box<Bad>> {
        let text = self.text(name);
        Micro::parse(&text)
            .filter(|number| (Micro(0)..=most).contains(number))
            .ok_or_else(|| {
                let at = self.row.cell(name).map_or(0, |(at, _)| at);
                Box::new(self.bad(expected).in_column(at, name).seen(&text))
            })
    }
}
