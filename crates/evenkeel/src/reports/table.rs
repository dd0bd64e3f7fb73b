//! A report as sentences and tables: shown on pages, given by the API, exported as CSV.
//!
//! Every table says what it counts and on how many it stands. In exports a figure takes four
//! columns, the value, both ends of its interval and its n, as plain numbers.

use evenkeel_connect::out::CsvOut;
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::figure::{Figure, number, percent};
use evenkeel_core::measure::life::Lives;
use evenkeel_core::time::{Moment, Span};
use serde_json::{Map, Value, json};

/// The answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The last moment that is known.
    pub until: Moment,
    /// Why there are no figures, if so.
    pub unknown: Option<String>,
    /// What is to be known before any figure.
    pub caveats: Vec<String>,
    /// What the figures say.
    pub said: Vec<String>,
    /// The figures.
    pub tables: Vec<Table>,
}

/// One table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The name in addresses.
    pub name: &'static str,
    /// The title on pages.
    pub title: String,
    /// What it stands on: `n = 400 leads`.
    pub n: String,
    /// What its columns mean.
    pub definition: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows; each has a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name in exports.
    pub name: &'static str,
    /// The head on pages.
    pub head: &'static str,
    /// What is in it.
    pub kind: Kind,
}

/// What is in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Words,
    /// A number.
    Number,
    /// A figure with its interval.
    Figure,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing is known.
    None,
    /// Words.
    Text(String),
    /// A rep: a name on pages, the key in exports.
    Rep(RepNo),
    /// How many.
    Count(u64),
    /// A share of one.
    Share(f64),
    /// A number.
    Number(f64),
    /// A length of time; days in exports.
    Span(Span),
    /// A share with its interval and n.
    Shares(Figure),
    /// A number with its interval and n.
    Numbers(Figure),
}

impl Column {
    /// A column of words.
    pub const fn words(name: &'static str, head: &'static str) -> Self {
        Self {
            name,
            head,
            kind: Kind::Words,
        }
    }

    /// A column of numbers.
    pub const fn number(name: &'static str, head: &'static str) -> Self {
        Self {
            name,
            head,
            kind: Kind::Number,
        }
    }

    /// A column of figures.
    pub const fn figure(name: &'static str, head: &'static str) -> Self {
        Self {
            name,
            head,
            kind: Kind::Figure,
        }
    }
}

impl Cell {
    /// A cell that may be unknown.
    pub fn maybe<T>(value: Option<T>, cell: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::None, cell)
    }

    /// For the eye.
    pub fn shown(&self, rep: &dyn Fn(RepNo) -> String) -> String {
        match self {
            Self::None => "–".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Rep(one) => rep(*one),
            Self::Count(count) => count.to_string(),
            Self::Share(share) => percent(*share),
            Self::Number(value) => number(*value),
            Self::Span(span) => span.to_string(),
            Self::Shares(figure) => {
                let ends = [figure.interval.low, figure.interval.high].map(percent);
                format!("{} ({} to {})", percent(figure.value), ends[0], ends[1])
            }
            Self::Numbers(figure) => {
                let ends = [figure.interval.low, figure.interval.high].map(number);
                format!("{} ({} to {})", number(figure.value), ends[0], ends[1])
            }
        }
    }

    fn json(&self, key: &dyn Fn(RepNo) -> String) -> Value {
        match self {
            Self::None => Value::Null,
            Self::Text(text) => json!(text),
            Self::Rep(rep) => json!(key(*rep)),
            Self::Count(count) => json!(count),
            Self::Share(value) | Self::Number(value) => finite(*value),
            Self::Span(span) => finite(in_days(*span)),
            Self::Shares(figure) | Self::Numbers(figure) => json!({
                "value": finite(figure.value),
                "low": finite(figure.interval.low),
                "high": finite(figure.interval.high),
                "n": finite(figure.n),
            }),
        }
    }

    /// As many cells as the column has in an export.
    fn cells(&self, kind: Kind, key: &dyn Fn(RepNo) -> String) -> Vec<String> {
        let written = |value: f64| match value.is_finite() {
            true => value.to_string(),
            false => String::new(),
        };
        let one = match self {
            Self::None => String::new(),
            Self::Text(text) => text.clone(),
            Self::Rep(rep) => key(*rep),
            Self::Count(count) => count.to_string(),
            Self::Share(value) | Self::Number(value) => written(*value),
            Self::Span(span) => written(in_days(*span)),
            Self::Shares(figure) | Self::Numbers(figure) => {
                let ends = [figure.interval.low, figure.interval.high];
                let all = [figure.value, ends[0], ends[1], figure.n];
                return all.map(written).to_vec();
            }
        };
        let mut cells = vec![one];
        if kind == Kind::Figure {
            cells.resize(4, String::new());
        }
        cells
    }
}

impl Table {
    /// The table without a column: of words that only programs read.
    pub fn without(mut self, column: usize) -> Self {
        self.columns.remove(column);
        for row in &mut self.rows {
            row.remove(column);
        }
        self
    }

    /// CSV with a header, safe to open in a spreadsheet.
    pub fn csv(&self, key: &dyn Fn(RepNo) -> String) -> Vec<u8> {
        let columns = self.columns.iter().flat_map(|column| match column.kind {
            Kind::Words | Kind::Number => vec![column.name.to_owned()],
            Kind::Figure => ["", "_low", "_high", "_n"]
                .map(|end| format!("{}{end}", column.name))
                .to_vec(),
        });
        let header: Vec<String> = columns.collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let full = "memory does not fail";
        let mut out = CsvOut::new(Vec::new(), &header).expect(full);
        for row in &self.rows {
            let both = row.iter().zip(&self.columns);
            let cells: Vec<String> = both
                .flat_map(|(cell, column)| cell.cells(column.kind, key))
                .collect();
            out.row(cells.iter().map(String::as_str)).expect(full);
        }
        out.finish().expect(full)
    }

    /// Rows as objects; a figure is one of value, low, high and n, and what is not known is null.
    pub fn json(&self, key: &dyn Fn(RepNo) -> String) -> Vec<Map<String, Value>> {
        let object = |row: &Vec<Cell>| {
            let both = row.iter().zip(&self.columns);
            let cells = both.map(|(cell, column)| (column.name.to_owned(), cell.json(key)));
            cells.collect()
        };
        self.rows.iter().map(object).collect()
    }
}

impl Report {
    /// The table called `name`.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// Reps that only files know are called as the files call them; they have no page here.
    pub fn name_strangers(&mut self, lives: &Lives) {
        let rows = self.tables.iter_mut().flat_map(|table| &mut table.rows);
        for cell in rows.flatten() {
            if let Cell::Rep(rep) = cell
                && let Some(name) = lives.stranger(*rep)
            {
                *cell = Cell::Text(name.to_owned());
            }
        }
    }
}

fn finite(value: f64) -> Value {
    match value.is_finite() {
        true => json!(value),
        false => Value::Null,
    }
}

fn in_days(span: Span) -> f64 {
    span.0 as f64 / evenkeel_core::time::DAY.0 as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::measure::figure::Interval;

    #[test]
    fn a_figure_is_four_columns_and_one_object() {
        let figure = Figure {
            value: -0.25,
            interval: Interval {
                low: -0.5,
                high: f64::INFINITY,
            },
            n: 12.0,
        };
        let table = Table {
            name: "reps",
            title: "Reps".to_owned(),
            n: "n = 12".to_owned(),
            definition: "None.".to_owned(),
            columns: vec![
                Column::words("rep", "Rep"),
                Column::figure("change", "Change"),
            ],
            rows: vec![
                vec![Cell::Rep(RepNo(0)), Cell::Shares(figure)],
                vec![Cell::Text("=1+1".to_owned()), Cell::None],
            ],
        };
        let key = |_: RepNo| "ana".to_owned();
        let csv = String::from_utf8(table.csv(&key)).expect("UTF-8");
        assert_eq!(
            csv,
            "rep,change,change_low,change_high,change_n\nana,-0.25,-0.5,,12\n'=1+1,,,,\n"
        );
        let json = serde_json::to_value(table.json(&key)).expect("JSON");
        let wanted = r#"[{"rep":"ana","change":{"value":-0.25,"low":-0.5,"high":null,"n":12.0}},
            {"rep":"=1+1","change":null}]"#;
        let wanted: Value = serde_json::from_str(wanted).expect("JSON");
        assert_eq!(json, wanted);
        assert_eq!(
            Cell::Shares(figure).shown(&key),
            "-25 % (-50 % to no limit)"
        );
    }
}
