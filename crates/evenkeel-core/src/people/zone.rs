//! A time zone: which offset from UTC is in force when, by the bundled rules.
//!
//! The rules come with the program (never from the machine), so that every node decides alike.
//! Deliberately knows no hours and no calendar: only offsets and when they change.

use crate::time::Moment;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A zone that has been looked up by name; worth keeping where it is asked often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone called `name`, if there is one.
    pub fn find(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// The zone called `name`, or UTC. Names are checked at the door, so UTC is for a journal
    /// written by a later program that knows a zone this one does not.
    pub fn named(name: &str) -> Self {
        Self::find(name).unwrap_or(Self(TimeZone::UTC))
    }

    /// Seconds to add to UTC for what the clock on the wall shows at `now`.
    pub fn offset_seconds(&self, now: Moment) -> i32 {
        // Beyond the calendar there are no rules; UTC is as good as any.
        Timestamp::from_millisecond(now.0).map_or(0, |now| self.0.to_offset(now).seconds())
    }

    /// The moment at which a clock on the wall shows this date and so many minutes after midnight.
    ///
    /// *Ties*: a time that comes twice is the first one; a time that is skipped is as long after
    /// midnight as if it were not. *Bounds*: `None` beyond the calendar.
    pub fn moment(&self, date: jiff::civil::Date, minute: u16) -> Option<Moment> {
        let minute = i16::try_from(minute).ok()?;
        let (hour, minute) = (i8::try_from(minute / 60).ok()?, (minute % 60) as i8);
        let clock = date.at(hour, minute, 0, 0);
        let zoned = self.0.to_ambiguous_zoned(clock).compatible().ok()?;
        Some(Moment(zoned.timestamp().as_millisecond()))
    }

    /// The date on the wall at `now`. *Bounds*: `None` beyond the calendar.
    pub fn date(&self, now: Moment) -> Option<jiff::civil::Date> {
        let now = Timestamp::from_millisecond(now.0).ok()?;
        Some(now.to_zoned(self.0.clone()).date())
    }

    /// What the clock on the wall shows at `now`: `2026-07-01 06:00`.
    pub fn clock(&self, now: Moment) -> String {
        match Timestamp::from_millisecond(now.0) {
            Ok(now) => {
                let local = now.to_zoned(self.0.clone());
                local.strftime("%Y-%m-%d %H:%M").to_string()
            }
            Err(_) => now.to_string(),
        }
    }

    /// The moments after `now` at which the offset may change, ascending.
    pub fn changes_after(&self, now: Moment) -> impl Iterator<Item = Moment> {
        let now = Timestamp::from_millisecond(now.0).unwrap_or(Timestamp::MAX);
        self.0
            .following(now)
            .map(|change| Moment(change.timestamp().as_millisecond()))
    }
}
