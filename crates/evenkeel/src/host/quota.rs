//! How each rep stands to quota, as far as the workspace tells: the fields that hold quota and what
//! is booked, the wins since the quarter began, and the history that the chance rests on.
//!
//! Only gathered here; the sums are the core's ([`evenkeel_core::measure::attainment`]).

use crate::host::hiring;
use evenkeel_core::ids::{FieldNo, RepNo};
use evenkeel_core::market::schema::{FieldType, Schema};
use evenkeel_core::market::value::{Facts, Value};
use evenkeel_core::measure::attainment::{Attainment, Goal, Lack, attainment, deals};
use evenkeel_core::measure::history::History;
use evenkeel_core::measure::sizing::Deals;
use evenkeel_core::policy::document::Share;
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::Micro;
use std::collections::BTreeMap;

/// The rep field that is the quota where no pool shares by it.
pub const QUOTA: &str = "quota";
/// The rep field that is booked so far, where no pool shares by it.
pub const BOOKED: &str = "booked";
/// The reason code of a win.
const WON: &str = "won";

/// What is known of quotas.
#[derive(Clone, Debug)]
pub struct Quotas {
    quota: FieldNo,
    booked: Option<FieldNo>,
    /// Wins of each rep since the quarter began: how many, and what they were worth.
    wins: BTreeMap<RepNo, (u64, Micro)>,
    /// What the chance rests on.
    pub history: History,
    /// How old a turn must be to count in it.
    pub matures: Span,
    /// The record field that tells what a deal is worth, by name.
    pub worth: Option<String>,
    /// Since when wins count as booked.
    pub since: Moment,
}

/// Where what is booked comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booked {
    /// A field of the rep.
    Field,
    /// So many records that the rep won since the quarter began.
    Wins(u64),
}

impl Quotas {
    /// Of a workspace whose reps have a quota: the fields a pool shares by, else the number field
    /// `quota` and, if there is one, `booked`. `None` without.
    pub fn of(state: &State, now: Moment) -> Option<Self> {
        let (quota, booked) = fields(state)?;
        let matures = hiring::matures(state, now);
        let field = hiring::value_field(state);
        let since = quarter(now);
        let mut wins: BTreeMap<RepNo, (u64, Micro)> = BTreeMap::new();
        let log = state.outcomes();
        let ended = log.ended();
        let late = &ended[ended.partition_point(|ended| ended.at < since)..];
        for ended in late.iter().filter(|ended| log.reason(ended) == WON) {
            let columns = &state.records().columns;
            let worth = field.and_then(|field| columns.value(field, ended.record.index()));
            let tally = wins.entry(ended.rep).or_default();
            if let Some(Value::Number(worth)) = worth {
                tally.0 += 1;
                tally.1 = Micro(tally.1.0.saturating_add(worth.0));
            }
        }
        let name = |field| Some(state.record_schema().field(field)?.name.clone());
        Some(Self {
            quota,
            booked,
            wins,
            history: History::of(state, now, (matures, &[WON.to_owned()]), field),
            matures,
            worth: field.and_then(name),
            since,
        })
    }

    /// What accounts bring by the own history. *Refuses* what has too little of it.
    pub fn deals(&self) -> Result<Deals, Lack> {
        deals(&self.history)
    }

    /// How one rep stands, and where what is booked comes from; `None` without a quota.
    pub fn rep(&self, state: &State, rep: RepNo) -> Option<(Attainment, Booked)> {
        let entry = state.roster().rep(rep);
        let number = |field: FieldNo| match entry.profile.attributes.fact(field) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let quota = number(self.quota)?;
        let (count, won) = self.wins.get(&rep).copied().unwrap_or_default();
        let (booked, from) = match self.booked.and_then(number) {
            Some(booked) => (booked, Booked::Field),
            None => (won, Booked::Wins(count)),
        };
        let whole = |amount: Micro| amount.0 as f64 / 1e6;
        let goal = Goal {
            quota: whole(quota),
            booked: whole(booked),
        };
        let open = entry.book.len() as u64;
        Some((attainment(goal, open, &self.history), from))
    }
}

fn fields(state: &State) -> Option<(FieldNo, Option<FieldNo>)> {
    let document = state.policy()?.document();
    let shares = document.pools.iter().flat_map(|pool| &pool.shares);
    let shared = shares.into_iter().find_map(|share| match share {
        Share::Quota { quota, booked } => Some((*quota, Some(*booked))),
        _ => None,
    });
    let schema = state.rep_schema();
    let named = || Some((number(schema, QUOTA)?, number(schema, BOOKED)));
    shared.or_else(named)
}

fn number(schema: &Schema, name: &str) -> Option<FieldNo> {
    let field = schema.find(name)?;
    let known = schema.field(field)?;
    (known.kind == FieldType::Number && !known.private).then_some(field)
}

/// The beginning of the calendar quarter in UTC.
fn quarter(now: Moment) -> Moment {
    let begin = || {
        let date = jiff::Timestamp::from_millisecond(now.0)
            .ok()?
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date();
        let month = (date.month() - 1) / 3 * 3 + 1;
        let first = jiff::civil::Date::new(date.year(), month, 1).ok()?;
        let first = first.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Moment(first.timestamp().as_millisecond()))
    };
    begin().unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_begins_with_its_first_month() {
        // 4 March 2026, 12:00 UTC.
        let begins = quarter(Moment(1_772_625_600_000));
        assert_eq!(begins.to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(quarter(begins), begins);
    }
}
