//! The rejects file: every line that was skipped, with the reason, ready to be mended.
//!
//! A CSV of `line`, `column`, `reason` and `original`. The original text is one cell; cells are
//! defused like all tables we write ([`crate::out`]).

use crate::bad::Reject;
use crate::out::CsvOut;
use std::io::{self, Write};

/// Writes bad lines.
pub struct Rejects<W: Write> {
    out: CsvOut<W>,
    count: u64,
}

impl<W: Write> Rejects<W> {
    /// Writes the header.
    pub fn new(target: W) -> io::Result<Self> {
        let out = CsvOut::new(target, &["line", "column", "reason", "original"])?;
        Ok(Self { out, count: 0 })
    }

    /// Writes one bad line.
    pub fn write(&mut self, reject: &Reject) -> io::Result<()> {
        self.count += 1;
        let column = match &reject.bad.column {
            None => String::new(),
            Some(column) => column
                .name
                .clone()
                .unwrap_or_else(|| column.number.to_string()),
        };
        let line = reject.bad.line.to_string();
        self.out.row([
            line.as_str(),
            &column,
            &reject.bad.reason(),
            &reject.original,
        ])
    }

    /// How many lines were written.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Writes what is still held back and gives the target.
    pub fn finish(self) -> io::Result<W> {
        self.out.finish()
    }
}
