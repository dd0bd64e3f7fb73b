//! How much of what was dealt gets worked, by day 7 and by day 30.
//!
//! What counts as worked is the team's to say ([`Worked`]): two calls, one call or e-mail. A record
//! dealt yesterday is neither worked nor neglected, so the share is read from a curve of the time
//! to the first work, in which young records count for as long as they have been watched. A record
//! that was disqualified, or turned out to be the rep's own, before anybody worked it is neither:
//! both are told beside it, and what is left is untouched.
//!
//! Deliberately not a rate per rep in a ranking; whoever wants one asks for each rep's records.
//! *Source*: guide "science" section 9; Aalen and Johansen 1978; mission 4.36.

use super::figure::{Figure, count, percent};
use super::incidence::Incidence;
use super::unknown::Unknown;
use crate::time::Span;

/// Days at which coverage is told.
pub const DAYS: [i64; 2] = [7, 30];

/// What counts as worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worked {
    /// Kinds of touches that count, by the caller's numbers; all kinds if there are none here.
    pub kinds: Vec<u32>,
    /// How many of them it takes; 0 is taken as 1.
    pub touches: u32,
}

/// One touch of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// How long after the record was dealt.
    pub after: Span,
    /// Its kind, by the caller's numbers.
    pub kind: u32,
}

/// Why a record left before it was worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It was disqualified.
    Disqualified,
    /// It turned out to be the rep's own.
    SelfSourced,
}

/// One record that was dealt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dealt {
    /// How long ago it was dealt, or for how long it was with its rep.
    pub age: Span,
    /// Touches, in any order.
    pub touches: Vec<Touch>,
    /// Whether and when it left.
    pub left: Option<(Span, Left)>,
}

impl Worked {
    /// When a record was worked for the first time.
    ///
    /// *Example*: two calls or more: with calls on days 1 and 4, day 4.
    pub fn first(&self, dealt: &Dealt) -> Option<Span> {
        let counts = |touch: &&Touch| self.kinds.is_empty() || self.kinds.contains(&touch.kind);
        let counting = dealt.touches.iter().filter(counts);
        let mut after: Vec<Span> = counting.map(|touch| touch.after).collect();
        after.sort();
        let needed = self.touches.max(1) as usize;
        after
            .get(needed - 1)
            .copied()
            .filter(|after| *after <= dealt.age)
    }
}

/// What became of records by one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ByDay {
    /// The day, counted from when a record was dealt.
    pub day: i64,
    /// Share that was worked.
    pub worked: Figure,
    /// Share that was disqualified before anybody worked it.
    pub disqualified: Figure,
    /// Share that turned out to be the rep's own before.
    pub self_sourced: Figure,
    /// Share that nobody touched.
    pub untouched: f64,
    /// Records watched until that day or longer.
    pub watched: usize,
}

/// Coverage of some records.
#[derive(Clone, Debug, PartialEq)]
pub struct Coverage {
    /// At each of [`DAYS`] that anybody was watched for.
    pub days: Vec<ByDay>,
    /// Records.
    pub n: usize,
}

/// The curve of the time to first work: worked, disqualified before, the rep's own before.
///
/// *Order and ties*: worked on the day it was disqualified is worked.
pub fn curve(records: &[Dealt], worked: &Worked) -> Incidence<3> {
    Incidence::of(records.iter().map(|dealt| {
        let left = dealt.left.filter(|(after, _)| *after <= dealt.age);
        match (worked.first(dealt), left) {
            (Some(first), None) => (first, Some(0)),
            (Some(first), Some((after, _))) if first <= after => (first, Some(0)),
            (_, Some((after, Left::Disqualified))) => (after, Some(1)),
            (_, Some((after, Left::SelfSourced))) => (after, Some(2)),
            (None, None) => (dealt.age, None),
        }
    }))
}

impl Coverage {
    /// Coverage by this definition of worked.
    ///
    /// *Order and ties*: worked on the day it was disqualified is worked.
    /// *Refuses*: [`Unknown::Nothing`] without records; [`Unknown::TooFew`] while nobody has been
    /// watched for the first of [`DAYS`].
    pub fn of(records: &[Dealt], worked: &Worked) -> Result<Self, Unknown> {
        if records.is_empty() {
            return Err(Unknown::Nothing);
        }
        let curve = curve(records, worked);
        let by_day = |day: &i64| {
            let after = Span::days(*day);
            // Until that day: still at risk then, or over before.
            let watched = records.iter().filter(|dealt| dealt.age >= after).count();
            let at = |cause: usize| match watched {
                0 => None,
                _ => curve.known(cause, after),
            };
            let (worked, disqualified, self_sourced) = (at(0)?, at(1)?, at(2)?);
            Some(ByDay {
                day: *day,
                worked,
                disqualified,
                self_sourced,
                untouched: (1.0 - worked.value - disqualified.value - self_sourced.value).max(0.0),
                watched,
            })
        };
        let days: Vec<ByDay> = DAYS.iter().filter_map(by_day).collect();
        match days.is_empty() {
            true => Err(Unknown::TooFew {
                n: 0.0,
                needed: 1.0,
                what: "record watched for a week",
            }),
            false => Ok(Self {
                days,
                n: records.len(),
            }),
        }
    }

    /// In words.
    pub fn sentence(&self) -> String {
        let parts = self.days.iter().map(|by| {
            format!(
                "By day {} {} are worked, {} were disqualified and {} were the rep's own before \
                 that, and {} are untouched ({} watched so long).",
                by.day,
                by.worked.as_percent(),
                percent(by.disqualified.value),
                percent(by.self_sourced.value),
                percent(by.untouched),
                count(by.watched as f64, "record")
            )
        });
        let parts: Vec<String> = parts.collect();
        format!("Of {}: {}", count(self.n as f64, "record"), parts.join(" "))
    }
}
