//! The check-in sheet: per rep, what a manager and a rep talk about every week or two.
//!
//! Load against what the book should hold, the age of what is open, what nobody has touched, where
//! records pile up, and what has changed since the last sheet. A plain value from the state and a
//! moment; it decides nothing, ranks nobody and holds no rate. What a rep says in the talk is
//! [`crate::people::feedback`], and skills are [`crate::people::skills`]; neither is here.
//! *Source*: seed 003 (check-ins, quality over quantity); seed 000 (reps overwhelmed by what they
//! hold for long).

use crate::effort::capacity::{Capacity, Target};
use crate::effort::cost::NEGLECT_USUAL;
use crate::ids::{RecordNo, RepNo, StepNo};
use crate::market::value::Value;
use crate::people::rep::Status;
use crate::people::roster::Rep;
use crate::state::State;
use crate::time::{Moment, Span};
use crate::units::{Micro, ONE};
use std::collections::BTreeMap;

/// Most neglected records named for one rep, those untouched for longest; all are counted.
pub const NAMED_MAX: usize = 10;
/// A step holds up a book when it has at least this part of its records, and more than its share.
const PILE: i64 = 2;

/// One rep's sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The rep.
    pub rep: RepNo,
    /// Open records.
    pub open: usize,
    /// What they cost, in standard accounts.
    pub load: Micro,
    /// What the book should hold; `None` when nothing is known of it.
    pub target: Option<Target>,
    /// How the load stands to that.
    pub stand: Stand,
    /// How old the oldest open record and the middle one are; `None` of an empty book.
    pub age: Option<Age>,
    /// Records without activity for too long.
    pub neglected: Neglected,
    /// Open records whose cost does not suit the tier: lighter, and heavier.
    pub misfits: (usize, usize),
    /// Steps of the lifecycle at which this rep's records pile up, the fullest first.
    pub bottlenecks: Vec<Bottleneck>,
    /// What has changed since the last sheet; `None` without one.
    pub changes: Option<Changes>,
}

/// How a load stands to what a book should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stand {
    /// Too large: time to take something out.
    Overloaded,
    /// Within the band.
    Fits,
    /// Too small for the quota to be likely.
    Undersupplied,
    /// Nothing is known of what it should hold.
    Unknown,
}

/// Ages of open records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Age {
    /// Of the oldest.
    pub oldest: Span,
    /// Of the middle one; of two, the younger.
    pub median: Span,
}

/// Records that nobody has touched for too long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neglected {
    /// How many.
    pub count: usize,
    /// Part of the open records.
    pub share: Micro,
    /// Those untouched for longest, with since when; at most [`NAMED_MAX`].
    pub longest: Vec<(RecordNo, Moment)>,
}

/// A step at which records pile up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bottleneck {
    /// The step.
    pub step: StepNo,
    /// This rep's open records at it.
    pub records: usize,
    /// Since when they have been there, the middle one.
    pub median: Span,
}

/// What has changed since an earlier sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changes {
    /// Load now less load then.
    pub load: Micro,
    /// Open records now less then.
    pub open: i64,
    /// Neglected now less then.
    pub neglected: i64,
    /// Records assigned since.
    pub assigned: u64,
    /// Records closed since.
    pub closed: u64,
}

/// What the next sheet needs of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    /// When it was made.
    pub at: Moment,
    /// Load then.
    pub load: Micro,
    /// Open records then.
    pub open: usize,
    /// Neglected ones then.
    pub neglected: usize,
    /// Assignments ever, then.
    pub assigned: u64,
}

impl Target {
    /// How a load stands to it.
    pub fn stand(&self, load: Micro) -> Stand {
        match load {
            load if self.is_over(load) => Stand::Overloaded,
            load if self.is_under(load) => Stand::Undersupplied,
            _ => Stand::Fits,
        }
    }
}

impl Sheet {
    /// Load over target; `None` without one, or for a target of nothing.
    pub fn utilization(&self) -> Option<Micro> {
        let target = self.target?.accounts;
        let part = i128::from(self.load.0) * i128::from(ONE.0);
        let part = part.checked_div(i128::from(target.0))?;
        Some(Micro(i64::try_from(part).unwrap_or(i64::MAX)))
    }

    /// What is still free, never below zero.
    pub fn headroom(&self) -> Option<Micro> {
        Some((self.target?.accounts - self.load).max(Micro(0)))
    }

    /// What to keep for the next one.
    pub fn keep(&self, state: &State, at: Moment) -> Last {
        Last {
            at,
            load: self.load,
            open: self.open,
            neglected: self.neglected.count,
            assigned: state.roster().rep(self.rep).assigned,
        }
    }
}

/// The sheets of everybody who has not left, by number.
///
/// `touched` says when a record was last worked on, where the caller knows it; the policy's own
/// time field and the day a record came into being count beside it, and the latest wins.
/// *Bounds*: capacities are the policy's, or the usual tiers where it has none.
pub fn sheets(
    state: &State,
    now: Moment,
    touched: &dyn Fn(RecordNo) -> Option<Moment>,
    last: &BTreeMap<RepNo, Last>,
) -> Vec<Sheet> {
    let document = state.policy().map(|policy| policy.document());
    let capacity = document.and_then(|document| document.capacity.clone());
    let desk = Desk {
        state,
        now,
        touched,
        capacity: capacity.unwrap_or_else(Capacity::usual),
    };
    let here = state.roster().iter();
    let here = here.filter(|(_, rep)| rep.profile.status != Status::Left);
    here.map(|(number, rep)| desk.sheet(number, rep, last.get(&number)))
        .collect()
}

/// Who has not left, with the load of the book and what it should hold: the part of a sheet that
/// needs no look into the book.
pub fn stands(state: &State, now: Moment) -> Vec<(RepNo, Micro, Option<Target>, Stand)> {
    let document = state.policy().map(|policy| policy.document());
    let capacity = document.and_then(|document| document.capacity.clone());
    let capacity = capacity.unwrap_or_else(Capacity::usual);
    let here = state.roster().iter();
    let here = here.filter(|(_, rep)| rep.profile.status != Status::Left);
    here.map(|(number, rep)| {
        let load = state.load(number);
        let target = capacity.of(&rep.key, &rep.profile, now);
        let stand = target.map_or(Stand::Unknown, |target| target.stand(load));
        (number, load, target, stand)
    })
    .collect()
}

/// What all sheets are made from.
struct Desk<'a> {
    state: &'a State,
    now: Moment,
    touched: &'a dyn Fn(RecordNo) -> Option<Moment>,
    capacity: Capacity,
}

impl Desk<'_> {
    fn sheet(&self, number: RepNo, rep: &Rep, last: Option<&Last>) -> Sheet {
        let load = self.state.load(number);
        let target = self.capacity.of(&rep.key, &rep.profile, self.now);
        let neglected = self.neglected(rep);
        let open = rep.book.len();
        let changes = last.map(|last| Changes {
            load: load - last.load,
            open: difference(open, last.open),
            neglected: difference(neglected.count, last.neglected),
            assigned: rep.assigned.saturating_sub(last.assigned),
            closed: self.closed(number, last.at),
        });
        Sheet {
            rep: number,
            open,
            load,
            target,
            stand: target.map_or(Stand::Unknown, |target| target.stand(load)),
            age: self.age(rep),
            neglected,
            misfits: self.misfits(rep, target),
            bottlenecks: self.bottlenecks(rep),
            changes,
        }
    }

    fn age(&self, rep: &Rep) -> Option<Age> {
        let born = rep.book.iter().map(|record| self.born(*record));
        let mut ages: Vec<Span> = born.map(|born| self.now - born).collect();
        ages.sort_unstable();
        Some(Age {
            oldest: *ages.last()?,
            median: *ages.get((ages.len() - 1) / 2)?,
        })
    }

    fn neglected(&self, rep: &Rep) -> Neglected {
        let effort = self.state.effort();
        let limit = effort.map_or(NEGLECT_USUAL, |effort| effort.neglect);
        let quiet = rep.book.iter().map(|record| (self.last(*record), *record));
        let mut quiet: Vec<(Moment, RecordNo)> = quiet
            .filter(|(last, _)| *last + limit <= self.now)
            .collect();
        quiet.sort_unstable();
        let longest = quiet.iter().take(NAMED_MAX);
        Neglected {
            count: quiet.len(),
            share: part(quiet.len(), rep.book.len()),
            longest: longest.map(|(last, record)| (*record, *last)).collect(),
        }
    }

    /// When a record was last worked on, as far as anybody knows.
    fn last(&self, record: RecordNo) -> Moment {
        let field = self.state.effort().and_then(|effort| effort.touched);
        let columns = &self.state.records().columns;
        let told = field.and_then(|field| columns.value(field, record.index()));
        let told = match told {
            Some(Value::Time(told)) => Some(told),
            _ => None,
        };
        let known = [told, (self.touched)(record)].into_iter().flatten();
        known.fold(self.born(record), Moment::max)
    }

    fn born(&self, record: RecordNo) -> Moment {
        self.state.records().occurred(record)
    }

    /// Open records lighter and heavier than suits the tier.
    fn misfits(&self, rep: &Rep, target: Option<Target>) -> (usize, usize) {
        let Some(tier) = target.and_then(|target| target.tier) else {
            return (0, 0);
        };
        let (least, most) = self.capacity.tiers[tier].suits;
        let costs = rep.book.iter().map(|record| self.state.cost(*record));
        costs.fold((0, 0), |(lighter, heavier), cost| {
            (
                lighter + usize::from(cost < least),
                heavier + usize::from(cost > most),
            )
        })
    }

    /// Steps that hold half of the book, or more, when there are others.
    fn bottlenecks(&self, rep: &Rep) -> Vec<Bottleneck> {
        let mut at: BTreeMap<StepNo, Vec<Span>> = BTreeMap::new();
        let stages = rep.book.iter();
        for stage in stages.filter_map(|record| self.state.journeys().stage(*record)) {
            at.entry(stage.step)
                .or_default()
                .push(self.now - stage.since);
        }
        let policy = self.state.policy().map(|policy| policy.document());
        if policy.is_none_or(|document| document.steps.len() < 2) {
            return Vec::new();
        }
        let piled = |spans: &Vec<Span>| {
            let records = i64::try_from(spans.len()).unwrap_or(i64::MAX);
            records > 1 && records.saturating_mul(PILE) >= rep.book.len() as i64
        };
        let mut piles: Vec<Bottleneck> = at
            .into_iter()
            .filter(|(_, spans)| piled(spans))
            .map(|(step, mut spans)| {
                spans.sort_unstable();
                Bottleneck {
                    step,
                    records: spans.len(),
                    median: spans[(spans.len() - 1) / 2],
                }
            })
            .collect();
        piles.sort_by_key(|pile| std::cmp::Reverse(pile.records));
        piles
    }

    /// Records of the rep closed after `since`.
    fn closed(&self, rep: RepNo, since: Moment) -> u64 {
        let ended = self.state.outcomes().ended();
        let after = &ended[ended.partition_point(|ended| ended.at <= since)..];
        after.iter().filter(|ended| ended.rep == rep).count() as u64
    }
}

fn difference(now: usize, then: usize) -> i64 {
    let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    whole(now) - whole(then)
}

fn part(some: usize, all: usize) -> Micro {
    let part = (some as i128 * i128::from(ONE.0)).checked_div(all as i128);
    Micro(part.map_or(0, |part| i64::try_from(part).unwrap_or(i64::MAX)))
}
