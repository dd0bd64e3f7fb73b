//! After how many days an untouched record should go back: when its place is worth more to others.
//!
//! A place in a book brings answers at the rate `R(T) = P(X <= T) / (E min(X, T) + switch)`, if
//! every record stays until it answers (after `X` days) or `T` days have passed, and a change of
//! records costs `switch` days. The best `T` is where the chance to answer today falls to that
//! rate: a record that is less likely to answer than a fresh one should make room.
//!
//! Counts places and days, not effort: a record that somebody works on is another matter, so `T` is
//! for untouched ones. Whether a record is still alive is [`super::threshold`]. The best day is
//! looked for on chances smoothed over days ([`Exposure::smooth_chances`]): the best of many days
//! is otherwise the luckiest one, and loses about twice as much (see the tests). What another day
//! gives up is told by the plain curve, since smoothing blurs a quick start.
//! *Source*: guide "science" section 8; Charnov 1976; renewal-reward.

use super::hazard::{BINS_MAX, Exposure, reaches};
use super::jackknife::{self, ERRORS, GROUPS};
use super::logarithm::{exp, ln};
use super::survival::Observed;
use super::words;

/// Fewest records that all segments together must have.
pub const RECORDS_MIN: usize = 100;
/// Fewest answers among them.
pub const ANSWERS_MIN: usize = 20;
/// Fewest records that must have got to a day before it can be advised.
pub const REACHED_MIN: usize = 20;
/// So many records behaving like all others are lent to every segment, so that a small one is
/// drawn to the whole and a large one speaks for itself.
pub const LENT: usize = 100;
/// A rate so small that it stands for none, where a ratio is asked.
const NOTHING: f64 = 1e-9;

/// What a place in a book costs, and how far to look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// Days that a change of records costs; above 0.
    pub switch: f64,
    /// Longest time considered.
    pub days_max: u32,
}

impl Default for Terms {
    /// Two days to take up a fresh record, and no longer than half a year.
    fn default() -> Self {
        Self {
            switch: 2.0,
            days_max: 180,
        }
    }
}

/// Why there is no advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAdvice {
    /// Too few records.
    FewRecords { have: usize, need: usize },
    /// Too few answers.
    FewAnswers { have: usize, need: usize },
}

/// What a place in a book brings, for every time after which records go back.
#[derive(Clone, Debug, PartialEq)]
pub struct Returns {
    n: usize,
    answers: usize,
    /// The chance to answer on each day.
    chances: Vec<f64>,
    /// `R` by days; 0 days bring nothing.
    rates: Vec<f64>,
    /// The best day of the smoothed curve.
    best: u32,
    /// `R` without each group.
    without: Vec<Vec<f64>>,
}

/// The best time, and which others cannot be told apart from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Best {
    /// Take untouched records back after so many days.
    pub days: u32,
    /// The shortest time that the data cannot tell from the best, at about 95 %.
    pub low: u32,
    /// The longest.
    pub high: u32,
    /// Whether the best is the last day that the data reach: it may lie beyond.
    pub at_end: bool,
    /// Answers that a hundred places bring in a day.
    pub per_hundred: f64,
    /// Records looked at.
    pub n: usize,
    /// How many answered.
    pub answers: usize,
}

/// What another time gives up against the best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lost {
    /// The time looked at.
    pub days: u32,
    /// The best one.
    pub best: u32,
    /// Part of the answers given up; below 0 if the plain curve has `days` for the better one.
    pub value: f64,
    /// Lower end of an interval of about 95 %; below 0 if `days` may be the better one.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Records looked at.
    pub n: usize,
}

impl Returns {
    /// Looks at all records: days from getting into a book until the answer, or still without.
    ///
    /// *Order and ties*: which record is left out with which is by place in the list.
    /// *Bounds*: no further than [`REACHED_MIN`] records got; lengths in whole days.
    /// *Refuses*: `FewRecords`, `FewAnswers`.
    pub fn of(observed: &[Observed], terms: Terms) -> Result<Self, NoAdvice> {
        let found = Self::with(observed, terms, &[]);
        if found.n < RECORDS_MIN {
            let (have, need) = (found.n, RECORDS_MIN);
            return Err(NoAdvice::FewRecords { have, need });
        }
        if found.answers < ANSWERS_MIN {
            let (have, need) = (found.answers, ANSWERS_MIN);
            return Err(NoAdvice::FewAnswers { have, need });
        }
        Ok(found)
    }

    /// Looks at one segment, drawn to all records.
    ///
    /// *Bounds*: a segment without records is what all are.
    pub fn of_segment(observed: &[Observed], all: &Self, terms: Terms) -> Self {
        Self::with(observed, terms, &all.chances)
    }

    fn with(observed: &[Observed], terms: Terms, lent: &[f64]) -> Self {
        let days = (terms.days_max as usize).clamp(1, BINS_MAX);
        let own = Exposure::of(observed.iter().copied(), 1, days);
        let all = own.lent(lent, if lent.is_empty() { 0.0 } else { LENT as f64 });
        let reached = all.at_risk.iter();
        let reached = reached.take_while(|left| **left >= REACHED_MIN as f64);
        let days = reached.count().clamp(1, days);
        let chances = all.chances();
        let switch = terms.switch.max(f64::MIN_POSITIVE);
        let without = |group: usize| {
            let members = observed.iter().zip(0u64..);
            let members = members.filter(|(_, place)| jackknife::group(*place) == group);
            let members = members.map(|(one, _)| *one);
            let left_out = Exposure::of(members, 1, all.ended.len());
            rates(&all.without(&left_out).chances()[..days], switch)
        };
        Self {
            n: observed.len(),
            answers: own.ended.iter().sum::<f64>() as usize,
            rates: rates(&chances[..days], switch),
            best: argmax(&rates(&all.smooth_chances()[..days], switch)),
            without: (0..GROUPS).map(without).collect(),
            chances,
        }
    }

    /// Answers a place brings in a day, for each time after which records go back, from 0 days.
    pub fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// The best time.
    ///
    /// *Order and ties*: of equally good days the first.
    pub fn best(&self) -> Best {
        let best = self.best;
        let apart = |days: &u32| self.lost(*days).low > 0.0;
        let last = self.rates.len() as u32 - 1;
        Best {
            days: best,
            low: (1..=best).find(|days| !apart(days)).unwrap_or(best),
            high: (best..=last)
                .rev()
                .find(|days| !apart(days))
                .unwrap_or(best),
            at_end: best == last,
            per_hundred: 100.0 * self.rates[best as usize],
            n: self.n,
            answers: self.answers,
        }
    }

    /// What taking back after `days` gives up.
    ///
    /// *Bounds*: `days` count as at least 1, and as no more than the data reach; the answer says
    /// which were looked at.
    pub fn lost(&self, days: u32) -> Lost {
        let best = self.best;
        let days = days.clamp(1, self.rates.len() as u32 - 1);
        let ratio = |rates: &[f64]| {
            let (rate, most) = (rates[days as usize], rates[best as usize]);
            ln(rate.max(NOTHING) / most.max(NOTHING))
        };
        let without: Vec<f64> = self.without.iter().map(|rates| ratio(rates)).collect();
        let (whole, reach) = (ratio(&self.rates), ERRORS * jackknife::error(&without));
        Lost {
            days,
            best,
            value: 1.0 - exp(whole),
            low: 1.0 - exp(whole + reach),
            high: 1.0 - exp(whole - reach),
            n: self.n,
        }
    }
}

/// The day with the highest rate, the first of equal ones, from day 1 on.
fn argmax(rates: &[f64]) -> u32 {
    let mut best = 1;
    for days in 2..rates.len() {
        if rates[days] > rates[best] {
            best = days;
        }
    }
    best as u32
}

/// `R` for 0 days and on; within a day, answers come evenly.
fn rates(chances: &[f64], switch: f64) -> Vec<f64> {
    let reaches = reaches(chances);
    let mut stayed = 0.0;
    let mut rates = vec![0.0];
    for pair in reaches.windows(2) {
        stayed += (pair[0] + pair[1]) / 2.0;
        rates.push((1.0 - pair[1]) / (stayed + switch));
    }
    rates
}

impl Best {
    /// In plain words.
    pub fn sentence(&self) -> String {
        let counted = format!(
            "{}, {}",
            words::count(self.n, "record"),
            words::count(self.answers, "answer")
        );
        if self.at_end {
            return format!(
                "Do not take untouched records back before {}: as far as the data reach, staying \
                 longer pays ({counted}).",
                words::days(u64::from(self.days))
            );
        }
        format!(
            "Take untouched records back after {}; the data cannot tell {} to {} days from that \
             ({counted}). A hundred places then bring {:.1} answers a day.",
            words::days(u64::from(self.days)),
            self.low,
            self.high,
            self.per_hundred
        )
    }
}

impl Lost {
    /// In plain words.
    pub fn sentence(&self) -> String {
        let (days, best) = (u64::from(self.days), u64::from(self.best));
        let n = words::count(self.n, "record");
        if self.low <= 0.0 {
            return format!(
                "{} may be as good as {}: the data do not tell them apart ({n}).",
                words::days(days),
                words::days(best)
            );
        }
        format!(
            "Taking back after {} gives up {} of the answers that {} would bring ({} to {}; {n}).",
            words::days(days),
            words::percent(self.value),
            words::days(best),
            words::percent(self.low),
            words::percent(self.high)
        )
    }
}

impl NoAdvice {
    /// In plain words.
    pub fn sentence(&self) -> String {
        match self {
            Self::FewRecords { have, need } => format!(
                "Not enough data: {}, and it takes {need}.",
                words::count(*have, "record")
            ),
            Self::FewAnswers { have, need } => format!(
                "Not enough data: {}, and it takes {need}.",
                words::count(*have, "answer")
            ),
        }
    }
}
