//! The journal in memory: for the demo, for tests, and as the plainest telling of the rules.
//!
//! It deliberately keeps nothing: when the last handle is dropped, all is gone. Handles are clones
//! of one store and may live on different threads.

use crate::activity::{ActivityId, ActivityRow, ActivityTally, WorkRow};
use crate::batch::{Batch, CommandRow, OutboxRow, Placed};
use crate::body;
use crate::chain::StoredBatch;
use crate::check;
use crate::fault::{AppendFault, CreateFault, StorageFault};
use crate::identity::{Digest, Head, StoreId, StoreIdentity, Workspace, WorkspaceId};
use crate::journal::{
    CommandMark, Counts, Due, Journal, KeptPrivate, NAME_BYTES_MAX, PAGE_BYTES, PAGE_ROWS_MAX,
    Reader,
};
use crate::memory::space::{Inner, Space};
use crate::setting::{self, Setting, SettingEdit, SettingFault};
use crate::snapshot::{SNAPSHOTS_KEPT, Snapshot, SnapshotMark};
use evenkeel_core::ids::CommandId;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard};

mod history;
mod space;

/// A store in memory; a clone is another handle on the same one.
#[derive(Clone)]
pub struct MemoryJournal {
    inner: Arc<Mutex<Inner>>,
}

impl MemoryJournal {
    /// An empty store.
    pub fn create(store: StoreId) -> Self {
        let inner = Inner {
            store,
            workspaces: Vec::new(),
            settings: BTreeMap::new(),
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner
            .lock()
            .expect("no call panics while it holds the store")
    }

    /// Answers from a workspace, or with nothing when there is none.
    fn look<T: Default>(&self, workspace: WorkspaceId, look: impl FnOnce(&Space) -> T) -> T {
        self.lock().space(workspace).map(look).unwrap_or_default()
    }
}

impl Reader for MemoryJournal {
    fn identity(&self) -> Result<StoreIdentity, StorageFault> {
        Ok(StoreIdentity {
            store: self.lock().store,
            epoch: 1,
        })
    }

    fn workspaces(&self) -> Result<Vec<Workspace>, StorageFault> {
        let inner = self.lock();
        let named = (1..).zip(&inner.workspaces);
        Ok(named
            .map(|(id, s)| Workspace {
                id: WorkspaceId(id),
                name: s.name.clone(),
            })
            .collect())
    }

    fn head(&self, workspace: WorkspaceId) -> Result<Head, StorageFault> {
        Ok(self.lock().space_mut(workspace)?.head())
    }

    fn read(
        &self,
        workspace: WorkspaceId,
        after_seq: u64,
        events_max: usize,
    ) -> Result<Vec<StoredBatch>, StorageFault> {
        let inner = self.lock();
        let Some(space) = inner.space(workspace) else {
            return Ok(Vec::new());
        };
        let from = space.batches.partition_point(|b| b.last_seq <= after_seq);
        let (mut page, mut events, mut bytes) = (Vec::new(), 0, 0);
        for (at, batch) in space.batches.iter().enumerate().skip(from) {
            let count = batch.last_seq - batch.expected_seq;
            events += count;
            bytes += batch.body.len();
            if !page.is_empty() && (events > events_max as u64 || bytes > PAGE_BYTES) {
                break;
            }
            if count > 0 {
                let before = at
                    .checked_sub(1)
                    .map_or(Head::GENESIS, |b| space.batches[b].head());
                batch
                    .check(workspace, before)
                    .map_err(|fault| StorageFault::damaged(before.seq + 1, fault))?;
                page.push(batch.clone());
            }
        }
        Ok(page)
    }

    fn walk(
        &self,
        workspace: WorkspaceId,
        after_batch: u64,
        batches_max: usize,
    ) -> Result<Vec<StoredBatch>, StorageFault> {
        let mut bytes = 0;
        Ok(self.look(workspace, |space| {
            let from = usize::try_from(after_batch).unwrap_or(usize::MAX);
            let page = space
                .batches
                .iter()
                .skip(from)
                .take(batches_max.min(PAGE_ROWS_MAX));
            page.enumerate()
                .take_while(|(at, batch)| {
                    bytes += batch.body.len();
                    *at == 0 || bytes <= PAGE_BYTES
                })
                .map(|(_, batch)| batch.clone())
                .collect()
        }))
    }

    fn command_mark(
        &self,
        workspace: WorkspaceId,
        id: CommandId,
    ) -> Result<Option<CommandMark>, StorageFault> {
        Ok(self.look(workspace, |space| {
            let (batch, row) = space.commands.get(&id)?;
            let (first_seq, last_seq) = (row.first_seq, row.last_seq);
            Some(CommandMark {
                batch: *batch,
                first_seq,
                last_seq,
            })
        }))
    }

    fn command(
        &self,
        workspace: WorkspaceId,
        id: CommandId,
    ) -> Result<Option<CommandRow>, StorageFault> {
        Ok(self.look(workspace, |space| {
            space.commands.get(&id).map(|(_, row)| row.clone())
        }))
    }

    fn place(&self, workspace: WorkspaceId, record: u32) -> Result<Option<Placed>, StorageFault> {
        Ok(self.look(workspace, |space| space.places.get(&record).copied()))
    }

    fn places(
        &self,
        workspace: WorkspaceId,
        after: Option<u32>,
        rows_max: usize,
    ) -> Result<Vec<(u32, Placed)>, StorageFault> {
        Ok(self.look(workspace, |space| {
            let rows = space.places.range((above(after), Bound::Unbounded));
            rows.take(rows_max.min(PAGE_ROWS_MAX))
                .map(|(record, p)| (*record, *p))
                .collect()
        }))
    }

    fn due(
        &self,
        workspace: WorkspaceId,
        until_ms: i64,
        rows_max: usize,
    ) -> Result<Vec<Due>, StorageFault> {
        let last = Due {
            due_ms: until_ms,
            record: u32::MAX,
        };
        Ok(self.look(workspace, |space| {
            space
                .due
                .range(..=last)
                .take(rows_max.min(PAGE_ROWS_MAX))
                .copied()
                .collect()
        }))
    }

    fn outbox(
        &self,
        workspace: WorkspaceId,
        after: Option<u32>,
        rows_max: usize,
    ) -> Result<Vec<OutboxRow>, StorageFault> {
        Ok(self.look(workspace, |space| {
            let rows = space.outbox.range((above(after), Bound::Unbounded));
            rows.take(rows_max.min(PAGE_ROWS_MAX))
                .map(|(record, (seq, owner))| OutboxRow {
                    record: *record,
                    seq: *seq,
                    owner: *owner,
                })
                .collect()
        }))
    }

    fn private(
        &self,
        workspace: WorkspaceId,
        subject: u64,
    ) -> Result<Option<KeptPrivate>, StorageFault> {
        Ok(self.look(workspace, |space| {
            let (batch, row) = space.private.get(&subject)?;
            Some(KeptPrivate {
                batch: *batch,
                row: row.clone(),
            })
        }))
    }

    fn activities_known(
        &self,
        workspace: WorkspaceId,
        ids: &[ActivityId],
    ) -> Result<Vec<bool>, StorageFault> {
        let inner = self.lock();
        let space = inner.space(workspace);
        let known = |id| space.is_some_and(|space| space.activities.contains_key(id));
        Ok(ids.iter().map(known).collect())
    }

    fn activities(
        &self,
        workspace: WorkspaceId,
        record: u32,
        skip: usize,
        rows_max: usize,
    ) -> Result<Vec<ActivityRow>, StorageFault> {
        let rows = self.look(workspace, |space| space.activities_of(record));
        let page = rows.into_iter().skip(skip);
        Ok(page.take(rows_max.min(PAGE_ROWS_MAX)).collect())
    }

    fn activity_tally(
        &self,
        workspace: WorkspaceId,
        rep: u32,
        between_ms: std::ops::Range<i64>,
    ) -> Result<Vec<ActivityTally>, StorageFault> {
        Ok(self.look(workspace, |space| space.tally_of(rep, &between_ms)))
    }

    fn activity_moments(
        &self,
        workspace: WorkspaceId,
        after: Option<(u32, i64)>,
        rows_max: usize,
    ) -> Result<Vec<(u32, i64)>, StorageFault> {
        Ok(self.look(workspace, |space| {
            let rows = space.activities.values();
            let moments: BTreeSet<_> = rows.map(|row| (row.record, row.at_ms)).collect();
            let from = after.map_or(Bound::Unbounded, Bound::Excluded);
            let page = moments.range((from, Bound::Unbounded));
            page.take(rows_max.min(PAGE_ROWS_MAX)).copied().collect()
        }))
    }

    fn each_work(
        &self,
        workspace: WorkspaceId,
        take: &mut dyn FnMut(&WorkRow<'_>),
    ) -> Result<(), StorageFault> {
        let rows = self.look(workspace, |space| {
            space.activities.values().cloned().collect::<Vec<_>>()
        });
        let mut rows: Vec<&ActivityRow> = rows.iter().collect();
        rows.sort_by_key(|row| (row.record, row.at_ms, row.id));
        rows.iter().for_each(|row| {
            take(&WorkRow {
                record: row.record,
                at_ms: row.at_ms,
                rep: row.rep,
                kind: &row.kind,
                verified: row.verified,
            });
        });
        Ok(())
    }

    fn snapshots(&self, workspace: WorkspaceId) -> Result<Vec<SnapshotMark>, StorageFault> {
        Ok(self.look(workspace, |space| {
            space
                .snapshots
                .values()
                .rev()
                .map(|(snapshot, _)| snapshot.mark())
                .collect()
        }))
    }

    fn snapshot(&self, workspace: WorkspaceId, seq: u64) -> Result<Option<Snapshot>, StorageFault> {
        Ok(self.look(workspace, |space| {
            let (snapshot, checksum) = space.snapshots.get(&seq)?;
            let sound = snapshot.checksum(workspace) == *checksum && space.on_chain(snapshot.head);
            sound.then(|| snapshot.clone())
        }))
    }

    fn setting(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StorageFault> {
        Ok(self.lock().settings.get(key).cloned())
    }

    fn settings(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        rows_max: usize,
    ) -> Result<Vec<Setting>, StorageFault> {
        let inner = self.lock();
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let rows = inner.settings.range::<[u8], _>((from, Bound::Unbounded));
        Ok(rows
            .take_while(|(key, _)| key.starts_with(prefix))
            .take(rows_max.min(PAGE_ROWS_MAX))
            .map(|(key, value)| Setting {
                key: key.clone(),
                value: value.clone(),
            })
            .collect())
    }

    fn counts(&self, workspace: WorkspaceId) -> Result<Counts, StorageFault> {
        Ok(self.look(workspace, |space| Counts {
            batches: space.batches.len() as u64,
            commands: space.commands.len() as u64,
            places: space.places.len() as u64,
            outbox: space.outbox.len() as u64,
            private: space.private.len() as u64,
            activities: space.activities.len() as u64,
        }))
    }

    fn self_check(&self) -> Result<Vec<String>, StorageFault> {
        Ok(Vec::new())
    }
}

fn above(after: Option<u32>) -> Bound<u32> {
    after.map_or(Bound::Unbounded, Bound::Excluded)
}

impl Journal for MemoryJournal {
    fn create_workspace(&mut self, name: &str) -> Result<WorkspaceId, CreateFault> {
        if name.is_empty() {
            return Err(CreateFault::NameEmpty);
        }
        StorageFault::bound("bytes of a name", name.len() as u64, NAME_BYTES_MAX as u64)?;
        let mut inner = self.lock();
        if inner.workspaces.iter().any(|space| space.name == name) {
            return Err(CreateFault::NameTaken(name.to_owned()));
        }
        inner.workspaces.push(Space {
            name: name.to_owned(),
            ..Space::default()
        });
        Ok(WorkspaceId(inner.workspaces.len() as u64))
    }

    fn append(&mut self, workspace: WorkspaceId, batch: &Batch) -> Result<Head, AppendFault> {
        check::check(batch, workspace)?;
        let mut inner = self.lock();
        let space = inner.space_mut(workspace)?;
        let head = space.head();
        if head.seq != batch.expected_seq {
            return Err(AppendFault::Moved { head });
        }
        let mut ids = BTreeSet::new();
        for command in batch.repeatable() {
            if space.commands.contains_key(&command.id) || !ids.insert(command.id) {
                return Err(AppendFault::CommandKnown { id: command.id });
            }
        }
        let places = space.moved_places(batch)?;

        // Nothing below can be refused.
        let mut stored = StoredBatch {
            batch: space.batches.len() as u64 + 1,
            expected_seq: batch.expected_seq,
            last_seq: batch.last_seq(),
            at_ms: batch.at_ms,
            engine: batch.engine,
            prev: head.hash,
            hash: Digest::GENESIS,
            body: body::encode(batch),
        };
        stored.hash = stored.computed_hash(workspace);
        for command in batch.repeatable() {
            space
                .commands
                .insert(command.id, (stored.batch, command.clone()));
        }
        for (record, placed) in places {
            space.put_place(record, placed);
        }
        for row in &batch.private {
            space
                .private
                .insert(row.subject, (stored.batch, row.clone()));
        }
        for row in &batch.outbox {
            space.outbox.insert(row.record, (row.seq, row.owner));
        }
        for row in &batch.activities {
            space
                .activities
                .entry(row.id)
                .or_insert_with(|| row.clone());
        }
        let head = stored.head();
        space.batches.push(stored);
        Ok(head)
    }

    fn settle_outbox(
        &mut self,
        workspace: WorkspaceId,
        record: u32,
        seq: u64,
    ) -> Result<bool, StorageFault> {
        let mut inner = self.lock();
        let space = inner.space_mut(workspace)?;
        let settled = space
            .outbox
            .get(&record)
            .is_some_and(|(found, _)| *found == seq);
        if settled {
            space.outbox.remove(&record);
        }
        Ok(settled)
    }

    fn erase(&mut self, workspace: WorkspaceId, subjects: &[u64]) -> Result<u64, StorageFault> {
        let mut inner = self.lock();
        let space = inner.space_mut(workspace)?;
        Ok(subjects
            .iter()
            .filter_map(|subject| space.private.remove(subject))
            .count() as u64)
    }

    fn put_snapshot(
        &mut self,
        workspace: WorkspaceId,
        snapshot: &Snapshot,
    ) -> Result<(), StorageFault> {
        snapshot.check()?;
        let mut inner = self.lock();
        let space = inner.space_mut(workspace)?;
        if !space.on_chain(snapshot.head) {
            return Err(StorageFault::damaged(
                snapshot.head.seq,
                "the snapshot is not on it",
            ));
        }
        let entry = (snapshot.clone(), snapshot.checksum(workspace));
        space.snapshots.insert(snapshot.head.seq, entry);
        while space.snapshots.len() > SNAPSHOTS_KEPT {
            space.snapshots.pop_first();
        }
        Ok(())
    }

    fn edit_settings(&mut self, edits: &[SettingEdit]) -> Result<(), SettingFault> {
        setting::check_edits(edits)?;
        let mut inner = self.lock();
        let mut touched: BTreeMap<&[u8], Option<&Vec<u8>>> = BTreeMap::new();
        for (index, edit) in edits.iter().enumerate() {
            match edit {
                SettingEdit::Expect { key, value } => {
                    let found = match touched.get(key.as_slice()) {
                        Some(found) => *found,
                        None => inner.settings.get(key),
                    };
                    if found != value.as_ref() {
                        return Err(SettingFault::Changed { index });
                    }
                }
                SettingEdit::Put { key, value } => {
                    touched.insert(key, Some(value));
                }
                SettingEdit::Delete { key } => {
                    touched.insert(key, None);
                }
            }
        }
        for (key, value) in touched {
            match value {
                Some(value) => inner.settings.insert(key.to_vec(), value.clone()),
                None => inner.settings.remove(key),
            };
        }
        Ok(())
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StorageFault> {
        Ok(Box::new(self.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::{self, Rig};

    #[derive(Default)]
    struct InMemory {
        journal: Option<MemoryJournal>,
    }

    impl Rig for InMemory {
        fn fresh(&mut self) -> Box<dyn Journal> {
            let journal = MemoryJournal::create(StoreId([1; 16]));
            self.journal = Some(journal.clone());
            Box::new(journal)
        }

        fn reopen(&mut self, journal: Box<dyn Journal>) -> Box<dyn Journal> {
            journal
        }

        fn damage_snapshot(&mut self, _: &mut dyn Journal, workspace: WorkspaceId, seq: u64) {
            let journal = self.journal.as_ref().expect("made before");
            let mut inner = journal.lock();
            let space = inner.space_mut(workspace).expect("made before");
            space.snapshots.get_mut(&seq).expect("put before").0.bytes[3] ^= 1;
        }
    }

    #[test]
    fn memory_conforms() {
        conformance::run(&mut InMemory::default());
    }
}
