//! The ladder of precedence as a policy writes it: what is asked about a record before the rules.
//!
//! *Order*: duplicates, then owners of related accounts, then (unless a rule names a rep) who had
//! the same person or company lately; within each, as in the document. Nothing is decided here.

use crate::ids::FieldNo;
use crate::precedence::form::Form;
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// Most rungs of one ladder.
pub const RUNGS_MAX: usize = 30;
/// Most fields that one rung compares together.
pub const PARTS_MAX: usize = 6;
/// Most kinds one rung may name.
pub const KINDS_MAX: usize = 50;
/// Longest time that a sticky rung looks back.
pub const WITHIN_MAX: Span = Span::days(3_660);

/// What a rung looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Way {
    /// The same record once more.
    Duplicate,
    /// An account that somebody owns.
    Related,
    /// The rep who had the same person or company lately.
    Sticky,
}

impl Way {
    /// The word of policies and programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Related => "related",
            Self::Sticky => "sticky",
        }
    }
}

/// The rungs of one policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    /// In the order in which they are asked.
    pub rungs: Vec<RungSpec>,
    /// Mail providers that never match by domain, beside the built-in ones; in lower case.
    pub free_mail: Vec<String>,
}

/// One rung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RungSpec {
    /// Name, unique among rungs.
    pub name: String,
    /// What it looks for.
    pub way: Way,
    /// What is compared of the record that is dealt.
    pub by: Vec<Part>,
    /// What it is compared with.
    pub with: With,
    /// Kinds of records that are asked about; empty is all.
    pub kinds: Vec<String>,
    /// Kinds of records that may be found; empty is all.
    pub among: Vec<String>,
    /// What happens with a match.
    pub then: Then,
    /// How long ago the rep may have had it.
    pub within: Span,
    /// What a record that goes to the found owner counts against that rep's turns, in millionths.
    pub counts_ppm: u32,
    /// What happens when the found owner is away.
    pub otherwise: Otherwise,
}

/// One field, as it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The record field.
    pub field: FieldNo,
    /// In which form.
    pub form: Form,
    /// Whether a mark is compared instead of the text: the field is personal data, or what it is
    /// compared with is.
    pub marked: bool,
}

/// What a record is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum With {
    /// The same number of fields of the other record.
    Fields(Vec<Part>),
    /// The other record's key.
    Key,
}

/// What happens with a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The newcomer is attached to the record found.
    Merge,
    /// It goes to the owner of the record found, as a record of its own.
    Owner,
    /// It is dealt as usual, and marked.
    Flag,
}

/// What happens when the found owner is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// The next rung is asked, and the rules after the last.
    Rotation,
    /// Into this queue.
    Queue(usize),
    /// Held for that rep, at most this long, then into the queue.
    Hold {
        /// Longest wait.
        span: Span,
        /// The queue that takes it at the deadline.
        then: usize,
    },
}

impl Ladder {
    /// Names of the rungs, in order.
    pub fn names(&self) -> Vec<Box<str>> {
        let names = self.rungs.iter();
        names.map(|rung| rung.name.as_str().into()).collect()
    }

    /// Every queue that stands in for an owner, or takes what waited for one.
    pub fn queues(&self) -> impl Iterator<Item = usize> {
        self.rungs.iter().filter_map(|rung| match rung.otherwise {
            Otherwise::Rotation => None,
            Otherwise::Queue(queue) | Otherwise::Hold { then: queue, .. } => Some(queue),
        })
    }

    /// Every field whose mark is compared, with its form, ascending: what the door has to mark.
    pub fn marked(&self) -> Vec<(FieldNo, Form)> {
        let mut marked: Vec<(FieldNo, Form)> = Vec::new();
        for rung in &self.rungs {
            let with = match &rung.with {
                With::Fields(parts) => parts.as_slice(),
                With::Key => &[],
            };
            let parts = rung.by.iter().chain(with).filter(|part| part.marked);
            marked.extend(parts.map(|part| (part.field, part.form)));
        }
        marked.sort_unstable();
        marked.dedup();
        marked
    }
}

impl RungSpec {
    /// Whether a record of this kind is asked about. One without a kind is, when all are.
    pub fn asks(&self, kind: Option<&str>) -> bool {
        admits(&self.kinds, kind)
    }

    /// Whether a record of this kind may be found.
    pub fn finds(&self, kind: Option<&str>) -> bool {
        admits(&self.among, kind)
    }
}

fn admits(kinds: &[String], kind: Option<&str>) -> bool {
    kinds.is_empty() || kind.is_some_and(|kind| kinds.iter().any(|one| one == kind))
}
