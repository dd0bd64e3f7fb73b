//! A history in whole months or quarters of the calendar, in UTC.
//!
//! Weeks are [`super::periods`]. Only where stretches begin, what they are called and which of them
//! are whole; counts nothing itself.

use crate::time::{DAY, Moment};

/// Most stretches of one history: a hundred years of months.
pub const STRETCHES_MAX: i32 = 1_200;

/// What a history is cut into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stretch {
    /// Months.
    Month,
    /// Quarters.
    Quarter,
}

/// Both, with the word for each in requests.
pub const STRETCHES: [(&str, Stretch); 2] =
    [("month", Stretch::Month), ("quarter", Stretch::Quarter)];

impl Stretch {
    /// The word for one.
    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
        }
    }

    fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
        }
    }

    /// The number of the stretch in which a moment lies, counted from the year 0.
    ///
    /// *Bounds*: 0 for a moment beyond the calendar.
    pub fn of(self, at: Moment) -> i32 {
        let Ok(stamp) = jiff::Timestamp::from_millisecond(at.0) else {
            return 0;
        };
        let date = stamp.to_zoned(jiff::tz::TimeZone::UTC).date();
        let months = i32::from(date.year()) * 12 + i32::from(date.month()) - 1;
        months.div_euclid(self.months())
    }

    /// When it begins.
    ///
    /// *Bounds*: the beginning of 1970 for a number beyond the calendar.
    pub fn begins(self, number: i32) -> Moment {
        let months = number * self.months();
        let year = i16::try_from(months.div_euclid(12)).unwrap_or(1970);
        let month = i8::try_from(months.rem_euclid(12) + 1).unwrap_or(1);
        let date = jiff::civil::Date::new(year, month, 1).ok();
        let zoned = date.and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok());
        Moment(zoned.map_or(0, |zoned| zoned.timestamp().as_millisecond()))
    }

    /// When it is over.
    pub fn ends(self, number: i32) -> Moment {
        self.begins(number + 1)
    }

    /// Whether any of it lies between two moments.
    pub fn meets(self, number: i32, between: Option<(Moment, Moment)>) -> bool {
        between.is_some_and(|(from, to)| self.begins(number) < to && from < self.ends(number))
    }

    /// What it is called: `2026-03`, `2026-Q1`.
    pub fn name(self, number: i32) -> String {
        let months = number * self.months();
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12));
        match self {
            Self::Month => format!("{year}-{:02}", month + 1),
            Self::Quarter => format!("{year}-Q{}", month / 3 + 1),
        }
    }

    /// The first that is whole in a history that begins at `first`: the one in which it begins, if
    /// that is on its first day, or the next.
    pub fn first_whole(self, first: Moment) -> i32 {
        let number = self.of(first);
        match first < self.begins(number) + DAY {
            true => number,
            false => number + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_follow_the_calendar() {
        // Monday 2 March 2026, 09:00 UTC.
        let at = Moment(1_772_442_000_000);
        let (month, quarter) = (Stretch::Month.of(at), Stretch::Quarter.of(at));
        assert_eq!(Stretch::Month.name(month), "2026-03");
        assert_eq!(Stretch::Quarter.name(quarter), "2026-Q1");
        assert_eq!(Stretch::Quarter.name(quarter - 1), "2025-Q4");
        let begins = Stretch::Month.begins(month);
        assert_eq!(begins.to_string(), "2026-03-01T00:00:00Z");
        let ends = Stretch::Quarter.ends(quarter).to_string();
        assert_eq!(ends, "2026-04-01T00:00:00Z");
        assert_eq!(Stretch::Month.of(begins), month);
        assert_eq!(Stretch::Month.of(Moment(begins.0 - 1)), month - 1);
        assert_eq!(Stretch::Month.first_whole(begins), month);
        assert_eq!(Stretch::Month.first_whole(at), month + 1);
    }
}
