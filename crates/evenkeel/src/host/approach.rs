//! Named accounts or a queue: the five questions with the figures of the workspace, and the advice.
//!
//! Asked by the page and the API; what speaks for which way is the core's
//! ([`evenkeel_core::measure::approach`]).

use crate::host::asked::Asked;
use crate::host::hiring;
use crate::host::quota::Quotas;
use evenkeel_core::measure::approach::{Approach, Figures, Inputs, advise, inbound};
use evenkeel_core::measure::history::History;
use evenkeel_core::people::rep::Status;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;

/// The chance of quota for which accounts are counted where nobody says how many a rep needs.
const CHANCE: f64 = 0.8;

/// What is told.
pub struct Told {
    /// The advice.
    pub approach: Approach,
    /// The figures it rests on.
    pub figures: Figures,
    /// What inbound leads ask for, where anything was said of them.
    pub earned: Option<String>,
    /// The first figure that could not be read, in words; it was left out.
    pub wrong: Option<String>,
}

/// Advises by what was answered (`many`, `strict`, `large`, `sure`, `revops`: `yes` or `no`) and by
/// figures.
pub fn told(state: &State, now: Moment, asked: &Asked) -> Told {
    let answer = |name: &str| match asked.text(name) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let [many, strict, large, sure, revops] =
        ["many", "strict", "large", "sure", "revops"].map(answer);
    let inputs = Inputs {
        reps_many: many,
        territories_strict: strict,
        market_large: large,
        confident: sure,
        revops,
    };
    let mut figures = figures(state, now);
    let needed = asked.number(("needed", "Accounts a rep needs"), 0.0, (0.0, 1e9));
    let market = asked.number(("market", "Accounts in the market"), 0.0, (0.0, 1e9));
    let load = asked.number(("load", "Inbound leads"), 0.0, (0.0, 1_000.0));
    let acv = asked.number(("acv", "Contract value"), 0.0, (0.0, 1e12));
    let wrong = [&needed, &market, &load, &acv]
        .into_iter()
        .find_map(|one| one.as_ref().err().cloned());
    if let Ok(needed) = needed
        && needed >= 1.0
    {
        figures.needed = Some(needed as u64);
    }
    if let Ok(market) = market
        && market >= 1.0
    {
        figures.market = Some(market as u64);
    }
    let approach = advise(inputs, figures);
    let micro = |number: f64| Micro((number * 1e6) as i64);
    let earned = match (&load, &acv) {
        (Ok(load), Ok(acv)) if *load > 0.0 => Some(inbound(
            (*acv > 0.0).then(|| micro(*acv)),
            micro(load / 100.0),
        )),
        _ => None,
    };
    Told {
        approach,
        figures,
        earned,
        wrong,
    }
}

/// What the workspace knows.
fn figures(state: &State, now: Moment) -> Figures {
    let now = now.max(state.last_at());
    let here = state.roster().iter();
    let here = here.filter(|(_, rep)| rep.profile.status != Status::Left);
    let territories = state.policy().map(|policy| &policy.document().territories);
    let won = ["won".to_owned()];
    let ripe = (hiring::matures(state, now), &won[..]);
    let history = History::of(state, now, ripe, None);
    let market = hiring::market(state);
    let reps = here.count() as u64;
    Figures {
        reps: (reps > 0).then_some(reps),
        territories: territories.map(|one| one.as_ref().is_some_and(|one| one.on)),
        market: (market > 0).then_some(market),
        needed: needed(state, now),
        wins: (history.of > 0).then_some(history.won),
    }
}

/// Accounts that the middle one of the reps' quotas takes in four of five cases, as Sizing says.
fn needed(state: &State, now: Moment) -> Option<u64> {
    let quotas = Quotas::of(state, now)?;
    let reps = state.roster().iter();
    let goals = reps.filter_map(|(rep, entry)| {
        let here = entry.profile.status != Status::Left;
        let (stands, _) = quotas.rep(state, rep).filter(|_| here)?;
        Some(stands.goal.quota)
    });
    let mut goals: Vec<f64> = goals.filter(|quota| *quota > 0.0).collect();
    goals.sort_by(f64::total_cmp);
    let middle = goals.get(goals.len().checked_sub(1)? / 2)?;
    let deals = quotas.deals().ok()?;
    deals.needed(*middle, CHANCE)
}
