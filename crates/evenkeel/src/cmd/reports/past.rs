//! The imported history of a store, as of a moment: what every report on it begins with.

use crate::cmd::failure::{Exit, Failure};
use crate::cmd::store;
use crate::host::fold;
use crate::host::history::PastBook;
use crate::host::secret::hex;
use crate::host::workspace::first_workspace;
use clap::ValueEnum;
use evenkeel_connect::forms::Forms;
use evenkeel_core::holding::imports::{Imported, Imports};
use evenkeel_core::measure::credit::CreditRule;
use evenkeel_core::measure::past::{Deal, deals};
use evenkeel_core::time::Moment;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Most imports told by name.
const TOLD_MAX: usize = 5;

/// Which history, and as of when.
#[derive(Clone, Debug, clap::Args)]
pub struct Which {
    /// The store's file; a server may run on it
    #[arg(long, value_name = "FILE")]
    pub data: PathBuf,
    /// As it stood at this moment [default: at the latest fact there is]
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    pub as_of: Option<Moment>,
}

fn moment(text: &str) -> Result<Moment, String> {
    let read = Forms::default().moment(text);
    read.map_err(|unfit| format!("expected {}", unfit.expected))
}

/// Whose a deal counts as, as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Credit {
    /// Who owned it when the outcome came
    Outcome,
    /// Who owned it first
    Creation,
    /// Who owns it now
    Current,
    /// Who worked it first
    FirstTouch,
    /// Who worked it last before the outcome
    LastTouch,
}

impl Credit {
    /// The rule.
    pub fn rule(self) -> CreditRule {
        match self {
            Self::Outcome => CreditRule::OwnerAtOutcome,
            Self::Creation => CreditRule::OwnerAtCreation,
            Self::Current => CreditRule::CurrentOwner,
            Self::FirstTouch => CreditRule::FirstTouch,
            Self::LastTouch => CreditRule::LastTouch,
        }
    }
}

/// The history, put together.
pub struct Past {
    /// Facts are gone into the deals; names are here.
    pub book: PastBook,
    /// The deals, ascending by number of their record.
    pub deals: Vec<Deal>,
    /// The moment as of which they stand.
    pub as_of: Moment,
    imports: Imports,
}

impl Past {
    /// Reads it.
    ///
    /// *Refuses* a store without imported history.
    pub fn read(which: &Which) -> Result<Self, Failure> {
        let (mut book, imports) = read(&which.data)?;
        let Some(latest) = book.latest() else {
            let failure = Failure::new(Exit::NotFound, "No history was imported into this store");
            return Err(failure.hint(
                "`evenkeel import history` takes a file of past deals, see docs/guide/history.md",
            ));
        };
        let as_of = which.as_of.unwrap_or(latest);
        let facts = std::mem::take(&mut book.facts);
        Ok(Self {
            deals: deals(facts, as_of),
            book,
            as_of,
            imports,
        })
    }

    /// Where the facts come from, and what is not among them, in words.
    pub fn sources(&self) -> String {
        let all = self.imports.all();
        let told = all.iter().rev().take(TOLD_MAX).rev().map(|imported| {
            let import = &imported.import;
            format!(
                "{} (imported {}, {} facts, digest {})",
                import.source,
                &imported.at.to_string()[..10],
                import.told.sum(),
                &hex(&import.digest)[..12]
            )
        });
        let told: Vec<String> = told.collect();
        let earlier = match all.len().saturating_sub(TOLD_MAX) {
            0 => String::new(),
            more => format!("; {more} earlier imports"),
        };
        let cut = match self.book.cut {
            0 => String::new(),
            cut => format!(
                " An import was cut: {cut} facts it left are not counted. Import its file again."
            ),
        };
        format!("From {}{earlier}.{cut}", told.join("; "))
    }

    /// The same for programs.
    pub fn sources_json(&self) -> Value {
        let all = self.imports.all().iter();
        json!({
            "imports": all.map(json_of).collect::<Vec<_>>(),
            "facts_of_a_cut_import": self.book.cut,
        })
    }
}

/// The facts of a store and the imports that vouch for them.
pub fn read(path: &Path) -> Result<(PastBook, Imports), Failure> {
    let reader = store::look(path)?;
    let workspace = first_workspace(&reader)?;
    let state = fold::fold(&reader, workspace)?.state;
    let imports = state.imports().clone();
    Ok((PastBook::read(&reader, workspace, &imports)?, imports))
}

/// One import for programs.
pub fn json_of(imported: &Imported) -> Value {
    let import = &imported.import;
    json!({
        "seq": imported.seq,
        "at": imported.at.to_string(),
        "source": import.source,
        "file_sha256": hex(&import.file),
        "digest": hex(&import.digest),
        "facts": {
            "created": import.told.created, "assigned": import.told.assigned,
            "owned": import.told.owned, "worked": import.told.worked,
            "outcomes": import.told.outcomes,
        },
        "known": import.known,
        "rejected": import.rejected,
        "from": import.between.0.to_string(),
        "to": import.between.1.to_string(),
    })
}
