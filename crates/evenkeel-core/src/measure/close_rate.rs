//! Close rates of a team: what each rep won of what was dealt, and what may be said of it.
//!
//! - Every lead dealt is a trial, voided ones too, and a young one is a part of a trial
//!   ([`crate::measure::maturity`]). Open or lost makes no difference.
//! - Each rate is shown with its interval and, drawn towards the team's
//!   ([`crate::measure::team`]), with the chance of being the lowest and the highest.
//! - Leads per win, and how many wins the rest of the team would have made more of the same leads.
//!
//! Deliberately says of nobody that they are worse: that takes [`crate::measure::grade`].
//! *Source*: guide "science" section 3; seed 001.

use super::figure::{Figure, Interval, count, number, percent};
use super::maturity::{Lead, Maturity, Outcome};
use super::proportion::{LeadsPerWin, Tally};
use super::team::{Posterior, Standing};
use super::unknown::Unknown;
use crate::ids::RepNo;
use crate::time::Span;
use std::collections::BTreeMap;

/// A rep may be known on so much more of the won leads than of the others.
const KNOWN_GAP: f64 = 0.1;

/// What is counted of one rep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// The rep.
    pub rep: RepNo,
    /// Leads dealt, however young.
    pub leads: u64,
    /// Those at least as old as the horizon.
    pub mature: u64,
    /// Wins within the horizon, of so many whole trials.
    pub tally: Tally,
}

/// One rep's close rate.
#[derive(Clone, Debug, PartialEq)]
pub struct RepRate {
    /// What it stands on.
    pub counted: Counted,
    /// The rep's own rate.
    pub own: Figure,
    /// The rate drawn towards the team's, with the chances of being lowest and highest.
    pub standing: Standing,
    /// How many leads a win took.
    pub leads_per_win: LeadsPerWin,
    /// Wins the rest of the team would have made more of these leads; negative when fewer.
    pub wasted: Figure,
}

/// The close rates of a team.
#[derive(Clone, Debug)]
pub struct CloseRates {
    /// Wins count when they come within it.
    pub horizon: Span,
    /// The rate of the team.
    pub team: Figure,
    /// Every rep, ascending.
    pub reps: Vec<RepRate>,
    /// For further questions.
    pub posterior: Posterior,
}

impl CloseRates {
    /// Counts leads and works the rates out.
    ///
    /// *Bounds*: leads without a rep are in nobody's rate.
    /// *Refuses*: [`Unknown::Nothing`], [`Unknown::RepOnlyOnWon`], [`Unknown::NoWins`].
    pub fn of(leads: &[Lead], horizon: Option<Span>) -> Result<Self, Unknown> {
        known(leads)?;
        let maturity = Maturity::of(leads, horizon)?;
        let counted = count_leads(leads, &maturity);
        if counted.is_empty() {
            return Err(Unknown::Nothing);
        }
        Ok(Self::of_counted(maturity.horizon, &counted))
    }

    /// Works the rates out from what was counted.
    pub fn of_counted(horizon: Span, counted: &[Counted]) -> Self {
        let tallies: Vec<Tally> = counted.iter().map(|one| one.tally).collect();
        let posterior = Posterior::of(&tallies);
        let all: Tally = tallies.iter().copied().sum();
        let rate = |(counted, standing): (&Counted, Standing)| {
            let own = counted.tally;
            let rest = Tally::of(all.wins - own.wins, all.trials - own.trials);
            let more = rest.above(&own);
            RepRate {
                counted: *counted,
                own: own.figure(),
                standing,
                leads_per_win: LeadsPerWin::of(own),
                wasted: Figure {
                    value: more.value * own.trials,
                    interval: Interval {
                        low: more.interval.low * own.trials,
                        high: more.interval.high * own.trials,
                    },
                    n: own.trials,
                },
            }
        };
        Self {
            horizon,
            team: posterior.team(),
            reps: counted
                .iter()
                .zip(posterior.standings())
                .map(rate)
                .collect(),
            posterior,
        }
    }

    /// In words.
    pub fn sentence(&self) -> String {
        format!(
            "The team wins {} of its leads within {}, from {}.",
            self.team.as_percent(),
            self.horizon,
            count(self.team.n, "lead")
        )
    }
}

impl RepRate {
    /// In words. `reps` is how many are compared.
    pub fn sentence(&self, name: &str, reps: usize) -> String {
        let Counted {
            leads,
            mature,
            tally,
            ..
        } = self.counted;
        let young = match mature < leads {
            true => format!("; {} of {leads} are old enough to count in full", mature),
            false => String::new(),
        };
        format!(
            "{name} won {} of {}: {}{young}. Drawn towards the team's, that is {}; the chance that \
             it is the lowest of {reps} is {}. That is {}.",
            number(tally.wins),
            count(tally.trials, "lead"),
            self.own.as_percent(),
            self.standing.rate.as_percent(),
            percent(self.standing.worst),
            self.leads_per_win.sentence()
        )
    }

    /// In words: what the rest of the team would have made of the same leads.
    pub fn wasted_sentence(&self, name: &str) -> String {
        let more = self.wasted;
        let from = count(more.n, "lead");
        if more.interval.low <= 0.0 {
            return format!(
                "Whether the rest of the team would have won more of {name}'s {from} cannot be \
                 told: {}.",
                more.as_number()
            );
        }
        format!(
            "The rest of the team would have won {} more of {name}'s {from}.",
            more.as_number()
        )
    }
}

/// Counts leads and wins of every rep, ascending by rep.
pub fn count_leads(leads: &[Lead], maturity: &Maturity) -> Vec<Counted> {
    let mut reps: BTreeMap<RepNo, Counted> = BTreeMap::new();
    for lead in leads {
        let Some(rep) = lead.rep else { continue };
        let counted = reps.entry(rep).or_insert(Counted {
            rep,
            leads: 0,
            mature: 0,
            tally: Tally::default(),
        });
        counted.leads += 1;
        counted.mature += u64::from(lead.age >= maturity.horizon);
        counted.tally.trials += maturity.weight(lead.age);
        counted.tally.wins += f64::from(u8::from(lead.won_within(maturity.horizon)));
    }
    let mut counted: Vec<Counted> = reps.into_values().collect();
    for one in &mut counted {
        one.tally = Tally::of(one.tally.wins, one.tally.trials);
    }
    counted
}

/// Whether the rep is known on leads that were not won as it is on won ones.
///
/// *Refuses*: [`Unknown::Nothing`], [`Unknown::RepOnlyOnWon`].
pub fn known(leads: &[Lead]) -> Result<(), Unknown> {
    if leads.is_empty() {
        return Err(Unknown::Nothing);
    }
    let mut groups = [Tally::default(); 2];
    for lead in leads {
        let won = matches!(lead.outcome, Outcome::Won { .. });
        let group = &mut groups[usize::from(won)];
        group.trials += 1.0;
        group.wins += f64::from(u8::from(lead.rep.is_some()));
    }
    let [others, won] = groups;
    let apart = won.above(&others);
    let refused = won.trials > 0.0
        && others.trials > 0.0
        && apart.value > KNOWN_GAP
        && (apart.interval.low > 0.0 || others.wins == 0.0);
    match refused {
        true => Err(Unknown::RepOnlyOnWon {
            won: won.rate(),
            others: others.rate(),
            n: leads.len() as f64,
        }),
        false => Ok(()),
    }
}
