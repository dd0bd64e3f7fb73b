//! Plans of the books: who should get what from whom, what the books come to, and where each plan
//! stands.
//!
//! A plain list of values. Plans are made in [`crate::plan`]; whether one may be carried out is
//! decided by the verbs. A plan keeps only what it changes: whatever it does not name stays.

use crate::ids::{QueueNo, RecordNo, RepNo};
use crate::time::Moment;
use crate::units::Micro;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Most records of one plan of a workspace.
pub const RECORDS_MAX: usize = 50_000;
/// Most plans remembered; the oldest goes first, and with it what undoing it would take.
pub const PLANS_MAX: usize = 12;
/// Most records or reps named for one reason; all are counted.
pub const NAMED_MAX: usize = 20;
/// Most records without a place named for one reason; all are counted.
pub const WITHOUT_MAX: usize = 100;

/// Where a record is that a plan moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Spot {
    /// In this rep's book.
    Book(RepNo),
    /// In this queue.
    Queue(QueueNo),
}

/// One record that changes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The record.
    pub record: RecordNo,
    /// Where it was.
    pub from: Spot,
    /// Where it is then.
    pub to: Spot,
}

/// Why a plan moves a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// Nobody has it yet.
    First,
    /// Its owner may not have it.
    MayNot,
    /// For even books.
    Even,
}

/// One line of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The record.
    pub record: RecordNo,
    /// Where it was when the plan was made.
    pub from: Spot,
    /// Who should have it.
    pub to: RepNo,
    /// Why.
    pub why: Why,
}

/// What one book holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Records.
    pub records: u32,
    /// Of these, the best by value.
    pub best: u32,
    /// Value.
    pub value: Micro,
    /// Effort.
    pub effort: Micro,
}

/// One rep's book before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Whose.
    pub rep: RepNo,
    /// As it was.
    pub before: Sum,
    /// As it would be.
    pub after: Sum,
    /// Room for effort; `None` is no limit.
    pub room: Option<Micro>,
}

/// What a plan costs, in pico-points, part by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// All of it.
    pub objective: i128,
    /// No plan can cost less.
    pub bound: i128,
    /// What misses cost.
    pub misses: i128,
    /// What moves cost.
    pub moves: i128,
    /// What uneven or overfull books cost.
    pub books: i128,
    /// What records without a rep cost.
    pub without: i128,
}

impl Cost {
    /// By how much less any plan could cost at most, in hundredths of a percent of what books,
    /// moves and misses cost, rounded up. What records without a rep cost is no part of the
    /// measure: it is large, often nobody can help it, and any gap would look small beside it.
    ///
    /// *Bounds*: above 10,000 when a better plan could leave fewer without a rep.
    pub fn gap(&self) -> i128 {
        let chosen = match self.objective - self.without {
            0 => self.objective,
            chosen => chosen,
        };
        match chosen {
            0 => 0,
            chosen => ((self.objective - self.bound) * 10_000 + chosen - 1) / chosen,
        }
    }
}

/// One reason why promises clash, and by how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clash {
    /// Nobody may have these.
    NobodyMay {
        /// How many.
        count: u32,
        /// The first of them. *Bounds*: [`NAMED_MAX`].
        records: Vec<RecordNo>,
    },
    /// So many can only go to these reps, who have no room for so many.
    TooMany {
        /// How many there are.
        records: i64,
        /// The reps. *Bounds*: [`NAMED_MAX`].
        reps: Vec<RepNo>,
        /// How many reps there are.
        of: u32,
        /// How many they may have together.
        room: i64,
    },
    /// These reps should have more than there is for them.
    TooFew {
        /// The reps. *Bounds*: [`NAMED_MAX`].
        reps: Vec<RepNo>,
        /// How many reps there are.
        of: u32,
        /// How many they should have together at least.
        wanted: i64,
        /// How many there are that any of them may have.
        records: i64,
    },
    /// So many take more effort than everybody has who may have them.
    TooMuchEffort {
        /// How many.
        records: u32,
        /// The reps. *Bounds*: [`NAMED_MAX`].
        reps: Vec<RepNo>,
        /// How many reps there are.
        of: u32,
        /// The effort they take.
        effort: Micro,
        /// The effort there is room for.
        room: Micro,
    },
    /// No way was found to keep within this rep's room for effort.
    NotFound {
        /// The rep.
        rep: RepNo,
        /// By how much it is crossed.
        over: Micro,
    },
}

/// Why a record has no place in a plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Barred {
    /// The rules send it to this queue.
    Queue(String),
    /// The rules name a rep who is not there.
    Rep(String),
    /// The pool of its rule has nobody who takes accounts.
    Pool(String),
    /// No rep meets every `only` line.
    Only,
    /// Everybody who may have it is full.
    Full,
}

/// Records without a place in a plan, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Without {
    /// Why.
    pub why: Barred,
    /// How many.
    pub count: u32,
    /// The first of them, ascending. *Bounds*: [`WITHOUT_MAX`].
    pub records: Vec<RecordNo>,
}

/// A plan as it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// 1, 2, 3, …
    pub number: u32,
    /// The policy version whose wishes it follows.
    pub policy: u32,
    /// The territory table it was made with.
    pub territories: u32,
    /// Digest of everything it was made on.
    pub basis: [u8; 32],
    /// How many records were planned.
    pub records: u32,
    /// How many have no place in it and therefore stay where they are.
    pub unplaced: u32,
    /// What it costs.
    pub cost: Cost,
    /// What it changes, ascending by record.
    pub moves: Vec<Move>,
    /// Every book, by rep.
    pub books: Vec<Book>,
    /// What clashes; empty when every promise is kept.
    pub clashes: Vec<Clash>,
}

/// Where a plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Somebody may approve it.
    Made,
    /// Somebody may carry it out.
    Approved,
    /// It is carried out.
    Applied,
    /// It was carried out and taken back.
    Undone,
    /// Nobody wants it.
    Dropped,
}

impl Stage {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Approved => "approved",
            Self::Applied => "applied",
            Self::Undone => "undone",
            Self::Dropped => "dropped",
        }
    }
}

/// Why a record did not go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lost {
    /// It is closed.
    Closed,
    /// It has moved since.
    Moved,
    /// Its former owner has left.
    Left,
}

/// A plan that is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The plan.
    pub made: Made,
    /// Where it stands.
    pub stage: Stage,
    /// Since when, and the position in the journal: made, approved or dropped, applied, undone.
    pub since: Vec<(Stage, Moment, u64)>,
    /// What could not go back.
    pub lost: Vec<(RecordNo, Lost)>,
    /// What has no place in it, by reason; of a plan made before these were kept, nothing.
    pub without: Vec<Without>,
}

impl Kept {
    /// Since when it is at `stage`, if it ever was.
    pub fn at(&self, stage: Stage) -> Option<Moment> {
        let since = self.since.iter().find(|(at, ..)| *at == stage)?;
        Some(since.1)
    }
}

/// All remembered plans, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plans {
    list: VecDeque<Kept>,
    last: u32,
}

impl Plans {
    /// The remembered ones, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Kept> + ExactSizeIterator {
        self.list.iter()
    }

    /// The number that the next one gets.
    pub fn next_number(&self) -> u32 {
        self.last + 1
    }

    /// The plan with this number, if it is remembered.
    pub fn find(&self, number: u32) -> Option<&Kept> {
        self.list.iter().find(|kept| kept.made.number == number)
    }

    /// Remembers a new one.
    pub fn push(&mut self, made: Made, at: Moment, seq: u64) {
        self.last = made.number;
        if self.list.len() == PLANS_MAX {
            self.list.pop_front();
        }
        self.list.push_back(Kept {
            made,
            stage: Stage::Made,
            since: vec![(Stage::Made, at, seq)],
            lost: Vec::new(),
            without: Vec::new(),
        });
    }

    /// What has no place in a plan.
    pub fn leave_out(&mut self, number: u32, without: &[Without]) {
        let mut all = self.list.iter_mut();
        if let Some(kept) = all.find(|kept| kept.made.number == number) {
            kept.without = without.to_vec();
        }
    }

    /// Moves a plan on to another stage.
    pub fn reach(&mut self, number: u32, stage: Stage, at: Moment, seq: u64) -> Option<&mut Kept> {
        let mut all = self.list.iter_mut();
        let kept = all.find(|kept| kept.made.number == number)?;
        kept.stage = stage;
        kept.since.push((stage, at, seq));
        Some(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(objective: i128, bound: i128, without: i128) -> Cost {
        Cost {
            objective,
            bound,
            without,
            misses: 0,
            moves: 0,
            books: objective - without,
        }
    }

    #[test]
    fn records_without_a_rep_make_no_gap_look_small() {
        // A gap of 10 on 500 is 2 %, and stays so when eleven records have nobody.
        assert_eq!(cost(500, 490, 0).gap(), 200);
        assert_eq!(cost(11_500, 11_490, 11_000).gap(), 200);
        assert_eq!(cost(3, 2, 0).gap(), 3_334, "rounded up");
        assert_eq!(cost(11_000, 11_000, 11_000).gap(), 0);
        assert_eq!(cost(1_100, 900, 1_000).gap(), 20_000, "one less without");
        assert_eq!(cost(0, 0, 0).gap(), 0);
    }
}
