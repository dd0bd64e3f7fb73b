//! Where a record is: exactly one place at any time (law 2).

use crate::ids::{PoolNo, QueueNo, RepNo};
use crate::time::Moment;
use serde::{Deserialize, Serialize};

/// The place of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In this rep's book.
    Book(RepNo),
    /// In this queue.
    Queue(QueueNo),
    /// Held: nobody of the pool can take it now.
    Held(Hold),
    /// Done with.
    Closed,
}

/// Why and until when a record is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The pool whose members are waited for.
    pub pool: PoolNo,
    /// Since when.
    pub since: Moment,
    /// Deadline.
    pub until: Moment,
    /// Where it goes at the deadline.
    pub then: QueueNo,
    /// Who must not get it when the wait is over.
    pub excluded: Option<RepNo>,
    /// The one rep waited for, if it is held for one.
    pub awaits: Option<RepNo>,
}

impl Place {
    /// The owner, when the record is in a book.
    pub fn owner(self) -> Option<RepNo> {
        match self {
            Self::Book(rep) => Some(rep),
            Self::Queue(_) | Self::Held(_) | Self::Closed => None,
        }
    }
}
