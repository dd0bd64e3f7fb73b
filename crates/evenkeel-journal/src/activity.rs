//! Raw activities: every call, message and meeting as it was told, beside the journal.
//!
//! They outnumber events by orders of magnitude and decide nothing by themselves, so they are
//! neither chained nor folded: the events hold the facts that decide. There is no free text in them
//! and nobody's name; who worked is the number of a rep.

use sha2::{Digest as _, Sha256};

/// Most activities in one batch.
pub const ACTIVITIES_MAX: usize = 262_144;
/// Longest kind, and longest name of a source, in bytes.
pub const CODE_BYTES_MAX: usize = 60;

/// What tells an activity of a source from every other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivityId(pub [u8; 16]);

impl ActivityId {
    /// The id of what `source` calls by these parts. Two sources, or other parts, never share one.
    ///
    /// A digest, so that whatever a source writes into its ids stays out of the store.
    pub fn of(source: &str, parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in [source.as_bytes()].iter().chain(parts) {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        let digest: [u8; 32] = hasher.finalize().into();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        Self(id)
    }
}

/// One activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityRow {
    /// Unique in the workspace: an activity that is there already is not added again.
    pub id: ActivityId,
    /// The record.
    pub record: u32,
    /// The rep; `None` when it was no rep of the workspace.
    pub rep: Option<u32>,
    /// Event time in milliseconds since 1970.
    pub at_ms: i64,
    /// What was done: a code of the workspace.
    pub kind: String,
    /// Whether somebody else than the rep says so.
    pub verified: bool,
    /// Who told it: a code, such as `salesforce`.
    pub source: String,
}

/// What was done, as reports read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkRow<'a> {
    /// The record.
    pub record: u32,
    /// Event time in milliseconds since 1970.
    pub at_ms: i64,
    /// The rep; `None` when it was no rep of the workspace.
    pub rep: Option<u32>,
    /// What was done.
    pub kind: &'a str,
    /// Whether somebody else than the rep says so.
    pub verified: bool,
}

/// How often a rep did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityTally {
    /// What was done.
    pub kind: String,
    /// Whether somebody else than the rep says so.
    pub verified: bool,
    /// How often.
    pub count: u64,
    /// When for the last time, in milliseconds since 1970.
    pub last_ms: i64,
}
