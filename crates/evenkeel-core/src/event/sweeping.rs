//! What happens in recycling besides records changing places: warnings, what is due, and sweeps.
//!
//! Batches, since one sweep may be about a whole workspace. A record that a sweep takes has an
//! event of its own, [`super::Event::RecordReleased`]; here it is only said what is going on.

use crate::ids::{RecordNo, RepNo};
use crate::time::Moment;
use serde::{Deserialize, Serialize};

/// Most records in one event here.
pub const BATCH_MAX: usize = 100_000;
/// Most reasons for which one sweep is said to be held.
pub const EXCESS_MAX: usize = 100;

/// One fact about recycling.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sweeping {
    /// The owners of these records were told that they lose them unless somebody works on them.
    OwnersWarned {
        /// Name of the removal rule.
        rule: String,
        /// Which, ascending.
        records: Vec<RecordNo>,
        /// When they are due at the earliest.
        removal: Moment,
    },
    /// These records are to be taken, at once or at the cadence, whichever the rule says.
    RecordsDue {
        /// Name of the removal rule.
        rule: String,
        /// Which, ascending.
        records: Vec<RecordNo>,
    },
    /// The rest of these records is over before its time.
    RecordsAvailable {
        /// Position of the policy's entry that says so.
        entry: u32,
        /// Which, ascending.
        records: Vec<RecordNo>,
    },
    /// New contacts were found at a record that nobody has.
    ContactsFound {
        /// The record.
        record: RecordNo,
    },
    /// When the cadence comes next.
    CadenceSet {
        /// The moment.
        at: Moment,
        /// What the clock on the wall shows then, with its zone.
        local: String,
    },
    /// A sweep begins.
    Begun {
        /// What it is about.
        sweep: Planned,
    },
    /// A sweep waits for somebody to approve it.
    Held {
        /// What it is about.
        sweep: Planned,
        /// Why: everything it is over. *Bounds*: [`EXCESS_MAX`].
        why: Vec<Excess>,
    },
    /// Somebody approved a held sweep.
    Approved {
        /// Its number.
        sweep: u32,
    },
    /// Somebody decided that a held sweep takes nothing; its records are left alone for a while.
    Dropped {
        /// Its number.
        sweep: u32,
        /// Until when.
        until: Moment,
    },
    /// A sweep has taken all it could.
    Ended {
        /// Its number.
        sweep: u32,
    },
    /// Somebody wants a sweep undone.
    Recalled {
        /// Its number.
        sweep: u32,
    },
    /// Everything that could go back to its former owner is back.
    Undone {
        /// Its number.
        sweep: u32,
        /// How many could not.
        lost: u32,
    },
}

/// What a sweep is about. Which records: those due by these rules that no other sweep has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Its number: 1, 2, 3, …
    pub number: u32,
    /// The moment of the cadence; `None` for what is taken at once.
    pub cadence: Option<Moment>,
    /// Names of the removal rules carried out.
    pub rules: Vec<String>,
    /// How many records.
    pub records: u32,
    /// Out of how many books.
    pub books: u32,
}

/// One way in which a sweep is larger than may go without approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Excess {
    /// Too many in all.
    Records {
        /// How many.
        records: u32,
        /// The most that may.
        most: u32,
    },
    /// Too many out of one book.
    Book {
        /// Whose.
        rep: RepNo,
        /// How many.
        records: u32,
        /// How many the book holds.
        held: u32,
        /// The most that may.
        most: u32,
    },
}
