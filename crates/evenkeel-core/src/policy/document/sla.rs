//! How soon a record must be worked on by whoever gets it, and what happens when it is not: the
//! policy's `[[sla]]`.
//!
//! When a clock starts and what it does is decided in [`crate::overdue`].

use crate::market::clause::Condition;
use crate::time::Span;

/// Most lines of `[[sla]]`.
pub const SLAS_MAX: usize = 200;
/// Longest time until a first touch, and until anything that follows from there being none.
pub const SLA_MAX: Span = Span::days(90);
/// Most times that one record is taken from an owner before it is released.
pub const TRIES_MAX: u32 = 20;
/// Longest rest of a record that nobody touched.
pub const REST_MAX: Span = Span::days(366);

/// One line: which records, and how soon.
#[derive(Clone, Debug, PartialEq)]
pub struct SlaSpec {
    /// Name, unique among them.
    pub name: String,
    /// Which records.
    pub when: Condition,
    /// Only what this pool dealt; `None` is whatever way it came.
    pub pool: Option<usize>,
    /// How soon the owner must have worked on it.
    pub first_touch: Span,
    /// How that time runs.
    pub clock: ClockKind,
    /// When the owner is warned.
    pub warn: Option<Span>,
    /// When the manager is told.
    pub escalate: Span,
    /// When it goes to somebody else.
    pub reassign: Option<ReassignSpec>,
}

/// How a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockKind {
    /// Only while the owner is at work.
    Business,
    /// Always.
    Wall,
}

/// When and how often an untouched record goes to somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReassignSpec {
    /// After how long.
    pub after: Span,
    /// How often, before it is released.
    pub tries: u32,
    /// Where it goes then.
    pub then: LapseSpec,
}

/// Where a record goes that nobody touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LapseSpec {
    /// Into this queue.
    Queue(usize),
    /// It rests, and is dealt again.
    Rest(Span),
}
