//! The memory of Evenkeel: what happened in a workspace, kept for ever and provably.
//!
//! A journal holds batches. A batch is one transaction: commands, the events they caused as opaque
//! bytes, and narrow rows beside them that other readers need at once (who owns a record, which
//! commands are answered, what is due, what the CRM must be told, personal data). Batches are
//! chained by SHA-256 from the first one, so that corruption, divergence, a lost tail and most
//! tampering show.
//!
//! What holds everywhere:
//! - Appending at the expected sequence is the only lock. There is no append "anywhere".
//! - What was acknowledged is durable; what was refused left no trace.
//! - A record is in one place: a batch that would give it a second one is refused.
//! - A command id is answered once, for ever.
//! - Personal data is outside the chain, behind a salted digest, and can be erased.
//! - Snapshots are never truth.
//!
//! It deliberately knows almost nothing of the domain: only [`codec`] reads events. It has no
//! clock, draws no random numbers, starts no thread and logs nothing; group commit, timers and the
//! CRM live above. Read the rooms in this order.

pub mod events;
pub mod fault;
pub mod history;
pub mod identity;

pub mod activity;
pub mod batch;
pub mod body;
pub mod chain;
pub mod check;

pub mod setting;
pub mod snapshot;

pub mod journal;

pub mod memory;
pub mod sqlite;

pub mod report;
pub mod verify;

pub mod backup;

pub mod codec;

pub mod conformance;
