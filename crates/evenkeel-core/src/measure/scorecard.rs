//! The scorecard: every rep of a pool beside the team, from the lives of its records.
//!
//! Only leads that chance gave to one of several reps compare reps, so only these are counted
//! unless all are asked for; then every figure is one of leads that somebody chose, the evidence is
//! left out, and wins stand against what the team's rates on the same rules give
//! ([`super::standard`]); of records that only files know nobody knows the rule, so they stand
//! against those dealt in the same quarter. Puts together what the other measures work out and adds
//! no statistics of its own.
//!
//! Rates follow the rule of credit. The evidence does not: a lead that was drawn for a rep counts
//! for that draw, whoever won it in the end, or passing leads on would change what chance did.
//! *Source*: guide "science" section 3; seed 001.

use super::close_rate::{self, CloseRates, count_leads};
use super::credit::{self, CreditRule, History, Matter};
use super::e_process::Deal;
use super::fixed_look::FixedLook;
use super::grade::Known;
use super::life::{Fate, Life, Lives, Reading, Way};
use super::maturity::{Lead, Maturity, Outcome};
use super::proportion::Tally;
use super::quarter::{Quarters, quarter};
use super::standard::{Standardized, standardize};
use super::unknown::Unknown;
use super::watch::Watch;
use crate::ids::{PoolNo, RepNo};
use crate::time::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Most reps compared; a pool has no more members than that who are able.
pub const REPS_MAX: usize = 200;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Of records whose first owner got them by a turn of this pool; `None` is every record.
    pub pool: Option<PoolNo>,
    /// Whose an outcome counts as.
    pub rule: CreditRule,
    /// All leads, and not only those drawn among several reps.
    pub all: bool,
    /// Wins count when they come within it; `None` is the time within which 90 % of wins come.
    pub horizon: Option<Span>,
}

/// The reps of a pool beside the team.
#[derive(Clone, Debug)]
pub struct Scorecard {
    /// Whether the leads were drawn, so that they compare reps.
    pub comparable: bool,
    /// Leads counted.
    pub leads: u64,
    /// Leads that somebody was given in all, by chance or not.
    pub given: u64,
    /// Leads counted that only files know.
    pub told: u64,
    /// Leads counted that the rule of credit finds nobody for.
    pub nobody: u64,
    /// What was decided, by the month of the quarter.
    pub quarters: Quarters,
    /// The rates; reps ascending.
    pub rates: CloseRates,
    /// What may be said of each rep, in the order of the rates.
    pub reps: Vec<RepLine>,
    /// The classical tests on the ripe leads, for one look that was fixed beforehand.
    pub look: FixedLook,
    /// What another rule of credit would change.
    pub matter: Vec<Matter>,
}

/// What may be said of one rep.
#[derive(Clone, Debug)]
pub struct RepLine {
    /// The rep.
    pub rep: RepNo,
    /// The evidence; `None` where leads do not compare reps.
    pub known: Option<Known>,
    /// Wins against what the team's rates on the same rules give; `None` when nothing is expected.
    pub standard: Option<Standardized>,
}

/// A lead that is counted.
struct Counted<'a> {
    life: &'a Life,
    lead: Lead,
    history: History,
}

impl Scorecard {
    /// Draws it up.
    ///
    /// *Refuses*: [`Unknown::Nothing`] without a lead that anybody was given; [`Unknown::NotDrawn`]
    /// when none was drawn among several; [`Unknown::TooFew`] with one rep;
    /// [`Unknown::RepOnlyOnWon`]; [`Unknown::NoWins`].
    pub fn of(lives: &Lives, reading: &Reading, asked: &Asked) -> Result<Self, Unknown> {
        let reading = reading.of(lives);
        let within = |life: &&Life| asked.pool.is_none() || life.pool() == asked.pool;
        let given: Vec<&Life> = lives
            .all
            .iter()
            .filter(within)
            .filter(|life| life.fate(&reading).is_some())
            // What a file tells without any owner counts too, or rates of won ones would be given.
            .filter(|life| life.first().is_some() || asked.all && life.is_told())
            .collect();
        if given.is_empty() {
            return Err(Unknown::Nothing);
        }
        let drawn = |life: &&&Life| asked.all || life.random().is_some();
        let counted = given.iter().filter(drawn);
        let counted: Vec<Counted<'_>> = counted
            .map(|life| Counted::of(life, lives, &reading, asked.rule))
            .collect();
        if counted.is_empty() {
            let n = given.len() as f64;
            return Err(Unknown::NotDrawn { n });
        }
        let leads: Vec<Lead> = counted.iter().map(|one| one.lead).collect();
        close_rate::known(&leads)?;
        let maturity = Maturity::of(&leads, asked.horizon)?;
        let places = places(&counted, asked.all);
        if places.len() < 2 {
            return Err(Unknown::TooFew {
                n: places.len() as f64,
                needed: 2.0,
                what: "rep",
            });
        }
        let rates = rates(&leads, &maturity, &places);
        let cells = cells(&counted, &maturity, &places);
        let ripe: Vec<Tally> = cells.iter().map(|rep| rep.iter().copied().sum()).collect();
        let standard = standardize(&cells);
        let watch = (!asked.all).then(|| watch(&counted, &maturity, &places));
        let line = |(place, (rep, standard)): (usize, (&RepNo, Option<Standardized>))| {
            let over = standard.map_or(1.0, |standard| standard.ratio.value);
            RepLine {
                rep: *rep,
                known: watch.as_ref().map(|watch| watch.known(place, &rates, over)),
                standard,
            }
        };
        let histories: Vec<&History> = counted.iter().map(|one| &one.history).collect();
        Ok(Self {
            comparable: !asked.all,
            leads: leads.len() as u64,
            given: given.len() as u64,
            told: counted.iter().filter(|one| one.life.is_told()).count() as u64,
            quarters: quarters(&counted, &reading),
            nobody: leads.iter().filter(|lead| lead.rep.is_none()).count() as u64,
            reps: places.iter().zip(standard).enumerate().map(line).collect(),
            rates,
            look: FixedLook::at(&ripe),
            matter: credit::matter(&histories),
        })
    }

    /// How much the choice of the rule of credit matters, in one sentence.
    pub fn matters(&self, name: &dyn Fn(RepNo) -> String) -> String {
        // A rule that finds nobody for most records says nothing about whose they are.
        let finds = |matter: &&Matter| matter.nobody * 2 < self.leads;
        let most = self.matter.iter().filter(finds);
        let most = most.max_by(|one, other| one.moved.value.total_cmp(&other.moved.value));
        match most.filter(|most| most.moved.value > 0.0) {
            Some(most) => most.sentence(name),
            None => "Whichever rule of credit is taken, every record counts for the same rep."
                .to_owned(),
        }
    }

    /// What is said of the rep at `place`, in words that can be read aloud.
    pub fn sentence(&self, place: usize, name: &str) -> String {
        let (line, rate) = (&self.reps[place], &self.rates.reps[place]);
        match (&line.known, &line.standard) {
            (Some(known), _) => known.sentence(name),
            (None, Some(standard)) => standard.sentence(name),
            (None, None) => format!(
                "{} The leads were not dealt at random, so this is not comparable.",
                rate.sentence(name, self.reps.len())
            ),
        }
    }
}

impl<'a> Counted<'a> {
    fn of(life: &'a Life, lives: &Lives, reading: &[Option<Fate>], rule: CreditRule) -> Self {
        let history = life.history(reading);
        let begun = life.first().map_or(life.came, |deal| deal.at);
        Self {
            lead: Lead {
                rep: history.credit(rule),
                age: Span((lives.known(life) - begun).0.max(0)),
                outcome: life.outcome(reading),
            },
            life,
            history,
        }
    }
}

/// Everybody compared, ascending: who might have drawn one, and who has credit for one.
fn places(counted: &[Counted<'_>], all: bool) -> Vec<RepNo> {
    let mut reps: BTreeSet<RepNo> = BTreeSet::new();
    let drawn = counted.iter().filter_map(|one| one.life.random());
    if !all {
        drawn.for_each(|(_, turn)| reps.extend(turn.drawn.iter()));
    }
    reps.extend(counted.iter().filter_map(|one| one.lead.rep));
    reps.into_iter().take(REPS_MAX).collect()
}

fn rates(leads: &[Lead], maturity: &Maturity, places: &[RepNo]) -> CloseRates {
    let mut counted: BTreeMap<RepNo, close_rate::Counted> = places
        .iter()
        .map(|rep| {
            let none = close_rate::Counted {
                rep: *rep,
                leads: 0,
                mature: 0,
                tally: Tally::default(),
            };
            (*rep, none)
        })
        .collect();
    for one in count_leads(leads, maturity) {
        if let Some(slot) = counted.get_mut(&one.rep) {
            *slot = one;
        }
    }
    let counted: Vec<close_rate::Counted> = counted.into_values().collect();
    CloseRates::of_counted(maturity.horizon, &counted)
}

/// Ripe leads by rep and rule, won and all.
fn cells(counted: &[Counted<'_>], maturity: &Maturity, places: &[RepNo]) -> Vec<Vec<Tally>> {
    let mut rules: BTreeMap<Rule, usize> = BTreeMap::new();
    for one in counted {
        let next = rules.len();
        rules.entry(rule(one.life)).or_insert(next);
    }
    let mut cells = vec![vec![Tally::default(); rules.len()]; places.len()];
    for one in counted
        .iter()
        .filter(|one| one.lead.age >= maturity.horizon)
    {
        let place = one.lead.rep.and_then(|rep| places.binary_search(&rep).ok());
        if let Some(place) = place {
            let cell = &mut cells[place][rules[&rule(one.life)]];
            cell.trials += 1.0;
            cell.wins += f64::from(u8::from(one.lead.won_within(maturity.horizon)));
        }
    }
    cells
}

/// Among which leads a lead's chances are those of the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rule {
    /// Dealt by this rule of this version of the policy, by a turn of this pool.
    Turn(PoolNo, u32, Option<u32>),
    /// Given otherwise.
    Otherwise,
    /// Dealt in this quarter: more no file says.
    Told(Option<(i16, i8)>),
}

fn rule(life: &Life) -> Rule {
    match life.first() {
        Some(deal) => match &deal.way {
            Way::Turn(turn) => Rule::Turn(turn.pool, turn.policy, turn.rule),
            Way::Told => Rule::Told(quarter(deal.at)),
            Way::Named | Way::Hand | Way::Claim => Rule::Otherwise,
        },
        None => Rule::Otherwise,
    }
}

fn quarters(counted: &[Counted<'_>], reading: &[Option<Fate>]) -> Quarters {
    Quarters::of_decided(counted.iter().filter_map(|one| {
        let (first, end) = (one.life.first()?, one.life.end?);
        let won = match one.life.fate(reading)? {
            Fate::Won => true,
            Fate::Lost => false,
            Fate::Open | Fate::Disqualified => return None,
        };
        Some((end.at, Span((end.at - first.at).0.max(0)), won))
    }))
}

/// The evidence: every ripe drawn lead, in the order in which they were dealt.
fn watch(counted: &[Counted<'_>], maturity: &Maturity, places: &[RepNo]) -> Watch {
    let mut ripe: Vec<&Counted<'_>> = counted
        .iter()
        .filter(|one| one.lead.age >= maturity.horizon)
        .collect();
    ripe.sort_by_key(|one| std::cmp::Reverse(one.lead.age));
    let mut watch = Watch::new(places.len());
    let mut chances = vec![0.0; places.len()];
    for one in ripe {
        let Some((deal, turn)) = one.life.random() else {
            continue;
        };
        let place = |rep: &RepNo| places.binary_search(rep).ok();
        chances.fill(0.0);
        for at in turn.drawn.iter().filter_map(place) {
            chances[at] = 1.0 / turn.drawn.len() as f64;
        }
        let won = matches!(one.lead.outcome, Outcome::Won { .. });
        if let Some(picked) = place(&deal.rep) {
            watch.see(Deal {
                chances: &chances,
                picked,
                won: won && one.lead.won_within(maturity.horizon),
            });
        }
    }
    watch
}
