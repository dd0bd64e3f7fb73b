//! A pasted or uploaded table to a sheet, with trouble told in the core's own shape.

use evenkeel_connect::territories;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::territory::problem::TableProblem;
use evenkeel_core::territory::table::Sheet;

/// Reads a table.
///
/// *Refuses*: `territories_rejected`, with every line that is no row.
pub fn read(file: &str, text: &str) -> Result<Sheet, Refusal> {
    territories::read(file, text).map_err(|bad| Refusal::TerritoriesRejected {
        problems: bad
            .iter()
            .map(|bad| {
                let column = bad.column.as_ref().and_then(|column| column.name.clone());
                TableProblem::error(bad.line, bad.reason(), "")
                    .in_column(column.as_deref().unwrap_or_default())
            })
            .collect(),
    })
}

/// A sheet as CSV.
pub fn text(sheet: &Sheet) -> String {
    let written = territories::write(Vec::new(), sheet).expect("memory does not fail");
    String::from_utf8(written).expect("cells are text")
}
