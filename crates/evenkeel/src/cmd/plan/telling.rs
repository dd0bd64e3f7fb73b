//! What a plan comes to, in words: what moves, how even it is, how good it is at least, what
//! clashes.

use evenkeel_core::ids::RepNo;
use evenkeel_core::plan::check::Tally;
use evenkeel_core::plan::clash::Clash;
use evenkeel_core::plan::instance::{Instance, NOBODY, VALUE};
use evenkeel_core::plan::made::cost;
use evenkeel_core::plan::setting::Setting;
use evenkeel_core::plan::solve::Plan;
use evenkeel_core::plan::words;
use evenkeel_core::state::State;
use evenkeel_core::units::Micro;
use serde::Serialize;

/// Most names in one sentence.
const NAMED_MAX: usize = 8;

/// The plan in numbers.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Accounts.
    pub accounts: usize,
    /// Reps.
    pub reps: usize,
    /// Accounts that stay with their owner.
    pub kept: usize,
    /// Accounts whose owner changes.
    pub moved: usize,
    /// Accounts that nobody had and somebody gets.
    pub first: usize,
    /// Accounts without a rep.
    pub unplaced: usize,
    /// How uneven the value of the books was: standard deviation over mean, in percent.
    pub value_cv_before: Option<f64>,
    /// How uneven it is then.
    pub value_cv_after: Option<f64>,
    /// Points of the plan.
    pub objective: String,
    /// Of these, what misses cost.
    pub misses: String,
    /// What moves cost.
    pub moves: String,
    /// What uneven or overfull books cost.
    pub books: String,
    /// What accounts without a rep cost.
    pub without: String,
    /// No plan can cost less.
    pub bound: String,
    /// By how much less any plan could cost at most, in percent of what books, moves and misses
    /// cost.
    pub gap_percent: f64,
    /// What clashes, in words.
    pub clashes: Vec<String>,
}

/// Points as text, cut to three decimals.
pub fn points(pico: i128) -> String {
    let milli = i64::try_from(pico / 1_000_000_000).unwrap_or(i64::MAX);
    Micro(milli.saturating_mul(1_000)).to_string()
}

/// Standard deviation over mean, in percent with two decimals; `None` without value.
fn cv(values: impl Iterator<Item = i64> + Clone) -> Option<f64> {
    let count = values.clone().count() as f64;
    let mean = values.clone().map(|value| value as f64).sum::<f64>() / count;
    let squares = values
        .map(|value| (value as f64 - mean).powi(2))
        .sum::<f64>();
    let percent = (squares / count).sqrt() / mean * 100.0;
    percent
        .is_finite()
        .then(|| (percent * 100.0).round() / 100.0)
}

/// The numbers.
pub fn summary(setting: &Setting, plan: &Plan, tally: &Tally, clashes: Vec<String>) -> Summary {
    let instance = &setting.instance;
    let owners = &instance.accounts.owner;
    let pairs = owners.iter().zip(&plan.to);
    let kept = pairs
        .clone()
        .filter(|(from, to)| from == to && **to != NOBODY)
        .count();
    let first = pairs
        .filter(|(from, to)| **from == NOBODY && **to != NOBODY)
        .count();
    let before = super::books::held(instance, owners);
    let values = tally
        .amounts
        .iter()
        .skip(VALUE)
        .step_by(instance.gauges)
        .copied();
    let cost = cost(tally, plan.bound);
    Summary {
        accounts: instance.accounts.len(),
        reps: instance.reps(),
        kept,
        moved: tally.moved,
        first,
        unplaced: tally.unplaced,
        value_cv_before: cv(before.iter().map(|book| book[VALUE])),
        value_cv_after: cv(values),
        objective: points(plan.objective),
        misses: points(tally.pairs),
        moves: points(tally.moves),
        books: points(tally.books.iter().sum()),
        without: points(tally.without),
        bound: points(plan.bound),
        gap_percent: cost.gap() as f64 / 100.0,
        clashes,
    }
}

impl Summary {
    /// The numbers in words.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{} accounts to {} reps: {} stay, {} move, {} get their first rep, {} are without.\n",
            self.accounts, self.reps, self.kept, self.moved, self.first, self.unplaced
        );
        if let Some(after) = self.value_cv_after {
            let before = self.value_cv_before.filter(|_| self.kept + self.moved > 0);
            let before = before.map_or(String::new(), |before| format!(", {before} % before"));
            text += &format!("Value from book to book: CV {after} %{before}.\n");
        }
        text += &format!(
            "{} points: {} for misses, {} for moves, {} for books, {} for accounts without a rep.\n",
            self.objective, self.misses, self.moves, self.books, self.without
        );
        text += &format!(
            "No plan costs less than {}; this one is at most {} % from the best.\n",
            self.bound, self.gap_percent
        );
        for clash in &self.clashes {
            text += &format!("clash: {clash}\n");
        }
        text
    }
}

/// Names of reps, as far as they are worth telling.
fn names(state: &State, reps: &[RepNo], who: &[usize]) -> String {
    let told = who.iter().take(NAMED_MAX);
    let told = told.map(|rep| state.roster().rep(reps[*rep]).key.as_str());
    let told: Vec<&str> = told.collect();
    match who.len() > NAMED_MAX {
        true => format!("{} and {} more", told.join(", "), who.len() - NAMED_MAX),
        false => told.join(", "),
    }
}

/// One clash in words.
pub fn clash(state: &State, setting: &Setting, clash: &Clash) -> String {
    let names = |who: &[usize]| names(state, &setting.reps, who);
    let effort = |scaled: i64| Micro(scaled.saturating_mul(setting.powers[1])).to_string();
    match clash {
        Clash::NobodyMay { accounts } => {
            format!("nobody may have {} of the accounts", accounts.len())
        }
        Clash::TooMany {
            accounts,
            reps,
            room,
        } => format!(
            "{accounts} accounts can only go to {}, who may have {room} together: {} too many",
            names(reps),
            accounts - room
        ),
        Clash::TooFew {
            reps,
            wanted,
            accounts,
        } => format!(
            "{} should have at least {wanted} together, but may have only {accounts}: {} too few",
            names(reps),
            wanted - accounts
        ),
        Clash::TooMuchEffort {
            accounts,
            reps,
            effort: wanted,
            room,
        } => format!(
            "{accounts} accounts that can only go to {} take an effort of {}, but there is room \
             for {}: {} too much",
            names(reps),
            effort(*wanted),
            effort(*room),
            effort(wanted - room)
        ),
        Clash::NotFound { rep, over } => format!(
            "no way was found to keep {} within the room for effort: {} too much",
            names(&[*rep]),
            effort(*over)
        ),
    }
}

/// Why an account goes where it goes.
pub fn reason(instance: &Instance, setting: &Setting, account: usize, to: u32) -> String {
    let accounts = &instance.accounts;
    let owner = accounts.owner[account];
    if to == NOBODY {
        return words::barred(&setting.why_without(account));
    }
    let reason = match () {
        () if accounts.locked[account] => "locked",
        () if owner == to => "stays",
        () if owner == NOBODY => "first rep",
        () if instance.pair(account, owner).is_none() => "its owner may not have it",
        () => "moves for even books",
    };
    reason.to_owned()
}
