//! How long reps take to reach a target of so many wins, over the periods of a history.
//!
//! Each rep's clock starts anew with every period, or when the rep's first lead came. A period that
//! ended, or goes on, without the target says "at least so long" and is counted as that
//! ([`super::survival`]); so are reps who left. Where the running period leads to is told from the
//! pace ([`super::target`]). Deliberately the same number of wins for a short period as for a long
//! one: nothing is prorated.
//! *Source*: seed 004 (4.5).

use super::calendar::{STRETCHES_MAX, Stretch};
use super::life::{Fate, Life, Lives};
use super::survival::{Curve, Observed, Unit};
use super::target::{ToTarget, to_target};
use super::unknown::Unknown;
use crate::ids::RepNo;
use crate::time::{Moment, Span};
use std::collections::BTreeMap;

/// One rep on the way to the target.
#[derive(Clone, Debug, PartialEq)]
pub struct RepReach {
    /// The rep.
    pub rep: RepNo,
    /// Wins in a period that are the target.
    pub target: u32,
    /// How long it took, over all periods.
    pub curve: Curve,
    /// Wins so far in the running period.
    pub wins: usize,
    /// Where the running period leads to; `None` for a rep who is not in it.
    pub running: Option<Result<ToTarget, Unknown>>,
}

/// One period of all reps.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodReach {
    /// Its number.
    pub number: i32,
    /// How long reps took.
    pub curve: Curve,
    /// Whether it still goes on.
    pub running: bool,
}

/// All of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// By number of the rep.
    pub reps: Vec<RepReach>,
    /// In order.
    pub periods: Vec<PeriodReach>,
    /// All reps and periods together.
    pub team: Curve,
}

/// From when to when a rep was there, and the wins.
#[derive(Clone, Debug)]
struct There {
    first: Moment,
    last: Moment,
    wins: Vec<Moment>,
}

impl Reached {
    /// Looks at every rep with a target.
    ///
    /// *Bounds*: the last hundred years; a period that is not whole at the history's beginning is
    /// left out, and so is one of which neither files nor the journal tell all.
    /// *Refuses*: [`Unknown::Nothing`] without a rep who has a target and ever had a lead.
    pub fn of(
        lives: &Lives,
        codes: &[Option<Fate>],
        stretch: Stretch,
        target: &dyn Fn(RepNo) -> Option<u32>,
    ) -> Result<Self, Unknown> {
        let there = there(lives, codes);
        let begin = there.values().map(|one| one.first).min();
        let begin = begin.ok_or(Unknown::Nothing)?;
        let (now, gap) = (stretch.of(lives.until), lives.gap());
        let first = stretch.first_whole(begin).max(now - STRETCHES_MAX);
        let mut periods: BTreeMap<i32, Vec<Observed>> = BTreeMap::new();
        let mut reps = Vec::new();
        for (rep, there) in &there {
            let Some(target) = target(*rep).filter(|target| *target > 0) else {
                continue;
            };
            let mut seen = Vec::new();
            for number in (first..=now).filter(|number| !stretch.meets(*number, gap)) {
                let Some(one) = there.look(stretch, number, target, lives.until) else {
                    continue;
                };
                seen.push(one);
                periods.entry(number).or_default().push(one);
            }
            let from = there.first.max(stretch.begins(now));
            let wins: Vec<Span> = there.wins.iter().map(|at| *at - from).collect();
            let wins: Vec<Span> = wins.into_iter().filter(|after| after.0 >= 0).collect();
            reps.push(RepReach {
                rep: *rep,
                target,
                curve: Curve::of(&seen, Unit::Milliseconds),
                wins: wins.len(),
                running: (there.last >= lives.until)
                    .then(|| to_target(&wins, target, lives.until - from)),
            });
        }
        if reps.is_empty() {
            return Err(Unknown::Nothing);
        }
        let all: Vec<Observed> = periods.values().flatten().copied().collect();
        let period = |(number, seen): (i32, Vec<Observed>)| PeriodReach {
            number,
            curve: Curve::of(&seen, Unit::Milliseconds),
            running: number == now,
        };
        Ok(Self {
            reps,
            team: Curve::of(&all, Unit::Milliseconds),
            periods: periods.into_iter().map(period).collect(),
        })
    }
}

impl There {
    /// How long the target took in one period; `None` when the rep was not in it.
    fn look(&self, stretch: Stretch, number: i32, target: u32, until: Moment) -> Option<Observed> {
        let from = self.first.max(stretch.begins(number));
        let to = self.last.min(until).min(stretch.ends(number));
        if from >= to {
            return None;
        }
        let begin = self.wins.partition_point(|at| *at < from);
        let end = self.wins.partition_point(|at| *at < stretch.ends(number));
        let wins = &self.wins[begin..end.max(begin)];
        let won = wins.get(target as usize - 1).copied();
        let length = won.unwrap_or(to) - from;
        Some(Observed {
            length: u64::try_from(length.0).unwrap_or(0),
            ended: won.is_some(),
        })
    }
}

/// Every rep who ever had a lead. One who has nothing open any more was there until the last lead,
/// work or win; everybody else is there now, or as far as files tell.
fn there(lives: &Lives, codes: &[Option<Fate>]) -> BTreeMap<RepNo, There> {
    let mut all: BTreeMap<RepNo, There> = BTreeMap::new();
    let mut seen = |rep: RepNo, at: Moment, won: bool| {
        let there = all.entry(rep).or_insert(There {
            first: at,
            last: at,
            wins: Vec::new(),
        });
        there.first = there.first.min(at);
        there.last = there.last.max(at);
        if won {
            there.wins.push(at);
        }
    };
    for life in &lives.all {
        let Some(fate) = life.fate(codes) else {
            continue;
        };
        for deal in &life.deals {
            seen(deal.rep, deal.at, false);
        }
        for touch in &life.touches {
            if let Some(rep) = touch.rep.filter(|rep| had(life, *rep)) {
                seen(rep, touch.at.min(lives.known(life)), false);
            }
        }
        let Some(rep) = life.owners.last().and_then(|(_, rep)| *rep) else {
            continue;
        };
        match life.end {
            Some(end) => seen(rep, end.at, fate == Fate::Won),
            None => seen(rep, lives.known(life), false),
        }
    }
    for there in all.values_mut() {
        there.wins.sort_unstable();
    }
    all
}

/// Whether a rep ever had this record: who only helped is no rep with a target for that.
fn had(life: &Life, rep: RepNo) -> bool {
    life.deals.iter().any(|deal| deal.rep == rep)
}
