//! How many accounts a rep needs for a stated chance of quota: what the workspace knows of it, the
//! question filled in with that, and the answer.
//!
//! Asked by the page and the API; the sums are the core's ([`evenkeel_core::measure::sizing`]).

use crate::host::asked::Asked;
use crate::host::hiring;
use evenkeel_core::measure::history::History;
use evenkeel_core::measure::sizing::{Conversion, Deals, Need};
use evenkeel_core::people::rep::Status;
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::Micro;

/// Most steps of the curve.
const STEPS: u64 = 24;
/// Most accounts and amounts that can be asked about.
const MOST: f64 = 1e12;

/// What the workspace knows.
#[derive(Clone, Debug)]
pub struct Known {
    /// Accounts of the own history.
    pub history: History,
    /// How old a turn must be to count.
    pub matures: Span,
    /// The field that tells what a deal is worth.
    pub value: Option<String>,
    /// Reps who have not left.
    pub reps: u64,
    /// Open records.
    pub market: u64,
}

/// What is asked, read.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The sales target.
    pub quota: f64,
    /// The chance asked for.
    pub chance: f64,
    /// Accounts that closed.
    pub won: u64,
    /// Of so many.
    pub of: u64,
    /// Mean deal.
    pub mean: f64,
    /// Spread of deals over it.
    pub cv: f64,
    /// Reps with such a quota.
    pub reps: u64,
    /// Accounts in the market.
    pub market: u64,
}

/// What comes out.
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// The conversion reckoned with.
    pub conversion: f64,
    /// The numbers.
    pub need: Need,
    /// Chances by the formula: with plain division, and with what is needed.
    pub formula: (f64, Option<f64>),
    /// Numbers of accounts, each with its chance by the formula.
    pub steps: Vec<(u64, Micro)>,
}

/// What the workspace knows.
pub fn known(state: &State, now: Moment) -> Known {
    let matures = hiring::matures(state, now);
    let field = hiring::value_field(state);
    let won = ["won".to_owned()];
    let here = state.roster().iter();
    let here = here.filter(|(_, rep)| rep.profile.status != Status::Left);
    Known {
        history: History::of(state, now, (matures, &won), field),
        matures,
        value: field.and_then(|field| Some(state.record_schema().field(field)?.name.clone())),
        reps: here.count() as u64,
        market: hiring::market(state),
    }
}

/// What is asked, filled in with what is known; the error is in words.
pub fn question(asked: &Asked, known: &Known) -> Result<Question, String> {
    let history = &known.history;
    let count = |name, label, usual: u64| {
        let number = asked.number((name, label), usual as f64, (0.0, 1e9))?;
        Ok::<u64, String>(number.round() as u64)
    };
    Ok(Question {
        quota: asked.number(("quota", "Quota"), 250_000.0, (1.0, MOST))?,
        chance: asked.number(("chance", "Chance"), 80.0, (50.0, 99.0))? / 100.0,
        won: count("won", "Won", history.won)?,
        of: count("of", "Worked", history.of)?,
        mean: asked.number(("deal", "Mean deal"), usual_mean(known), (0.01, MOST))?,
        cv: asked.number(("spread", "Spread"), usual_spread(known), (0.0, 10.0))?,
        reps: count("reps", "Reps", known.reps)?,
        market: count("market", "Market", known.market)?,
    })
}

/// The mean deal where nobody says.
pub fn usual_mean(known: &Known) -> f64 {
    match known.history.valued {
        0 => 30_000.0,
        _ => known.history.mean,
    }
}

/// The spread where nobody says.
pub fn usual_spread(known: &Known) -> f64 {
    match known.history.valued {
        0 | 1 => 0.8,
        _ => known.history.cv,
    }
}

/// The answer; the error is in words.
pub fn answer(question: Question) -> Result<Answer, String> {
    let Question { won, of, .. } = question;
    if of == 0 {
        return Err("Say how many accounts were worked, and how many of them closed.".to_owned());
    }
    let seen = Conversion::Seen { won, of };
    let deals =
        Deals::new(seen, question.mean, question.cv).map_err(|why| format!("No: {why}."))?;
    let need = deals.need(question.quota, question.chance);
    let far = need.accounts.unwrap_or(need.plain * 2).max(need.plain) * 3 / 2;
    let mut steps: Vec<u64> = (1..=STEPS).map(|at| (far * at / STEPS).max(1)).collect();
    steps.push(need.plain);
    steps.extend(need.accounts);
    steps.sort_unstable();
    steps.dedup();
    let formula = |accounts: u64| deals.formula(accounts, question.quota);
    let step = |accounts: u64| (accounts, Micro((formula(accounts) * 1e6).round() as i64));
    Ok(Answer {
        question,
        conversion: deals.conversion(),
        steps: steps.into_iter().map(step).collect(),
        formula: (formula(need.plain), need.accounts.map(formula)),
        need,
    })
}
