//! Files of history that were imported: what the journal knows of each, and nothing of its rows.
//!
//! The rows stand beside the journal and decide nothing: no book, credit or clock looks at them.
//! Here is what makes them provable: how far each file reaches, and a digest over it.

use crate::time::Moment;
use serde::{Deserialize, Serialize};

/// Most imports of history in a workspace.
pub const IMPORTS_MAX: usize = 10_000;

/// What an imported file had to say, by kind of fact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Records that came into being.
    pub created: u64,
    /// Assignments.
    pub assigned: u64,
    /// Changes of owner.
    pub owned: u64,
    /// Activities.
    pub worked: u64,
    /// Outcomes.
    pub outcomes: u64,
}

impl Told {
    /// All of them.
    pub fn sum(&self) -> u64 {
        self.created + self.assigned + self.owned + self.worked + self.outcomes
    }
}

/// One imported file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Who told it: a code.
    pub source: String,
    /// SHA-256 of the file as it was read.
    pub file: [u8; 32],
    /// Keys of records, reps and words that are there after it.
    pub keys: [u32; 3],
    /// The last row that is there after it; it covers those after the import before it.
    pub last_row: u64,
    /// Digest over these keys and rows.
    pub digest: [u8; 32],
    /// The rows, by kind; rows left by an import that was cut are among them.
    pub told: Told,
    /// Facts of the file that were there already.
    pub known: u64,
    /// Lines of the file that could not be used.
    pub rejected: u64,
    /// Event times of the earliest and the latest of the rows.
    pub between: (Moment, Moment),
}

/// An import with when and where the journal tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// What was imported.
    pub import: Import,
    /// Record time.
    pub at: Moment,
    /// Position in the journal.
    pub seq: u64,
}

/// All imports, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imports(Vec<Imported>);

impl Imports {
    /// Oldest first.
    pub fn all(&self) -> &[Imported] {
        &self.0
    }

    /// The last row that an import vouches for; what lies beyond is of one that was cut.
    pub fn last_row(&self) -> u64 {
        self.0.last().map_or(0, |last| last.import.last_row)
    }

    /// Notes one.
    pub fn note(&mut self, import: &Import, at: Moment, seq: u64) {
        let import = import.clone();
        self.0.push(Imported { import, at, seq });
    }
}
