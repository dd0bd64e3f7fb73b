//! How even results are from period to period: of each rep, of the team, and between reps.
//!
//! Rates of equal periods scatter too; what is told is what is left beyond that
//! ([`super::spread`]). A lead counts in the period in which it came to its first rep. Deliberately
//! describes and compares nobody: who was given which leads is in it, unless only drawn leads are
//! asked for.
//! *Source*: seed 002 (2.21).

use super::calendar::{STRETCHES_MAX, Stretch};
use super::credit::CreditRule;
use super::figure::{count, number};
use super::life::{Life, Lives, Reading};
use super::maturity::{Lead, Maturity};
use super::proportion::Tally;
use super::spread::{Spread, Trend};
use super::unknown::Unknown;
use crate::draw::DrawKey;
use crate::ids::{PoolNo, RepNo};
use crate::time::{Moment, Span};
use std::collections::BTreeMap;

/// What orders of periods are drawn with.
const SEED: u64 = 3;
/// Periods it takes to say how even they are.
pub const PERIODS_MIN: usize = 3;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Months or quarters.
    pub stretch: Stretch,
    /// Only records that came to their first rep by a turn of this pool.
    pub pool: Option<PoolNo>,
    /// Only leads that chance gave to one of several reps.
    pub drawn: bool,
    /// Whose a win is.
    pub rule: CreditRule,
    /// Within how long a win counts; the time within which 90 % of wins come when absent.
    pub horizon: Option<Span>,
}

/// One period.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodLine {
    /// Its number.
    pub number: i32,
    /// The wins of all.
    pub all: Tally,
    /// How far apart reps are in it.
    pub between: Result<Spread, Unknown>,
}

/// One rep over the periods.
#[derive(Clone, Debug, PartialEq)]
pub struct RepLine {
    /// The rep.
    pub rep: RepNo,
    /// The wins by period, in the order of [`Steadiness::periods`].
    pub periods: Vec<Tally>,
    /// How far apart the periods are.
    pub within: Result<Spread, Unknown>,
}

/// All of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Steadiness {
    /// Periods that count, in order: whole, not between files and journal, and every lead past the
    /// horizon.
    pub periods: Vec<PeriodLine>,
    /// By number of the rep.
    pub reps: Vec<RepLine>,
    /// How far apart the team's periods are.
    pub team: Result<Spread, Unknown>,
    /// Whether reps grow apart.
    pub trend: Result<Trend, Unknown>,
    /// Wins count within it.
    pub horizon: Span,
    /// Leads counted.
    pub leads: u64,
}

impl Steadiness {
    /// Looks at a history.
    ///
    /// *Bounds*: the last hundred years.
    /// *Refuses*: [`Unknown::Nothing`] without leads; [`Unknown::NotDrawn`] when only drawn ones
    /// are asked for and there are none; [`Unknown::NoWins`]; [`Unknown::TooFew`] when no period is
    /// over for so long that its wins are known.
    pub fn of(lives: &Lives, reading: &Reading, asked: &Asked) -> Result<Self, Unknown> {
        let codes = reading.of(lives);
        let given = lives.all.iter().filter(|life| {
            life.first().is_some()
                && life.fate(&codes).is_some()
                && (asked.pool.is_none() || life.pool() == asked.pool)
        });
        let given: Vec<&Life> = given.collect();
        let firsts = given.iter().filter_map(|life| life.first());
        let begin = firsts.map(|deal| deal.at).min().ok_or(Unknown::Nothing)?;
        let counted = given
            .iter()
            .filter(|life| !asked.drawn || life.random().is_some());
        let counted: Vec<&Life> = counted.copied().collect();
        if counted.is_empty() {
            let n = given.len() as f64;
            return Err(Unknown::NotDrawn { n });
        }
        let lead = |life: &&Life| Lead {
            rep: life.history(&codes).credit(asked.rule),
            age: age(lives, life),
            outcome: life.outcome(&codes),
        };
        let leads: Vec<Lead> = counted.iter().map(lead).collect();
        let horizon = Maturity::of(&leads, asked.horizon)?.horizon;
        Self::counted((lives, asked.stretch), (&counted, &leads), (begin, horizon))
    }

    /// Counts these leads of a history that begins then.
    fn counted(
        (lives, stretch): (&Lives, Stretch),
        (counted, leads): (&[&Life], &[Lead]),
        (begin, horizon): (Moment, Span),
    ) -> Result<Self, Unknown> {
        let first = stretch.first_whole(begin);
        let last = stretch.of(lives.until - horizon) - 1;
        let first = first.max(last - STRETCHES_MAX);
        let periods = usize::try_from(last - first + 1).unwrap_or(0);
        let mut reps: BTreeMap<RepNo, Vec<Tally>> = BTreeMap::new();
        let mut all = vec![Tally::default(); periods];
        let mut young = vec![false; periods];
        for (life, lead) in counted.iter().zip(leads) {
            let at = life.first().map(|deal| stretch.of(deal.at) - first);
            let at = at.and_then(|at| usize::try_from(at).ok());
            let Some(at) = at.filter(|at| *at < periods) else {
                continue;
            };
            young[at] |= lead.age < horizon;
            let Some(rep) = lead.rep else {
                continue;
            };
            let one = Tally::of(f64::from(u8::from(lead.won_within(horizon))), 1.0);
            let rep = reps
                .entry(rep)
                .or_insert_with(|| vec![Tally::default(); periods]);
            rep[at] = rep[at] + one;
            all[at] = all[at] + one;
        }
        let at_number = |at: usize| first + i32::try_from(at).unwrap_or(0);
        // What the files tell last is not old enough either.
        let gap = lives.gap().map(|(from, to)| (from - horizon, to));
        let had_any = |at: usize| all[at].trials > 0.0;
        let told = |at: usize| had_any(at) || !stretch.meets(at_number(at), gap);
        let kept = (0..periods).filter(|at| !young[*at] && told(*at));
        let kept: Vec<usize> = kept.collect();
        if !kept.iter().any(|at| had_any(*at)) {
            return Err(Unknown::TooFew {
                n: 0.0,
                needed: 1.0,
                what: "whole ripe period",
            });
        }
        let number = |at: &usize| (at_number(*at), all[*at]);
        let only = |rep: Vec<Tally>| kept.iter().map(|at| rep[*at]).collect::<Vec<Tally>>();
        let had = |rep: &Vec<Tally>| rep.iter().any(|tally| tally.trials > 0.0);
        let reps = reps.into_iter().map(|(rep, all)| (rep, only(all)));
        let reps = reps.filter(|(_, rep)| had(rep)).collect();
        Ok(Self::out_of(
            kept.iter().map(number).collect(),
            reps,
            horizon,
        ))
    }

    fn out_of(all: Vec<(i32, Tally)>, reps: BTreeMap<RepNo, Vec<Tally>>, horizon: Span) -> Self {
        let at = |at: usize| reps.values().map(|rep| rep[at]).collect::<Vec<Tally>>();
        let line = |(at_number, (number, tally)): (usize, &(i32, Tally))| PeriodLine {
            number: *number,
            all: *tally,
            between: Spread::of(&at(at_number)),
        };
        let periods = all.iter().enumerate().map(line);
        let periods: Vec<PeriodLine> = periods.collect();
        // Only what can be told at all makes a trend.
        let known = periods.iter().enumerate();
        let known = known.filter(|(_, line)| line.between.is_ok());
        let known: Vec<Vec<Tally>> = known.map(|(number, _)| at(number)).collect();
        let line = |(rep, periods): (&RepNo, &Vec<Tally>)| RepLine {
            rep: *rep,
            within: within(periods),
            periods: periods.clone(),
        };
        Self {
            reps: reps.iter().map(line).collect(),
            team: within(&all.iter().map(|(_, tally)| *tally).collect::<Vec<Tally>>()),
            trend: Trend::of(&known, &DrawKey::from_seed(SEED)),
            periods,
            horizon,
            leads: reps
                .values()
                .flatten()
                .map(|tally| tally.trials as u64)
                .sum(),
        }
    }
}

/// How long a lead is known.
fn age(lives: &Lives, life: &Life) -> Span {
    let first = life.first();
    Span(first.map_or(0, |deal| (lives.known(life) - deal.at).0))
}

/// How far apart the periods of one are.
fn within(periods: &[Tally]) -> Result<Spread, Unknown> {
    let n = periods.iter().filter(|one| one.trials > 0.0).count();
    if n < PERIODS_MIN {
        return Err(Unknown::TooFew {
            n: n as f64,
            needed: PERIODS_MIN as f64,
            what: "period",
        });
    }
    Spread::of(periods)
}

/// How even somebody's periods are, in words.
pub fn sentence(name: &str, stretch: Stretch, within: &Result<Spread, Unknown>) -> String {
    let spread = match within {
        Ok(spread) => spread,
        Err(unknown) => return format!("{name}: {}", unknown.sentence()),
    };
    let points = |share: f64| number(share * 100.0);
    let between = spread.between;
    let swing = match between.interval.low > 0.001 {
        true => format!("swings by {} points from", points(between.value)),
        false => format!(
            "is not known to swing beyond what chance does ({} points) from",
            points(between.value)
        ),
    };
    format!(
        "{name}: the close rate {swing} {word} to {word} (between {} and {}; {}, {}).",
        points(between.interval.low),
        points(between.interval.high),
        count(spread.reps as f64, stretch.word()),
        count(between.n, "lead"),
        word = stretch.word()
    )
}
