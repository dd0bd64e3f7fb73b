//! A journal that fails when told to, over one in memory: full disk, I/O error, another writer.

use evenkeel_core::ids::CommandId;
use evenkeel_journal::activity::{ActivityId, ActivityRow, ActivityTally, WorkRow};
use evenkeel_journal::batch::{Batch, CommandRow, OutboxRow, Placed};
use evenkeel_journal::chain::StoredBatch;
use evenkeel_journal::fault::{AppendFault, CreateFault, StorageFault};
use evenkeel_journal::history::{
    Extent, HistoryPart, HistoryReader, HistoryWriter, KeyKind, KeyRow, PastRow, ToldRow,
};
use evenkeel_journal::identity::{Head, StoreId, StoreIdentity, Workspace, WorkspaceId};
use evenkeel_journal::journal::{CommandMark, Counts, Due, Journal, KeptPrivate, Reader};
use evenkeel_journal::memory::MemoryJournal;
use evenkeel_journal::setting::{Setting, SettingEdit, SettingFault};
use evenkeel_journal::snapshot::{Snapshot, SnapshotMark};
use std::sync::{Arc, Condvar, Mutex};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No space left, until told otherwise.
    Full,
    /// An I/O error that leaves doubt, for ever.
    Poisoned,
    /// Somebody else has appended, once.
    Moved,
    /// The disk takes its time …
    Slow,
    /// … which somebody waits for now, until told otherwise.
    Waited,
}

type Switch = Arc<(Mutex<Option<Failure>>, Condvar)>;

/// The journal.
pub(crate) struct Failing {
    inner: MemoryJournal,
    switch: Switch,
}

/// Makes it fail, and stop failing.
#[derive(Clone)]
pub(crate) struct Lever(Switch);

impl Lever {
    pub(crate) fn set(&self, failure: Option<Failure>) {
        *self.0.0.lock().expect("nobody panics here") = failure;
        self.0.1.notify_all();
    }

    /// Waits until somebody waits for the disk.
    pub(crate) fn waited_for(&self) {
        let now = self.0.0.lock().expect("nobody panics here");
        let slow = |now: &mut Option<Failure>| *now == Some(Failure::Slow);
        drop(self.0.1.wait_while(now, slow));
    }
}

impl Failing {
    pub(crate) fn new() -> (Self, Lever) {
        let mut inner = MemoryJournal::create(StoreId([5; 16]));
        inner
            .create_workspace("main")
            .expect("a workspace can be made");
        let switch = Switch::default();
        (
            Self {
                inner,
                switch: Arc::clone(&switch),
            },
            Lever(switch),
        )
    }

    fn storage(&self) -> Result<(), StorageFault> {
        let mut now = self.switch.0.lock().expect("nobody panics here");
        if *now == Some(Failure::Slow) {
            *now = Some(Failure::Waited);
            self.switch.1.notify_all();
        }
        let waited = |now: &mut Option<Failure>| *now == Some(Failure::Waited);
        let now = self.switch.1.wait_while(now, waited);
        match *now.expect("nobody panics here") {
            Some(Failure::Full) => Err(StorageFault::Full),
            Some(Failure::Poisoned) => Err(StorageFault::Poisoned {
                reason: "the disk said no".into(),
            }),
            Some(Failure::Moved | Failure::Slow | Failure::Waited) | None => Ok(()),
        }
    }
}

macro_rules! delegate {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)*) => {$(
        fn $name(&self, $($argument: $kind),*) -> Result<$answer, StorageFault> {
            self.inner.$name($($argument),*)
        }
    )*};
}

impl Reader for Failing {
    delegate! {
        identity() -> StoreIdentity;
        workspaces() -> Vec<Workspace>;
        head(workspace: WorkspaceId) -> Head;
        read(workspace: WorkspaceId, after: u64, most: usize) -> Vec<StoredBatch>;
        walk(workspace: WorkspaceId, after: u64, most: usize) -> Vec<StoredBatch>;
        command_mark(workspace: WorkspaceId, id: CommandId) -> Option<CommandMark>;
        command(workspace: WorkspaceId, id: CommandId) -> Option<CommandRow>;
        place(workspace: WorkspaceId, record: u32) -> Option<Placed>;
        places(workspace: WorkspaceId, after: Option<u32>, most: usize) -> Vec<(u32, Placed)>;
        due(workspace: WorkspaceId, until: i64, most: usize) -> Vec<Due>;
        outbox(workspace: WorkspaceId, after: Option<u32>, most: usize) -> Vec<OutboxRow>;
        private(workspace: WorkspaceId, subject: u64) -> Option<KeptPrivate>;
        activities_known(workspace: WorkspaceId, ids: &[ActivityId]) -> Vec<bool>;
        activities(workspace: WorkspaceId, record: u32, skip: usize, rows: usize)
            -> Vec<ActivityRow>;
        activity_tally(workspace: WorkspaceId, rep: u32, between: std::ops::Range<i64>)
            -> Vec<ActivityTally>;
        activity_moments(workspace: WorkspaceId, after: Option<(u32, i64)>, rows: usize)
            -> Vec<(u32, i64)>;
        each_work(workspace: WorkspaceId, take: &mut dyn FnMut(&WorkRow<'_>)) -> ();
        snapshots(workspace: WorkspaceId) -> Vec<SnapshotMark>;
        snapshot(workspace: WorkspaceId, seq: u64) -> Option<Snapshot>;
        setting(key: &[u8]) -> Option<Vec<u8>>;
        settings(prefix: &[u8], after: Option<&[u8]>, most: usize) -> Vec<Setting>;
        counts(workspace: WorkspaceId) -> Counts;
        self_check() -> Vec<String>;
    }
}

impl HistoryReader for Failing {
    delegate! {
        history_extent(workspace: WorkspaceId) -> Extent;
        history_keys(workspace: WorkspaceId, kind: KeyKind, from: u32, most: usize)
            -> Vec<KeyRow>;
        history(workspace: WorkspaceId, after: u64, most: usize) -> Vec<PastRow>;
        each_told(workspace: WorkspaceId, rows: (u64, u64), take: &mut dyn FnMut(&ToldRow)) -> ();
        each_name(
            workspace: WorkspaceId, kind: KeyKind, take: &mut dyn FnMut(u32, Option<String>)
        ) -> ();
    }
}

impl HistoryWriter for Failing {
    fn put_history(
        &mut self,
        workspace: WorkspaceId,
        part: &HistoryPart,
    ) -> Result<Vec<bool>, AppendFault> {
        self.storage()?;
        self.inner.put_history(workspace, part)
    }

    fn erase_history_keys(
        &mut self,
        workspace: WorkspaceId,
        keys: &[(KeyKind, u32)],
    ) -> Result<u64, StorageFault> {
        self.storage()?;
        self.inner.erase_history_keys(workspace, keys)
    }
}

impl Journal for Failing {
    fn create_workspace(&mut self, name: &str) -> Result<WorkspaceId, CreateFault> {
        self.inner.create_workspace(name)
    }

    fn append(&mut self, workspace: WorkspaceId, batch: &Batch) -> Result<Head, AppendFault> {
        self.storage()?;
        let mut now = self.switch.0.lock().expect("nobody panics here");
        let moved = now.take_if(|now| *now == Failure::Moved).is_some();
        drop(now);
        if moved {
            let head = self.inner.head(workspace)?;
            return Err(AppendFault::Moved { head });
        }
        self.inner.append(workspace, batch)
    }

    fn settle_outbox(
        &mut self,
        workspace: WorkspaceId,
        record: u32,
        seq: u64,
    ) -> Result<bool, StorageFault> {
        self.inner.settle_outbox(workspace, record, seq)
    }

    fn erase(&mut self, workspace: WorkspaceId, subjects: &[u64]) -> Result<u64, StorageFault> {
        self.storage()?;
        self.inner.erase(workspace, subjects)
    }

    fn put_snapshot(
        &mut self,
        workspace: WorkspaceId,
        snapshot: &Snapshot,
    ) -> Result<(), StorageFault> {
        self.inner.put_snapshot(workspace, snapshot)
    }

    fn edit_settings(&mut self, edits: &[SettingEdit]) -> Result<(), SettingFault> {
        self.storage()?;
        self.inner.edit_settings(edits)
    }

    fn reader(&self) -> Result<Box<dyn Reader>, StorageFault> {
        self.inner.reader()
    }
}
