//! What the books weigh: per rep, the cost of its open records added up.
//!
//! Kept as records move, so that a deal looks one number up instead of walking a book. Derived:
//! thrown away and counted again, it is the same.

use crate::ids::RepNo;
use crate::units::Micro;

/// The load of every book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loads {
    by_rep: Vec<Micro>,
}

impl Loads {
    /// The load of one book, in standard accounts.
    pub fn of(&self, rep: RepNo) -> Micro {
        self.by_rep.get(rep.index()).copied().unwrap_or_default()
    }

    /// A record of this cost comes into the book.
    pub fn add(&mut self, rep: RepNo, cost: Micro) {
        if self.by_rep.len() <= rep.index() {
            self.by_rep.resize(rep.index() + 1, Micro(0));
        }
        self.by_rep[rep.index()] += cost;
    }

    /// A record of this cost leaves the book.
    pub fn take(&mut self, rep: RepNo, cost: Micro) {
        self.by_rep[rep.index()] -= cost;
    }
}
