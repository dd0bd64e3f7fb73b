//! CSV in: a header, then rows, each whole or reported.
//!
//! `csv-core` splits the cells, fed one line at a time and not by the `csv` crate's reader, on
//! purpose: there a quote that is never closed swallows the rest of the file as one value, records
//! have no bound, and the original line is gone. Here a broken quote costs one line, whose text
//! goes to the rejects file.
//!
//! Rules, where that parser takes anything: text behind a closing quote is refused, for most often
//! that quote was meant to open the next value; a carriage return alone ends no line, and one
//! before a line end is dropped, inside quotes too. Wholly empty lines are no rows. White space
//! around a cell is dropped later, with the mapping ([`crate::forms`]).

use crate::bad::{Bad, Reject, Trouble};
use crate::lines::{LINE_MAX, LINES_MAX, Line, Lines};
use crate::row::{COLUMNS_MAX, Cell, Row, forbidden};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use std::sync::Arc;

/// What to do about a carriage return in a header.
const OLD_LINE_ENDS: &str =
    "Maybe the file has old Macintosh line ends; save it again as \"CSV UTF-8\"";

/// Reads a table.
pub struct Table {
    file: String,
    lines: Lines,
    parser: Box<Reader>,
    header: Arc<[String]>,
    ended: bool,
}

impl Table {
    /// Reads the header.
    ///
    /// *Refuses*, in order: an empty file, UTF-16, a header that is no row, too many columns, two
    /// columns of one name.
    pub fn open(file: &str, mut lines: Lines, delimiter: u8) -> Result<Self, Box<Bad>> {
        let mut parser = ReaderBuilder::new()
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .build();
        let record = match next_record(file, &mut lines, &mut parser, &[]) {
            Ok(Some(record)) => record,
            Ok(None) => return Err(Box::new(Bad::file(file, "a header line with column names"))),
            Err(Trouble::Line(reject)) => return Err(header_hint(Box::new(reject.bad))),
            Err(Trouble::File(bad)) => return Err(bad),
        };
        let line = record.line;
        // Before anything is compared: looking for doubles takes the square of the columns.
        let found = record.ends.len();
        if found > COLUMNS_MAX {
            let bad = Bad::line(
                file,
                line,
                format!("at most {COLUMNS_MAX} columns, found {found}"),
            );
            return Err(Box::new(match record.text.contains(&b'\r') {
                true => bad.hint(OLD_LINE_ENDS),
                false => bad,
            }));
        }
        let mut header: Vec<String> = Vec::with_capacity(found);
        for (at, bytes) in record.cells().enumerate() {
            let name = text_of(file, line, at + 1, "", bytes).map_err(header_hint)?;
            let name = name.trim().to_owned();
            if name.contains('\r') {
                let bad = Bad::line(file, line, "one line per row").in_column(at + 1, &name);
                return Err(Box::new(bad.hint(OLD_LINE_ENDS)));
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
        Ok(Self {
            file: file.to_owned(),
            lines,
            parser: Box::new(parser),
            header: header.into(),
            ended: false,
        })
    }

    /// Column names in order; an unnamed column is `""`.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    fn row(&self, record: Record) -> Result<Row, Trouble> {
        let (line, original) = (record.line, record.original());
        let reject = |bad, original| Trouble::Line(Box::new(Reject { bad, original }));
        let (found, wanted) = (record.ends.len(), self.header.len());
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
        let mut texts = Vec::with_capacity(found);
        for (at, bytes) in record.cells().enumerate() {
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
        if self.ended {
            return None;
        }
        let record = next_record(&self.file, &mut self.lines, &mut self.parser, &self.header);
        self.ended = matches!(record, Ok(None) | Err(Trouble::File(_)));
        match record {
            Ok(record) => record.map(|record| self.row(record)),
            Err(trouble) => Some(Err(trouble)),
        }
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

/// One record, fed line by line.
#[derive(Default)]
struct Record {
    /// Line on which it begins.
    line: u64,
    /// As it was read, each line with an end.
    text: Vec<u8>,
    /// The cells without their quotes, one behind the other.
    bytes: Vec<u8>,
    /// Where in the bytes each cell ends.
    ends: Vec<usize>,
}

impl Record {
    /// Adds a line, and tells whether the record ended with it.
    fn feed(&mut self, parser: &mut Reader, line: &[u8]) -> bool {
        let (start, at, known) = (self.text.len(), self.bytes.len(), self.ends.len());
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
        let input = &self.text[start..];
        // Room for the most that can come out, so that one call takes the whole line: no more
        // bytes than go in, and no more cells than there are bytes.
        self.bytes.resize(at + input.len(), 0);
        self.ends.resize(known + input.len(), 0);
        let (bytes, ends) = (&mut self.bytes[at..], &mut self.ends[known..]);
        let (outcome, _, written, ended) = parser.read_record(input, bytes, ends);
        self.bytes.truncate(at + written);
        self.ends.truncate(known + ended);
        outcome == ReadRecordResult::Record
    }

    fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.bytes[start..*end])
    }

    /// The first quoted cell that is not written as it would be written again: there the parser
    /// has added text from behind the closing quote.
    fn text_behind(&self) -> Option<usize> {
        let mut rest = &self.text[..];
        self.cells().position(|cell| {
            let mut size = cell.len();
            if rest.starts_with(b"\"") {
                let mut again = vec![b'"'; 2 * size + 2];
                size = 2 + csv_core::quote(cell, &mut again[1..], b'"', b'"', true).2;
                if !rest.starts_with(&again[..size]) {
                    return true;
                }
            }
            rest = &rest[size + 1..];
            false
        })
    }

    fn original(&self) -> String {
        String::from_utf8_lossy(&self.text[..self.text.len() - 1]).into_owned()
    }
}

fn next_record(
    file: &str,
    lines: &mut Lines,
    parser: &mut Reader,
    header: &[String],
) -> Result<Option<Record>, Trouble> {
    let mut held: Vec<Line> = Vec::new();
    let mut record = Record::default();
    // One parser for all records, as a clone of a built one loses its rules. After a reset it drops
    // a byte-order mark from its first input. The file's own is gone already, and one further down
    // is text, so the first input is an empty line.
    parser.reset();
    parser.read_record(b"\n", &mut [0], &mut [0]);
    let mut whole = false;
    while !whole {
        let line = lines.next_line().map_err(|error| {
            let bad = Bad::file(file, "a file that can be read").hint(error.to_string());
            Trouble::File(Box::new(bad))
        })?;
        match line {
            None if held.is_empty() => return Ok(None),
            None => break,
            Some(line) if held.is_empty() && line.bytes.is_empty() => {}
            Some(line) if held.is_empty() && line.over => {
                let expected = format!("a line of at most {LINE_MAX} bytes");
                return Err(rejected(Bad::line(file, line.number, expected), &line));
            }
            Some(line) => {
                let over = line.over
                    || held.len() == LINES_MAX
                    || record.text.len() + line.bytes.len() > LINE_MAX;
                whole = !over && record.feed(parser, &line.bytes);
                held.push(line);
                if over {
                    break;
                }
            }
        }
    }
    record.line = held[0].number;
    let (cell, broken) = match record.text_behind() {
        Some(cell) => (cell, Broken::TextBehind),
        None if whole => return Ok(Some(record)),
        None => (record.ends.len(), Broken::NeverClosed),
    };
    // Only the first line is lost; what it swallowed is read again as lines of its own.
    let first = held.remove(0);
    lines.put_back(held.into_iter());
    let name = header.get(cell).map_or("", String::as_str);
    let bad = Bad::line(file, first.number, broken.expected());
    let bad = bad.in_column(cell + 1, name).hint(broken.hint());
    Err(rejected(bad, &first))
}

fn rejected(bad: Bad, line: &Line) -> Trouble {
    let original = String::from_utf8_lossy(&line.bytes).into_owned();
    Trouble::Line(Box::new(Reject { bad, original }))
}

/// The cell as text.
fn text_of(
    file: &str,
    line: u64,
    number: usize,
    name: &str,
    bytes: &[u8],
) -> Result<String, Box<Bad>> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        let lossy = String::from_utf8_lossy(bytes);
        let bad = Bad::line(file, line, "text in UTF-8")
            .in_column(number, name)
            .seen(&lossy);
        let marked = matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
        bad.hint(if marked && (line, number) == (1, 1) {
            "This looks like UTF-16; save the file again as \"CSV UTF-8\""
        } else {
            "Maybe the file is in a Windows or Latin encoding; save it again as \"CSV UTF-8\""
        })
    })?;
    match text.chars().find(|c| forbidden(*c)) {
        None => Ok(text.to_owned()),
        Some(c) => Err(Box::new(
            Bad::line(file, line, "printable text")
                .in_column(number, name)
                .seen(text)
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
            Self::NeverClosed => format!(
                "a closing quote within {LINES_MAX} lines and {LINE_MAX} bytes, and before the end \
                 of the file"
            ),
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
