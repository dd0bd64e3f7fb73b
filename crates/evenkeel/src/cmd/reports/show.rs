//! How a report on imported history is shown: as text for people, one JSON object, or CSV with a
//! line for each rep or file.

use crate::cmd::failure::Failure;
use crate::cmd::sheet::{Output, Sheet};
use crate::cmd::sink;
use evenkeel_core::measure::figure::Figure;
use serde_json::Value;
use std::process::ExitCode;

/// A report in the form that is asked for; only that one is made.
pub fn print(
    output: Output,
    text: impl FnOnce() -> String,
    json: impl FnOnce() -> Value,
    csv: impl FnOnce() -> Sheet,
) -> Result<ExitCode, Failure> {
    match output {
        Output::Table => sink::to_stdout(text().as_bytes())?,
        Output::Json => sink::to_stdout(format!("{:#}\n", json()).as_bytes())?,
        Output::Csv => sink::to_stdout(&csv().csv())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A figure as four cells: the value, both ends of its interval and its n; empty when not known.
pub fn figure(figure: Option<&Figure>) -> [String; 4] {
    match figure {
        None => Default::default(),
        Some(figure) => {
            let ends = [figure.interval.low, figure.interval.high];
            [figure.value, ends[0], ends[1], figure.n].map(plain)
        }
    }
}

/// A number as it is; empty when it has no end.
pub fn plain(value: f64) -> String {
    match value.is_finite() {
        true => value.to_string(),
        false => String::new(),
    }
}
