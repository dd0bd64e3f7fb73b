//! What the `csv` crate writes, the table reads as that crate would.

use csv::{QuoteStyle, ReaderBuilder, Terminator, WriterBuilder};
use evenkeel_connect::row::Cell;
use evenkeel_connect::source::{Format, Rows};
use proptest::collection::vec;
use proptest::prelude::*;
use std::io::Cursor;

type Cells = Vec<Vec<String>>;

/// Columns, and rows of just as many cells.
fn tables() -> impl Strategy<Value = (usize, Cells)> {
    let cell = "[a-c0-9 \"',;|\t\r\nä\u{FEFF}]{0,6}";
    (1..5_usize).prop_flat_map(move |wide| (Just(wide), vec(vec(cell, wide), 0..12)))
}

fn header(wide: usize) -> Vec<String> {
    (0..wide).map(|at| format!("c{at}")).collect()
}

/// What the table reads; every row must be sound and begin on a later line than the one before.
fn ours(text: &[u8], delimiter: u8) -> Cells {
    let source = Box::new(Cursor::new(text.to_vec()));
    let rows = Rows::open("in.csv", source, Format::Csv, delimiter).expect("has a header");
    let mut line = 1;
    rows.map(|row| {
        let row = row.unwrap_or_else(|trouble| panic!("{}", trouble.bad()));
        assert!(row.line > line, "{} after {line}", row.line);
        line = row.line;
        row.cells.iter().map(Cell::text).collect()
    })
    .collect()
}

/// What the `csv` crate reads. It keeps a carriage return before a line end inside quotes, which
/// is no part of a line for us.
fn theirs(text: &[u8], delimiter: u8) -> Cells {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(text);
    let rows = reader.records().map(|row| row.expect("is CSV"));
    rows.map(|row| row.iter().map(|cell| cell.replace("\r\n", "\n")).collect())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn cells_are_those_of_the_csv_crate(
        (wide, rows) in tables(),
        delimiter in prop::sample::select(b",;|\t".to_vec()),
        always in any::<bool>(),
        crlf in any::<bool>(),
    ) {
        let mut writer = WriterBuilder::new()
            .delimiter(delimiter)
            .quote_style(if always { QuoteStyle::Always } else { QuoteStyle::Necessary })
            .terminator(if crlf { Terminator::CRLF } else { Terminator::Any(b'\n') })
            .from_writer(Vec::new());
        for row in std::iter::once(&header(wide)).chain(&rows) {
            writer.write_record(row).expect("memory does not fail");
        }
        let text = writer.into_inner().expect("memory does not fail");
        let read = ours(&text, delimiter);
        prop_assert_eq!(read.len(), rows.len());
        prop_assert_eq!(read, theirs(&text, delimiter), "{}", String::from_utf8_lossy(&text));
    }
}
