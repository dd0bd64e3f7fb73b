//! Who has earned what in a pool, as things stand: the proposal a manager looks at and grants.
//!
//! A pure reading of the state. Deliberately grants nothing, and compares nobody with anybody: the
//! tier is what may be told to a team.

use crate::choose::Weigher;
use crate::earn::evidence::{self, Record, Supply};
use crate::earn::fill::{self, Limits, Vessel, times};
use crate::earn::rate::{self, Evidence, Rate};
use crate::earn::regime::Regime;
use crate::ids::{PoolNo, RepNo};
use crate::market::value::{Facts, Value};
use crate::people::grants::Grant;
use crate::policy::document::PoolSpec;
use crate::policy::document::earn::{Earn, EarnCapacity};
use crate::state::State;
use crate::time::Moment;
use crate::units::{Micro, ONE};

/// Ripe leads that it takes before a close rate moves a rep's share.
pub const START: Micro = Micro::whole(10);
/// Leads a month a rep works well, where nobody's is known: between 40 and 50 (seed of the model).
const USUAL: Micro = Micro::whole(45);

/// What may be told of a rep to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Has not passed the gate: no earned records yet.
    Hunting,
    /// Passed it, and too little is known yet: the floor.
    Starting,
    /// Earns less than a rateable share.
    Base,
    /// Earns a rateable share or more.
    Raised,
}

impl Tier {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hunting => "hunting",
            Self::Starting => "starting",
            Self::Base => "base",
            Self::Raised => "raised",
        }
    }

    /// The tier that this multiplier of a grant amounts to.
    fn earning(multiplier: Micro) -> Self {
        if multiplier >= ONE {
            Self::Raised
        } else {
            Self::Base
        }
    }
}

/// One member of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The rep.
    pub rep: RepNo,
    /// What the proposal makes of the rep.
    pub tier: Tier,
    /// Own wins within the gate's window.
    pub wins: u32,
    /// Ripe outcomes on comparable records.
    pub record: Record,
    /// Close rate on them, drawn towards the team's.
    pub rate: Rate,
    /// Records a month the rep works well.
    pub capacity: Micro,
    /// Part of the earned records when dealt rateably to everybody.
    pub rateable: Micro,
    /// Part of them by the grant in force.
    pub now: Micro,
    /// Part of them by the proposal.
    pub earned: Micro,
    /// What the rep's weight would be multiplied with; `None` keeps the rep out.
    pub multiplier: Option<Micro>,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The pool.
    pub pool: PoolNo,
    /// As of when.
    pub at: Moment,
    /// Own wins the gate asks for; `None` without a gate.
    pub needed: Option<u32>,
    /// Records a month.
    pub supply: Supply,
    /// Records a month that all members together work well.
    pub capacity: Micro,
    /// Records over capacity.
    pub load: Micro,
    /// The team's close rate on comparable records.
    pub team: Micro,
    /// What the proposal would bring in wins against dealing rateably, by the model: 0.1 is 10 %
    /// more.
    pub gain: Micro,
    /// What shares in proportion to raw close rates would.
    pub raw: Micro,
    /// Members, ascending by rep.
    pub lines: Vec<Line>,
    /// What a member who joins later is multiplied with; `None` keeps the rep out.
    pub others: Option<Micro>,
}

impl Proposal {
    /// What the flow is to the team.
    pub fn regime(&self) -> Regime {
        Regime::at(self.load)
    }

    /// Ripe outcomes that all of it rests on.
    pub fn ripe(&self) -> u64 {
        let leads = self.lines.iter().map(|line| line.record.leads);
        leads.map(u64::from).sum()
    }

    /// What to do, in a sentence. Before anything is ripe nobody can have earned anything.
    pub fn advice(&self) -> &'static str {
        match self.ripe() {
            0 => "No outcome is ripe yet: deal rateably until some are.",
            _ => self.regime().advice(),
        }
    }

    /// Whether somebody has earned anything.
    pub fn earned(&self) -> bool {
        self.lines.iter().any(|line| line.multiplier.is_some())
    }

    /// The shares as they would be granted: ascending by rep.
    pub fn shares(&self) -> Vec<(RepNo, Micro)> {
        let share = |line: &Line| Some((line.rep, line.multiplier?));
        self.lines.iter().filter_map(share).collect()
    }
}

/// How the pool's records are earned, by the policy in force.
pub fn terms(state: &State, pool: PoolNo) -> Option<(&PoolSpec, &Earn)> {
    let name = &state.pool(pool).name;
    let mut pools = state.policy()?.document().pools.iter();
    let spec = pools.find(|spec| spec.name == *name)?;
    Some((spec, spec.earn.as_ref()?))
}

/// Who has earned what at `now`; `None` in a pool whose records are not earned.
///
/// *Order and ties*: lines ascending by rep; ties of the filling as [`fill::fill`].
pub fn of(state: &State, pool: PoolNo, now: Moment) -> Option<Proposal> {
    let (spec, earn) = terms(state, pool)?;
    let supply = evidence::supply(state, pool, earn, now);
    let team = members(state, pool, spec, earn, now);
    let all: Vec<Evidence> = team.iter().map(|one| one.record.evidence).collect();
    let rate = rate::team(&all);
    let capacity: Micro = team.iter().map(|one| one.capacity).sum();
    let weights: u64 = team.iter().map(|one| u64::from(one.weight)).sum();
    let passed = team.iter().filter(|one| one.passed);
    let earning: u64 = passed.map(|one| u64::from(one.weight)).sum();
    let vessel = |one: &Member| Vessel {
        rate: rate::posterior(one.record.evidence, rate, earn.prior).mean,
        capacity: (one.capacity - times(supply.other, part(one.weight, weights))).max(Micro(0)),
        plain: part(if one.passed { one.weight } else { 0 }, earning),
        floor_only: one.record.evidence.leads < START,
    };
    let vessels: Vec<Vessel> = team.iter().map(vessel).collect();
    let limits = Limits {
        floor: earn.floor,
        most: earn.most,
    };
    let shared = fill::fill(supply.earned, &vessels, limits);
    let rateably: Vec<Micro> = team.iter().map(|one| part(one.weight, weights)).collect();
    let in_force = state.pool(pool).grants.in_force(now);
    let present = present(&team, in_force);
    let lines = team.iter().enumerate().map(|(at, one)| {
        let multiplier = multiplier(one, &vessels[at], (shared[at], supply.earned), limits);
        Line {
            rep: one.rep,
            tier: tier(one, &vessels[at], multiplier),
            wins: one.wins,
            record: one.record,
            rate: rate::posterior(one.record.evidence, rate, earn.prior),
            capacity: one.capacity,
            rateable: rateably[at],
            now: present[at],
            earned: multiplier.map_or(Micro(0), |times_plain| {
                times(vessels[at].plain, times_plain)
            }),
            multiplier,
        }
    });
    Some(Proposal {
        pool,
        at: now,
        needed: earn.gate.as_ref().map(|gate| gate.wins),
        lines: lines.collect(),
        supply,
        capacity,
        load: quotient(supply.earned + supply.other, capacity),
        team: rate,
        gain: better(&vessels, &shared, &shares_of(supply.earned, &rateably)),
        raw: better(
            &vessels,
            &shares_of(supply.earned, &raw(&team)),
            &shares_of(supply.earned, &rateably),
        ),
        others: earn.gate.is_none().then_some(earn.floor),
    })
}

/// How far one rep is on the way through the gate: own wins, and how many it takes.
pub fn progress(state: &State, pool: PoolNo, rep: RepNo, now: Moment) -> Option<(u32, u32)> {
    let (_, earn) = terms(state, pool)?;
    let gate = earn.gate.as_ref()?;
    let wins = evidence::own_wins(state, earn, now);
    Some((wins.get(&rep).copied().unwrap_or(0), gate.wins))
}

/// What may be told of a rep by the grant in force; `None` while everything is dealt rateably.
pub fn tier_now(state: &State, pool: PoolNo, rep: RepNo, now: Moment) -> Option<Tier> {
    terms(state, pool)?;
    let grant = state.pool(pool).grants.in_force(now)?;
    grant.earned().then(|| match grant.multiplier(rep) {
        None => Tier::Hunting,
        Some(multiplier) => Tier::earning(multiplier),
    })
}

/// A member with what is counted of it.
struct Member {
    rep: RepNo,
    weight: u32,
    capacity: Micro,
    record: Record,
    wins: u32,
    passed: bool,
}

fn members(state: &State, pool: PoolNo, spec: &PoolSpec, earn: &Earn, now: Moment) -> Vec<Member> {
    let records = evidence::outcomes(state, pool, earn, now);
    let wins = evidence::own_wins(state, earn, now);
    let weigh = Weigher::new(state, spec);
    let entries = state.pool(pool).ledger.members();
    let known: Vec<Option<Micro>> = entries
        .iter()
        .map(|entry| capacity(state, earn, entry.rep))
        .collect();
    let count = known.iter().flatten().count() as i64;
    let sum: Micro = known.iter().flatten().copied().sum();
    let usual = if count > 0 {
        Micro(sum.0 / count)
    } else {
        USUAL
    };
    let member = |(entry, known): (&crate::rotation::ledger::Entry, &Option<Micro>)| {
        let rep = state.roster().rep(entry.rep);
        let wins = wins.get(&entry.rep).copied().unwrap_or(0);
        Member {
            rep: entry.rep,
            weight: weigh.weight(&rep.key, &rep.profile),
            capacity: known.unwrap_or(usual),
            record: records.get(&entry.rep).copied().unwrap_or_default(),
            wins,
            passed: earn.gate.as_ref().is_none_or(|gate| wins >= gate.wins),
        }
    };
    entries.iter().zip(&known).map(member).collect()
}

fn capacity(state: &State, earn: &Earn, rep: RepNo) -> Option<Micro> {
    match earn.capacity {
        EarnCapacity::Each(each) => Some(each),
        EarnCapacity::Field(field) => {
            match state.roster().rep(rep).profile.attributes.fact(field) {
                Some(Value::Number(number)) => Some((*number).max(Micro(0))),
                _ => None,
            }
        }
    }
}

/// What a rep's weight is multiplied with so that it comes to the share filled in.
fn multiplier(
    one: &Member,
    vessel: &Vessel,
    (has, supply): (Micro, Micro),
    limits: Limits,
) -> Option<Micro> {
    let rateable = times(supply, vessel.plain);
    match (one.passed, rateable) {
        (false, _) => None,
        (true, Micro(..=0)) => Some(ONE),
        (true, rateable) => Some(quotient(has, rateable).max(limits.floor).max(Micro(1))),
    }
}

fn tier(one: &Member, vessel: &Vessel, multiplier: Option<Micro>) -> Tier {
    match multiplier {
        None => Tier::Hunting,
        Some(_) if one.passed && vessel.floor_only => Tier::Starting,
        Some(multiplier) => Tier::earning(multiplier),
    }
}

/// Parts of the earned records by the grant in force.
fn present(team: &[Member], grant: Option<&Grant>) -> Vec<Micro> {
    let weight = |one: &Member| {
        let multiplier = grant.filter(|grant| grant.earned());
        let multiplier = multiplier.map_or(Some(ONE), |grant| grant.multiplier(one.rep));
        u64::from(one.weight) * multiplier.map_or(0, |by| by.0.max(0).unsigned_abs())
    };
    let weights: Vec<u64> = team.iter().map(weight).collect();
    normal(&weights)
}

/// Parts in proportion to raw close rates: the usual mistake, shown beside.
fn raw(team: &[Member]) -> Vec<Micro> {
    let rate = |one: &Member| {
        let (wins, leads) = (one.record.evidence.wins, one.record.evidence.leads);
        quotient(wins, leads).0.max(0).unsigned_abs()
    };
    normal(&team.iter().map(rate).collect::<Vec<u64>>())
}

/// Parts of one in proportion; all alike when every weight is zero.
fn normal(weights: &[u64]) -> Vec<Micro> {
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    let part = |weight: &u64| match total {
        0 => Micro(ONE.0 / weights.len().max(1) as i64),
        total => Micro((u128::from(*weight) * 1_000_000 / total) as i64),
    };
    weights.iter().map(part).collect()
}

fn shares_of(supply: Micro, parts: &[Micro]) -> Vec<Micro> {
    parts.iter().map(|part| times(supply, *part)).collect()
}

/// How much more one sharing wins than another, relative to the other.
fn better(vessels: &[Vessel], one: &[Micro], other: &[Micro]) -> Micro {
    let (one, other) = (fill::wins(vessels, one), fill::wins(vessels, other));
    quotient(one - other, other)
}

fn part(weight: u32, total: u64) -> Micro {
    match total {
        0 => Micro(0),
        total => Micro((u64::from(weight) * 1_000_000 / total) as i64),
    }
}

/// One amount over another; 0 over nothing.
fn quotient(amount: Micro, over: Micro) -> Micro {
    match i128::from(over.0) {
        ..=0 => Micro(0),
        over => {
            let quotient = i128::from(amount.0) * i128::from(ONE.0) / over;
            Micro(i64::try_from(quotient).unwrap_or(i64::MAX))
        }
    }
}
