//! `[plan]` as types: who may have which accounts, what books should hold, what matters how much.
//!
//! Only wishes stand here; [`crate::plan`] weighs them.

use crate::ids::FieldNo;
use crate::market::clause::Condition;
use crate::policy::document::{Factor, Specialist};
use crate::units::Micro;

/// Most lines of one kind.
pub const LINES_MAX: usize = 200;
/// Most that moving an account, or a line's miss, may cost.
pub const POINTS_MAX: Micro = Micro::whole(1_000);
/// Most that a unit of unevenness may cost.
pub const EVEN_MAX: Micro = Micro::whole(20);
/// Most accounts that a book can be meant to hold.
pub const BOOK_MAX: u32 = 1_000_000;

/// How named accounts are planned.
#[derive(Clone, Debug, PartialEq)]
pub struct Planning {
    /// Which records are planned; all that are in books without.
    pub accounts: Option<Condition>,
    /// Number field: what an account is worth.
    pub value: Option<FieldNo>,
    /// Number field: how much effort it takes; 1 where it is missing.
    pub effort: Option<FieldNo>,
    /// Number field: which accounts are worked first; the value without it.
    pub priority: Option<FieldNo>,
    /// Text field: the key of the rep who has it.
    pub owner: Option<FieldNo>,
    /// Which accounts stay with their owner whatever happens.
    pub lock: Option<Condition>,
    /// What it costs to take an account from its owner, in points.
    pub moving: Micro,
    /// How far a book's value may be from its part at no cost, as a part of it.
    pub tolerance: Micro,
    /// What an ordinary account's worth beyond that costs, in points.
    pub even_value: Micro,
    /// What an account of a kind too many or too few costs, in points.
    pub even_mix: Micro,
    /// Factors of which every book has the same mix.
    pub mix: Vec<Factor>,
    /// Part of the accounts that are the best by value, of which every book has as many; 0 is none.
    pub best: Micro,
    /// Whether only members of the pool to which the rules send an account may have it.
    pub pools: bool,
    /// Who may have an account: every line that asks about it must hold.
    pub only: Vec<Specialist>,
    /// Who should have an account.
    pub prefer: Vec<Preference>,
    /// What books should hold; the first line that holds for a rep counts.
    pub books: Vec<Book>,
}

/// Who should have an account, and what it costs when it goes to somebody else.
#[derive(Clone, Debug, PartialEq)]
pub struct Preference {
    /// Which accounts, and which reps for them.
    pub line: Specialist,
    /// In points.
    pub miss: Micro,
}

/// What the books of some reps should hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// Which reps; all without.
    pub reps: Option<Condition>,
    /// Fewest accounts.
    pub low: Option<Amount>,
    /// Most accounts.
    pub high: Option<Amount>,
    /// Most effort.
    pub effort: Option<Amount>,
    /// How large a part of value and mix, beside others.
    pub share: Option<Amount>,
}

/// A number for all, or one of each rep's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// The same for all.
    Each(Micro),
    /// The number in a rep field; no wish where it is missing.
    Field(FieldNo),
    /// Of effort: up to the top of the band of the rep's tier.
    Tier,
}

impl Planning {
    /// Even counts, owners kept where they can be, and an even part of `value` if there is such a
    /// field: what holds without `[plan]`.
    pub fn usual(value: Option<FieldNo>) -> Self {
        Self {
            accounts: None,
            value,
            effort: None,
            priority: None,
            owner: None,
            lock: None,
            moving: Micro::whole(1),
            tolerance: Micro(10_000),
            even_value: Micro::whole(4),
            even_mix: Micro::whole(1),
            mix: Vec::new(),
            best: Micro(100_000),
            pools: true,
            only: Vec::new(),
            prefer: Vec::new(),
            books: Vec::new(),
        }
    }
}
