//! Rows of a report in the three forms: a table for people, CSV and JSON for programs.
//!
//! What the rows say is the report's business.

use evenkeel_connect::out::CsvOut;

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// For people
    Table,
    /// One object
    Json,
    /// Comma-separated values with a header
    Csv,
}

/// Rows under a header; every row has as many cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    header: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    /// No rows yet.
    pub fn new(header: &[&'static str]) -> Self {
        Self {
            header: header.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let row: Vec<String> = cells.into_iter().collect();
        debug_assert_eq!(row.len(), self.header.len());
        self.rows.push(row);
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Columns as wide as their widest cell, numbers to the right.
    pub fn table(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().map(|row| row[column].chars().count());
            cells
                .max()
                .unwrap_or(0)
                .max(self.header[column].chars().count())
        };
        let widths: Vec<usize> = (0..self.header.len()).map(width).collect();
        let number = |column: usize| {
            let mut cells = self.rows.iter().map(|row| row[column].as_str());
            cells.all(|cell| {
                cell.is_empty() || cell.starts_with(|c: char| "+-0123456789".contains(c))
            })
        };
        let right: Vec<bool> = (0..self.header.len()).map(number).collect();
        let line = |cells: Vec<&str>| {
            let mut text = String::new();
            for (column, cell) in cells.iter().enumerate() {
                let width = widths[column];
                let cell = match right[column] {
                    true => format!("  {cell:>width$}"),
                    false => format!("  {cell:width$}"),
                };
                text.push_str(&cell);
            }
            format!("{}\n", text.trim_end())
        };
        let mut text = line(self.header.clone());
        for row in &self.rows {
            text.push_str(&line(row.iter().map(String::as_str).collect()));
        }
        text
    }

    /// CSV, safe to open in a spreadsheet.
    pub fn csv(&self) -> Vec<u8> {
        let mut out = CsvOut::new(Vec::new(), &self.header).expect("memory does not fail");
        for row in &self.rows {
            let cells = row.iter().map(String::as_str);
            out.row(cells).expect("memory does not fail");
        }
        out.finish().expect("memory does not fail")
    }

    /// An array of objects; every value is a text, as amounts are exact decimals.
    pub fn json(&self) -> serde_json::Value {
        let object = |row: &Vec<String>| {
            let cells = self.header.iter().zip(row);
            let cells = cells.map(|(name, cell)| ((*name).to_owned(), cell.clone().into()));
            serde_json::Value::Object(cells.collect())
        };
        self.rows.iter().map(object).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_say_the_same() {
        let mut sheet = Sheet::new(&["rep", "open"]);
        sheet.row(["ana".to_owned(), "7".to_owned()]);
        sheet.row(["benedikt".to_owned(), "12".to_owned()]);
        assert_eq!(
            sheet.table(),
            "  rep       open\n  ana          7\n  benedikt    12\n"
        );
        assert_eq!(sheet.csv(), b"rep,open\nana,7\nbenedikt,12\n");
        let json = r#"[{"open":"7","rep":"ana"},{"open":"12","rep":"benedikt"}]"#;
        let parsed: serde_json::Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(sheet.json(), parsed);
    }
}
