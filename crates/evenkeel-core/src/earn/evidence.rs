//! What the workspace knows of who earned what: ripe outcomes on comparable records, own wins for
//! the gate, and how many records there are to earn.
//!
//! A record counts for whoever it was dealt to, won or not, as soon as it is old enough, so that a
//! rate cannot be mended by leaving records open or giving turns back. A win counts for whoever had
//! the record when it was closed.

use crate::earn::rate::Evidence;
use crate::ids::{PoolNo, RecordNo, RepNo};
use crate::market::clause::{Answer, Condition};
use crate::policy::document::earn::Earn;
use crate::state::State;
use crate::time::{Moment, Span};
use crate::units::{Micro, ONE};
use std::collections::BTreeMap;

/// How far back the flow is counted.
const FLOW: Span = Span::days(90);
/// A month of leads.
pub const MONTH: Span = Span::days(30);
/// What an outcome a month older is worth beside one: 96 %.
const FADES: i64 = 960_000;

/// Ripe outcomes of one rep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Comparable records dealt to the rep and ripe, each counted once.
    pub leads: u32,
    /// Those won.
    pub won: u32,
    /// The same with older ones counting less.
    pub evidence: Evidence,
}

/// Records dealt by turn in a pool, a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Supply {
    /// Those that are earned.
    pub earned: Micro,
    /// Those that are dealt rateably whatever is granted.
    pub other: Micro,
}

/// Asks a condition about records of the workspace.
struct Asker<'a> {
    state: &'a State,
    condition: &'a Condition,
}

impl Asker<'_> {
    fn yes(&self, record: RecordNo) -> bool {
        let columns = &self.state.records().columns;
        self.condition.answer(&columns.attributes(record.index())) == Answer::Yes
    }
}

/// Ripe outcomes on comparable records of the pool, by rep.
///
/// *Bounds*: as far back as [`crate::holding::outcomes::MEMORY`]. A win counts when it came within
/// the time an outcome takes, to the rep the record was dealt to.
pub fn outcomes(state: &State, pool: PoolNo, earn: &Earn, now: Moment) -> BTreeMap<RepNo, Record> {
    let comparable = Asker {
        state,
        condition: &earn.records,
    };
    let mut won: BTreeMap<(RecordNo, RepNo), Moment> = BTreeMap::new();
    let log = state.outcomes();
    for ended in log.ended() {
        if earn.won.iter().any(|reason| reason == log.reason(ended)) {
            won.entry((ended.record, ended.rep)).or_insert(ended.at);
        }
    }
    let mut records: BTreeMap<RepNo, Record> = BTreeMap::new();
    for dealt in log.dealt() {
        let ripe = dealt.at + earn.matures;
        if dealt.pool != pool || ripe > now || !comparable.yes(dealt.record) {
            continue;
        }
        let closed = won.get(&(dealt.record, dealt.rep));
        let win = closed.is_some_and(|at| *at >= dealt.at && *at <= ripe);
        let worth = faded(now - dealt.at);
        let record = records.entry(dealt.rep).or_default();
        record.leads += 1;
        record.evidence.leads += worth;
        if win {
            record.won += 1;
            record.evidence.wins += worth;
        }
    }
    records
}

/// Wins on self-sourced records within the window, by rep.
pub fn own_wins(state: &State, earn: &Earn, now: Moment) -> BTreeMap<RepNo, u32> {
    let mut wins = BTreeMap::new();
    let Some(gate) = &earn.gate else {
        return wins;
    };
    let own = Asker {
        state,
        condition: &gate.self_sourced,
    };
    let log = state.outcomes();
    let since = log
        .ended()
        .partition_point(|ended| ended.at + gate.window <= now);
    for ended in &log.ended()[since..] {
        let counts = earn.won.iter().any(|reason| reason == log.reason(ended));
        if counts && own.yes(ended.record) {
            *wins.entry(ended.rep).or_default() += 1;
        }
    }
    wins
}

/// How many records a month the pool deals: over the last 90 days, or since its first if that is
/// less, and over 30 days at least.
pub fn supply(state: &State, pool: PoolNo, earn: &Earn, now: Moment) -> Supply {
    let comparable = Asker {
        state,
        condition: &earn.records,
    };
    let log = state.outcomes().dealt();
    let begun = log.iter().find(|dealt| dealt.pool == pool);
    let Some(begun) = begun.map(|dealt| dealt.at) else {
        return Supply::default();
    };
    let span = (now - begun).clamp(MONTH, FLOW);
    let recent = log.partition_point(|dealt| dealt.at + span < now);
    let (mut earned, mut other) = (0, 0);
    for dealt in log[recent..].iter().filter(|dealt| dealt.pool == pool) {
        match comparable.yes(dealt.record) {
            true => earned += 1,
            false => other += 1,
        }
    }
    let monthly = |count: i64| {
        let amount = i128::from(count) * i128::from(ONE.0) * i128::from(MONTH.0);
        Micro(i64::try_from(amount / i128::from(span.0)).unwrap_or(i64::MAX))
    };
    Supply {
        earned: monthly(earned),
        other: monthly(other),
    }
}

/// What an outcome of this age is worth beside a fresh one.
fn faded(age: Span) -> Micro {
    (0..age.0 / MONTH.0).fold(ONE, |worth, _| Micro(worth.0 * FADES / ONE.0))
}
