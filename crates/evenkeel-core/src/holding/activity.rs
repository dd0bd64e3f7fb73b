//! When each record got its present owner, when it was last worked on, and who had it before.
//!
//! Whole seconds in columns, so that a million records are looked through in milliseconds. What
//! counts as work, and how long a rest between owners lasts, is the policy's; nothing is judged
//! here. The raw activities are kept outside the journal; here are only the facts that decide.

use crate::ids::{RecordNo, RepNo};
use crate::market::tall::Tall;
use crate::time::Moment;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Most earlier owners remembered for one record besides the last; the oldest goes first.
pub const FORMER_MAX: usize = 64;

/// A moment in whole seconds since 1970, rounded down; 0 is never.
///
/// *Bounds*: 1970 to 2106; a moment outside is brought to the nearest end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp(pub u32);

impl Stamp {
    /// The stamp of a moment; never 0.
    pub fn of(at: Moment) -> Self {
        let seconds = at.0.div_euclid(1_000).clamp(1, i64::from(u32::MAX));
        Self(u32::try_from(seconds).expect("clamped"))
    }

    /// The moment; `None` for never.
    pub fn moment(self) -> Option<Moment> {
        (self.0 > 0).then(|| Moment(i64::from(self.0) * 1_000))
    }
}

/// A rep who had a record, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Parted {
    rep: RepNo,
    until: Stamp,
}

/// The columns, by record number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// Since when the present owner has it.
    owned: Tall<Stamp>,
    /// When the present owner first worked on it.
    worked: Tall<Stamp>,
    /// The later of the last work by anybody and the present owner's start.
    active: Tall<Stamp>,
    /// Who had it last; no stamp for a record that never left a book.
    parted: Tall<Parted>,
    /// Who had it before those, oldest first.
    former: BTreeMap<RecordNo, Vec<Parted>>,
    /// Records that were ever released, which therefore do not go back to whoever had them.
    released: BTreeSet<RecordNo>,
}

impl Activity {
    /// Adds a record that nobody has.
    pub fn push(&mut self) {
        self.owned.push(Stamp(0));
        self.worked.push(Stamp(0));
        self.active.push(Stamp(0));
        self.parted.push(Parted {
            rep: RepNo(0),
            until: Stamp(0),
        });
    }

    /// Since when the present owner has it; `None` when it is in no book.
    pub fn owned_since(&self, record: RecordNo) -> Option<Moment> {
        self.owned[record.index()].moment()
    }

    /// When the present owner first worked on it.
    pub fn worked_at(&self, record: RecordNo) -> Option<Moment> {
        self.worked[record.index()].moment()
    }

    /// The last sign of life: work by anybody, or the start of the present owner.
    pub fn active_at(&self, record: RecordNo) -> Option<Moment> {
        self.active[record.index()].moment()
    }

    /// The same for all records, by number; 0 is never.
    pub fn active(&self) -> &Tall<Stamp> {
        &self.active
    }

    /// Who had it last, and until when, once it has left a book.
    pub fn parted(&self, record: RecordNo) -> Option<(RepNo, Moment)> {
        let parted = self.parted.get(record.index())?;
        Some((parted.rep, parted.until.moment()?))
    }

    /// Everybody who had it and lost it, with until when, the last first. A rep who had it twice
    /// comes twice. *Bounds*: [`FORMER_MAX`] and one.
    pub fn owners_before(&self, record: RecordNo) -> impl Iterator<Item = (RepNo, Moment)> {
        let former = self.former.get(&record).map_or(&[][..], Vec::as_slice);
        let former = former.iter().rev();
        let former = former.filter_map(|parted| Some((parted.rep, parted.until.moment()?)));
        self.parted(record).into_iter().chain(former)
    }

    /// Whether it was ever released.
    pub fn was_released(&self, record: RecordNo) -> bool {
        self.released.contains(&record)
    }

    /// A rep gets it.
    pub fn begin(&mut self, record: RecordNo, at: Moment) {
        let at_stamp = Stamp::of(at);
        self.owned[record.index()] = at_stamp;
        self.worked[record.index()] = Stamp(0);
        let active = &mut self.active[record.index()];
        *active = at_stamp.max(*active);
    }

    /// A rep loses it.
    pub fn end(&mut self, record: RecordNo, rep: RepNo, at: Moment) {
        self.owned[record.index()] = Stamp(0);
        self.worked[record.index()] = Stamp(0);
        let until = Stamp::of(at);
        let before = std::mem::replace(&mut self.parted[record.index()], Parted { rep, until });
        if before.until > Stamp(0) {
            let former = self.former.entry(record).or_default();
            if former.len() == FORMER_MAX {
                former.remove(0);
            }
            former.push(before);
        }
    }

    /// It was released: from now on it does not go back to those who had it for a while.
    pub fn release(&mut self, record: RecordNo) {
        self.released.insert(record);
    }

    /// Since when it is the present owner's, when that one first worked on it, and its last sign of
    /// life.
    pub fn clocks(&self, record: RecordNo) -> [Stamp; 3] {
        let at = record.index();
        [self.owned[at], self.worked[at], self.active[at]]
    }

    /// It was never taken: its last owner has it again, with these clocks.
    pub fn restore(&mut self, record: RecordNo, clocks: [Stamp; 3], released: bool) {
        let at = record.index();
        [self.owned[at], self.worked[at], self.active[at]] = clocks;
        let nobody = Parted {
            rep: RepNo(0),
            until: Stamp(0),
        };
        let mut before = self.former.remove(&record).unwrap_or_default();
        self.parted[at] = before.pop().unwrap_or(nobody);
        if !before.is_empty() {
            self.former.insert(record, before);
        }
        if !released {
            self.released.remove(&record);
        }
    }

    /// Somebody worked on it; `by_owner` when it was whoever has it now. Never moves a stamp back,
    /// but for an owner's first work that becomes known later.
    pub fn touch(&mut self, record: RecordNo, at: Moment, by_owner: bool) {
        let stamp = Stamp::of(at);
        let active = &mut self.active[record.index()];
        *active = stamp.max(*active);
        let worked = &mut self.worked[record.index()];
        let first = *worked == Stamp(0) || stamp < *worked;
        if by_owner && first && stamp >= self.owned[record.index()] {
            *worked = stamp;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_remembered_and_work_counts_for_the_present_one() {
        let mut activity = Activity::default();
        let (record, ana, ben) = (RecordNo(0), RepNo(0), RepNo(1));
        activity.push();
        assert_eq!(activity.owners_before(record).count(), 0);
        let at = |second: i64| Moment(second * 1_000);
        activity.begin(record, at(10));
        activity.touch(record, at(5), true);
        assert_eq!(activity.worked_at(record), None, "before it was theirs");
        activity.touch(record, at(30), true);
        activity.touch(record, at(20), true);
        assert_eq!(activity.worked_at(record), Some(at(20)));
        assert_eq!(activity.active_at(record), Some(at(30)));
        activity.end(record, ana, at(40));
        assert_eq!(activity.owned_since(record), None);
        activity.begin(record, at(50));
        assert_eq!(activity.active_at(record), Some(at(50)));
        activity.end(record, ben, at(60));
        let before: Vec<_> = activity.owners_before(record).collect();
        assert_eq!(before, [(ben, at(60)), (ana, at(40))]);
        assert_eq!(activity.parted(record), Some((ben, at(60))));
    }
}
