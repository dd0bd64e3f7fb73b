//! What reps and managers say about how much a book is: too much, too little, right; and how much
//! would be.
//!
//! Both views are kept side by side. Words about a person are personal data and not here. Nothing
//! follows from a view by itself: a capacity is changed in the policy, by a person.

use crate::ids::RepNo;
use crate::people::rep::PrivateRef;
use crate::time::Moment;
use crate::units::Micro;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most views kept of one rep's book.
pub const SAID_MAX: usize = 500;

/// How much a book is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Feels {
    /// More than can be worked well.
    TooMuch,
    /// Less than could be.
    TooLittle,
    /// As it should be.
    Right,
}

impl Feels {
    /// Every one, in order.
    pub const ALL: [Self; 3] = [Self::TooMuch, Self::TooLittle, Self::Right];

    /// The word in forms and in the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooMuch => "too_much",
            Self::TooLittle => "too_little",
            Self::Right => "right",
        }
    }

    /// The word for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::TooMuch => "too much",
            Self::TooLittle => "too little",
            Self::Right => "right",
        }
    }

    /// The one behind a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// One view of one book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Whether the rep says so; else somebody who runs the team.
    pub by_rep: bool,
    /// How much it is.
    pub feels: Feels,
    /// How much would be right, in standard accounts.
    pub accounts: Option<Micro>,
    /// Why, in their own words.
    pub why: Option<PrivateRef>,
}

/// All views, by rep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    said: BTreeMap<RepNo, Vec<(Moment, Said)>>,
}

impl Feedback {
    /// Keeps a view; never earlier than the last.
    pub fn keep(&mut self, rep: RepNo, said: Said, at: Moment) {
        self.said.entry(rep).or_default().push((at, said));
    }

    /// Every view of a rep's book, oldest first.
    pub fn of(&self, rep: RepNo) -> &[(Moment, Said)] {
        self.said.get(&rep).map_or(&[], Vec::as_slice)
    }

    /// The latest view of the rep, or of those who run the team.
    pub fn latest(&self, rep: RepNo, by_rep: bool) -> Option<(Moment, Said)> {
        let mut views = self.of(rep).iter().rev();
        views.find(|(_, said)| said.by_rep == by_rep).copied()
    }

    /// Reps who said that it is too much or too little, and nobody has said anything to it since.
    pub fn open(&self) -> impl Iterator<Item = (RepNo, Moment, Said)> {
        self.said.keys().filter_map(|rep| {
            let (at, said) = self.latest(*rep, true)?;
            let answered = self
                .latest(*rep, false)
                .is_some_and(|(later, _)| later >= at);
            (said.feels != Feels::Right && !answered).then_some((*rep, at, said))
        })
    }

    /// Everybody of whose book somebody has a view, by number.
    pub fn reps(&self) -> impl Iterator<Item = RepNo> {
        self.said.keys().copied()
    }
}
