//! The table in force: the one imported last, unless the policy holds rows of its own.
//!
//! Part of the workspace's state: the imported table is folded from events, its compiled form is
//! made again whenever either of the two changes.

use crate::territory::lookup::Lookup;
use crate::territory::table::Table;
use crate::time::Moment;
use serde::{Deserialize, Serialize};

/// The tables, and which one counts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Standing {
    version: u32,
    since: Option<Moment>,
    imported: Table,
    #[serde(skip)]
    inline: Option<Table>,
    #[serde(skip)]
    lookup: Lookup,
}

impl Standing {
    /// How many tables were imported so far; 0 before the first.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// When the last one was imported.
    pub fn since(&self) -> Option<Moment> {
        self.since
    }

    /// The table imported last; empty before the first.
    pub fn imported(&self) -> &Table {
        &self.imported
    }

    /// Whether the rows in force stand in the policy itself.
    pub fn in_policy(&self) -> bool {
        self.inline.is_some()
    }

    /// The table in force; without rows when there is none.
    pub fn table(&self) -> &Table {
        self.inline.as_ref().unwrap_or(&self.imported)
    }

    /// The same, compiled.
    pub fn lookup(&self) -> &Lookup {
        &self.lookup
    }

    /// Applies a recorded import.
    pub fn import(&mut self, version: u32, table: &Table, at: Moment) {
        self.version = version;
        self.since = Some(at);
        self.imported = table.clone();
        self.compile();
    }

    /// Takes over the rows that a policy holds itself, and compiles what is in force.
    pub fn settle(&mut self, inline: Option<&Table>) {
        self.inline = inline.cloned();
        self.compile();
    }

    fn compile(&mut self) {
        self.lookup = Lookup::of(self.table());
    }
}
