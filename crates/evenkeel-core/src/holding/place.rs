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
    /// Held too, but to rest: it was released, and is available again after a while.
    Resting(Rest),
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

/// Until when a released record rests, and what then becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// Since when.
    pub since: Moment,
    /// Deadline: available again by then whatever happens, perhaps earlier by the policy's rules.
    pub until: Moment,
    /// Where it goes then.
    pub then: AfterRest,
    /// Whose it was last; `None` when nobody had it.
    pub from: Option<RepNo>,
}

/// What becomes of a record when its rest is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AfterRest {
    /// The policy deals it again.
    Deal,
    /// Into this queue.
    Queue(QueueNo),
    /// Back to this rep, who asked for it; dealt again if the rep cannot take it.
    Back(RepNo),
}

impl AfterRest {
    /// Whether a rest may be over before its time: not when a rep named the date.
    pub fn ends_early(self) -> bool {
        !matches!(self, Self::Back(_))
    }
}

impl Place {
    /// The owner, when the record is in a book.
    pub fn owner(self) -> Option<RepNo> {
        match self {
            Self::Book(rep) => Some(rep),
            Self::Queue(_) | Self::Held(_) | Self::Resting(_) | Self::Closed => None,
        }
    }
}
