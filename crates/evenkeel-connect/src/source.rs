//! A file of rows: CSV or NDJSON, by its name or as told, from disk or standard input.
//!
//! Archives are deliberately not opened: a compressed file is for the shell to unpack.

use crate::bad::{Bad, Trouble};
use crate::lines::Lines;
use crate::ndjson::Ndjson;
use crate::row::Row;
use crate::table::Table;
use std::io::Read;
use std::path::Path;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object per line.
    Ndjson,
}

impl Format {
    /// The format that a file's name tells: `.csv`, `.tsv`, `.txt`, or `.ndjson`, `.jsonl`,
    /// `.json`.
    pub fn of(name: &str) -> Option<Self> {
        let extension = Path::new(name).extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "ndjson" | "jsonl" | "json" => Some(Self::Ndjson),
            _ => None,
        }
    }
}

/// The rows of a file, numbered.
pub struct Rows {
    reader: Reader,
    number: u64,
}

enum Reader {
    Csv(Table),
    Ndjson(Ndjson),
}

impl Rows {
    /// Opens `source`, which messages call `file`.
    ///
    /// *Refuses*: a table without a sound header.
    pub fn open(
        file: &str,
        source: Box<dyn Read + Send>,
        format: Format,
        delimiter: u8,
    ) -> Result<Self, Box<Bad>> {
        let lines = Lines::new(source);
        let reader = match format {
            Format::Csv => Reader::Csv(Table::open(file, lines, delimiter)?),
            Format::Ndjson => Reader::Ndjson(Ndjson::open(file, lines)),
        };
        Ok(Self { reader, number: 0 })
    }

    /// The header, where there is one.
    pub fn header(&self) -> Option<&[String]> {
        match &self.reader {
            Reader::Csv(table) => Some(table.header()),
            Reader::Ndjson(_) => None,
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Row, Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut next = match &mut self.reader {
            Reader::Csv(table) => table.next(),
            Reader::Ndjson(objects) => objects.next(),
        };
        if let Some(Ok(row)) = &mut next {
            self.number += 1;
            row.number = self.number;
        }
        next
    }
}
