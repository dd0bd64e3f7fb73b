//! What a verification found: values to show, in words where wanted.
//!
//! How it is found is in [`crate::verify`].

use crate::batch::Place;
use crate::chain::ChainFault;
use crate::identity::{Head, Workspace, hex};
use evenkeel_core::ids::CommandId;
use std::fmt;

/// Findings kept of one workspace; further ones are only counted.
pub const FINDINGS_MAX: usize = 100;

/// What was walked and found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Batches walked.
    pub batches: u64,
    /// Events in them.
    pub events: u64,
    /// Commands in them.
    pub commands: u64,
    /// The head arrived at.
    pub head: Head,
    /// What is wrong, in the order of the walk; the first of [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
    /// How many findings there were.
    pub finding_count: u64,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The first event in doubt.
    pub seq: u64,
    /// The batch, where one is concerned.
    pub batch: Option<u64>,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A batch is missing, doubled or out of order.
    BatchGap {
        /// The number expected.
        expected: u64,
    },
    /// The batch itself.
    Chain(ChainFault),
    /// The replay refused the event.
    Event(String),
    /// A command has no row; a retry of it would be done twice.
    CommandMissing(CommandId),
    /// A command's row says something else than its batch.
    CommandDiffers(CommandId),
    /// There are more command rows than commands in the chain that may be sent again.
    CommandsExtra {
        /// Rows there are.
        rows: u64,
        /// Commands in the chain that may be sent again.
        chain: u64,
    },
    /// Personal data is not what the chain vouches for.
    PrivateDiffers {
        /// Whose.
        subject: u64,
    },
    /// There are private rows the chain does not vouch for.
    PrivateExtra {
        /// Rows there are.
        rows: u64,
        /// Rows the chain vouches for.
        chain: u64,
    },
    /// A record is not where the events put it.
    PlaceDiffers {
        /// The record.
        record: u32,
        /// Where its row says.
        row: Place,
        /// Where the events say, with the deadline.
        replay: Option<(Place, Option<i64>)>,
    },
    /// A place is of an event that is not in the chain: its end was cut off.
    PlaceAhead {
        /// The record.
        record: u32,
    },
    /// An outbox row is of an event that is not in the chain.
    OutboxAhead {
        /// The record.
        record: u32,
    },
    /// Records the events placed have no row.
    PlacesMissing {
        /// Rows there are.
        rows: u64,
        /// Records the events placed.
        replay: u64,
    },
    /// The chain does not contain the head noted elsewhere: it is an older copy, or another one.
    HeadUnknown(Head),
    /// The store failed while it was read; the walk ended here.
    Storage(String),
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.finding_count == 0
    }

    pub(crate) fn find(&mut self, seq: u64, batch: Option<u64>, flaw: Flaw) {
        self.finding_count += 1;
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { seq, batch, flaw });
        }
    }
}

/// What was found in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreReport {
    /// The backend's own complaints about its files.
    pub complaints: Vec<String>,
    /// The workspaces, by number.
    pub workspaces: Vec<(Workspace, Report)>,
}

impl StoreReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.first_finding().is_none()
    }

    /// The first thing that is wrong, in words.
    pub fn first_finding(&self) -> Option<String> {
        let found = self.workspaces.iter().find_map(|(workspace, report)| {
            let finding = report.findings.first()?;
            Some(format!("workspace {:?}, {finding}", workspace.name))
        });
        found.or_else(|| self.complaints.first().cloned())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seq {}", self.seq)?;
        if let Some(batch) = self.batch {
            write!(f, ", batch {batch}")?;
        }
        write!(f, ": {}", self.flaw)
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BatchGap { expected } => write!(f, "batch {expected} should be here"),
            Self::Chain(fault) => fault.fmt(f),
            Self::Event(words) => write!(f, "the event cannot be replayed: {words}"),
            Self::CommandMissing(id) => write!(f, "command {} has no row", hex(&id.0)),
            Self::CommandDiffers(id) => {
                write!(
                    f,
                    "the row of command {} is not what its batch says",
                    hex(&id.0)
                )
            }
            Self::CommandsExtra { rows, chain } => {
                write!(
                    f,
                    "{rows} command rows, but the chain has {chain} commands to be sent again"
                )
            }
            Self::PrivateDiffers { subject } => {
                write!(
                    f,
                    "personal data of subject {subject} is not what was recorded"
                )
            }
            Self::PrivateExtra { rows, chain } => {
                write!(
                    f,
                    "{rows} rows of personal data, but the chain vouches for {chain}"
                )
            }
            Self::PlaceDiffers {
                record,
                row,
                replay,
            } => {
                write!(
                    f,
                    "record {record} has place {row:?}, but the events say {replay:?}"
                )
            }
            Self::PlaceAhead { record } => {
                write!(
                    f,
                    "the place of record {record} is of an event after the end"
                )
            }
            Self::PlacesMissing { rows, replay } => {
                write!(
                    f,
                    "{rows} records have a place, but the events placed {replay}"
                )
            }
            Self::OutboxAhead { record } => {
                write!(
                    f,
                    "the outbox row of record {record} is of an event after the end"
                )
            }
            Self::HeadUnknown(head) => write!(
                f,
                "the chain does not contain the head noted before ({}): this is an older copy, \
                 or another journal",
                head.hash
            ),
            Self::Storage(words) => f.write_str(words),
        }
    }
}
