//! The files of past history that a workspace was told: what each had to say, and between when.

use crate::host::secret::hex;
use crate::reports::table::{Cell, Column, Report, Table};
use evenkeel_core::holding::imports::{Imported, Imports};
use evenkeel_core::measure::figure::count;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use serde::Deserialize;

/// How much of a digest is shown; “evenkeel report imports --output json” has all of it.
const DIGEST_SHOWN: usize = 12;

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// `json` (the default) or `csv`, then of one `table`.
    pub format: Option<String>,
    /// Name of the table for CSV; the first when absent.
    pub table: Option<String>,
}

const COLUMNS: [Column; 12] = [
    Column::words("source", "Told by"),
    Column::words("imported", "Imported"),
    Column::number("created", "Created"),
    Column::number("assigned", "Assigned"),
    Column::number("owned", "Owners"),
    Column::number("worked", "Activities"),
    Column::number("outcomes", "Outcomes"),
    Column::number("known", "Known before"),
    Column::number("rejected", "Kept aside"),
    Column::words("from", "From"),
    Column::words("to", "To"),
    Column::words("file", "File"),
];

/// As a report; `cut` rows were left by an import that was cut short.
pub fn report(state: &State, cut: u64) -> Report {
    let imports = state.imports();
    Report {
        until: state.last_at(),
        unknown: imports
            .all()
            .is_empty()
            .then(|| "No past history was imported into this workspace.".to_owned()),
        caveats: caveats(cut),
        said: said(imports),
        tables: vec![table(imports)],
    }
}

fn caveats(cut: u64) -> Vec<String> {
    let mut caveats = vec![
        "What files tell was decided by others. It is in the reports where it is asked for, and \
         moves no record, credit or clock of this workspace."
            .to_owned(),
    ];
    if cut > 0 {
        caveats.push(format!(
            "{} of an import that was cut short are in no report: import its file again.",
            count(cut as f64, "fact")
        ));
    }
    caveats
}

fn said(imports: &Imports) -> Vec<String> {
    let all = imports.all();
    let facts: u64 = all.iter().map(|one| one.import.told.sum()).sum();
    let aside: u64 = all.iter().map(|one| one.import.rejected).sum();
    let from = all.iter().map(|one| one.import.between.0).min();
    let to = all.iter().map(|one| one.import.between.1).max();
    let (Some(from), Some(to)) = (from, to) else {
        return Vec::new();
    };
    vec![format!(
        "{} in {}, from {} to {}; {} kept aside.",
        count(facts as f64, "fact"),
        count(all.len() as f64, "file"),
        day(from),
        day(to),
        count(aside as f64, "line")
    )]
}

/// A day in UTC.
fn day(at: Moment) -> String {
    at.to_string()[..10].to_owned()
}

fn table(imports: &Imports) -> Table {
    let row = |imported: &Imported| {
        let (import, told) = (&imported.import, imported.import.told);
        vec![
            Cell::Text(import.source.clone()),
            Cell::Text(day(imported.at)),
            Cell::Count(told.created),
            Cell::Count(told.assigned),
            Cell::Count(told.owned),
            Cell::Count(told.worked),
            Cell::Count(told.outcomes),
            Cell::Count(import.known),
            Cell::Count(import.rejected),
            Cell::Text(day(import.between.0)),
            Cell::Text(day(import.between.1)),
            Cell::Text(hex(&import.file)[..DIGEST_SHOWN].to_owned()),
        ]
    };
    Table {
        name: "imports",
        title: "Imported files".to_owned(),
        n: format!("n = {}", count(imports.all().len() as f64, "file")),
        definition: "Facts that each file added, by kind, oldest file first; owners are changes of owner. Known before: facts that \
                     were there already and add nothing. Lines kept aside could not be read. From and to \
                     are the days on which what it tells happened, UTC; the file is known by the \
                     beginning of its SHA-256."
            .to_owned(),
        columns: COLUMNS.to_vec(),
        rows: imports.all().iter().map(row).collect(),
    }
}
