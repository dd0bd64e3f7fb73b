//! The hash chain: every batch vouches for all before it.
//!
//! It finds corruption, divergence and lost tails every day, and tampering by anybody who cannot
//! rewrite the whole chain. It deliberately signs nothing: against an administrator, export heads.

use crate::body::{self, Body, BodyFault};
use crate::identity::{Digest, Head, WorkspaceId};
use sha2::{Digest as _, Sha256};

/// Keeps our hashes apart from those of any other format.
const TAG: &[u8] = b"evenkeel batch 1\0";

/// A batch as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBatch {
    /// 1, 2, 3, … without gap in a workspace.
    pub batch: u64,
    /// Head before it.
    pub expected_seq: u64,
    /// Head after it; equal to `expected_seq` when it holds no event.
    pub last_seq: u64,
    /// Record time in milliseconds since 1970.
    pub at_ms: i64,
    /// Level of the program that decided.
    pub engine: u32,
    /// Hash of the batch before.
    pub prev: Digest,
    /// Hash of this one, as stored.
    pub hash: Digest,
    /// Canonical bytes, as stored.
    pub body: Vec<u8>,
}

impl StoredBatch {
    /// The hash these bytes should have.
    pub fn computed_hash(&self, workspace: WorkspaceId) -> Digest {
        let mut hasher = Sha256::new();
        hasher.update(TAG);
        hasher.update(self.prev.0);
        hasher.update(workspace.0.to_be_bytes());
        hasher.update(self.batch.to_be_bytes());
        hasher.update(self.expected_seq.to_be_bytes());
        hasher.update(self.last_seq.to_be_bytes());
        hasher.update(self.at_ms.to_be_bytes());
        hasher.update(self.engine.to_be_bytes());
        hasher.update((self.body.len() as u64).to_be_bytes());
        hasher.update(&self.body);
        Digest(hasher.finalize().into())
    }

    /// The head after this batch.
    pub fn head(&self) -> Head {
        Head {
            seq: self.last_seq,
            hash: self.hash,
        }
    }

    /// Takes the body apart.
    pub fn parse(&self) -> Result<Body<'_>, BodyFault> {
        body::parse(&self.body)
    }

    /// Says what is wrong with this batch when `before` is the head before it, if anything.
    ///
    /// *Order*: the hash, the link to the batch before, the sequence, the body.
    pub fn check(&self, workspace: WorkspaceId, before: Head) -> Result<Body<'_>, ChainFault> {
        if self.computed_hash(workspace) != self.hash {
            return Err(ChainFault::HashDiffers);
        }
        if self.prev != before.hash {
            return Err(ChainFault::PrevDiffers);
        }
        if self.expected_seq != before.seq {
            return Err(ChainFault::SeqGap {
                before: before.seq,
                found: self.expected_seq,
            });
        }
        let body = self.parse().map_err(ChainFault::Body)?;
        if self.expected_seq.checked_add(body.events.len() as u64) != Some(self.last_seq) {
            return Err(ChainFault::SeqGap {
                before: self.expected_seq,
                found: self.last_seq,
            });
        }
        Ok(body)
    }
}

/// What can be wrong with a batch in its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// Its bytes do not have its hash.
    HashDiffers,
    /// It does not continue the batch before it.
    PrevDiffers,
    /// Its event numbers do not continue, or do not match its events.
    SeqGap {
        /// Where the numbers stood.
        before: u64,
        /// What was found.
        found: u64,
    },
    /// Its body cannot be taken apart.
    Body(BodyFault),
}

impl std::fmt::Display for ChainFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::HashDiffers => f.write_str("its bytes do not have the hash stored with them"),
            Self::PrevDiffers => f.write_str("it does not continue the batch before it"),
            Self::SeqGap { before, found } => {
                write!(
                    f,
                    "its event numbers do not continue: {before}, then {found}"
                )
            }
            Self::Body(fault) => fault.fmt(f),
        }
    }
}
