//! What a workspace's own history says of when records should go back: the gaps between touches,
//! the stays until a win, and whether the stated times can both be true.
//!
//! Here histories become observations; the statistics are [`super::threshold`],
//! [`super::recycle_time`] and [`super::consistency`]. Nothing is changed by any of it. Touches
//! that the policy does not count as work count here all the same: a gap is one of life, not of
//! rules.

use super::consistency::{self, Consistency, Stated};
use super::hazard::BINS_MAX;
use super::part::Part;
use super::recycle_time::{self, Best, Lost, Returns, Terms};
use super::survival::Observed;
use super::threshold::{self, Abandoned, Gap, Gaps, Question, Threshold};
use crate::holding::place::Place;
use crate::ids::RecordNo;
use crate::state::State;
use crate::time::{DAY, Moment};
use std::collections::BTreeMap;

/// Thresholds looked at for the picture, in days.
const LOOKS: [u32; 10] = [7, 14, 21, 30, 45, 60, 75, 90, 120, 150];
/// Horizons tried where the history does not reach to the usual one, in days.
const SHORTER: [u32; 5] = [120, 90, 60, 45, 30];
/// What counts as an answer where the caller does not say: the reason of closing.
pub const WON: &str = "won";

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Of the threshold.
    pub question: Question,
    /// Of the recycling time.
    pub terms: Terms,
    /// Reasons of closing that are an answer.
    pub won: Vec<String>,
    /// Whether somebody said how far to look; otherwise as far as the history goes.
    pub horizon_stated: bool,
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            question: Question::default(),
            terms: Terms::default(),
            won: vec![WON.to_owned()],
            horizon_stated: false,
        }
    }
}

impl Ask {
    /// As asked, with the usual values where nothing is; or what is senseless, and what it must be.
    pub fn of(told: Told) -> Result<Self, (&'static str, &'static str)> {
        let usual = Self::default();
        let question = Question {
            wrong: told.wrong.unwrap_or(usual.question.wrong),
            warn: told.warn.unwrap_or(usual.question.warn),
            horizon: told.horizon.unwrap_or(usual.question.horizon),
            abandoned: told
                .abandoned
                .map_or(Abandoned::Estimated, Abandoned::OfGaps),
        };
        let is_part = |part: f64| part > 0.0 && part <= 1.0;
        if !is_part(question.wrong) {
            return Err(("wrong", "a number above 0 and up to 1, such as 0.1"));
        }
        if !is_part(question.warn) {
            return Err(("warn", "a number above 0 and up to 1, such as 0.25"));
        }
        if !(1..=BINS_MAX as u32).contains(&question.horizon) {
            return Err(("horizon", "a whole number of days from 1 to 3,650"));
        }
        let stated = told.abandoned.unwrap_or(0.0);
        if !(0.0..=1.0).contains(&stated) {
            return Err(("abandoned", "a number from 0 to 1"));
        }
        Ok(Self {
            question,
            terms: usual.terms,
            won: told.won.map_or(usual.won, |won| vec![won]),
            horizon_stated: told.horizon.is_some(),
        })
    }
}

/// What somebody asks; `None` is as usual ([`Ask::default`]).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// How much of what is taken back may have been alive.
    pub wrong: Option<f64>,
    /// When to warn: where so much would have been alive.
    pub warn: Option<f64>,
    /// Not touched for so many days is abandoned.
    pub horizon: Option<u32>,
    /// The part of gaps that never end.
    pub abandoned: Option<f64>,
    /// The reason of closing that counts as an answer.
    pub won: Option<String>,
}

/// How often a rule of the policy in force takes what is alive, and what its time gives up.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The removal, by name.
    pub name: String,
    /// After how many days it takes.
    pub days: u32,
    /// Of what it takes, the part that would have been touched again.
    pub wrong: Result<Part, threshold::NoAdvice>,
    /// What its time gives up against the best; `None` without a best.
    pub lost: Option<Lost>,
}

/// Everything the history says.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// After how many days without activity.
    pub threshold: Result<Threshold, threshold::NoAdvice>,
    /// The wrong part at some thresholds, as far as enough gaps get there.
    pub curve: Vec<(u32, Part)>,
    /// After how many days an unanswered record should go back.
    pub best: Result<Best, recycle_time::NoAdvice>,
    /// The rules of the policy in force that go by time, in its order.
    pub rules: Vec<Rule>,
    /// Whether the stated stay and rest can both be true; `None` without a rule and a rest.
    pub check: Option<Consistency>,
    /// Gaps looked at.
    pub gaps: usize,
    /// Stays looked at.
    pub stays: usize,
}

/// Looks at the history up to `now`; `touches` are the moments at which each record was worked on,
/// by record and then by moment, as the store keeps them.
pub fn advise(
    state: &State,
    touches: impl IntoIterator<Item = (RecordNo, Moment)>,
    ask: &Ask,
    now: Moment,
) -> Advice {
    let gaps = gaps(state, touches, now);
    let stays = stays(state, &ask.won, now);
    let looked = looked(&gaps, ask);
    let returns = Returns::of(&stays, ask.terms);
    let curve = looked.iter().flat_map(|gaps| {
        let looks = LOOKS.into_iter().filter(|days| *days <= gaps.horizon());
        looks.filter_map(|days| Some((days, gaps.wrong(days).ok()?)))
    });
    Advice {
        curve: curve.collect(),
        rules: rules(state, &looked, returns.as_ref().ok()),
        threshold: looked.and_then(|gaps| gaps.advice()),
        best: returns.map(|returns| returns.best()),
        check: check(state),
        gaps: gaps.len(),
        stays: stays.len(),
    }
}

/// Looks as far as asked, or as far as the history goes where nobody said how far.
fn looked(gaps: &[Gap], ask: &Ask) -> Result<Gaps, threshold::NoAdvice> {
    let first = Gaps::of(gaps, ask.question);
    if ask.horizon_stated || !matches!(first, Err(threshold::NoAdvice::FewFollowed { .. })) {
        return first;
    }
    let mut shorter = SHORTER.into_iter().filter_map(|horizon| {
        let question = Question {
            horizon,
            ..ask.question
        };
        Gaps::of(gaps, question).ok()
    });
    shorter.next().map_or(first, Ok)
}

/// The gaps between touches. A gap that a record spent partly outside a book is open from where it
/// left it: who had it can no longer end it. *Order*: by record, then by time.
pub fn gaps(
    state: &State,
    touches: impl IntoIterator<Item = (RecordNo, Moment)>,
    now: Moment,
) -> Vec<Gap> {
    let ended = ends(state);
    let mut gaps = Vec::new();
    let mut last: Option<(RecordNo, Moment)> = None;
    let mut close = |from: Option<(RecordNo, Moment)>, to: Option<Moment>| {
        let Some((record, from)) = from else { return };
        let left = left_after(state, &ended, record, from);
        let until = to.unwrap_or(now);
        let (until, closed) = match left.filter(|left| *left < until) {
            Some(left) => (left, false),
            None => (until, to.is_some()),
        };
        gaps.push(Gap {
            account: u64::from(record.0),
            days: days(from, until),
            closed,
        });
    };
    for (record, at) in touches.into_iter().filter(|(_, at)| *at <= now) {
        let same = last.is_some_and(|(before, _)| before == record);
        close(last, same.then_some(at));
        last = Some((record, at));
    }
    close(last, None);
    gaps
}

/// How long each turn stayed until it was won; what was lost, left its book or is open counts as
/// at least so long. *Order*: by turn.
pub fn stays(state: &State, won: &[String], now: Moment) -> Vec<Observed> {
    let outcomes = state.outcomes();
    let ended = ends(state);
    let mut wins: BTreeMap<RecordNo, Vec<Moment>> = BTreeMap::new();
    for end in outcomes.ended() {
        if won.iter().any(|won| won == outcomes.reason(end)) {
            wins.entry(end.record).or_default().push(end.at);
        }
    }
    let dealt = outcomes.dealt().iter().filter(|dealt| dealt.at <= now);
    let stay = dealt.map(|dealt| {
        let left = left_after(state, &ended, dealt.record, dealt.at);
        let until = left.unwrap_or(now).min(now);
        let wins = wins.get(&dealt.record);
        Observed {
            length: u64::from(days(dealt.at, until)),
            ended: left.is_some_and(|left| wins.is_some_and(|wins| is_among(wins, left))),
        }
    });
    stay.collect()
}

/// Whether it is one of these moments; who lost a record when is kept in whole seconds.
fn is_among(moments: &[Moment], at: Moment) -> bool {
    let second = |at: Moment| at.0.div_euclid(1_000);
    moments.iter().any(|one| second(*one) == second(at))
}

/// When each record was closed in a book, ascending.
fn ends(state: &State) -> BTreeMap<RecordNo, Vec<Moment>> {
    let mut ended: BTreeMap<RecordNo, Vec<Moment>> = BTreeMap::new();
    for end in state.outcomes().ended() {
        ended.entry(end.record).or_default().push(end.at);
    }
    ended
}

/// When a record first left a book after `from`: closed, given back or taken.
fn left_after(
    state: &State,
    ended: &BTreeMap<RecordNo, Vec<Moment>>,
    record: RecordNo,
    from: Moment,
) -> Option<Moment> {
    let closed = ended.get(&record).into_iter().flatten().copied();
    let parted = state.records().activity.owners_before(record);
    let parted = parted.map(|(_, until)| until);
    closed.chain(parted).filter(|at| *at > from).min()
}

fn days(from: Moment, until: Moment) -> u32 {
    u32::try_from((until - from).0.max(0) / DAY.0).unwrap_or(u32::MAX)
}

fn rules(
    state: &State,
    gaps: &Result<Gaps, threshold::NoAdvice>,
    returns: Option<&Returns>,
) -> Vec<Rule> {
    let policy = state.policy();
    let recycling = policy.and_then(|policy| policy.document().recycling.as_ref());
    let removals = recycling.into_iter().flat_map(|all| &all.removals);
    let rule = removals.filter_map(|removal| {
        let days = u32::try_from(removal.idle?.0 / DAY.0).unwrap_or(u32::MAX);
        Some(Rule {
            name: removal.name.clone(),
            days,
            wrong: gaps.clone().and_then(|gaps| gaps.wrong(days)),
            lost: returns.map(|returns| returns.lost(days)),
        })
    });
    rule.collect()
}

/// The shortest stay and the rest of the policy against the records that nobody works on.
fn check(state: &State) -> Option<Consistency> {
    let recycling = state.policy()?.document().recycling.as_ref()?;
    let stay = recycling.removals.iter().filter_map(|one| one.idle).min()?;
    let (mut market, mut booked) = (0, 0);
    for record in (0..state.records().len()).map(RecordNo::at) {
        match state.place(record) {
            Place::Closed => {}
            Place::Book(_) if state.records().activity.worked_at(record).is_some() => {}
            Place::Book(_) => {
                market += 1;
                booked += 1;
            }
            Place::Queue(_) | Place::Held(_) | Place::Resting(_) => market += 1,
        }
    }
    let whole = |span: i64| u32::try_from(span / DAY.0).unwrap_or(u32::MAX);
    Some(consistency::check(Stated {
        stay: whole(stay.0),
        rest: whole(recycling.rest.0),
        market,
        booked,
    }))
}
