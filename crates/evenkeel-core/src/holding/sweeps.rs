//! Sweeps: what each took out of which books, so that it can be shown, judged and undone.
//!
//! A plain list. When a sweep is due, what it may take and whether somebody has to approve it is
//! decided in [`crate::recycling`].

use crate::holding::activity::Stamp;
use crate::ids::{RecordNo, RepNo};
use crate::time::Moment;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, VecDeque};

/// Most sweeps remembered; the oldest goes first, and with it what undoing it would take.
pub const SWEEPS_MAX: usize = 120;

/// Where a sweep stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Waits for approval.
    #[default]
    Held,
    /// Takes its records, some with every tick.
    Running,
    /// Has taken all it could.
    Done,
    /// Takes nothing, by somebody's word.
    Dropped,
    /// Gives back what it took, some with every tick.
    Undoing,
    /// Has given back all it could.
    Undone,
}

impl Stage {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Held => "held for approval",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dropped => "dropped",
            Self::Undoing => "being undone",
            Self::Undone => "undone",
        }
    }
}

/// A record as it was when a sweep took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The record.
    pub record: RecordNo,
    /// Whose it was.
    pub rep: RepNo,
    /// When it was taken.
    pub at: Stamp,
    /// Since when it was theirs, when they first worked on it, and its last sign of life.
    pub clocks: [Stamp; 3],
    /// Position in the journal of the turn that could be given back; 0 is none.
    pub turn: u64,
    /// Whether it had been released before.
    pub released: bool,
}

/// What happened in recycling from one sweep to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Owners were warned about so many records.
    pub warned: u32,
    /// So many came due.
    pub due: u32,
    /// So many of them were kept by a click and a next step.
    pub kept: u32,
    /// So many of them were worked on, and therefore left alone.
    pub worked: u32,
}

/// One sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// 1, 2, 3, …
    pub number: u32,
    /// The moment of the cadence; `None` for what is taken at once.
    pub cadence: Option<Moment>,
    /// Names of the removal rules carried out.
    pub rules: Vec<String>,
    /// When it was planned.
    pub planned: Moment,
    /// When its first record was to be taken: at once, or with the approval.
    pub begun: Option<Moment>,
    /// When it had taken all it could.
    pub ended: Option<Moment>,
    /// Where it stands.
    pub stage: Stage,
    /// How many records it was planned with.
    pub records: u32,
    /// Out of how many books.
    pub books: u32,
    /// Those it has still to take.
    pub open: BTreeSet<RecordNo>,
    /// Those it took, in order.
    pub taken: Vec<Taken>,
    /// How many of those are looked through while it is undone.
    pub undone: u32,
    /// How many came back to their former owner.
    pub restored: u32,
    /// Seconds from due to taken, over all it took.
    pub waited: u64,
    /// What had happened since the sweep before it.
    pub before: Counts,
}

/// All remembered sweeps, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweeps {
    list: VecDeque<Sweep>,
    last: u32,
}

impl Sweeps {
    /// The remembered ones, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Sweep> + ExactSizeIterator {
        self.list.iter()
    }

    /// The number that the next one gets.
    pub fn next_number(&self) -> u32 {
        self.last + 1
    }

    /// The sweep with this number, if it is remembered.
    pub fn find(&self, number: u32) -> Option<&Sweep> {
        let at = self.at(number)?;
        self.list.get(at)
    }

    /// The same, to be changed by an applied event.
    pub(super) fn find_mut(&mut self, number: u32) -> Option<&mut Sweep> {
        let at = self.at(number)?;
        self.list.get_mut(at)
    }

    fn at(&self, number: u32) -> Option<usize> {
        let first = self.list.front()?.number;
        number.checked_sub(first).map(|at| at as usize)
    }

    /// Adds one, whose number is the next.
    pub(super) fn push(&mut self, sweep: Sweep) {
        self.last = sweep.number;
        if self.list.len() == SWEEPS_MAX {
            self.list.pop_front();
        }
        self.list.push_back(sweep);
    }

    /// Whether ticks have something to do for a sweep.
    pub fn busy(&self) -> bool {
        let busy = |sweep: &Sweep| matches!(sweep.stage, Stage::Running | Stage::Undoing);
        self.list.iter().any(busy)
    }
}
