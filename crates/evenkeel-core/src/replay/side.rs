//! One side of a comparison: who got what, how full books were, what waited, how even it was.
//!
//! Follows a journal or a replay and only counts. Everything is about the records that the followed
//! part takes in, but for books, which hold older ones too.

use crate::event::{Event, Recorded};
use crate::ids::{PoolNo, RecordNo, RepNo};
use crate::replay::role::moves;
use crate::replay::stream::Follow;
use crate::state::State;
use crate::time::{Moment, Span};
use crate::units::{Micro, ONE};
use crate::verdict::{Destination, Ground, Standing, Stop, Stream, Turn, Verdict};
use std::collections::BTreeMap;

/// What became of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// When it came.
    pub taken: Moment,
    /// The first rep it was dealt to, and when.
    pub first: Option<(RepNo, Moment)>,
    /// The pool whose turn that was, if it was one.
    pub pool: Option<PoolNo>,
    /// What decided about it when it was first dealt.
    pub by: By,
}

/// What decided about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// This rule of this policy version.
    Rule(u32, u32),
    /// No rule: the fallback.
    Fallback,
    /// This rung of this policy version, before the rules.
    Rung(u32, u32),
}

/// How full one book was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fill {
    /// Records in it at the end.
    pub now: u32,
    /// Most records it held.
    pub most: u32,
    /// Records times milliseconds, up to `since`.
    area: i128,
    since: Moment,
}

impl Fill {
    fn change(&mut self, at: Moment, by: i32) {
        self.area += i128::from(self.now) * i128::from((at - self.since).0.max(0));
        self.since = self.since.max(at);
        self.now = self.now.saturating_add_signed(by);
        self.most = self.most.max(self.now);
    }

    /// Records in it on average from `begin` until `end`, rounded down.
    pub fn mean(mut self, begin: Moment, end: Moment) -> Micro {
        self.change(end, 0);
        let span = i128::from((end - begin).0.max(1));
        let mean = self.area * i128::from(ONE.0) / span;
        Micro(i64::try_from(mean).unwrap_or(i64::MAX))
    }
}

/// How even one pool was where it was least so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Even {
    /// Turns that picked somebody.
    pub turns: u64,
    /// How many of them went to a specialist, in a pool that asks for them.
    pub special: u64,
    /// Largest amount anybody was owed or ahead.
    pub worst: Micro,
    /// The proved bound at that moment.
    pub bound: Micro,
}

/// One side, as far as it is followed.
#[derive(Clone, Debug)]
pub struct Side {
    first: usize,
    begin: Moment,
    /// By position among the records of the followed part.
    pub fates: Vec<Fate>,
    /// By rep.
    pub books: BTreeMap<RepNo, Fill>,
    /// How often each rep was stopped by a cap.
    pub capped: BTreeMap<RepNo, u64>,
    /// By pool.
    pub pools: BTreeMap<PoolNo, Even>,
    owners: BTreeMap<RecordNo, RepNo>,
}

impl Side {
    /// For what follows this state.
    pub fn after(base: &State) -> Self {
        let begin = base.last_at();
        let reps = base.roster().iter();
        let fill = |open: usize| {
            let now = u32::try_from(open).unwrap_or(u32::MAX);
            let (most, since) = (now, begin);
            Fill {
                now,
                most,
                since,
                ..Fill::default()
            }
        };
        Self {
            first: base.records().len(),
            begin,
            fates: Vec::new(),
            books: reps.map(|(rep, one)| (rep, fill(one.book.len()))).collect(),
            capped: BTreeMap::new(),
            pools: BTreeMap::new(),
            owners: base.records().places.owned().collect(),
        }
    }

    /// Where the followed part begins.
    pub fn begin(&self) -> Moment {
        self.begin
    }

    /// The number of the record at this position.
    pub fn record(&self, position: usize) -> RecordNo {
        RecordNo::at(self.first + position)
    }

    /// How long every record waited that was dealt to a rep, ascending.
    pub fn waits(&self) -> Vec<Span> {
        let waited = |fate: &Fate| Some(fate.first?.1 - fate.taken);
        let mut waits: Vec<Span> = self.fates.iter().filter_map(waited).collect();
        waits.sort_unstable();
        waits
    }

    fn fate(&mut self, record: RecordNo) -> Option<&mut Fate> {
        let at = record.index().checked_sub(self.first)?;
        self.fates.get_mut(at)
    }

    /// A record has perhaps another owner now.
    fn moved(&mut self, record: RecordNo, after: &State, at: Moment) {
        let owner = after.place(record).owner();
        let before = match owner {
            Some(rep) => self.owners.insert(record, rep),
            None => self.owners.remove(&record),
        };
        if before == owner {
            return;
        }
        for (rep, by) in [(before, -1), (owner, 1)] {
            if let Some(rep) = rep {
                let begin = self.begin;
                let fresh = || Fill {
                    since: begin,
                    ..Fill::default()
                };
                self.books.entry(rep).or_insert_with(fresh).change(at, by);
            }
        }
    }

    fn dealt(&mut self, record: RecordNo, to: Destination, verdict: &Verdict, at: Moment) {
        let stopped = verdict.turns.iter().flat_map(|turn| &turn.candidates);
        for candidate in stopped {
            if let Standing::Stopped(Stop::CapReached { .. }) = candidate.standing {
                *self.capped.entry(candidate.rep).or_default() += 1;
            }
        }
        let pool = verdict.picked().map(|(turn, _)| turn.pool);
        let by = by(verdict);
        if let Some(fate) = self.fate(record)
            && fate.first.is_none()
        {
            fate.by = by;
            if let Destination::Rep(rep) = to {
                (fate.first, fate.pool) = (Some((rep, at)), pool);
            }
        }
    }

    fn turned(&mut self, turn: &Turn, after: &State) {
        let Some(pick) = turn.pick else { return };
        let even = self.pools.entry(turn.pool).or_default();
        even.turns += 1;
        let special = match &turn.ground {
            Ground::Fit(reps) => reps.contains(&pick.rep),
            _ => matches!(turn.stream, Stream::Special { .. }),
        };
        even.special += u64::from(special);
        let fairness = &after.pool(turn.pool).fairness;
        if fairness.worst > even.worst || even.bound == Micro(0) {
            (even.worst, even.bound) = (fairness.worst, fairness.bound());
        }
    }
}

fn by(verdict: &Verdict) -> By {
    match (verdict.settled(), verdict.rule) {
        (Some(rung), _) => By::Rung(verdict.policy, rung.rung),
        (None, Some(rule)) => By::Rule(verdict.policy, rule),
        (None, None) => By::Fallback,
    }
}

impl Follow for Side {
    fn event(&mut self, after: &State, recorded: &Recorded) {
        let at = recorded.at;
        match &recorded.event {
            Event::RecordTaken { .. } => self.fates.push(Fate {
                taken: at,
                first: None,
                pool: None,
                by: By::Fallback,
            }),
            Event::RecordDealt {
                record,
                to,
                verdict,
                ..
            } => {
                self.dealt(*record, *to, verdict, at);
                verdict
                    .turns
                    .iter()
                    .for_each(|turn| self.turned(turn, after));
            }
            // Who took it out of a queue got it first; what sent it there stays what decided.
            Event::RecordClaimed { record, rep, .. } => {
                if let Some(fate) = self.fate(*record)
                    && fate.first.is_none()
                {
                    fate.first = Some((*rep, at));
                }
            }
            _ => {}
        }
        if let Some(record) = moves(&recorded.event) {
            self.moved(record, after, at);
        }
    }
}
