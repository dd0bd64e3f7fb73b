//! The two doors to a store: [`Reader`] to look, [`Journal`] to append.
//!
//! Shaped for several nodes on one database: every call names its workspace, and appending at the
//! expected sequence is the only lock. There is deliberately no "append anywhere". Group commit
//! lives above: here one append is one transaction, and when it returns, its batch is durable.

use crate::activity::{ActivityId, ActivityRow, ActivityTally, WorkRow};
use crate::batch::{Batch, CommandRow, OutboxRow, Placed, PrivateRow};
use crate::chain::StoredBatch;
use crate::fault::{AppendFault, CreateFault, StorageFault};
use crate::history::{HistoryReader, HistoryWriter};
use crate::identity::{Head, StoreIdentity, Workspace, WorkspaceId};
use crate::setting::{Setting, SettingEdit, SettingFault};
use crate::snapshot::{Snapshot, SnapshotMark};
use evenkeel_core::ids::CommandId;

/// Longest workspace name in bytes.
pub const NAME_BYTES_MAX: usize = 200;
/// Most rows any listing returns at once; a larger wish is cut to it.
pub const PAGE_ROWS_MAX: usize = 10_000;
/// Bytes of bodies after which a page of batches ends. A page holds at least one batch, so it never
/// holds more than this and [`crate::batch::BODY_BYTES_MAX`].
pub const PAGE_BYTES: usize = 8 << 20;

/// Looks into a store.
///
/// A reader of a workspace that is not there finds nothing; only [`Reader::head`] complains.
pub trait Reader: HistoryReader + Send {
    /// Which store this is, and which life of it.
    fn identity(&self) -> Result<StoreIdentity, StorageFault>;

    /// All workspaces, by number.
    fn workspaces(&self) -> Result<Vec<Workspace>, StorageFault>;

    /// Where the journal of a workspace ends.
    fn head(&self, workspace: WorkspaceId) -> Result<Head, StorageFault>;

    /// The next batches that hold events after `after_seq`, oldest first, each whole and with its
    /// hash and its place in the chain checked; none at the end.
    ///
    /// The first batch may begin at or before `after_seq`. Batches without events are left out.
    ///
    /// *Bounds*: ends before `events_max` or [`PAGE_BYTES`] is passed, but holds one batch at
    /// least. *Refuses* a damaged batch with [`StorageFault::Damaged`]; nothing after it is given.
    fn read(
        &self,
        workspace: WorkspaceId,
        after_seq: u64,
        events_max: usize,
    ) -> Result<Vec<StoredBatch>, StorageFault>;

    /// The next batches after number `after_batch`, as they are, unchecked: for `verify`.
    ///
    /// *Bounds*: as [`Reader::read`], with `batches_max`.
    fn walk(
        &self,
        workspace: WorkspaceId,
        after_batch: u64,
        batches_max: usize,
    ) -> Result<Vec<StoredBatch>, StorageFault>;

    /// Where the command with this id is: one look-up, enough to know that it is known.
    fn command_mark(
        &self,
        workspace: WorkspaceId,
        id: CommandId,
    ) -> Result<Option<CommandMark>, StorageFault>;

    /// The command with this id and its answer, read from its batch.
    fn command(
        &self,
        workspace: WorkspaceId,
        id: CommandId,
    ) -> Result<Option<CommandRow>, StorageFault>;

    /// Where a record is.
    fn place(&self, workspace: WorkspaceId, record: u32) -> Result<Option<Placed>, StorageFault>;

    /// Records above `after` (or from the first) with their places, by number.
    fn places(
        &self,
        workspace: WorkspaceId,
        after: Option<u32>,
        rows_max: usize,
    ) -> Result<Vec<(u32, Placed)>, StorageFault>;

    /// Records whose deadline is `until_ms` or earlier, by deadline, then by number.
    fn due(
        &self,
        workspace: WorkspaceId,
        until_ms: i64,
        rows_max: usize,
    ) -> Result<Vec<Due>, StorageFault>;

    /// Wishes not settled yet for records above `after` (or from the first), by record.
    fn outbox(
        &self,
        workspace: WorkspaceId,
        after: Option<u32>,
        rows_max: usize,
    ) -> Result<Vec<OutboxRow>, StorageFault>;

    /// Personal data of a subject, unless erased.
    fn private(
        &self,
        workspace: WorkspaceId,
        subject: u64,
    ) -> Result<Option<KeptPrivate>, StorageFault>;

    /// Which of these activities are there, in their order.
    fn activities_known(
        &self,
        workspace: WorkspaceId,
        ids: &[ActivityId],
    ) -> Result<Vec<bool>, StorageFault>;

    /// Activities on a record, the latest first (ties: by id), after the first `skip`.
    fn activities(
        &self,
        workspace: WorkspaceId,
        record: u32,
        skip: usize,
        rows_max: usize,
    ) -> Result<Vec<ActivityRow>, StorageFault>;

    /// How often a rep did what, from a moment (included) until another (excluded), by kind, the
    /// self-logged before the verified.
    fn activity_tally(
        &self,
        workspace: WorkspaceId,
        rep: u32,
        between_ms: std::ops::Range<i64>,
    ) -> Result<Vec<ActivityTally>, StorageFault>;

    /// The moments at which records were worked on, by record and moment and each once, after the
    /// one given: to see the gaps between them.
    fn activity_moments(
        &self,
        workspace: WorkspaceId,
        after: Option<(u32, i64)>,
        rows_max: usize,
    ) -> Result<Vec<(u32, i64)>, StorageFault>;

    /// Hands on everything that was done, by record and moment (ties: by id): for reports.
    fn each_work(
        &self,
        workspace: WorkspaceId,
        take: &mut dyn FnMut(&WorkRow<'_>),
    ) -> Result<(), StorageFault>;

    /// The snapshots kept, newest first. Listing reads no bytes and promises nothing about them.
    fn snapshots(&self, workspace: WorkspaceId) -> Result<Vec<SnapshotMark>, StorageFault>;

    /// The snapshot at `seq`; `None` when it is not there, is damaged, or does not stand on this
    /// chain. A snapshot is never truth: the caller takes the next older one, or replays all.
    fn snapshot(&self, workspace: WorkspaceId, seq: u64) -> Result<Option<Snapshot>, StorageFault>;

    /// One setting of the server.
    fn setting(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StorageFault>;

    /// Settings whose key begins with `prefix` and comes after `after`, by key.
    fn settings(
        &self,
        prefix: &[u8],
        after: Option<&[u8]>,
        rows_max: usize,
    ) -> Result<Vec<Setting>, StorageFault>;

    /// How many rows the side tables hold.
    fn counts(&self, workspace: WorkspaceId) -> Result<Counts, StorageFault>;

    /// The backend's own check of its files, one sentence per complaint; none when sound.
    ///
    /// *Bounds*: 100 sentences.
    fn self_check(&self) -> Result<Vec<String>, StorageFault>;
}

/// Appends to a store. There is one per store and process; for more eyes see [`Journal::reader`].
pub trait Journal: Reader + HistoryWriter {
    /// Adds a workspace.
    ///
    /// *Refuses* a name that is empty, too long or taken.
    fn create_workspace(&mut self, name: &str) -> Result<WorkspaceId, CreateFault>;

    /// Appends a batch in one transaction and returns the new head once it is durable.
    ///
    /// *Refuses*, in order: a poisoned store, a bound passed ([`AppendFault::Storage`]); a
    /// misshapen batch ([`AppendFault::Malformed`]); an unknown workspace; another head
    /// ([`AppendFault::Moved`]); a known command, the first in order
    /// ([`AppendFault::CommandKnown`]); a record that is not where its row says, the first in order
    /// ([`AppendFault::DoubleOwner`]). After any refusal the store is as before, except that
    /// [`StorageFault::Poisoned`] leaves open whether the batch is in it.
    fn append(&mut self, workspace: WorkspaceId, batch: &Batch) -> Result<Head, AppendFault>;

    /// Removes an outbox row if it is still the one with this `seq`; says whether it was.
    fn settle_outbox(
        &mut self,
        workspace: WorkspaceId,
        record: u32,
        seq: u64,
    ) -> Result<bool, StorageFault>;

    /// Erases body and salt of subjects, and returns how many had data. The chain still verifies,
    /// and the digests in it can no longer be guessed back.
    ///
    /// The event that says so is appended by the caller first.
    fn erase(&mut self, workspace: WorkspaceId, subjects: &[u64]) -> Result<u64, StorageFault>;

    /// Keeps a snapshot, and of the workspace's snapshots the two newest.
    ///
    /// *Refuses* one that does not stand on this chain, with [`StorageFault::Damaged`].
    fn put_snapshot(
        &mut self,
        workspace: WorkspaceId,
        snapshot: &Snapshot,
    ) -> Result<(), StorageFault>;

    /// Changes settings, all of them or none.
    fn edit_settings(&mut self, edits: &[SettingEdit]) -> Result<(), SettingFault>;

    /// Does what may wait until everybody is answered, such as copying a log. What was appended is
    /// durable before, and a failure here is one of the next change. To be called after appends.
    fn tidy(&mut self) {}

    /// Another pair of eyes on this store, for another thread.
    fn reader(&self) -> Result<Box<dyn Reader>, StorageFault>;
}

/// Where a command is in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandMark {
    /// The batch it is in.
    pub batch: u64,
    /// Its first event.
    pub first_seq: u64,
    /// Its last event; `first_seq - 1` when it had none.
    pub last_seq: u64,
}

/// Personal data found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptPrivate {
    /// The batch that holds its digest.
    pub batch: u64,
    /// The data.
    pub row: PrivateRow,
}

/// A deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// When, in milliseconds since 1970.
    pub due_ms: i64,
    /// The record.
    pub record: u32,
}

/// Rows in the side tables of a workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Batches.
    pub batches: u64,
    /// Commands.
    pub commands: u64,
    /// Records with a place.
    pub places: u64,
    /// Unsettled wishes.
    pub outbox: u64,
    /// Subjects with personal data.
    pub private: u64,
    /// Raw activities.
    pub activities: u64,
}
