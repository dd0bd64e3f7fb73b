//! CSV out, safe to open in a spreadsheet.
//!
//! A cell that a spreadsheet would run as a formula gets a `'` in front (OWASP ASVS 1.2.10):
//! one that begins with `=`, `+`, `-`, `@`, tab, carriage return or NUL, also behind such `'`
//! already there. A plain negative number stays one. [`plain`] takes it off again, so nothing is
//! lost on the way back.

use std::borrow::Cow;
use std::io::{self, Write};

/// Characters with which a formula begins.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\0'];

/// Writes rows of a table.
pub struct CsvOut<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> CsvOut<W> {
    /// Writes the header.
    pub fn new(target: W, header: &[&str]) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(target);
        writer.write_record(header)?;
        Ok(Self { writer })
    }

    /// Writes one row, defused; lines end in LF.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        for cell in cells {
            self.writer.write_field(defused(cell).as_bytes())?;
        }
        self.writer.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Where it writes.
    pub fn target(&self) -> &W {
        self.writer.get_ref()
    }

    /// Writes what is still held back and gives the target. Dropping without this loses errors.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(|error| error.into_error())
    }
}

/// The cell with a `'` in front where it would be a formula.
pub fn defused(cell: &str) -> Cow<'_, str> {
    match risky(cell) {
        true => Cow::Owned(format!("'{cell}")),
        false => Cow::Borrowed(cell),
    }
}

/// The cell as it was before [`defused`].
pub fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|rest| risky(rest))
        .unwrap_or(cell)
}

/// Whether a spreadsheet would run it: a negative number is one and no formula.
fn risky(cell: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let negative = cell.strip_prefix('-').is_some_and(|amount| {
        let (whole, part) = amount.split_once('.').unwrap_or((amount, "0"));
        digits(whole) && digits(part)
    });
    !negative && cell.trim_start_matches('\'').starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_defused_and_the_rest_is_left_alone() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-0.6", "-0.6"),
            ("-0.6+1", "'-0.6+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("'=1", "''=1"),
            ("'t Hooft", "'t Hooft"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(defused(cell), written);
            assert_eq!(plain(written), cell);
        }
    }

    #[test]
    fn a_row_is_quoted_where_it_must_be() {
        let mut text = Vec::new();
        let mut out = CsvOut::new(&mut text, &["a", "b"]).expect("memory does not fail");
        out.row(["x,y", "=1"]).expect("memory does not fail");
        out.finish().expect("memory does not fail");
        assert_eq!(
            String::from_utf8(text).expect("is text"),
            "a,b\n\"x,y\",'=1\n"
        );
    }

    proptest! {
        #[test]
        fn plain_undoes_defused(cell in "['=+@\\-\ta]{0,6}") {
            let written = defused(&cell);
            prop_assert_eq!(plain(&written), &cell);
            prop_assert!(!written.starts_with(FORMULA));
        }
    }
}
