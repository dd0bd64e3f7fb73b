//! Looking ahead: the turns a pool would deal next, with nothing dealt.
//!
//! The very chooser of the pool picks, on its own ledger. What is not known yet is assumed, and the
//! caller says so to whoever looks: which records come, and that all of them come at one moment.

use super::{Asked, Draft};
use crate::command::envelope::Envelope;
use crate::ids::PoolNo;
use crate::market::value::{Attributes, Facts, Value};
use crate::policy::document::{Landing, Target};
use crate::time::Moment;
use crate::units::Micro;
use crate::verdict::{Destination, Standing, Stop, Turn, Verdict};
use std::ops::Range;

/// A record that is assumed to come.
#[derive(Clone, Debug, PartialEq)]
pub struct Coming {
    /// Its attributes.
    pub attributes: Attributes,
    /// How many turns it uses up.
    pub size: Micro,
}

impl<'a> Draft<'a> {
    /// What a record of one turn would meet in this pool at this moment: every member with its
    /// standing, and who would be next. `None` for a pool that the policy in force does not have.
    pub fn ballot(&self, pool: PoolNo) -> Option<Turn> {
        let name = &self.state.pool(pool).name;
        let pools = &self.policy.document().pools;
        let spec = pools.iter().find(|spec| spec.name == *name)?;
        Some(self.turn(&Asked::preview(0), pool, spec))
    }

    /// The next `count` turns of one pool if nothing changes and every record uses up one turn.
    ///
    /// Fewer when nobody can take more. A random pool shows one possible order, drawn with a key of
    /// its own.
    pub fn preview(&mut self, pool: PoolNo, count: usize) -> Vec<Turn> {
        self.look(pool, &[], 0..count)
    }

    /// The same with these records coming, over and over; made-up ones of one turn, of which
    /// nothing is known, when there are none. `numbers` tell the draws of one look from another's.
    pub fn look(&mut self, pool: PoolNo, coming: &[Coming], numbers: Range<usize>) -> Vec<Turn> {
        let name = &self.state.pool(pool).name;
        let document = self.policy.document();
        let Some(spec) = document.pools.iter().find(|spec| spec.name == *name) else {
            return Vec::new();
        };
        let mut turns = Vec::new();
        for number in numbers {
            let made_up = Asked::preview(number as u32);
            let asked = match coming.len() {
                0 => made_up,
                count => {
                    let record = &coming[number % count];
                    Asked {
                        record: Some(&record.attributes),
                        size: record.size,
                        ..made_up
                    }
                }
            };
            let turn = self.turn(&asked, pool, spec);
            let Some(pick) = turn.pick else { break };
            let mut verdict = Verdict::by_hand(self.state.version());
            verdict.size = asked.size;
            verdict.turns.push(turn);
            let cost = self.cost(asked.record);
            self.remember(&Destination::Rep(pick.rep), &verdict, cost);
            turns.append(&mut verdict.turns);
        }
        turns
    }

    /// Goes on under other circumstances, with everything dealt so far remembered.
    pub fn onward(self, envelope: &'a Envelope) -> Self {
        Self { envelope, ..self }
    }

    /// Those of `newest` (the newest first) that the policy sends to this pool, oldest first; at
    /// most `count`.
    pub fn coming(&self, pool: PoolNo, newest: &[Attributes], count: usize) -> Vec<Coming> {
        let document = self.policy.document();
        let here = |attributes: &Attributes| {
            let matched = self.policy.matching(attributes);
            let target = matched
                .rule
                .map_or(&document.fallback, |rule| &document.rules[rule].to);
            let position = match target {
                Target::Pool(position) => *position,
                Target::Rep { .. } | Target::Queue(_) => return None,
                Target::Territories => self.landed(attributes, None)?,
                Target::Territory(named) => self.landed(attributes, Some(*named))?,
            };
            let number = |field| match attributes.fact(field) {
                Some(Value::Number(number)) => Some(*number),
                _ => None,
            };
            let size = self.size_of(&matched, number);
            let attributes = attributes.clone();
            (self.state.pool_at(position) == pool).then_some(Coming { attributes, size })
        };
        let mut coming: Vec<Coming> = newest.iter().filter_map(here).take(count).collect();
        coming.reverse();
        coming
    }

    /// The pool in which a record of these attributes lands, if it lands in one.
    fn landed(&self, attributes: &Attributes, named: Option<usize>) -> Option<usize> {
        match self.landing(attributes, named).0 {
            Landing::Pool(pool) => Some(pool),
            Landing::Queue(_) => None,
        }
    }
}

/// The first moment at which one of those stopped on this ballot may be able; `None` when nobody's
/// stop ends by time alone.
pub fn opens(turn: &Turn) -> Option<Moment> {
    let stops = turn.candidates.iter().filter_map(|one| match one.standing {
        Standing::Stopped(stop) => Some(stop),
        Standing::Able { .. } => None,
    });
    stops
        .filter_map(|stop| match stop {
            Stop::OnLeave { until } => Some(until),
            Stop::OutOfHours { opens } => opens,
            Stop::CapReached { frees, .. } => Some(frees),
            _ => None,
        })
        .min()
}
