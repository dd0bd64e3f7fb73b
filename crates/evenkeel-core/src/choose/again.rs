//! Dealing what somebody had before: given back, rested, or filling up a book.
//!
//! Whose turn it is stays the pool's; here is only what differs from a record that comes in.

use super::{Asked, Draft};
use crate::ids::{RecordNo, RepNo};
use crate::market::value::Attributes;
use crate::people::rep::Status;
use crate::time::Moment;
use crate::units::{Micro, ONE};
use crate::verdict::{Destination, Load, Verdict};

impl Draft<'_> {
    /// What is dealt is being released: nobody who had it within the cooldown gets it.
    pub fn releasing(mut self) -> Self {
        self.releasing = true;
        self
    }

    /// Whether a rep is neither gone, paused nor on leave now.
    pub fn is_here(&self, rep: RepNo) -> bool {
        let profile = &self.state.roster().rep(rep).profile;
        let active = profile.status == Status::Active && self.leaving != Some(rep);
        active && profile.leave_at(self.envelope.at).is_none()
    }

    /// When this rep may get this record again, if not yet. A record that leaves its book by this
    /// command cools as if it had been released before.
    pub(super) fn cooling(&self, record: RecordNo, rep: RepNo) -> Option<Moment> {
        match self.releasing || self.lapsed == Some(record) {
            true => self.state.parted_lately(record, rep, self.envelope.at),
            false => self.state.cooling(record, rep, self.envelope.at),
        }
    }

    /// How full a book of `open` records is for its target, while books are filled up; a rep
    /// without a target is at it.
    pub(super) fn filled(&self, rep: &Attributes, open: u32) -> Option<Load> {
        let target = self.filling?.target_of(rep).unwrap_or(0);
        Some(Load {
            open: Micro::whole(open.into()),
            adds: ONE,
            capacity: Micro::whole(target.into()),
        })
    }

    /// Who of the pool at this position gets the record for a book below its target, by the pool's
    /// rotation; `None` when nobody can. Remembered for the next one.
    pub fn fill_up(&mut self, record: RecordNo, position: usize) -> Option<(RepNo, Verdict)> {
        let policy = self.policy;
        let spec = &policy.document().pools[position];
        let records = self.state.records();
        let matched = self.policy.matching_row(&records.columns, record.index());
        let attributes = records.columns.attributes(record.index());
        let asked = Asked {
            key: records.key(record),
            record: Some(&attributes),
            size: self.size_of_row(&matched, record),
            deals: records.deals(record),
            excluded: None,
            number: Some(record),
            marks: records.marks(record),
        };
        self.filling = spec.top_up.as_ref();
        let turn = self.turn(&asked, self.state.pool_at(position), spec);
        self.filling = None;
        let rep = turn.pick?.rep;
        let mut verdict = Verdict::by_hand(self.state.version());
        verdict.rule = matched.rule.map(|rule| rule as u32);
        verdict.answers = matched.answers;
        verdict.size = asked.size;
        verdict.turns.push(turn);
        self.remember(&Destination::Rep(rep), &verdict, self.state.cost(record));
        Some((rep, verdict))
    }
}
