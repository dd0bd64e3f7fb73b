//! Working hours: ranges of the week, as the clock on the rep's wall shows them.
//!
//! What the wall shows decides, also when clocks change: hours that a spring night leaves out do
//! not happen, and hours that an autumn night repeats happen twice. Leave and holidays are
//! deliberately elsewhere ([`crate::people::rep::Leave`]).

use crate::people::zone::Zone;
use crate::time::{DAY, Moment, Span};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest text of working hours in bytes.
pub const HOURS_TEXT_MAX: usize = 500;

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const DAY_MINUTES: u16 = 24 * 60;
const WEEK_MINUTES: u16 = 7 * DAY_MINUTES;
const MINUTE: Span = Span(60_000);
const WEEK: Span = Span::days(7);
/// How far ahead the next opening is looked for.
const LOOKAHEAD: Span = Span::days(14);

/// Working hours of one week, repeated for ever.
///
/// Written as text, `"Mon-Fri 09:00-17:30; Sat 10:00-14:00"` or `"always"`, also in journals.
/// *Bounds*: [`HOURS_TEXT_MAX`]; minutes are the smallest step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    /// Ascending, without touching or overlap within a day; empty means always.
    shifts: Vec<Shift>,
}

/// One range, in minutes from Monday 00:00; it may run past midnight, and past the week's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shift {
    from: u16,
    until: u16,
}

/// Why a text is not working hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursError {
    /// Where in the text, in characters, from 1.
    pub character: usize,
    /// What stands there.
    pub seen: String,
    /// What is wrong with it, and what to write.
    pub problem: &'static str,
}

impl fmt::Display for HoursError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            character,
            seen,
            problem,
        } = self;
        write!(
            f,
            "working hours, character {character}: {seen:?} {problem}"
        )
    }
}

impl std::error::Error for HoursError {}

/// Whether `name` is a zone of the IANA database, such as `America/New_York`.
pub fn zone_known(name: &str) -> bool {
    Zone::find(name).is_some()
}

impl Hours {
    /// Every hour of every day.
    pub const ALWAYS: Self = Self { shifts: Vec::new() };

    /// Reads parts divided by `;`, each days then ranges, both divided by `,`.
    ///
    /// Days are English, in full or their first three letters, single or as `Mon-Fri` (also across
    /// the week's end). Ranges are `09:00-17:30`; a range that ends at or before its start runs
    /// past midnight, and `24:00` is the end of the day. Ranges of a day that touch become one.
    ///
    /// *Refuses*: text over the bound, text without a range, and in order of place whatever is not
    /// a day, not a time, or a range from a time to the same time.
    ///
    /// *Example*: `"Fri 22:00-06:00"` is open on Saturday at 05:59 and not at 06:00.
    pub fn parse(text: &str) -> Result<Self, HoursError> {
        let refuse = |token: &str, problem| Err(error(text, token, problem));
        if text.len() > HOURS_TEXT_MAX {
            return refuse(text, "is longer than 500 bytes; write fewer ranges");
        }
        if text.trim().eq_ignore_ascii_case("always") {
            return Ok(Self::ALWAYS);
        }
        let mut shifts = Vec::new();
        for part in text
            .split(';')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let Some(digit) = part.find(|character: char| character.is_ascii_digit()) else {
                return refuse(
                    part,
                    "has no times; write days and times, like \"Mon-Fri 09:00-17:30\"",
                );
            };
            let (days, ranges) = part.split_at(digit);
            let mut minutes = Vec::new();
            let days = parse_days(text, days.trim())?;
            for range in ranges.split(',').map(str::trim) {
                minutes.push(parse_range(text, range)?);
            }
            for day in days {
                let start = day * DAY_MINUTES;
                shifts.extend(minutes.iter().map(|(from, until)| Shift {
                    from: start + from,
                    until: start + until,
                }));
            }
        }
        if shifts.is_empty() {
            return refuse(text, "names no hours; write \"always\", or pause the rep");
        }
        Ok(Self {
            shifts: merged(shifts),
        })
    }

    /// Whether this is every hour of every day.
    pub fn is_always(&self) -> bool {
        self.shifts.is_empty()
    }

    /// Whether the clock on the wall in `zone` shows working hours at `now`.
    ///
    /// *Bounds*: a zone nobody knows counts as UTC ([`Zone::named`]).
    pub fn open_at(&self, zone: &str, now: Moment) -> bool {
        self.is_always() || self.open_in(&Zone::named(zone), now)
    }

    /// The first moment from `now` on within working hours; `None` when two weeks have none.
    pub fn opens_next(&self, zone: &str, now: Moment) -> Option<Moment> {
        if self.is_always() {
            Some(now)
        } else {
            self.opens_in(&Zone::named(zone), now)
        }
    }

    /// As [`Hours::open_at`], with the zone already looked up.
    pub fn open_in(&self, zone: &Zone, now: Moment) -> bool {
        self.is_always() || self.wait(wall(now, zone.offset_seconds(now))) == Span(0)
    }

    /// As [`Hours::opens_next`], with the zone already looked up.
    pub fn opens_in(&self, zone: &Zone, now: Moment) -> Option<Moment> {
        if self.is_always() {
            return Some(now);
        }
        let horizon = now + LOOKAHEAD;
        let mut from = now;
        for change in zone.changes_after(now).chain([horizon]) {
            // Until the clocks change, the wall clock runs evenly.
            let end = change.min(horizon);
            let opens = from + self.wait(wall(from, zone.offset_seconds(from)));
            if opens < end {
                return Some(opens);
            }
            if end == horizon {
                break;
            }
            from = end;
        }
        None
    }

    /// Whether the wall shows working hours at `now`, and a moment after it before which that does
    /// not change. What comes then may be the same again.
    pub fn stretch(&self, zone: &Zone, now: Moment) -> (bool, Moment) {
        if self.is_always() {
            return (true, Moment(i64::MAX));
        }
        let wall = wall(now, zone.offset_seconds(now));
        let (open, lasts) = match self.wait(wall) {
            Span(0) => (true, self.left(wall)),
            wait => (false, wait),
        };
        // Until the clocks change, the wall clock runs evenly.
        let change = zone.changes_after(now).next();
        let until = now + lasts;
        (open, change.map_or(until, |change| until.min(change)))
    }

    /// How long a shift goes on, when the wall clock shows `wall` since Monday 00:00.
    fn left(&self, wall: Span) -> Span {
        let left = self.shifts.iter().filter_map(|shift| {
            let into = (wall.0 - i64::from(shift.from) * MINUTE.0).rem_euclid(WEEK.0);
            let length = i64::from(shift.until - shift.from) * MINUTE.0;
            (into < length).then_some(length - into)
        });
        Span(left.max().unwrap_or(0))
    }

    /// How long until a shift, when the wall clock shows `wall` since Monday 00:00; 0 within one.
    fn wait(&self, wall: Span) -> Span {
        let until_next = self.shifts.iter().map(|shift| {
            let into = (wall.0 - i64::from(shift.from) * MINUTE.0).rem_euclid(WEEK.0);
            let length = i64::from(shift.until - shift.from) * MINUTE.0;
            if into < length { 0 } else { WEEK.0 - into }
        });
        Span(until_next.min().unwrap_or(0))
    }
}

/// What the clock on the wall shows, since Monday 00:00.
fn wall(now: Moment, offset_seconds: i32) -> Span {
    // 1 January 1970 was a Thursday: three days into its week.
    let local = now.0.rem_euclid(WEEK.0) + i64::from(offset_seconds) * 1000 + 3 * DAY.0;
    Span(local.rem_euclid(WEEK.0))
}

/// Puts shifts in order, joins what touches within a day, and empties what covers the whole week.
fn merged(mut shifts: Vec<Shift>) -> Vec<Shift> {
    shifts.sort_unstable();
    let mut merged: Vec<Shift> = Vec::with_capacity(shifts.len());
    for shift in shifts {
        if let Some(last) = merged.last_mut()
            && last.from / DAY_MINUTES == shift.from / DAY_MINUTES
            && shift.from <= last.until
        {
            // A day's range never comes round to its own start: text could not say it.
            let whole_day = last.from - last.from % DAY_MINUTES + DAY_MINUTES;
            let most = whole_day.max(last.from + DAY_MINUTES - 1);
            if shift.until <= most {
                last.until = last.until.max(shift.until);
                continue;
            }
        }
        merged.push(shift);
    }
    let wrapped = merged
        .iter()
        .map(|shift| shift.until.saturating_sub(WEEK_MINUTES))
        .max();
    let reach = merged
        .iter()
        .try_fold(wrapped.unwrap_or(0), |reach, shift| {
            (shift.from <= reach).then_some(reach.max(shift.until))
        });
    if reach.is_some_and(|reach| reach >= WEEK_MINUTES) {
        Vec::new()
    } else {
        merged
    }
}

/// An error about `token`, which is a slice of `text`.
fn error(text: &str, token: &str, problem: &'static str) -> HoursError {
    let before = token.as_ptr() as usize - text.as_ptr() as usize;
    HoursError {
        character: text[..before].chars().count() + 1,
        seen: token.chars().take(40).collect(),
        problem,
    }
}

fn parse_days(text: &str, days: &str) -> Result<Vec<u16>, HoursError> {
    let mut numbers = Vec::new();
    for part in days.split(',').map(str::trim) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let first = parse_day(text, first.trim())?;
        let last = parse_day(text, last.trim())?;
        numbers.extend((0..=(last + 7 - first) % 7).map(|step| (first + step) % 7));
    }
    Ok(numbers)
}

fn parse_day(text: &str, word: &str) -> Result<u16, HoursError> {
    let is_day =
        |day: &&str| word.eq_ignore_ascii_case(day) || word.eq_ignore_ascii_case(&day[..3]);
    match (0u16..).zip(&DAYS).find(|(_, day)| is_day(day)) {
        Some((number, _)) => Ok(number),
        None => Err(error(
            text,
            word,
            "is not a day; write Mon, Tue, Wed, Thu, Fri, Sat or Sun",
        )),
    }
}

/// Minutes of the day; the end is past 24 hours when the range runs past midnight.
fn parse_range(text: &str, range: &str) -> Result<(u16, u16), HoursError> {
    let Some((from, until)) = range.split_once('-') else {
        return Err(error(
            text,
            range,
            "is not a range; write it like 09:00-17:30",
        ));
    };
    let from_minute = parse_time(text, from.trim())?;
    let until_minute = parse_time(text, until.trim())?;
    if from_minute == DAY_MINUTES {
        return Err(error(
            text,
            from.trim(),
            "cannot begin a range; write 00:00 of the next day",
        ));
    }
    if from_minute == until_minute {
        let problem = "begins when it ends; write 00:00-24:00 for the whole day";
        return Err(error(text, range, problem));
    }
    let past_midnight = if until_minute < from_minute {
        DAY_MINUTES
    } else {
        0
    };
    Ok((from_minute, until_minute + past_midnight))
}

fn parse_time(text: &str, time: &str) -> Result<u16, HoursError> {
    let problem = "is not a time; write hours and minutes like 09:00, at most 24:00";
    let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        let plain = lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain {
            part.parse::<u16>().ok()
        } else {
            None
        }
    };
    let minute = time.split_once(':').and_then(|(hour, minute)| {
        let (hour, minute) = (digits(hour, 1..=2)?, digits(minute, 2..=2)?);
        (minute < 60).then_some(hour * 60 + minute)
    });
    minute
        .filter(|minute| *minute <= DAY_MINUTES)
        .ok_or_else(|| error(text, time, problem))
}

impl fmt::Display for Hours {
    /// Writes the shortest text that reads back the same; days with the same ranges together.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_always() {
            return f.write_str("always");
        }
        let of_day = |day: u16| -> Vec<(u16, u16)> {
            let start = day * DAY_MINUTES;
            self.shifts
                .iter()
                .filter(|shift| shift.from / DAY_MINUTES == day)
                .map(|shift| (shift.from - start, shift.until - start))
                .collect()
        };
        let week: Vec<_> = (0..7).map(of_day).collect();
        let mut separator = "";
        for day in 0..7 {
            let ranges = &week[day];
            if ranges.is_empty() || week[..day].contains(ranges) {
                continue;
            }
            f.write_str(separator)?;
            separator = "; ";
            write_days(f, &week, day)?;
            write_ranges(f, ranges)?;
        }
        Ok(())
    }
}

/// Writes every day from `day` on with the same ranges as `day`: `Mon-Wed,Fri`.
fn write_days(f: &mut fmt::Formatter<'_>, week: &[Vec<(u16, u16)>], day: usize) -> fmt::Result {
    let same = |other: usize| week.get(other) == Some(&week[day]);
    let mut comma = "";
    let mut first = day;
    while first < 7 {
        let last = (first..7).take_while(|other| same(*other)).last();
        match last {
            Some(last) if last > first => {
                write!(f, "{comma}{}-{}", &DAYS[first][..3], &DAYS[last][..3])?;
            }
            Some(_) => write!(f, "{comma}{}", &DAYS[first][..3])?,
            None => {
                first += 1;
                continue;
            }
        }
        comma = ",";
        first = last.unwrap_or(first) + 1;
    }
    Ok(())
}

fn write_ranges(f: &mut fmt::Formatter<'_>, ranges: &[(u16, u16)]) -> fmt::Result {
    for (position, (from, until)) in ranges.iter().enumerate() {
        let until = if *until > DAY_MINUTES {
            until - DAY_MINUTES
        } else {
            *until
        };
        let comma = if position == 0 { ' ' } else { ',' };
        write!(
            f,
            "{comma}{:02}:{:02}-{:02}:{:02}",
            from / 60,
            from % 60,
            until / 60,
            until % 60
        )?;
    }
    Ok(())
}

impl TryFrom<String> for Hours {
    type Error = HoursError;
    fn try_from(text: String) -> Result<Self, HoursError> {
        Self::parse(&text)
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.to_string()
    }
}
