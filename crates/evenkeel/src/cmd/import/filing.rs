//! Facts on their way into the side tables of a store: keys get numbers, parts are written, and at
//! the end the journal is told.
//!
//! A part is one transaction. An import that is cut leaves whole parts behind that no event vouches
//! for and no report reads; the next import takes them over, so that the same file again adds only
//! the rest.

use crate::cmd::failure::Failure;
use crate::host::clock::Wall;
use crate::host::fold;
use crate::host::history::{self, each_key, kept};
use crate::host::order::Order;
use crate::host::secret;
use crate::host::workspace::{Workspace, first_workspace};
use evenkeel_connect::histories::{FactIn, PastLine};
use evenkeel_core::command::Command;
use evenkeel_core::command::import_history::ImportHistory;
use evenkeel_core::event::Actor;
use evenkeel_core::holding::imports::Import;
use evenkeel_core::time::Moment;
use evenkeel_journal::fault::{AppendFault, StorageFault};
use evenkeel_journal::history::{
    Extent, HistoryPart, HistoryReader, HistoryWriter, KEY_KINDS, KeyKind, KeyRow, PastRow,
    digest_between,
};
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::sqlite::journal::SqliteJournal;
use std::collections::HashMap;
use std::sync::Arc;

/// Facts written in one transaction.
const PART: usize = 5_000;

/// A file being filed.
pub struct Filing {
    journal: SqliteJournal,
    workspace: WorkspaceId,
    /// Where the imports before it ended.
    from: Extent,
    /// Numbers of the keys, in the order of [`KEY_KINDS`].
    numbers: [HashMap<String, u32>; KEY_KINDS.len()],
    /// The next number of each kind.
    next: [u32; KEY_KINDS.len()],
    part: HistoryPart,
    source: (String, u32),
    told_ms: i64,
    /// Facts that are new, and facts that were there already.
    pub counts: (u64, u64),
}

impl Filing {
    /// Begins: reads the keys there are. What a cut import left is taken over, with its record
    /// time.
    pub fn begin(journal: SqliteJournal, source: &str, now: Moment) -> Result<Self, Failure> {
        let workspace = first_workspace(&journal)?;
        let state = fold::fold(&journal, workspace)?.state;
        let imports = state.imports();
        let last = imports.all().last().map(|last| &last.import);
        let from = last.map_or(Extent::default(), |last| Extent {
            keys: last.keys,
            rows: last.last_row,
        });
        let mut numbers: [HashMap<String, u32>; KEY_KINDS.len()] = Default::default();
        for (kind, numbers) in KEY_KINDS.into_iter().zip(&mut numbers) {
            each_key(&journal, workspace, kind, |number, text| {
                numbers.extend(text.map(|text| (text, number)));
            })?;
        }
        let left = journal.history(workspace, from.rows, 1)?;
        let mut filing = Self {
            told_ms: left.first().map_or(now.0, |row| row.told_ms),
            next: journal.history_extent(workspace)?.keys,
            journal,
            workspace,
            from,
            numbers,
            part: HistoryPart::default(),
            source: (source.to_owned(), 0),
            counts: (0, 0),
        };
        filing.source.1 = filing.number(KeyKind::Word, source);
        Ok(filing)
    }

    /// Files the facts of one line.
    pub fn add(&mut self, line: &PastLine) -> Result<(), Failure> {
        let record = self.number(KeyKind::Record, &line.record);
        for fact in &line.facts {
            let row = self.row(record, line.id.as_deref(), fact);
            self.part.rows.push(row);
        }
        match self.part.rows.len() >= PART {
            true => self.write(),
            false => Ok(()),
        }
    }

    fn row(&mut self, record: u32, id: Option<&str>, fact: &FactIn) -> PastRow {
        let rep = fact.rep.as_ref().map(|rep| self.number(KeyKind::Rep, rep));
        let word = fact.word.as_ref();
        let word = word.map(|word| self.number(KeyKind::Word, word));
        let mut row = PastRow {
            row: 0,
            id: [0; 16],
            record,
            what: kept(fact.what),
            rep,
            at_ms: fact.at.0,
            told_ms: self.told_ms,
            word,
            value: fact.value.map(|value| value.0),
            source: self.source.1,
        };
        row.id = id_of(&self.source.0, id, &row);
        row
    }

    /// The number of a key; the next one of its kind for a new key.
    fn number(&mut self, kind: KeyKind, text: &str) -> u32 {
        let at = usize::from(kind.code() - 1);
        if let Some(number) = self.numbers[at].get(text) {
            return *number;
        }
        let number = self.next[at];
        self.next[at] += 1;
        self.numbers[at].insert(text.to_owned(), number);
        let key = KeyRow::new(kind, number, secret::salt(), text);
        self.part.keys.push(key);
        number
    }

    /// Writes what is gathered, in one transaction.
    pub fn write(&mut self) -> Result<(), Failure> {
        if self.part.rows.is_empty() {
            return Ok(());
        }
        let part = std::mem::take(&mut self.part);
        let written = self.journal.put_history(self.workspace, &part);
        let new = written.map_err(unwritten)?.into_iter().filter(|new| *new);
        let new = new.count() as u64;
        self.counts.0 += new;
        self.counts.1 += part.rows.len() as u64 - new;
        Ok(())
    }

    /// Writes the rest and tells the journal, unless nothing is new. Says whether it was told.
    pub async fn finish(mut self, file: [u8; 32], rejected: u64) -> Result<Filed, Failure> {
        self.write()?;
        let to = self.journal.history_extent(self.workspace)?;
        let filed = Filed {
            kept: self.counts.0,
            known: self.counts.1,
            left: (to.rows - self.from.rows).saturating_sub(self.counts.0),
        };
        if to.rows == self.from.rows {
            return Ok(filed);
        }
        let rows = (self.from.rows, to.rows);
        let (told, between) = history::tally(&self.journal, self.workspace, rows)?;
        let digest = digest_between(&self.journal, self.workspace, (self.from, to))?;
        let import = Import {
            source: self.source.0,
            file,
            keys: to.keys,
            last_row: to.rows,
            digest: digest.0,
            told,
            known: filed.known,
            rejected,
            between,
        };
        let command = Command::ImportHistory(Box::new(ImportHistory { import }));
        let workspace = Workspace::open(Box::new(self.journal), Arc::new(Wall))?;
        let order = Order::once(Actor::System, command);
        workspace.submit(order).await?;
        workspace.close().await?;
        Ok(filed)
    }
}

/// What became of a file.
#[derive(Clone, Copy, Debug)]
pub struct Filed {
    /// Facts that were new.
    pub kept: u64,
    /// Facts that were there already.
    pub known: u64,
    /// Facts that an import which was cut had left, and that count now.
    pub left: u64,
}

/// What tells a fact from every other one: what its source calls it, or else all it says. The same
/// fact from two sources is one.
fn id_of(source: &str, given: Option<&str>, row: &PastRow) -> [u8; 16] {
    let what = [row.what.code()];
    let digest = match given {
        Some(given) => secret::digest(&[b"given", source.as_bytes(), given.as_bytes(), &what]),
        None => {
            let maybe = |number: Option<u32>| number.map_or(0, |number| u64::from(number) + 1);
            let value = row.value.map_or(i128::MIN, i128::from);
            secret::digest(&[
                b"said",
                &row.record.to_be_bytes(),
                &what,
                &maybe(row.rep).to_be_bytes(),
                &row.at_ms.to_be_bytes(),
                &maybe(row.word).to_be_bytes(),
                &value.to_be_bytes(),
            ])
        }
    };
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    id
}

fn unwritten(fault: AppendFault) -> Failure {
    match fault {
        AppendFault::Storage(fault) => fault.into(),
        fault => StorageFault::Backend {
            doing: "write history",
            source: Box::new(fault),
        }
        .into(),
    }
}
