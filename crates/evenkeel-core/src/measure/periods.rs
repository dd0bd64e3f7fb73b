//! A history in whole weeks: how many of the records that came in each did well in time.
//!
//! Weeks begin on Monday at midnight UTC. Feeds [`super::before_after`] and [`super::rollout`];
//! compares nothing itself.

use super::before_after::Period;
use super::life::{Fate, Life, Lives};
use super::proportion::Tally;
use crate::time::{DAY, Moment, Span};

/// A week.
pub const WEEK: Span = Span(7 * DAY.0);
/// The first Monday after the beginning of 1970.
const MONDAY: Moment = Moment(4 * DAY.0);
/// Most weeks of one series: forty years.
pub const WEEKS_MAX: i64 = 2_100;

/// What counts as doing well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Well {
    /// Won in time.
    Won,
    /// Worked by its first owner in time.
    Worked,
}

impl Well {
    /// The word for it in requests.
    pub fn word(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Worked => "worked",
        }
    }

    /// What the share of records that did well is called.
    pub fn rate(self) -> &'static str {
        match self {
            Self::Won => "close rate",
            Self::Worked => "worked share",
        }
    }

    /// Whether a record did well within `horizon` of coming to its first rep.
    pub fn of(self, life: &Life, reading: &[Option<Fate>], horizon: Span) -> bool {
        let Some(first) = life.first() else {
            return false;
        };
        match self {
            Self::Won => life.end.is_some_and(|end| {
                life.fate(reading) == Some(Fate::Won) && end.at - first.at <= horizon
            }),
            Self::Worked => {
                let mut touches = life.touches.iter();
                touches.any(|touch| first.worked_by(touch) && touch.at - first.at <= horizon)
            }
        }
    }
}

/// Weeks with what came of their records.
#[derive(Clone, Debug, PartialEq)]
pub struct Weeks {
    /// When the first begins.
    pub begin: Moment,
    /// One after the other.
    pub all: Vec<Period>,
}

impl Weeks {
    /// The week in which a moment lies begins then.
    pub fn monday(at: Moment) -> Moment {
        MONDAY + Span((at - MONDAY).0.div_euclid(WEEK.0) * WEEK.0)
    }

    /// The weeks of some records of a history, by when they came to their first rep.
    ///
    /// *Bounds*: none without records; the last [`WEEKS_MAX`] when there are more.
    pub fn of<'a>(
        lives: &Lives,
        some: impl Iterator<Item = &'a Life>,
        (well, reading): (Well, &[Option<Fate>]),
        horizon: Span,
    ) -> Self {
        Self::by(lives, some, (reading, horizon), |life| {
            well.of(life, reading, horizon)
        })
    }

    /// The same by whatever tells whether a record did well within the horizon.
    pub fn by<'a>(
        lives: &Lives,
        some: impl Iterator<Item = &'a Life>,
        (reading, horizon): (&[Option<Fate>], Span),
        well: impl Fn(&Life) -> bool,
    ) -> Self {
        let some: Vec<(&Life, Moment)> = some
            .filter(|life| life.fate(reading).is_some())
            .filter_map(|life| Some((life, life.first()?.at)))
            .collect();
        let last = Self::monday(lives.until);
        let Some(first) = some.iter().map(|(_, at)| Self::monday(*at)).min() else {
            let begin = last;
            return Self {
                begin,
                all: Vec::new(),
            };
        };
        let begin = first.max(last - Span(WEEK.0 * (WEEKS_MAX - 1)));
        let count = (last - begin).0 / WEEK.0 + 1;
        let period = |week: i64| {
            let from = begin + Span(week * WEEK.0);
            let to = from + WEEK;
            Period {
                tally: Tally::default(),
                whole: to <= lives.until
                    && (week > 0 || some.iter().any(|(_, at)| *at < from + DAY)),
                ripe: to + horizon <= lives.until,
                working_days: 5,
                month: month(from),
            }
        };
        let mut all: Vec<Period> = (0..count).map(period).collect();
        for (life, at) in &some {
            let week = (*at - begin).0.div_euclid(WEEK.0);
            if let Some(period) = usize::try_from(week)
                .ok()
                .and_then(|week| all.get_mut(week))
            {
                period.tally.trials += 1.0;
                period.tally.wins += f64::from(u8::from(well(life)));
            }
        }
        Self { begin, all }
    }

    /// The weeks before a change and those after it; the week in which it came is on neither side.
    pub fn around(&self, change: Moment) -> (Vec<Period>, Vec<Period>) {
        let begins = |at: usize| self.begin + Span(WEEK.0 * at as i64);
        let weeks = self.all.iter().enumerate();
        let before = weeks.clone().filter(|(at, _)| begins(*at) + WEEK <= change);
        let after = weeks.filter(|(at, _)| begins(*at) >= change);
        let only = |(_, period): (usize, &Period)| *period;
        (before.map(only).collect(), after.map(only).collect())
    }
}

/// The month of a moment, 1 to 12, in UTC.
fn month(at: Moment) -> u8 {
    let stamp = jiff::Timestamp::from_millisecond(at.0);
    let month = stamp.map(|stamp| stamp.to_zoned(jiff::tz::TimeZone::UTC).month());
    month.map_or(1, |month| u8::try_from(month).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_mondays() {
        // Monday 2 March 2026, 09:00 UTC.
        let at = Moment(1_772_442_000_000);
        let monday = Moment(1_772_409_600_000);
        assert_eq!(Weeks::monday(at), monday);
        assert_eq!(Weeks::monday(monday), monday);
        assert_eq!(Weeks::monday(Moment(monday.0 - 1)), monday - WEEK);
        assert_eq!(month(at), 3);
        assert_eq!(month(Moment(monday.0 - 2 * DAY.0)), 2);
    }
}
