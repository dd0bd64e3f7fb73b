//! Was this history a round robin? Which deals went past it, and who gained?
//!
//! The deals are followed by a ledger: everybody able is owed a share of each, whoever gets one
//! pays it back. Three ways to deal are tried: in order (whoever is owed most, and of equals
//! whoever has waited longest), in rounds (whoever is owed most, equals in any order) and loose
//! (anybody owed within one lead of the most); and two kinds of exceptions: beside the rotation, or
//! counted in it. The one that foretells the history best is taken, and what it did not foresee are
//! the overrides. How much better it foretells than dealing by lot is evidence that may be read at
//! any length: by lot it would be `x` or more in at most one of `x` histories.
//!
//! Deliberately needs no log of chances, so it can be asked of an import; it therefore cannot tell
//! an agreed exception from a favor.
//! *Source*: guide "science" section 0 (ledger) and 9; Krichevsky and Trofimov 1981.

use super::figure::{Figure, Interval, count, number, percent};
use super::logarithm::{exp, ln};
use super::proportion::Tally;
use super::special::beta_cdf;
use super::unknown::Unknown;

/// Rounds of everybody that it takes.
const ROUNDS_MIN: usize = 3;
/// Evidence from which a history is called a rotation.
const EVIDENCE_MIN: f64 = 20.0;
/// Chance below which somebody is said to have gained, over all reps.
const GAIN: f64 = 0.05;
/// Owed within this of the most is level: rounding.
const LEVEL: f64 = 1e-9;

/// One deal of the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Who got it, by place.
    pub got: usize,
    /// Who could have, by place; empty is everybody.
    pub able: Vec<bool>,
}

/// Whom a rotation may give the next lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whoever is owed most; of equals whoever has waited longest.
    InOrder,
    /// Whoever is owed most, equals in any order.
    InRounds,
    /// Anybody owed within one lead of the most.
    Loose,
}

/// How a history was dealt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Whom it may give the next lead.
    pub kind: Kind,
    /// Whether an exception used up a turn of whoever got it.
    pub counted: bool,
}

/// A deal that the rotation did not foresee.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Override {
    /// Which deal, counted from 0.
    pub at: usize,
    /// Who got it.
    pub got: usize,
    /// Who was owed the most; the first of equals.
    pub due: usize,
    /// By how many leads that was more than whoever got it was owed.
    pub by: f64,
}

/// What overrides brought one rep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// The rep, by place.
    pub rep: usize,
    /// Leads got by overrides.
    pub got: usize,
    /// Leads due that went to others by overrides.
    pub lost: usize,
    /// The chance of getting so many of the overrides, if they had gone by weight.
    pub p: f64,
}

/// What the audit found.
#[derive(Clone, Debug, PartialEq)]
pub struct Audit {
    /// The way that foretells the history best.
    pub way: Way,
    /// The logarithm of how much better it foretells than dealing by lot.
    pub evidence_ln: f64,
    /// Overrides, in the order of the history.
    pub overrides: Vec<Override>,
    /// Their share; n is the deals.
    pub share: Figure,
    /// Every rep, in the order given.
    pub gains: Vec<Gain>,
}

/// Follows a history dealt over reps with these weights.
///
/// *Order and ties*: of ways that foretell it equally well the first, as listed above.
/// *Bounds*: who got a lead was able, whatever the history says.
/// *Refuses*: [`Unknown::NothingToCompare`] with fewer than two reps of some weight, or a place
/// beyond the weights; [`Unknown::TooFew`] below three rounds.
pub fn audit(weights: &[u32], history: &[Past]) -> Result<Audit, Unknown> {
    let members = weights.iter().filter(|weight| **weight > 0).count();
    if members < 2 || history.iter().any(|past| past.got >= weights.len()) {
        return Err(Unknown::NothingToCompare);
    }
    let needed = ROUNDS_MIN * members;
    if history.len() < needed {
        return Err(Unknown::TooFew {
            n: history.len() as f64,
            needed: needed as f64,
            what: "lead",
        });
    }
    let kinds = [Kind::InOrder, Kind::InRounds, Kind::Loose];
    let ways = kinds.map(|kind| [false, true].map(|counted| Way { kind, counted }));
    let mut best: Option<(Way, Followed)> = None;
    for way in ways.into_iter().flatten() {
        let followed = follow(way, weights, history);
        if best
            .as_ref()
            .is_none_or(|(_, best)| followed.gained > best.gained + LEVEL)
        {
            best = Some((way, followed));
        }
    }
    let (way, followed) = best.expect("six ways were followed");
    let overrides = followed.overrides;
    Ok(Audit {
        way,
        // One of six ways was chosen after the fact.
        evidence_ln: followed.gained - ln(2.0 * kinds.len() as f64),
        share: Tally::of(overrides.len() as f64, history.len() as f64).figure(),
        gains: gains(weights, &overrides),
        overrides,
    })
}

struct Followed {
    gained: f64,
    overrides: Vec<Override>,
}

/// The rotation as it stands between two deals.
struct Ledger<'a> {
    weights: &'a [u32],
    credits: Vec<f64>,
    /// The deal in which each last got one, counted from 1; 0 is never.
    last: Vec<usize>,
}

/// What one deal looked like to the rotation.
struct Seen {
    owed: Vec<f64>,
    due: usize,
    kept: bool,
    /// The chance of it by lot.
    lot: f64,
    /// How many could have got it, and how many of them by the rotation.
    count: usize,
    band: usize,
    /// The chance that one of those gets it by lot.
    by_lot: f64,
}

impl Ledger<'_> {
    /// `None` for a deal to somebody without weight: it is none of the rotation's.
    fn see(&self, kind: Kind, past: &Past) -> Option<Seen> {
        let able = |rep: usize| rep == past.got || past.able.get(rep).copied().unwrap_or(true);
        let weight = |rep: usize| {
            if able(rep) {
                f64::from(self.weights[rep])
            } else {
                0.0
            }
        };
        let all: f64 = (0..self.weights.len()).map(weight).sum();
        if weight(past.got) <= 0.0 {
            return None;
        }
        let owed = |rep: usize| self.credits[rep] + weight(rep) / all;
        let owed: Vec<f64> = (0..self.weights.len()).map(owed).collect();
        let candidates = || (0..self.weights.len()).filter(|rep| weight(*rep) > 0.0);
        let most = candidates()
            .map(|rep| owed[rep])
            .fold(f64::NEG_INFINITY, f64::max);
        let near = |rep: usize, delta: f64| owed[rep] >= most - delta - LEVEL;
        let level = candidates().filter(|rep| near(*rep, 0.0));
        let due = level.min_by_key(|rep| (self.last[*rep], *rep))?;
        let inside = |rep: usize| match kind {
            Kind::InOrder => near(rep, 0.0) && self.last[rep] == self.last[due],
            Kind::InRounds => near(rep, 0.0),
            Kind::Loose => near(rep, 1.0),
        };
        Some(Seen {
            due,
            kept: inside(past.got),
            lot: weight(past.got) / all,
            count: candidates().count(),
            band: candidates().filter(|rep| inside(*rep)).count(),
            by_lot: candidates()
                .filter(|rep| inside(*rep))
                .map(weight)
                .sum::<f64>()
                / all,
            owed,
        })
    }
}

fn follow(way: Way, weights: &[u32], history: &[Past]) -> Followed {
    let mut ledger = Ledger {
        weights,
        credits: vec![0.0; weights.len()],
        last: vec![0; weights.len()],
    };
    let (mut foreseen, mut gained) = (0.0, 0.0);
    let mut overrides = Vec::new();
    for (at, past) in history.iter().enumerate() {
        let Some(seen) = ledger.see(way.kind, past) else {
            continue;
        };
        // The rate of exceptions is learned on the way: half an exception in one deal at first.
        let trust = (foreseen + 0.5) / (at as f64 + 1.0);
        let chance = match (seen.band == seen.count, seen.kept) {
            // What keeps to it no more often than lot does is none, however unlike lot it is.
            _ if trust <= seen.by_lot => seen.lot,
            (true, _) => 1.0 / seen.count as f64,
            (false, true) => trust / seen.band as f64,
            (false, false) => (1.0 - trust) / (seen.count - seen.band) as f64,
        };
        gained += ln(chance) - ln(seen.lot);
        foreseen += f64::from(u8::from(seen.kept));
        if !seen.kept {
            overrides.push(Override {
                at,
                got: past.got,
                due: seen.due,
                by: seen.owed[seen.due] - seen.owed[past.got],
            });
        }
        if seen.kept || way.counted {
            ledger.credits = seen.owed;
            ledger.credits[past.got] -= 1.0;
            ledger.last[past.got] = at + 1;
        }
    }
    Followed { gained, overrides }
}

fn gains(weights: &[u32], overrides: &[Override]) -> Vec<Gain> {
    let all: f64 = weights.iter().copied().map(f64::from).sum();
    let total = overrides.len() as f64;
    (0..weights.len())
        .map(|rep| {
            let got = overrides.iter().filter(|one| one.got == rep).count();
            let share = f64::from(weights[rep]) / all;
            Gain {
                rep,
                got,
                lost: overrides.iter().filter(|one| one.due == rep).count(),
                // The chance of at least so many, from the binomial distribution.
                p: match got {
                    0 => 1.0,
                    got => beta_cdf(got as f64, total - got as f64 + 1.0, share),
                },
            }
        })
        .collect()
}

impl Audit {
    /// Whether it was a rotation at all.
    pub fn is_rotation(&self) -> bool {
        self.evidence_ln >= ln(EVIDENCE_MIN)
    }

    /// Who got more of the overrides than chance explains, most first; the first of equals.
    pub fn gainers(&self) -> Vec<Gain> {
        let limit = GAIN / self.gains.len() as f64;
        let mut gainers: Vec<Gain> = self
            .gains
            .iter()
            .copied()
            .filter(|gain| gain.p <= limit)
            .collect();
        gainers.sort_by_key(|gain| (std::cmp::Reverse(gain.got), gain.rep));
        gainers
    }

    /// In words.
    pub fn sentence(&self, name: &dyn Fn(usize) -> String) -> String {
        let deals = count(self.share.n, "lead");
        if !self.is_rotation() {
            return format!(
                "This was no round robin that can be told from dealing by lot ({deals})."
            );
        }
        let lot = match self.evidence_ln > 13.8 {
            true => "less than one in a million".to_owned(),
            false => format!("less than one in {:.0}", exp(self.evidence_ln)),
        };
        let kind = match self.way.kind {
            Kind::InOrder => "a round robin in order",
            Kind::InRounds => "a round robin, in each round in another order,",
            Kind::Loose => "a loose round robin",
        };
        let kept = match self.overrides.len() {
            0 => "without an exception".to_owned(),
            n => format!(
                "with {}, {} of all",
                count(n as f64, "exception"),
                self.share.as_percent()
            ),
        };
        let gainers: Vec<String> = self
            .gainers()
            .iter()
            .map(|gain| {
                format!(
                    "{} gained {}",
                    name(gain.rep),
                    count(gain.got as f64, "lead")
                )
            })
            .collect();
        let who = match (gainers.is_empty(), self.overrides.is_empty()) {
            (_, true) => String::new(),
            (true, _) => " Nobody got more of them than chance explains.".to_owned(),
            (false, _) => format!(
                " {} by them, more than chance explains.",
                gainers.join(", ")
            ),
        };
        format!(
            "This was {kind} {kept} ({deals}); dealt by lot it would look like this in \
             {lot}.{who}"
        )
    }

    /// One override in words.
    pub fn override_sentence(one: &Override, name: &dyn Fn(usize) -> String) -> String {
        let (got, due) = (name(one.got), name(one.due));
        let more = match one.by > LEVEL {
            true => format!(", who was owed {} of a lead more", number(one.by)),
            false => String::new(),
        };
        format!(
            "Lead {} went to {got} on the turn of {due}{more}.",
            one.at + 1
        )
    }
}

/// One rep's rate beside what other draws would have given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Redealt {
    /// The rep, by place.
    pub rep: usize,
    /// The rate there was; the interval is where 95 % of the deals again put it; n is the leads.
    pub rate: Figure,
    /// The chance of a rate so low or lower, if it does not matter who gets a lead.
    pub low: f64,
    /// The chance of one so high or higher.
    pub high: f64,
    /// How often the leads were dealt again.
    pub again: u32,
}

impl Redealt {
    /// In words.
    pub fn sentence(&self, name: &str) -> String {
        let (side, p) = match self.low <= self.high {
            true => ("low", self.low),
            false => ("high", self.high),
        };
        format!(
            "{name} won {} of {}. Dealt again {} times, these outcomes would give {name} between {} \
             and {} in 95 of 100 deals; a rate so {side} comes up in {} of 100.",
            percent(self.rate.value),
            count(self.rate.n, "lead"),
            self.again,
            percent(self.rate.interval.low),
            percent(self.rate.interval.high),
            number(p * 100.0)
        )
    }
}

/// Deals the cards again: what each rep's rate would have been under other draws of the same
/// rotation, every lead with the outcome it had.
///
/// `again(k)` gives who gets each lead in the k-th deal; it must be the same way to deal with
/// other draws. The test is exact: `low` and `high` are each at most `x` in at most a share `x` of
/// teams in which it does not matter who gets a lead.
///
/// *Refuses*: [`Unknown::Nothing`] without leads or deals; [`Unknown::NothingToCompare`] when deal
/// and outcomes differ in length.
pub fn redeal(
    won: &[bool],
    picked: &[usize],
    reps: usize,
    times: u32,
    mut again: impl FnMut(u32) -> Vec<usize>,
) -> Result<Vec<Redealt>, Unknown> {
    if won.is_empty() || times == 0 {
        return Err(Unknown::Nothing);
    }
    if won.len() != picked.len() {
        return Err(Unknown::NothingToCompare);
    }
    let seen = tallies(won, picked, reps);
    let mut rates: Vec<Vec<f64>> = vec![Vec::new(); reps];
    for time in 0..times {
        let deal = again(time);
        if deal.len() != won.len() {
            return Err(Unknown::NothingToCompare);
        }
        for (rates, tally) in rates.iter_mut().zip(tallies(won, &deal, reps)) {
            rates.push(tally.rate());
        }
    }
    let one = |(rep, mut rates): (usize, Vec<f64>)| {
        rates.sort_by(f64::total_cmp);
        let rate = seen[rep].rate();
        let chance = |count: usize| (count as f64 + 1.0) / (f64::from(times) + 1.0);
        let at = |share: f64| rates[((times - 1) as f64 * share).round() as usize];
        Redealt {
            rep,
            rate: Figure {
                value: rate,
                interval: Interval {
                    low: at(0.025),
                    high: at(0.975),
                },
                n: seen[rep].trials,
            },
            low: chance(rates.iter().filter(|one| **one <= rate + LEVEL).count()),
            high: chance(rates.iter().filter(|one| **one >= rate - LEVEL).count()),
            again: times,
        }
    };
    Ok(rates.into_iter().enumerate().map(one).collect())
}

fn tallies(won: &[bool], picked: &[usize], reps: usize) -> Vec<Tally> {
    let mut tallies = vec![Tally::default(); reps];
    for (won, picked) in won.iter().zip(picked) {
        if let Some(tally) = tallies.get_mut(*picked) {
            tally.trials += 1.0;
            tally.wins += f64::from(u8::from(*won));
        }
    }
    tallies
}
