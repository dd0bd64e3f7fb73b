//! Snapshots: a folded state kept so that a start need not replay everything.
//!
//! A snapshot is never truth. One that is damaged, of an unknown format, or not on this chain is
//! passed over without a word, and the next older one or a full replay takes its place. How a state
//! becomes bytes is deliberately unknown here.

use crate::fault::StorageFault;
use crate::identity::{Digest, Head, WorkspaceId};
use sha2::{Digest as _, Sha256};

/// Snapshots kept per workspace.
pub const SNAPSHOTS_KEPT: usize = 2;
/// Longest snapshot in bytes.
pub const SNAPSHOT_BYTES_MAX: usize = 512 << 20;

/// What is said about a snapshot without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotMark {
    /// How the bytes are written.
    pub format: u32,
    /// Level of the program that folded the state.
    pub engine: u32,
    /// The head it stands for.
    pub head: Head,
    /// Digest of the state, to compare with a replay.
    pub digest: Digest,
    /// Length of the bytes.
    pub byte_count: u64,
}

/// A snapshot with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// How the bytes are written.
    pub format: u32,
    /// Level of the program that folded the state.
    pub engine: u32,
    /// The head it stands for.
    pub head: Head,
    /// Digest of the state, to compare with a replay.
    pub digest: Digest,
    /// The state.
    pub bytes: Vec<u8>,
}

impl Snapshot {
    /// SHA-256 over everything in it and the workspace it belongs to.
    pub(crate) fn checksum(&self, workspace: WorkspaceId) -> Digest {
        let mut hasher = Sha256::new();
        hasher.update(b"evenkeel snapshot 1\0");
        hasher.update(workspace.0.to_be_bytes());
        hasher.update(self.format.to_be_bytes());
        hasher.update(self.engine.to_be_bytes());
        hasher.update(self.head.seq.to_be_bytes());
        hasher.update(self.head.hash.0);
        hasher.update(self.digest.0);
        hasher.update((self.bytes.len() as u64).to_be_bytes());
        hasher.update(&self.bytes);
        Digest(hasher.finalize().into())
    }

    /// What [`crate::journal::Reader::snapshots`] lists for it.
    pub fn mark(&self) -> SnapshotMark {
        SnapshotMark {
            format: self.format,
            engine: self.engine,
            head: self.head,
            digest: self.digest,
            byte_count: self.bytes.len() as u64,
        }
    }

    /// Checks its bound.
    pub(crate) fn check(&self) -> Result<(), StorageFault> {
        StorageFault::bound(
            "bytes of a snapshot",
            self.bytes.len() as u64,
            SNAPSHOT_BYTES_MAX as u64,
        )
    }
}
