//! How an answer is shown: lines with aligned columns for people, one JSON object for programs.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::sink;
use clap::ValueEnum;
use evenkeel_core::units::{Micro, ONE};
use serde_json::Value;
use std::process::ExitCode;

/// How to show an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Table,
    /// One JSON object.
    Json,
}

/// An answer in both forms.
pub struct Answer {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: Value,
}

impl Answer {
    /// Prints one of the forms.
    pub fn print(&self, output: Output) -> Result<ExitCode, Failure> {
        match output {
            Output::Table => sink::to_stdout(self.text.as_bytes())?,
            Output::Json => sink::to_stdout(format!("{:#}\n", self.json).as_bytes())?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Rows under a header, the first column to the left and the others to the right.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let wide = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0).max(header[column].chars().count())
    };
    let widths: Vec<usize> = (0..header.len()).map(wide).collect();
    let mut text = String::new();
    let heads = header.iter().map(|head| (*head).to_owned()).collect();
    for row in std::iter::once(&heads).chain(rows) {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(at, (cell, width))| match at {
            0 => format!("{cell:width$}"),
            _ => format!("{cell:>width$}"),
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A part in whole percent, rounded.
pub fn percent(part: f64) -> String {
    format!("{:.0} %", part * 100.0)
}

/// An amount for programs.
pub fn exact(amount: Micro) -> f64 {
    amount.0 as f64 / ONE.0 as f64
}

/// An amount with one decimal, rounded.
pub fn tenths(amount: Micro) -> String {
    format!("{:.1}", exact(amount))
}

/// A part given on the command line, 0 to 1.
pub fn part(text: &str) -> Result<Micro, String> {
    let part = Micro::parse(text).filter(|part| (Micro(0)..=ONE).contains(part));
    part.ok_or_else(|| "expected a number from 0 to 1, like 0.3".to_owned())
}

/// An amount given on the command line, above 0.
pub fn amount(text: &str) -> Result<Micro, String> {
    let amount = Micro::parse(text).filter(|amount| *amount > Micro(0));
    amount.ok_or_else(|| "expected a number above 0, without separators".to_owned())
}

/// The failure of a question that makes no sense.
pub fn senseless(message: impl Into<String>) -> Failure {
    Failure::new(Exit::Usage, message)
}
