//! Why the host could not do as asked: the machine's reasons, not the policy's.
//!
//! A refusal ([`evenkeel_core::command::refusal::Refusal`]) is an answer; a fault is none.

use evenkeel_journal::fault::StorageFault;
use std::sync::Arc;

/// The machine could not.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Fault {
    /// The store could not.
    #[error("{0}")]
    Storage(Arc<StorageFault>),
    /// The server is going down.
    #[error("the server is stopping")]
    Stopping,
    /// A defect of the program: the command is held out, everything else goes on.
    #[error("the command could not be worked out; it is held out and nothing was changed ({0})")]
    Defect(String),
    /// What the journal holds cannot be read by this program.
    #[error("event {seq} of the journal cannot be read: {what}")]
    Unreadable {
        /// Which event.
        seq: u64,
        /// Why.
        what: String,
    },
    /// Somebody else changed the same setting at the same time.
    #[error("somebody else changed this at the same time; look again")]
    Changed,
}

impl From<StorageFault> for Fault {
    fn from(fault: StorageFault) -> Self {
        Self::Storage(Arc::new(fault))
    }
}

impl Fault {
    /// Whether the same request may succeed later without anybody's hand on the store.
    pub fn transient(&self) -> bool {
        match self {
            Self::Storage(fault) => fault.transient(),
            Self::Stopping | Self::Changed => true,
            Self::Defect(_) | Self::Unreadable { .. } => false,
        }
    }

    /// Whether there is no room left on the disk.
    pub fn disk_full(&self) -> bool {
        matches!(self, Self::Storage(fault) if matches!(**fault, StorageFault::Full))
    }
}
