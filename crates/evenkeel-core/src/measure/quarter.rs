//! The quarter-end trap: deals that end in lumps, so that a rate depends on where a period ends.
//!
//! Where reps push deals over the line in the last month of a quarter, most of what is decided then
//! is won, and what is decided in the months before is mostly lost. Whoever divides won by decided
//! over a period that does not end with a quarter measures the calendar and not the rep; so does
//! whoever compares reps whose deals began at other times of the quarter. Rates over all deals
//! ([`crate::measure::close_rate`]) do not depend on it; this only says when to beware.
//!
//! Deliberately knows calendar quarters in UTC only, and explains nothing.
//! *Source*: guide "science" sections 3 (d) and 9.

use super::figure::{Figure, count, percent};
use super::past::{Deal, End};
use super::proportion::Tally;
use crate::time::{Moment, Span};

/// A difference smaller than this is not warned about.
const MATTERS: f64 = 0.05;

/// What was decided in each month of quarters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Quarters {
    /// Won of won and lost, by the month of the quarter: first, second, third.
    pub months: [Tally; 3],
    /// Median time from dealt to won, and to lost.
    pub took: [Option<Span>; 2],
    /// Days from the last decision in a quarter to its end, where the history ends within one.
    pub left: Option<i64>,
}

impl Quarters {
    /// Counts what was won or lost.
    pub fn of(deals: &[Deal]) -> Self {
        Self::of_decided(deals.iter().filter_map(|deal| {
            let (closed, span) = (deal.closed?, deal.took()?);
            match deal.end {
                End::Won => Some((closed, span, true)),
                End::Lost => Some((closed, span, false)),
                End::Open | End::Disqualified => None,
            }
        }))
    }

    /// The same of what was decided: when, how long after it was dealt, and whether it was won.
    pub fn of_decided(decided: impl Iterator<Item = (Moment, Span, bool)>) -> Self {
        let mut quarters = Self::default();
        let mut took = [Vec::new(), Vec::new()];
        let mut last = None;
        for (closed, span, won) in decided {
            let Some(month) = month(closed) else { continue };
            let tally = &mut quarters.months[month];
            *tally = Tally::of(tally.wins + f64::from(u8::from(won)), tally.trials + 1.0);
            took[usize::from(!won)].push(span);
            last = last.max(Some(closed));
        }
        quarters.took = took.map(median);
        quarters.left = last.and_then(left).filter(|days| *days > 0);
        quarters
    }

    /// How much larger the share won is in the last month than in the first two.
    pub fn last_month(&self) -> Figure {
        let [first, second, third] = self.months;
        third.above(&(first + second))
    }

    /// Whether the last month differs so much, and so surely, that a rate depends on it.
    pub fn is_trap(&self) -> bool {
        let [first, second, third] = self.months;
        let both = third.trials > 0.0 && (first + second).trials > 0.0;
        let more = self.last_month();
        both && more.value.abs() >= MATTERS && (more.interval.low > 0.0 || more.interval.high < 0.0)
    }

    /// In words; nothing when there is no trap.
    pub fn sentence(&self) -> Option<String> {
        if !self.is_trap() {
            return None;
        }
        let [first, second, third] = self.months;
        let before = first + second;
        let mut text = format!(
            "Beware of quarter ends: of what was decided in the last month of a quarter, {} was won \
             ({}), of what was decided in the first two {} ({}). Won over decided therefore depends \
             on where a period ends, and on who had deals ending when: compare whole quarters, or \
             the rates here, which count every deal from the day it was dealt.",
            third.figure().as_percent(),
            count(third.trials, "deal"),
            before.figure().as_percent(),
            count(before.trials, "deal"),
        );
        if let Some(days) = self.left {
            let days = count(days as f64, "day");
            text.push_str(&format!(
                " This history ends {days} before the end of a quarter."
            ));
        }
        Some(text)
    }

    /// In words: that wins and losses take different times; nothing when they do not.
    pub fn pace_sentence(&self) -> Option<String> {
        let [Some(won), Some(lost)] = self.took else {
            return None;
        };
        let (slow, quick) = (won.max(lost), won.min(lost));
        if slow.0 < 2 * quick.0 || slow < Span::days(2) {
            return None;
        }
        let (first, looks) = match won > lost {
            true => ("lost", "worse"),
            false => ("won", "better"),
        };
        Some(format!(
            "Half of the wins took {won} or longer, half of the losses {lost}: what is {first} is \
             known first, so the deals of a young period look {looks} than they are."
        ))
    }

    /// The share won in each month of a quarter, in words.
    pub fn months_words(&self) -> String {
        let words = self.months.map(|tally| match tally.trials > 0.0 {
            true => format!(
                "{} of {}",
                percent(tally.rate()),
                count(tally.trials, "deal")
            ),
            false => "nothing decided".to_owned(),
        });
        words.join(", ")
    }
}

fn day(moment: Moment) -> Option<jiff::civil::Date> {
    let stamp = jiff::Timestamp::from_millisecond(moment.0).ok()?;
    Some(stamp.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// The quarter of a moment: year and 0 to 3.
pub fn quarter(moment: Moment) -> Option<(i16, i8)> {
    let day = day(moment)?;
    Some((day.year(), (day.month() - 1) / 3))
}

/// The month within its quarter, from 0.
fn month(moment: Moment) -> Option<usize> {
    let month = day(moment)?.month();
    usize::try_from((month - 1).rem_euclid(3)).ok()
}

/// Days to the last day of the quarter.
fn left(moment: Moment) -> Option<i64> {
    let day = day(moment)?;
    let months = 2 - (day.month() - 1).rem_euclid(3);
    let end = day
        .first_of_month()
        .checked_add(jiff::Span::new().months(months))
        .ok()?
        .last_of_month();
    Some(i64::from(day.until(end).ok()?.get_days()))
}

/// The middle one, the lower of two.
fn median(mut spans: Vec<Span>) -> Option<Span> {
    spans.sort_unstable();
    let middle = spans.len().checked_sub(1)? / 2;
    Some(spans[middle])
}
