//! History that files tell: what happened before or beside this journal, in tables of its own.
//!
//! Nothing of it was decided here, so it is neither chained nor folded: one event per imported file
//! carries a digest over its rows. A row holds numbers only; what they stand for is in the key
//! table, each behind a salted digest, so that a key which is a person's name can be erased and the
//! event still vouches for the rest. What a row means is not known here.

use crate::fault::{AppendFault, StorageFault};
use crate::identity::{Digest, WorkspaceId};
use sha2::{Digest as _, Sha256};

/// Most rows, and most keys, put in one transaction.
pub const PART_ROWS_MAX: usize = 65_536;
/// Most rows of history in a workspace.
pub const HISTORY_ROWS_MAX: u64 = 50_000_000;
/// Longest key in bytes.
pub const HISTORY_KEY_BYTES_MAX: usize = 1_024;
/// Rows fetched at once for a digest.
const PAGE: usize = 10_000;

/// What a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// A record.
    Record,
    /// A rep.
    Rep,
    /// A word: a kind of activity, a reason, a source.
    Word,
}

/// Every kind, in the order of their codes from 1.
pub const KEY_KINDS: [KeyKind; 3] = [KeyKind::Record, KeyKind::Rep, KeyKind::Word];

impl KeyKind {
    /// The number kept in the store.
    pub fn code(self) -> u8 {
        self as u8 + 1
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Past {
    /// The record came into being.
    Created,
    /// It was assigned to a rep.
    Assigned,
    /// It had another owner from then on, or none.
    Owned,
    /// Somebody worked on it.
    Worked,
    /// It was open again.
    Reopened,
    /// It was won.
    Won,
    /// It was lost.
    Lost,
    /// It was disqualified.
    Disqualified,
}

/// Everything that can have happened, in the order of their codes from 1; of two facts at one
/// moment the earlier in this list came first.
pub const PASTS: [Past; 8] = [
    Past::Created,
    Past::Assigned,
    Past::Owned,
    Past::Worked,
    Past::Reopened,
    Past::Won,
    Past::Lost,
    Past::Disqualified,
];

impl Past {
    /// The number kept in the store; the SQL view translates it.
    pub fn code(self) -> u8 {
        self as u8 + 1
    }

    /// What has this number.
    pub fn from_code(code: u8) -> Option<Self> {
        PASTS.get(usize::from(code).checked_sub(1)?).copied()
    }
}

/// A key and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Which keys it is one of.
    pub kind: KeyKind,
    /// 0, 1, 2, … within its kind.
    pub number: u32,
    /// SHA-256 over salt and text: what the event vouches for.
    pub digest: Digest,
    /// Salt and text; `None` once erased.
    pub text: Option<([u8; 16], String)>,
}

impl KeyRow {
    /// A key; `salt` is random.
    pub fn new(kind: KeyKind, number: u32, salt: [u8; 16], text: &str) -> Self {
        Self {
            kind,
            number,
            digest: digest_of(salt, text),
            text: Some((salt, text.to_owned())),
        }
    }

    /// Whether salt and text are what the digest was made of; an erased key is.
    pub fn is_sound(&self) -> bool {
        let text = self.text.as_ref();
        text.is_none_or(|(salt, text)| digest_of(*salt, text) == self.digest)
    }
}

fn digest_of(salt: [u8; 16], text: &str) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(text);
    Digest(hasher.finalize().into())
}

/// One fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastRow {
    /// 1, 2, 3, … without gap; given by the store.
    pub row: u64,
    /// Unique in the workspace: a fact that is there already is not added again.
    pub id: [u8; 16],
    /// The record, by the number of its key.
    pub record: u32,
    /// What happened.
    pub what: Past,
    /// The rep, by the number of the key; `None` for nobody.
    pub rep: Option<u32>,
    /// Event time in milliseconds since 1970.
    pub at_ms: i64,
    /// Record time: when the store learned it.
    pub told_ms: i64,
    /// Kind of activity or reason of an outcome, by the number of its key.
    pub word: Option<u32>,
    /// What it was worth, in millionths.
    pub value: Option<i64>,
    /// Who told it, by the number of the key.
    pub source: u32,
}

/// A fact as reports read it: a [`PastRow`] without its id and its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToldRow {
    /// 1, 2, 3, … without gap.
    pub row: u64,
    /// The record, by the number of its key.
    pub record: u32,
    /// What happened.
    pub what: Past,
    /// The rep, by the number of the key; `None` for nobody.
    pub rep: Option<u32>,
    /// Event time in milliseconds since 1970.
    pub at_ms: i64,
    /// Record time: when the store learned it.
    pub told_ms: i64,
    /// A kind, a reason or an origin, by the number of its key.
    pub word: Option<u32>,
    /// What it was worth, in millionths.
    pub value: Option<i64>,
}

impl From<&PastRow> for ToldRow {
    fn from(row: &PastRow) -> Self {
        Self {
            row: row.row,
            record: row.record,
            what: row.what,
            rep: row.rep,
            at_ms: row.at_ms,
            told_ms: row.told_ms,
            word: row.word,
            value: row.value,
        }
    }
}

/// What is put in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryPart {
    /// New keys; of each kind they go on with the next number.
    pub keys: Vec<KeyRow>,
    /// Facts; their numbers are given by the store.
    pub rows: Vec<PastRow>,
}

/// How far the tables go: keys of each kind and rows that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Keys, in the order of [`KEY_KINDS`].
    pub keys: [u32; 3],
    /// Rows.
    pub rows: u64,
}

/// Looks into the history that files told.
pub trait HistoryReader {
    /// How far it goes.
    fn history_extent(&self, workspace: WorkspaceId) -> Result<Extent, StorageFault>;

    /// Keys of a kind from a number on, by number.
    ///
    /// *Bounds*: at most [`crate::journal::PAGE_ROWS_MAX`].
    fn history_keys(
        &self,
        workspace: WorkspaceId,
        kind: KeyKind,
        from: u32,
        rows_max: usize,
    ) -> Result<Vec<KeyRow>, StorageFault>;

    /// Facts after a row, by row.
    ///
    /// *Bounds*: at most [`crate::journal::PAGE_ROWS_MAX`].
    fn history(
        &self,
        workspace: WorkspaceId,
        after: u64,
        rows_max: usize,
    ) -> Result<Vec<PastRow>, StorageFault>;

    /// Hands on the facts after the first row up to the second, by row, without what only proves
    /// them: for reports, which read all of it.
    fn each_told(
        &self,
        workspace: WorkspaceId,
        rows: (u64, u64),
        take: &mut dyn FnMut(&ToldRow),
    ) -> Result<(), StorageFault>;

    /// Hands on the keys of a kind with their numbers, by number; no text once erased.
    fn each_name(
        &self,
        workspace: WorkspaceId,
        kind: KeyKind,
        take: &mut dyn FnMut(u32, Option<String>),
    ) -> Result<(), StorageFault>;
}

/// Adds to the history that files told.
pub trait HistoryWriter: HistoryReader {
    /// Adds keys and facts in one transaction, and says of each fact whether it was new.
    ///
    /// *Refuses*, in order: a poisoned store, a bound passed; keys that do not go on with the next
    /// number ([`AppendFault::Malformed`]); an unknown workspace. After a refusal the store is as
    /// before.
    fn put_history(
        &mut self,
        workspace: WorkspaceId,
        part: &HistoryPart,
    ) -> Result<Vec<bool>, AppendFault>;

    /// Erases salt and text of keys, and returns how many had any. Digests still agree, and can no
    /// longer be guessed back.
    fn erase_history_keys(
        &mut self,
        workspace: WorkspaceId,
        keys: &[(KeyKind, u32)],
    ) -> Result<u64, StorageFault>;
}

/// Checks bounds, and that keys go on where the store's end, before anything is written.
pub fn check(part: &HistoryPart, extent: Extent) -> Result<(), AppendFault> {
    let bound = |what, value: usize, limit: usize| {
        StorageFault::bound(what, value as u64, limit as u64).map_err(AppendFault::from)
    };
    bound("rows of history at once", part.rows.len(), PART_ROWS_MAX)?;
    bound("keys of history at once", part.keys.len(), PART_ROWS_MAX)?;
    let texts = part.keys.iter().filter_map(|key| key.text.as_ref());
    let longest = texts.map(|(_, text)| text.len()).max().unwrap_or(0);
    bound("bytes of a key of history", longest, HISTORY_KEY_BYTES_MAX)?;
    let rows = extent.rows + part.rows.len() as u64;
    StorageFault::bound("rows of history", rows, HISTORY_ROWS_MAX)?;
    let mut next = extent.keys;
    for key in &part.keys {
        let next = &mut next[usize::from(key.kind.code() - 1)];
        if key.number != *next {
            let what = format!(
                "key {} of kind {} comes where {next} is next",
                key.number,
                key.kind.code()
            );
            return Err(AppendFault::Malformed { what });
        }
        *next += 1;
    }
    Ok(())
}

/// The digest over what lies between two extents: the keys' digests, then the rows.
pub fn digest_between<R: HistoryReader + ?Sized>(
    reader: &R,
    workspace: WorkspaceId,
    (from, to): (Extent, Extent),
) -> Result<Digest, StorageFault> {
    let mut hasher = Sha256::new();
    for (at, kind) in KEY_KINDS.into_iter().enumerate() {
        let mut next = from.keys[at];
        while next < to.keys[at] {
            let left = (to.keys[at] - next) as usize;
            let page = reader.history_keys(workspace, kind, next, left.min(PAGE))?;
            if page.is_empty() {
                break;
            }
            for key in &page {
                hasher.update([kind.code()]);
                hasher.update(key.number.to_be_bytes());
                hasher.update(key.digest.0);
                next = key.number + 1;
            }
        }
    }
    let mut after = from.rows;
    while after < to.rows {
        let left = usize::try_from(to.rows - after).unwrap_or(PAGE);
        let page = reader.history(workspace, after, left.min(PAGE))?;
        let Some(last) = page.last() else { break };
        after = last.row;
        for row in &page {
            hasher.update(canonical(row));
        }
    }
    Ok(Digest(hasher.finalize().into()))
}

/// A row as bytes of fixed length.
fn canonical(row: &PastRow) -> [u8; 75] {
    let mut bytes = [0; 75];
    let mut at = 0;
    let mut put = |part: &[u8]| {
        bytes[at..at + part.len()].copy_from_slice(part);
        at += part.len();
    };
    let maybe = |number: Option<u32>| number.map_or(0, |number| u64::from(number) + 1);
    put(&row.row.to_be_bytes());
    put(&row.id);
    put(&row.record.to_be_bytes());
    put(&[row.what.code()]);
    put(&maybe(row.rep).to_be_bytes());
    put(&row.at_ms.to_be_bytes());
    put(&row.told_ms.to_be_bytes());
    put(&maybe(row.word).to_be_bytes());
    put(&[u8::from(row.value.is_some()), 0]);
    put(&row.value.unwrap_or(0).to_be_bytes());
    put(&row.source.to_be_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lead_back_and_every_field_is_in_the_bytes() {
        for past in PASTS {
            assert_eq!(Past::from_code(past.code()), Some(past));
        }
        assert_eq!((Past::from_code(0), Past::from_code(9)), (None, None));
        let row = PastRow {
            row: 1,
            id: [1; 16],
            record: 1,
            what: Past::Won,
            rep: Some(1),
            at_ms: 1,
            told_ms: 1,
            word: Some(1),
            value: Some(1),
            source: 1,
        };
        let changes: [fn(&mut PastRow); 12] = [
            |row| row.row = 2,
            |row| row.id = [2; 16],
            |row| row.record = 2,
            |row| row.what = Past::Lost,
            |row| row.rep = None,
            |row| row.rep = Some(u32::MAX),
            |row| row.at_ms = 2,
            |row| row.told_ms = 2,
            |row| row.word = None,
            |row| row.value = None,
            |row| row.value = Some(0),
            |row| row.source = 2,
        ];
        let mut seen = vec![canonical(&row)];
        for change in changes {
            let mut other = row;
            change(&mut other);
            seen.push(canonical(&other));
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }
}
