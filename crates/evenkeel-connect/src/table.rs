//! CSV in: a header, then rows, each whole or reported.
//!
//! Quotes are read here and not by the `csv` crate, on purpose: there a quote that is never closed
//! swallows the rest of the file as one value, records have no bound, and the original line is
//! gone. Here a broken quote costs one line, whose text goes to the rejects file.
//!
//! Rules: cells are split at the delimiter; a cell that begins with `"` ends at the next lone `"`
//! and may hold delimiters, line ends and `""` for one quote; a quote inside an unquoted cell is
//! itself. Wholly empty lines are no rows. White space around a cell is dropped later, with the
//! mapping ([`crate::forms`]).

use crate::bad::{Bad, Reject, Trouble};
use crate::lines::{LINE_MAX, Line, Lines};
use crate::row::{COLUMNS_MAX, Cell, Row, forbidden};
use std::sync::Arc;

/// Reads a table.
pub struct Table {
    file: String,
    lines: Lines,
    delimiter: u8,
    header: Arc<[String]>,
    ended: bool,
}

impl Table {
    /// Reads the header.
    ///
    /// *Refuses*, in order: an empty file, UTF-16, a header that is no row, too many columns, two
    /// columns of one name.
    pub fn open(file: &str, mut lines: Lines, delimiter: u8) -> Result<Self, Box<Bad>> {
        let nothing: Arc<[String]> = Arc::new([]);
        let (line, _, cells) = loop {
            match next_record(file, &mut lines, delimiter, &nothing) {
                Ok(Some(record)) if record.blank() => {}
                Ok(Some(record)) => break (record.line, record.original, record.cells),
                Ok(None) => {
                    return Err(Box::new(Bad::file(file, "a header line with column names")));
                }
                Err(Trouble::Line(reject)) => return Err(header_hint(Box::new(reject.bad))),
                Err(Trouble::File(bad)) => return Err(bad),
            }
        };
        let mut header: Vec<String> = Vec::with_capacity(cells.len());
        for (at, bytes) in cells.into_iter().enumerate() {
            let name = text_of(file, line, at + 1, "", bytes).map_err(header_hint)?;
            let name = name.trim().to_owned();
            if name.contains('\r') {
                let bad = Bad::line(file, line, "one line per row").in_column(at + 1, &name);
                return Err(Box::new(bad.hint(
                    "Maybe the file has old Macintosh line ends; save it again as \"CSV UTF-8\"",
                )));
            }
            if let Some(first) = header
                .iter()
                .position(|known| *known == name && !name.is_empty())
            {
                let expected = format!("every column name once, but column {} has it", first + 1);
                let bad = Bad::line(file, line, expected).in_column(at + 1, &name);
                return Err(Box::new(bad.hint("Rename one of the two in the header")));
            }
            header.push(name);
        }
        if header.len() > COLUMNS_MAX {
            let expected = format!("at most {COLUMNS_MAX} columns, found {}", header.len());
            return Err(Box::new(Bad::line(file, line, expected)));
        }
        Ok(Self {
            file: file.to_owned(),
            lines,
            delimiter,
            header: header.into(),
            ended: false,
        })
    }

    /// Column names in order; an unnamed column is `""`.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    fn row(&self, record: Record) -> Result<Row, Trouble> {
        let Record {
            line,
            original,
            cells,
        } = record;
        let reject = |bad, original| Trouble::Line(Box::new(Reject { bad, original }));
        let (found, wanted) = (cells.len(), self.header.len());
        if found != wanted {
            let mut bad = Bad::line(
                &self.file,
                line,
                format!("{wanted} cells as in the header, found {found}"),
            );
            if found > wanted {
                bad = bad.hint("Maybe a value with a comma has no quotes around it");
            }
            return Err(reject(bad, original));
        }
        let mut texts = Vec::with_capacity(cells.len());
        for (at, bytes) in cells.into_iter().enumerate() {
            match text_of(&self.file, line, at + 1, &self.header[at], bytes) {
                Ok(text) => texts.push(Cell::Text(text)),
                Err(bad) => return Err(reject(*bad, original)),
            }
        }
        Ok(Row {
            line,
            number: 0,
            original,
            names: Arc::clone(&self.header),
            cells: texts,
        })
    }
}

impl Iterator for Table {
    type Item = Result<Row, Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match next_record(&self.file, &mut self.lines, self.delimiter, &self.header) {
                Ok(Some(record)) if record.blank() => {}
                Ok(Some(record)) => return Some(self.row(record)),
                Ok(None) => self.ended = true,
                Err(trouble) => {
                    self.ended = matches!(trouble, Trouble::File(_));
                    return Some(Err(trouble));
                }
            }
        }
        None
    }
}

/// A header with a broken quote or wrong bytes is most often another kind of file.
fn header_hint(bad: Box<Bad>) -> Box<Bad> {
    match &bad.hint {
        Some(_) => bad,
        None => Box::new(
            bad.hint("Maybe this is no CSV file; save it as \"CSV UTF-8\" with a header line"),
        ),
    }
}

/// One record as bytes.
struct Record {
    line: u64,
    original: String,
    cells: Vec<Vec<u8>>,
}

impl Record {
    /// An empty line is no row.
    fn blank(&self) -> bool {
        self.original.is_empty()
    }
}

fn next_record(
    file: &str,
    lines: &mut Lines,
    delimiter: u8,
    header: &[String],
) -> Result<Option<Record>, Trouble> {
    let mut held: Vec<Line> = Vec::new();
    let mut size = 0;
    let mut split = Split::new(delimiter);
    loop {
        let line = match lines.next_line() {
            Ok(line) => line,
            Err(error) => {
                let bad = Bad::file(file, "a file that can be read").hint(error.to_string());
                return Err(Trouble::File(Box::new(bad)));
            }
        };
        let broken = match line {
            None if held.is_empty() => return Ok(None),
            None => Some(Broken::NeverClosed),
            Some(line) if held.is_empty() && line.over => {
                let bad = Bad::line(
                    file,
                    line.number,
                    format!("a line of at most {LINE_MAX} bytes"),
                );
                return Err(rejected(bad, &[line]));
            }
            Some(line) => {
                size += line.bytes.len() + 1;
                let outcome = split.feed(&line.bytes);
                let over = line.over || size > LINE_MAX + 1;
                held.push(line);
                match outcome {
                    Fed::Whole if !over => None,
                    Fed::Whole | Fed::Open if over => Some(Broken::NeverClosed),
                    Fed::Whole | Fed::Open => continue,
                    Fed::Behind => Some(Broken::TextBehind),
                }
            }
        };
        let Some(broken) = broken else {
            let original = joined(&held);
            return Ok(Some(Record {
                line: held[0].number,
                original,
                cells: split.cells,
            }));
        };
        // Only the first line is lost; what it swallowed is read again as lines of its own.
        let first = held.remove(0);
        lines.put_back(held.into_iter());
        let number = split.cells.len() + 1;
        let name = header.get(number - 1).map_or("", String::as_str);
        let bad = Bad::line(file, first.number, broken.expected());
        return Err(rejected(
            bad.in_column(number, name).hint(broken.hint()),
            &[first],
        ));
    }
}

fn rejected(bad: Bad, lines: &[Line]) -> Trouble {
    Trouble::Line(Box::new(Reject {
        bad,
        original: joined(lines),
    }))
}

fn joined(lines: &[Line]) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        text.push_str(&String::from_utf8_lossy(&line.bytes));
    }
    text
}

/// The cell as text.
fn text_of(
    file: &str,
    line: u64,
    number: usize,
    name: &str,
    bytes: Vec<u8>,
) -> Result<String, Box<Bad>> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let lossy = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let bad = Bad::line(file, line, "text in UTF-8")
            .in_column(number, name)
            .seen(&lossy);
        let start = &error.as_bytes()[..error.as_bytes().len().min(2)];
        bad.hint(if matches!(start, b"\xFF\xFE" | b"\xFE\xFF") {
            "This looks like UTF-16; save the file again as \"CSV UTF-8\""
        } else {
            "Maybe the file is in a Windows or Latin encoding; save it again as \"CSV UTF-8\""
        })
    })?;
    match text.chars().find(|c| forbidden(*c)) {
        None => Ok(text),
        Some(c) => Err(Box::new(
            Bad::line(file, line, "printable text")
                .in_column(number, name)
                .seen(&text)
                .hint(format!("Remove the character {}", c.escape_unicode())),
        )),
    }
}

/// What is wrong with the quotes of a record.
#[derive(Clone, Copy)]
enum Broken {
    NeverClosed,
    TextBehind,
}

impl Broken {
    fn expected(self) -> String {
        match self {
            Self::NeverClosed => {
                format!("a closing quote within {LINE_MAX} bytes and before the end of the file")
            }
            Self::TextBehind => "a delimiter or the end of the line after a closing quote".into(),
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::NeverClosed => "Close the quote, or remove it",
            Self::TextBehind => "A quote inside a quoted value is written twice: \"\"",
        }
    }
}

/// Splits one record, fed line by line.
struct Split {
    delimiter: u8,
    cells: Vec<Vec<u8>>,
    cell: Vec<u8>,
    quoted: bool,
}

enum Fed {
    /// The record ended with the line.
    Whole,
    /// A quoted cell goes on in the next line.
    Open,
    /// There is text behind a closing quote.
    Behind,
}

impl Split {
    fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            cells: Vec::new(),
            cell: Vec::new(),
            quoted: false,
        }
    }

    fn feed(&mut self, line: &[u8]) -> Fed {
        let mut rest = line;
        if self.quoted {
            self.cell.push(b'\n');
        }
        loop {
            if !self.quoted && self.cell.is_empty() && rest.first() == Some(&b'"') {
                self.quoted = true;
                rest = &rest[1..];
            }
            if self.quoted {
                let Some(quote) = rest.iter().position(|byte| *byte == b'"') else {
                    self.cell.extend_from_slice(rest);
                    return Fed::Open;
                };
                self.cell.extend_from_slice(&rest[..quote]);
                rest = &rest[quote + 1..];
                match rest.first() {
                    Some(b'"') => {
                        self.cell.push(b'"');
                        rest = &rest[1..];
                        continue;
                    }
                    Some(byte) if *byte != self.delimiter => return Fed::Behind,
                    _ => self.quoted = false,
                }
            } else {
                let end = rest.iter().position(|byte| *byte == self.delimiter);
                self.cell
                    .extend_from_slice(&rest[..end.unwrap_or(rest.len())]);
                rest = &rest[end.unwrap_or(rest.len())..];
            }
            self.cells.push(std::mem::take(&mut self.cell));
            match rest.first() {
                Some(_) => rest = &rest[1..],
                None => return Fed::Whole,
            }
        }
    }
}
