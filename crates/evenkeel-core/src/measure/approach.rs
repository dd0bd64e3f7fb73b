//! Named accounts or a queue: which way to distribute suits a company, and why.
//!
//! Five questions; each answer speaks for one way, and nothing is weighed beyond counting them, so
//! that a person can disagree with one answer and see what changes. Figures of the workspace answer
//! questions nobody answered. It advises and sets nothing up.
//! *Source*: seed 004 (the questions, and what speaks for and against each way); seed 002 for
//! inbound records. Where seeds say "many" or "low", the line is ours and stands here.

use crate::earn::regime::Regime;
use crate::units::Micro;

/// From so many reps on they are many.
pub const REPS_MANY: u64 = 10;
/// A market of so many times the accounts that all reps need is a large one: from here on 90 days
/// of rest follow from 30 days in a book ([`super::coverage`]).
pub const MARKET_LARGE: u64 = 4;
/// With so many wins behind it, the number of accounts needed is known within about a quarter.
pub const WINS_SURE: u64 = 16;
/// Contract value a year up to which inbound records are dealt rateably (seed 002), in whole units.
pub const ACV_SMALL: Micro = Micro::whole(3_000);

/// A way to distribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Accounts in each rep's name, as many as the quota needs.
    Named,
    /// A queue from which reps take.
    Queue,
}

/// What suits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// One way.
    One(Way),
    /// Named accounts for the best of the market, a queue for the rest.
    Mix,
    /// Too little is known to say.
    Open,
}

/// The five questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// How many reps there are.
    Reps,
    /// How strictly territories are defined.
    Territories,
    /// The market over what the reps need.
    Market,
    /// How sure it is how many accounts a quota takes.
    Confidence,
    /// Whether somebody in RevOps can keep named books.
    RevOps,
}

/// What is known; `None` is not answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Many reps (or few).
    pub reps_many: Option<bool>,
    /// Strict territories (or loose ones, or none).
    pub territories_strict: Option<bool>,
    /// A large market for the reps (or a small one).
    pub market_large: Option<bool>,
    /// Sure how many accounts a quota takes (or not).
    pub confident: Option<bool>,
    /// RevOps has time for it (or not).
    pub revops: Option<bool>,
}

/// Figures of the workspace, for what was not answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Reps who close.
    pub reps: Option<u64>,
    /// Whether the policy deals by territory.
    pub territories: Option<bool>,
    /// Accounts in the market.
    pub market: Option<u64>,
    /// Accounts one rep needs for quota.
    pub needed: Option<u64>,
    /// Wins behind that number.
    pub wins: Option<u64>,
}

/// One question with its answer and what it speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The question.
    pub question: Question,
    /// What it speaks for; `None` when nothing is known.
    pub speaks_for: Option<Way>,
    /// The answer in words, with the figure it rests on.
    pub because: String,
}

/// What is advised, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approach {
    /// What suits.
    pub advice: Advice,
    /// How many answers speak for named accounts, and for a queue.
    pub votes: (usize, usize),
    /// All five questions, in order.
    pub reasons: Vec<Reason>,
}

impl Way {
    /// What speaks for it, and what against.
    pub fn pros_and_cons(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Named => (
                &[
                    "It focuses reps, and lets you say which accounts are worked first.",
                    "With a small market for the accounts you distribute it is fair: no single rep \
                     has all the best ones.",
                ],
                &[
                    "How many accounts a rep needs is hard to know with little history; too few, \
                     and the quota is missed.",
                    "Reps in small territories may work poor accounts while good ones elsewhere \
                     are worked by nobody.",
                ],
            ),
            Self::Queue => (
                &[
                    "It is easy to set up: no numbers for each rep, no strict territories, no \
                     balancing of quality.",
                    "Reps choose what they engage with, so the order need not be perfect.",
                ],
                &[
                    "It invites reps to hoard the best accounts.",
                    "Accounts that are not the best may at first be ignored altogether.",
                ],
            ),
        }
    }
}

impl Advice {
    /// In words.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::One(Way::Named) => {
                "Named accounts: give each rep as many as the quota needs, evenly good."
            }
            Self::One(Way::Queue) => {
                "A queue: let reps take the next best account as they have room for it."
            }
            Self::Mix => {
                "A mix: named accounts for the best of the market, as many as each rep surely needs, \
                 and a queue for the rest."
            }
            Self::Open => {
                "Too little is known to say: answer two of the questions at least, or give the \
                 figures that answer them."
            }
        }
    }
}

/// Advises. Answers beat figures. Two answers at least, and four for each one against, decide for
/// one way; otherwise it is a mix, and with fewer than two answers it is open.
///
/// *Bounds*: a figure of nothing (no reps yet, an empty market, none needed) answers nothing.
pub fn advise(inputs: Inputs, figures: Figures) -> Approach {
    let some = |figure: Option<u64>| figure.filter(|figure| *figure > 0);
    let figures = Figures {
        reps: some(figures.reps),
        market: some(figures.market),
        needed: some(figures.needed),
        ..figures
    };
    let reasons = vec![
        reps(inputs.reps_many, figures),
        territories(inputs.territories_strict, figures),
        market(inputs.market_large, figures),
        confidence(inputs.confident, figures),
        revops(inputs.revops),
    ];
    let count = |way| {
        let votes = reasons.iter();
        votes
            .filter(|reason| reason.speaks_for == Some(way))
            .count()
    };
    let votes = (count(Way::Named), count(Way::Queue));
    let advice = match votes {
        (named, queue) if named >= 2 && named >= 4 * queue => Advice::One(Way::Named),
        (named, queue) if queue >= 2 && queue >= 4 * named => Advice::One(Way::Queue),
        (named, queue) if named + queue < 2 => Advice::Open,
        _ => Advice::Mix,
    };
    Approach {
        advice,
        votes,
        reasons,
    }
}

/// A reason from an answer: given, or read off a figure; `named` says whether yes speaks for named
/// accounts.
fn reason(
    question: Question,
    (given, read): (Option<bool>, Option<(bool, String)>),
    named: bool,
    words: (&str, &str),
) -> Reason {
    let word = |yes: bool| if yes { words.0 } else { words.1 };
    let way = |yes: bool| if yes == named { Way::Named } else { Way::Queue };
    let (speaks_for, because) = match (given, read) {
        (Some(yes), _) => (Some(way(yes)), word(yes).to_owned()),
        (None, Some((yes, figure))) => (Some(way(yes)), format!("{} ({figure})", word(yes))),
        (None, None) => (None, "not known".to_owned()),
    };
    Reason {
        question,
        speaks_for,
        because,
    }
}

fn reps(given: Option<bool>, figures: Figures) -> Reason {
    let read = figures
        .reps
        .map(|reps| (reps >= REPS_MANY, format!("{reps} of at least {REPS_MANY}")));
    reason(
        Question::Reps,
        (given, read),
        true,
        ("many reps", "few reps"),
    )
}

fn territories(given: Option<bool>, figures: Figures) -> Reason {
    let read = figures
        .territories
        .map(|on| (on, "as the policy has it".to_owned()));
    let words = ("strictly defined territories", "loose territories, or none");
    reason(Question::Territories, (given, read), true, words)
}

fn market(given: Option<bool>, figures: Figures) -> Reason {
    let read = match (figures.market, figures.reps, figures.needed) {
        (Some(market), Some(reps), Some(needed)) => {
            let all = reps.saturating_mul(needed);
            let large = market >= all.saturating_mul(MARKET_LARGE);
            Some((
                large,
                format!(
                    "{market} accounts, and {reps} reps need {needed} each; large is {MARKET_LARGE} times that"
                ),
            ))
        }
        _ => None,
    };
    let words = ("a large market for the reps", "a small market for the reps");
    let mut reason = reason(Question::Market, (given, read), false, words);
    if let (None, Some(market)) = (reason.speaks_for, figures.market) {
        reason.because = format!("{market} accounts, but not known how many a rep needs");
    }
    reason
}

fn confidence(given: Option<bool>, figures: Figures) -> Reason {
    let read = figures.wins.map(|wins| {
        let figure = format!("{wins} wins of at least {WINS_SURE} behind the number");
        (wins >= WINS_SURE, figure)
    });
    let words = (
        "sure how many accounts a quota takes",
        "not sure how many accounts a quota takes",
    );
    reason(Question::Confidence, (given, read), true, words)
}

fn revops(given: Option<bool>) -> Reason {
    let words = ("RevOps can keep named books", "nobody in RevOps for it");
    reason(Question::RevOps, (given, None), true, words)
}

/// Whether inbound records should be earned or dealt rateably, in a sentence.
///
/// *Example*: at a contract value of 3,000 a year, rateably, however scarce they are.
pub fn inbound(acv: Option<Micro>, load: Micro) -> String {
    match acv.filter(|acv| *acv <= ACV_SMALL) {
        Some(acv) => format!(
            "Contracts of {acv} a year come fast and are alike (up to {ACV_SMALL}): deal them \
             rateably, however scarce they are."
        ),
        None => Regime::at(load).advice().to_owned(),
    }
}
