//! The history that files told, in memory.

use crate::fault::{AppendFault, StorageFault};
use crate::history::{
    self, Extent, HistoryPart, HistoryReader, HistoryWriter, KEY_KINDS, KeyKind, KeyRow, PastRow,
    ToldRow,
};
use crate::identity::WorkspaceId;
use crate::journal::PAGE_ROWS_MAX;
use crate::memory::MemoryJournal;
use std::collections::BTreeSet;

/// The two tables of one workspace.
#[derive(Default)]
pub(super) struct Told {
    keys: [Vec<KeyRow>; KEY_KINDS.len()],
    rows: Vec<PastRow>,
    ids: BTreeSet<[u8; 16]>,
}

impl Told {
    fn extent(&self) -> Extent {
        let count = |keys: &Vec<KeyRow>| u32::try_from(keys.len()).unwrap_or(u32::MAX);
        Extent {
            keys: self.keys.each_ref().map(count),
            rows: self.rows.len() as u64,
        }
    }

    fn of_kind(&self, kind: KeyKind) -> &Vec<KeyRow> {
        &self.keys[usize::from(kind.code() - 1)]
    }
}

impl HistoryReader for MemoryJournal {
    fn history_extent(&self, workspace: WorkspaceId) -> Result<Extent, StorageFault> {
        Ok(self.look(workspace, |space| space.told.extent()))
    }

    fn history_keys(
        &self,
        workspace: WorkspaceId,
        kind: KeyKind,
        from: u32,
        rows_max: usize,
    ) -> Result<Vec<KeyRow>, StorageFault> {
        Ok(self.look(workspace, |space| {
            let rest = space.told.of_kind(kind).iter().skip(from as usize);
            rest.take(rows_max.min(PAGE_ROWS_MAX)).cloned().collect()
        }))
    }

    fn history(
        &self,
        workspace: WorkspaceId,
        after: u64,
        rows_max: usize,
    ) -> Result<Vec<PastRow>, StorageFault> {
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        Ok(self.look(workspace, |space| {
            let rest = space.told.rows.iter().skip(after);
            rest.take(rows_max.min(PAGE_ROWS_MAX)).copied().collect()
        }))
    }

    fn each_told(
        &self,
        workspace: WorkspaceId,
        (after, last): (u64, u64),
        take: &mut dyn FnMut(&ToldRow),
    ) -> Result<(), StorageFault> {
        let rows = self.look(workspace, |space| space.told.rows.clone());
        let within = rows.iter().filter(|row| row.row > after && row.row <= last);
        within.for_each(|row| take(&row.into()));
        Ok(())
    }

    fn each_name(
        &self,
        workspace: WorkspaceId,
        kind: KeyKind,
        take: &mut dyn FnMut(u32, Option<String>),
    ) -> Result<(), StorageFault> {
        let keys = self.look(workspace, |space| space.told.of_kind(kind).clone());
        for key in keys {
            take(key.number, key.text.map(|(_, text)| text));
        }
        Ok(())
    }
}

impl HistoryWriter for MemoryJournal {
    fn put_history(
        &mut self,
        workspace: WorkspaceId,
        part: &HistoryPart,
    ) -> Result<Vec<bool>, AppendFault> {
        let mut inner = self.lock();
        let told = &mut inner.space_mut(workspace)?.told;
        history::check(part, told.extent())?;
        for key in &part.keys {
            told.keys[usize::from(key.kind.code() - 1)].push(key.clone());
        }
        let keep = |row: &PastRow| {
            let new = told.ids.insert(row.id);
            if new {
                let number = told.rows.len() as u64 + 1;
                told.rows.push(PastRow {
                    row: number,
                    ..*row
                });
            }
            new
        };
        Ok(part.rows.iter().map(keep).collect())
    }

    fn erase_history_keys(
        &mut self,
        workspace: WorkspaceId,
        keys: &[(KeyKind, u32)],
    ) -> Result<u64, StorageFault> {
        let mut inner = self.lock();
        let told = &mut inner.space_mut(workspace)?.told;
        let mut erased = 0;
        for (kind, number) in keys {
            let of_kind = &mut told.keys[usize::from(kind.code() - 1)];
            if let Some(key) = of_kind.get_mut(*number as usize) {
                erased += u64::from(key.text.take().is_some());
            }
        }
        Ok(erased)
    }
}
