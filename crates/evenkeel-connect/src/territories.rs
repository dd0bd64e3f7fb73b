//! Territory tables from CSV, a spreadsheet's clipboard included: texts, not typed yet.
//!
//! One column is called `territory`; every other one is a key column and named like a record
//! field. What the cells mean is decided in the core, which knows the fields.

use crate::bad::{Bad, Trouble, maybe};
use crate::out::CsvOut;
use crate::row::Cell;
use crate::source::{Format, Rows};
use evenkeel_core::territory::table::{ROWS_MAX, Sheet, SheetRow};
use std::io::{self, Cursor, Write};

/// Most bytes of one file.
pub const BYTES_MAX: usize = 4 << 20;
/// The column that names the territory.
pub const TERRITORY: &str = "territory";
/// Most bad lines told.
const BAD_MAX: usize = 100;

/// Reads a table. Cells are separated by commas, semicolons or tabs, whichever the header has most
/// of.
///
/// *Refuses*, in order: more than [`BYTES_MAX`], a header without the column `territory` or with a
/// column that has no name; then with every one of them, lines that are no rows.
pub fn read(file: &str, text: &str) -> Result<Sheet, Vec<Bad>> {
    if text.len() > BYTES_MAX {
        let expected = format!("at most {BYTES_MAX} bytes, found {}", text.len());
        return Err(vec![Bad::file(file, expected)]);
    }
    let source = Box::new(Cursor::new(text.to_owned().into_bytes()));
    let rows = Rows::open(file, source, Format::Csv, delimiter(text));
    let mut rows = rows.map_err(|bad| vec![*bad])?;
    let header = rows.header().unwrap_or_default().to_vec();
    let at = named(file, &header).map_err(|bad| vec![bad])?;
    let mut sheet = Sheet {
        columns: header.clone(),
        rows: Vec::new(),
    };
    sheet.columns.remove(at);
    let mut bad = Vec::new();
    for row in &mut rows {
        match row {
            // One more than fit is enough for the core to say so.
            Ok(_) if sheet.rows.len() > ROWS_MAX => break,
            Ok(row) => {
                let mut cells: Vec<String> = row.cells.iter().map(Cell::text).collect();
                let territory = cells.remove(at);
                sheet.rows.push(SheetRow {
                    line: row.line,
                    cells,
                    territory,
                });
            }
            Err(Trouble::Line(reject)) => bad.push(reject.bad),
            Err(Trouble::File(found)) => {
                bad.push(*found);
                break;
            }
        }
        if bad.len() >= BAD_MAX {
            break;
        }
    }
    if bad.is_empty() { Ok(sheet) } else { Err(bad) }
}

/// Writes a table as CSV, so that reading it again gives the same sheet.
pub fn write<W: Write>(target: W, sheet: &Sheet) -> io::Result<W> {
    let header: Vec<&str> = sheet.columns.iter().map(String::as_str).collect();
    let header: Vec<&str> = header.into_iter().chain([TERRITORY]).collect();
    let mut out = CsvOut::new(target, &header)?;
    for row in &sheet.rows {
        let cells = row.cells.iter().map(String::as_str);
        out.row(cells.chain([row.territory.as_str()]))?;
    }
    out.finish()
}

/// What separates the cells of the header. Ties go to the comma, then to the semicolon.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |byte: u8| header.bytes().filter(|found| *found == byte).count();
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|byte| count(*byte))
        .unwrap_or(b',')
}

/// Position of the column that names the territory.
fn named(file: &str, header: &[String]) -> Result<usize, Bad> {
    if let Some(unnamed) = header.iter().position(String::is_empty) {
        let bad = Bad::line(file, 1, "every column with a name");
        return Err(bad
            .in_column(unnamed + 1, "")
            .hint("Delete the empty column"));
    }
    let lower = |name: &String| name.to_lowercase() == TERRITORY;
    header.iter().position(lower).ok_or_else(|| {
        let bad = Bad::line(file, 1, format!("a column called {TERRITORY}"));
        let known = header.iter().map(String::as_str);
        let mut close = known.filter(|name| maybe(name, [TERRITORY]).is_some());
        match close.next_back() {
            Some(name) => bad.hint(format!("Maybe {name:?} was meant: rename it")),
            None => bad.hint("The other columns are named like record fields, such as country"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_every_separator_are_the_same() {
        let text = "country,state,territory\nUS,CA,West\nUS,,East\n";
        let sheet = read("t.csv", text).expect("a table");
        assert_eq!(sheet.columns, ["country", "state"]);
        assert_eq!(sheet.rows[0].cells, ["US", "CA"]);
        assert_eq!(sheet.rows[1].territory, "East");
        for separator in [";", "\t"] {
            assert_eq!(
                read("t.csv", &text.replace(',', separator)),
                Ok(sheet.clone())
            );
        }
        let moved = read("t.csv", "Territory,country,state\nWest,US,CA\nEast,US,\n");
        assert_eq!(moved, Ok(sheet.clone()));
        let written = write(Vec::new(), &sheet).expect("memory does not fail");
        let written = String::from_utf8(written).expect("text");
        assert_eq!(read("t.csv", &written), Ok(sheet));
    }

    #[test]
    fn what_is_no_table_is_told_line_by_line() {
        for (text, expected) in [
            ("", "a header line"),
            (
                "country,teritory\nUS,West\n",
                "Maybe \"teritory\" was meant",
            ),
            ("country,\nUS,West\n", "every column with a name"),
            ("country,territory\nUS\n", "t.csv:2: expected 2 cells"),
        ] {
            let bad = read("t.csv", text).expect_err(text);
            assert!(bad[0].to_string().contains(expected), "{}", bad[0]);
        }
        let long = "x".repeat(BYTES_MAX + 1);
        assert!(read("t.csv", &long).is_err());
    }
}
