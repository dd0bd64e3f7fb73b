//! What people did beside the rules: given by hand, passed on, given back; and who gained by it.
//!
//! A gain is a record more in somebody's book than the policy alone had put there, a loss one less.
//! Whether it was right to do so is not known here: every one has an actor, and most a note.

use crate::event::{Actor, Cause, Event, Recorded, Release};
use crate::ids::{PoolNo, RecordNo, RepNo};
use crate::replay::ask::Input;
use crate::replay::stream::Follow;
use crate::state::State;
use crate::time::Moment;
use crate::verdict::Destination;
use std::collections::BTreeMap;

/// Most overrides kept one by one; the others are counted in the balance alone.
pub const OVERRIDES_MAX: usize = 100_000;

/// One thing somebody did beside the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Override {
    /// Position in the journal.
    pub seq: u64,
    /// When.
    pub at: Moment,
    /// Who did it.
    pub actor: Actor,
    /// The record.
    pub record: RecordNo,
    /// What was done.
    pub what: What,
    /// Who had it before; `None` when nobody did.
    pub from: Option<RepNo>,
    /// Who has it after it; `None` when nobody does.
    pub to: Option<RepNo>,
    /// The pool by whose turn it had come to its owner, if by one.
    pub pool: Option<PoolNo>,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Given to somebody by name.
    Given,
    /// Passed on: the policy chose another owner.
    PassedOn,
    /// The turn was given back.
    GivenBack,
    /// The rep gave the record back.
    Returned,
    /// A manager pulled it out of the book.
    Retrieved,
}

impl What {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Given => "given by hand",
            Self::PassedOn => "passed on",
            Self::GivenBack => "given back",
            Self::Returned => "returned",
            Self::Retrieved => "retrieved",
        }
    }
}

/// What one rep got and lost by overrides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Records that came.
    pub gained: u64,
    /// Records that went.
    pub lost: u64,
}

/// Overrides that are collected while a journal is read.
#[derive(Clone, Debug, Default)]
pub struct Hands {
    /// In the order of the journal.
    pub list: Vec<Override>,
    /// By rep.
    pub balance: BTreeMap<RepNo, Balance>,
    /// How many there are in all.
    pub count: u64,
    /// By whose turn each record came to its owner.
    pools: BTreeMap<RecordNo, PoolNo>,
}

impl Hands {
    fn add(&mut self, one: Override) {
        self.count += 1;
        if one.from != one.to {
            if let Some(rep) = one.to {
                self.balance.entry(rep).or_default().gained += 1;
            }
            if let Some(rep) = one.from {
                self.balance.entry(rep).or_default().lost += 1;
            }
        }
        if self.list.len() < OVERRIDES_MAX {
            self.list.push(one);
        }
    }
}

impl Hands {
    /// Records that a manager pulled out of books.
    fn retrieved(&mut self, before: &State, events: &[Recorded]) {
        for (position, one) in events.iter().enumerate() {
            let Event::RecordReleased { record, .. } = &one.event else {
                continue;
            };
            self.add(Override {
                seq: before.seq() + 1 + position as u64,
                at: one.at,
                actor: one.actor,
                record: *record,
                what: What::Retrieved,
                from: before.place(*record).owner(),
                to: None,
                pool: self.pools.get(record).copied(),
            });
        }
    }
}

impl Follow for Hands {
    fn command(&mut self, before: &State, _: &Input, events: &[Recorded]) {
        let first = &events[0];
        let (record, what) = match &first.event {
            Event::RecordGiven { record, .. } => (*record, What::Given),
            Event::RecordDealt {
                record,
                cause: Cause::Reassign,
                ..
            } => (*record, What::PassedOn),
            Event::TurnVoided { record, .. } | Event::HandoffVoided { record, .. } => {
                (*record, What::GivenBack)
            }
            Event::RecordReturned { record, .. } => (*record, What::Returned),
            Event::RecordReleased {
                why: Release::Retrieved,
                ..
            } => return self.retrieved(before, events),
            _ => return,
        };
        let from = before.place(record).owner();
        let to = events.iter().rev().find_map(|one| match &one.event {
            Event::RecordGiven { rep, .. } => Some(Some(*rep)),
            Event::RecordDealt { to, .. } => Some(match to {
                Destination::Rep(rep) => Some(*rep),
                _ => None,
            }),
            Event::RecordClosed { .. } | Event::RecordReleased { .. } => Some(None),
            _ => None,
        });
        self.add(Override {
            seq: before.seq() + 1,
            at: first.at,
            actor: first.actor,
            record,
            what,
            from,
            // A turn that is given back may leave the record where it is.
            to: to.unwrap_or(from),
            pool: self.pools.get(&record).copied(),
        });
    }

    fn event(&mut self, _: &State, recorded: &Recorded) {
        let (record, pool) = match &recorded.event {
            Event::RecordDealt {
                record, verdict, ..
            } => (*record, verdict.picked().map(|(turn, _)| turn.pool)),
            // Where it came from by turn is kept: that is whose turn was overridden.
            _ => return,
        };
        match pool {
            Some(pool) => drop(self.pools.insert(record, pool)),
            None => drop(self.pools.remove(&record)),
        }
    }
}
