//! What a store in memory holds, and the rules of one workspace.

use crate::activity::{ActivityId, ActivityRow, ActivityTally};
use crate::batch::{Batch, CommandRow, Placed, PrivateRow};
use crate::chain::StoredBatch;
use crate::fault::{AppendFault, StorageFault};
use crate::identity::{Digest, Head, StoreId, WorkspaceId};
use crate::journal::Due;
use crate::memory::history::Told;
use crate::snapshot::Snapshot;
use evenkeel_core::ids::CommandId;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// All there is.
pub(super) struct Inner {
    pub(super) store: StoreId,
    pub(super) workspaces: Vec<Space>,
    pub(super) settings: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// One workspace.
#[derive(Default)]
pub(super) struct Space {
    pub(super) name: String,
    pub(super) batches: Vec<StoredBatch>,
    pub(super) commands: BTreeMap<CommandId, (u64, CommandRow)>,
    pub(super) places: BTreeMap<u32, Placed>,
    pub(super) due: BTreeSet<Due>,
    pub(super) outbox: BTreeMap<u32, (u64, u32)>,
    pub(super) private: BTreeMap<u64, (u64, PrivateRow)>,
    pub(super) activities: BTreeMap<ActivityId, ActivityRow>,
    pub(super) told: Told,
    pub(super) snapshots: BTreeMap<u64, (Snapshot, Digest)>,
}

impl Inner {
    pub(super) fn space(&self, workspace: WorkspaceId) -> Option<&Space> {
        self.workspaces.get(index(workspace)?)
    }

    pub(super) fn space_mut(&mut self, workspace: WorkspaceId) -> Result<&mut Space, StorageFault> {
        index(workspace)
            .and_then(|index| self.workspaces.get_mut(index))
            .ok_or(StorageFault::UnknownWorkspace(workspace))
    }
}

pub(super) fn index(workspace: WorkspaceId) -> Option<usize> {
    usize::try_from(workspace.0.checked_sub(1)?).ok()
}

impl Space {
    pub(super) fn head(&self) -> Head {
        self.batches.last().map_or(Head::GENESIS, StoredBatch::head)
    }

    pub(super) fn on_chain(&self, head: Head) -> bool {
        let from = self.batches.partition_point(|b| b.last_seq < head.seq);
        head == Head::GENESIS
            || self.batches[from..]
                .iter()
                .take_while(|b| b.last_seq == head.seq)
                .any(|b| b.hash == head.hash)
    }

    /// Follows the moves on a copy of the places they touch.
    pub(super) fn moved_places(&self, batch: &Batch) -> Result<BTreeMap<u32, Placed>, AppendFault> {
        let mut touched = BTreeMap::new();
        for row in &batch.places {
            let found = touched
                .get(&row.record)
                .or_else(|| self.places.get(&row.record));
            if found.map(|placed: &Placed| placed.place) != row.was {
                return Err(AppendFault::DoubleOwner { record: row.record });
            }
            touched.insert(row.record, row.now);
        }
        Ok(touched)
    }

    pub(super) fn put_place(&mut self, record: u32, placed: Placed) {
        if let Some(due_ms) = self
            .places
            .insert(record, placed)
            .and_then(|old| old.due_ms)
        {
            self.due.remove(&Due { due_ms, record });
        }
        if let Some(due_ms) = placed.due_ms {
            self.due.insert(Due { due_ms, record });
        }
    }

    /// The activities on a record, the latest first.
    pub(super) fn activities_of(&self, record: u32) -> Vec<ActivityRow> {
        let rows = self.activities.values();
        let mut rows: Vec<_> = rows.filter(|row| row.record == record).cloned().collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.at_ms), row.id));
        rows
    }

    /// How often a rep did what.
    pub(super) fn tally_of(&self, rep: u32, between_ms: &Range<i64>) -> Vec<ActivityTally> {
        let mut tally: BTreeMap<(&str, bool), (u64, i64)> = BTreeMap::new();
        let rows = self.activities.values();
        for row in rows.filter(|row| row.rep == Some(rep) && between_ms.contains(&row.at_ms)) {
            let (count, last) = tally
                .entry((&row.kind, row.verified))
                .or_insert((0, i64::MIN));
            *count += 1;
            *last = row.at_ms.max(*last);
        }
        let tally = tally.into_iter();
        tally
            .map(|((kind, verified), (count, last_ms))| ActivityTally {
                kind: kind.to_owned(),
                verified,
                count,
                last_ms,
            })
            .collect()
    }
}
