//! What can go wrong with a store, and what it means for the caller.
//!
//! Three answers, told apart everywhere: the caller must decide again ([`AppendFault::Moved`]), the
//! same call may succeed later ([`StorageFault::transient`]), or the store must be opened anew
//! ([`StorageFault::Poisoned`]). Faults of opening live where stores are opened.

use crate::identity::{Head, WorkspaceId};
use evenkeel_core::ids::CommandId;

/// Why a store could not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum StorageFault {
    /// The workspace does not exist here.
    #[error("workspace {0} is not in this store")]
    UnknownWorkspace(WorkspaceId),
    /// A bound was passed; nothing was done.
    #[error("{what}: {value} is more than the limit of {limit}")]
    Bound {
        /// What is bounded.
        what: &'static str,
        /// The value seen.
        value: u64,
        /// The limit.
        limit: u64,
    },
    /// No space left. The transaction was rolled back whole and the store is sound; the same call
    /// succeeds when space returns.
    #[error("the disk is full; nothing was written, and the same request works once there is room")]
    Full,
    /// Somebody else holds the store. Rolled back whole; may be tried again.
    #[error("the store is busy; nothing was written, try again")]
    Busy,
    /// What is stored is not what was written.
    #[error("the journal is damaged at seq {seq}: {what}; run verify, then restore a backup")]
    Damaged {
        /// First sequence number in doubt.
        seq: u64,
        /// What is wrong.
        what: String,
    },
    /// An I/O error left open what reached the disk. This handle acknowledges nothing more; the
    /// store must be opened anew, which verifies it. Whether the command is in it is known then.
    #[error(
        "the store stopped after an I/O error ({reason}); nothing more is acknowledged until it is \
         opened again and verified"
    )]
    Poisoned {
        /// The first error.
        reason: String,
    },
    /// Any other failure of the backend, rolled back whole.
    #[error("the store could not {doing}")]
    Backend {
        /// What was being done.
        doing: &'static str,
        /// The backend's own words.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Why a batch was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendFault {
    /// The batch contradicts itself: a defect of the caller.
    #[error("the batch is malformed: {what}")]
    Malformed {
        /// What and where.
        what: String,
    },
    /// The journal went on since the batch was decided: read the tail and decide again.
    #[error("the journal has moved on to seq {}", head.seq)]
    Moved {
        /// Where it ends now.
        head: Head,
    },
    /// The command was appended before: give its first answer again.
    #[error("command {} is already in the journal", crate::identity::hex(&id.0))]
    CommandKnown {
        /// The command.
        id: CommandId,
    },
    /// The record is not where the batch says it was: a defect of the decisions, stopped here.
    #[error("record {record} is not where the batch says; the batch would give it a second place")]
    DoubleOwner {
        /// The record.
        record: u32,
    },
    /// The store could not.
    #[error(transparent)]
    Storage(#[from] StorageFault),
}

/// Why a workspace was not created.
#[derive(Debug, thiserror::Error)]
pub enum CreateFault {
    /// The name is empty.
    #[error("a workspace needs a name")]
    NameEmpty,
    /// The name is taken.
    #[error("there is already a workspace named {0:?}")]
    NameTaken(String),
    /// The store could not.
    #[error(transparent)]
    Storage(#[from] StorageFault),
}

impl StorageFault {
    /// Refuses `value` above `limit`.
    pub fn bound(what: &'static str, value: u64, limit: u64) -> Result<(), Self> {
        if value > limit {
            Err(Self::Bound { what, value, limit })
        } else {
            Ok(())
        }
    }

    /// Whether the same call may succeed later without anybody's hand on the store.
    pub fn transient(&self) -> bool {
        matches!(self, Self::Full | Self::Busy)
    }

    /// Damage found in a batch.
    pub(crate) fn damaged(seq: u64, what: impl ToString) -> Self {
        Self::Damaged {
            seq,
            what: what.to_string(),
        }
    }
}
