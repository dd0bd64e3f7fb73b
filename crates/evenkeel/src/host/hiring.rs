//! What a workspace knows for the question of one rep more: the team's close rates and flow, a
//! newcomer with the fields of somebody, and the leads that stand for those to come.
//!
//! Only gathered here; the sums are the core's ([`evenkeel_core::measure`]).

use evenkeel_core::earn::rate::{Evidence, Rate, posterior, team};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::{FieldNo, RecordNo, RepNo};
use evenkeel_core::market::schema::FieldType;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::Micro;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many of the newest records stand for the leads to come.
const NEWEST: usize = 1_000;
/// Leads at the team's rate with which every rep begins.
const PRIOR: u32 = 60;
/// The same as turns: what stands behind a rate of which nothing else is known.
pub const PRIOR_TURNS: u64 = PRIOR as u64;

/// One rep of the team.
#[derive(Clone, Debug)]
pub struct Member {
    /// Key of the rep.
    pub key: String,
    /// Turns old enough for an outcome, and how many of them were won.
    pub ripe: (u64, u64),
    /// The close rate, drawn towards the team's.
    pub rate: Rate,
    /// Turns in the last 30 days.
    pub month: u64,
}

/// The team as its outcomes tell: everybody who has not left and was ever dealt a turn.
pub fn members(state: &State, now: Moment, (matures, won): (Span, &str)) -> Vec<Member> {
    let log = state.outcomes();
    let wins = log.ended().iter().filter(|ended| log.reason(ended) == won);
    let wins: BTreeMap<_, Moment> = wins
        .map(|ended| ((ended.record, ended.rep), ended.at))
        .collect();
    let mut counts: BTreeMap<RepNo, [u64; 3]> = BTreeMap::new();
    for dealt in log.dealt() {
        let count = counts.entry(dealt.rep).or_default();
        count[2] += u64::from(dealt.at > now - Span::days(30));
        let ripe = dealt.at + matures;
        if ripe > now {
            continue;
        }
        count[0] += 1;
        let closed = wins.get(&(dealt.record, dealt.rep));
        let in_time = closed.is_some_and(|at| *at >= dealt.at && *at <= ripe);
        count[1] += u64::from(in_time);
    }
    let here = |rep: &RepNo| state.roster().rep(*rep).profile.status != Status::Left;
    counts.retain(|rep, _| here(rep));
    let whole = |count: u64| Micro::whole(i64::try_from(count).unwrap_or(i64::MAX / 2_000_000));
    let evidence = |[leads, wins, _]: &[u64; 3]| Evidence {
        leads: whole(*leads),
        wins: whole(*wins),
    };
    let all: Vec<Evidence> = counts.values().map(evidence).collect();
    let mean = team(&all);
    let member = |(rep, count): (&RepNo, &[u64; 3])| Member {
        key: state.roster().rep(*rep).key.clone(),
        ripe: (count[0], count[1]),
        rate: posterior(evidence(count), mean, PRIOR),
        month: count[2],
    };
    counts.iter().map(member).collect()
}

/// How long an outcome takes: 60 days, or two weeks where no turn is that old yet.
pub fn matures(state: &State, now: Moment) -> Span {
    let oldest = state.outcomes().dealt().first().map(|dealt| dealt.at);
    match oldest.is_some_and(|at| at + Span::days(60) <= now) {
        true => Span::days(60),
        false => Span::days(14),
    }
}

/// Somebody with the fields of `like`, active, who begins now; `None` when there is no such rep.
pub fn newcomer(state: &State, like: &str, now: Moment) -> Option<Profile> {
    let rep = state.roster().find(like)?;
    let mut profile = state.roster().rep(rep).profile.clone();
    profile.status = Status::Active;
    profile.leaves.clear();
    profile.private = None;
    profile.closing_since = Some(now);
    let document = state.policy().map(|policy| policy.document());
    let capacity = document.and_then(|document| document.capacity.as_ref());
    if let Some(field) = capacity.and_then(|capacity| capacity.ramp_since) {
        profile.attributes.set(field, Value::Time(now));
    }
    Some(profile)
}

/// The newest records, as the leads to come.
pub fn leads(state: &State) -> Vec<Arc<Attributes>> {
    let count = state.records().len();
    let columns = &state.records().columns;
    let newest = count.saturating_sub(NEWEST)..count;
    newest.map(|row| columns.attributes(row).into()).collect()
}

/// Reason codes that records of books were closed with, most telling first: `won` before others.
pub fn reasons(state: &State) -> Vec<String> {
    let log = state.outcomes();
    let all: BTreeSet<&str> = log.ended().iter().map(|ended| log.reason(ended)).collect();
    let mut all: Vec<String> = all.into_iter().map(str::to_owned).collect();
    all.sort_by_key(|reason| reason != "won");
    all
}

/// What a deal is worth: the first number field whose name says so, else the value of plans.
pub fn value_field(state: &State) -> Option<FieldNo> {
    let schema = state.record_schema();
    let number = |name: &&str| {
        let field = schema.find(name)?;
        let known = schema.field(field)?;
        (known.kind == FieldType::Number && !known.private).then_some(field)
    };
    let named = ["deal", "amount", "acv", "arr", "value"];
    let planned = || {
        state
            .policy()
            .and_then(|policy| policy.document().plan.value)
    };
    named.iter().find_map(number).or_else(planned)
}

/// The market as far as the workspace knows it: records that are not closed.
pub fn market(state: &State) -> u64 {
    let all = (0..state.records().len()).map(RecordNo::at);
    all.filter(|record| state.place(*record) != Place::Closed)
        .count() as u64
}
