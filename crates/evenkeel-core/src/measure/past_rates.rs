//! Close rates from a history that others made: what it says, and what it cannot say.
//!
//! The same rates as for deals of our own ([`crate::measure::close_rate`]), but nobody drew who got
//! which deal, so no difference is evidence about a rep and none is called so: the most that is
//! said is that a rep stands out when all are looked at together ([`crate::measure::past_look`]).
//! Beside them stand the traps of such data: quarter ends, losses that come before wins, and the
//! rule of credit.
//! *Source*: guide "science" section 3 (a), (d), (e); law 14.

use super::close_rate::CloseRates;
use super::credit::{CreditRule, History, Matter, matter};
use super::figure::{count, number};
use super::maturity::Lead;
use super::past::{Deal, End};
use super::past_look::{PastLook, STANDS_OUT};
use super::proportion::Tally;
use super::quarter::Quarters;
use super::unknown::Unknown;
use crate::ids::RepNo;
use crate::time::{Moment, Span};
use crate::units::Micro;
use std::collections::BTreeMap;

/// How the deals of one rep stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// All of them.
    pub deals: u64,
    /// Won, however late.
    pub won: u64,
    /// Lost.
    pub lost: u64,
    /// Disqualified.
    pub disqualified: u64,
    /// Open.
    pub open: u64,
    /// What the won ones were worth, where that was told.
    pub value: Micro,
    /// Won ones whose worth was told.
    pub valued: u64,
}

impl Ends {
    /// Won of won and lost.
    pub fn decided(&self) -> Tally {
        Tally::of(self.won as f64, (self.won + self.lost) as f64)
    }

    fn add(&mut self, deal: &Deal) {
        self.deals += 1;
        match deal.end {
            End::Open => self.open += 1,
            End::Won => self.won += 1,
            End::Lost => self.lost += 1,
            End::Disqualified => self.disqualified += 1,
        }
        if let Some(value) = deal.value {
            self.value = Micro(self.value.0.saturating_add(value.0));
            self.valued += 1;
        }
    }
}

/// What a history says of close rates.
#[derive(Clone, Debug)]
pub struct PastRates {
    /// Whose a deal counts as.
    pub rule: CreditRule,
    /// The rates, ascending by rep.
    pub rates: CloseRates,
    /// How each rep's deals stand, in the same order.
    pub ends: Vec<Ends>,
    /// Deals for which the rule finds nobody.
    pub nobody: Ends,
    /// Everybody looked at together, once; places are those of the rates.
    pub look: PastLook,
    /// By the month of the quarter.
    pub quarters: Quarters,
    /// What another rule of credit would change.
    pub matter: Vec<Matter>,
    /// Deals whose outcome was told more than once.
    pub retold: u64,
}

impl PastRates {
    /// Works them out as of a moment; `deals` are those known then.
    ///
    /// *Refuses*: as [`CloseRates::of`].
    pub fn of(
        deals: &[Deal],
        rule: CreditRule,
        as_of: Moment,
        horizon: Option<Span>,
    ) -> Result<Self, Unknown> {
        let leads: Vec<Lead> = deals.iter().map(|deal| deal.lead(rule, as_of)).collect();
        let rates = CloseRates::of(&leads, horizon)?;
        let mut ends: BTreeMap<RepNo, Ends> = BTreeMap::new();
        let mut nobody = Ends::default();
        for (deal, lead) in deals.iter().zip(&leads) {
            match lead.rep {
                Some(rep) => ends.entry(rep).or_default().add(deal),
                None => nobody.add(deal),
            }
        }
        let histories: Vec<&History> = deals.iter().map(|deal| &deal.credit).collect();
        let ends: Vec<Ends> = ends.into_values().collect();
        Ok(Self {
            rule,
            look: PastLook::of(deals, &leads, rates.horizon),
            rates,
            ends,
            nobody,
            quarters: Quarters::of(deals),
            matter: matter(&histories),
            retold: deals.iter().filter(|deal| deal.outcomes > 1).count() as u64,
        })
    }

    /// In words: who stands out, if anybody does.
    pub fn look_sentence(&self, name: &dyn Fn(RepNo) -> String) -> String {
        if self.look.held().is_empty() {
            return "Nobody can be compared yet: it takes two reps with deals old enough to count \
                    in full."
                .to_owned();
        }
        let reps = self.rates.reps.len() as f64;
        let alone = self.look.seeming().len() as f64;
        let chance = number(reps * STANDS_OUT);
        let seem = if alone == 1.0 { "seems" } else { "seem" };
        let mut text = format!(
            "Each looked at alone, {} of {} {seem} to stand out; among equals {chance} would, by \
             chance.",
            number(alone),
            count(reps, "rep"),
        );
        let (out, untidy) = (self.look.standing_out(), self.look.untidy());
        if out.is_empty() {
            text.push_str(" Looked at together, nobody does.");
        }
        for at in out {
            let rep = &self.rates.reps[at];
            let side = match rep.counted.tally.rate() < self.rates.team.value {
                true => "less",
                false => "more",
            };
            text.push_str(&format!(
                " Looked at together, {} still does and won {side} often than the others (chance \
                 among equals {}): a sign to look into, and no evidence about the rep.",
                name(rep.counted.rep),
                number(self.look.held()[at])
            ));
        }
        for at in untidy {
            let rep = &self.rates.reps[at];
            let decided = self.ends[at].decided();
            text.push_str(&format!(
                " {} differs over all deals ({}) and not over decided ones ({} of {}): what \
                 differs is how many are left open, {} of {}.",
                name(rep.counted.rep),
                rep.own.as_percent(),
                decided.figure().as_percent(),
                count(decided.trials, "deal"),
                self.ends[at].open,
                self.ends[at].deals,
            ));
        }
        text
    }

    /// In words: how much the rule of credit matters.
    pub fn matter_sentences(&self, name: &dyn Fn(RepNo) -> String) -> Vec<String> {
        let knows = |matter: &&Matter| (matter.nobody as f64) < matter.moved.n;
        let moves = |matter: &&Matter| matter.moved.value > 0.0;
        let told: Vec<String> = self
            .matter
            .iter()
            .filter(knows)
            .filter(moves)
            .map(|matter| matter.sentence(name))
            .collect();
        let blind = self.matter.iter().filter(|matter| !knows(matter)).count();
        let mut all = match told.is_empty() {
            true => vec!["The rule of credit changes nothing here.".to_owned()],
            false => told,
        };
        if blind > 0 {
            let what = "Who worked a deal first or last is not known: no activity is.";
            all.push(what.to_owned());
        }
        all
    }
}
