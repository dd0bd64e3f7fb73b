//! The history that files told, as the store has it: vouched for by the journal, and read for
//! reports.
//!
//! Only rows that an import vouches for are read; what a cut import left waits for the file to come
//! again. Nothing here decides, and no page or verdict shows such a fact as a decision of ours.

use crate::host::fault::Fault;
use evenkeel_core::holding::imports::{Imports, Told};
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::past::{Fact, Happened};
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use evenkeel_journal::fault::StorageFault;
use evenkeel_journal::history::{
    Extent, HistoryReader, KEY_KINDS, KeyKind, PASTS, Past, PastRow, ToldRow, digest_between,
};
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::{PAGE_ROWS_MAX, Reader};

/// What happened, in the order of [`PASTS`].
const HAPPENED: [Happened; PASTS.len()] = [
    Happened::Created,
    Happened::Assigned,
    Happened::Owned,
    Happened::Worked,
    Happened::Reopened,
    Happened::Won,
    Happened::Lost,
    Happened::Disqualified,
];

/// Facts of a workspace with what their numbers are called.
#[derive(Clone, Debug, Default)]
pub struct PastBook {
    /// Facts that the journal vouches for, as the store learned them.
    pub facts: Vec<Fact>,
    /// Keys of records, reps and words by number; `None` once erased.
    pub keys: [Vec<Option<String>>; KEY_KINDS.len()],
    /// Rows that a cut import left; they are not among the facts.
    pub cut: u64,
}

impl PastBook {
    /// Reads all of it.
    pub fn read(
        reader: &dyn Reader,
        workspace: WorkspaceId,
        imports: &Imports,
    ) -> Result<Self, Fault> {
        let last = imports.last_row();
        let mut book = Self {
            cut: reader.history_extent(workspace)?.rows.saturating_sub(last),
            facts: Vec::with_capacity(usize::try_from(last).unwrap_or(0)),
            ..Self::default()
        };
        reader.each_told(workspace, (0, last), &mut |row| book.facts.push(fact(row)))?;
        for (kind, keys) in KEY_KINDS.into_iter().zip(&mut book.keys) {
            reader.each_name(workspace, kind, &mut |_, text| keys.push(text))?;
        }
        Ok(book)
    }

    /// What a rep is called.
    pub fn rep(&self, rep: RepNo) -> String {
        self.called(KeyKind::Rep, rep.0)
    }

    /// What a word says.
    pub fn word(&self, word: u32) -> String {
        self.called(KeyKind::Word, word)
    }

    /// The number of a word, if any fact ever used it.
    pub fn find_word(&self, word: &str) -> Option<u32> {
        let words = &self.keys[usize::from(KeyKind::Word.code() - 1)];
        let at = words.iter().position(|one| one.as_deref() == Some(word));
        at.and_then(|at| u32::try_from(at).ok())
    }

    /// The moment of the latest fact.
    pub fn latest(&self) -> Option<Moment> {
        self.facts.iter().map(|fact| fact.at).max()
    }

    fn called(&self, kind: KeyKind, number: u32) -> String {
        let known = &self.keys[usize::from(kind.code() - 1)];
        match known.get(number as usize) {
            Some(Some(text)) => text.clone(),
            _ => format!("(erased {number})"),
        }
    }
}

/// How a fact of a file is kept.
pub fn kept(what: Happened) -> Past {
    let at = HAPPENED.iter().position(|one| *one == what);
    PASTS[at.expect("the list is complete")]
}

fn fact(row: &ToldRow) -> Fact {
    Fact {
        record: row.record,
        at: Moment(row.at_ms),
        what: HAPPENED[usize::from(row.what.code() - 1)],
        row: row.row,
        told: Moment(row.told_ms),
        rep: row.rep.map(RepNo),
        word: row.word,
        value: row.value.map(Micro),
    }
}

/// Each row after the first up to the second, in order.
pub fn each_row(
    reader: &(impl HistoryReader + ?Sized),
    workspace: WorkspaceId,
    (mut after, last): (u64, u64),
    mut take: impl FnMut(&PastRow),
) -> Result<(), StorageFault> {
    while after < last {
        let left = usize::try_from(last - after).unwrap_or(usize::MAX);
        let page = reader.history(workspace, after, left.min(PAGE_ROWS_MAX))?;
        let Some(end) = page.last() else { break };
        after = end.row;
        page.iter().for_each(&mut take);
    }
    Ok(())
}

/// Each key of a kind with its number, in order.
pub fn each_key(
    reader: &(impl HistoryReader + ?Sized),
    workspace: WorkspaceId,
    kind: KeyKind,
    mut take: impl FnMut(u32, Option<String>),
) -> Result<(), StorageFault> {
    let mut next = 0;
    loop {
        let page = reader.history_keys(workspace, kind, next, PAGE_ROWS_MAX)?;
        let Some(end) = page.last() else {
            return Ok(());
        };
        next = end.number + 1;
        for key in page {
            take(key.number, key.text.map(|(_, text)| text));
        }
    }
}

/// Counts what rows tell, and between which moments.
pub fn tally(
    reader: &(impl HistoryReader + ?Sized),
    workspace: WorkspaceId,
    rows: (u64, u64),
) -> Result<(Told, (Moment, Moment)), StorageFault> {
    let mut told = Told::default();
    let (mut first, mut last) = (i64::MAX, i64::MIN);
    each_row(reader, workspace, rows, |row| {
        let count = match row.what {
            Past::Created => &mut told.created,
            Past::Assigned => &mut told.assigned,
            Past::Owned => &mut told.owned,
            Past::Worked => &mut told.worked,
            Past::Reopened | Past::Won | Past::Lost | Past::Disqualified => &mut told.outcomes,
        };
        *count += 1;
        (first, last) = (first.min(row.at_ms), last.max(row.at_ms));
    })?;
    Ok((told, (Moment(first), Moment(last))))
}

/// Compares the tables with what the journal vouches for; a sentence for each thing wrong.
pub fn complaints(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    imports: &Imports,
) -> Result<Vec<String>, StorageFault> {
    let mut complaints = Vec::new();
    let mut from = Extent::default();
    for (number, imported) in (1..).zip(imports.all()) {
        let import = &imported.import;
        let to = Extent {
            keys: import.keys,
            rows: import.last_row,
        };
        let found = digest_between(reader, workspace, (from, to))?;
        if found.0 != import.digest {
            complaints.push(format!(
                "import {number} of history (source {}, event {}) is not as it was told: rows {} to \
                 {} or their keys were changed or lost",
                import.source,
                imported.seq,
                from.rows + 1,
                to.rows
            ));
        }
        from = to;
    }
    for kind in KEY_KINDS {
        let mut next = 0;
        loop {
            let page = reader.history_keys(workspace, kind, next, PAGE_ROWS_MAX)?;
            let Some(end) = page.last() else { break };
            next = end.number + 1;
            if let Some(odd) = page.iter().find(|key| !key.is_sound()) {
                complaints.push(format!(
                    "key {} of history (kind {}) was changed",
                    odd.number,
                    kind.code()
                ));
            }
        }
    }
    Ok(complaints)
}
