//! Who closes this kind of record more often than the team does: specialists by result.
//!
//! Read from what was dealt and closed, each time a record of such a pool is dealt: no table to
//! keep, none to go stale. It deliberately ranks nobody and is no test: a rep is a specialist for a
//! kind or is not, within the band of a fit pool, so that everybody still gets as many records.

use crate::earn::rate::{self, Evidence};
use crate::holding::outcomes::{Dealt, Ended};
use crate::ids::{FieldNo, PoolNo, RecordNo, RepNo};
use crate::market::columns::Cell;
use crate::market::value::{Attributes, Facts, Value};
use crate::policy::document::{Closes, PoolSpec, Specialist};
use crate::state::State;
use crate::time::Moment;
use crate::units::ONE;
use std::collections::{BTreeMap, BTreeSet};

/// How many turns, and how many closings, are looked back at.
pub const LOOK_BACK: usize = 10_000;

/// The reps who are specialists for `record` by how often they close its kind.
///
/// *Bounds*: the newest [`LOOK_BACK`] turns and closings of the workspace. A missing value is no
/// kind, and nobody is a specialist for it.
/// *Source*: the rate is [`rate::posterior`], drawn towards the team's on the same kind.
pub fn closers(
    state: &State,
    pool: PoolNo,
    spec: &PoolSpec,
    record: &Attributes,
    now: Moment,
) -> BTreeSet<RepNo> {
    let lines = spec.specialists.iter().filter_map(|line| match line {
        Specialist::Closes(closes) => Some(closes),
        Specialist::When { .. } | Specialist::Same { .. } => None,
    });
    let mut all = BTreeSet::new();
    for closes in lines {
        if let Some(kind) = kind(state, closes.field, record) {
            let evidence = Kind {
                state,
                pool,
                closes,
                kind,
                now,
            }
            .evidence();
            all.extend(better(&evidence, closes));
        }
    }
    all
}

/// The stored form of the record's value, if the workspace has seen it before.
fn kind(state: &State, field: FieldNo, record: &Attributes) -> Option<Cell> {
    match record.fact(field)? {
        Value::Flag(flag) => Some(Cell::Flag(*flag)),
        text => {
            let symbol = state.records().columns.lookup(field, text)?;
            Some(Cell::Symbol(symbol))
        }
    }
}

/// Those whose rate is better than the team's by the part the policy asks for.
fn better(evidence: &BTreeMap<RepNo, Evidence>, closes: &Closes) -> Vec<RepNo> {
    let all: Vec<Evidence> = evidence.values().copied().collect();
    let team = rate::team(&all);
    let least = i128::from(team.0) * i128::from(closes.better.0);
    let reaches = |evidence: &Evidence| {
        let mean = rate::posterior(*evidence, team, closes.prior).mean;
        i128::from(mean.0) * i128::from(ONE.0) >= least
    };
    let reps = evidence.iter().filter(|(_, evidence)| reaches(evidence));
    reps.map(|(rep, _)| *rep).collect()
}

/// One kind of record in one pool.
struct Kind<'a> {
    state: &'a State,
    pool: PoolNo,
    closes: &'a Closes,
    kind: Cell,
    now: Moment,
}

impl Kind<'_> {
    /// Ripe turns of this kind by rep, and how many were won in time by whoever they were dealt to.
    fn evidence(&self) -> BTreeMap<RepNo, Evidence> {
        let won = self.won();
        let log = newest(self.state.outcomes().dealt());
        let mut evidence: BTreeMap<RepNo, Evidence> = BTreeMap::new();
        for Dealt {
            record,
            pool,
            rep,
            at,
        } in log
        {
            let ripe = *at + self.closes.matures;
            if *pool != self.pool || ripe > self.now || !self.is_one(*record) {
                continue;
            }
            let one = evidence.entry(*rep).or_default();
            one.leads += ONE;
            let closed = won.get(&(*record, *rep));
            if closed.is_some_and(|won| *won >= *at && *won <= ripe) {
                one.wins += ONE;
            }
        }
        evidence
    }

    /// When records of this kind were won, by record and rep.
    fn won(&self) -> BTreeMap<(RecordNo, RepNo), Moment> {
        let log = self.state.outcomes();
        let counts = |ended: &&Ended| {
            let reason = log.reason(ended);
            self.is_one(ended.record) && self.closes.won.iter().any(|won| won == reason)
        };
        let ended = newest(log.ended()).iter().filter(counts);
        ended
            .map(|ended| ((ended.record, ended.rep), ended.at))
            .collect()
    }

    fn is_one(&self, record: RecordNo) -> bool {
        self.state
            .records()
            .columns
            .cell(self.closes.field, record.index())
            == self.kind
    }
}

fn newest<T>(log: &[T]) -> &[T] {
    &log[log.len().saturating_sub(LOOK_BACK)..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;
    use crate::units::Micro;

    #[test]
    fn few_leads_make_no_specialist_and_many_do() {
        let closes = Closes {
            field: FieldNo(0),
            won: vec!["won".to_owned()],
            matures: Span::days(60),
            prior: 60,
            better: Micro(1_100_000),
        };
        let of = |wins, leads| Evidence {
            leads: Micro::whole(leads),
            wins: Micro::whole(wins),
        };
        let named = |wins: [(i64, i64); 3]| -> Vec<u32> {
            let reps = wins.iter().enumerate();
            let evidence = reps.map(|(rep, (wins, leads))| (RepNo::at(rep), of(*wins, *leads)));
            better(&evidence.collect(), &closes)
                .into_iter()
                .map(|rep| rep.0)
                .collect()
        };
        assert_eq!(named([(2, 3), (0, 3), (0, 3)]), Vec::<u32>::new());
        assert_eq!(named([(30, 60), (12, 60), (12, 60)]), [0]);
        assert_eq!(named([(30, 60), (30, 60), (6, 60)]), [0, 1]);
        assert_eq!(named([(20, 60), (20, 60), (20, 60)]), Vec::<u32>::new());
    }
}
