//! The ledger of one grade of one queue: who is owed how much of it, and who took how many.
//!
//! The same ledger that pools have, with the same bound; here whoever comes takes, and the ledger
//! says who must wait for the others.

use crate::ids::RepNo;
use crate::rotation::fairness::{Change, Fairness};
use crate::rotation::ledger::{Ledger, Portion};
use crate::time::Moment;
use crate::units::{Micro, ONE};
use crate::verdict::claim::Graded;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One grade.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradeBook {
    /// Credits, while the queue shares the grade out.
    pub ledger: Ledger,
    /// The proved bound, and the worst credit measured beside it.
    pub fairness: Fairness,
    /// Per rep who ever shared in it: records taken, and shares added up.
    pub taken: BTreeMap<RepNo, Taken>,
}

/// What one rep took of a grade, and was entitled to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Records.
    pub records: u64,
    /// Shares added up.
    pub entitled: Micro,
}

impl GradeBook {
    /// Applies a recorded claim by `rep`.
    pub(super) fn apply(&mut self, rep: RepNo, graded: &Graded, at: Moment) {
        for sharer in &graded.sharers {
            self.taken.entry(sharer.rep).or_default().entitled += sharer.share;
        }
        self.taken.entry(rep).or_default().records += 1;
        let Some(band) = graded.band else { return };
        if !graded.joined.is_empty() || !graded.left.is_empty() {
            let portion = |(rep, credit): &(RepNo, Micro)| Portion {
                rep: *rep,
                credit: *credit,
                makeup: Micro(0),
            };
            let spread: Vec<Portion> = graded.spread.iter().map(portion).collect();
            self.ledger
                .apply_change(&graded.joined, &graded.left, &spread);
            let change = match graded.left.len() {
                0 => Change::Even,
                left => Change::Departures(left),
            };
            let credits: Vec<_> = self.credits().collect();
            self.fairness.begin(&credits, change, at);
        }
        let shares = graded.sharers.iter();
        self.ledger
            .apply_claim(rep, shares.map(|sharer| (sharer.rep, sharer.share)));
        let entries = self.ledger.members().iter();
        let credits = entries.map(|entry| (entry.rep, entry.credit));
        self.fairness.turn(credits, (ONE, band), at);
    }

    fn credits(&self) -> impl Iterator<Item = (RepNo, Micro)> {
        let entries = self.ledger.members().iter();
        entries.map(|entry| (entry.rep, entry.credit))
    }
}
