//! Who is who in a store: the store itself, its workspaces, and digests.
//!
//! Command ids are the core's ([`evenkeel_core::ids::CommandId`]), so that no edge converts them.
//! Random bytes are given by the caller; nothing here draws any.

use std::fmt;

/// Which store this is, for ever: 16 random bytes given at its creation.
///
/// A backup and what is restored from it keep the id; the epoch tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoreId(pub [u8; 16]);

/// A store and which life of it this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreIdentity {
    /// The store.
    pub store: StoreId,
    /// 1 at creation, one more after every restore. Followers that remember another epoch must
    /// not trust their cursors.
    pub epoch: u32,
}

/// A workspace of a store, numbered 1, 2, 3, … in order of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkspaceId(pub u64);

/// A workspace with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// Its number.
    pub id: WorkspaceId,
    /// Its name, unique in the store.
    pub name: String,
}

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest before the first batch: 32 zero bytes.
    pub const GENESIS: Self = Self([0; 32]);

    /// Stands for the request of a command that nobody can send again: 32 bytes of 255, which no
    /// request has.
    pub const NOBODY: Self = Self([255; 32]);
}

/// Where a workspace's journal ends: what an append must expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the last event; 0 before the first.
    pub seq: u64,
    /// Hash of the last batch; [`Digest::GENESIS`] before the first. A batch of commands without
    /// events changes the hash and not the seq.
    pub hash: Digest,
}

impl Head {
    /// The head of an empty journal.
    pub const GENESIS: Self = Self {
        seq: 0,
        hash: Digest::GENESIS,
    };
}

/// Writes bytes as lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Display for WorkspaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}
