//! What a policy says of books that change: returns, recycling, and filling up.
//!
//! Types only. They are read by `policy::read_recycling` and acted on by `recycling`; what counts
//! as work on a record is deliberately not said here.

use crate::ids::FieldNo;
use crate::market::clause::Condition;
use crate::market::value::{Attributes, Facts, Value};
use crate::policy::document::Document;
use crate::time::Span;
use crate::units::ONE;

/// Most removal rules, and most availability entries, one policy may hold.
pub const REMOVALS_MAX: usize = 50;
/// Longest idle time, rest, cooldown or keep.
pub const RECYCLE_MAX: Span = Span::days(3 * 366);
/// Shortest idle time of a removal: below it a record could go before anybody saw it.
pub const IDLE_MIN: Span = Span::days(1);
/// How long a record rests where the policy is silent.
pub const REST: Span = Span::days(60);
/// How long an owner may keep a record where the policy is silent.
pub const KEEP: Span = Span::days(14);
/// How often in a row an owner may keep a record without working on it, where it is silent.
pub const KEEPS: u32 = 2;
/// Largest target of a book.
pub const TARGET_MAX: u32 = 100_000;

/// How records that nobody works on leave their books, and come back.
#[derive(Clone, Debug, PartialEq)]
pub struct Recycling {
    /// When what is due is taken.
    pub cadence: Cadence,
    /// How long it rests then.
    pub rest: Span,
    /// How long before a removal its owner is warned; `None` warns nobody.
    pub warn: Option<Span>,
    /// How long an owner may keep a record that is due.
    pub keep: Span,
    /// How often in a row without working on it.
    pub keeps: u32,
    /// What is removed, in order: the first rule that takes a record has it.
    pub removals: Vec<Removal>,
    /// What ends a rest early: any entry, each with all that it asks.
    pub available: Vec<Availability>,
}

/// When what is due is taken from its owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// The moment it is due.
    AtOnce,
    /// At the beginning of each period.
    Every(Schedule),
}

/// The beginnings of periods on a wall clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// How long a period is.
    pub period: Period,
    /// Time zone of the clock.
    pub zone: String,
    /// Minutes after midnight.
    pub minute: u16,
    /// The month in which the fiscal year begins, from 1.
    pub first_month: u8,
}

/// Length of a cadence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Begins on Monday.
    Week,
    /// Begins on the first of a month.
    Month,
    /// Three months of the fiscal year.
    Quarter,
}

impl Period {
    /// The word people write in a policy.
    pub fn word(self) -> &'static str {
        match self {
            Self::Week => "weekly",
            Self::Month => "monthly",
            Self::Quarter => "quarterly",
        }
    }
}

/// One removal rule. It takes what is idle and satisfies its condition, and what was closed with
/// one of its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Removal {
    /// Name, unique among removals.
    pub name: String,
    /// Which records; `None` is all.
    pub when: Option<Condition>,
    /// How long nobody worked on it.
    pub idle: Option<Span>,
    /// Reasons of closing for which a record comes back after its rest.
    pub reasons: Vec<String>,
    /// Whether what is due goes at once, whatever the cadence.
    pub at_once: bool,
    /// What becomes of it after the rest.
    pub then: Onward,
}

/// What becomes of a record when its rest is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    /// The policy deals it again.
    Deal,
    /// Into this queue.
    Queue(usize),
}

/// One way for a rest to end early: all that is named holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Availability {
    /// How long nobody worked on it.
    pub idle: Option<Span>,
    /// Which records.
    pub when: Option<Condition>,
    /// Whether new contacts must have been found there since it rests.
    pub new_contacts: bool,
}

/// How reps give records back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returns {
    /// Most that one rep may give back in any 30 days.
    pub per_month: Option<u32>,
    /// The reasons there are, in document order.
    pub reasons: Vec<Returning>,
}

/// One reason for giving a record back, and what then becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returning {
    /// Reason code, unique among these.
    pub name: String,
    /// What becomes of the record.
    pub then: ReturnThen,
}

/// What becomes of a record that was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnThen {
    /// It rests this long and is dealt again.
    Rest(Span),
    /// It is closed, with the reason.
    Close,
    /// Into this queue.
    Queue(usize),
    /// The policy deals it again, to anybody else.
    Deal,
    /// It rests until a date that the rep names, and goes back to that rep.
    Back,
}

/// Filling up the books of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopUp {
    /// How many open records a book should hold.
    pub target: BookTarget,
    /// Where they come from.
    pub queue: usize,
    /// Number field of records that says how promising one is; the highest goes first.
    pub best: Option<FieldNo>,
}

/// How many open records a book should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookTarget {
    /// The same for everybody.
    Fixed(u32),
    /// The number in a rep field; a rep without one is not filled up.
    Field(FieldNo),
}

impl TopUp {
    /// The target of a book; `None` for a rep without one.
    pub fn target_of(&self, rep: &Attributes) -> Option<u32> {
        match self.target {
            BookTarget::Fixed(target) => Some(target),
            BookTarget::Field(field) => match rep.fact(field) {
                Some(Value::Number(number)) => {
                    Some(u32::try_from((number.0 / ONE.0).max(0)).unwrap_or(u32::MAX))
                }
                _ => None,
            },
        }
    }
}

impl Recycling {
    /// The removals that bring back what was closed for `reason`, in order.
    pub fn bringing_back<'a>(&'a self, reason: &'a str) -> impl Iterator<Item = &'a Removal> {
        let names = move |removal: &&Removal| removal.reasons.iter().any(|one| one == reason);
        self.removals.iter().filter(names)
    }

    /// The removal called `name`.
    pub fn removal(&self, name: &str) -> Option<&Removal> {
        self.removals.iter().find(|removal| removal.name == name)
    }

    /// Whether this removal is carried out the moment it is due.
    pub fn is_at_once(&self, removal: &Removal) -> bool {
        removal.at_once || self.cadence == Cadence::AtOnce
    }
}

impl Returns {
    /// What becomes of a record given back for `reason`.
    pub fn then(&self, reason: &str) -> Option<ReturnThen> {
        let mut all = self.reasons.iter();
        let found = all.find(|returning| returning.name == reason)?;
        Some(found.then)
    }
}

impl Document {
    /// The queues into which recycling and returns send records, and from which books are filled
    /// up.
    pub fn recycled_queues(&self) -> impl Iterator<Item = usize> {
        let removals = self.recycling.iter().flat_map(|all| &all.removals);
        let removed = removals.filter_map(|removal| match removal.then {
            Onward::Queue(queue) => Some(queue),
            Onward::Deal => None,
        });
        let reasons = self.returns.iter().flat_map(|returns| &returns.reasons);
        let returned = reasons.filter_map(|returning| match returning.then {
            ReturnThen::Queue(queue) => Some(queue),
            _ => None,
        });
        let pools = self.pools.iter();
        let filling = pools.filter_map(|pool| Some(pool.top_up?.queue));
        removed.chain(returned).chain(filling)
    }
}
