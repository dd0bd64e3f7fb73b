//! Whether a distribution worked, part by part: how much of what was dealt was worked and how soon,
//! what became of it, and what was no fit.
//!
//! A part is a rep, a pool, a version of the policy or a month. Parts of a history are described
//! and never ranked: what came to each was not dealt at random.
//! *Source*: mission 4.36 to 4.40; guide "science" section 9.

use super::coverage::{Coverage, Dealt, Worked, curve};
use super::figure::Figure;
use super::life::{Fate, Life, Lives, Reading, Telling, Way};
use super::proportion::Tally;
use super::unknown::Unknown;
use crate::ids::{PoolNo, RepNo};
use crate::time::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Days the curve is drawn for, and points a day.
pub const CURVE_DAYS: i64 = 30;
const POINTS: i64 = 4;

/// By what records are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// All together.
    #[default]
    All,
    /// The first rep.
    Rep,
    /// The pool by whose turn they came to the first rep.
    Pool,
    /// The version of the policy that dealt them.
    Policy,
    /// The month in which they came to the first rep.
    Month,
}

/// Every way, the default first.
pub const WAYS: [By; 5] = [By::All, By::Rep, By::Pool, By::Policy, By::Month];

impl By {
    /// The word for it in requests.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Rep => "rep",
            Self::Pool => "pool",
            Self::Policy => "policy",
            Self::Month => "month",
        }
    }
}

/// One part of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Everything.
    All,
    /// Of this rep.
    Rep(RepNo),
    /// Of this pool.
    Pool(PoolNo),
    /// Without a turn of a pool.
    NoPool,
    /// Dealt by this version of the policy.
    Policy(u32),
    /// Year and month.
    Month(i16, i8),
}

/// How records went on from step to step; each step counts those that came at least so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funnel {
    /// Came in, apart from those that turned out to be others.
    pub came: u64,
    /// Came to a rep.
    pub dealt: u64,
    /// Of how many of these it is known whether anybody worked them.
    pub work_known: u64,
    /// Worked by the first rep.
    pub worked: u64,
    /// Accounts that worked records belong to, where a field names them.
    pub accounts: Option<u64>,
    /// Won.
    pub won: u64,
    /// Lost.
    pub lost: u64,
    /// Closed for another reason, or given back and with nobody since.
    pub disqualified: u64,
    /// Open.
    pub open: u64,
    /// Brought by the rep.
    pub self_sourced: u64,
    /// Of how many it is known whether they were.
    pub origin_known: u64,
    /// What open and won records are worth, in millionths of the team's unit.
    pub pipeline: i128,
    /// How many of these have a value.
    pub valued: u64,
}

impl Funnel {
    /// Records that are open or were won: opportunities that were made.
    pub fn opportunities(&self) -> u64 {
        self.open + self.won
    }
}

/// A point of the curve of the time to first work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// After the record came to its rep.
    pub after: Span,
    /// Share that was worked by then.
    pub worked: Figure,
}

/// One part with what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Which.
    pub part: Part,
    /// How much was worked, by day; or why that is not known.
    pub coverage: Result<Coverage, Unknown>,
    /// How far records came.
    pub funnel: Funnel,
}

/// A reason for which records were no fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Disqualified {
    /// The reason code.
    pub reason: String,
    /// How many.
    pub records: u64,
    /// Their share of what was dealt; n is what was dealt.
    pub share: Figure,
}

/// Everything validated.
#[derive(Clone, Debug, PartialEq)]
pub struct Validation {
    /// All together.
    pub whole: Line,
    /// The parts, in order.
    pub parts: Vec<Line>,
    /// The curve of the time to first work, as far as records were watched.
    pub curve: Vec<Point>,
    /// Reasons, the most frequent first, then by code.
    pub disqualified: Vec<Disqualified>,
}

impl Validation {
    /// Of some records of a history.
    ///
    /// *Refuses*: [`Unknown::Nothing`] without records.
    pub fn of<'a>(
        lives: &'a Lives,
        some: impl Iterator<Item = &'a Life>,
        (reading, telling): (&Reading, Telling<'_>),
        (by, worked): (By, &Worked),
    ) -> Result<Self, Unknown> {
        let reading = reading.of(lives);
        let some: Vec<&Life> = some.filter(|life| life.fate(&reading).is_some()).collect();
        if some.is_empty() {
            return Err(Unknown::Nothing);
        }
        let mut parts: BTreeMap<Part, Vec<&Life>> = BTreeMap::new();
        if by != By::All {
            for life in &some {
                if let Some(part) = part(life, by) {
                    parts.entry(part).or_default().push(life);
                }
            }
        }
        let read = Read {
            lives,
            work_told: lives.tells_work(),
            reading: &reading,
            telling,
        };
        let line = |(part, some): (Part, &[&Life])| line(part, some, (&read, worked));
        let dealt: Vec<Dealt> = read.dealt(&some);
        let steps = curve(&dealt, worked);
        let at = |step: i64| {
            let after = Span(step * crate::time::DAY.0 / POINTS);
            let worked = steps.figure(0, after)?;
            Some(Point { after, worked })
        };
        Ok(Self {
            whole: line((Part::All, &some)),
            parts: parts
                .iter()
                .map(|(part, some)| line((*part, some)))
                .collect(),
            curve: (0..=CURVE_DAYS * POINTS).map_while(at).collect(),
            disqualified: disqualified(lives, &some, &reading),
        })
    }
}

fn part(life: &Life, by: By) -> Option<Part> {
    let first = life.first()?;
    let turn = match &first.way {
        Way::Turn(turn) => Some(turn),
        Way::Named | Way::Hand | Way::Claim | Way::Told => None,
    };
    Some(match by {
        By::All => Part::All,
        By::Rep => Part::Rep(first.rep),
        By::Pool => turn.map_or(Part::NoPool, |turn| Part::Pool(turn.pool)),
        By::Policy => turn.map_or(Part::NoPool, |turn| Part::Policy(turn.policy)),
        By::Month => {
            let stamp = jiff::Timestamp::from_millisecond(first.at.0).ok()?;
            let date = stamp.to_zoned(jiff::tz::TimeZone::UTC).date();
            Part::Month(date.year(), date.month())
        }
    })
}

/// How the records are read.
#[derive(Clone, Copy)]
struct Read<'a> {
    lives: &'a Lives,
    /// Whether files tell of any work; else what only they know was never watched.
    work_told: bool,
    reading: &'a [Option<Fate>],
    telling: Telling<'a>,
}

impl Read<'_> {
    fn one(&self, life: &Life) -> Option<Dealt> {
        let own = self.telling.own(life) == Some(true);
        life.dealt(self.reading, own, self.lives.known(life))
    }

    fn knows_work(&self, life: &Life) -> bool {
        self.work_told || !life.is_told()
    }

    fn dealt(&self, some: &[&Life]) -> Vec<Dealt> {
        let known = some.iter().filter(|life| self.knows_work(life));
        let dealt = known.filter_map(|life| self.one(life));
        dealt.collect()
    }
}

fn line(part: Part, some: &[&Life], (read, worked): (&Read<'_>, &Worked)) -> Line {
    let mut funnel = Funnel::default();
    let mut all = Vec::with_capacity(some.len());
    let mut accounts = BTreeSet::new();
    for life in some {
        funnel.came += 1;
        let dealt = read.one(life);
        let own = read.telling.own(life);
        funnel.dealt += u64::from(dealt.is_some());
        let dealt = dealt.filter(|_| read.knows_work(life));
        funnel.work_known += u64::from(dealt.is_some());
        let first = dealt.as_ref().and_then(|dealt| worked.first(dealt));
        if first.is_some() {
            accounts.extend(read.telling.account(life));
        }
        all.extend(dealt);
        funnel.worked += u64::from(first.is_some());
        funnel.self_sourced += u64::from(own == Some(true));
        funnel.origin_known += u64::from(own.is_some());
        let fate = life.ended(read.reading).unwrap_or(Fate::Open);
        match fate {
            Fate::Won => funnel.won += 1,
            Fate::Lost => funnel.lost += 1,
            Fate::Disqualified => funnel.disqualified += 1,
            Fate::Open => funnel.open += 1,
        }
        if let (Fate::Won | Fate::Open, Some(value)) = (fate, read.telling.value(life)) {
            funnel.pipeline += i128::from(value.0);
            funnel.valued += 1;
        }
    }
    funnel.accounts = read.telling.account.map(|_| accounts.len() as u64);
    Line {
        part,
        coverage: Coverage::of(&all, worked),
        funnel,
    }
}

fn disqualified(lives: &Lives, some: &[&Life], reading: &[Option<Fate>]) -> Vec<Disqualified> {
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    let mut dealt = 0u64;
    for life in some.iter().filter(|life| life.first().is_some()) {
        dealt += 1;
        let closed = life
            .end
            .filter(|_| life.fate(reading) == Some(Fate::Disqualified));
        let void = life.voids.first().map(|void| void.reason);
        let won = life.fate(reading) == Some(Fate::Won);
        if let Some(reason) = void.or(closed.map(|end| end.reason)).filter(|_| !won) {
            *counts.entry(reason).or_default() += 1;
        }
    }
    let mut all: Vec<Disqualified> = counts
        .into_iter()
        .map(|(reason, records)| Disqualified {
            reason: lives.reasons[reason as usize].clone(),
            records,
            share: Tally::of(records as f64, dealt as f64).figure(),
        })
        .collect();
    all.sort_by(|one, other| (other.records, &one.reason).cmp(&(one.records, &other.reason)));
    all
}
