//! `evenkeel report imports`: which files of history are in a store, and what they told.

use crate::cmd::advise::show::table;
use crate::cmd::failure::Failure;
use crate::cmd::reports::{past, show};
use crate::cmd::sheet::{Output, Sheet};
use crate::host::secret::hex;
use evenkeel_core::holding::imports::Imported;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Of which store.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The store's file; a server may run on it
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub output: Output,
}

/// Lists them, oldest first.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let (book, imports) = past::read(&args.data)?;
    let rows: Vec<_> = imports.all().iter().map(row).collect();
    let mut text = match rows.is_empty() {
        true => "No history was imported into this store.\n".to_owned(),
        false => table(&HEADER, &rows),
    };
    if book.cut > 0 {
        text.push_str(&format!(
            "\n{} facts were left by an import that was cut, and are in no report: import its file \
             again.\n",
            book.cut
        ));
    }
    let all: Vec<_> = imports.all().iter().map(past::json_of).collect();
    let json = json!({ "imports": all, "facts_of_a_cut_import": book.cut });
    let csv = || {
        let mut sheet = Sheet::new(&HEADER);
        rows.into_iter().for_each(|row| sheet.row(row));
        sheet
    };
    show::print(args.output, || text, || json, csv)
}

const HEADER: [&str; 12] = [
    "source", "imported", "created", "assigned", "owned", "worked", "outcomes", "known",
    "rejected", "from", "to", "file",
];

fn row(imported: &Imported) -> Vec<String> {
    let (import, told) = (&imported.import, imported.import.told);
    let day = |moment: evenkeel_core::time::Moment| moment.to_string()[..10].to_owned();
    let mut row = vec![import.source.clone(), day(imported.at)];
    let counts = [
        told.created,
        told.assigned,
        told.owned,
        told.worked,
        told.outcomes,
        import.known,
        import.rejected,
    ];
    row.extend(counts.iter().map(u64::to_string));
    row.extend([day(import.between.0), day(import.between.1)]);
    row.push(hex(&import.file)[..12].to_owned());
    row
}
